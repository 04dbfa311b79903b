# Every command that a person or CI runs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20
UNIT := tests/unit tests/infrastructure
SKIPPED := .build/skipped-tests

.PHONY: help setup up down status logs check test lint types unit bench cost proof generated events examples calls lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what the project needs (the other commands do it, too)
	@./local/setup.sh

up: setup ## Run the whole system here; at first, scan and publish agents
	@$(PY) -m local up

down: setup ## Stop it; its state stays in .mam/
	@$(PY) -m local down

status: setup ## What runs, and how it is
	@$(PY) -m local status

logs: setup ## Follow the logs, one line an event; Ctrl-C ends it
	@$(PY) -m local logs

check: setup lint types unit ## Lint, types, infrastructure and unit tests (minutes)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

types: setup
	.venv/bin/pyright

unit: setup
	$(PY) -m pytest $(UNIT) -n 2 --dist loadgroup -q

test: setup ## All tests (20 to 25 minutes); ends with what was skipped
	@rm -f $(SKIPPED)
	MAM_SKIPPED=$(SKIPPED) $(PY) -m pytest -p tests.skipped $(UNIT) tests/architecture tests/integration -n 2 --dist loadgroup -q
	MAM_SKIPPED=$(SKIPPED) $(PY) -m pytest -p tests.skipped tests/sandbox tests/workflow -q
	@$(PY) -m tests.skipped $(SKIPPED)

bench: setup ## Print the figures (times, memory, sizes) next to their targets
	@$(PY) -m benchmarks

cost: setup ## What a deployment costs a month while nobody uses it
	@$(PY) -m infra_cdk.idle_cost

proof: setup ## The long checks; go on where they stopped (docs/proof/)
	@PYTHONPATH=layers/agent_base $(PY) -m benchmarks.proof

generated: setup ## Write all that follows from functions and stacks
	PYTHONPATH=layers/agent_base $(PY) -m tests.generated

events: setup ## Write the sample events from a run of both workflows
	PYTHONPATH=layers/agent_base $(PY) -m tests.integration.sample_world

examples: setup ## Write the worked examples of the factory's prompts
	$(PY) -m tests.integration.worked_examples

calls: setup ## Add to the list of AWS calls what the last tests recorded
	$(PY) -m tests.infrastructure.recorded_calls

lock: setup ## Resolve pyproject.toml into the lock files
	.venv/bin/uv pip compile --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	.venv/bin/uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --constraint requirements.lock \
	  --no-emit-index-url --no-header --no-annotate -q -o benchmarks/requirements.lock
	$(PY) -m layers.lock

clean: ## Remove what was built or installed here, but not the state
	rm -rf .venv .build cdk.out node_modules .pytest_cache .ruff_cache
