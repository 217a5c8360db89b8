# Everything that is done to Accord from a checkout. Needs make and Python 3.11 or newer; installs the rest by itself.
#   make demo     a believable company on this machine, with the address and the logins
#   make test     all tests
#   make test-spark   rules, journeys and the warehouse on Spark, which takes Java 17 and minutes; no part of make test
#   make check    format, lint, types, import contracts, migrations, deployment, generated files
#   make bench    the benchmarks
#   make mutants  change the clock, the scores and the rules line by line, and count the changes that no test notices
#   make lock     pin the requirements anew after a change in pyproject.toml; make upgrade takes newer versions
PYTHON ?= python3
PYTEST ?= -n auto --dist worksteal
export PYTHON
# Without its bytecode kept, each of the many processes that tests start would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
INSTALL := scripts/install pyproject.toml
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links --no-annotate

.PHONY: help demo serve test test-spark check bench mutants lock upgrade clean \
	check-format check-lint check-types check-imports check-migrations check-deploy check-generated

help:
	@sed -n 's/^#   //p' Makefile

demo: .venv/.installed-demo
	$(BIN)/accord demo

serve: .venv/.installed-demo
	$(BIN)/accord serve

test: .venv/.installed-dev
	scripts/ensure_browser
	$(BIN)/pytest $(PYTEST)

# No file there has the name of a test, so that only this finds them. Without Java they fail; they are never skipped.
# One process: they share one Spark, whose start takes longer than most of them.
test-spark: .venv/.installed-dev .venv/.installed-spark
	scripts/ensure_java
	$(BIN)/pytest -n 0 tests/spark/spark_*.py

check: check-format check-lint check-types check-imports check-migrations check-deploy check-generated

check-format: .venv/.installed-dev
	$(BIN)/ruff format --check --quiet

check-lint: .venv/.installed-dev
	$(BIN)/ruff check --quiet

check-types: .venv/.installed-dev
	$(BIN)/mypy

check-imports: .venv/.installed-dev
	$(BIN)/lint-imports

check-migrations: .venv/.installed-dev
	$(BIN)/python scripts/with_database $(BIN)/django-admin makemigrations --check --dry-run --settings accord.server.settings

# A key that is good enough for the check and no other use, made anew each time.
check-deploy: .venv/.installed-dev
	ACCORD_ENV=production ACCORD_HOSTS=accord.example ACCORD_URL=https://accord.example \
	ACCORD_SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	$(BIN)/django-admin check --deploy --fail-level WARNING --settings accord.server.settings

# Each script that writes a committed file (a schema, a page of the reference) is scripts/generate_*.py; with --check
# it writes nothing and fails if the file is not what it would write.
check-generated: .venv/.installed-dev
	@set -e; for script in $(wildcard scripts/generate_*.py); do echo "$$script --check"; $(BIN)/python $$script --check; done

bench: .venv/.installed-dev
	@set -e; for script in $(wildcard benchmarks/bench_*.py); do echo "== $$script"; $(BIN)/python $$script; done

# The mutants must come before the sources, and their folder be there before Python starts, or it is never looked into.
mutants: .venv/.installed-dev .venv/.installed-mutation
	mkdir -p mutants/src
	HYPOTHESIS_PROFILE=mutation PYTHONPATH=$(CURDIR)/mutants/src $(BIN)/mutmut run
	$(BIN)/mutmut results

lock: .venv/.installed-dev
	$(call compile,)

upgrade: .venv/.installed-dev
	$(call compile,--upgrade)

clean:
	rm -rf .venv mutants .mypy_cache .ruff_cache .import_linter_cache .hypothesis

.venv/.installed-%: requirements/%.lock $(INSTALL)
	scripts/install $*
	@touch $@

define compile
	PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILE) $(1) -o requirements/base.lock
	PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILE) $(1) --extra demo -o requirements/demo.lock
	PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILE) $(1) --extra demo --extra dev -o requirements/dev.lock
	PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILE) $(1) --extra demo --extra dev --extra mutation -o requirements/mutation.lock
	PATH="$(CURDIR)/$(BIN):$$PATH" $(COMPILE) $(1) --extra demo --extra dev --extra spark -o requirements/spark.lock
endef
