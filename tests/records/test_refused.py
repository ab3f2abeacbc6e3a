"""What is never written: secrets, and whatever would not come back as it is."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Any, Literal

import pytest
from attrs import frozen

from checkout_core import Misconfigured, Money, evolve
from checkout_core.effects import CardSecrets, Event, OrderPlaced, Secret
from checkout_core.order import Address, Chosen, CreditCard, FundsTransfer, Payment, PreOrder
from checkout_core.records import Codec, Message, Record, Unstorable
from checkout_core.shop import City, Country

from .checkouts import NOW, GiftWrap, a_codec, by_card, opened, tried

ORDER = tried(by_card())
PIN = Secret("canary")


def holding(part: object, **changes: object) -> PreOrder:
    return ORDER.put(evolve(part, **changes))


def tried_with(**changes: object) -> PreOrder:
    return evolve(ORDER, attempts=(evolve(ORDER.attempts[0], **changes),))


SECRETS = {
    "key": evolve(ORDER, key=PIN),
    "number": evolve(ORDER, number=PIN),
    "digest": evolve(ORDER, basket=evolve(ORDER.basket, digest=PIN)),
    "buyer": holding(ORDER.buyer, email=PIN),
    "a whole part": evolve(ORDER, extras=PIN),
    "a flag": ORDER.put(evolve(ORDER.payment, card=evolve(ORDER.payment.card, three_d=PIN))),
    "a number": ORDER.put(evolve(ORDER.payment, installment=evolve(ORDER.payment.installment, pk=PIN))),
    "payment": holding(ORDER.payment, mask=PIN),
    "the card itself": holding(ORDER.payment, mask=CardSecrets(PIN, "Ada", 1, 2029, PIN)),
    "the payment part": evolve(ORDER, payment=PIN),
    "an amount": evolve(ORDER, totals=evolve(ORDER.totals, total=PIN)),
    "handed": tried_with(handed={"pin": PIN}),
    "handed whole": tried_with(handed=PIN),
    "a state": tried_with(state=PIN),
    "a time": tried_with(since=PIN),
    "captures": tried_with(captures=(PIN,)),
    "captures whole": tried_with(captures=PIN),
    "a host's part": evolve(ORDER, more=(GiftWrap(PIN),)),
    "in place of a host's part": evolve(ORDER, more=(PIN,)),
}


@pytest.mark.parametrize("order", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_never_written_and_never_quoted(order):
    with pytest.raises(Unstorable) as refusal:
        a_codec().dumps(Record(order))
    assert "canary" not in "".join(traceback.format_exception(refusal.value))


def test_a_secret_in_a_line_or_a_message_is_never_written():
    order = opened()
    line = evolve(order.basket.lines[0], name=PIN)
    with pytest.raises(Unstorable):
        a_codec().dump_basket(evolve(order, basket=evolve(order.basket, lines=(line,))))
    with pytest.raises(Unstorable):
        a_codec().dumps(Record(order, (Message("1", OrderPlaced(PIN)),)))


@frozen(slots=False)
class TurkishAddress(Address):
    neighbourhood: str = ""


@frozen(slots=False)
class Voucher(Payment):
    code: str = ""


HOME = ORDER.delivery.shipping_address
UNSTORABLE = {
    "a list for a tuple": tried_with(captures=[]),
    "a float for an int": tried_with(n=1.0),
    "a bool for an int": tried_with(n=True),
    "an int for a bool": ORDER.put(evolve(ORDER.payment, card=evolve(ORDER.payment.card, three_d=1))),
    "a number for a text": holding(ORDER.buyer, email=5),
    "a decimal for an amount": evolve(ORDER, totals=evolve(ORDER.totals, total=Decimal("1.00"))),
    "a naive time": tried_with(since=NOW.replace(tzinfo=None)),
    "a day for a time": tried_with(since=date(2026, 11, 21)),
    "a key that is no text": tried_with(handed={1: "x"}),
    "a state that is none": tried_with(state="paid"),
    "a subclass with more fields": holding(
        ORDER.delivery,
        shipping_address=TurkishAddress(
            1, "", "", "", "", Country(1, "", "TR"), City(1, "", 1), "", neighbourhood="Moda"
        ),
    ),
    "another class": holding(ORDER.delivery, shipping_address=City(1, "", 1)),
    "a way to pay that is not in the flow": evolve(ORDER, payment=Voucher(ORDER.payment.option)),
    "the class of all ways to pay": evolve(ORDER, payment=Payment(ORDER.payment.option)),
    "a part that is not in the flow": evolve(ORDER, more=(City(1, "", 1),)),
}


@pytest.mark.parametrize("order", UNSTORABLE.values(), ids=UNSTORABLE)
def test_what_would_not_come_back_as_it_is_is_not_written(order):
    with pytest.raises(Unstorable, match="cannot be stored"):
        a_codec().dumps(Record(order))


@frozen
class Unheard(Event):
    pass


def test_an_event_that_no_port_answers_is_not_written():
    with pytest.raises(Unstorable):
        a_codec().dumps(Record(ORDER, (Message("1", Unheard()),)))


class SafeText(str):
    """As template engines have it."""

    __slots__ = ()


class Count(IntEnum):
    THREE = 3


def test_a_text_or_number_that_is_more_than_one_is_read_back_as_plain():
    order = evolve(holding(ORDER.buyer, email=SafeText("a@b")), attempts=(evolve(ORDER.attempts[0], n=Count.THREE),))
    codec = a_codec(kept=0)
    back = codec.loads(codec.dumps(Record(order)), codec.dump_basket(order)[1]).pre_order
    assert back == order
    assert (type(back.buyer.email), type(back.attempts[0].n)) == (str, int)


# what a composition may store


class Paper(Enum):
    RED = "red"
    PLAIN = None


@frozen(slots=False)
class Pet:
    name: str


@frozen(slots=False)
class Plant:
    height: int  # cm


@frozen(slots=False)
class Everything:
    """One field of each kind that can be stored."""

    text: str = ""
    price: Money | None = None
    day: date = date(2026, 11, 21)
    at: time = time(9, 30)
    moment: datetime = NOW
    size: Literal["s", 1, True] = "s"
    paper: Paper = Paper.PLAIN
    friend: Pet | Plant | None = None
    friends: tuple[Pet | Plant, ...] = ()
    by_name: Mapping[str, tuple[int, ...]] = {}  # nobody changes it


def test_a_host_may_keep_parts_of_many_kinds():
    codec = Codec((), (Everything,), kept=0)
    part = Everything(
        "x", Money("1.25", "KWD"), date(1, 1, 1), time(23, 59, 59, 1), datetime(2026, 1, 1, tzinfo=UTC), 1, Paper.RED,
        Plant(3), (Pet("Tom"), Plant(4)), {"a": (1, 2)},
    )  # fmt: skip
    for kept in (part, Everything(), evolve(part, size=True), evolve(part, size="s")):
        order = evolve(opened(), more=(kept,))
        back = codec.loads(codec.dumps(Record(order)), codec.dump_basket(order)[1]).pre_order
        assert back == order
        assert type(back.more[0].size) is type(kept.size)


@pytest.mark.parametrize(
    "change",
    [
        {"paper": "red"}, {"size": 1.0}, {"size": 2}, {"day": NOW}, {"at": "09:30"}, {"friend": Everything()},
        {"friends": (None,)}, {"by_name": {"a": [1]}}, {"by_name": [("a", (1,))]},
    ],
    ids=str,
)  # fmt: skip
def test_a_hosts_part_is_held_to_its_types(change):
    with pytest.raises(Unstorable):
        Codec((), (Everything,)).dumps(Record(evolve(opened(), more=(evolve(Everything(), **change),))))


def part_with(kind: object) -> type:
    @frozen(slots=False)
    class Part:
        field: kind

    Part.__annotations__["field"] = kind
    return Part


@pytest.mark.parametrize(
    "kind",
    [float, 5, Any, dict, list[str], set[str], dict[str, str], Mapping[int, str], tuple[int, str], tuple, bytes,
     Decimal, str | int, Pet | str, Secret, Secret | None, tuple[Secret, ...], CardSecrets],
    ids=str,
)  # fmt: skip
def test_a_field_that_cannot_be_stored_is_refused_when_the_codec_is_made(kind):
    with pytest.raises(Misconfigured, match=r"Part\.field: "):
        Codec((), (part_with(kind),))


@frozen(slots=False)
class Nested:
    inner: Nested | None = None


def test_a_class_inside_itself_is_refused():
    with pytest.raises(Misconfigured, match="Nested contains itself"):
        Codec((), (Nested,))


@frozen(slots=False)
class OnlyForTheTypeChecker:
    field: NotImported  # noqa: F821  # that is the point


def test_a_type_that_is_not_there_at_run_time_is_refused():
    with pytest.raises(Misconfigured, match="'NotImported' is not defined; import it at run time"):
        Codec((), (OnlyForTheTypeChecker,))


def test_two_classes_of_one_name_are_refused():
    with pytest.raises(Misconfigured, match="two are stored under one name"):
        Codec((), (part_with(int), part_with(str)))


def test_a_class_may_be_named_twice():
    codec = Codec((CreditCard, FundsTransfer, CreditCard), kept=0)
    order = evolve(opened(), payment=CreditCard(Chosen(1, "", "", "credit_card")))
    assert codec.loads(codec.dumps(Record(order)), codec.dump_basket(order)[1]).pre_order == order
