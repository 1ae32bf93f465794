# Set-up and main jobs. Each target makes .venv and installs what it needs; nothing outside this folder is touched, but for
# Mesa's EGL driver and, for the tests, Chromium, which apt installs when there is none and it may.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
ARGS ?=

.PHONY: generate tutorial test lint bench docs clean

generate: $(VENV)/.base
	$(BIN)/python -m raster.generate $(ARGS)

tutorial: $(VENV)/.train
	$(BIN)/python -m raster.generate n=3000 out=out/tutorial
	$(BIN)/python -m train.fit data=out/tutorial out=out/tutorial-model $(ARGS)
	$(BIN)/python -m train.evaluate model=out/tutorial-model data=out/tutorial

# Bytecode is kept even where the environment says not to: the tests start hundreds of programs.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev $(VENV)/.datumaro $(VENV)/.browser
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal -rs $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.encode
	$(BIN)/python -m benchmarks.throughput $(ARGS)

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) build dist site

$(VENV)/.base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	    { rm -rf $(VENV); sh .ci/apt-install "Python cannot make a venv" python3-venv && $(PYTHON) -m venv $(VENV); }
	$(INSTALL) --editable .
	$(BIN)/python -m raster.doctor > $(VENV)/doctor.txt 2>&1 || \
	    sh .ci/apt-install "no EGL driver loads" libegl1 libgl1-mesa-dri
	touch $@

$(VENV)/.train: $(VENV)/.base .ci/constraints.txt
	$(INSTALL) --constraint .ci/constraints.txt --editable '.[train]'
	touch $@

$(VENV)/.dev: $(VENV)/.base .ci/constraints.txt
	$(INSTALL) --constraint .ci/constraints.txt --editable '.[train,dev]'
	touch $@

# Datumaro reads exports in the tests. It wants older versions of what others need: an environment of its own.
$(VENV)/.datumaro: $(VENV)/.base .ci/constraints.txt
	$(BIN)/python -m venv --clear $(VENV)/datumaro
	$(VENV)/datumaro/bin/python -m pip install --quiet --disable-pip-version-check datumaro==1.13.12
	touch $@

# A browser for the tests of pages. Where none can be installed they are skipped, and the end of the tests names them.
$(VENV)/.browser: $(VENV)/.dev
	if PYTHONPATH=tests/support $(BIN)/python -c "import browser, sys; sys.exit(not browser.find_browser())" || \
	    sh .ci/apt-install "the tests of pages find no Chromium" chromium; then touch $@; fi

$(VENV)/.docs: $(VENV)/.base .ci/constraints.txt
	$(INSTALL) --constraint .ci/constraints.txt --editable '.[docs]'
	touch $@
