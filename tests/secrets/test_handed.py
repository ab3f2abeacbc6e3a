"""What a gateway hands out for later is kept in a record: what it promised, and no card."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Money
from checkout_core.effects import (
    Callback,
    Capabilities,
    CardSecrets,
    Declined,
    HandedOut,
    Inquire,
    Order,
    Rejected,
    Sale,
    Secret,
    StartSession,
    StartThreeD,
    Unknown,
    Verify,
)  # fmt: skip
from checkout_core.ports import Answers, Ports, shows

NUMBER = "5421190000000009"
CARD = CardSecrets(Secret(NUMBER), "CANARY HOLDER", 11, 2031, Secret("7391"))
ORDER = Order("bank", "N1", "K1", Money("131.25", "TRY"), 1)
KEPT_OUT = Unknown("the card was handed out")
METHODS = (
    "sale", "start_three_d", "finish_three_d", "start_session", "cancel_session", "inquire", "void", "refund", "verify",
)  # fmt: skip


class Says:
    """A gateway with one answer to everything."""

    def __init__(self, answer, *handed):
        more = {"handed": frozenset(handed)} if handed else {}
        self.capabilities = Capabilities(timedelta(minutes=1), **more)
        self.answer = answer

    def __getattr__(self, name):
        if name not in METHODS:
            raise AttributeError(name)
        return lambda *_: self.answer


def answers(gateway):
    shop = SimpleNamespace(read_basket=print, order_placed=print)  # nobody asks them
    return Answers(Ports(shop=None, basket=shop, orders=shop, gateways={"bank": gateway}, clock=None, key=None))


@pytest.fixture(params=["threads", "loop"])
def asked(request):
    """What comes of an answer of a gateway's, by either driver."""

    def ask(effect, gateway):
        there = answers(gateway)
        return there.perform(effect) if request.param == "threads" else asyncio.run(there.aperform(effect))

    return ask


@pytest.mark.parametrize("effect", [StartThreeD(ORDER, CARD), StartSession(ORDER)], ids=["three_d", "session"])
def test_a_field_that_the_gateway_did_not_promise_is_dropped(asked, effect):
    given = {"md": "m", "url": "https://bank.example/", "cvv": "7391", "pan": NUMBER, "card": "c", "Md": "", "": "x"}
    assert asked(effect, Says(HandedOut(given))) == HandedOut({"md": "m", "url": "https://bank.example/"})
    assert asked(effect, Says(HandedOut(given), "url")) == HandedOut({"url": "https://bank.example/"})


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(["md", "url", "form", "session"]), st.text(max_size=20)))
def test_of_any_fields_only_the_promised_ones_are_kept_and_as_they_were(given):
    kept = answers(Says(HandedOut(given))).perform(StartSession(ORDER)).given
    assert kept == {name: given[name] for name in ("md", "url", "form", "session") if name in given}


HTML = f'<form action="https://acs.example/"><input name="pan" value="{NUMBER}"></form>'
IN_FULL = [
    NUMBER, f" {NUMBER}\n", "5421 1900 0000 0009", "5421-1900-0000-0009", "5421\xa01900\xa00000\xa00009", HTML,
    "5421%201900%200000%200009", "5421&nbsp;1900&#160;0000&#xa0;0009", f"https://bank.example/?p={NUMBER}&q=1",
    "5421<b>1900</b>0000<i>0009</i>",
]  # fmt: skip
IN_BASE64 = [base64.b64encode(f"{'x' * before}{text}{'y' * after}".encode()).decode() for text in (NUMBER, HTML)
             for before in range(3) for after in range(3)]  # fmt: skip


@pytest.mark.parametrize("text", [*IN_FULL, *IN_BASE64, *(text.rstrip("=") for text in IN_BASE64)])
def test_a_field_that_shows_the_card_makes_the_answer_unknown(text):
    for name in ("md", "url", "form", "session"):
        given = {"md": "m", name: text}
        assert answers(Says(HandedOut(given))).perform(StartThreeD(ORDER, CARD)) == KEPT_OUT


def test_a_card_in_a_field_that_is_dropped_anyway_is_no_reason_to_refuse(asked):
    given = {"md": "m", "pan": NUMBER}
    assert asked(StartThreeD(ORDER, CARD), Says(HandedOut(given))) == HandedOut({"md": "m"})


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",  # passes Luhn, as every tenth number of a bank's own does
        "542119******0009", "9000000009112450", "5421190000000008", NUMBER[1:], NUMBER[:-1], "",
    ],
)  # fmt: skip
def test_a_number_that_is_not_this_card_is_kept(text):
    given = {"md": text}
    assert answers(Says(HandedOut(given))).perform(StartThreeD(ORDER, CARD)) == HandedOut(given)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_card_is_found_in_base64_wherever_it_begins(before, after):
    text = base64.b64encode(b"\0" * before + NUMBER.encode() + b"\0" * after).decode()
    assert shows(Secret(NUMBER), [text])
    assert not shows(Secret("4111111111111111"), [text])


def test_only_what_hands_out_is_cut(asked):
    assert asked(Sale(ORDER, CARD), Says(Declined("do_not_honor"))) == Declined("do_not_honor")
    assert asked(Sale(ORDER, CARD), Says(HandedOut({"md": "m"}))) == Unknown("HandedOut")


def test_a_reason_for_people_has_no_long_number_in_it(asked):
    said = f"card {NUMBER} / 5421 1900 0000 0009 refused, ref 12345"
    cut = "card <digits> / <digits> refused, ref 12345"
    assert asked(Sale(ORDER, CARD), Says(Unknown(said))) == Unknown(cut)
    assert asked(Inquire("bank", "N1"), Says(Unknown(said))) == Unknown(cut)
    assert asked(Verify("bank", Callback(b"")), Says(Rejected(said))) == Rejected(cut)


def test_what_a_gateway_raises_is_known_by_its_class_only(asked):
    class Raises(Says):
        def start_three_d(self, order, card, /):
            raise LookupError(f"no answer for {card.number.reveal()}")

    assert asked(StartThreeD(ORDER, CARD), Raises(None)) == Unknown("LookupError")
