"""GET and POST /orders/checkout/: where the buyer stands, and what they answer.

A storefront's script gets JSON and status 200 whatever becomes of it: any other status it would only repeat.  A person
gets pages: a form that was taken leads on with 303, a refused one is shown again with what is wrong.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from functools import partial
from typing import Final
from unicodedata import combining, normalize

from attrs import evolve, frozen

from ..driver import Steps
from ..engine import Step
from ..links import NUMBER as ORDER_NUMBER
from ..order import PreOrder
from ..page import Caller, Codes
from ..pages.beside import ThankYouContext
from ..pages.credit_card import ThreeDContext
from ..pages.gpay import GPayContext
from ..pages.redirection import RedirectionContext
from ..paying import RETURN_TOKEN, WHICH, brings_token
from ..service import Conflict, NotThere
from ..service._effects import Find
from ..texts import ENGLISH, text_of
from ..wire import JsonObject, page_slug, step_json
from ._beside import led_to
from ._cascades import asked_on, quieted
from ._drawing import Drawing
from ._front import BY_FORM, CHECKOUT, STEP_FIELD, Front, drawn, sent_to, told, told_text, with_csrf
from ._messages import Request, Response
from ._reading import Unreadable, body_of, is_ours, merged, query_of

NUMBER: Final = "n"  # of the query of a return: the order number it is for
HANDED: Final = ("md", "session")  # of what a gateway hands out, what a return brings back
SENDS_ON: Final = (ThankYouContext, ThreeDContext, RedirectionContext, GPayContext)  # to where their page leads
FOLDED: Final = str.maketrans({"\N{LATIN SMALL LETTER DOTLESS I}": "i", ";": ","})  # NFKD leaves both as they are


@frozen
class Elsewhere:
    """A checkout that is not this session's; None where nobody knows the number."""

    order: PreOrder | None


async def checkout(front: Front, request: Request, caller: Caller, remembered: str | None) -> Response:
    """Where the buyer stands, looked at or posted to."""
    page = None
    try:
        query = query_of(request)
        page = _page_of(front, query)
        if request.method != "POST" and not _comes_back(front, request, page, query):
            return answer(front, request, await front.entered(page, caller, remembered))
        return await _posted(front, request, caller, remembered, query)
    except Unreadable as unreadable:
        return await _refused(front, request, caller, remembered, unreadable.code, page)
    except Conflict:  # others were faster, again and again; nothing was sent
        return await _refused(front, request, caller, remembered, "step_conflict")


async def _posted(
    front: Front, request: Request, caller: Caller, remembered: str | None, query: Mapping[str, object]
) -> Response:
    page = _page_of(front, query)
    row = front.checkout.map.rows.get(page or "")
    returns = row is not None and row.type.returns
    fields = merged(request) if returns else body_of(request)
    if not returns and not is_ours(request, fields):
        raise Unreadable("csrf_failed")
    post = partial(_posting, front, page or "", fields)
    number = query.get(NUMBER)
    if returns and isinstance(number, str):
        there = await _elsewhere(front, number, caller, remembered)
        if there is not None:
            return await _told_nothing(front, request, number, there.order, fields, post)
    step = await front.requests.entering(remembered, caller, partial(post, caller))
    return answer(front, request, step, page=page, posted=fields)


def _comes_back(front: Front, request: Request, page: str | None, query: Mapping[str, object]) -> bool:
    """A provider has sent the browser to an address that it was given for that: most do so without a form."""
    row = front.checkout.map.rows.get(page or "")
    return request.method == "GET" and WHICH in query and row is not None and row.type.returns


def _page_of(front: Front, query: Mapping[str, object]) -> str | None:
    """The page that is meant; a proxy may repeat it, and one that is named in two ways is none."""
    told_page = query.get("page")
    if isinstance(told_page, list):
        return str(told_page[0]) if len(set(map(str, told_page))) == 1 else ""
    return None if told_page is None else asked_on(str(told_page), front.checkout.ports.settings())


def _posting(front: Front, page: str, fields: Mapping[str, object], caller: Caller, key: str) -> Steps[Step]:
    token = None if front.checkout.ports.keyring is None else fields.get(STEP_FIELD)
    return front.requests.posting(key, page, fields, caller, None if token is None else str(token))


async def _refused(
    front: Front, request: Request, caller: Caller, remembered: str | None, code: str, page: str | None = None
) -> Response:
    """The page where the buyer stands, and why nothing was read."""
    step = await front.entered(None, caller, remembered)
    if step is not None:
        step.errors = {"non_field_errors": (code,)}
        step.context_list = step.context_list[-1:]  # of a post, so not the whole chain
    return answer(front, request, step, page=page)


# A provider's page has sent the buyer's browser, perhaps another one than the session's


async def _elsewhere(front: Front, number: str, caller: Caller, remembered: str | None) -> Elsewhere | None:
    """The checkout that a return is for, where it is not this buyer's own in this session; None where it is."""
    key = await Find(number) if ORDER_NUMBER.fullmatch(number) else None
    try:
        order = None if key is None else await front.requests.session(key).load()
    except NotThere:  # pruned meanwhile
        order = None
    if order is not None and order.key == remembered and order.buyer.account == caller.account:
        return None
    return Elsewhere(order)


async def _told_nothing(
    front: Front, request: Request, number: str, order: PreOrder | None, fields: Mapping[str, object],
    post: partial[Steps[Step]],
) -> Response:  # fmt: skip
    """The return taken, and nothing of the order shown: whoever brings it has no session of it.

    What the bank gave the buyer's browser authenticates it; without it an order that nobody knows, one that waits and
    one that is placed have the same answer.  An order that stands on it has a signed address.
    """
    if order is None or not _known_by(order, number, fields):
        return _only(front, request, None, {"non_field_errors": ("callback_rejected",)})
    buyer = Caller(order.buyer.account, order.buyer.email, order.buyer.phone)
    step = await post(buyer, order.key)
    return _only(front, request, step if step.pre_order.placed is not None else None, step.errors)


def _known_by(order: PreOrder, number: str, fields: Mapping[str, object]) -> bool:
    """Something that was handed out for a payment of that number has come back, and nobody can guess it.

    Or the token of the address that its provider was told to send the browser to.
    """
    its = [attempt for attempt in order.attempts if attempt.number == number]
    token = fields.get(RETURN_TOKEN)
    back = {name: text.encode("utf-8", "surrogatepass") for name in HANDED if isinstance(text := fields.get(name), str)}
    right = [
        hmac.compare_digest(known.encode(), text)
        for attempt in its
        for name, text in back.items()
        if (known := attempt.handed.get(name))
    ]
    right += [brings_token(order, attempt, token) for attempt in its if isinstance(token, str)]
    return any(right)


def _only(front: Front, request: Request, placed: Step | None, errors: Codes) -> Response:
    """Where the order is that was placed, and what was refused."""
    url = None if placed is None else _address(placed)
    if front.draws(request) is not None:
        return sent_to(url or CHECKOUT, request)
    page = placed.page if placed is not None and url is not None else None
    return told({
        "context_list": [
            {"page_name": page, "page_slug": page_slug(page), "page_context": {"redirect_url": url}}
        ] if page else [],
        "pre_order": None,
        "errors": _latin(errors, request.locale) or None,
        "error_codes": {field: list(codes) for field, codes in errors.items()} or None,
    })  # fmt: skip


# What is answered


def answer(
    front: Front, request: Request, step: Step | None, *, page: str | None = None,
    posted: Mapping[str, object] | None = None,
) -> Response:  # fmt: skip
    """JSON, or the page, or where to go on."""
    if step is None or (step.pre_order.placed is None and not step.pre_order.basket.lines):
        return _nothing_to_buy(front, request, step)
    drawing = front.draws(request)
    if drawing is None:
        response = _json(front, request, step, page, posted)
    else:
        response = _page(front, drawing, request, step, page, posted)
    return evolve(response, checkout=step.pre_order.key)


def _nothing_to_buy(front: Front, request: Request, step: Step | None) -> Response:
    basket = front.site.basket
    if not request.scripted:
        return sent_to(basket, request, 302)
    if step is None:
        return told({"redirect_url": basket, "errors": None})
    shown = step_json(step, settings=front.checkout.ports.settings(), locale=request.locale)
    return evolve(told(shown | {"redirect_url": basket}), checkout=step.pre_order.key)


def _json(
    front: Front, request: Request, step: Step, page: str | None, posted: Mapping[str, object] | None
) -> Response:
    step.context_list = quieted(step, page, posted)
    shown = step_json(step, settings=front.checkout.ports.settings(), locale=request.locale, basket=False)
    row = front.checkout.map.rows.get(page or "")
    if step.errors and row is not None and row.type.returns:
        shown["errors"] = _latin(step.errors, request.locale)
    return told_text(front.writer.text(shown, step.pre_order))


def _page(
    front: Front, drawing: Drawing, request: Request, step: Step, page: str | None, posted: Mapping[str, object] | None
) -> Response:  # fmt: skip
    """After a post that was taken the way on, as an address of its own: a reload posts nothing again."""
    url, goes_on = _address(step), step.ok or step.pre_order.placed is not None
    if goes_on and (url is not None or posted is not None):  # a refused return is not sent back to the bank, for ever
        return sent_to(url or CHECKOUT if posted is None else _on(front, step, page, url), request)
    buyer, settings = step.pre_order.buyer, front.checkout.ports.settings()
    if buyer.is_guest and not settings.can_guest_purchase:
        return sent_to(front.site.login, request)
    token = front.csrf(request)
    html = drawing.page(
        step, request, token, posted=posted or {} if step.page == page else {},
        visit=front.checkout.visit(step.pre_order), step_token=front.step_token(step),
    )  # fmt: skip
    return with_csrf(drawn(html), token, request)


def _on(front: Front, step: Step, page: str | None, url: str | None) -> str:
    """Where a form that was taken leads."""
    if isinstance(step.context, RedirectionContext):
        return f"{url}?{BY_FORM}"
    beside = led_to(front.checkout.map, page, step)
    return url or (CHECKOUT if beside is None else f"{CHECKOUT}?page={beside}")


def _address(step: Step) -> str | None:
    """Where the current page sends the browser."""
    shown = step.context
    return shown.redirect_url if isinstance(shown, SENDS_ON) else None


def _latin(errors: Codes, locale: str) -> JsonObject:
    """The texts in ASCII without a semicolon: after a return a storefront carries them in a cookie, as they are."""
    return {field: [_ascii(code, locale, field) for code in codes] for field, codes in errors.items()}


def _ascii(code: str, locale: str, field: str) -> str:
    text = normalize("NFKD", text_of(code, locale, field).translate(FOLDED))
    kept = "".join(letter for letter in text if not combining(letter))  # accents, which NFKD has set apart
    return kept if kept.isascii() else text_of(code, ENGLISH, field)
