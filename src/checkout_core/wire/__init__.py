"""A step as the JSON that storefronts of the seeds' platform read.  No other module knows its shape.

    step_json(step, settings=settings, locale="tr-TR")

Storefronts post by themselves whatever `pre_order` lacks and a listed context offers, so a chosen option is equal to
the listed one by a `pk` that is a number, and a `page_context` is always an object.
"""

from __future__ import annotations

from typing import Final

from ..engine import Step
from ..order import PreOrder
from ..page import Codes
from ..settings import Settings
from ..texts import ENGLISH, text_of
from .basket import basket_json, label_of_currency
from .contexts import Json, JsonObject, context_json
from .order import order_json
from .pre_order import pre_order_json
from .writer import Writer, json_text

__all__ = [
    "Json", "JsonObject", "Writer", "basket_json", "context_json", "json_text", "label_of_currency", "order_json",
    "page_slug", "pre_order_json", "step_json",
]  # fmt: skip

BASKET: Final = "/baskets/basket/"
CHECKOUT, INDEX = "orders/checkout.html", "orders/index.html"


def step_json(step: Step, *, settings: Settings, locale: str = ENGLISH, basket: bool = True) -> JsonObject:
    """The answer of /orders/checkout/: contexts, the order, and what was refused as texts and beside them as codes.

    `redirect_url` is there only where the basket is empty.  Without `basket`, `pre_order.basket` is null, for a Writer
    to put in.  Raises TypeError where a host's context cannot be shown; see `context_json`.
    """
    order = step.pre_order
    answer: JsonObject = {
        "context_list": [
            {
                "page_name": page,
                "page_slug": page_slug(page),
                "page_context": context_json(context, locale),
            }
            for page, context in step.context_list
        ],
        "pre_order": pre_order_json(order, settings=settings, locale=locale, basket=basket),
        "errors": _texts(step.errors, locale),
        "error_codes": {field: list(codes) for field, codes in step.errors.items()} or None,
        "template_name": INDEX if _who_buys(step) else CHECKOUT,
    }
    if _has_nothing(order):
        answer["redirect_url"] = BASKET
    return answer


def page_slug(name: str) -> str:
    """`binnumberpage` for BinNumberPage."""
    return name.replace("_", "").lower()


def _texts(codes: Codes, locale: str) -> JsonObject | None:
    """Lists throughout, for themes join them; null where nothing was refused, for any object counts as an error."""
    return {field: [text_of(code, locale, field) for code in said] for field, said in codes.items()} or None


def _who_buys(step: Step) -> bool:
    """Login or a guest's e-mail address is what must be shown; without this template a theme shows neither."""
    buyer = step.pre_order.buyer
    return buyer.is_guest and (buyer.email is None or step.page == "IndexPage")


def _has_nothing(order: PreOrder) -> bool:
    return order.placed is None and not order.basket.lines
