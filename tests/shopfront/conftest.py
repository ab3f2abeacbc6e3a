"""One shop a test."""

from __future__ import annotations

import pytest

from .shop import World


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def visitor(world):
    return world.visitor()
