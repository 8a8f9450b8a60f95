# make help lists what there is. Needs Python 3.11 or later and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLANS ?= plans
SITE ?= site
COHORT ?= data/cohorts/sample.csv
# all cores, the tests of a file on one of them; notebooks among them, each cell a test
PYTEST := $(BIN)/pytest -n auto --dist loadfile --nbval-lax --nbval-current-env --nbval-cell-timeout=120

.PHONY: help plans test test-all test-rest lab lint notebooks site facts bench lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */make \1\t/' | expand -t 16

# uv installs in seconds; where it cannot be had, pip does the same more slowly. Both check the digests in constraints.txt,
# build nothing but this project, and ask the network only for what is not there already: uv has its cache, uv itself is kept.
# Certificates are the system's own.
export UV_SYSTEM_CERTS := 1
LOCKED := --quiet --require-hashes --only-binary :all:
UV := $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode
KEPT ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/mls-kit
KEPT_UV = $(BIN)/pip install $(LOCKED) --no-index --find-links "$(KEPT)" -r $(VENV)/uv.txt
HERE := --quiet --no-deps --no-build-isolation -e .
$(BIN)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mls-kit needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	sed -n '/^uv==/,/[^\]$$/p' constraints.txt >$(VENV)/uv.txt
	$(KEPT_UV) 2>/dev/null || ($(BIN)/pip download $(LOCKED) --dest "$(KEPT)" -r $(VENV)/uv.txt && $(KEPT_UV)) || true
	$(UV) $(LOCKED) --offline -r constraints.txt 2>/dev/null || $(UV) $(LOCKED) -r constraints.txt \
		|| $(BIN)/pip install $(LOCKED) -r constraints.txt
	$(UV) --offline $(HERE) || $(BIN)/pip install $(HERE)
	$(BIN)/python -m compileall -q mls_kit
	mkdir -p $(VENV)/share/jupyter/lab/settings
	cp data/lab_settings.json $(VENV)/share/jupyter/lab/settings/overrides.json
	touch $@

plans: $(BIN)/.installed  ## a plan for everybody in data/cohorts/sample.csv, into plans/ (COHORT=..., PLANS=...)
	$(BIN)/mls-kit batch $(COHORT) -o $(PLANS)

test: $(BIN)/.installed lint  ## in five minutes: style, types, every room, every notebook; a browser where Chromium is
	$(PYTEST) -m 'not whole' tests mls_kit notebooks/*.ipynb

test-all: test test-rest  ## test, then test-rest

test-rest: $(BIN)/.installed  ## what test leaves out: searching longer, all that drives the kit from outside (tests/whole), and what is slow
	MLS_KIT_PROFILE=steady $(PYTEST) -m 'whole or hypothesis or steady' tests notebooks/instructor

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

lab: $(BIN)/.installed  ## open lesson 00 in JupyterLab
	$(BIN)/jupyter trust notebooks/*.ipynb >/dev/null
	$(BIN)/jupyter lab notebooks --LabApp.default_url=/doc/tree/00_start_here.ipynb

notebooks: $(BIN)/.installed  ## make the learners' notebooks anew from notebooks/solutions
	$(BIN)/python -m mls_kit.course.lessons

site: $(BIN)/.installed  ## the whole course as static pages, into site/ (SITE=...)
	$(BIN)/python -m mls_kit.course.site $(SITE)

facts: $(BIN)/.installed  ## the exam facts to check again: old, in conflict or second-hand
	$(BIN)/mls-kit exams --to-check

bench: $(BIN)/.installed  ## measure speed, as ratios side by side
	$(BIN)/python benchmarks/reports.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/score_model.py
	$(BIN)/python benchmarks/widgets.py
	$(BIN)/python benchmarks/practice.py
	$(BIN)/python benchmarks/cohort.py
	$(BIN)/python benchmarks/cells.py
	$(BIN)/python benchmarks/single.py
	$(BIN)/python benchmarks/door.py
	$(BIN)/python benchmarks/batch.py --pages --ways pool,ours,floor

lock: $(BIN)/.installed  ## make constraints.txt anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --generate-hashes --upgrade --quiet -o constraints.txt

clean:  ## remove the environment and everything made
	rm -rf $(VENV) plans site .pytest_cache .mypy_cache .ruff_cache
