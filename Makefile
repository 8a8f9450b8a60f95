# make help lists what there is. Needs Python 3.11 or later and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PLANS ?= plans
SITE ?= site
COHORT ?= data/cohorts/sample.csv

.PHONY: help plans test lab lint notebooks site bench lock clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## */make \1\t/' | expand -t 14

# uv installs in seconds; where it cannot be had, pip does the same more slowly. Certificates are the system's own.
export UV_SYSTEM_CERTS := 1
$(BIN)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mls-kit needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	($(BIN)/pip install --quiet uv && $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python \
		-c constraints.txt -e '.[test]') || $(BIN)/pip install --quiet -c constraints.txt -e '.[test]'
	$(BIN)/python -m compileall -q mls_kit
	mkdir -p $(VENV)/share/jupyter/lab/settings
	cp data/lab_settings.json $(VENV)/share/jupyter/lab/settings/overrides.json
	touch $@

plans: $(BIN)/.installed  ## a plan for everybody in data/cohorts/sample.csv, into plans/ (COHORT=..., PLANS=...)
	$(BIN)/mls-kit batch $(COHORT) -o $(PLANS)

test: $(BIN)/.installed lint  ## style, types, every test, every notebook; in a browser too where Chromium is installed
	$(BIN)/pytest -n auto --dist loadgroup
	MLS_KIT_HOME=$$(mktemp -d) $(BIN)/pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=120 \
		notebooks/*.ipynb notebooks/instructor

lint: $(BIN)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache

lab: $(BIN)/.installed  ## open the course in JupyterLab
	$(BIN)/jupyter lab notebooks

notebooks: $(BIN)/.installed  ## make the learners' notebooks anew from notebooks/solutions
	$(BIN)/python -m mls_kit.course.lessons

site: $(BIN)/.installed  ## the whole course as static pages, into site/ (SITE=...)
	$(BIN)/python -m mls_kit.course.site $(SITE)

bench: $(BIN)/.installed  ## measure speed, as ratios side by side
	$(BIN)/python benchmarks/reports.py
	$(BIN)/python benchmarks/imports.py
	$(BIN)/python benchmarks/score_model.py
	$(BIN)/python benchmarks/widgets.py
	$(BIN)/python benchmarks/practice.py
	$(BIN)/python benchmarks/cohort.py
	$(BIN)/python benchmarks/cells.py
	$(BIN)/python benchmarks/batch.py --pages --ways pool,ours,floor

lock: $(BIN)/.installed  ## make constraints.txt anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --upgrade --quiet -o constraints.txt

clean:  ## remove the environment and everything made
	rm -rf $(VENV) plans site .pytest_cache .mypy_cache .ruff_cache
