"""The bank's own payment page, and Garanti Pay's: what is answered to a browser.

    answered(bank, Visit("GET", "/pay", "session=...", "", b""))

The buyer chooses a plan and a card there, the ledger has the money or the refusal, and the browser goes back to where
the shop has said.  Garanti Pay's page opens to a form that the bank's own key has signed, and to nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ._bank_pages import Way, moved_on, nothing_more, refused
from ._garanti import FORM, HASH
from ._papers import Ticket
from ._pay_pages import done, payment
from ._visits import AGAIN, KNOWN_BY, Answer, Visit, Wrong, is_address, refusal
from .bank import Bank

PAY: Final = "/pay"
GARANTI: Final = "/gpay"
DECIDE: Final = "/pay/decide"
PATHS: Final = (PAY, GARANTI, DECIDE)
FIELDS: Final = ("session", "card_number", "installments", "decision")
CARD: Final = re.compile(r"[0-9]{12,19}")
COUNT: Final = re.compile(r"[1-9][0-9]?")
APART: Final = str.maketrans("", "", " -")
FOUND_OUT: Final = "Go back to the shop, which finds out what became of it."


def answered(bank: Bank, visit: Visit) -> Answer:
    """The page for one of PATHS."""
    if visit.method != "POST" and visit.path != PAY:
        return refusal(405, "This page takes a form, and has nothing to show.", allow="POST")
    try:
        fields = visit.fields({*FORM, HASH} if visit.path == GARANTI else FIELDS)
        ticket = _ticket(bank, fields.get("session", ""))
        if visit.path == GARANTI:
            _opens(bank, ticket, fields)
        elif visit.path == PAY and ticket.style == "garanti":
            raise Wrong(400, "This payment is Garanti Pay's, and is opened by the shop's form.")
        if not bank.takes_answers(ticket):
            return _over(bank, ticket)
        return _decided(bank, ticket, fields) if visit.path == DECIDE else Answer(200, payment(ticket))
    except Wrong as wrong:
        return wrong.answer


def _opens(bank: Bank, ticket: Ticket, fields: Mapping[str, str]) -> None:
    if ticket.style != "garanti" or bank.garanti.opens(ticket, fields) is not None:
        raise Wrong(400, "The shop's form is not one that Garanti Pay has agreed to: its hash does not fit.", AGAIN)


def _decided(bank: Bank, ticket: Ticket, fields: Mapping[str, str]) -> Answer:
    match fields.get("decision"):
        case "cancel":
            return _back(bank, ticket, bank.cancels(ticket), "You have not paid.")
        case "pay":
            pass
        case _:
            raise Wrong(400, "It is not clear what you have decided.", "Go back one page and press a button there.")
    number, count = fields.get("card_number", "").translate(APART), fields.get("installments", "")
    if not CARD.fullmatch(number):
        return Answer(400, payment(ticket, "Give the number of a card: 12 to 19 digits."))
    if not COUNT.fullmatch(count):
        return Answer(400, payment(ticket, "Choose how to pay."))
    try:
        returned = bank.comes_back(ticket, number, installments=int(count))
    except LookupError:
        return Answer(400, payment(ticket, "Choose one of the ways to pay that are offered here."))
    if returned is None:
        return Answer(200, nothing_more())
    paid = returned["success"] == "true"
    return _back(bank, ticket, returned, "You have paid." if paid else "Your bank has not paid.")


def _back(bank: Bank, ticket: Ticket, returned: Mapping[str, str], why: str) -> Answer:
    way = _way(bank, ticket, returned)
    if way is None:
        return Answer(200, done(why))
    if way.by == "get" and not way.out:
        return Answer(303, moved_on(why, way), location=way.url)
    return Answer(200, moved_on(why, way))


def _over(bank: Bank, ticket: Ticket) -> Answer:
    """Used up, closed or too late: the way back, with what the books say."""
    why = {
        "used": "This payment has been decided.", "closed": "This payment was cancelled.",
        "open": "The time for this payment is over.",
    }[ticket.state]  # fmt: skip
    return Answer(410, refused(why, FOUND_OUT, _way(bank, ticket, bank.leaves(ticket))))


def _way(bank: Bank, ticket: Ticket, returned: Mapping[str, str]) -> Way | None:
    """None where the shop has not said where it is, or not in full."""
    address = bank.address(ticket, returned)
    if address is None or not is_address(address):
        return None
    by_form = ticket.style in {"posted", "garanti"}
    return Way(address, returned, "post" if by_form else "get", ticket.style == "iframe")


def _ticket(bank: Bank, session: str) -> Ticket:
    ticket = bank.ticket_of(session) if KNOWN_BY.fullmatch(session) else None
    if ticket is None or ticket.kind != "session":
        raise Wrong(404, "The bank knows no such payment.")
    return ticket
