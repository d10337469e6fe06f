# `make help` lists what can be asked for. Everything runs in .venv, in which each target first puts what it needs.
PYTHON ?= python3
BIN := .venv/bin
# What is installed, from which lock: each holds all of the one before.
REPORTS := .venv/.ready-reports
LAB := .venv/.ready-lab
DEV := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help reports install lab test check verify docs lock clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

reports: $(REPORTS)  ## render every report of notebooks/reports.toml into reports/
	$(BIN)/polltables render

install: $(LAB)  ## set up .venv for work of your own: JupyterLab and readers of published files too

lab: $(LAB)  ## open copies of the notebooks in JupyterLab; options for it: make lab ARGS='--port 9999'
	@$(BIN)/polltables notebook
	$(BIN)/jupyter lab --allow-root --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/working \
	    --ContentsManager.pre_save_hook=polltables.rendering.working.spare_collection $(ARGS)

test: $(DEV)  ## run every test, on every core
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: $(DEV)  ## format, lint and types; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb

verify: $(DEV)  ## render the collection in three ways, compare byte by byte, and read it in a browser
	$(BIN)/python tests/verify.py

docs: $(DEV)  ## build the site into docs/_build/html; warnings and dead links are errors
	rm -rf docs/_build docs/reference
	$(BIN)/sphinx-build -q -W --keep-going -b html -d docs/_build/doctrees docs docs/_build/html
	$(BIN)/python docs/links.py docs/_build/html

COMPILE := uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --group build \
    --generate-hashes --no-emit-index-url --custom-compile-command 'make lock'
lock:  ## resolve the dependencies anew (needs uv)
	$(COMPILE) --all-extras --output-file requirements-dev.lock pyproject.toml
	$(COMPILE) --no-annotate --constraint requirements-dev.lock --extra render --extra notebooks --extra import \
	    --output-file requirements-lab.lock pyproject.toml
	$(COMPILE) --no-annotate --constraint requirements-dev.lock --extra render \
	    --output-file requirements.lock pyproject.toml
	$(COMPILE) --all-extras --constraint requirements-dev.lock --output-file pylock.toml pyproject.toml
	sed -E 's#"https?://[^"]*/packages/#"https://files.pythonhosted.org/packages/#' pylock.toml >pylock.new  # not of a mirror
	mv pylock.new pylock.toml

clean:  ## remove the environment and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/browser/node_modules docs/_build docs/reference

# uv when it is there, since it is faster; otherwise nothing but the standard library.
$(REPORTS): requirements.lock
$(LAB): requirements-lab.lock
$(DEV): requirements-dev.lock
$(REPORTS) $(LAB) $(DEV): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "This project needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.12"; exit 1; }
	@if command -v uv >/dev/null; then \
	    uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" .venv && \
	    uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r $(filter %.lock,$^) && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
	    $(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	        { echo "This Python cannot make environments; install its venv module (Debian: apt install python3-venv) or uv."; exit 1; }; \
	    $(PYTHON) -m venv .venv && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(filter %.lock,$^) && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@
