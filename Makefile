MAKEFLAGS += --no-print-directory # each target sets up what is missing by itself, and a second time nothing
.PHONY: help run up dashboards test test-stack test-quick soak check ci-dbt bench bench-stack setup servers lock clean
PYTHON := .venv/bin/python
RECORDS ?= 5000000
export RATELAKE_HOME ?= $(CURDIR)/.ratelake
SERVERS := .jars/spark/.copied .tools/s3/.installed .tools/metastore/.installed .tools/keycloak/.installed .tools/trino/.installed
# two workers; tests that share a server stay on one of them
TESTS := $(PYTHON) -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: setup ## Rate a sample operator (or your own files in the inbox) from feed files to Cassandra
	@test -d "$$RATELAKE_HOME/inbox" || $(PYTHON) -m ratelake generate
	@$(PYTHON) -m ratelake run
up: servers ## Start every server of the stack (RATELAKE_HOME names the home)
	@./prerequisites.sh sshd && $(PYTHON) -m ratelake up --profile stack
dashboards: setup ## Open balances and operations in the browser
	@$(PYTHON) -m ratelake dashboards

test: servers ## Test all of the product, on both engines, with the smallest real piece of each server
	@./prerequisites.sh chromium sshd && $(TESTS) -m "not stack" tests
test-stack: servers ## Test the rest: the whole stack, and faults of it
	@./prerequisites.sh chromium sshd && $(TESTS) -m stack tests
test-quick: setup ## Run the tests that need no server and no engine (under two minutes)
	@$(TESTS) tests/unit tests/oracle --ignore tests/oracle/test_models_agree.py
soak: setup ## Hold the rating against the oracle in more random worlds, others each time
	@RATELAKE_ORACLE_WORLDS=2000 RATELAKE_ORACLE_SEED=$$(date +%s) $(PYTHON) -m pytest -q tests/oracle

check: setup ## Run what CI runs before the tests: style, types, layers, SQL, dbt's own checks
	@$(PYTHON) -m ruff check --quiet . && $(PYTHON) -m ruff format --check --quiet . && $(PYTHON) -m mypy && .venv/bin/lint-imports --no-logo
	@.venv/bin/sqlfluff lint --disable-progress-bar --processes 2 models tests/dbt && .venv/bin/sqlfluff lint --disable-progress-bar --dialect trino analyses
	@.venv/bin/dbt --quiet --log-path target parse --no-partial-parse && $(PYTHON) -m pytest -q $(wildcard tests/unit/*conventions*)

ci-dbt: setup ## Build what changed in dbt and what depends on it (NIGHTLY=1: all, docs, freshness)
	@$(PYTHON) -m ci $(if $(NIGHTLY),--nightly)
bench: setup ## What a run costs by stage, beside DuckDB and the budgets (RECORDS=5000000)
	@$(PYTHON) -m bench --records $(RECORDS)
bench-stack: setup .tools/s3/.installed .tools/trino/.installed ## What the servers do (JOBS=5000: what a run takes embedded, and on the stack)
	@./prerequisites.sh sshd && $(PYTHON) -m bench.stack $(if $(JOBS),--jobs $(JOBS))

setup: ## Install Python packages and Cassandra's JARs
	@$(MAKE) -s -j 2 .venv/.installed .jars/cassandra/.copied
servers: setup $(SERVERS) ## Install every server of the stack
.venv/.installed: requirements.txt pyproject.toml
	@./prerequisites.sh python && ./install.sh packages && touch $@
.jars/spark/.copied: spark_conf/pom.xml $(wildcard spark_conf/logstore/*.java) | .venv/.installed
.jars/cassandra/.copied: stack/cassandra/pom.xml
.jars/%/.copied:
	@./prerequisites.sh java maven && ./install.sh jars $* $< && touch $@
.tools/metastore/.installed: stack/metastore/pom.xml .jars/spark/.copied
.tools/s3/.installed .tools/keycloak/.installed .tools/trino/.installed: .tools/%/.installed: stack/%/requirements.txt
.tools/%/.installed:
	@./prerequisites.sh java maven && ./install.sh $* && touch $@

lock: ## Resolve requirements.in into requirements.txt (pinned, hashed)
	@./install.sh lock
clean: ## Remove what setup made (the home with its data stays)
	rm -rf .venv .uv .jars .tools target logs build *.egg-info
