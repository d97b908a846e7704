# Every target sets up .venv by itself; all it needs is Python 3.11 or newer and make.

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
export NO_MKDOCS_2_WARNING := 1

.PHONY: demo site test quick check bench soak lock update-goldens clean

demo: .venv/run.stamp
	$(BIN)/grader demo $(ARGS)

# Also after an update: the service may not write beside its program, and would compile what is new at each start.
site: .venv/run.stamp
	$(BIN)/python -m compileall -q quizgen grader
	$(BIN)/quizgen site

# All tests: the core's in one process that measures what they cover, then the others, a worker for each processor with
# its own PostgreSQL and Chromium. ARGS picks some tests instead.
test: .venv/dev.stamp
ifdef ARGS
	$(BIN)/python -m pytest $(ARGS)
else
	@failed=0; set -x; \
	$(BIN)/python -m coverage run -m pytest -m core || failed=1; \
	$(BIN)/python -m coverage report || failed=1; \
	$(BIN)/python -m pytest -m "not core" --numprocesses logical --maxprocesses 4 \
		--dist loadgroup --no-loadscope-reorder --durations 10 || failed=1; \
	{ set +x; } 2>/dev/null; exit $$failed
endif

# What starts no process, browser or PostgreSQL and takes no seconds; a worker for each processor.
quick: .venv/dev.stamp
	$(BIN)/python -m pytest --quick --numprocesses logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder $(ARGS)

check: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/quizgen check
	$(BIN)/python -m mkdocs build --strict --site-dir var/check/mkdocs
	$(BIN)/python -m properdocs build --strict --config-file mkdocs.yml --site-dir var/check/properdocs

bench: .venv/dev.stamp
	$(BIN)/python -m tests.bench $(ARGS)

soak: .venv/dev.stamp
	$(BIN)/python -m tests.soak $(ARGS)

# Renew both lock files: exact versions with hashes, no index named.
lock: .venv/dev.stamp
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --upgrade --extra build pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --upgrade --extra build --extra dev --constraint requirements.lock pyproject.toml \
		--output-file requirements-dev.lock

update-goldens: .venv/dev.stamp
	$(BIN)/python -m pytest --update-goldens $(ARGS)

clean:
	rm -rf .venv var .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/run.stamp: requirements.lock pyproject.toml .ci/venv
	@sh .ci/venv requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@sh .ci/venv requirements-dev.lock
	@touch $@
