"""An order that waits for its money: how it stands today, and the way from its page to paying it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from attrs import evolve

from ..order import PreOrder
from ..order import evolve as changed
from ..page import Caller
from ..paying import again_key, closed, waits_for_money
from ..service import NotThere
from ._front import CHECKOUT, Front, problem, sent_to, told
from ._messages import Request, Response
from ._reading import Unreadable, body_of, is_ours

PAID: Final = 400  # a status


async def as_it_stands(front: Front, order: PreOrder) -> tuple[PreOrder, bool]:
    """The placed order with the status of today, and whether its buyer may pay it now."""
    if order.placed is None or not waits_for_money(order):
        return order, False
    try:
        payer = await front.requests.session(again_key(order)).load()
    except NotThere:
        return order, "settlements" in front.checkout.has and bool(front.checkout.ways_again)
    if payer.placed is not None:
        return changed(order, placed=changed(order.placed, status=PAID)), False
    return order, not closed(payer)


async def pay(front: Front, request: Request, caller: Caller, order: PreOrder | None) -> Response:
    """The session of this browser goes on in the checkout that pays the order; the same 404 whosever it is.

    Whoever has the signed address of a guest's order may pay it; an account's order wants that account.
    """
    try:
        ours = is_ours(request, body_of(request))
    except Unreadable as unreadable:
        return problem(front, request, HTTPStatus.BAD_REQUEST, unreadable.code)
    if not ours:
        return problem(front, request, HTTPStatus.FORBIDDEN, "csrf_failed")
    if order is None or not (waits_for_money(order) and "settlements" in front.checkout.has):
        return problem(front, request, HTTPStatus.NOT_FOUND, "not_found")
    try:
        step = await front.requests.paying_again(order.key, caller)
    except NotThere:
        return problem(front, request, HTTPStatus.NOT_FOUND, "not_found")
    answer = sent_to(CHECKOUT, request) if front.draws(request) else told({"redirect_url": f"{request.root}{CHECKOUT}"})
    return evolve(answer, checkout=step.pre_order.key)
