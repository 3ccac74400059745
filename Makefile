# Plain verbs. `make setup` needs python3 (3.11 or later) with venv; the README's first line installs it on a bare Debian.
.PHONY: setup run test check bench docs lock clean faults
BIN := .venv/bin
PYTHON ?= python3

setup: .venv/.ready

LOCKED := $(addprefix requirements/,base.txt dev.txt ocr.txt population.txt)

.venv/.ready: $(LOCKED) pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes $(addprefix -r ,$(LOCKED))
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

run: setup
	$(BIN)/tongban demo

test: setup
	$(BIN)/pytest -n 2 --dist loadgroup

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/djlint --lint --quiet tongban/web
	$(BIN)/lint-imports --config .importlinter
	$(BIN)/mypy
	$(BIN)/pytest -q tests/architecture

bench: setup
	$(BIN)/tongban bench

# Ten thousand cases while lines, processes and databases fail; FAULTS="--quick --seed 7" for a small run of that seed.
# First the stories that take long, then thousands of cases; FAULTS="--cases 400" and the like go to the second part.
faults: setup
	$(BIN)/pytest -q -m long tests/faults
	$(BIN)/python -m tests.faults $(FAULTS)

docs: setup
	$(BIN)/pytest -q tests/architecture/test_docs.py

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find tongban tests -name __pycache__ -prune -exec rm -rf {} +

lock: $(addprefix lock-,base dev ocr population)

# In this order: what is locked first binds the others.
lock-dev: lock-base
lock-ocr: lock-dev
lock-population: lock-ocr
lock-%:
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --python-version 3.11 requirements/$*.in -o requirements/$*.txt
