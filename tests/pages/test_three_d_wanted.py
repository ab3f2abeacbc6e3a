"""When 3-D Secure is wanted: by the issuer, by a rule of the shop, by the buyer."""

from __future__ import annotations

import pytest

from checkout_core import PreOrder, Step, evolve
from checkout_core.order import Buyer
from checkout_core.page import Caller
from checkout_core.rules.three_d import AmountLimit, OnlyGuestUser, PaymentCurrency, PosSlugs, ThreeDRule, TrialLimit

from .card_kit import (
    AT_ONCE,
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_THREE,
    PAYING,
    THREE_D,
    World,
    chosen,
    declines,
)
from .kit import lira

READY = chosen(IN_THREE)
CAREFUL_READY = chosen(CAREFUL.installments[0], "542120")


def step_of(world: World, of: PreOrder, page: str = CONFIRMATION, body: object = None) -> Step:
    return world.checkout.submit(of, page, PAYING if body is None else body)


# When it is wanted


class Fires:
    def fires(self, visit: object, /) -> bool:
        return True


class Silent(Fires):
    def fires(self, visit: object, /) -> bool:
        return False


RULES: list[tuple[ThreeDRule, PreOrder, bool]] = [
    (AmountLimit(lira("131.24")), READY, True),
    (AmountLimit(lira("131.25")), READY, False),
    (AmountLimit(lira("130.00")), chosen(AT_ONCE), False),
    (OnlyGuestUser(), READY, True),
    (OnlyGuestUser(), evolve(READY, buyer=Buyer("7", "grace@example.org")), False),
    (PosSlugs(frozenset({"bank"})), READY, True),
    (PosSlugs(frozenset({"another"})), READY, False),
    (PaymentCurrency(frozenset({"TRY", "USD"})), READY, True),
    (PaymentCurrency(frozenset({"USD"})), READY, False),
]


def goes(rules: tuple[object, ...], of: PreOrder, *, enabled: bool = True, **body: object) -> str:
    """How the money is asked for, and whether the page said so before."""
    world = World(three_d_secure_enabled=enabled, three_d_secure_rules=rules)
    caller = Caller(of.buyer.account)
    promised = world.checkout.view(of, CONFIRMATION, caller).context.three_d_secure_required
    step = world.checkout.submit(of, CONFIRMATION, {**PAYING, **body}, caller)
    ((method, _),) = world.bank.calls
    assert step.page == {"start_three_d": THREE_D, "sale": "ThankYouPage"}[method]
    if not body:
        assert promised is (method == "start_three_d")
    return method


@pytest.mark.parametrize(("rule", "of", "wanted"), RULES)
def test_a_rule_of_the_shop_sends_the_buyer_to_the_bank(rule, of, wanted):
    assert goes((rule,), of) == ("start_three_d" if wanted else "sale")


@pytest.mark.parametrize(
    ("rules", "wanted"),
    [
        ((), False),
        ((Silent(),), False),
        ((Silent(), Fires()), True),
        ((Fires(), Silent()), True),
        ((Silent(), Silent()), False),
    ],
)
def test_one_rule_that_fires_is_enough(rules, wanted):
    assert goes(rules, READY) == ("start_three_d" if wanted else "sale")


def test_the_master_switch_silences_every_rule_and_the_buyers_wish():
    assert goes((Fires(),), READY, enabled=False) == "sale"
    assert goes((Fires(),), READY, enabled=False, use_three_d=True) == "sale"


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("wish", [{}, {"use_three_d": False}, {"use_three_d": "0"}, {"use_three_d": "1"}])
def test_an_issuer_that_insists_is_obeyed_whatever_shop_and_buyer_want(enabled, wish):
    of = CAREFUL_READY
    world = World(three_d_secure_enabled=enabled)
    assert world.checkout.view(of, CONFIRMATION).context.three_d_secure_required
    assert step_of(world, of, body={**CAREFUL_PAYING, **wish}).page == THREE_D
    assert [method for method, _ in world.bank.calls] == ["start_three_d"]


@pytest.mark.parametrize(
    ("wish", "method"), [(True, "start_three_d"), ("1", "start_three_d"), (False, "sale"), ("", "sale")]
)
def test_the_buyer_may_wish_for_it_where_no_rule_does(wish, method):
    assert goes((Silent(),), READY, use_three_d=wish) == method


@pytest.mark.parametrize("wish", [False, "0", "off"])
def test_the_buyer_cannot_wish_it_away(wish):
    assert goes((Fires(),), READY, use_three_d=wish) == "start_three_d"


def test_after_so_many_declines_in_this_checkout_the_next_payment_is_proved():
    world = World(three_d_secure_enabled=True, three_d_secure_rules=(TrialLimit(2),))
    of = READY
    for _ in range(2):
        world.bank.will.append(declines("insufficient_funds"))
        step = step_of(world, of)
        of = step.pre_order
    assert step.context.three_d_secure_required
    assert step_of(world, of).page == THREE_D
    assert [method for method, _ in world.bank.calls] == ["sale", "sale", "start_three_d"]
