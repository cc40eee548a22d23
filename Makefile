# Trellis: what one types. `make` alone lists it all.
SHELL := /bin/bash
.DEFAULT_GOAL := help
space := $(subst ,, )

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
BIN := .venv/bin
OURS := $(sort $(wildcard libs/*/pyproject.toml services/*/pyproject.toml sandbox/*/pyproject.toml))
SOURCES := $(sort $(wildcard libs/*/src services/*/src sandbox/*/src))
JOURNEY ?= J1
PUBLIC_DATA ?= ../shared/data
KEPT_ADVISORIES := CVE-2024-23342

export KAFKA

.PHONY: help setup run demo demo-consent demo-chaos test test-public test-browser check events distributions mutants disclosure-table bench-events bench-quick bench-lengths lock test-kafka faults faults-long faults-mutants audit

help: ## List what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ours.stamp ## Install everything: the locked packages (hashes checked), then our own distributions

run: setup ## Start the whole platform on this machine (KAFKA=apache for Apache Kafka; TRELLIS_PORT moves it; Ctrl-C ends it)
	@$(BIN)/trellis up

demo: setup ## Walk one person's whole course of care (JOURNEY=J1) on the running platform, or on one of its own
	@$(BIN)/trellis demo --journey $(JOURNEY)

demo-consent: setup ## Give a consent and take it back while a hundred partners read; print who was told what, and when no more
	@$(BIN)/trellis demo --journey consent

demo-chaos: setup ## Walk J1 with twenty people at once while services and broker are killed (TRELLIS_SEED repeats it)
	@$(BIN)/trellis chaos

test: setup ## Run every test that a clone can run, on an embedded PostgreSQL and broker
	@$(BIN)/python -m trellis.suites -m "not public and not long and not browser and not kafka"

test-public: setup ## Run the tests against published reference data (PUBLIC_DATA, not part of the clone)
	@TRELLIS_PUBLIC_DATA=$(abspath $(PUBLIC_DATA)) $(BIN)/python -m trellis.suites -m public

test-kafka: setup ## Run what speaks to a broker on Apache Kafka: one node, then three; needs Java 17 and Maven (QUICK=1: one node)
	@$(BIN)/python -m trellis.kafka_suites $(if $(QUICK),--quick)

test-browser: setup ## Use the page at /docs as a person does, in a headless Chromium that reaches this machine alone
	@$(BIN)/python -m pytest tests/browser -m browser

check: setup ## Read the code: ruff, mypy, import contracts, generated files, deployment files, distributions
	$(BIN)/ruff check .
	MYPYPATH=$(subst $(space),:,$(strip $(SOURCES))) $(BIN)/mypy $(foreach folder,$(SOURCES),$(filter-out %.egg-info %__pycache__,$(wildcard $(folder)/*)))
	$(BIN)/lint-imports
	$(BIN)/python -m trellis.events --check
	$(BIN)/python -m trellis.roles --check
	@$(BIN)/python -m privacy.table | diff -q - docs/disclosure-table.md || { echo "Say make disclosure-table."; exit 1; }
	$(BIN)/python tests/asyncapi/check.py
	@set -e; for file in $(wildcard docs/check.py deploy/check.py); do echo "$$file"; $(BIN)/python $$file; done
	@$(MAKE) --no-print-directory distributions

events: setup ## Write what is generated: docs/events.md, docs/asyncapi.json, the agreed forms and examples, docs/roles.md
	@$(BIN)/python -m trellis.events
	@$(BIN)/python -m trellis.roles

disclosure-table: setup ## Write docs/disclosure-table.md: who is told what, with which consent
	@$(BIN)/python -m privacy.table > docs/disclosure-table.md

distributions: setup ## Build a wheel of each of our distributions
	@rm -rf dist && $(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist \
	  $(foreach file,$(OURS),./$(dir $(file))) && echo "$$(ls dist | wc -l) distributions built."

mutants: setup ## Take each defence away in a copy and expect its test to go red
	@$(BIN)/python tests/mutants/run.py

bench-events: setup ## Print latency, drain and effects of the event backbone beside the bare client (KAFKA=apache for Apache Kafka)
	@$(BIN)/python bench/events.py
faults: setup ## Kill services, cut and empty the broker, stop PostgreSQL (KAFKA=apache for Apache Kafka): nothing lost, nothing twice
	@TRELLIS_AWAY=60 $(BIN)/python -m pytest tests/faults -s --durations=5

faults-long: setup ## Three thousand kills under load (300 with KAFKA=apache); the record is kept in tests/faults/records
	@$(BIN)/python tests/faults/long.py $(FAULTS)

faults-mutants: setup ## Take six defences of the backbone away, one by one: a storm of a hundred kills, or a test, must find it
	@$(BIN)/python tests/faults/mutants.py $(MUTANTS)

bench-quick: setup ## Print the write and read ratios beside a naive stack and a hand-written floor
	@$(BIN)/python bench/quick.py

bench-lengths: setup ## Print how the time of whatever reads free text grows with its length: an exponent beyond 1.2 fails
	@$(BIN)/python bench/lengths.py

lock: .venv/bin/python ## Resolve requirements.in and those of the images into their locks: names, versions, hashes
	@$(PYTHON) -m venv .trellis/lock && .trellis/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	@set -e; for name in requirements requirements-service requirements-operator requirements-audit; do .trellis/lock/bin/uv pip compile --quiet --universal \
	  --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --output-file $$name.lock $$name.in; done
	@rm -rf .trellis/lock

audit: .venv/bin/python ## Ask for known advisories of every locked version; needs the network (docs/security.md says which one stays, and why)
	@$(PYTHON) -m venv .trellis/audit && .trellis/audit/bin/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes -r requirements-audit.lock
	@.trellis/audit/bin/pip-audit --progress-spinner off --strict --disable-pip --require-hashes $(KEPT_ADVISORIES:%=--ignore-vuln %) \
	  $(foreach name,requirements requirements-service requirements-operator,-r $(name).lock)

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or later is not on this machine: install it, or say make PYTHON=/path/to/python."; exit 1; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$$($(PYTHON) -V) is too old: Trellis needs Python 3.11 or later (make PYTHON=/path/to/python)."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment: install its venv module (python3-venv), and look for disk space."; exit 1; }

.venv/lock.stamp: requirements.lock | .venv/bin/python
	@echo "Installing the locked packages…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  || { echo "The locked packages cannot be installed: is a package registry reached, and is there disk space?"; exit 1; }
	@touch $@

.venv/ours.stamp: .venv/lock.stamp $(OURS)
	@echo "Installing our own distributions…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  $(foreach file,$(OURS),-e ./$(dir $(file))) || { echo "Our own distributions cannot be installed; what pip says stands above."; exit 1; }
	@touch $@
