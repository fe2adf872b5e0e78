# Everything a user types. Needs Python >= 3.11, pip and make; all else is set up here, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.run-installed
DEV := $(VENV)/.dev-installed
SDK_VENV := .venv-sdk
SDK := $(SDK_VENV)/.installed
TESTS := $(BIN)/python -m pytest tests -n auto --maxprocesses 4 --dist worksteal
# The embedded deployment is judged whatever the environment holds for runs against another one.
PLAIN := env -u PYTEST_ADDOPTS -u PYTHONOPTIMIZE $(foreach name,$(filter GETI_%,$(.VARIABLES)),-u $(name))
FAULTS := $(foreach name,$(FAULT),--geti-fault $(name))

.PHONY: help gate discover test test-all sdk power seeds benign mutants load serve lint types imports docs lock clean

help: ## what can be typed
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

gate: $(RUN) ## judge the embedded deployment (FAULT=name breaks it on purpose; ARGS='...' goes to pytest)
	@$(PLAIN) $(BIN)/python -m pytest suites --assert=plain --geti-tier gate $(FAULTS) $(ARGS)

discover: $(RUN) ## what a deployment really does, as a profile and a page; the embedded one by default (ARGS='--help' says how)
	@$(BIN)/python -m harness discover $(FAULTS) $(ARGS)

test: $(DEV) ## the project's own tests before a commit: all but those of test-all (ARGS='...' goes to pytest)
	@$(TESTS) -m "not processes" $(ARGS)
	@echo "Left to make test-all: whole runs of the suites, deployments of their own, kills, a browser, ffmpeg."

test-all: $(DEV) ## the other tests, which start many processes (ARGS=--slow adds what takes many minutes)
	@$(TESTS) -m processes $(ARGS)

sdk: $(SDK) $(RUN) ## Geti's official client against the embedded deployment (sets up 900 MB in .venv-sdk, once)
	@GETI_REFERENCE_PYTHON=$(abspath $(BIN)/python) $(SDK_VENV)/bin/python -m pytest -c tests/sdk/pytest.ini tests/sdk $(ARGS)

load: $(DEV) ## Locust against an engine, the embedded one by default (ARGS='--help' says how)
	@$(BIN)/python -m harness.load $(ARGS)

serve: $(RUN) ## the embedded deployment in the foreground; prints base URL and token
	@$(BIN)/python -m reference $(FAULTS:--geti-fault=--fault) $(ARGS)

power: $(RUN) ## the gate against every fault of the catalogue: what it finds, and what it does not (ARGS='refusal' for a class)
	@$(BIN)/python -m benchmarks.power $(ARGS)

seeds: $(RUN) ## no fault, 50 seeds of the nightly tier: nothing may be reported
	@$(BIN)/python -m benchmarks.power --seeds 1-50 $(ARGS)

benign: $(RUN) ## deployments that differ and break nothing, one by one and in pairs: nothing may be reported (ARGS='--list')
	@$(BIN)/python -m benchmarks.benign $(ARGS)

mutants: $(DEV) ## change our judgement in every small way: a test must notice each (mutmut)
	@$(BIN)/mutmut run --max-children 2 && $(BIN)/mutmut results

lint: $(DEV) ## style
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(DEV) ## strict types, on Linux and macOS, from the oldest Python to the newest
	@$(BIN)/mypy
	@$(BIN)/mypy --platform darwin --python-version 3.14 --cache-dir .mypy_cache/darwin

imports: $(DEV) ## the import rule
	@$(BIN)/lint-imports

docs: $(RUN) ## write docs/reference anew from the code
	@$(BIN)/python -m docs.generate

lock: $(DEV) ## resolve the lock files anew
	@$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links -o requirements.lock pyproject.toml
	@$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links -o requirements-sdk.lock requirements-sdk.in
	@$(BIN)/pip-compile -q --strip-extras --no-emit-index-url --no-emit-find-links --extra dev --extra load -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## remove what the other commands made
	rm -rf $(VENV) $(SDK_VENV) build out .pytest_cache .mypy_cache .ruff_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "geti-contract needs Python >= 3.11, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.lock | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once) ..."
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements.lock
	@touch $@

$(DEV): requirements-dev.lock $(RUN)
	@echo "Setting up the development tools (once) ..."
	@$(BIN)/pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@

$(SDK): requirements-sdk.lock | $(VENV)/bin/python
	@echo "Setting up $(SDK_VENV) (once, 900 MB) ..."
	@$(PYTHON) -m venv $(SDK_VENV)
	@$(SDK_VENV)/bin/pip install -q --disable-pip-version-check -r requirements-sdk.lock
	@touch $@
