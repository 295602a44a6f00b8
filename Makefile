# Two commands for a newcomer: `make harvest` and `make test`. Both set up what they need.
PYTHON ?= python3
PY := .venv/bin/python
SHARED ?= ../shared

.PHONY: test harvest browser lint lock
.DELETE_ON_ERROR:

.venv/.ready: requirements.lock
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	touch $@

# Without arguments: the demo farm on loopback. make harvest URL=https://www.example.com/ or SITE=name
harvest: .venv/.ready browser
ifdef URL
	.venv/bin/scrapy harvest --url "$(URL)"
else ifdef SITE
	.venv/bin/scrapy harvest $(SITE)
else
	$(PY) -m tests.farm.demo
endif

# A browser is only needed for pages that script fills; without one the rest is harvested all the same.
browser: .venv/.ready
	@for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name >/dev/null && exit 0; done; \
	ls $(HOME)/.cache/ms-playwright/chromium-* >/dev/null 2>&1 && exit 0; \
	echo "No Chromium found: installing one"; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; apt-get update -qq >/dev/null; \
		for name in chromium-headless-shell chromium; do apt-get install -y -qq $$name >/dev/null && exit 0; done; fi; \
	.venv/bin/playwright install chromium || echo "No Chromium could be installed: pages that need a browser are left out"

lint: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

test: lint browser
	$(PY) -m pytest -n 2 --dist loadgroup

# Practice data and scorers live outside the project; SHARED says where.
bench-%: .venv/.ready
	$(PY) -m tests.bench.$* --shared $(SHARED)

lock:
	uv pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --quiet --output-file requirements.lock
