MAKEFLAGS += --no-print-directory # each target sets up what is missing by itself, and a second time nothing
.PHONY: help run test soak check dashboards bench setup lock clean
PYTHON := .venv/bin/python
RECORDS ?= 1000000
PIP := .venv/bin/pip --quiet --disable-pip-version-check install --root-user-action ignore
export RATELAKE_HOME ?= $(CURDIR)/.ratelake
COPY_JARS := org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: setup ## Rate a sample operator (or your own files in the inbox) from feed files to Cassandra
	@test -d "$$RATELAKE_HOME/inbox" || $(PYTHON) -m ratelake generate
	@$(PYTHON) -m ratelake run

dashboards: setup ## Open balances and operations in the browser
	@$(PYTHON) -m ratelake dashboards

test: setup ## Run every test, on real Spark, dbt, Cassandra and Chromium (about 45 minutes on two cores)
	@./prerequisites.sh chromium
	@$(PYTHON) -m pytest -q tests

soak: setup ## Hold the rating against the oracle in more random worlds, others each time
	@RATELAKE_ORACLE_WORLDS=600 RATELAKE_ORACLE_SEED=$$(date +%s) $(PYTHON) -m pytest -q tests/oracle

check: setup ## Run what CI runs before the tests: style, types, layers, SQL, dbt's own checks
	@$(PYTHON) -m ruff check --quiet . && $(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m mypy && .venv/bin/lint-imports --no-logo
	@.venv/bin/sqlfluff lint --disable-progress-bar --processes 2 models tests/dbt
	@.venv/bin/dbt --quiet --log-path target parse --no-partial-parse && $(PYTHON) -m pytest -q tests/unit/test_conventions.py

bench: setup ## Records per second and per CPU-second of each stage, beside DuckDB (RECORDS=1000000)
	@$(PYTHON) -m bench --records $(RECORDS)

setup: .venv/.installed .jars/spark/.copied .jars/cassandra/.copied ## Install Python packages and JARs

.venv/.installed: requirements.txt pyproject.toml
	@./prerequisites.sh python java maven
	@echo "Installing Python packages into .venv (once, a few minutes)"
	@python3 -m venv .venv
	@$(PIP) --require-hashes --requirement requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.jars/spark/.copied: spark_conf/pom.xml
.jars/cassandra/.copied: stack/cassandra/pom.xml
.jars/%/.copied: | .venv/.installed
	@echo "Fetching the JARs of $*"
	@rm -rf .jars/$* && mkdir -p .jars/$*
	@mvn -B -q -f $< $(COPY_JARS) -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.jars/$* \
	  >.jars/$*.log 2>&1 || { cat .jars/$*.log; exit 1; }
	@touch $@

lock: setup ## Resolve requirements.in into requirements.txt (pinned, hashed)
	@.venv/bin/uv pip compile -q --generate-hashes --no-strip-extras --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements.in -o requirements.txt

clean: ## Remove what setup made (the home with its data stays)
	rm -rf .venv .jars target logs build *.egg-info
