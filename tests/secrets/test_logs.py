"""What others log: no card number gets past the filter, and everything else does."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from checkout_core.service import CardFilter
from checkout_core.service._logs import _cards, blank

MASTERCARD, AMEX, MAESTRO, LONG_VISA, TROY = (
    "5421190000000009", "378282246310005", "500000000009", "4000000000000000006", "9792000000000003",
)  # fmt: skip
CARDS = (MASTERCARD, AMEX, MAESTRO, LONG_VISA, TROY)


@pytest.fixture
def log():
    logger = logging.Logger("of the host")  # noqa: LOG001  # of this test alone
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    handler.addFilter(CardFilter())
    logger.addHandler(handler)
    logger.said = handler.stream.getvalue
    return logger


def test_the_cards_of_these_tests_are_cards():
    assert {len(card) for card in CARDS} == {12, 15, 16, 19}
    assert all(map(luhn.is_valid, CARDS))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "around", ["{}", "x{}y", "card={}&cvv=1", '{{"number": "{}"}}', "{}=30011010000", "({})", "a {} b"]
)
def test_a_card_number_is_blanked_wherever_it_stands(card, around):
    assert blank(around.format(card)) == around.format("<card>")


@pytest.mark.parametrize("gap", [" ", "-", "\xa0", "+", "%20", "%2D", "%2d"])
@pytest.mark.parametrize("lengths", [(4, 4, 4, 4), (6, 10), (1,) * 16, (4, 6, 6), (8, 8), (15, 1)])
def test_a_card_number_in_groups_is_blanked_whole(gap, lengths):
    groups, at = [], 0
    for length in lengths:
        groups.append(MASTERCARD[at : at + length])
        at += length
    assert blank(f"paid by {gap.join(groups)}!") == "paid by <card>!"


def test_a_card_is_blanked_whole_where_its_beginning_is_one_too():
    assert luhn.is_valid("6000000000000007")
    assert luhn.is_valid("6000000000000007009")
    assert blank("6000 0000 0000 0007 009, 6000 0000 0000 0007 008") == "<card>, <card> 008"


def test_of_a_long_list_of_numbers_no_more_is_looked_at_than_a_card_may_have():
    """Or whoever can have something logged can keep a server busy with it."""
    looked_at = []

    class Groups(list):
        def __getitem__(self, at):
            part = super().__getitem__(at)
            looked_at.append(len(part))
            return part

    assert list(_cards(Groups(["1"] * 1000))) == []
    assert (len(looked_at), max(looked_at)) == (1000, 19)


def test_digits_of_other_scripts_are_digits():
    wide = MASTERCARD.translate({48 + n: 0xFF10 + n for n in range(10)})
    arabic = MASTERCARD.translate({48 + n: 0x0660 + n for n in range(10)})
    assert blank(f"{wide} and {arabic}") == "<card> and <card>"


def test_digits_before_and_after_stay_and_do_not_hide_it():
    assert blank(f"3 {MASTERCARD} 12 30") == "3 <card> 12 30"
    assert blank(f"{MASTERCARD} {AMEX}") == "<card> <card>" or blank(f"{MASTERCARD} {AMEX}") == "<card>"


@given(st.lists(st.from_regex(r"[0-9]{1,6}", fullmatch=True), max_size=4), st.sampled_from(CARDS), st.booleans())
def test_no_neighbour_makes_a_card_readable(others, card, grouped):
    number = " ".join(card[n : n + 4] for n in range(0, len(card), 4)) if grouped else card
    said = blank(" ".join([*others, number, *others]))
    assert "<card>" in said
    assert card[-12:] not in said.replace(" ", "").replace("<card>", "|")


@pytest.mark.parametrize(
    "text",
    [
        "5421190000000008",  # Luhn fails
        "ACD1F09B7E5542119000",  # an order number of ours
        "542119******0009",  # the mask in the record
        "131.25 TRY, 3 x 43.75, 12 31 2026",
        "2026-11-21 12:00:00,123 +0300",
        "2026-11-21T12:00:00.123456+00:00",
        "1763726400.123456 1763726400000 1763726400000000",
        "+905321234567 and +90 532 123 45 67",
        "192.168.100.200:8080",
        "TR330006100519786457841326",  # an IBAN, of 24 digits
        "0000000000000000",
        "12345678901",
        "5421190000000009" * 2,  # 32 digits are no card
        "",
    ],
)
def test_what_is_no_card_number_stays_as_it_was(text):
    assert blank(text) == text


def test_an_order_number_of_sixteen_digits_stays_unless_it_passes_by_chance():
    stay = [n for n in range(4000000000000000, 4000000000001000) if blank(str(n)) == str(n)]
    assert len(stay) == 900


# The record


def test_the_message_is_blanked_and_so_is_what_it_is_made_of(log):
    log.warning(f"paid with {MASTERCARD}")  # noqa: G004  # as others log
    log.warning("paid with %s, %d and %r", MASTERCARD, int(AMEX), {"pan": MASTERCARD})
    log.warning("paid with %(card)s", {"card": MASTERCARD})
    log.warning(ValueError(f"no {MASTERCARD}"))
    log.warning("in bytes: %s", MASTERCARD.encode())
    assert log.said().splitlines() == [
        "WARNING paid with <card>",
        "WARNING paid with <card>, <card> and {'pan': '<card>'}",
        "WARNING paid with <card>",
        "WARNING no <card>",
        "WARNING in bytes: b'<card>'",
    ]


def test_a_number_that_arguments_make_together_is_blanked(log):
    log.warning("%s %s", MASTERCARD[:8], MASTERCARD[8:])
    assert log.said() == "WARNING <card>\n"


def made(msg="all is well", args=(), exc_info=None, **more):
    record = logging.LogRecord("host", logging.ERROR, __file__, 1, msg, args, exc_info)
    record.__dict__.update(more)
    assert CardFilter().filter(record) is True
    return record


def test_an_argument_that_the_message_does_not_show_is_blanked_too():
    """Error trackers send arguments beside the message."""
    record = made("%.4s...", (MASTERCARD,))
    assert (record.getMessage(), record.args) == ("5421...", ())


def test_a_record_without_a_card_is_left_as_it_is(log):
    args = (131, "TRY", {"a": [1, 2]})
    record = made("%d %s %r", args, number="ACD1F09B7E5542119000")
    assert (record.msg, record.args, record.number) == ("%d %s %r", args, "ACD1F09B7E5542119000")
    assert record.args is args


def test_what_extra_puts_beside_the_message_is_blanked():
    record = made(body={"card_number": MASTERCARD}, path=f"/pay?card={MASTERCARD}", tries=3)
    assert (record.body, record.path, record.tries) == ("{'card_number': '<card>'}", "/pay?card=<card>", 3)


def failed(text, cause=None):
    try:
        try:
            if cause is not None:
                raise ValueError(cause)
        finally:
            raise RuntimeError(text)
    except RuntimeError:
        return sys.exc_info()


def test_an_exception_that_quotes_a_card_stays_as_blanked_text(log):
    record = made(exc_info=failed(f"refused {MASTERCARD}"))
    assert record.exc_info is None
    assert record.exc_text.endswith("RuntimeError: refused <card>")
    assert "Traceback (most recent call last)" in record.exc_text
    log.error("no answer", exc_info=failed(f"refused {MASTERCARD}"))
    assert "RuntimeError: refused <card>" in log.said()
    assert MASTERCARD not in log.said()


def test_the_exception_behind_an_exception_is_blanked_too(log):
    log.error("no answer", exc_info=failed("no answer", f"refused {MASTERCARD}"))
    assert "ValueError: refused <card>" in log.said()
    assert MASTERCARD not in log.said()


def test_an_exception_without_a_card_keeps_its_traceback():
    info = failed("refused 12345")
    assert made(exc_info=info).exc_info is info


def test_what_another_handler_drew_of_the_exception_is_blanked():
    for info in (failed("plain"), None):
        record = made(exc_info=info, exc_text=f"card_number={MASTERCARD}")
        assert (record.exc_text, record.exc_info) == ("card_number=<card>", None)


def test_the_stack_is_blanked():
    assert made(stack_info=f"Stack:\n  pay({MASTERCARD!r})").stack_info == "Stack:\n  pay('<card>')"


def test_a_call_that_logging_could_not_format_shows_no_card(log, capsys):
    log.warning("%d of %d", MASTERCARD)  # noqa: PLE1206  # the mistake
    assert log.said() == "WARNING %d of %d ('<card>',)\n"
    assert capsys.readouterr().err == ""


class Mute:
    def __str__(self):
        raise RuntimeError(MASTERCARD)


def test_what_cannot_be_shown_does_not_stop_the_filter():
    record = made(extra_=Mute())
    assert isinstance(record.extra_, Mute)
    assert made("%s", (Mute(),)).levelname == "ERROR"


def test_every_record_passes_whatever_its_exc_info():
    for info in (None, (None, None, None), True, ValueError("x")):
        assert made(exc_info=info).getMessage() == "all is well"


def test_a_handler_of_json_gets_no_card_either():
    record = made("paid with %s", (MASTERCARD,), failed(MASTERCARD), body={"pan": MASTERCARD})
    assert MASTERCARD not in json.dumps(record.__dict__, default=repr)


def test_on_a_handler_it_sees_what_other_loggers_say():
    heard = io.StringIO()
    root, child = logging.Logger("root"), logging.Logger("child")  # noqa: LOG001  # of this test alone
    child.parent = root
    handler = logging.StreamHandler(heard)
    root.addHandler(handler)
    root.addFilter(CardFilter())
    child.warning(MASTERCARD)
    assert heard.getvalue() == f"{MASTERCARD}\n"  # a logger's own filter does not
    handler.addFilter(CardFilter())
    child.warning(MASTERCARD)
    assert heard.getvalue().splitlines()[1] == "<card>"
