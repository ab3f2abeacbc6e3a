from __future__ import annotations

from functools import partial

import pytest

from .world import Buyer


@pytest.fixture(params=[False, True], ids=["threads", "event loop"])
def walks(request):
    """`walks(world)` is a buyer at the checkout of that world; every test runs with both drivers."""
    return partial(Buyer, awaited=request.param)
