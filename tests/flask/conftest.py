"""The example as its README starts it, in a folder of the test's own, with a clock that a test may set."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from flask.cli import prepare_import

EXAMPLE = Path(__file__).parents[2] / "examples" / "flask_shop" / "app"


class Clock:
    """The computer's, and `ahead` of it."""

    ahead = timedelta()

    def __call__(self):
        return datetime.now(UTC) + self.ahead


@contextmanager
def started(example, folder):
    """The example's app, with what it keeps in that folder."""
    app = example.create_app(str(folder / "instance"))
    app.testing = True
    try:
        yield app
    finally:
        app.extensions["shop_database"].kw["bind"].dispose()


@pytest.fixture
def example():
    """The module that `flask --app` finds."""
    return import_module(prepare_import(str(EXAMPLE)))


@pytest.fixture
def clock(example, monkeypatch):
    clock = Clock()
    monkeypatch.setattr(example, "now", clock)
    return clock


@pytest.fixture
def app(example, clock, tmp_path):
    with started(example, tmp_path) as app:
        yield app
