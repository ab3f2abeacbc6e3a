"""The bank's rules: what a request does once it has arrived.  What gets lost on the way is `bank`'s.

Every method that takes a request also says whether the request was new; a repeated one is answered from the books.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

from attrs import evolve, frozen

from ..effects import (
    Cancelled,
    Capabilities,
    Declined,
    HandedOut,
    Order,
    Replayed,
    Reversed,
    Row,
    Settled,
    Unknown,
)
from ..money import Money
from ..stores._store import MICROSECOND
from ._book import Book
from ._extras import left, used
from ._outcomes import STANDING, Sign, Statement, fate_of, handed_out, outcome_of
from ._papers import Going, LedgerRow, RowState, Ticket, TicketKind
from .magic import REJECTED, STRANGER, UNFINISHED, Fate

EXTRA: Final = 100  # minor units that an overcharged card loses more
TOO_FEW: Final = Fate("not so many points on the card", "declined", "insufficient_funds")
Handed: TypeAlias = HandedOut | Declined | Replayed | Unknown


@frozen
class Desk:
    """One request at a time, within one transaction."""

    book: Book
    able: Capabilities
    now: int  # microseconds since 1970
    clears: bool  # whatever is taken is too late to void at once
    token: Callable[[], str]
    pages: str  # where the buyer finds them
    sign: Sign

    def does(self, going: Going) -> None:
        """What the request asks for; nobody waits for the answer."""
        match going.method:
            case "sale":
                self.sale(going)
            case "finish_three_d":
                self.finish_three_d(going)
            case "start_three_d" | "start_session":
                self.start(going)
            case "pays":
                self.pays(going)

    def sale(self, going: Going) -> tuple[Row | Declined | Replayed | Unknown, bool]:
        """Money, or a refusal."""
        before = self._before(going.order)
        if before is not None:
            return Replayed() if isinstance(before, Declined) else before, False
        if self.able.idempotency == "native":
            handed = self.book.ticket("key = ?", going.order.key)
            if handed is not None:
                return Replayed() if self.over(handed) else Unknown("key_conflict"), False
        return outcome_of(self._enter(going)), True

    def start(self, going: Going) -> tuple[Handed, bool]:
        """A ticket: for the issuer's page, or for the bank's own."""
        kind: TicketKind = "session" if going.method == "start_session" else "three_d"
        before = self._before(going.order)
        if isinstance(before, Unknown):
            return before, False
        if before is not None:
            return Replayed() if isinstance(before, Declined) else Unknown("key_conflict"), False
        handed = self.book.ticket("key = ?", going.order.key) if self.able.idempotency == "native" else None
        if handed is not None and self.over(handed):
            return Replayed(), False
        if handed is not None:
            same = handed.kind == kind and handed.is_for(going.order)
            return handed_out(handed, self.pages, self.sign) if same else Unknown("key_conflict"), False
        if going.fate == STRANGER:
            self._enter(going)
            return Declined("test_mode_live_card"), True
        order, until = going.order, self.now + self.able.session_ttl // MICROSECOND
        ticket = Ticket(
            self.token(), kind, order.number, order.key, order.amount, order.installments, going.last_four,
            going.fate, until, "open", rewards=order.rewards, details=order.details, style=going.style,
        )  # fmt: skip
        self.book.hand_out(ticket)
        return handed_out(ticket, self.pages, self.sign), True

    def presented(self, order: Order, md: str) -> Ticket | None:
        """The ticket that came back, if it is one and for this payment."""
        ticket = self.book.ticket("md = ? AND kind = 'three_d'", md)
        return ticket if ticket is not None and ticket.is_for(order) else None

    def finish_three_d(self, going: Going) -> tuple[Row | Declined | Unknown, bool]:
        """The last call: it takes the money, or tells what the bank has taken by itself."""
        ticket = self.presented(going.order, going.md)
        if self.able.last_call == "provider":
            if ticket is None:
                return Unknown("callback_rejected"), False  # its buyer may still pay
            return self._told(ticket), False
        session = self.book.ticket("key = ? AND kind = 'session'", going.order.key)
        if session is not None:  # its page takes the money, and its buyer may still pay
            return self._told(session), False
        before = self._before(going.order)
        if before is not None:
            return before, False
        if ticket is not None and ticket.used:
            return Unknown("ticket_used"), False
        if ticket is None:
            going = Going(going.method, going.order, "", REJECTED)
        else:  # the buyer may have refused since the request left
            fate = UNFINISHED["abandoned"] if self.over(ticket) else fate_of(ticket)
            going = Going(going.method, ticket.order, ticket.last_four, fate)
        row = self._enter(going)
        if ticket is not None:
            self.book.turn(ticket.md, "used", row.reference)
        return outcome_of(row), True

    def pays(self, going: Going) -> LedgerRow | None:
        """What the buyer does on a page where the bank takes the money; None where the page takes none any more."""
        ticket = self.book.ticket("md = ?", going.md)
        if ticket is None or ticket.used or self.over(ticket) or self._before(going.order) is not None:
            return None
        row = self._enter(going)
        self.book.turn(ticket.md, "used", row.reference)
        return row

    def cancel(self, order: Order) -> Cancelled | Unknown:
        """Closed, if there is something to close and nobody has paid with it."""
        if not self.able.cancel:
            return Unknown("no_cancel")
        mine = [ticket for ticket in self.book.tickets("key = ?", order.key) if ticket.is_for(order)]
        if not mine:
            return Unknown("no_such_session")  # its start may still be on the way
        references = [ticket.reference for ticket in mine if ticket.used]
        if any(row.state != "declined" for at in references for row in self.book.rows("reference = ?", at)):
            return Unknown("paid")
        self.closes(mine)
        return Cancelled()

    def closes(self, tickets: Sequence[Ticket]) -> None:
        """Nobody pays with those of them any more that are open; the shop is told."""
        still = [ticket for ticket in tickets if ticket.state == "open"]
        for ticket in still:
            self.book.turn(ticket.md, "closed")
        if still:
            self.book.tell("cancelled", _entry(still[0].order, "", "declined", still[0].amount), self.now)

    def statement(self, number: str) -> Statement | Unknown:
        """Every entry of that number that can be seen."""
        if not self.able.inquiry:
            return Unknown("no_inquiry")
        handed = self.book.tickets("number = ?", number)
        seen = self.book.rows("number = ? AND at <= ?", number, self.now - self.able.lag // MICROSECOND)
        return Statement(seen, bool(handed) and all(map(self.over, handed)))

    def void(self, reference: str, key: str) -> Reversed | Settled | Unknown:
        """Given back, unless it is too late."""
        if not self.able.void:
            return Unknown("no_void")
        row = self._to_give_back(reference, key)
        if isinstance(row, Unknown):
            return row
        if row.state in STANDING and row.cleared:
            return Settled(reference)
        return self._give_back(row, "voided", key)

    def refund(self, reference: str, amount: Money, key: str) -> Reversed | Unknown:
        """Given back in whole, after it was cleared; before that only where there is no void."""
        if not self.able.refund:
            return Unknown("no_refund")
        row = self._to_give_back(reference, key)
        if isinstance(row, Unknown):
            return row
        if row.amount != amount:
            return Unknown("amount_mismatch")
        if row.state in STANDING and not row.cleared and self.able.void:
            return Unknown("not_cleared")
        return self._give_back(row, "refunded", key)

    def _to_give_back(self, reference: str, key: str) -> LedgerRow | Unknown:
        if self.book.given_back_with(key) not in {None, reference}:
            return Unknown("key_conflict")
        found = self.book.rows("reference = ? AND state != 'declined'", reference)
        return found[0] if found else Unknown("no_such_reference")

    def _give_back(self, row: LedgerRow, state: RowState, key: str) -> Reversed:
        if row.state in STANDING:
            self.book.tell("reversed", self.book.change(row.reference, state, key=key), self.now)
        return Reversed(row.reference)

    def _before(self, order: Order) -> Row | Declined | Unknown | None:
        """What became of the request that this one repeats, if the bank remembers one."""
        match self.able.idempotency:
            case "native":
                for row in self.book.rows("key = ?", order.key):
                    if row.state == "declined":  # whatever else is asked now, this key has ended without money
                        return outcome_of(row)
                    return outcome_of(row) if row.is_for(order) else Unknown("key_conflict")
                return None
            case "order_number":
                taken = self.book.rows("number = ? AND state != 'declined'", order.number)
                return Unknown("duplicate_number") if taken else None
            case "none":
                return None

    def _told(self, ticket: Ticket) -> Row | Declined | Unknown:
        rows = self.book.rows("reference = ?", ticket.reference)
        return outcome_of(rows[0]) if rows else Unknown("not_paid")

    def over(self, ticket: Ticket) -> bool:
        """Nobody can pay with it any more, and nobody has."""
        return ticket.state == "closed" or (ticket.state == "open" and ticket.until < self.now)

    def _enter(self, going: Going) -> LedgerRow:
        order, fate = going.order, going.fate
        wanted = {each.type: each.amount.minor for each in order.rewards}
        if fate.code is None and any(minor > left(self.book, going.last_four, of) for of, minor in wanted.items()):
            fate = TOO_FEW
        state: Literal["captured", "authorised", "review", "declined"] = "captured"
        if fate.code is not None:
            state = "declined"
        elif fate.end in {"authorised", "review"}:
            state = "authorised" if fate.end == "authorised" else "review"
        minor = order.amount.minor
        taken = {"partial": max(1, minor // 2), "overcharged": minor + EXTRA}.get(fate.end, minor)
        entry = _entry(
            order, going.last_four, state, Money.of(taken, order.amount.currency), fate.code, cleared=self.clears
        )
        if state != "declined":
            token = self.book.card_token(going.last_four, self.token()) if order.details.save_card else None
            entry = evolve(entry, rewards=used(order.rewards, taken, fate), card_token=token)
        row = self.book.enter(entry, self.now)
        self.book.tell(state, row, self.now)
        return row


def _entry(
    order: Order, last_four: str, state: RowState, taken: Money, code: str | None = None, *, cleared: bool = False
) -> LedgerRow:
    return LedgerRow(
        "", order.number, order.key, taken, order.installments, last_four, state, code, cleared, order.amount.minor,
        asked_rewards=order.rewards,
    )  # fmt: skip
