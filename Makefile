# Two commands matter to a newcomer: make run, make test. `make help` lists all.
PYTHON ?= python3
BIN := .venv/bin
FRESH ?=

export KALENDS_DATA ?= $(CURDIR)/data

.PHONY: help run test check fmt simulate bench docs ready-to-run ready-to-test

help:            ## what there is
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 16

ready-to-run:
	@$(PYTHON) tools/set_up.py run

ready-to-test:
	@$(PYTHON) tools/set_up.py test

run: ready-to-run ## Kalends with a simulated Outlook and a small company; FRESH=1 starts anew
	@$(BIN)/kalends demo $(if $(FRESH),--fresh)

test: ready-to-test ## every test
	@$(BIN)/python -m pytest

check: ready-to-test ## rules of style, types, layers
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy src tests tools benchmarks hatch_build.py
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/test_tidy.py tests/test_docs.py

fmt: ready-to-test ## bring the code into its form
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

simulate: ready-to-test ## random histories against the simulator, by seed
	@$(BIN)/python -m tests.simulation --runs $(or $(RUNS),500) --seed $(or $(SEED),1)

bench: ready-to-test ## measure what must be quick
	@$(BIN)/python -m benchmarks

docs: ready-to-test ## write the generated reference pages, check all pages
	@$(BIN)/python -m tools.write_reference
	@$(BIN)/python -m pytest -q tests/test_docs.py
