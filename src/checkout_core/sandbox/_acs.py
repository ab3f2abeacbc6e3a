"""The page where the buyer of a 3-D Secure payment says yes or no: what is answered to a browser.

answered(bank, Visit("POST", "/three-d", "", FORM, b"md=...&TermUrl=https%3A%2F%2Fshop.example%2F"))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ._acs_pages import confirmation
from ._bank_pages import Way, moved_on, nothing_more, refused
from ._papers import Ticket
from ._visits import KNOWN_BY, Answer, Visit, Wrong, is_address, refusal
from .bank import Bank

PATHS: Final = ("/three-d", "/three-d/decide")
FIELDS: Final = ("md", "TermUrl", "decision")


def answered(bank: Bank, visit: Visit) -> Answer:
    """The page for one of PATHS."""
    if visit.method != "POST" and visit.path != PATHS[0]:
        return refusal(405, "This page takes your answer, and has nothing to show.", allow="POST")
    try:
        fields = visit.fields(FIELDS)
        term_url = _term_url(fields)
        ticket = _ticket(bank, fields.get("md", ""))
        if not bank.takes_answers(ticket):
            return _over(bank, ticket, term_url)
        if visit.path == PATHS[0]:
            return Answer(200, confirmation(ticket, term_url))
        return Answer(200, _decided(bank, ticket, term_url, fields.get("decision", "")))
    except Wrong as wrong:
        return wrong.answer


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
            raise Wrong(400, "It is not clear what you have decided.", "Go back one page and press a button there.")
    return nothing_more() if returned is None else moved_on(why, Way(term_url, returned))


def _over(bank: Bank, ticket: Ticket, term_url: str) -> Answer:
    """Used up, closed or too late: the way back, with what tells the shop which payment to ask the bank about."""
    why = "This payment has been decided." if ticket.used else "The time for this payment is over."
    then = "Go back to the shop, which finds out what became of it."
    return Answer(410, refused(why, then, Way(term_url, bank.leaves(ticket))))


def _term_url(fields: Mapping[str, str]) -> str:
    term_url = fields.get("TermUrl", "")
    if not is_address(term_url):
        raise Wrong(400, "The shop has not said where it is: TermUrl is its http or https address, in full.")
    return term_url


def _ticket(bank: Bank, md: str) -> Ticket:
    ticket = bank.ticket_of(md) if KNOWN_BY.fullmatch(md) else None
    if ticket is None or ticket.kind != "three_d":
        raise Wrong(404, "The bank knows no such payment.")
    return ticket
