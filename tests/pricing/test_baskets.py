"""The worked baskets of baskets.toml: totals, discounts by line and reasons are those worked out by hand."""

from __future__ import annotations

import tomllib
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from checkout_core.money import Money
from checkout_core.order import Buyer, evolve
from checkout_core.page import Caller
from checkout_core.pricing import account_usages
from checkout_core.rules.applicator import Candidate, apply
from checkout_core.rules.availability import OFFER_RULES
from checkout_core.rules.benefits import BENEFITS
from checkout_core.rules.load import load, load_all
from checkout_core.settings import Settings
from checkout_core.shop import Offer

from .kit import bags, line, order_of, priced, shares_by_line, visit_of, with_more

FILE = tomllib.loads(Path(__file__).with_name("baskets.toml").read_text("utf-8"))
BASKETS = [pytest.param(written, id=written["name"]) for written in FILE["baskets"]]
SETTINGS = Settings(time_zone=FILE["time_zone"])
FIELDS = (
    "lines", "discounts", "shipping", "shipping_discount", "bags", "gift_box", "loyalty_card", "loyalty_money",
    "interest", "total",
)  # fmt: skip


def reader(written):
    """Reads amounts of that basket."""
    currency = written.get("currency", "TRY")
    return lambda amount: Money(amount, currency)


def offer_of(row):
    benefit = load(BENEFITS, row["benefit"], f"offers[{row['pk']}]")
    rules = load_all(OFFER_RULES, row.get("rules", []))
    more = {key: value for key, value in row.items() if key not in {"pk", "benefit", "rules"}}
    return Offer(name=f"offer {row['pk']}", benefit=benefit, rules=rules, pk=row["pk"], **more)


def candidates_of(written):
    by = written.get("by", {})
    return [Candidate(offer_of(row), **by.get(str(row["pk"]), {})) for row in written["offers"]]


def line_of(row, money):
    goods = FILE["goods"][row["goods"]]
    return line(
        goods["pk"], money(goods["price"]), row["quantity"],
        categories=tuple(goods.get("categories", ())), data_source=goods.get("data_source"),
    )  # fmt: skip


def rate_of(percent):
    """`2.25 %`, in millionths."""
    return int(Decimal(percent.removesuffix(" %")) * 10_000)


def bags_of(written, money):
    given = dict(written)
    price = money(given.pop("price"))
    if "per_amount" in given:
        given["per_amount"] = money(given["per_amount"])
    return bags(price, **given)


def worked(written):
    """The basket with its offers applied, in the order in which they were written."""
    money, caller = reader(written), Caller(**written.get("caller", {}))
    points, accounts = written.get("points"), written.get("accounts", ())
    order = order_of(
        (line_of(row, money) for row in written["lines"]),
        written.get("currency", "TRY"),
        shipping=money(written["shipping"]),
        interest=rate_of(written["interest"]) if "interest" in written else None,
        buyer=Buyer(account=caller.account),
        **with_more(
            money(written["gift_box"]) if "gift_box" in written else None,
            bags_of(written["bags"], money) if "bags" in written else None,
            (money(points["amount"]), money(points["least"])) if points else None,
            [(each.get("label_id"), each["label"], money(each["amount"])) for each in accounts],
        ),
    )
    visit = visit_of(order, now=datetime.fromisoformat(FILE["now"]), caller=caller, settings=SETTINGS)
    return priced(evolve(order, discounts=apply(candidates_of(written), visit)))


@pytest.mark.parametrize("written", BASKETS)
def test_totals_are_right_to_the_cent(written):
    totals = worked(written).totals

    nothing = str(reader(written)("0"))
    wanted = {name: written["totals"].get(name, nothing) for name in FIELDS}
    assert {name: str(getattr(totals, name)) for name in FIELDS} == wanted
    assert str(totals.payable) == written["totals"].get("payable", wanted["total"])


@pytest.mark.parametrize("written", BASKETS)
def test_each_discount_falls_on_the_lines_it_was_worked_out_for(written):
    order = worked(written)

    nothing = str(reader(written)("0"))
    told = []
    for each in order.discounts.applied:
        off = dict.fromkeys(range(len(written["lines"])), nothing) | {s.line: str(s.amount) for s in each.lines}
        row = {"offer": each.offer, "off": str(each.amount), "lines": list(off.values())}
        told.append(row | ({"shipping": str(each.shipping)} if each.shipping else {}))
    assert told == written["applied"]
    columns = zip(*(each["lines"] for each in written["applied"]), strict=True)
    money, currency = reader(written), order.basket.currency
    by_line = tuple(sum(map(money, column), money("0")) for column in columns)
    assert shares_by_line(order.discounts, len(written["lines"]), currency) == (by_line or (money("0"),))


@pytest.mark.parametrize("written", BASKETS)
def test_samples_upsells_and_refusals_are_those_worked_out_by_hand(written):
    found = worked(written).discounts

    assert [
        {"offer": each.offer, "products": list(each.products), "allowed_quantity": each.allowed_quantity}
        for each in found.samples
    ] == written.get("samples", [])
    assert [
        {
            "offer": each.offer,
            "message": each.message,
            "required": str(each.required),
            "partial": str(each.partial),
            "remaining": str(each.remaining),
        }
        for each in found.upsells
    ] == written.get("upsells", [])
    assert {each.code: each.why for each in found.refused} == written.get("refused", {})


@pytest.mark.parametrize("written", BASKETS)
def test_each_account_is_debited_as_was_worked_out_by_hand(written):
    money = reader(written)
    assert [(each.label_id, each.label, each.amount) for each in account_usages(worked(written))] == [
        (each.get("label_id"), each["label"], money(each["amount"])) for each in written.get("debited", ())
    ]


@pytest.mark.parametrize("written", BASKETS)
def test_a_basket_comes_to_the_same_with_its_offers_the_other_way_round(written):
    assert worked({**written, "offers": written["offers"][::-1]}).totals == worked(written).totals


def test_sixteen_baskets_write_every_benefit():
    slugs = {row["benefit"]["slug"] for written in FILE["baskets"] for row in written["offers"]}

    assert len(BASKETS) == 16
    assert slugs == BENEFITS.keys()
