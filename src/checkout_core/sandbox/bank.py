"""The sandbox's bank: a gateway with a ledger of its own, which is the truth in every test.

    bank = Bank("bank.sqlite", capabilities=ORDER_NUMBER)
    bank.captures, bank.sends, bank.rows()

What a card does is in `magic`.  The bank keeps the last four digits of a card and no more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from pathlib import Path
from typing import Final

from attrs import evolve

from ..effects import (
    Capabilities,
    Captured,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    Order,
    Reversed,
    Unknown,
)
from ._ledger import Book, Call, Ledger, LedgerRow, Ticket
from .magic import MAGIC, REJECTED, STRANGER, UNFINISHED, UNPROVEN, Fate

MINUTE: Final = timedelta(seconds=60)  # short, for people who watch; real banks say up to a quarter of an hour

NATIVE: Final = Capabilities(MINUTE, idempotency="native", sandbox=True)
"""The same key gets the same answer, and takes nothing twice."""
ORDER_NUMBER: Final = Capabilities(MINUTE, idempotency="order_number", sandbox=True)
"""A number that has taken money is refused with an answer that does not say what became of the first request."""
NO_KEYS: Final = Capabilities(MINUTE, sandbox=True)
"""Every request takes money."""

SENDS: Final = frozenset({"sale", "start_three_d", "finish_three_d"})


class BankTimeout(TimeoutError):
    """No answer came.  Whether the request arrived, the ledger knows."""


class BankGarbage(ValueError):
    """What came is no answer."""


class Bank:
    """Threads may share one; every process opens its own on the same file."""

    def __init__(
        self,
        ledger: str | Path = ":memory:",
        *,
        capabilities: Capabilities = NATIVE,
        max_in_flight: timedelta | None = None,
        lag: int = 0,
        token: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        """`lag`: how many inquiries do not see a new row yet.  `token` makes what a 3-D form is known by, unguessable.

        Raises Misconfigured where the file cannot be a ledger.
        """
        self.capabilities = evolve(capabilities, max_in_flight=max_in_flight) if max_in_flight else capabilities
        self.lag = lag
        self.unreachable: AbstractSet[str] = frozenset()
        """Methods whose requests do not arrive, while a test says so: `bank.unreachable = {"inquire"}`."""
        self._ledger = Ledger(ledger)
        self._token = token

    # The gateway.  A card that loses a request or an answer raises BankTimeout or BankGarbage

    def sale(self, order: Order, card: CardSecrets, /) -> Captured | Declined | Unknown:
        self._called("sale", order.number, order.key)
        number = card.number.reveal()
        fate = MAGIC.get(number, STRANGER)
        if fate.proof is not None:
            fate = UNPROVEN
        _on_the_way(fate)
        with self._ledger.book() as book:
            before = self._answered(book, order)
            if before is not None:
                return before
            row = book.enter(order, number[-4:], fate.code, self.lag)
        return _delivered(row, fate)

    def start_three_d(self, order: Order, card: CardSecrets, /) -> HandedOut | Declined | Unknown:
        self._called("start_three_d", order.number, order.key)
        number = card.number.reveal()
        fate = MAGIC.get(number, STRANGER)
        if fate.proof == "down":
            raise BankTimeout
        with self._ledger.book() as book:
            ticket = book.ticket("key = ?", order.key) if self.capabilities.idempotency == "native" else None
            if ticket is not None:
                return _handed_out(ticket.md) if ticket.is_for(order) else Unknown("key_conflict")
            before = self._answered(book, order)
            if isinstance(before, Captured):
                return Unknown("key_conflict")  # the key was a sale's
            if before is not None:
                return before
            if fate is STRANGER:
                book.enter(order, number[-4:], fate.code, self.lag)
                return Declined("test_mode_live_card")
            md = self._token()
            book.hand_out(md, order, number[-4:], fate)
        return _handed_out(md)

    def finish_three_d(self, order: Order, returned: Mapping[str, str], /) -> Captured | Declined | Unknown:
        """Of what came back `md` is looked at, and nothing else: what was decided at the bank, the bank knows."""
        self._called("finish_three_d", order.number, order.key)
        with self._ledger.book() as book:
            ticket = book.ticket("md = ?", returned.get("md", ""))
            if ticket is not None and not ticket.is_for(order):
                ticket = None
            fate = UNFINISHED.get(ticket.fate.proof, ticket.fate) if ticket else REJECTED
            _on_the_way(fate)
            before = self._answered(book, order)
            if before is not None:
                return before
            if ticket is not None and ticket.used:
                return Unknown("ticket_used")
            if ticket is not None:
                book.use(ticket.md)
            row = book.enter(order, ticket.last_four if ticket else "", fate.code, self.lag)
        return _delivered(row, fate)

    def inquire(self, number: str, /) -> tuple[Captured, ...] | Declined | NotFound | Unknown:
        self._called("inquire", number, "")
        if not self.capabilities.inquiry:
            return Unknown("no_inquiry")
        with self._ledger.book() as book:
            seen = book.visible(number)
        standing = tuple(_captured(row) for row in seen if row.state == "captured")
        refused = [row.code for row in seen if row.code is not None]
        return standing or (Declined(refused[-1]) if refused else NotFound())

    def void(self, reference: str, key: str, /) -> Reversed | Unknown:
        self._called("void", reference, key)
        if not self.capabilities.void:
            return Unknown("no_void")
        with self._ledger.book() as book:
            if book.voided_with(key) not in {None, reference}:
                return Unknown("key_conflict")
            return Reversed(reference) if book.void(reference, key) else Unknown("no_such_reference")

    # What a test looks at

    @property
    def captures(self) -> int:
        """How often money was taken and not given back."""
        return sum(row.state == "captured" for row in self.rows())

    @property
    def sends(self) -> int:
        """How many requests left that may move money; voids are none of them."""
        return sum(call.method in SENDS for call in self.calls())

    def rows(self) -> tuple[LedgerRow, ...]:
        """All money there ever was, given back or not."""
        with self._ledger.book() as book:
            return book.rows("state != 'declined'")

    def refusals(self) -> tuple[LedgerRow, ...]:
        """All that was declined."""
        with self._ledger.book() as book:
            return book.rows("state = 'declined'")

    def calls(self) -> tuple[Call, ...]:
        """All requests, whatever became of them."""
        with self._ledger.book() as book:
            return book.calls()

    def ticket(self, number: str | None = None) -> Ticket | None:
        """The newest ticket, of that order number if one is given."""
        with self._ledger.book() as book:
            return book.ticket() if number is None else book.ticket("number = ?", number)

    def comes_back(self, ticket: Ticket) -> Mapping[str, str] | None:
        """What the buyer's browser posts after the bank's page; None where the buyer does not come back."""
        match ticket.fate.proof:
            case "abandoned":
                return None
            case "failed":
                return {"md": ticket.md, "success": "false", "three_d_secure": "true", "mdStatus": "0"}
            case _:
                return {"md": ticket.md, "success": "true", "three_d_secure": "true", "mdStatus": "1"}

    def _called(self, method: str, number: str, key: str) -> None:
        with self._ledger.book() as book:
            book.note(Call(method, number, key))
        if method in self.unreachable:
            raise BankTimeout

    def _answered(self, book: Book, order: Order) -> Captured | Declined | Unknown | None:
        """What this request gets without being looked at, since there was one before it."""
        match self.capabilities.idempotency:
            case "native":
                for row in book.rows("key = ?", order.key):
                    told = (row.number, row.amount, row.installments)
                    same = told == (order.number, order.amount, order.installments)
                    return _outcome(row) if same else Unknown("key_conflict")
                return None
            case "order_number":
                taken = book.rows("number = ? AND state != 'declined'", order.number)
                return Unknown("duplicate_number") if taken else None
            case "none":
                return None


def _handed_out(md: str) -> HandedOut:
    return HandedOut({"url": "/sandbox/three-d/", "md": md})


def _captured(row: LedgerRow) -> Captured:
    return Captured(row.reference, row.amount, row.installments)


def _outcome(row: LedgerRow) -> Captured | Declined:
    return _captured(row) if row.code is None else Declined(row.code)


def _on_the_way(fate: Fate) -> None:
    """The request, to the bank."""
    if fate.end == "request_lost":
        raise BankTimeout
    if fate.end == "garbage":
        raise BankGarbage


def _delivered(row: LedgerRow, fate: Fate) -> Captured | Declined | Unknown:
    """The answer, from the bank."""
    if fate.end == "answer_lost":
        raise BankTimeout
    return Unknown("duplicate_number") if fate.end == "duplicate_number" else _outcome(row)
