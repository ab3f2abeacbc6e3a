"""The shop says later whether the transfer came: it pays the order once, to the penny, or is noted and pays nothing."""

from __future__ import annotations

import pytest

from checkout_core import Money, evolve
from checkout_core.sandbox.magic import TIMEOUT_TAKEN
from checkout_core.service import Impossible, NotThere

from .kit import Shop


@pytest.fixture
def shop():
    return Shop()


def test_the_transfer_pays_the_order(shop):
    key = shop.orders()
    stood = shop.order(key)
    said = shop.confirms(stood.placed.number)
    number = stood.placed.number
    assert (said.number, said.paid, said.receipt, said.why_not) == (number, True, "funds_transfer", None)
    assert shop.ears.told == [("paid", number), ("order_paid", number), ("order.paid", number)]
    payer = shop.payer(key)
    assert (payer.placed.status, payer.placed.total, payer.payment) == (400, stood.placed.total, stood.payment)
    assert (payer.again.transfers[0].operator, payer.again.transfers[0].reason) == ("grace", "bank statement")
    assert shop.order(key) == stood


def test_the_same_transfer_told_twice_pays_once_and_is_noted(shop):
    key = shop.orders()
    shop.confirms(key)
    said = shop.confirms(key)
    assert (said.paid, said.why_not, shop.told) == (True, "paid_already", ["paid"])
    assert [each.why_not for each in shop.payer(key).again.transfers] == [None, "paid_already"]


@pytest.mark.parametrize(
    ("amount", "why"),
    [("0.01", "too_little"), ("9999.00", "too_much"), ("0.00", "too_little")],
)
def test_too_little_or_too_much_is_noted_and_the_order_waits(shop, amount, why):
    key = shop.orders()
    said = shop.confirms(key, Money(amount, "TRY"))
    assert (said.paid, said.why_not, shop.told) == (False, why, [])
    assert shop.confirms(key).paid


def test_money_of_another_currency_is_noted_and_the_order_waits(shop):
    key = shop.orders()
    assert shop.confirms(key, Money("1.00", "EUR")).why_not == "other_currency"
    assert shop.told == []


def test_two_payments_that_make_it_up_together_are_not_added_by_guess(shop):
    key = shop.orders()
    owed = shop.order(key).placed.plan.amount
    part = Money("1.00", owed.currency)
    assert shop.confirms(key, part).why_not == shop.confirms(key, owed - part).why_not == "too_little"
    assert shop.told == []


def test_a_transfer_that_comes_after_a_card_has_paid_is_told_to_the_operator(shop):
    key = shop.orders()
    shop.pays(key)
    said = shop.confirms(key)
    assert (said.paid, said.why_not, shop.told, shop.taken) == (True, "paid_already", ["paid"], 1)
    assert said.receipt != "funds_transfer"


def test_a_card_pays_nothing_after_the_transfer_came(shop):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    shop.confirms(key)
    assert shop.service.post(again, page, body, caller).page == "ThankYouPage"
    assert (shop.told, shop.taken) == (["paid"], 0)


def test_what_was_chosen_for_a_card_is_not_in_the_price_of_the_transfer(shop):
    key = shop.orders()
    again, _, _, caller = shop.up_to_the_card(key)
    plan = next(i for i in shop.checkout.ports.shop().cards[0].installments if i.interest_rate)
    shop.service.post(again, "InstallmentSelectionPage", {"installment": plan.pk}, caller)
    assert shop.confirms(key).paid
    assert shop.payer(key).placed.totals == shop.order(key).placed.totals


# While a card payment is moving


def test_nothing_is_confirmed_or_given_up_while_a_card_payment_is_moving(shop):
    key = shop.orders()
    shop.pays(key, TIMEOUT_TAKEN)
    before = shop.payer(key)
    for tell in (shop.confirms, shop.refuses):
        with pytest.raises(Impossible, match="moving"):
            tell(key)
    assert shop.payer(key) == before
    shop.passes(minutes=10)
    assert (shop.told, shop.taken) == (["paid"], 1)
    assert shop.confirms(key).why_not == "paid_already"


# The shop waits no longer


def test_an_order_that_is_given_up_is_told_once_and_paid_by_nothing(shop):
    key = shop.orders()
    again, page, body, caller = shop.up_to_the_card(key)
    assert shop.refuses(key).given_up
    assert shop.told == ["refused"]
    step = shop.service.post(again, page, body, caller)
    assert step.errors == {"non_field_errors": ("order_given_up",)}
    assert shop.service.pay_again(key).errors == {"non_field_errors": ("order_given_up",)}
    assert shop.confirms(key).why_not == "given_up"
    with pytest.raises(Impossible, match="already"):
        shop.refuses(key)
    assert (shop.told, shop.taken) == (["refused"], 0)


def test_an_order_that_is_paid_is_not_given_up(shop):
    key = shop.orders()
    shop.confirms(key)
    with pytest.raises(Impossible, match="paid"):
        shop.refuses(key)
    assert shop.told == ["paid"]


def test_who_decides_it_and_why_is_said(shop):
    key = shop.orders()
    for operator, reason in (("", "statement"), ("grace", " ")):
        with pytest.raises(Impossible):
            shop.ask(shop.operator.refusing(key, operator, reason))
    assert shop.payer(key) is None


def test_an_order_that_nobody_knows_or_that_never_waited_is_not_confirmed(shop):
    with pytest.raises(NotThere):
        shop.ask(shop.operator.confirming("NOSUCH", Money("1.00", "TRY"), "grace", "statement"))
    start = shop.checkout.start(shop.sandbox.basket("mug", key="b"))
    key = shop.service.save(start.pre_order)
    with pytest.raises(Impossible, match="waits"):
        shop.ask(shop.operator.confirming(key, Money("1.00", "TRY"), "grace", "statement"))


def test_a_payments_own_number_finds_the_order_too(shop):
    key = shop.orders()
    shop.pays(key)
    payment = shop.payer(key).placed.number
    assert shop.ask(shop.operator.awaited(payment)).number == shop.order(key).placed.number


def test_an_order_that_still_waits_is_shown_as_it_stands(shop):
    key = shop.orders()
    said = shop.ask(shop.operator.awaited(key))
    assert (said.paid, said.given_up, said.owed) == (False, False, shop.order(key).placed.plan.amount)
    assert shop.payer(key) is None  # looking changes nothing


# Clearing out


def test_the_record_that_says_who_paid_goes_with_the_order_and_not_before(shop):
    key = shop.orders()
    shop.confirms(key)
    payer = shop.payer(key).key
    forgotten = shop.ask(shop.operator.forgetting("ada@example.org"))
    assert (forgotten.removed, shop.order(key), shop.order(payer)) == (2, None, None)


def test_the_record_that_says_who_paid_is_kept_while_the_order_is(shop):
    key = shop.orders()
    shop.sandbox.passes(days=400)
    shop.confirms(key)
    payer = shop.payer(key).key
    stored = shop.store.get(key, None)
    codec = shop.checkout.codec
    record = codec.loads(stored.head, stored.basket)
    shop.sandbox.passes(days=400)
    fresh = codec.dumps(evolve(record, saved_at=shop.sandbox.now()))  # somebody has just touched the order
    shop.store.save(key, stored.version, fresh, None, None)
    shop.ask(shop.operator.pruning())
    assert shop.order(payer) is not None
