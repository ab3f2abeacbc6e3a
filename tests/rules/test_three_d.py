from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checkout_core.money import Money
from checkout_core.order import Attempt, Chosen, CreditCard, Seal
from checkout_core.rules import Explained
from checkout_core.rules.three_d import AmountLimit, OnlyGuestUser, PaymentCurrency, PosSlugs, TrialLimit, needed
from checkout_core.settings import Settings
from checkout_core.shop import Misconfigured

THOUSAND = Money("1000.00", "TRY")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def attempts(*states):
    return tuple(
        Attempt(n, f"N{n}", f"K{n}", "bank", "sale", Seal("digest", ()), state, NOON, NOON, NOON)
        for n, state in enumerate(states, start=1)
    )


def card(gateway):
    return CreditCard(Chosen(1, "Card", "card", "credit_card", gateway))


@pytest.mark.parametrize(
    ("amount", "interest", "fires"),
    [("1000.00", 0, False), ("1000.01", 0, True), ("999.99", 1, False), ("999.99", 2, True)],
)
def test_the_limit_is_passed_by_more_than_itself_interest_included(make, amount, interest, fires):
    visit = make.visit(make.line(Money(amount, "TRY")), interest=interest)

    assert AmountLimit(THOUSAND).fires(visit) is fires


def test_one_limit_a_currency_each_speaks_of_its_own(make):
    limits = AmountLimit(THOUSAND), AmountLimit(Money("50.00", "EUR"))
    lira_visit = make.visit(make.line(Money("900.00", "TRY")))
    euro_visit = make.visit(make.line(Money("900.00", "EUR")), currency="EUR")

    assert [limit.fires(lira_visit) for limit in limits] == [False, False]
    assert [limit.fires(euro_visit) for limit in limits] == [False, True]


def test_a_guest_is_a_buyer_without_an_account(make):
    assert OnlyGuestUser().fires(make.visit())
    assert not OnlyGuestUser().fires(make.visit(account="7"))


def test_a_currency_of_the_list_is_proved(make):
    rule = PaymentCurrency(frozenset({"EUR", "USD"}))

    assert rule.fires(make.visit(currency="USD"))
    assert not rule.fires(make.visit(currency="TRY"))


def test_a_gateway_of_the_list_takes_only_proved_payments(make):
    rule = PosSlugs(frozenset({"strict"}))

    assert rule.fires(make.visit(payment=card("strict")))
    assert not rule.fires(make.visit(payment=card("lenient")))
    assert not rule.fires(make.visit(payment=card(None)))
    assert not rule.fires(make.visit())


@pytest.mark.parametrize(
    ("states", "fires"),
    [
        ((), False),
        (("declined",), False),
        (("declined", "declined"), True),
        (("declined", "abandoned", "unknown", "not_executed"), False),
        (("declined", "awaiting", "declined", "declined"), True),
    ],
)
def test_only_declines_count_as_trials(make, states, fires):
    assert TrialLimit(2).fires(make.visit(attempts=attempts(*states))) is fires


@pytest.mark.parametrize(
    ("enabled", "rules", "expected"),
    [
        (True, (), False),
        (True, (AmountLimit(THOUSAND),), False),
        (True, (AmountLimit(THOUSAND), OnlyGuestUser()), True),
        (False, (OnlyGuestUser(),), False),
    ],
)
def test_one_rule_is_enough_and_none_counts_while_it_is_switched_off(make, enabled, rules, expected):
    settings = Settings(three_d_secure_enabled=enabled, three_d_secure_rules=rules)

    assert needed(make.visit(settings=settings)) is expected


@pytest.mark.parametrize(
    ("rule", "says", "holds"),
    [
        (AmountLimit(THOUSAND), "total above 1000.00 TRY; here 1000.01 TRY", True),
        (OnlyGuestUser(), "the buyer is a guest", True),
        (PaymentCurrency(frozenset({"USD", "EUR"})), "currency one of EUR, USD; here TRY", False),
        (PosSlugs(frozenset({"b", "a"})), "gateway one of a, b; here bank", False),
        (TrialLimit(1), "declined at least 1 times; here 1", True),
    ],
)
def test_an_explanation_says_what_is_asked_and_what_was_found(make, rule, says, holds):
    visit = make.visit(make.line(Money("1000.01", "TRY")), payment=card("bank"), attempts=attempts("declined"))

    assert rule.explain(visit) == Explained(says, holds)
    assert rule.fires(visit) is holds


def test_no_gateway_yet_is_said_so(make):
    assert PosSlugs(frozenset({"a"})).explain(make.visit()).says == "gateway one of a; here none"


@pytest.mark.parametrize(
    ("make_rule", "says"),
    [
        (lambda: AmountLimit(Money("-1.00", "TRY")), "nothing below zero"),
        (lambda: PaymentCurrency(frozenset()), "currencies wants at least one"),
        (lambda: PaymentCurrency(frozenset({"XYZ"})), "'XYZ' is no ISO 4217 code"),
        (lambda: PosSlugs(frozenset()), "pos_slugs wants at least one"),
        (lambda: TrialLimit(0), "trial_limit wants 1 or more"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured, match=says):
        make_rule()


def test_settings_with_rules_are_still_a_value():
    assert hash(Settings(three_d_secure_rules=(AmountLimit(THOUSAND), PosSlugs(frozenset({"a"})))))
