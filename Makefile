# Every target sets up what it needs on a fresh Debian 12 machine and is quick when it is there.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
OUT ?= demo-out

.PHONY: help setup demo test faults check bench fmt requirements clean

help:
	@echo "make demo    the main job, on an embedded database (writes to ./demo-out, or OUT=DIR)"
	@echo "make test    every test, on real parts"
	@echo "make faults  the long runs: thousands of histories, hundreds of kills, months of bookings and mail"
	@echo "make check   linters, types, architecture"
	@echo "make bench   speed: ours, the floor, their ratio, the goal"
	@echo "make setup   only the virtual environment and the system packages"

$(READY): requirements/dev.txt pyproject.toml packaging/setup-venv
	packaging/setup-venv

setup: $(READY)
	packaging/system-packages test
	packaging/setup-prism

demo: $(READY)
	packaging/system-packages desktop
	$(VENV)/bin/interview-desk demo --out "$(OUT)"

test: setup
	packaging/run-tests

# Two machines of histories, so 10,000 in all; a thousand on a failing disk; a hundred kills of
# desks and of the server each; a thousand histories of several people typing; a server that dies
# at a hundred steps of asking Cal.com for something; a month of 2,000 bookings; 1,000 interviews
# followed up for 90 days.
faults: export INTERVIEW_DESK_HISTORIES ?= 5000
faults: export INTERVIEW_DESK_DISK_HISTORIES ?= 1000
faults: export INTERVIEW_DESK_KILLS ?= 100
faults: export INTERVIEW_DESK_TYPING_HISTORIES ?= 1000
faults: export INTERVIEW_DESK_ASKED_STEPS ?= 100
faults: export INTERVIEW_DESK_CALCOM_BOOKINGS ?= 2000
faults: export INTERVIEW_DESK_MAIL_INTERVIEWS ?= 1000
faults: export INTERVIEW_DESK_MAIL_DAYS ?= 90
faults: export INTERVIEW_DESK_MAIL_KILLS ?= 50
faults: setup
	$(PY) -m pytest -n "$$(packaging/workers)" --dist worksteal tests/faults \
		tests/server/followups/test_months_of_mail.py

check: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/mypy tests
	$(VENV)/bin/lint-imports
	packaging/check-pins

bench: setup
	$(PY) tests/bench

fmt: $(READY)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

requirements:
	packaging/pin-requirements

clean:
	rm -rf $(VENV) build dist demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis
