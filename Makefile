# Two commands: `make serve` opens the handbook, `make test` passes the tests.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: serve test install dev lock lock-check check docs

serve: install
	$(BIN)/kb serve

test: dev
	$(BIN)/python -m pytest -n auto

install: $(VENV)/.installed

dev: $(VENV)/.dev

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/uv
	@test -e $(VENV)/.dev || $(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.lock
	@test -e $(VENV)/.dev || $(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/uv
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements-dev.lock
	$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# The lock files hold versions and hashes for all platforms, and no addresses.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11.5 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header pyproject.toml

lock: | $(BIN)/uv
	$(LOCK) --extra postgres --extra mcp --extra docs --group build --output-file requirements.lock
	$(LOCK) --extra postgres --extra mcp --extra docs --group build --group dev --output-file requirements-dev.lock

check: dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Compiled anew with the present versions preferred: a difference means pyproject.toml moved on.
lock-check: | $(BIN)/uv
	@mkdir -p build && cp requirements.lock requirements-dev.lock build/
	@$(LOCK) --extra postgres --extra mcp --extra docs --group build --output-file build/requirements.lock
	@$(LOCK) --extra postgres --extra mcp --extra docs --group build --group dev --output-file build/requirements-dev.lock
	@diff -q requirements.lock build/requirements.lock && diff -q requirements-dev.lock build/requirements-dev.lock

docs: dev
	$(BIN)/python -m tests.docs_made
