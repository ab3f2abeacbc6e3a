"""The magic cards: numbers that every form takes, of cards that the shop file knows."""

from __future__ import annotations

import pytest
from stdnum import luhn

from checkout_core.forms import PARSERS, CardNumber
from checkout_core.sandbox import Sandbox, load_shop, magic
from checkout_core.settings import Settings
from checkout_core.texts import TEXTS

FILE = load_shop()


@pytest.mark.parametrize("number", magic.MAGIC)
def test_every_magic_number_is_one_that_buyers_can_type(number):
    assert luhn.is_valid(number)
    assert PARSERS[CardNumber](number, Settings()).reveal() == number


@pytest.mark.parametrize("number", magic.MAGIC)
def test_the_shop_file_knows_the_card_by_6_digits_and_by_8(number):
    assert FILE.card_of(number[:6]) == FILE.card_of(number[:8]) is not None


@pytest.mark.parametrize(("number", "fate"), magic.MAGIC.items())
def test_the_issuer_insists_where_the_card_cannot_be_charged_without_three_d(number, fate):
    assert Sandbox().find_card(number[:6]).three_d is (fate.proof is not None)


def test_no_two_cards_do_the_same_and_all_say_what():
    assert len({fate.says for fate in magic.MAGIC.values()}) == len(magic.MAGIC)


def test_every_code_the_bank_declines_with_has_a_sentence_for_the_buyer():
    assert set(TEXTS) >= magic.CODES
