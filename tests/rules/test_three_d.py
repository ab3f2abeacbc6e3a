from __future__ import annotations

from datetime import UTC, datetime

import pytest

from checkout_core.money import Money
from checkout_core.order import Attempt, Chosen, CreditCard, Payment, Seal, evolve
from checkout_core.page import Caller
from checkout_core.paying import MOST_COUNTED
from checkout_core.rules import Explained
from checkout_core.rules.three_d import (
    THREE_D_RULES,
    AmountLimit,
    IsFirstOrder,
    MasterpassAmountLimit,
    OnlyGuestUser,
    PaymentCurrency,
    PosSlugs,
    TrialLimit,
    TrialLimitPerRemoteAddr,
    TrialLimitPerUserEmail,
    counted_by,
    needed,
)  # fmt: skip
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


def test_every_documented_rule_is_there_under_its_name():
    documented = {
        "amount_limit", "masterpass_amount_limit", "check_pos_slug_three_d_only", "trial_limit_per_user_email",
        "trial_limit_per_remote_addr", "only_guest_user", "is_first_order", "payment_currency",
    }  # fmt: skip

    assert THREE_D_RULES.keys() == documented | {"trial_limit"}


@pytest.mark.parametrize(
    ("payment_type", "amount", "fires"),
    [
        ("masterpass", "1000.01", True),
        ("masterpass_rest", "1000.01", True),
        ("masterpass", "1000.00", False),
        ("credit_card", "1000.01", False),
        ("bkm_express", "1000.01", False),
    ],
)
def test_the_limit_for_masterpass_is_one_for_payments_by_masterpass_only(make, payment_type, amount, fires):
    visit = make.visit(make.line(Money(amount, "TRY")), payment=Payment(Chosen(1, "M", "m", payment_type)))

    assert MasterpassAmountLimit(THOUSAND).fires(visit) is fires


def test_before_a_way_to_pay_is_chosen_the_limit_for_masterpass_is_none(make):
    assert not MasterpassAmountLimit(THOUSAND).fires(make.visit(make.line(Money("2000.00", "TRY"))))


@pytest.mark.parametrize(("orders", "fires"), [(0, True), (None, True), (1, False), (12, False)])
def test_an_order_is_the_first_one_unless_somebody_knows_of_another(make, orders, fires):
    assert IsFirstOrder().fires(evolve(make.visit(), caller=Caller("7", orders=orders))) is fires


@pytest.mark.parametrize("rule", [TrialLimitPerUserEmail, TrialLimitPerRemoteAddr])
def test_declines_of_other_checkouts_count_by_what_the_rule_counts(make, rule):
    other = {"email": "ip", "ip": "email"}[rule.counts]
    visit = make.visit(attempts=attempts("declined"))

    assert rule(3).fires(evolve(visit, declines={rule.counts: 3}))
    assert not rule(3).fires(evolve(visit, declines={rule.counts: 2}))
    assert not rule(3).fires(evolve(visit, declines={other: 3}))
    assert rule(1).fires(visit)


def test_what_rules_count_is_asked_once_and_only_where_one_does():
    assert counted_by((AmountLimit(THOUSAND), TrialLimit(1))) == frozenset()
    both = TrialLimitPerUserEmail(2), TrialLimitPerUserEmail(3), TrialLimitPerRemoteAddr(2)
    assert counted_by(both) == {"email", "ip"}


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
        (MasterpassAmountLimit(THOUSAND), "by Masterpass, total above 1000.00 TRY; here 1000.01 TRY", False),
        (IsFirstOrder(), "no order placed before; here nobody knows of any", True),
        (TrialLimitPerUserEmail(2), "declined at least 2 times by e-mail address; here 1", False),
        (TrialLimitPerRemoteAddr(1), "declined at least 1 times by address; here 1", True),
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
        (lambda: TrialLimitPerUserEmail(0), "trial_limit wants 1 or more"),
        (lambda: TrialLimitPerRemoteAddr(MOST_COUNTED + 1), "nobody counts further"),
        (lambda: MasterpassAmountLimit(Money("-1.00", "TRY")), "nothing below zero"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_when_the_rule_is_made(make_rule, says):
    with pytest.raises(Misconfigured, match=says):
        make_rule()


def test_settings_with_rules_are_still_a_value():
    assert hash(Settings(three_d_secure_rules=(AmountLimit(THOUSAND), PosSlugs(frozenset({"a"})))))
