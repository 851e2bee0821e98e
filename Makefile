# Everything starts here; `make help` lists the targets. Needs Python 3.11 and make.
# Set-up is done once and repeated only when pyproject.toml or uv.lock change.

SHELL := /bin/sh
.SHELLFLAGS := -eu -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
STARTED_S := $(shell date +%s)

# .env (see .env.example) sets options for every target; `make run NAME=value` wins.
ifneq ($(wildcard .env),)
include .env
export $(shell sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' .env)
endif

PYTHON ?= $(shell for name in python3.11 python3 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && \
	command -v $$name && break; done)
BIN := .venv/bin
# In a venv of its own: `uv sync` removes from .venv what the lock does not list.
UV := .venv/uv/bin/uv
INSTALLED := .venv/.installed
MIGRATED := .airflow/.migrated
TEST_WORKERS ?= 2
AIRFLOW_PORT ?= 8080
DASHBOARD_PORT ?= 8765

# Set for every command, so that nothing depends on ~/airflow or on a prior login.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Once at set-up, where Python is told to write no bytecode itself: importing Airflow or Great
# Expectations anew costs each process seconds.
export UV_COMPILE_BYTECODE := 1
# The system's certificates, where there are any: a company's proxy is known to them.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt \
	/etc/pki/tls/certs/ca-bundle.crt),true,false)
export GX_ANALYTICS_ENABLED := false
export AIRFLOW_HOME := $(CURDIR)/.airflow
# Without a timeout, `backfill create` beside a scheduler meets "database is locked".
export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN ?= sqlite:///$(CURDIR)/.airflow/airflow.db?timeout=60
export AIRFLOW__CORE__DAGS_FOLDER := $(CURDIR)/dags
export AIRFLOW__CORE__PLUGINS_FOLDER := $(CURDIR)/plugins
export AIRFLOW__CORE__LOAD_EXAMPLES := False
export AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION := False
export AIRFLOW__CORE__PARALLELISM ?= 4
export AIRFLOW__CORE__EXECUTION_API_SERVER_URL := http://127.0.0.1:$(AIRFLOW_PORT)/execution/
export AIRFLOW__API__HOST := 127.0.0.1
export AIRFLOW__API__PORT := $(AIRFLOW_PORT)
export AIRFLOW__API__BASE_URL := http://127.0.0.1:$(AIRFLOW_PORT)
export AIRFLOW__LOGGING__BASE_LOG_FOLDER := $(CURDIR)/.airflow/logs

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; \
	do printf '  make %-10s %s\n' "$$name" "$$text"; done

.PHONY: setup
setup: $(INSTALLED) $(MIGRATED) ## install the locked packages, create Airflow's database

.PHONY: run
run: setup ## run the main job through Airflow on the bundled sample
	@$(BIN)/python scripts/run_sample.py --started-s $(STARTED_S)

.PHONY: test
test: $(INSTALLED) ## run the fast tests
	$(BIN)/pytest -m "not slow" -n $(TEST_WORKERS)

.PHONY: test-all
test-all: $(INSTALLED) ## run every test, also end-to-end, browser and Spark ones
	@scripts/install_chromium.sh || echo "the browser tests are skipped" >&2
	$(UV) sync --locked --quiet --group spark --group stack
	$(BIN)/pytest -n $(TEST_WORKERS)

.PHONY: check
check: $(INSTALLED) ## check format, lint, types, SQL, generated docs, screenshots and the lock file
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 sql
	$(BIN)/python scripts/make_docs.py --check
	$(BIN)/python scripts/screenshots.py --check
	$(UV) lock --check

.PHONY: audit
audit: $(INSTALLED) ## look the locked packages up among known vulnerabilities (OSV)
	@status=0; $(UV) audit --locked --preview-features audit-command || status=$$?; \
	if test $$status -eq 2; then echo "nothing was audited: see above" >&2; \
	else exit $$status; fi

.PHONY: docs
docs: $(INSTALLED) ## write the data dictionary and the lineage from the models
	$(BIN)/python scripts/make_docs.py

.PHONY: format
format: $(INSTALLED) ## format Python and SQL
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --processes 2 sql

.PHONY: dashboard
dashboard: $(INSTALLED) ## build the dashboard, serve it to this machine (DASHBOARD_PORT=8765)
	@exec $(BIN)/daily-papers dashboard --serve --port $(DASHBOARD_PORT)

.PHONY: screenshots
screenshots: $(INSTALLED) ## take docs/screenshots/ anew from the dashboard of the home
	@scripts/install_chromium.sh
	@$(BIN)/python scripts/screenshots.py

.PHONY: frontend
frontend: ## bundle the dashboard's third-party code anew; needs Node.js 20 and npm
	cd frontend && npm ci --ignore-scripts && node node_modules/esbuild/install.js
	cd frontend && npm run --silent build

.PHONY: up
up: setup ## start Airflow with its UI; the DAGs read the real source every day
	@exec $(BIN)/python scripts/up.py

.PHONY: stack
stack: $(INSTALLED) ## start docker-compose.yaml without Docker, on this machine's PostgreSQL and Redis
	$(UV) sync --locked --quiet --group stack
	@exec $(BIN)/python scripts/stack.py

.PHONY: airflow
airflow: setup ## run an Airflow command: make airflow ARGS="dags list-runs build_marts"
	@$(BIN)/airflow $(ARGS)

.PHONY: bench
bench: $(INSTALLED) ## time the real archive: ingest, beside dlt, build, extraction; minutes
	$(UV) sync --locked --quiet --group bench
	@for name in real_archive ingest_vs_dlt extract_speed; do \
	$(BIN)/python bench/$$name.py; done

.PHONY: bench-scale
bench-scale: $(INSTALLED) ## time made corpora: warehouse beside dbt, dedupe, clusters, UI; hours
	$(UV) sync --locked --quiet --group bench --group stack
	@for name in dedupe_scale cluster_scale cluster_increment warehouse_scale \
	dashboard_first_view stack_backfill; do $(BIN)/python bench/$$name.py; done

.PHONY: evaluate
evaluate: $(INSTALLED) ## score match, extract and cluster on labelled data: docs/quality.md
	$(BIN)/daily-papers evaluate match
	$(BIN)/daily-papers evaluate extract $(foreach file,$(sort $(wildcard \
	tests/extract/data/labels_*.jsonl)),--labels $(file)) \
	--tags tests/extract/data/tags_judged.jsonl
	$(BIN)/daily-papers evaluate cluster

.PHONY: clean
clean: ## remove .venv, .airflow and caches; data/ stays, it cannot be made again
	rm -rf .venv .airflow .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV): requirements-uv.txt
	@test -n "$(PYTHON)" || { echo 'make: no Python 3.11 found; name yours:' \
	'make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv --without-pip .venv
	"$(PYTHON)" -m venv .venv/uv
	.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes -r requirements-uv.txt
	@touch $@

$(INSTALLED): pyproject.toml uv.lock $(UV)
	$(UV) sync --locked --quiet
	@touch $@

$(MIGRATED): $(INSTALLED)
	@mkdir -p .airflow
	@echo "Airflow's database: .airflow/airflow.db"
	@$(BIN)/airflow db migrate >.airflow/migrate.log 2>&1 || { tail -n 30 .airflow/migrate.log >&2; exit 1; }
	@touch $@
