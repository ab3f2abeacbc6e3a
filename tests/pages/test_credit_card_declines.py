"""3-D Secure after declines in any checkout: counted by e-mail address and by the address requests come from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as with_

from checkout_core import Caller, Misconfigured, PreOrder, evolve
from checkout_core.effects import CountSpent
from checkout_core.order import Buyer
from checkout_core.page import GUEST
from checkout_core.pages.credit_card import CreditCardConfirmationPage
from checkout_core.rules.three_d import TrialLimitPerRemoteAddr, TrialLimitPerUserEmail
from checkout_core.stores import MemoryHolds

from .card_kit import (
    CAREFUL,
    CAREFUL_PAYING,
    CONFIRMATION,
    IN_THREE,
    PAYING,
    THREE_D,
    World,
    card_visit,
    chosen,
    declines,
)
from .kit import shows

READY = chosen(IN_THREE)
HOME, MOBILE = Caller(ip="198.51.100.7"), Caller(ip="203.0.113.9")
BY_EMAIL, BY_ADDRESS = TrialLimitPerUserEmail(2), TrialLimitPerRemoteAddr(2)


def another(n: int, email: str = "ada@example.org") -> PreOrder:
    """A new checkout of that buyer."""
    return evolve(READY, key=f"co-{n}", buyer=Buyer(email=email))


class Counting(World):
    """A shop that counts what is done by address."""

    def __init__(self, *rules: object, **settings: object) -> None:
        super().__init__(**{"three_d_secure_enabled": True, "three_d_secure_rules": rules, **settings})
        self.limits = MemoryHolds(lambda: self.now)

    @property
    def ports(self):
        return with_(super().ports, limits=self.limits)

    def declined(self, of: PreOrder, caller: Caller = HOME) -> PreOrder:
        self.bank.will.append(declines("insufficient_funds"))
        return self.checkout.submit(of, CONFIRMATION, PAYING, caller).pre_order

    def proves(self, of: PreOrder, caller: Caller = HOME) -> bool:
        """Whether the next payment is one to prove; the page says so before."""
        said = self.checkout.view(of, CONFIRMATION, caller).context.three_d_secure_required
        step = self.checkout.submit(of, CONFIRMATION, PAYING, caller)
        assert said is (step.page == THREE_D)
        return said


def test_declines_of_other_checkouts_of_the_same_buyer_count():
    world = Counting(BY_EMAIL)
    world.declined(another(1))
    assert not world.proves(another(2))
    world.declined(another(3), MOBILE)
    assert world.proves(another(4), Caller())
    assert not world.proves(another(5, "grace@example.org"))


def test_an_address_is_the_same_in_whichever_letters():
    world = Counting(TrialLimitPerUserEmail(1))
    world.declined(another(1, "Ada@example.org"))
    assert world.proves(another(2, "ada@EXAMPLE.org"))


def test_declines_from_the_same_address_count_whoever_buys():
    world = Counting(BY_ADDRESS)
    world.declined(another(1))
    world.declined(another(2, "grace@example.org"))
    assert world.proves(another(3, "mary@example.org"))
    assert not world.proves(another(4), MOBILE)
    assert not world.proves(another(5), GUEST)  # nobody knows from where


def test_a_till_has_everybodys_address_and_is_not_counted():
    world, till = Counting(BY_ADDRESS), Caller(ip="198.51.100.7", client="instore")
    for n in range(2):
        world.declined(another(n), till)
    assert not world.proves(another(3))
    for n in range(4, 6):
        world.declined(another(n))
    assert world.proves(another(7))
    assert not world.proves(another(8), till)


def test_those_of_this_checkout_count_wherever_they_come_from():
    world, of = Counting(BY_ADDRESS), READY
    for caller in (HOME, MOBILE):
        of = world.declined(of, caller)
    assert world.proves(of, Caller())


def test_a_shop_that_counts_nobody_is_told_so_when_it_starts():
    world = World(three_d_secure_enabled=True, three_d_secure_rules=(BY_ADDRESS,))
    with pytest.raises(Misconfigured, match="declines in other checkouts"):
        _ = world.checkout
    world.settings = with_(world.settings, three_d_secure_enabled=False)
    assert world.checkout


def test_what_is_long_ago_no_longer_counts():
    world = Counting(BY_EMAIL, attempts_window=timedelta(hours=1))
    for n in range(2):
        world.declined(another(n))
    world.passes(timedelta(minutes=59))
    assert world.proves(another(3))
    world.passes(timedelta(minutes=1))
    assert not world.proves(another(4))


def test_a_payment_that_went_well_or_whose_end_nobody_knows_is_no_decline():
    world = Counting(TrialLimitPerUserEmail(1))
    world.checkout.submit(another(1), CONFIRMATION, PAYING, HOME)
    world.bank.will.append(TimeoutError())
    world.checkout.submit(another(2), CONFIRMATION, PAYING, HOME)
    assert not world.proves(another(3))


def test_a_decline_after_3d_secure_counts():
    world = Counting(TrialLimitPerUserEmail(1))
    of = evolve(chosen(CAREFUL.installments[0], "542120"), key="co-1")
    step = world.checkout.submit(of, CONFIRMATION, CAREFUL_PAYING, HOME)
    world.bank.will.append(declines("three_d_failed"))
    md = step.pre_order.attempts[0].handed["md"]
    assert world.checkout.submit(step.pre_order, THREE_D, {"md": md}, HOME).page == CONFIRMATION
    assert world.proves(another(2))


@pytest.mark.parametrize(
    "settings", [{"three_d_secure_enabled": False}, {"three_d_secure_rules": ()}], ids=["switched off", "no rules"]
)
def test_a_shop_without_rules_counts_nobody(settings):
    world = Counting(BY_EMAIL, **settings)
    world.declined(another(1))
    assert world.limits.count_spent("declined|email|ada@example.org", timedelta(hours=1)) == 0


def test_a_count_that_cannot_be_kept_changes_nothing_about_the_payment():
    world = Counting(BY_EMAIL)
    spend = world.limits.spend

    class Lame:
        count_spent = world.limits.count_spent

        def spend(self, subject: str, most: int, window: timedelta, /) -> bool:
            if subject.startswith("declined|"):
                raise ConnectionError
            return spend(subject, most, window)

    world.limits = Lame()
    of = world.declined(another(1))
    assert (of.attempts[0].state, of.placed) == ("declined", None)
    assert not world.proves(another(2))


def test_only_what_a_rule_counts_is_asked():
    order = evolve(READY, buyer=Buyer(email="Ada@example.org"))
    of_email = CountSpent("declined|email|ada@example.org", timedelta(hours=1)), 2
    of_address = CountSpent("declined|ip|198.51.100.7", timedelta(hours=1)), 2
    for rules, asked in (((), ()), ((BY_EMAIL,), (of_email,)), ((BY_ADDRESS, BY_EMAIL), (of_email, of_address))):
        at = card_visit(order, three_d_secure_enabled=True, three_d_secure_rules=rules)
        at = evolve(at, caller=HOME, has=frozenset({"limits"}))
        assert shows(CreditCardConfirmationPage, at, *asked).three_d_secure_required is bool(rules)
