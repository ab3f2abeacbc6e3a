"""One transaction on the bank's books: entries, tickets, requests still on the way, and what is to be told.

Moments are whole microseconds since 1970: a promise is kept to the last of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, cast

from attrs import evolve

from ..effects import Details, Order
from ..money import Money
from ..order import Reward
from ._details import details, details_told, rewards, rewards_told
from ._papers import (
    Call,
    Going,
    LedgerRow,
    Notice,
    NoticeState,
    Reference,
    RowState,
    Said,
    Style,
    Ticket,
    TicketState,
)
from .magic import Fate

ROW = (
    "SELECT reference, number, key, minor, currency, installments, last_four, state, code, cleared, asked,"
    " rewards, asked_rewards, card_token FROM entries"
)
TICKET = (
    "SELECT md, kind, number, key, minor, currency, installments, last_four, says, end, code, proof, rewards, details,"
    " style, until, state, reference, said FROM tickets"
)
GOING = (
    "SELECT seq, due, method, md, number, key, minor, currency, installments, last_four, says, end, code, proof,"
    " rewards, details, style FROM on_the_way"
)
NOTICE = (
    "SELECT seq, number, state, reference, minor, currency, installments, code, tries, delivered, rewards, card_token"
    " FROM notices"
)
REFERENCE = "SELECT code, number, minor, currency, iban, email, addresses, site, state, received FROM codes"


class Book:
    """The ledger, open for one transaction.  A `where` is an SQL condition, one of ours."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def rows(self, where: str = "1", *given: object) -> tuple[LedgerRow, ...]:
        """The entries for which that holds, in their order."""
        found = self._db.execute(f"{ROW} WHERE {where} ORDER BY seq", given)
        return tuple(
            LedgerRow(
                reference, number, key, Money.of(minor, currency), installments, last_four, state, code,
                bool(cleared), asked, _rewards(used, currency), _rewards(wanted, currency), token,
            )
            for reference, number, key, minor, currency, installments, last_four, state, code, cleared, asked,
                used, wanted, token in found
        )  # fmt: skip

    def enter(self, row: LedgerRow, at: int) -> LedgerRow:
        """That entry, under the next reference; the money moved `at` that moment."""
        (count,) = self._db.execute("SELECT count(*) FROM entries").fetchone()
        entered = evolve(row, reference=f"B{count + 1:06d}")
        self._insert("entries", reference=entered.reference, **_payment(row), state=row.state, code=row.code,
                     cleared=row.cleared, asked=row.asked, at=at, rewards=json.dumps(rewards_told(row.rewards)),
                     asked_rewards=json.dumps(rewards_told(row.asked_rewards)), card_token=row.card_token)  # fmt: skip
        return entered

    def given_back_with(self, key: str) -> str | None:
        """The reference that was given back under that key."""
        found = self._db.execute("SELECT reference FROM entries WHERE back_key = ?", (key,)).fetchone()
        return found[0] if found else None

    def change(self, reference: str, state: RowState, code: str | None = None, key: str | None = None) -> LedgerRow:
        """That entry, in another state; `key` is the request's that gave it back."""
        self._db.execute(
            "UPDATE entries SET state = ?, code = coalesce(?, code), back_key = ? WHERE reference = ?",
            (state, code, key, reference),
        )
        (row,) = self.rows("reference = ?", reference)
        return row

    def clear(self, reference: str) -> None:
        """Too late to void."""
        self._db.execute("UPDATE entries SET cleared = 1 WHERE reference = ?", (reference,))

    # Tickets

    def hand_out(self, ticket: Ticket) -> None:
        """A new one."""
        self._insert("tickets", md=ticket.md, kind=ticket.kind, **_payment(ticket), **_fate(ticket.fate),
                     **_beside(ticket.rewards, ticket.details, ticket.style), until=ticket.until,
                     state=ticket.state, reference=ticket.reference, said=ticket.said)  # fmt: skip

    def tickets(self, where: str = "1", *given: object) -> tuple[Ticket, ...]:
        """Those for which that holds, the newest first."""
        found = self._db.execute(f"{TICKET} WHERE {where} ORDER BY seq DESC", given)
        return tuple(
            Ticket(
                md, kind, *_paid(payment), Fate(*fate), until, state, reference, said, *_told_beside(beside, payment)
            )
            for md, kind, payment, fate, beside, (until, state, reference, said) in (
                (row[0], row[1], row[2:8], row[8:12], row[12:15], row[15:]) for row in found
            )
        )

    def ticket(self, where: str = "1", *given: object) -> Ticket | None:
        """The newest for which that holds."""
        return next(iter(self.tickets(where, *given)), None)

    def turn(self, md: str, state: TicketState, reference: str | None = None) -> None:
        """That ticket, used for an entry or closed."""
        self._db.execute("UPDATE tickets SET state = ?, reference = ? WHERE md = ?", (state, reference, md))

    def hear(self, md: str, said: Said) -> None:
        """What the buyer has said at the issuer's page; a refusal stays one, and nothing is said of what is over."""
        self._db.execute(
            "UPDATE tickets SET said = ? WHERE md = ? AND kind = 'three_d' AND state = 'open'"
            " AND said IS NOT 'refused'",
            (said, md),
        )

    # What is on its way to the bank, and from it

    def set_off(self, going: Going, due: int) -> None:
        """A request that arrives later."""
        order = going.order
        self._insert(
            "on_the_way", method=going.method, md=going.md, number=order.number, key=order.key,
            minor=order.amount.minor, currency=order.amount.currency, installments=order.installments,
            last_four=going.last_four, **_fate(going.fate), **_beside(order.rewards, order.details, going.style),
            due=due,
        )  # fmt: skip

    def arrived(self, by: int | None) -> tuple[tuple[int, Going], ...]:
        """The requests that were to arrive until then, or all, each with its moment; they are on the way no more."""
        condition, given = ("1", ()) if by is None else ("due <= ?", (by,))
        found = self._db.execute(f"{GOING} WHERE {condition} ORDER BY due, seq", given).fetchall()
        self._db.executemany("DELETE FROM on_the_way WHERE seq = ?", [row[:1] for row in found])
        arrived = []
        for _, due, method, md, *rest in found:
            number, key, amount, installments, last_four = _paid(rest[:6])
            used, told, style = _told_beside(rest[10:], rest[:6])
            order = Order("", number, key, amount, installments, used, told)
            arrived.append((due, Going(method, order, last_four, Fate(*rest[6:10]), md, style)))
        return tuple(arrived)

    def tell(self, state: NoticeState, row: LedgerRow, due: int) -> None:
        """Something new to be told, of an entry that may be none of the ledger's."""
        self._insert(
            "notices", number=row.number, state=state, reference=row.reference, minor=row.amount.minor,
            currency=row.amount.currency, installments=row.installments, code=row.code or "", due=due, tries=0,
            delivered=0, rewards=json.dumps(rewards_told(row.rewards)), card_token=row.card_token,
        )  # fmt: skip

    def notices(self, where: str = "1", *given: object) -> tuple[Notice, ...]:
        """Those for which that holds, in their order."""
        found = self._db.execute(f"{NOTICE} WHERE {where} ORDER BY seq", given)
        return tuple(
            Notice(
                f"M{seq:06d}", number, state, reference, Money.of(minor, currency), installments, code, tries,
                bool(delivered), _rewards(used, currency), token,
            )
            for seq, number, state, reference, minor, currency, installments, code, tries, delivered, used, token
            in found
        )  # fmt: skip

    def told(self, notice: Notice, *, delivered: bool, again: int) -> None:
        """Somebody tried to deliver it; if in vain, it is due `again`."""
        self._db.execute(
            "UPDATE notices SET delivered = ?, tries = tries + 1, due = ? WHERE seq = ?",
            (delivered, again, int(notice.id[1:])),
        )

    # Cards that are found again, and codes on transfers

    def card_token(self, last_four: str, new: str) -> str:
        """What the card is known by: `new` where nobody has asked before."""
        self._db.execute("INSERT OR IGNORE INTO cards (last_four, token) VALUES (?, ?)", (last_four, new))
        (token,) = self._db.execute("SELECT token FROM cards WHERE last_four = ?", (last_four,)).fetchone()
        return cast("str", token)

    def references(self, where: str = "1", *given: object) -> tuple[Reference, ...]:
        """The codes for which that holds, in their order."""
        found = self._db.execute(f"{REFERENCE} WHERE {where} ORDER BY seq", given)
        return tuple(
            Reference(
                code, number, Money.of(minor, currency), iban, email, tuple(json.loads(addresses)), site, state,
                None if received is None else Money.of(received, currency),
            )
            for code, number, minor, currency, iban, email, addresses, site, state, received in found
        )  # fmt: skip

    def give_out(self, asked: Reference) -> Reference:
        """That one, under the next code."""
        (count,) = self._db.execute("SELECT count(*) FROM codes").fetchone()
        given = evolve(asked, code=f"RF{count + 1:08d}")
        self._insert(
            "codes", code=given.code, number=given.number, minor=given.amount.minor, currency=given.amount.currency,
            iban=given.iban, email=given.email, addresses=json.dumps(given.addresses), site=given.site,
            state=given.state, received=None,
        )  # fmt: skip
        return given

    def outdate(self, number: str) -> None:
        """What is open of that number is void."""
        self._db.execute("UPDATE codes SET state = 'void' WHERE number = ? AND state = 'open'", (number,))

    def receive(self, code: str, minor: int) -> None:
        """So much has come with that code."""
        self._db.execute("UPDATE codes SET state = 'paid', received = ? WHERE code = ?", (minor, code))

    # Calls

    def note(self, call: Call) -> None:
        """Somebody called."""
        self._insert("calls", method=call.method, number=call.number, key=call.key)

    def calls(self) -> tuple[Call, ...]:
        """All there were, in their order."""
        return tuple(Call(*found) for found in self._db.execute("SELECT method, number, key FROM calls ORDER BY seq"))

    def _insert(self, table: str, **columns: object) -> None:
        marks = ", ".join("?" * len(columns))
        names = ", ".join(columns)  # of our own tables
        self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(columns.values()))  # noqa: S608


def _payment(of: LedgerRow | Ticket) -> dict[str, object]:
    return {
        "number": of.number, "key": of.key, "minor": of.amount.minor, "currency": of.amount.currency,
        "installments": of.installments, "last_four": of.last_four,
    }  # fmt: skip


def _fate(fate: Fate) -> dict[str, object]:
    return {"says": fate.says, "end": fate.end, "code": fate.code, "proof": fate.proof}


def _beside(used: tuple[Reward, ...], told: Details, style: Style) -> dict[str, object]:
    """Raises NotStrict for what could not be read again."""
    beside = details_told(told)
    details(beside, "XXX")
    return {"rewards": json.dumps(rewards_told(used)), "details": json.dumps(beside), "style": style}


def _told_beside(columns: Sequence[Any], payment: Sequence[Any]) -> tuple[tuple[Reward, ...], Details, Style]:
    currency = payment[3]
    used, told, style = columns
    return _rewards(used, currency), details(json.loads(told), currency), style


def _rewards(told: str, currency: str) -> tuple[Reward, ...]:
    return rewards(json.loads(told), currency)


def _paid(columns: Sequence[Any]) -> tuple[str, str, Money, int, str]:
    number, key, minor, currency, installments, last_four = columns
    return number, key, Money.of(minor, currency), installments, last_four
