# Everything a developer or a continuous-integration run does, from an empty checkout.
# `make help` lists the targets; PYTHON=… chooses an interpreter, VENV=… another folder.

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?=
PYTEST_ARGS ?= -n auto --dist loadscope
NIGHTLY_ARGS ?= -n auto
VECTORS_CHECK := build/vectors
FUZZ_TARGET ?= decode
FUZZ_SECONDS ?= 60
COMPARE_SEED ?= 1
COMPARE_SECONDS ?= 300
COMPARE_AREAS ?=
READER := spec/reader
WHEEL_DIR := build/wheel
PYTHONS ?= python3.11 python3.12 python3.13

# A name that resolves is not yet an interpreter that starts (version managers install stubs), and
# not every version will do: each candidate is asked.
SUITABLE := import sys; raise SystemExit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
VERSION := import sys; v = sys.version_info[:2]; print("%d.%d" % v); \
  raise SystemExit(not (3, 11) <= v <= (3, 13))
FIND_PYTHON = for candidate in $(PYTHON) $(if $(PYTHON),,python3.11 python3.12 python3.13 python3); do \
	  if "$$candidate" -c '$(SUITABLE)' >/dev/null 2>&1; then echo "$$candidate"; exit 0; fi; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 found; give one with: make PYTHON=/path/to/python3.12" >&2; \
	exit 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types imports reader pytest nightly fuzz compare kill-all wheel-check wheels \
  spec vectors vectors-check rejections venv clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
	  while IFS="$$(printf '\t')" read -r name text; do printf '  %-12s %s\n' "$$name" "$$text"; done

# An existing environment is kept when its interpreter still starts and is of a version we support.
$(VENV)/.created:
	@if $(BIN)/python -c '$(SUITABLE)' >/dev/null 2>&1; then :; else \
	  python="$$( $(FIND_PYTHON) )" && "$$python" -m venv --clear $(VENV); \
	fi
	@touch $@

$(VENV)/.runtime: pyproject.toml $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.development: pyproject.toml $(VENV)/.created
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,lint]'
	@touch $@ $(VENV)/.runtime

$(VENV)/.fuzzing: $(VENV)/.development
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@touch $@

venv: $(VENV)/.development ## the environment with everything tests and linters need

demo: $(VENV)/.runtime ## two nodes agree, share, withdraw and prove it
	$(BIN)/python -m linkcontract.node demo

test: lint types imports reader pytest ## all checks, with their own set-up

lint: $(VENV)/.development ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development ## mypy --strict
	$(BIN)/mypy

imports: $(VENV)/.development ## the direction of imports
	$(BIN)/lint-imports --no-logo

# Needs Node.js 20.19; without it the tests say that the second reader was not asked (and fail in CI).
reader: ## the packages and own tests of the second reader (Node.js)
	@if ! command -v npm >/dev/null 2>&1; then \
	  echo "the second reader is not checked: there is no npm here"; [ "$${CI:-}" != true ]; \
	else \
	  { cmp -s $(READER)/package-lock.json $(READER)/node_modules/.installed || \
	    { npm ci --prefix $(READER) --no-audit --no-fund --loglevel=error && \
	      cp $(READER)/package-lock.json $(READER)/node_modules/.installed; }; } && \
	  npm test --prefix $(READER) --silent; \
	fi

pytest: $(VENV)/.development ## the tests, a bounded number of examples
	$(BIN)/python -m pytest $(PYTEST_ARGS)

nightly: $(VENV)/.development ## the tests, with millions of generated steps (hours)
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest --timeout=0 $(NIGHTLY_ARGS)

fuzz: $(VENV)/.fuzzing ## coverage-guided fuzzing: FUZZ_TARGET=name FUZZ_SECONDS=n
	$(BIN)/python tests/fuzz/run.py $(FUZZ_TARGET) -max_total_time=$(FUZZ_SECONDS)

compare: $(VENV)/.development reader ## both implementations, altered vectors: COMPARE_SEED=n COMPARE_SECONDS=n
	$(BIN)/python tests/conformance/compare.py --seed $(COMPARE_SEED) --seconds $(COMPARE_SECONDS) \
	  $(if $(COMPARE_AREAS),--areas $(COMPARE_AREAS)) \
	  "$(BIN)/python -m linkcontract.conformance" "node $(READER)/main.mjs"

kill-all: $(VENV)/.development ## kill real processes at every write point (long)
	LINKCONTRACT_KILL=all $(BIN)/python -m pytest --timeout=0 -m kill

wheel-check: $(VENV)/.created ## build the wheel, install it into an empty environment, use it there
	rm -rf $(WHEEL_DIR)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps \
	  --wheel-dir $(WHEEL_DIR) .
	$(BIN)/python -m venv --clear $(WHEEL_DIR)/venv
	$(WHEEL_DIR)/venv/bin/python -m pip install --quiet --disable-pip-version-check \
	  $(WHEEL_DIR)/*.whl
	@# From another folder and isolated, so that nothing of the checkout can be imported.
	cd $(WHEEL_DIR) && venv/bin/python -I $(CURDIR)/tests/house/installed.py
	cd $(WHEEL_DIR) && venv/bin/python -I -m linkcontract.node demo

wheels: ## wheel-check under every Python of PYTHONS that is here, at least one
	@checked=; \
	for python in $(PYTHONS); do \
	  if version="$$("$$python" -c '$(VERSION)' 2>/dev/null)"; then \
	    $(MAKE) --no-print-directory wheel-check PYTHON="$$python" VENV="build/venv-$$version" || exit 1; \
	    checked="$$checked $$version"; \
	  fi; \
	done; \
	if [ -z "$$checked" ]; then $(MAKE) --no-print-directory wheel-check; exit; fi; \
	echo "the wheel works under Python$$checked"

spec: $(VENV)/.development ## write again what is generated: pages, vectors, sums
	$(BIN)/python spec/pages.py
	$(BIN)/python spec/vectors/generate.py
	$(BIN)/python spec/sums.py

rejections: $(VENV)/.development ## find the vector that rejects each wrong implementation
	$(BIN)/python tests/conformance/wrong/rejections.py

vectors: $(VENV)/.created ## pack specification, vectors and kit into dist/
	$(BIN)/python spec/archive.py dist

vectors-check: vectors $(VENV)/.runtime ## unpack them beside pytest alone, and ask this implementation
	rm -rf $(VECTORS_CHECK)
	$(BIN)/python -m venv $(VECTORS_CHECK)/venv
	$(VECTORS_CHECK)/venv/bin/python -m pip install --quiet --disable-pip-version-check 'pytest>=9.0,<10'
	tar -xzf dist/linkcontract-vectors-*.tar.gz -C $(VECTORS_CHECK) --strip-components 1
	cd $(VECTORS_CHECK)/spec && sha256sum --quiet -c SHA256SUMS
	cd $(VECTORS_CHECK)/spec/vectors && sha256sum --quiet -c SHA256SUMS
	@# Of the checkout only the executable is used, from elsewhere; its report has to be the kit's.
	cd $(VECTORS_CHECK) && venv/bin/python -m pytest -q -p no:cacheprovider tests/conformance \
	  --entrypoint "$(abspath $(BIN))/python -m linkcontract.conformance" --report kit.report
	cd $(VECTORS_CHECK) && $(abspath $(BIN))/python -m linkcontract.conformance report spec > own.report
	cmp $(VECTORS_CHECK)/kit.report $(VECTORS_CHECK)/own.report

clean: ## remove what was built; the environment stays
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
