"""What a shop is promised of its money is what its gateway's own promises allow, and no more."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout
from checkout_core.paying import promise
from checkout_core.sandbox import HOSTED, PRESETS, Sandbox
from checkout_core.shop import Misconfigured

ONLY_SALES = frozenset({"sale"})
LEFT = "a page of the provider's that the buyer has left may bring another"


@pytest.mark.parametrize(
    ("preset", "says"),
    [
        ("native", "one capture for each sealed payment; once edited, the earlier number may still bring one"),
        ("order_number", "one capture for each number; a second number follows an edit or a sender that was paused"),
        ("no_keys", "a second capture may come while a sender is paused"),
    ],
)
def test_what_holds_at_any_moment_follows_from_what_becomes_of_a_second_request(preset, says):
    able = attrs.evolve(PRESETS[preset], kinds=ONLY_SALES)
    assert promise(able).always == says
    assert promise(attrs.evolve(able, kinds=HOSTED.kinds)).always == f"{says}; {LEFT}"
    assert promise(able).finally_ == promise(HOSTED).finally_


@pytest.mark.parametrize(("last_call", "may"), [("provider", True), ("shop", False)])
def test_who_makes_the_last_call_of_three_d_secure_decides_whether_a_page_that_was_left_takes_money(last_call, may):
    able = attrs.evolve(PRESETS["native"], kinds=frozenset({"sale", "three_d"}), last_call=last_call)
    assert (LEFT in promise(able).always) is may


@pytest.mark.parametrize(
    ("void", "refund", "person"), [(True, False, False), (False, True, False), (False, False, True)]
)
def test_what_no_gateway_gives_back_a_person_does(void, refund, person):
    able = attrs.evolve(PRESETS["native"], void=void, refund=refund)
    assert promise(able).finally_.endswith("by a person, who is called") is person


def test_nothing_is_promised_of_one_that_cannot_be_asked_and_a_shop_with_it_is_refused():
    sandbox = Sandbox()
    sandbox.bank.capabilities = attrs.evolve(sandbox.bank.capabilities, inquiry=False)
    assert promise(sandbox.bank.capabilities).always == "nothing"
    with pytest.raises(Misconfigured, match="no inquiry"):
        Checkout(sandbox.ports)
