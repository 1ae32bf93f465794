# Set-up and main jobs. Each target makes .venv and installs what it needs; nothing outside this folder is touched, but for
# Mesa's EGL driver, which apt installs when no driver loads and it may.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: generate test lint bench clean

generate: $(VENV)/.base
	$(BIN)/python -m raster.generate $(ARGS)

test: $(VENV)/.dev
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.encode
	$(BIN)/python -m benchmarks.throughput $(ARGS)

clean:
	rm -rf $(VENV) build dist

$(VENV)/.base: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	    { rm -rf $(VENV); sh .ci/apt-install "Python cannot make a venv" python3-venv && $(PYTHON) -m venv $(VENV); }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	$(BIN)/python -m raster.doctor > $(VENV)/doctor.txt 2>&1 || \
	    sh .ci/apt-install "no EGL driver loads" libegl1 libgl1-mesa-dri
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@
