"""An order's page, the way to the bank, the contracts: everything beside the checkout's own address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from attrs import evolve

from ..order import Attempt, PreOrder
from ..page import Caller
from ..paying import awaiting, contract_text
from ..service import NotThere
from ..service._effects import Find
from ..wire import order_json
from ._again import as_it_stands
from ._drawing import foreign_csp, hand_over_csp
from ._front import ALWAYS, BY_FORM, CHECKOUT, Front, drawn, problem, sent_to, told, with_csrf
from ._messages import HTML, Request, Response
from ._reading import Unreadable, query_of

NOT_FOUND: Final = "not_found"
IN_AN_ORDERS_ADDRESS: Final = frozenset({"format", "t"})  # `t`: what a storefront adds against caches
NO_FORM: Final = (
    b'<!doctype html><html lang="en"><title>Checkout</title><link rel="canonical" href="/orders/checkout/">'
    b"<p>Nothing waits for your bank. Please go back to the checkout."
)  # a storefront looks for a form, and goes back where there is none


async def completed(front: Front, request: Request, token: str) -> Response:
    """The order of a signed address, as JSON or as a page; the same 404 whatever is wrong."""
    order = await order_of(front, token)
    try:
        query = query_of(request)
    except Unreadable:
        query = {"": ""}
    strange = not query.keys() <= IN_AN_ORDERS_ADDRESS or query.get("format", "json") != "json"
    if order is None or strange or not isinstance(query.get("t", ""), str):
        return problem(front, request, HTTPStatus.NOT_FOUND, NOT_FOUND)
    order, payable = await as_it_stands(front, order)
    if "format" in query or front.drawing is None:
        return told({"campaigns": [], "order": order_json(order, locale=request.locale, payable=payable)})
    if not payable:
        return drawn(front.drawing.completed(order, request))
    token = front.csrf(request)
    return with_csrf(drawn(front.drawing.completed(order, request, token)), token, request)


async def order_of(front: Front, token: str) -> PreOrder | None:
    """The order of that signed address."""
    number = front.links.number_of(token) if front.links is not None else None
    return None if number is None else await _placed(front, number)


async def _placed(front: Front, number: str) -> PreOrder | None:
    key = await Find(number)
    if key is None:
        return None
    try:
        order = await front.requests.session(key).load()
    except NotThere:  # pruned meanwhile
        return None
    return order if order.placed is not None and order.placed.number == number else None


async def to_the_bank(front: Front, request: Request, caller: Caller, remembered: str | None) -> Response:
    """The form that takes the buyer to the bank; looking at it sends nothing, and it may be looked at again."""
    step = await front.entered(None, caller, remembered)
    waiting = None if step is None else awaiting(step.pre_order)
    url = "" if waiting is None else waiting.handed.get("url", "")
    if step is None or waiting is None or waiting.kind != "three_d" or not front.site.lets(url):
        return _no_form(request)
    known = {name: text for name, text in waiting.handed.items() if name == "md"}
    fields = {**known, **_form_of(waiting), "TermUrl": _return_address(caller, waiting)}
    if front.drawing is None:
        return problem(front, request, HTTPStatus.NOT_FOUND, NOT_FOUND)
    page = drawn(front.drawing.hand_over(url, fields, request), csp=hand_over_csp(url))
    return evolve(page, checkout=step.pre_order.key)


def _no_form(request: Request) -> Response:
    if request.scripted:
        return Response(HTTPStatus.OK, (("Content-Type", HTML), *ALWAYS), NO_FORM)
    return sent_to(CHECKOUT, request)


def _form_of(attempt: Attempt) -> dict[str, str]:
    """The fields that the provider gave as a JSON object of texts in `form`."""
    try:
        form = json.loads(attempt.handed.get("form", "{}"))
    except ValueError:
        form = {}
    given: Mapping[object, object] = form if isinstance(form, dict) else {}
    return {str(name): text for name, text in given.items() if isinstance(text, str)}


def _return_address(caller: Caller, attempt: Attempt) -> str:
    """Where the bank sends the browser back, and which order it is then about."""
    return f"{caller.origin}{CHECKOUT}?page=CreditCardThreeDSecurePage&n={quote(attempt.number, safe='')}"


async def to_a_hosted_page(front: Front, request: Request, caller: Caller, remembered: str | None) -> Response:
    """On to the provider's page that the last payment was handed; it works from the session alone.

    That is its address, a form to be posted there, or a page that the provider has made, shown as it is.
    """
    step = await front.entered(None, caller, remembered)
    waiting = None if step is None else awaiting(step.pre_order)
    if waiting is None or waiting.kind != "session":
        return sent_to(CHECKOUT, request)
    html, url, fields = waiting.handed.get("html"), waiting.handed.get("url", ""), _form_of(waiting)
    if html:
        return drawn(html.encode("utf-8", "replace"), csp=foreign_csp(front.site.origins))
    if not front.site.lets(url):
        return sent_to(CHECKOUT, request)
    if not fields:
        return _led_on(front, request, url)
    if front.drawing is None:
        return problem(front, request, HTTPStatus.NOT_FOUND, NOT_FOUND)
    return drawn(front.drawing.hand_over(url, fields, request), csp=hand_over_csp(url))


def _led_on(front: Front, request: Request, url: str) -> Response:
    """To the provider's address; from a form of ours by a page that goes there, see `Drawing.goes_on`."""
    if front.drawing is not None and request.query == BY_FORM:
        return drawn(front.drawing.goes_on(url, request))
    return Response(HTTPStatus.FOUND, (("Location", url), *ALWAYS), b"")


async def contract(front: Front, request: Request, caller: Caller, remembered: str | None) -> Response:
    """The text of that contract with the buyer's order filled in, as HTML; storefronts ask for it as text."""
    try:
        name = query_of(request).get("contract_name")
    except Unreadable:
        name = None
    step = await front.entered(None, caller, remembered)
    found = next((each for each in front.checkout.ports.shop().contracts if each.slug == name), None)
    if step is None or found is None or front.drawing is None:
        return problem(front, request, HTTPStatus.NOT_FOUND, NOT_FOUND)
    return drawn(front.drawing.contract(found.title, contract_text(found, step.pre_order), request))


async def csrf_token(front: Front, request: Request, caller: Caller, remembered: str | None) -> Response:
    """A token for the cookie and the header of later posts; a storefront asks for it without any cookie."""
    token = front.csrf(request)
    return with_csrf(told({"csrf_token": token}), token, request)
