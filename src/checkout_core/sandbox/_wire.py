"""What the bank's process hears and says, in JSON: requests read strictly, answers written in full.

An answer repeats what it is about (number and key, or reference), so that whoever reads it can see that it is theirs.
Of a card the last four digits stay in the ledger; nothing of it is in an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from ..effects import (
    Authorised,
    Cancelled,
    Captured,
    Declined,
    HandedOut,
    Order,
    Replayed,
    Reversed,
    Row,
    Settled,
    UnderReview,
    Unknown,
)
from ..integrations._strict import NotStrict, strict_object
from ..order import Reward
from ._ask_wire import asking
from ._details import details, rewards, rewards_told
from ._outcomes import Statement
from ._papers import LedgerRow
from ._reading import card_of, money, style_of, text, texts, whole
from .bank import Bank

Told: TypeAlias = dict[str, object]

PAYMENT: Final = ("number", "key", "minor", "currency", "installments")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "sale": (*PAYMENT, "card"), "start_three_d": (*PAYMENT, "card"), "finish_three_d": (*PAYMENT, "returned", "card"),
    "start_session": PAYMENT, "cancel_session": PAYMENT, "inquire": ("number",), "void": ("reference", "key"),
    "refund": ("reference", "minor", "currency", "key"), "pays": ("ticket", "card_number"),
    "faults": ("unreachable", "answers_lost", "garbled", "late"),
    "ask_plans": ("minor", "currency"), "ask_campaigns": ("card_number",), "ask_rewards": ("card", "currency"),
    "ask_reference": ("number", "minor", "currency", "iban", "email", "addresses", "site"),
}  # fmt: skip
BESIDE: Final = ("rewards", "details")  # of a payment, where there is anything to say
OPTIONAL: Final[Mapping[str, tuple[str, ...]]] = {
    "sale": BESIDE, "start_three_d": BESIDE, "start_session": (*BESIDE, "style"), "finish_three_d": BESIDE,
    "cancel_session": BESIDE, "pays": ("installments",),
}  # fmt: skip
METHODS: Final = FIELDS.keys() - {"pays", "faults"}  # the gateway's: those whose requests may get lost


def heard(method: str, body: bytes) -> Callable[[Bank], Told]:
    """What to do with the bank, and what to answer.  Raises KeyError (no such method), ValueError (not as agreed)."""
    wanted = FIELDS[method]
    told = strict_object(body)
    if not set(wanted) <= told.keys() <= {*wanted, *OPTIONAL.get(method, ())}:
        raise NotStrict(f"{method} has the fields {', '.join(wanted)}")
    if method == "faults":
        return _faults(told)
    if method == "inquire":
        number = text(told, "number")
        return lambda bank: statement(number, bank.statement(number))
    if method == "pays":
        return _buying(told)
    if method in {"void", "refund"}:
        return _giving_back(method, told)
    if method.startswith("ask_"):
        return asking(method, told)
    return _paying(method, told)


def _paying(method: str, told: Mapping[str, object]) -> Callable[[Bank], Told]:
    order = _order(told)
    about: Told = {"number": order.number, "key": order.key}
    card = told.get("card")
    secrets = None if card is None else card_of(card)
    match method:
        case "finish_three_d":
            returned = texts(told["returned"])
            return lambda bank: about | said(bank.finish_three_d(order, returned, secrets))
        case "start_session":
            style = style_of(told)
            return lambda bank: about | said(bank.start_session(order, style=style))
        case "cancel_session":
            return lambda bank: about | said(bank.cancel_session(order))
        case _ if secrets is None:
            raise NotStrict("card is missing")
        case "sale":
            return lambda bank: about | said(bank.sale(order, secrets))
        case _:
            return lambda bank: about | said(bank.start_three_d(order, secrets))


def _order(told: Mapping[str, object]) -> Order:
    amount = money(told)
    used = rewards(told.get("rewards", []), amount.currency)
    if sum(each.amount.minor for each in used) > amount.minor:
        raise NotStrict("rewards are more than the amount, in whichever format")
    return Order(
        "", text(told, "number"), text(told, "key"), amount, whole(told, "installments"), used,
        details(told.get("details", {}), amount.currency),
    )  # fmt: skip


def _giving_back(method: str, told: Mapping[str, object]) -> Callable[[Bank], Told]:
    reference, key = text(told, "reference"), text(told, "key")
    about: Told = {"reference": reference, "key": key}
    if method == "void":
        return lambda bank: about | said(bank.void(reference, key))
    amount = money(told)
    return lambda bank: about | said(bank.refund(reference, amount, key))


def _buying(told: Mapping[str, object]) -> Callable[[Bank], Told]:
    """The buyer's browser at the bank's page: whether money moved there, and what it goes back with."""
    md, card_number = text(told, "ticket"), text(told, "card_number")
    count = whole(told, "installments") if "installments" in told else None

    def pays(bank: Bank) -> Told:
        ticket = bank.ticket_of(md)
        try:
            returned = None if ticket is None else bank.comes_back(ticket, card_number, installments=count)
        except LookupError:  # nobody offers that
            returned = None
        return {"returned": None if returned is None else dict(returned)}

    return pays


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
        case Captured(reference, amount, installments, used, token):
            told = {
                "result": "captured", "reference": reference, "minor": amount.minor, "currency": amount.currency,
                "installments": installments, **_beside(used, token),
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
        "refunded": minor if state == "refunded" else 0, **_beside(row.rewards, row.card_token),
    }  # fmt: skip


def _beside(used: Sequence[Reward], token: str | None) -> Told:
    """Where there are any."""
    told: Told = {"rewards": rewards_told(used)} if used else {}
    return told if token is None else told | {"card_token": token}
