# make chat   sets up and runs the assistant        make test   sets up and tests it
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3.11
PIP = -m pip install --quiet --disable-pip-version-check --progress-bar off
RUN = .venv/bin/python -m assistant
export PYTHONPATH := $(CURDIR)
export HF_HUB_OFFLINE := 1

.PHONY: help setup build chat test bench lock check clean

help:  ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# The stamp is written last: a set-up that was interrupted is finished by the next call.
.venv/stamp: requirements.lock
	@if ! command -v $(PYTHON) >/dev/null || ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
	  echo "This project needs Python 3.11, and '$(PYTHON)' is not it: install it, or name it with: make PYTHON=/path/to/python3.11 …" >&2; exit 1; fi
	$(PYTHON) -m venv .venv
	echo "[1/2] Installing torch (some 200 MB, more where the registry has only the CUDA build) …"
	.venv/bin/python $(PIP) torch==2.13.0 2>&1 | { grep -v 'is ignored' || true; }
	echo "[1/2] Installing $$(grep -c == requirements.lock) packages into .venv …"
	.venv/bin/python $(PIP) --no-deps -r requirements.lock 2>&1 | { grep -v 'is ignored' || true; }
	touch $@

.venv-rasa/stamp: dialogue/requirements.lock .venv/stamp
	@$(PYTHON) -m venv .venv-rasa
	echo "[2/2] Installing $$(grep -c == dialogue/requirements.lock) packages into .venv-rasa (Rasa, with TensorFlow some 2.4 GB) …"
	.venv-rasa/bin/python $(PIP) --no-deps --ignore-requires-python -r dialogue/requirements.lock 2>&1 | { grep -v 'is ignored' || true; }
	touch $@

setup: .venv/stamp .venv-rasa/stamp  ## Build both environments

build: setup  ## Build models and the demo catalogue where they are missing
	@$(RUN) prepare

# One Python start: app.py prepares by itself.
chat: setup  ## Set up what is missing and start the assistant
	@exec .venv/bin/python app.py

check: .venv/stamp  ## Lint and type-check
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy assistant dialogue kg retrieval app.py

test: build  ## Set up what is missing and run all tests
	@command -v chromium >/dev/null || echo "No Chromium: the tests of the page are skipped (Debian: apt-get install chromium)."
	.venv/bin/python -m pytest --durations=10

bench: build  ## Measure turns against bare Rasa
	@.venv/bin/python -m benchmarks.turn

lock: requirements.in  ## Resolve requirements.in anew into requirements.lock
	@rm -rf var/lock && $(PYTHON) -m venv var/lock
	var/lock/bin/python $(PIP) torch==2.13.0 -r requirements.in
	{ echo "# Made by 'make lock' from requirements.in; torch is installed apart."; var/lock/bin/python -m pip freeze | grep -vE '^torch(==| @)'; } > requirements.lock
	rm -rf var/lock

clean:  ## Remove everything that was built, catalogue and conversations included
	@rm -rf .venv .venv-rasa var
