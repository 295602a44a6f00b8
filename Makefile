# Two commands for a newcomer: `make harvest` and `make test`. Both set up what they need.
PYTHON ?= python3
PY := .venv/bin/python
SHARED ?= ../shared

.PHONY: test harvest lint lock
.DELETE_ON_ERROR:

.venv/.ready: requirements.lock
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

lint: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

test: lint
	$(PY) -m pytest

# Practice data and scorers live outside the project; SHARED says where.
bench-%: .venv/.ready
	$(PY) -m tests.bench.$* --shared $(SHARED)

lock:
	uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --quiet --output-file requirements.lock
