# Two commands for a fresh machine: `make demo` and `make test`. Everything else is for people at work on Tactful.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo check test lint chaos bench format schemas clean

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(STAMP)

setup: $(STAMP)  ## make the virtual environment

demo: $(STAMP)  ## the main job on an embedded real Kafka, at most three minutes
	$(BIN)/tactful demo

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: lint  ## lint, types, import rule, tests that need nothing running: under a minute
	$(BIN)/pytest -q -n 2 -m "not kafka and not java and not slow"

test: lint  ## everything, the real-Kafka tests included; two processes, each with a broker of its own; what fails runs once more, alone
	$(BIN)/pytest -q -n 2 --dist loadscope --durations 20 || $(BIN)/pytest -q -n 0 --last-failed --last-failed-no-failures none

SEED ?= 1
ROUNDS ?= 20

chaos: $(STAMP)  ## every fault by itself, then the rounds of docs/reliability.md: half an hour; SEED=7 chooses others
	CHAOS_SEED=$(SEED) CHAOS_ROUNDS=$(ROUNDS) $(BIN)/pytest -q -s -n 0 -m "chaos or kafka" tests/kafka/faults tests/chaos

bench: $(STAMP)  ## the figures of benchmarks/README.md: half an hour on a quiet machine
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.latency
	$(BIN)/python -m benchmarks.restore

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

schemas: $(STAMP)  ## rewrite docs/schemas from the models
	$(BIN)/tactful schema export docs/schemas

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
