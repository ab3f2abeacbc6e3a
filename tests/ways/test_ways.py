"""Each way to pay is walked over HTTP, and again with the shop killed after the call that matters most.

`python -m tests.ways` kills it after every call.
"""

from __future__ import annotations

import sys

import pytest

from .table import WAYS
from .walking import walks
from .world import Street

HARDEST = {  # the call whose answer nobody has seen
    "card": "Sale", "card, 3-D Secure": "FinishThreeD", "funds transfer": "OrderPlaced", "redirection": "StartSession",
    "gpay": "StartSession", "pay on delivery": "TakeHold", "pay on delivery, SMS": "SendSms",
    "gift card and card": "gift-hold", "gift card": "gift-commit", "loyalty money and card": "Sale",
    "loyalty money": "OrderPlaced",
}  # fmt: skip

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked and killed as POSIX has it")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with Street() as street, street.shop(tmp_path_factory.mktemp("ways")) as shop:
        yield shop


def test_every_way_that_is_walked_is_killed_once():
    assert {way.name for way in WAYS} == HARDEST.keys()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_shop_that_is_killed_after_the_call_that_matters_most_ends_with_one_order_and_one_capture(world, way):
    walk = walks(world, way, HARDEST[way.name])
    assert (walk.killed_after, walk.orders, walk.takings) == (HARDEST[way.name], 1, way.takings)
