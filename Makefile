# Needs Python 3.11+ with venv, nothing else.  `make demo` and `make test` work in a fresh clone.
PYTHON ?= python3
WALK := .venv/bin/checkout-core walk --script examples/guest_card.toml --db build/demo.sqlite

.venv/ready: pyproject.toml
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install --quiet --upgrade pip  # Debian's has no --group
	.venv/bin/python -m pip install --quiet --group dev --editable '.[demo,testing]'
	touch $@

demo: .venv/ready
	mkdir -p build && rm -f build/demo.*
	$(WALK)

test: .venv/ready
	.venv/bin/python -m pytest -n 2

lint types core_only docs bench browser: .venv/ready
	.venv/bin/python -m nox --session $@

clean:
	rm -rf .venv .nox build dist docs/_build .*_cache .hypothesis

.PHONY: demo test lint types core_only docs bench browser clean
