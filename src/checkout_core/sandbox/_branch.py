"""Everything at the bank but its gateway and its pages: what a test looks at, what the bank's operator does."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

from attrs import evolve

from ..effects import Callback, Capabilities
from ..money import Money
from ..shop import Misconfigured
from ..stores._store import MICROSECOND, microseconds
from ._desk import Desk
from ._extras import transferred
from ._garanti import Garanti
from ._ledger import Ledger
from ._notices import KNOWN_TO_ALL, Notices, usable
from ._papers import Call, LedgerRow, Notice, Reference, RowState, Style, Ticket
from .magic import REVIEW_REFUSED
from .presets import NATIVE

SENDS: Final = frozenset({"sale", "start_three_d", "finish_three_d", "start_session"})
TAKEN: Final = frozenset({"captured", "review"})


class Branch:
    """The ledger, and who may look into it.  Threads may share one; every process opens its own on the same file."""

    pages: str = "/sandbox"
    """Where the buyer finds the bank's pages: what stands before `/three-d` in what is handed out."""

    def __init__(  # noqa: PLR0913  # each stands alone, and is said by its name
        self,
        ledger: str | Path | Ledger = ":memory:",
        *,
        capabilities: Capabilities = NATIVE,
        style: Style | None = None,
        max_in_flight: timedelta | None = None,
        lag: timedelta | None = None,
        late_by: timedelta | None = None,
        clears: bool = False,
        secrets: Sequence[str] = (KNOWN_TO_ALL,),
        token: Callable[[], str] = lambda: random.token_hex(16),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """A bank that promises `capabilities`.

        `ledger`: a file, or one that is open: of the bank this is `beside`.  `style`: what the page of a session is
        like, by default one that the browser comes back from by a redirect, and Garanti Pay where returns are signed.
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
        self._secrets = secrets
        self._notices = Notices(self.capabilities.callback, usable(secrets), clock)
        self.garanti = Garanti(usable(secrets), clock)
        self.style: Style = style or ("garanti" if self.capabilities.signed_return else "hosted")
        self._ledger = ledger if isinstance(ledger, Ledger) else Ledger(ledger)
        self._token = token

    def beside(
        self, capabilities: Capabilities, *, style: Style | None = None, secrets: Sequence[str] | None = None
    ) -> Self:
        """The same bank as another gateway: it promises that, keeps the same books, and has the same clock and late.

        `secrets`: others than its own.
        """
        other = type(self)(
            self._ledger, capabilities=capabilities, max_in_flight=self.capabilities.max_in_flight,
            lag=self.capabilities.lag, style=style, late_by=self.late_by, clears=self.clears,
            secrets=self._secrets if secrets is None else secrets, token=self._token, clock=self.clock,
        )  # fmt: skip
        other.pages = self.pages
        return other

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

    def tickets(self, number: str | None = None) -> tuple[Ticket, ...]:
        """All there ever were, of that order number if one is given; the newest first."""
        with self._ledger.book() as book:
            return book.tickets() if number is None else book.tickets("number = ?", number)

    def ticket_of(self, md: str) -> Ticket | None:
        """The ticket that is known by that."""
        with self._ledger.book() as book:
            return book.ticket("md = ?", md)

    def references(self, number: str | None = None) -> tuple[Reference, ...]:
        """All codes there ever were, of that order number if one is given."""
        with self._ledger.book() as book:
            return book.references() if number is None else book.references("number = ?", number)

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

    def transferred(self, code: str, amount: Money) -> Reference:
        """Money has come by a transfer with that code on it.  Raises LookupError where no such code is open."""
        with self.desk() as desk:
            found = transferred(desk.book, code, amount)
        if found is None:
            raise LookupError(f"no code {code!r} is open for {amount.currency}")
        return found

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
            yield Desk(
                book, self.capabilities, microseconds(self.clock()), self.clears, self._token, self.pages,
                self.garanti.form,
            )  # fmt: skip
