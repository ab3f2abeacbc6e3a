from __future__ import annotations

import json
import re

from hypothesis import given
from hypothesis import strategies as st

from checkout_core.engine import Shown, Step
from checkout_core.money import minor_digits
from checkout_core.page import EMPTY
from checkout_core.settings import Settings
from checkout_core.testing import strategies as drawn
from checkout_core.wire import step_json

MONEY = ("total_amount", "unpaid_amount", "total_amount_with_interest", "shipping_amount", "loyalty_money")

codes = st.dictionaries(drawn.texts, st.lists(drawn.texts, min_size=1, max_size=2).map(tuple), max_size=2)
locales = st.sampled_from(["en", "tr-TR", "undefined", "../../..", "\0", ""]) | drawn.texts
parts = drawn.addresses | drawn.delivery_options | drawn.bank_accounts | drawn.cards | drawn.installments
contexts = st.just(EMPTY) | parts | st.dictionaries(drawn.texts, st.lists(parts, max_size=2).map(tuple), max_size=2)
shown = st.lists(st.builds(Shown, drawn.texts, contexts), max_size=3).map(tuple)


@given(drawn.pre_orders(), drawn.texts, codes, shown, locales, st.sampled_from(["up", "half_up"]))
def test_every_step_has_an_answer_that_json_carries_unchanged(order, page, errors, listed, locale, rounding):
    step = Step(order, page, EMPTY, errors, listed)

    answer = step_json(step, settings=Settings(interest_rounding=rounding), locale=locale)

    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


@given(drawn.pre_orders())
def test_amounts_have_the_decimals_of_their_currency(order):
    pre_order = step_json(Step(order, "", EMPTY), settings=Settings())["pre_order"]
    digits = minor_digits(order.basket.currency)
    amount = re.compile(f"[0-9]+[.][0-9]{{{digits}}}" if digits else "[0-9]+")

    amounts = [pre_order[name] for name in MONEY if pre_order[name] is not None]
    amounts += [item[name] for item in pre_order["basket"]["basketitem_set"] for name in ("unit_price", "total_amount")]

    assert [each for each in amounts if not amount.fullmatch(each)] == []


@given(drawn.pre_orders())
def test_the_total_with_interest_is_the_whole_and_what_tenders_pay_is_not_unpaid(order):
    pre_order = step_json(Step(order, "", EMPTY), settings=Settings())["pre_order"]

    assert pre_order["total_amount_with_interest"] == str(order.totals.total)
    assert pre_order["total_amount"] == str(order.totals.total - order.totals.interest)
    assert pre_order["unpaid_amount"] == str(order.totals.payable - order.totals.interest)
