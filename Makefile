# `make run` starts Rowmill, `make test` runs every check. Both do all their own set-up.
# `make build` and `make up` run it in containers instead.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
BIN := .venv/bin
UV := $(BIN)/uv
ROWS ?= 5000000
# The tests of a file stay together: they share a database. Many wait for processes: one more than
# there are cores keeps these busy.
BY_FILE := --dist loadfile --no-loadscope-reorder
PARALLEL = $(BY_FILE) --numprocesses $(shell $(BIN)/python -c 'import os; print(os.cpu_count() + 1)')
BACKUPS ?= backups
COMPOSE = $(shell if docker compose version >/dev/null 2>&1; then echo docker compose; \
  elif command -v docker-compose >/dev/null; then echo docker-compose; fi)
CONTAINERS = $(if $(COMPOSE),$(shell $(COMPOSE) ps --quiet app 2>/dev/null))
HERE = test -x $(BIN)/rowmill || { echo "Nothing is installed here: 'make run' or 'make up' first."; exit 1; }

.PHONY: help run test check check-python check-web lint unit integration e2e test-e2e web-test bench wheel format lock api reference \
  clean install build up down restart logs status shell backup health sync engine

help: ## Show the commands
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/.runtime rowmill/static/index.html ## Serve web app and API on port 8000
	$(BIN)/rowmill serve

test: check unit integration web-test e2e ## Everything that CI runs

check: .venv/.dev web/node_modules/.package-lock.json ## Format, lint, types, imports, sizes, drift
	@$(MAKE) --no-print-directory --jobs 2 check-python check-web

check-python: .venv/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scripts.rules
	$(BIN)/python -m scripts.openapi --check
	$(BIN)/python -m scripts.reference --check

check-web: web/node_modules/.package-lock.json
	cd web && npm run --silent format:check && npm run --silent lint && npm run --silent api:check

lint: check ## The same as check

unit: .venv/.dev ## Unit tests
	$(BIN)/pytest $(PARALLEL) tests/unit

integration: .venv/.dev ## Tests on a real PostgreSQL, a real lake and a real sshd
	$(BIN)/python -m scripts.openssh
	$(BIN)/pytest $(PARALLEL) tests/integration

web-test: web/node_modules/.package-lock.json ## Unit tests of the web app
	cd web && npm run --silent test

e2e: .venv/.dev wheel ## The built wheel in a real browser
	$(BIN)/python -m scripts.chromium
	$(BIN)/pytest $(BY_FILE) --numprocesses 2 tests/e2e

test-e2e: e2e ## The same as e2e

bench: .venv/.dev rowmill/static/index.html ## Measure the budgets (ROWS=5000000), update docs/benchmarks.md
	$(BIN)/python -m compileall -q rowmill  # as it is installed
	$(BIN)/python -m tests.benchmarks --rows $(ROWS)

wheel: .venv/.dev rowmill/static/index.html ## Build the wheel into dist/
	rm -rf dist
	$(UV) build --wheel --quiet --out-dir dist

format: .venv/.dev web/node_modules/.package-lock.json ## Format everything
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	cd web && npm run --silent format

lock: .venv/.dev ## Pin the newest versions that fit
	$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --quiet pyproject.toml -o requirements.lock
	$(UV) pip compile --universal --generate-hashes --no-header --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --quiet pyproject.toml --group dev -o requirements-dev.lock

api: .venv/.dev web/node_modules/.package-lock.json ## Regenerate the web app's API types
	$(BIN)/python -m scripts.openapi
	cd web && npm run --silent api

reference: .venv/.dev ## Rewrite docs/reference from the code
	$(BIN)/python -m scripts.reference

install: .venv/.runtime rowmill/static/index.html ## Set up without starting

build: engine ## Build the container images
	$(COMPOSE) build

up: engine .env ## Start server, worker and PostgreSQL in containers
	$(COMPOSE) up --detach --wait
	@echo "Rowmill is ready: http://127.0.0.1:$$(grep -sE '^ROWMILL_PORT=' .env | cut -d= -f2 | grep . || echo 8000)"

down: engine ## Stop and remove the containers (the data stays)
	$(COMPOSE) down

restart: engine ## Restart the containers
	$(COMPOSE) restart

logs: engine ## Follow the logs of the containers
	$(COMPOSE) logs --follow --tail 200

status: engine ## Show the containers and their health
	$(COMPOSE) ps

shell: engine ## A shell in the server's container
	$(COMPOSE) exec app bash

backup: ## Write a backup into backups/, of the containers or of ./data
	@mkdir -p $(BACKUPS)
	@if [ -n "$(CONTAINERS)" ]; then \
	  file=$(BACKUPS)/rowmill-$$(date -u +%Y%m%d-%H%M%S).tar; umask 077; \
	  $(COMPOSE) exec -T app rowmill backup - > $$file.partial && mv $$file.partial $$file && echo $$file; \
	else $(HERE); $(BIN)/rowmill backup $(BACKUPS); fi

health: ## Ask the running server, and its worker, how they are
	@if [ -n "$(CONTAINERS)" ]; then \
	  $(COMPOSE) exec -T app rowmill health; $(COMPOSE) exec -T worker rowmill health --workers; \
	else $(HERE); $(BIN)/rowmill health; fi

sync: ## Run the syncs now and print what was sent
	@if [ -n "$(CONTAINERS)" ]; then $(COMPOSE) exec -T app rowmill sync; \
	else $(HERE); $(BIN)/rowmill sync; fi

clean: ## Remove all that can be made again; DATA=1 also the containers' volumes, with all data
	rm -rf .venv web/node_modules rowmill/static dist build .mypy_cache .ruff_cache .hypothesis
	@if [ -n "$(COMPOSE)" ] && [ -f .env ] && docker info >/dev/null 2>&1; then \
	  $(COMPOSE) down --remove-orphans $(if $(DATA),--volumes); fi

engine:
	@test -n "$(COMPOSE)" || { echo "Docker with Compose is needed: install it (https://docs.docker.com/engine/install), or start Rowmill without by 'make run'."; exit 1; }
	@docker info >/dev/null 2>&1 || { echo "Docker is installed, but its engine does not answer: start it, or start Rowmill without by 'make run'."; exit 1; }

.env:
	@umask 077; echo "POSTGRES_PASSWORD=$$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')" > $@
	@echo "Made .env with a password for PostgreSQL. Keep it with the data."

.venv/.uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it and try again."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	touch $@

.venv/.runtime: .venv/.uv requirements.lock pyproject.toml
	$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	$(UV) pip install --quiet --no-deps -e .
	$(BIN)/python -m compileall -q rowmill  # also where Python writes no bytecode by itself
	touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements-dev.lock
	touch $@

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@command -v npm >/dev/null || { echo "Node 20 or newer is needed: install it and try again."; exit 1; }
	cd web && npm ci --no-audit --no-fund --silent
	touch $@

rowmill/static/index.html: web/node_modules/.package-lock.json $(shell find web/src web/public web/index.html web/vite.config.ts -type f 2>/dev/null)
	cd web && npm run --silent build
