"""`explain --totals`: what an order costs, each amount with its reason."""

from __future__ import annotations

import pytest

from checkout_core import Checkout
from checkout_core.cli._paper import Paper
from checkout_core.cli._totals import show_totals
from checkout_core.explained import explain_totals
from checkout_core.order import Discounts, NotApplied, evolve
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED
from checkout_core.texts import text_of


def rows(told):
    """The table, its columns apart; what stands further to the right is a part of what stands above it."""
    table = [line[2:].rstrip() for line in told.out.partition("what")[2].splitlines()[1:]]
    return [[line[: len(line) - len(line.lstrip())], *line.split()] for line in table]


def test_a_new_checkout_is_told_down_to_its_lines(cli):
    told = cli("explain", "--totals")

    assert (told.code, told.err) == (0, "")
    assert "for a buyer who stands at IndexPage" in told.out
    assert rows(told) == [
        ["", "To", "pay", "95.10", "TRY"],
        ["  ", "Total", "95.10", "TRY"],
        ["    ", "Goods", "95.10", "TRY", "pieces:", "2"],
        ["      ", "Mug", "35.10", "TRY", "1", "x", "35.10", "TRY"],
        ["      ", "T-shirt", "60.00", "TRY", "1", "x", "60.00", "TRY"],
    ]


def test_each_place_to_stand_has_the_totals_of_a_buyer_who_stands_there(cli):
    told = cli("explain", "--totals", "--at", "IndexPage", "--at", "CreditCardConfirmationPage")
    first, _, second = told.out.partition("stands at CreditCardConfirmationPage")

    assert told.code == 0
    assert "Shipping" not in first
    assert "as quoted for Standard" in second


def test_a_kept_order_tells_what_was_paid(cli, to_order, tmp_path):
    db = tmp_path / "shop.sqlite"
    key = cli("walk", "--db", db, "--script", to_order(APPROVED, 3)).key
    told = cli("explain", "--totals", "--db", db, f"--key={key}")

    assert told.code == 0
    assert ["", "Paid", "131.25", "TRY", "in", "3", "instalments"] in rows(told)
    assert ["    ", "Interest", "6.25", "TRY", "5", "%", "on", "125.00", "TRY"] in rows(told)


def test_in_the_holiday_store_each_offer_says_what_it_takes_off_which_line(cli):
    told = cli("explain", "--totals", "--shop", "holiday_store", "--at", "PaymentOptionSelectionPage")
    named = ["      ", "10", "%", "off", "kitchen", "goods"]
    offer = rows(told).index([*named, "-3.51", "TRY", "10", "%", "off", "goods", "of", "category", "10"])

    assert told.code == 0
    assert rows(told)[offer + 1] == ["        ", "Mug", "-3.51", "TRY", "of", "35.10", "TRY"]


def test_a_code_in_a_note_is_told_as_its_sentence_beneath_what_it_is_about(capsys):
    refused = Discounts(refused=(NotApplied("OLD", "offer_expired"), NotApplied("\x1b[2J", "of_the_host")))
    shop = Sandbox(seed=1)
    order = evolve(Checkout(shop.ports).start(shop.basket("mug")).pre_order, discounts=refused)
    show_totals(Paper(), explain_totals(order))
    out = capsys.readouterr().out

    assert f"(OLD takes nothing off: {text_of('offer_expired')})" in out
    assert "(?[2J takes nothing off: of_the_host)" in out


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--totals", "IndexPage"], "--totals is about the whole order: leave out PAGE, or say --at PAGE; see"),
        (["--totals", "--at", "IndxPage"], "there is no page 'IndxPage'; did you mean IndexPage?"),
        (["--totals", "--key", "k"], "--db and --key go together; see"),
        ([], "Missing argument 'PAGE'; see"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_sentence(cli, args, says):
    told = cli("explain", *args)

    assert told.code != 0
    assert told.out == ""
    assert told.err.startswith(f"checkout-core: {says}")
    assert told.err.count("\n") == 1
