# Everything runs in .venv, which is made once and again when pyproject.toml changes.
# make run PYTHON=python3.12 chooses the interpreter, make test VENV=/tmp/venv another place for the environment.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test slow search feed-score corpora feed-soak soak crash mta cases pairs background bench lint types check clean

run: $(READY)
	$(BIN)/monitor run --once --config config.example.toml

test: $(READY)
	$(BIN)/pytest -q -m "not slow"

# Long runs of what `make test` does in short: a million pairs of rule and article, kills at every point, big files.
slow: $(READY)
	$(BIN)/pytest -q -m slow

# The property tests with other examples on each run, where `make test` takes the same ones each time.
search: $(READY)
	$(BIN)/pytest -q -m "not slow" --hypothesis-profile=search $(shell grep -rl "from hypothesis" tests --include='test_*.py')

# The feed-fetch scorecard over seven simulated days; what must hold of feeds is in tests/ingest.
feed-score: $(READY)
	cd tests && $(abspath $(BIN))/python -m ingest.scorecard

# A thousand feeds with faults over a simulated day.
feed-soak: $(READY)
	cd tests && $(abspath $(BIN))/python -m ingest.soak

# A day of simulated time in the whole house: 1,000 sources, 50,000 articles, a reload a minute, mail faults, restarts.
soak: $(READY)
	MALLOC_ARENA_MAX=2 $(BIN)/python -m benchmarks.soak

# What other projects test their parsers with (../shared/feeds), as a table.
corpora: $(READY)
	cd tests && $(abspath $(BIN))/python -m ingest.corpora

# A thousand deaths at random instants, on a bad network, a full disk and a failing one; then the books.
crash: $(READY)
	$(BIN)/python -m tests.e2e.crash_soak --kills 1000

# Digests through a real Postfix on loopback, read back from its mailbox; skipped, with the reason, where none can run.
mta: $(READY)
	$(BIN)/python -m tests.e2e.mta

# docs/cases.md: which test covers which fault case.
cases: $(READY)
	$(BIN)/python -m tests.case_table

# A million random pairs of rule and article: the engine beside the reference evaluator.
pairs: $(READY)
	$(BIN)/python -m tests.query.bulk 1000000

# The word counts of news at large (../shared/eval, without what stories are scored on); ship the file that this writes.
background: $(READY)
	$(BIN)/python -m benchmarks.background ../shared/eval/stream.jsonl.gz ../shared/eval/noise.jsonl

# The engine beside its peers, and what building it costs; written to benchmarks/results.md and building.md.
bench: $(READY)
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.building

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

check: lint types test

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make run PYTHON=python3.11" or 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Setting up $(VENV) ...'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
