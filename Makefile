# Seven words: run test check docs demo bench soak. Each sets itself up; `setup` alone prepares .venv and the assets.
.DEFAULT_GOAL := help
SHELL := /bin/sh
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python
ASSETS := src/regulars/doors/console/static/built/.done

.PHONY: help setup run demo test soak check docs bench lock clean

help: ## what can be said here
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.run $(ASSETS) ## prepare .venv and the built assets, nothing else

run: setup ## start everything: database, migrations, demo program, web, worker
	@exec $(PY) -m regulars run

demo: setup ## load the demo shop into REGULARS_HOME and stop
	@exec $(PY) -m regulars demo

test: .venv/.dev $(ASSETS) ## the whole test suite on a real PostgreSQL
	@exec $(PY) -m pytest -n auto $(ARGS)

soak: .venv/.dev $(ASSETS) ## crashes, faults and races in their long form, about an hour
	@exec env REGULARS_SOAK=1 $(PY) -m pytest -n 0 -s $(wildcard tests/faults tests/races tests/simulation) $(ARGS)

check: .venv/.dev $(ASSETS) ## ruff, mypy --strict, import-linter, sqlfluff, house tests
	$(PY) -m ruff format --check src tests bench scripts
	$(PY) -m ruff check src tests bench scripts
	$(PY) -m mypy
	.venv/bin/lint-imports
	.venv/bin/sqlfluff lint --disable-progress-bar src
	$(PY) -m pytest tests/house

docs: .venv/.dev ## check the documents: links, settings, dependencies, problem pages
	@exec $(PY) -m pytest tests/house/test_docs.py

bench: .venv/.dev ## measure us (and rivals) and print ratios; QUICK=1 for a short run
	@exec $(PY) -m bench $(if $(QUICK),--quick)

lock: .venv/bin/uv ## renew the hashed lock files from pyproject.toml
	scripts/lock

.venv/bin/uv: requirements/uv.txt
	python3 -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/uv
	scripts/install run
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	scripts/install dev
	@touch $@

CONSOLE_WORDS := $(shell find src/regulars/doors/console -name "*.html" -o -name "*.py" -o -name "*.po")
$(ASSETS): $(wildcard frontend/*.* frontend/src/*.*) $(CONSOLE_WORDS) scripts/assets | .venv/.run
	scripts/assets
	@touch $@

clean: ## remove what setup made (never the data)
	rm -rf .venv .bench frontend/node_modules frontend/generated src/regulars/doors/console/static/built
