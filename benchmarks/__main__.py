"""`make bench`: every module here that has a `run`, one after another. They print what they measured."""

import importlib
import pkgutil

import benchmarks

for module in pkgutil.iter_modules(benchmarks.__path__):
    if module.name != "__main__":
        found = importlib.import_module(f"benchmarks.{module.name}")
        if hasattr(found, "run"):
            found.run()
