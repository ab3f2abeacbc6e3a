"""Steps as JSON text: `writer.text(step_json(step, settings=settings, basket=False), step.pre_order)`.

The text of a basket is kept: it is most of an answer, and the same one at every step.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Final, TypeAlias

from ..order import Basket, Discounts, PreOrder
from .basket import NOTHING_OFF, basket_json
from .contexts import JsonObject

KEPT: Final = 256  # checkouts; of each the text of its basket, 0.9 KB a line

Kept: TypeAlias = tuple[Basket | None, Discounts, str]  # what it was made of, and the text
NONE: Final[Kept] = None, NOTHING_OFF, ""

json_text: Final = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
"""JSON in ASCII.  Raises ValueError for a number that JSON does not have."""


class Writer:
    """Writes steps, and remembers the baskets that were in them.  Threads may share it."""

    def __init__(self) -> None:
        self._texts: OrderedDict[str, Kept] = OrderedDict()

    def text(self, answer: JsonObject, order: PreOrder) -> str:
        """That answer about the order, made without its basket, with the basket where it belongs."""
        shown = answer["pre_order"]
        if not isinstance(shown, dict):
            raise TypeError("the answer of a step has a pre_order")
        return _put(answer, "pre_order", _put(shown, "basket", self._basket(order)))

    def _basket(self, order: PreOrder) -> str:
        """The text that is kept is of this very basket, and of what these very offers took off it.

        A digest is the host's, and two baskets may have the same.
        """
        basket, discounts, text = self._texts.get(order.key, NONE)
        if basket is not order.basket or discounts is not order.discounts:
            text = json_text(basket_json(order.basket, order.discounts))
            self._texts[order.key] = order.basket, order.discounts, text
            if len(self._texts) > KEPT:
                self._texts.popitem(last=False)
        return text


def _put(shown: JsonObject, name: str, text: str) -> str:
    """The object as JSON, with that text for the value of that member."""
    members, at = list(shown.items()), list(shown).index(name)
    before, behind = (json_text(dict(some))[1:-1] for some in (members[:at], members[at + 1 :]))
    return "{" + ",".join(filter(None, (before, f'"{name}":{text}', behind))) + "}"
