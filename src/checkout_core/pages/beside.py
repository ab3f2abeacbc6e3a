"""Beside the flow, and its ends.

OrderNote -> Empty       any time, blocks nothing
ThankYou                 the placed order
"""

from __future__ import annotations

from attrs import frozen

from ..effects import SignLink
from ..forms import Notes
from ..money import Money
from ..order import Extras, PreOrder, evolve, ref
from ..page import EMPTY, Check, Empty, Page, Visit
from ._checks import basket_not_empty

COMPLETED = "/orders/completed/"  # and a signed order number


@frozen
class OrderNoteForm:
    notes: Notes | None = None


@frozen(slots=False)
class OrderNoteContext:
    notes: str | None


class OrderNotePage(Page[Extras, OrderNoteForm]):
    """A word to the shop; an empty one takes it back."""

    requires = (basket_not_empty,)
    sets = (ref(Extras).notes,)

    async def context(self, own: Extras, visit: Visit) -> OrderNoteContext:
        return OrderNoteContext(own.notes)

    async def process(self, own: Extras, form: OrderNoteForm, visit: Visit) -> Extras:
        return evolve(own, notes=form.notes)


def _placed(own: PreOrder, _: Visit) -> bool:
    return own.placed is not None


@frozen(slots=False)
class ThankYouContext:
    redirect_url: str | None  # of the order's page; None where nobody signs links
    order_id: int
    new_user: bool  # an account was made for the guest
    token: str | None  # which logs that account in
    campaigns: tuple[str, ...]
    number: str
    status: int  # 300 payment_waiting, 400 approved
    total_amount: Money
    user_email: str | None


class ThankYouPage(Page[PreOrder, Empty]):
    """The order as it was placed."""

    requires = (Check("order_not_placed", _placed, "the order is placed"),)

    async def context(self, own: PreOrder, visit: Visit) -> ThankYouContext | Empty:
        placed = own.placed
        if placed is None:
            return EMPTY
        number = own.order_number or placed.number
        signed = await SignLink(number) if "signer" in visit.has else None
        return ThankYouContext(
            None if signed is None else f"{COMPLETED}{signed}/", evolve(placed, number=number).id, new_user=False,
            token=None, campaigns=(), number=number, status=placed.status, total_amount=placed.total,
            user_email=own.buyer.email,
        )  # fmt: skip


class EmptyPage(Page[PreOrder, Empty]):
    """Nothing to show: what follows a page beside the flow."""
