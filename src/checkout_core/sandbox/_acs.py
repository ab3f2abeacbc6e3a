"""The page where the buyer of a 3-D Secure payment says yes or no: what is answered to a browser.

    answer = answered(bank, "POST", "/three-d", "", FORM, b"md=...&TermUrl=https%3A%2F%2Fshop.example%2F")

Whatever a browser sends, a page comes of it that says what to do next.  The shop's address is the browser's to say, as
at real banks: it is read strictly, and nothing goes there but what the shop sees anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from ._acs_pages import confirmation, moved_on, nothing_more, refused
from ._papers import Ticket
from .bank import Bank

PATHS: Final = ("/three-d", "/three-d/decide")
FORM: Final = "application/x-www-form-urlencoded"
FIELDS: Final = ("md", "TermUrl", "decision")
MOST_FIELDS: Final = 100
MD: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.IGNORECASE)

AGAIN: Final = "Go back to the shop and start the payment again."


@frozen
class Answer:
    """A page; `allow` are the methods that would have been right."""

    status: int
    page: bytes
    allow: str | None = None


class _Wrong(Exception):
    """A sentence for the buyer, and one that says what to do."""

    def __init__(self, status: int, why: str, then: str = AGAIN) -> None:
        super().__init__(why)
        self.status, self.why, self.then = status, why, then


def is_address(text: str) -> bool:
    """An absolute http or https address without a user's name, in the characters of RFC 3986."""
    if not ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def refusal(status: int, why: str, then: str = AGAIN, allow: str | None = None) -> Answer:
    """A page for who has asked for something else."""
    return Answer(status, refused(why, then), allow)


def answered(bank: Bank, method: str, path: str, query: str, kind: str, body: bytes) -> Answer:
    """The page for one of PATHS; `kind` is the content type of what was posted."""
    if method != "POST" and path != PATHS[0]:
        return refusal(405, "This page takes your answer, and has nothing to show.", allow="POST")
    try:
        if method == "POST" and kind.partition(";")[0].strip().lower() != FORM:
            raise _Wrong(415, "The shop has not sent you here in the way it should: a form is wanted.")
        fields = _fields(query if method != "POST" else body.decode("utf-8", "replace"))
        term_url = _term_url(fields)
        ticket = _ticket(bank, fields.get("md", ""))
        if not bank.takes_answers(ticket):
            return _over(bank, ticket, term_url)
        if path == PATHS[0]:
            return Answer(200, confirmation(ticket, term_url))
        return Answer(200, _decided(bank, ticket, term_url, fields.get("decision", "")))
    except _Wrong as wrong:
        return refusal(wrong.status, wrong.why, wrong.then)


def _decided(bank: Bank, ticket: Ticket, term_url: str, decision: str) -> bytes:
    returned: Mapping[str, str] | None
    match decision:
        case "confirm" if ticket.said != "refused":
            returned = bank.comes_back(ticket)
            passed = returned is not None and returned["success"] == "true"
            why = "Your bank has heard that it is you." if passed else "Your bank could not make sure that it is you."
        case "confirm" | "refuse":
            returned = bank.refuses_there(ticket)
            why = "You have refused the payment."
        case "leave":
            returned = bank.leaves(ticket)
            why = "You have not paid."
        case _:
            raise _Wrong(400, "It is not clear what you have decided.", "Go back one page and press a button there.")
    return nothing_more() if returned is None else moved_on(why, term_url, returned)


def _over(bank: Bank, ticket: Ticket, term_url: str) -> Answer:
    """Used up, closed or too late: the way back, with what tells the shop which payment to ask the bank about."""
    why = "This payment has been decided." if ticket.used else "The time for this payment is over."
    then = "Go back to the shop, which finds out what became of it."
    return Answer(410, refused(why, then, term_url, bank.leaves(ticket)))


def _fields(text: str) -> Mapping[str, str]:
    """Ours, of what was sent; a storefront adds fields of its own, which are nobody's business here."""
    try:
        sent = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise _Wrong(400, "The shop has sent too many fields.") from None
    ours = [(name, value) for name, value in sent if name in FIELDS]
    if len(dict(ours)) != len(ours):
        raise _Wrong(400, "The shop has sent a field twice, so that it is not clear which one it means.")
    return dict(ours)


def _term_url(fields: Mapping[str, str]) -> str:
    term_url = fields.get("TermUrl", "")
    if not is_address(term_url):
        raise _Wrong(400, "The shop has not said where it is: TermUrl is its http or https address, in full.")
    return term_url


def _ticket(bank: Bank, md: str) -> Ticket:
    ticket = bank.ticket_of(md) if MD.fullmatch(md) else None
    if ticket is None or ticket.kind != "three_d":
        raise _Wrong(404, "The bank knows no such payment.")
    return ticket
