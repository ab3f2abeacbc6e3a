"""What entries and tickets say to a client: the outcomes of a gateway."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Final, TypeAlias

from attrs import frozen

from ..effects import Authorised, Cancelled, Captured, Declined, HandedOut, NotFound, Row, UnderReview
from ._papers import LedgerRow, Ticket
from .magic import UNFINISHED, Fate

STANDING: Final = ("captured", "authorised", "review")


SNIPPET: Final = (
    '<form method="get" action="{pages}/pay"><input type="hidden" name="session" value="{md}">'
    "<button>Pay at Sandbox Bank</button></form>"
)
Sign: TypeAlias = Callable[[Ticket], Mapping[str, str]]  # the form that leads to Garanti Pay


@frozen
class Statement:
    """What the ledger says of a number.  `over`: all that was handed out for it is closed, and nobody has paid."""

    entries: tuple[LedgerRow, ...]
    over: bool

    @property
    def code(self) -> str | None:
        """Why it was declined last."""
        return next((row.code for row in reversed(self.entries) if row.code is not None), None)

    def outcome(self) -> tuple[Row, ...] | Declined | Cancelled | NotFound:
        """Every row that stands, or why there is none."""
        standing = tuple(row_of(row) for row in self.entries if row.state in STANDING)
        if standing or self.code is None:
            return standing or (Cancelled() if self.over else NotFound())
        return Declined(self.code)


def outcome_of(row: LedgerRow) -> Row | Declined:
    """What the request was answered from which this entry came; what was given back since was taken then."""
    return Declined(row.code or "") if row.state == "declined" else row_of(row)


def handed_out(ticket: Ticket, pages: str, sign: Sign) -> HandedOut:
    """The way to the page, which is one of `pages`, and what the return is known by."""
    if ticket.kind == "three_d":
        return HandedOut({"url": f"{pages}/three-d", "md": ticket.md})
    given = {"session": ticket.md}
    match ticket.style:
        case "garanti":
            form = sign(ticket)
            return HandedOut({**given, "url": f"{pages}/gpay", "form": json.dumps(form, separators=(",", ":"))})
        case "html":
            return HandedOut({**given, "html": SNIPPET.format(pages=escape(pages), md=escape(ticket.md))})
        case "iframe":
            given = {**given, "iframe": "true"}
        case "hosted" | "posted":
            pass
    return HandedOut({**given, "url": f"{pages}/pay?session={ticket.md}"})


def fate_of(ticket: Ticket) -> Fate:
    """What the last call finds: what the card's number says, if the buyer has said yes at the issuer's page."""
    if ticket.said == "confirmed":
        return UNFINISHED.get(ticket.fate.proof, ticket.fate)
    return UNFINISHED["failed" if ticket.said == "refused" else "abandoned"]


def row_of(row: LedgerRow) -> Row:
    match row.state:
        case "authorised":
            return Authorised(row.reference)
        case "review":
            return UnderReview(row.reference)
        case _:
            return Captured(row.reference, row.amount, row.installments, row.rewards, row.card_token)
