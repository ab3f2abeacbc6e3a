"""LoyaltyMoneyUsagePage: how much loyalty money pays, of which label."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import Basket, Invalid, Line, Money, Settings, evolve
from checkout_core.effects import ListLoyaltyAccounts, LoyaltyAccount, Unavailable
from checkout_core.order import AccountUsage, Buyer, CardPoints, Loyalty
from checkout_core.pages.loyalty import LoyaltyMoneyAccount, LoyaltyMoneyContext, LoyaltyMoneyUsagePage
from checkout_core.pricing import totals
from checkout_core.shop import Installment

from .kit import BY_CARD, ZERO, answer, closed_by, holds, lira, order, shows, visit

PAGE = LoyaltyMoneyUsagePage
ADA = Buyer("ada", "ada@example.org")
ON, OFF = Settings(loyalty_money_enabled=True), Settings()
GIFTS, RETURNS, BARE = (
    LoyaltyAccount(2, "Gifts", lira("30.00"), priority=1),
    LoyaltyAccount(1, "Returns", lira("20.00"), priority=2),
    LoyaltyAccount(None, "", lira("50.00"), priority=2),
)
THEIRS = (BARE, RETURNS, GIFTS)  # as the port happens to list them
OWED = lira("125.00")  # mug, shirt, and sending them


def used(*pairs):
    labels = {None: "", 1: "Returns", 2: "Gifts"}
    return tuple(AccountUsage(label, labels[label], lira(amount)) for label, amount in pairs)


def at(*pairs, settings=ON, has=("loyalty", "holds"), **parts):
    came = order(**{"buyer": ADA, "loyalty": Loyalty(used(*pairs)), **parts})
    return evolve(visit(came, settings=settings), has=frozenset(has))


def asked(answer=THEIRS, currency="TRY"):
    return ListLoyaltyAccounts("ada", currency), answer


def having(account, balance):
    return LoyaltyAccount(account.label_id, account.label, balance, account.priority)


def flat(amount):
    return {"loyalty_amount_to_use": amount}


def by_label(*entries):
    return {"account_usages": json.dumps([{"label_id": label, "amount": amount} for label, amount in entries])}


def refused(body, where, *script):
    with pytest.raises(Invalid) as caught:
        answer(PAGE, body, where, *script)
    return dict(caught.value.codes)


# where it is open


@pytest.mark.parametrize(
    ("settings", "has", "codes"),
    [
        (ON, ("loyalty", "holds"), ()),
        (OFF, ("loyalty", "holds"), ("loyalty_money_disabled",)),
        (ON, ("holds",), ("loyalty_money_disabled",)),
        (ON, ("loyalty",), ("loyalty_money_disabled",)),
    ],
)
def test_the_page_is_open_where_the_setting_is_on_and_money_is_known_and_held(settings, has, codes):
    assert closed_by(PAGE, at(settings=settings, has=has)) == codes


def test_switched_off_what_was_asked_for_can_still_be_taken_back_and_nothing_else():
    off = at((2, "30.00"), settings=OFF)
    assert closed_by(PAGE, off) == ()
    assert answer(PAGE, flat(0), off).accounts == ()
    assert refused(flat("10"), off) == {"loyalty_amount_to_use": ("above_balance",)}
    assert not holds(PAGE, off)


# what is shown


def test_the_balance_is_shown_by_label_in_the_order_in_which_it_is_debited():
    shown = shows(PAGE, at((2, "30.00"), (1, "5.00")), asked())
    rows = (
        LoyaltyMoneyAccount(2, "Gifts", lira("30.00")),
        LoyaltyMoneyAccount(1, "Returns", lira("20.00")),
        LoyaltyMoneyAccount(None, "", lira("50.00")),
    )
    assert shown == LoyaltyMoneyContext(lira("100.00"), rows, lira("35.00"))


def test_a_guest_has_none_and_nobody_is_asked():
    guest = at(buyer=Buyer(email="a@example.org"))
    assert shows(PAGE, guest) == LoyaltyMoneyContext(ZERO, (), ZERO)
    assert refused(flat("0.01"), guest) == {"loyalty_amount_to_use": ("above_balance",)}
    assert refused(by_label((None, "1")), guest) == {"account_usages": ("invalid",)}
    assert answer(PAGE, flat("0"), guest).accounts == ()


def test_money_of_another_currency_and_debts_are_none():
    listed = (having(GIFTS, Money("9.00", "EUR")), having(RETURNS, lira("-3.00")), BARE)
    shown = shows(PAGE, at(), asked(listed))
    assert (shown.balance, [row.balance for row in shown.accounts]) == (lira("50.00"), [ZERO, lira("50.00")])


# an amount


@pytest.mark.parametrize(
    ("amount", "usages"),
    [
        ("10", [(2, "10.00")]),
        ("30.00", [(2, "30.00")]),
        ("30.01", [(2, "30.00"), (1, "0.01")]),
        ("100.00", [(2, "30.00"), (1, "20.00"), (None, "50.00")]),
        (Decimal("49.90"), [(2, "30.00"), (1, "19.90")]),
        (7, [(2, "7.00")]),
    ],
)
def test_an_amount_empties_the_label_of_the_lowest_priority_first_and_money_without_one_last(amount, usages):
    assert answer(PAGE, flat(amount), at(), asked()).accounts == used(*usages)


def test_more_than_there_is_is_refused():
    assert refused(flat("100.01"), at(), asked()) == {"loyalty_amount_to_use": ("above_balance",)}


@pytest.mark.parametrize(("amount", "fits"), [("125.00", True), ("125.01", False)])
def test_more_than_the_order_comes_to_is_refused(amount, fits):
    rich = (having(BARE, lira("500.00")),)
    if fits:
        assert answer(PAGE, flat(amount), at(), asked(rich)).accounts == used((None, amount))
    else:
        assert refused(flat(amount), at(), asked(rich)) == {"loyalty_amount_to_use": ("above_total",)}
        body = by_label((None, amount))
        assert refused(body, at(), asked(rich)) == {"account_usages": ("above_total",)}


def test_what_points_pay_is_owed_no_more_and_interest_is_not_owed_yet():
    points = Loyalty(card=CardPoints("c", lira("25.00"), lira("0.01")))
    rich = (having(BARE, lira("500.00")),)
    three = evolve(BY_CARD, installment=Installment(3, 3, "3 x", 50_000))
    where = at(loyalty=points, payment=three)
    assert where.order.totals.interest
    assert answer(PAGE, flat("100.00"), where, asked(rich)).accounts == used((None, "100.00"))
    assert refused(flat("100.01"), where, asked(rich)) == {"loyalty_amount_to_use": ("above_total",)}


def test_what_stands_already_does_not_count_against_the_new_amount():
    assert answer(PAGE, flat("100.00"), at((None, "50.00")), asked()).accounts[0] == used((2, "30.00"))[0]


# an amount of each label


def test_each_label_gives_what_was_asked_of_it():
    body = by_label((None, "10.00"), (1, "5.50"))
    assert answer(PAGE, body, at(), asked()).accounts == used((1, "5.50"), (None, "10.00"))


def test_a_label_that_is_named_twice_is_summed_and_then_checked():
    """LOY-01"""
    body = by_label((None, "20.00"), (1, "5"), (None, "30.00"))
    assert answer(PAGE, body, at(), asked()).accounts == used((1, "5.00"), (None, "50.00"))
    body = by_label((None, "20.00"), (None, "30.01"))
    assert refused(body, at(), asked()) == {"account_usages": ("above_balance",)}


@pytest.mark.parametrize(
    ("entries", "code"),
    [([(9, "1.00")], "invalid"), ([(9, "0.00"), (1, "1")], "invalid"), ([(1, "20.01")], "above_balance")],
)
def test_a_label_of_somebody_else_and_more_than_it_has_are_refused(entries, code):
    """LOY-01"""
    assert refused(by_label(*entries), at(), asked()) == {"account_usages": (code,)}


def test_of_both_the_amount_counts():
    body = flat("5.00") | by_label((1, "20.00"))
    assert answer(PAGE, body, at(), asked()).accounts == used((2, "5.00"))
    assert answer(PAGE, flat("0") | by_label((1, "20.00")), at((2, "1.00"))).accounts == ()


def test_null_is_no_amount_beside_labels():
    body = {"loyalty_amount_to_use": None} | by_label((1, "20.00"))
    assert answer(PAGE, body, at(), asked()).accounts == used((1, "20.00"))


@pytest.mark.parametrize("body", [{}, {"other": 1}])
def test_one_of_the_two_must_be_there(body):
    assert refused(body, at((2, "1.00"))) == {"loyalty_amount_to_use": ("required",)}


@pytest.mark.parametrize(
    "body",
    [
        flat(None), flat(0), flat("0"), flat("0.00"), flat(""), {"account_usages": None}, {"account_usages": "[]"},
        by_label((1, "0.00")), by_label((99, "0")),
    ],
)  # fmt: skip
def test_nothing_takes_it_back_and_nobody_is_asked(body):
    assert answer(PAGE, body, at((2, "30.00"))).accounts == ()


# what is no amount


@pytest.mark.parametrize(
    "amount",
    [
        "-1", -1, "+1", "NaN", "Infinity", "1e3", "1E3", Decimal("1e3"), "0x10", "1,5", "1.", ".5", "1.001", "٣", "1 0",
        "1234567890123", "1.23456", 1.5, True, [1], {"a": 1}, 10**19, "50.00 TRY", Decimal("NaN"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(amount):
    assert refused(flat(amount), at((2, "1.00"))) == {"loyalty_amount_to_use": ("invalid",)}
    if not isinstance(amount, Decimal):
        usages = [{"label_id": 1, "amount": amount}]
        code = "invalid_json" if isinstance(amount, float) and amount != amount else "invalid"  # noqa: PLR0124  # NaN
        if amount != 1.5:  # in JSON text 1.5 is an exact number
            assert refused({"account_usages": usages}, at((2, "1.00"))) == {"account_usages": (code,)}


@pytest.mark.parametrize(
    ("currency", "amount", "fits"), [("JPY", "5.50", False), ("JPY", "5.00", True), ("KWD", "1.125", True)]
)
def test_an_amount_has_no_more_decimals_than_its_currency(currency, amount, fits):
    line = Line(1, "mug", "Mug", 1, Money("90", currency), 400)
    where = at(loyalty=Loyalty())
    came = evolve(where.order, basket=Basket.of("b-1", "d-2", (line,), currency), shipping=type(where.order.shipping)())
    where = where.at(evolve(came, totals=totals(came, "up")))
    theirs = (LoyaltyAccount(1, "Returns", Money("50", currency)),)
    if fits:
        (usage,) = answer(PAGE, flat(amount), where, asked(theirs, currency)).accounts
        assert usage.amount == Money(amount, currency)
    else:
        assert refused(flat(amount), where) == {"loyalty_amount_to_use": ("invalid",)}
        assert refused(by_label((1, amount)), where) == {"account_usages": ("invalid",)}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[", "invalid_json"), ("nothing", "invalid_json"), ('[{"label_id": 1, "amount": NaN}]', "invalid_json"),
        ('[{"label_id": 1, "amount": "1", "amount": "2"}]', "invalid_json"), ("[" * 9000, "invalid_json"),
        ("{}", "invalid"), ("5", "invalid"), ("null", "invalid"), ("[1]", "invalid"), ('[{"amount": "1"}]', "invalid"),
        ('[{"label_id": 1}]', "invalid"), ('[{"label_id": "1", "amount": "1"}]', "invalid"),
        ('[{"label_id": true, "amount": "1"}]', "invalid"), ('[{"label_id": 1, "amount": 1e3}]', "invalid"),
        ('[{"label_id": 1, "amount": "-1"}]', "invalid"), ('[{"label_id": 1.0, "amount": "1"}]', "invalid"),
        ('[{"label_id": 0, "amount": "1"}]', "invalid"), (json.dumps([{}] * 301), "too_long"),
        ("1" * 70_000, "too_long"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_usages_is_refused_by_its_field(text, code):
    assert refused({"account_usages": text}, at((2, "1.00"))) == {"account_usages": (code,)}


def test_json_in_a_text_may_write_amounts_as_numbers():
    body = {"account_usages": '[{"label_id": 1, "amount": 12.50}]'}
    assert answer(PAGE, body, at(), asked()).accounts == used((1, "12.50"))


# nobody answers


DOWN = Unavailable("TimeoutError")


def test_without_an_answer_the_standing_amount_stays_and_is_shown():
    where = at((2, "30.00"))
    assert holds(PAGE, where, asked(DOWN))
    assert shows(PAGE, where, asked(DOWN)) == LoyaltyMoneyContext(None, (), lira("30.00"))


def test_without_an_answer_none_is_taken_and_it_can_be_taken_back():
    where = at((2, "30.00"))
    for body in (flat("10.00"), by_label((1, "1.00"))):
        assert refused(body, where, asked(DOWN)) == {"non_field_errors": ("loyalty_unavailable",)}
    assert answer(PAGE, flat(None), where).accounts == ()


# valid, void


@pytest.mark.parametrize(
    ("listed", "good"),
    [
        (THEIRS, True),
        ((having(GIFTS, lira("30.00")), RETURNS), True),
        ((having(GIFTS, lira("29.99")), BARE, RETURNS), False),
        ((BARE, RETURNS), False),
        ((having(GIFTS, Money("99.00", "EUR")),), False),
    ],
)
def test_it_is_good_while_each_label_has_as_much(listed, good):
    assert holds(PAGE, at((2, "30.00")), asked(listed)) is good


def test_what_the_order_does_not_take_need_not_be_there():
    where = at((None, "500.00"))
    assert where.order.totals.loyalty_money == OWED
    assert holds(PAGE, where, asked((having(BARE, OWED),)))
    assert not holds(PAGE, where, asked((having(BARE, OWED - lira("0.01")),)))


@pytest.mark.parametrize(
    ("before", "after", "void"),
    [
        ((), [(2, "5.00")], True),
        ([(2, "5.00")], (), True),
        ([(2, "5.00")], [(2, "6.00")], True),
        ([(2, "5.00")], [(1, "5.00")], False),
        ([(None, "125.00")], [(None, "500.00")], False),
        ((), (), False),
    ],
)
def test_the_way_to_pay_is_dropped_where_the_amount_owed_changed(before, after, void):
    first, then = at(*before, payment=BY_CARD).order, at(*after, payment=BY_CARD).order
    assert PAGE.resets == ("PaymentOptionSelectionPage",)
    assert PAGE().voids(first, then) is void


def test_undone_it_takes_nothing_and_leaves_the_points():
    points = CardPoints("c", lira("5.00"), lira("0.01"))
    undone = PAGE().undo(at(loyalty=Loyalty(used((2, "5.00")), points)).order)
    assert undone.loyalty == Loyalty((), points)


amounts = st.one_of(
    st.integers(-5, 60).map(str), st.decimals(-1, 60, places=2).map(str), st.sampled_from(["NaN", "1e1", "٣", "", " 5"])
)
entries = st.lists(st.tuples(st.sampled_from([None, 1, 2, 3]), amounts), max_size=5)


@settings(max_examples=150)
@given(entries=entries, amount=st.none() | amounts, balances=st.lists(st.integers(0, 6000), min_size=3, max_size=3))
def test_whatever_is_posted_no_label_gives_more_than_it_has_nor_all_more_than_is_owed(entries, amount, balances):
    """LOY-01"""
    theirs = tuple(having(a, Money.of(m, "TRY")) for a, m in zip(THEIRS, balances, strict=True))
    body = by_label(*entries) | ({} if amount is None else flat(amount))
    left = {account.label_id: account.balance for account in theirs}
    for script in ((asked(theirs),), ()):
        try:
            taken = answer(PAGE, body, at((2, "1.00")), *script).accounts
        except Invalid:
            return
        except AssertionError:  # nobody was asked: nothing is wanted
            continue
        break
    assert all(ZERO < usage.amount <= left[usage.label_id] for usage in taken)
    assert len({usage.label_id for usage in taken}) == len(taken)
    assert sum((usage.amount for usage in taken), ZERO) <= OWED
