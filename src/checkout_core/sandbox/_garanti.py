"""Garanti Pay's signatures: of the form that leads to its page, and of what the browser brings back from there.

    returned = Garanti(secrets, clock).returned(ticket, row)
    Garanti(secrets, clock).verify(Callback(b"", query=tuple(returned.items())))    # Verified("N1", ...)

Which fields are signed, and in which order, is written here; what a message says of itself is not asked.  Each value
has its format, and is signed with its length before it, so that no character moves from one field to the next.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ..effects import Callback, Rejected, Verified
from ..integrations._strict import NotStrict
from ..order import Plan
from ._details import ADDRESS
from ._papers import LedgerRow, Ticket

TERMINAL: Final = "30691298"  # the sandbox shop's merchant number
NOBODY: Final = "none"  # a transaction that there is not
TOLERANCE: Final = timedelta(hours=1)  # a buyer may load the shop's answer again
AHEAD: Final = timedelta(minutes=5)  # clocks differ
HASH: Final = "hash"
HEXADECIMAL: Final = re.compile(r"[0-9a-f]{128}")

MINOR: Final = re.compile(r"[1-9][0-9]{0,14}")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,36}")
MOMENT: Final = re.compile(r"[1-9][0-9]{9,10}")
SESSION: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")

FORM: Final[Mapping[str, re.Pattern[str]]] = {
    "terminalid": re.compile(r"[0-9]{1,12}"), "orderid": NUMBER, "txnamount": MINOR, "txncurrencycode": CURRENCY,
    "txninstallments": re.compile(r"[1-9][0-9]?:[1-9][0-9]{0,14}(?:;[1-9][0-9]?:[1-9][0-9]{0,14}){0,39}"),
    "successurl": ADDRESS, "errorurl": ADDRESS, "txntimestamp": MOMENT, "session": SESSION,
}  # fmt: skip
RETURN: Final[Mapping[str, re.Pattern[str]]] = {
    "gpay": re.compile("true"), "success": re.compile("true|false"), "gpinstallment": re.compile(r"0|[1-9][0-9]?"),
    "orderid": NUMBER, "amount": MINOR, "currency": CURRENCY, "transactionid": re.compile(r"none|B[0-9]{6,12}"),
    "timestamp": MOMENT, "session": SESSION,
}  # fmt: skip


@frozen
class Garanti:
    """Signs with the first of its secrets and takes what any of them has signed."""

    secrets: tuple[bytes, ...]
    clock: Callable[[], datetime]

    def form(self, ticket: Ticket) -> Mapping[str, str]:
        """What the shop's page posts to Garanti Pay's."""
        told = _of(ticket) | {"txntimestamp": str(int(self.clock().timestamp()))}
        return {**told, HASH: self._hash("form", FORM, told, self.secrets[0])}

    def opens(self, ticket: Ticket, fields: Mapping[str, str]) -> str | None:
        """Why that form does not lead to the ticket's page; None where it does."""
        try:
            told = self._authentic("form", FORM, tuple(fields.items()))
        except NotStrict as wrong:
            return str(wrong)
        same = all(told[name] == text for name, text in _of(ticket).items())
        return None if same else "it is about another payment"

    def returned(self, ticket: Ticket, row: LedgerRow | None, *, tampered: bool = False) -> Mapping[str, str]:
        """What the browser posts to the shop: paid with that row, or not at all."""
        told = {
            "gpay": "true", "success": str(row is not None).lower(),
            "gpinstallment": str(row.installments if row else 0), "orderid": ticket.number,
            "amount": str((row or ticket).amount.minor), "currency": ticket.amount.currency,
            "transactionid": row.reference if row else NOBODY, "timestamp": str(int(self.clock().timestamp())),
            "session": ticket.md,
        }  # fmt: skip
        signed = {**told, HASH: self._hash("return", RETURN, told, self.secrets[0])}
        return signed | {"gpinstallment": "1", "amount": "1"} if tampered else signed

    def verify(self, callback: Callback) -> Verified | Rejected:
        """Whose return it is; of what it claims nothing is believed, the ledger tells.  Never an exception.

        Its fields are the query; others than ours are not looked at, ours are there once.
        """
        try:
            if callback.body:
                raise NotStrict("a return and a message at once")
            told = self._authentic("return", RETURN, callback.query)
        except NotStrict as wrong:
            return Rejected(str(wrong))
        age = self.clock().timestamp() - int(told["timestamp"])
        if not -AHEAD.total_seconds() <= age <= TOLERANCE.total_seconds():
            return Rejected("too old, or from the future")
        return Verified(told["orderid"], f"{told['transactionid']}-{told['session']}")

    def _authentic(
        self, label: str, fixed: Mapping[str, re.Pattern[str]], given: Sequence[tuple[str, str]]
    ) -> Mapping[str, str]:
        """Our fields of what was given.  Raises NotStrict."""
        ours = [(name, text) for name, text in given if name in fixed or name == HASH]
        told = dict(ours)
        if len(told) != len(ours):
            raise NotStrict("a field twice")
        if told.keys() != {*fixed, HASH}:
            raise NotStrict("a field is missing")
        for name, text in told.items():
            if not (HEXADECIMAL if name == HASH else fixed[name]).fullmatch(text):
                raise NotStrict(f"{name} is not in its format")
        right = [hmac.compare_digest(self._hash(label, fixed, told, each), told[HASH]) for each in self.secrets]
        if not any(right):
            raise NotStrict("wrong hash")
        return told

    @staticmethod
    def _hash(label: str, fixed: Mapping[str, re.Pattern[str]], told: Mapping[str, str], secret: bytes) -> str:
        values = (label, *(told[name] for name in fixed))
        covered = "".join(f"{len(text)}:{text}" for text in values).encode()
        return hmac.new(secret, covered, hashlib.sha512).hexdigest()


def offered(plans: Sequence[Plan]) -> str:
    """`1:13125;3:13325`: in so many parts, so much altogether."""
    return ";".join(f"{plan.installments}:{plan.amount.minor}" for plan in plans)


def _of(ticket: Ticket) -> dict[str, str]:
    back = ticket.details.back
    return {
        "terminalid": TERMINAL, "orderid": ticket.number, "txnamount": str(ticket.amount.minor),
        "txncurrencycode": ticket.amount.currency, "txninstallments": offered(ticket.plans),
        "successurl": back.success if back else "", "errorurl": back.failure if back else "",
        "session": ticket.md,
    }  # fmt: skip
