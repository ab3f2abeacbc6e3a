"""`order confirm` and `order refuse`: what a person types, and what is said to them."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from checkout_core.cli import operator_commands

from .kit import Shop

WHO = "--reason", "line 17", "--operator", "grace", "--yes"


@pytest.fixture
def shop():
    return Shop()


def types(shop, *words):
    return CliRunner().invoke(operator_commands(shop.service), ["order", *words])


def test_a_transfer_is_confirmed_once_and_the_second_one_is_to_be_given_back(shop):
    number = shop.order(shop.orders()).placed.number
    first = types(shop, "confirm", number, "--amount", "65.00", *WHO)
    assert (first.exit_code, f"order {number} is paid" in first.output) == (0, True)
    second = types(shop, "confirm", number, "--amount", "65.00", *WHO)
    assert (second.exit_code, "given back at the bank" in " ".join(second.output.split())) == (0, True)
    assert shop.told == ["paid"]


@pytest.mark.parametrize("amount", ["sixty", "", "1.001"])
def test_what_is_no_amount_is_said_in_a_sentence_and_changes_nothing(shop, amount):
    key = shop.orders()
    said = types(shop, "confirm", shop.order(key).placed.number, "--amount", amount, *WHO)
    assert (said.exit_code, "is no amount in TRY" in said.output) == (2, True)
    assert shop.payer(key) is None


def test_an_order_is_given_up_and_then_never_again(shop):
    number = shop.order(shop.orders()).placed.number
    assert types(shop, "refuse", number, *WHO).exit_code == 0
    again = types(shop, "refuse", number, *WHO)
    assert (again.exit_code, "already" in again.output, shop.told) == (1, True, ["refused"])


def test_without_a_yes_nothing_is_changed(shop):
    key = shop.orders()
    said = types(shop, "refuse", shop.order(key).placed.number, *WHO[:-1])
    assert (said.exit_code, shop.payer(key)) == (1, None)
