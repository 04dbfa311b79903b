# Every command that a person or CI runs. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 18,20
UNIT := tests/unit tests/infrastructure

.PHONY: help setup up down status logs check test lint types unit bench cost proof generated events examples calls lock clean

help: ## List the commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what the project needs (run by the other commands)
	@./local/setup.sh

up: setup ## Run the whole system on this machine; the first time, scan real posts and publish agents
	@$(PY) -m local up

down: setup ## Stop it; its state stays in .mam/
	@$(PY) -m local down

status: setup ## What runs, and how it is
	@$(PY) -m local status

logs: setup ## Follow the logs
	@$(PY) -m local logs

check: setup lint types unit ## Lint, types, infrastructure checks and unit tests (under two minutes)

lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports

types: setup
	.venv/bin/pyright

unit: setup
	$(PY) -m pytest $(UNIT) -n 2 --dist loadgroup -q

test: setup ## All tests: unit, infrastructure, architecture, integration, sandbox, workflows on the embedded cloud
	$(PY) -m pytest $(UNIT) tests/architecture tests/integration -n 2 --dist loadgroup -q
	$(PY) -m pytest tests/sandbox tests/workflow -q

bench: setup ## Print the figures (times, memory, sizes) next to their targets
	@$(PY) -m benchmarks

cost: setup ## What a deployment to AWS costs a month while nobody uses it, line by line
	@$(PY) -m infra_cdk.idle_cost

proof: setup ## The long checks; resumes where it stopped, results under docs/proof/
	@$(PY) -m benchmarks.proof

generated: setup ## Write all that follows from functions and stacks: API document, endpoints' events, calls, target difference
	PYTHONPATH=layers/agent_base $(PY) -m tests.generated

events: setup ## Write the sample events and the world they happen in from a run of both workflows
	PYTHONPATH=layers/agent_base $(PY) -m tests.integration.sample_world

examples: setup ## Write the worked examples of the factory's prompts from the offline model's kinds
	$(PY) -m tests.integration.worked_examples

calls: setup ## Add to the list of AWS calls per function what the last test runs recorded (.build/recorded-calls)
	$(PY) -m tests.infrastructure.recorded_calls

lock: setup ## Resolve pyproject.toml into the lock files (versions and hashes, no URLs)
	.venv/bin/uv pip compile --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate -q -o requirements.lock
	.venv/bin/uv pip compile --group bench --universal --python-version 3.11 --generate-hashes --constraint requirements.lock \
	  --no-emit-index-url --no-header --no-annotate -q -o benchmarks/requirements.lock
	$(PY) -m layers.lock

clean: ## Remove everything that was built or installed here, except the state in .mam/
	rm -rf .venv .build cdk.out node_modules .pytest_cache .ruff_cache
