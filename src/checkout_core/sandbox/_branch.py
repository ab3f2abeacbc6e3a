"""Everything at the bank but the gateway: what a test looks at, what the buyer and the bank's operator do there."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from attrs import evolve

from ..effects import Callback, Capabilities
from ..shop import Misconfigured
from ..stores._store import MICROSECOND, microseconds
from ._desk import Desk
from ._ledger import Ledger
from ._notices import KNOWN_TO_ALL, Notices, usable
from ._papers import Call, Going, LedgerRow, Notice, RowState, Ticket
from .magic import APPROVED, MAGIC, REVIEW_REFUSED, STRANGER, UNFINISHED, Fate
from .presets import NATIVE

SENDS: Final = frozenset({"sale", "start_three_d", "finish_three_d", "start_session"})
TAKEN: Final = frozenset({"captured", "review"})
NOTHING_HAPPENS: Final = frozenset({"request_lost", "garbage"})


class Branch:
    """The ledger, and who may look into it.  Threads may share one; every process opens its own on the same file."""

    pages: str = "/sandbox"
    """Where the buyer finds the bank's pages: what stands before `/three-d` in what is handed out."""

    def __init__(  # noqa: PLR0913  # each stands alone, and is said by its name
        self,
        ledger: str | Path = ":memory:",
        *,
        capabilities: Capabilities = NATIVE,
        max_in_flight: timedelta | None = None,
        lag: timedelta | None = None,
        late_by: timedelta | None = None,
        clears: bool = False,
        secrets: Sequence[str] = (KNOWN_TO_ALL,),
        token: Callable[[], str] = lambda: random.token_hex(16),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """A bank that promises `capabilities`.

        `max_in_flight` and `lag` are promised instead of theirs: as long as `lag` an inquiry does not see a new row.
        `late_by`: how much later a late request arrives, by default as late as promised.  `clears`: rows are too late
        to void at once.  `secrets`: its messages are signed with the first, and taken with any.  `token` makes what a
        ticket is known by, unguessable.

        Raises Misconfigured where the file cannot be a ledger, a secret is blank, or a promise would be broken.
        """
        self.capabilities = evolve(
            capabilities,
            max_in_flight=capabilities.max_in_flight if max_in_flight is None else max_in_flight,
            lag=capabilities.lag if lag is None else lag,
        )
        self.late_by = self.capabilities.max_in_flight if late_by is None else late_by
        if self.late_by > self.capabilities.max_in_flight:
            raise Misconfigured(f"late_by={self.late_by} is later than max_in_flight={self.capabilities.max_in_flight}")
        self.clears = clears
        self.clock = clock
        self._notices = Notices(self.capabilities.callback, usable(secrets), clock)
        self._ledger = Ledger(ledger)
        self._token = token

    # What a test looks at

    @property
    def captures(self) -> int:
        """How often money was taken and not given back."""
        return sum(row.state in TAKEN for row in self.rows())

    @property
    def sends(self) -> int:
        """How many requests left that may move money; voids and refunds are none of them."""
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

    def ticket_of(self, md: str) -> Ticket | None:
        """The ticket that is known by that."""
        with self._ledger.book() as book:
            return book.ticket("md = ?", md)

    def messages(self, number: str | None = None) -> tuple[Callback, ...]:
        """What the bank has to post, of that order number if one is given: all of it, signed now."""
        return tuple(self.signed(notice) for notice in self.notices() if number is None or notice.number == number)

    def notices(self) -> tuple[Notice, ...]:
        """All there ever was to tell, delivered or not."""
        with self._ledger.book() as book:
            return book.notices()

    def outgoing(self) -> tuple[Notice, ...]:
        """What is to be delivered by now."""
        with self._ledger.book() as book:
            return book.notices("NOT delivered AND due <= ?", microseconds(self.clock()))

    def signed(self, notice: Notice) -> Callback:
        """The message as it is posted now."""
        return self._notices.signed(notice)

    def told(self, notice: Notice, *, delivered: bool, again: timedelta) -> None:
        """Somebody tried to deliver it; if in vain, it is outgoing `again` after that time."""
        with self.desk() as desk:
            desk.book.told(notice, delivered=delivered, again=desk.now + again // MICROSECOND)

    # The buyer

    def pays(self, ticket: Ticket, number: str = APPROVED) -> LedgerRow | None:
        """The buyer goes through the page, with the card of that number where the page asks for one.

        What the bank has of it; None where it takes no money itself (then it only hears that the buyer is who they
        say), where the page is closed or used, and where the request does not arrive, or not yet.
        """
        fate = self._fate_at_the_page(ticket, number)
        if fate.proof in {"abandoned", "down"}:
            return None
        if not self._takes_money(ticket):
            with self.desk() as desk:
                desk.book.hear(ticket.md, "confirmed")
            return None
        if fate.end in NOTHING_HAPPENS:
            return None
        last_four = number[-4:] if ticket.kind == "session" else ticket.last_four
        going = Going("pays", ticket.order, last_four, UNFINISHED.get(fate.proof, fate), ticket.md)
        with self.desk() as desk:
            if fate.end == "late":
                desk.book.set_off(going, desk.now + self.late_by // MICROSECOND)
                return None
            return desk.pays(going)

    def comes_back(self, ticket: Ticket, number: str = APPROVED) -> Mapping[str, str] | None:
        """What the buyer's browser posts after the bank's page, having paid there where the page takes the money.

        None where the buyer does not come back.
        """
        fate = self._fate_at_the_page(ticket, number)
        self.pays(ticket, number)
        if fate.proof == "abandoned" or (self._takes_money(ticket) and fate.end in {"answer_lost", "late"}):
            return None
        return _claims(ticket, passed=fate.proof != "failed")

    def refuses_there(self, ticket: Ticket) -> Mapping[str, str]:
        """What the browser posts when the buyer has refused at the issuer's page; that is for good."""
        with self.desk() as desk:
            desk.book.hear(ticket.md, "refused")
            if self._takes_money(ticket):
                desk.pays(Going("pays", ticket.order, ticket.last_four, UNFINISHED["failed"], ticket.md))
        return _claims(ticket, passed=False)

    def leaves(self, ticket: Ticket) -> Mapping[str, str]:
        """What the browser posts when the buyer has gone back without paying; the page stays open."""
        with self.desk() as desk:
            desk.book.hear(ticket.md, "left")
        return _claims(ticket, passed=False)

    def takes_answers(self, ticket: Ticket) -> bool:
        """Nothing is decided there yet, and its time is not over."""
        with self.desk() as desk:
            return ticket.state == "open" and not desk.over(ticket)

    def _takes_money(self, ticket: Ticket) -> bool:
        return ticket.kind == "session" or self.capabilities.last_call == "provider"

    @staticmethod
    def _fate_at_the_page(ticket: Ticket, number: str) -> Fate:
        return MAGIC.get(number, STRANGER) if ticket.kind == "session" else ticket.fate

    # The bank's operator.  All raise LookupError where there is no such row in such a state

    def clear(self, reference: str) -> LedgerRow:
        """From now on it is too late to void that row."""
        with self.desk() as desk:
            self._row(desk, reference, {"captured", "authorised", "review"})
            desk.book.clear(reference)
            return desk.book.rows("reference = ?", reference)[0]

    def settle(self, reference: str) -> LedgerRow:
        """Take what was kept."""
        return self._decided(reference, "authorised", "captured")

    def accepts(self, reference: str) -> LedgerRow:
        """The review ends well."""
        return self._decided(reference, "review", "captured")

    def refuses(self, reference: str) -> LedgerRow:
        """The review ends badly: the money goes back by itself, and an inquiry says Declined."""
        return self._decided(reference, "review", "voided", REVIEW_REFUSED)

    def arrives(self, by: datetime | None = None) -> int:
        """Let what is on the way take effect: all of it, or what was to arrive until then; how many requests.

        What should have arrived before now is entered as of then.
        """
        with self.desk() as desk:
            going = desk.book.arrived(None if by is None else microseconds(by))
            for due, request in going:
                evolve(desk, now=min(due, desk.now)).does(request)
        return len(going)

    def _decided(self, reference: str, before: RowState, after: RowState, code: str | None = None) -> LedgerRow:
        with self.desk() as desk:
            self._row(desk, reference, {before})
            row = desk.book.change(reference, after, code)
            desk.book.tell("captured" if after == "captured" else "declined", row, desk.now)
            return row

    @staticmethod
    def _row(desk: Desk, reference: str, states: set[RowState]) -> LedgerRow:
        for row in desk.book.rows("reference = ?", reference):
            if row.state in states:
                return row
        raise LookupError(f"the ledger has no row {reference!r} that is {' or '.join(sorted(states))}")

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """The bank's rules, for one transaction."""
        with self._ledger.book() as book:
            yield Desk(book, self.capabilities, microseconds(self.clock()), self.clears, self._token, self.pages)


def _claims(ticket: Ticket, *, passed: bool) -> Mapping[str, str]:
    if ticket.kind == "session":
        return {"session": ticket.md, "success": str(passed).lower()}
    return {
        "md": ticket.md, "success": str(passed).lower(), "three_d_secure": "true", "mdStatus": "1" if passed else "0"
    }  # fmt: skip
