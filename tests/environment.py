"""Loaded before Django's settings: the tests live in a data folder of their own, whatever the shell says."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

for name in [name for name in os.environ if name.startswith("KALENDS_") or name == "DATABASE_URL"]:
    del os.environ[name]

DATA = Path(tempfile.mkdtemp(prefix="kalends-tests-"))
os.environ["KALENDS_DATA"] = str(DATA)
atexit.register(shutil.rmtree, DATA, ignore_errors=True)
