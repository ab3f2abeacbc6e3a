"""What the bank's process hears and says, in JSON: requests read strictly, answers written in full.

An answer repeats what it is about (number and key, or reference), so that whoever reads it can see that it is theirs.
Of a card the last four digits stay in the ledger; nothing of it is in an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from ..effects import (
    Authorised,
    Cancelled,
    Captured,
    CardSecrets,
    Declined,
    HandedOut,
    Order,
    Replayed,
    Reversed,
    Row,
    Secret,
    Settled,
    UnderReview,
    Unknown,
)
from ..integrations._strict import NotStrict, strict_object
from ..money import Money, minor_digits
from ._outcomes import Statement
from ._papers import LedgerRow
from .bank import Bank

Told: TypeAlias = dict[str, object]

PAYMENT: Final = ("number", "key", "minor", "currency", "installments")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sale": (*PAYMENT, "card"), "start_three_d": (*PAYMENT, "card"), "finish_three_d": (*PAYMENT, "returned", "card"),
    "start_session": PAYMENT, "cancel_session": PAYMENT, "inquire": ("number",), "void": ("reference", "key"),
    "refund": ("reference", "minor", "currency", "key"), "pays": ("ticket", "card_number"),
    "faults": ("unreachable", "answers_lost", "garbled", "late"),
}  # fmt: skip
METHODS: Final = FIELDS.keys() - {"pays", "faults"}  # the gateway's: those whose requests may get lost
CARD: Final = ("number", "holder", "month", "year", "cvv")
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"[A-Za-z0-9-]{1,36}"), "key": re.compile(r"[ -~]{1,64}"),
    "reference": re.compile(r"B[0-9]{6,12}"), "currency": re.compile(r"[A-Z]{3}"),
    "ticket": re.compile(r"[A-Za-z0-9_-]{1,64}"), "card_number": re.compile(r"[0-9]{12,19}"),
    "cvv": re.compile(r"[0-9]{3,4}"), "holder": re.compile(r".{1,100}"),
}  # fmt: skip
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "minor": (1, 10**15), "installments": (1, 99), "month": (1, 12), "year": (2000, 2999)
}  # fmt: skip


def heard(method: str, body: bytes) -> Callable[[Bank], Told]:
    """What to do with the bank, and what to answer.  Raises KeyError (no such method), ValueError (not as agreed)."""
    wanted = FIELDS[method]
    told = strict_object(body)
    if told.keys() != set(wanted):
        raise NotStrict(f"{method} has the fields {', '.join(wanted)}")
    if method == "faults":
        return _faults(told)
    if method == "inquire":
        number = _text(told, "number")
        return lambda bank: statement(number, bank.statement(number))
    if method == "pays":
        ticket, card_number = _text(told, "ticket"), _text(told, "card_number")
        return lambda bank: _paid(bank, ticket, card_number)
    if method in {"void", "refund"}:
        return _giving_back(method, told)
    return _paying(method, told)


def _paying(method: str, told: Mapping[str, object]) -> Callable[[Bank], Told]:
    order = Order("", _text(told, "number"), _text(told, "key"), _money(told), _whole(told, "installments"))
    about: Told = {"number": order.number, "key": order.key}
    card = told.get("card")
    secrets = None if card is None else _card(card)
    match method:
        case "finish_three_d":
            returned = _texts(told["returned"])
            return lambda bank: about | said(bank.finish_three_d(order, returned, secrets))
        case "start_session":
            return lambda bank: about | said(bank.start_session(order))
        case "cancel_session":
            return lambda bank: about | said(bank.cancel_session(order))
        case _ if secrets is None:
            raise NotStrict("card is missing")
        case "sale":
            return lambda bank: about | said(bank.sale(order, secrets))
        case _:
            return lambda bank: about | said(bank.start_three_d(order, secrets))


def _giving_back(method: str, told: Mapping[str, object]) -> Callable[[Bank], Told]:
    reference, key = _text(told, "reference"), _text(told, "key")
    about: Told = {"reference": reference, "key": key}
    if method == "void":
        return lambda bank: about | said(bank.void(reference, key))
    amount = _money(told)
    return lambda bank: about | said(bank.refund(reference, amount, key))


def _paid(bank: Bank, md: str, card_number: str) -> Told:
    """The buyer's browser at the bank's page: whether money moved there, and what it goes back with."""
    ticket = bank.ticket_of(md)
    returned = None if ticket is None else bank.comes_back(ticket, card_number)
    return {"returned": None if returned is None else dict(returned)}


def _faults(told: Mapping[str, object]) -> Callable[[Bank], Told]:
    switched: dict[str, frozenset[str]] = {}
    for name, methods in told.items():
        if not isinstance(methods, list) or not all(isinstance(m, str) and m in METHODS for m in methods):
            raise NotStrict(f"{name} is a list of methods: {', '.join(sorted(METHODS))}")
        switched[name] = frozenset(methods)

    def switch(bank: Bank) -> Told:
        for name, methods in switched.items():
            setattr(bank, name, methods)
        return {"result": "switched"}

    return switch


def said(
    answer: Row | Declined | Replayed | HandedOut | Cancelled | Reversed | Settled | Unknown,
) -> Told:
    """The answer to a request."""
    told: Told
    match answer:
        case Captured(reference, amount, installments):
            told = {
                "result": "captured", "reference": reference, "minor": amount.minor, "currency": amount.currency,
                "installments": installments,
            }  # fmt: skip
        case Authorised(reference):
            told = {"result": "authorised", "reference": reference}
        case UnderReview(reference):
            told = {"result": "review", "reference": reference}
        case Declined(code):
            told = {"result": "declined", "code": code}
        case HandedOut(given):
            told = {"result": "handed_out", "given": dict(given)}
        case Unknown(reason):
            told = {"result": "unknown", "reason": reason}
        case Replayed() | Cancelled() | Reversed() | Settled():
            told = {"result": type(answer).__name__.lower()}
    return told


def statement(number: str, said: Statement | Unknown) -> Told:
    """The answer to an inquiry: sums, since the status of an entry stays what it was when the money goes back."""
    if isinstance(said, Unknown):
        return {"number": number, "rows": [], "declined": None, "closed": None}
    rows = [_sums(row) for row in said.entries if row.state != "declined"]
    return {"number": number, "rows": rows, "declined": said.code, "closed": said.over}


def _sums(row: LedgerRow) -> Told:
    minor, state = row.amount.minor, row.state
    return {
        "reference": row.reference, "currency": row.amount.currency, "installments": row.installments,
        "status": "review" if state == "review" else "approved", "authorised": minor,
        "captured": 0 if state == "authorised" else minor, "voided": minor if state == "voided" else 0,
        "refunded": minor if state == "refunded" else 0,
    }  # fmt: skip


def _card(told: object) -> CardSecrets:
    if not isinstance(told, dict) or told.keys() != set(CARD):
        raise NotStrict(f"a card has the fields {', '.join(CARD)}")
    number = _text({"card_number": told["number"]}, "card_number")
    cvv = None if told["cvv"] is None else Secret(_text(told, "cvv"))
    return CardSecrets(Secret(number), _text(told, "holder"), _whole(told, "month"), _whole(told, "year"), cvv)


def _money(told: Mapping[str, object]) -> Money:
    currency = _text(told, "currency")
    minor_digits(currency)
    return Money.of(_whole(told, "minor"), currency)


def _text(told: Mapping[str, object], name: str) -> str:
    value = told[name]
    if not isinstance(value, str) or not TEXTS[name].fullmatch(value):
        raise NotStrict(f"{name} is not in its format")
    return value


def _texts(told: object) -> Mapping[str, str]:
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise NotStrict("returned has texts only")
    return told


def _whole(told: Mapping[str, object], name: str) -> int:
    value, (least, most) = told[name], NUMBERS[name]
    if type(value) is not int or not least <= value <= most:
        raise NotStrict(f"{name} is not in its format")
    return value
