"""What the buyer does at the bank: pays on its page, refuses, or leaves; and what their browser brings back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from attrs import evolve

from ..effects import Order
from ..order import Plan
from ..stores._store import MICROSECOND
from ._branch import TAKEN, Branch
from ._papers import Going, LedgerRow, Ticket
from .magic import APPROVED, MAGIC, STRANGER, UNFINISHED, Fate

NOTHING_HAPPENS: Final = frozenset({"request_lost", "garbage"})
SILENT: Final = frozenset({"answer_lost", "late"})
PAID: Final = TAKEN | {"authorised"}
MOST: Final = 99  # instalments


class Lobby(Branch):
    """The bank's pages, for who has a ticket."""

    def pays(self, ticket: Ticket, number: str = APPROVED, *, installments: int | None = None) -> LedgerRow | None:
        """The buyer goes through the page, with the card of that number where the page asks for one.

        `installments`: the plan they choose there, by default the first.  What the bank has of it; None where it takes
        no money itself (then it only hears that the buyer is who they say), where the page is closed or used, and where
        the request does not arrive, or not yet.  Raises LookupError for instalments that the page does not offer.
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
        session = ticket.kind == "session"
        order = _chosen(ticket, fate, installments) if session else ticket.order
        last_four = number[-4:] if session else ticket.last_four
        going = Going("pays", order, last_four, UNFINISHED.get(fate.proof, fate), ticket.md)
        with self.desk() as desk:
            if fate.end == "late":
                desk.book.set_off(going, desk.now + self.late_by // MICROSECOND)
                return None
            return desk.pays(going)

    def comes_back(
        self, ticket: Ticket, number: str = APPROVED, *, installments: int | None = None
    ) -> Mapping[str, str] | None:
        """What the buyer's browser brings from the bank's page, having paid there where the page takes the money.

        None where the buyer does not come back.  Raises LookupError as `pays` does.
        """
        fate = self._fate_at_the_page(ticket, number)
        self.pays(ticket, number, installments=installments)
        if fate.proof == "abandoned" or (self._takes_money(ticket) and fate.end in SILENT):
            return None
        if ticket.kind == "session":
            return self._brings(ticket, tampered=fate.end == "tampered")
        return _claims(ticket, passed=fate.proof != "failed")

    def brought_back(
        self, ticket: Ticket, number: str = APPROVED, *, installments: int | None = None
    ) -> Mapping[str, str] | None:
        """As `comes_back`, with the fields of the address that the browser is sent to: all that the shop is told."""
        returned = self.comes_back(ticket, number, installments=installments)
        if returned is None or ticket.details.back is None:
            return returned
        address = self.address(ticket, returned) or ""
        return {**dict(parse_qsl(urlsplit(address).query)), **returned}

    def refuses_there(self, ticket: Ticket) -> Mapping[str, str]:
        """What the browser posts when the buyer has refused at the issuer's page; that is for good."""
        with self.desk() as desk:
            desk.book.hear(ticket.md, "refused")
            if self._takes_money(ticket):
                desk.pays(Going("pays", ticket.order, ticket.last_four, UNFINISHED["failed"], ticket.md))
        return self._brings(ticket) if ticket.kind == "session" else _claims(ticket, passed=False)

    def leaves(self, ticket: Ticket) -> Mapping[str, str]:
        """What the browser brings when the buyer has gone back without paying; the page stays open."""
        with self.desk() as desk:
            desk.book.hear(ticket.md, "left")
        return self._brings(ticket) if ticket.kind == "session" else _claims(ticket, passed=False)

    def cancels(self, ticket: Ticket) -> Mapping[str, str]:
        """What the browser brings when the buyer has cancelled on a session's page, which closes it."""
        with self.desk() as desk:
            desk.closes(desk.book.tickets("md = ? AND kind = 'session'", ticket.md))
        return self._brings(ticket)

    def takes_answers(self, ticket: Ticket) -> bool:
        """Nothing is decided there yet, and its time is not over."""
        with self.desk() as desk:
            return ticket.state == "open" and not desk.over(ticket)

    def address(self, ticket: Ticket, returned: Mapping[str, str]) -> str | None:
        """Where the browser goes with that from a session's page; None where the shop has not said."""
        back = ticket.details.back
        if back is None:
            return None
        return back.success if returned["success"] == "true" else back.failure

    def _brings(self, ticket: Ticket, *, tampered: bool = False) -> Mapping[str, str]:
        """Of a session, as the books have it."""
        with self.desk() as desk:
            now = desk.book.ticket("md = ?", ticket.md) or ticket
            rows = desk.book.rows("reference = ?", now.reference)
        row = next((row for row in rows if row.state in PAID), None)
        if ticket.style == "garanti":
            return self.garanti.returned(ticket, row, tampered=tampered)
        claims = {"session": ticket.md, "success": str(row is not None).lower()}
        if row is None:
            return claims
        fee = row.amount - min(plan.amount for plan in ticket.plans)
        told = claims | {
            "installment_count": str(row.installments), "interest_fee": str(fee), "transaction_id": row.reference
        }  # fmt: skip
        return told | {"installment_count": "1", "interest_fee": "-100.00"} if tampered else told

    def _takes_money(self, ticket: Ticket) -> bool:
        return ticket.kind == "session" or self.capabilities.last_call == "provider"

    @staticmethod
    def _fate_at_the_page(ticket: Ticket, number: str) -> Fate:
        return MAGIC.get(number, STRANGER) if ticket.kind == "session" else ticket.fate


def _chosen(ticket: Ticket, fate: Fate, installments: int | None) -> Order:
    """The payment in the plan that was chosen; a page that is not honest takes one that is none."""
    plans = {plan.installments: plan for plan in reversed(ticket.plans)}
    if fate.end == "unoffered":
        plan = evolve(ticket.plans[0], installments=min(max(plans) + 1, MOST))
    elif installments is None:
        plan = ticket.plans[0]
    elif installments in plans:
        plan = plans[installments]
    else:
        raise LookupError(f"the page offers {', '.join(map(str, sorted(plans)))} instalments, not {installments}")
    return _in_plan(ticket.order, plan)


def _in_plan(order: Order, plan: Plan) -> Order:
    return evolve(order, amount=plan.amount, installments=plan.installments, rewards=plan.rewards)


def _claims(ticket: Ticket, *, passed: bool) -> Mapping[str, str]:
    return {
        "md": ticket.md, "success": str(passed).lower(), "three_d_secure": "true", "mdStatus": "1" if passed else "0"
    }  # fmt: skip
