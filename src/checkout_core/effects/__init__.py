"""THE PORTS: all that may be asked of the world, as values, and the Protocols a host writes.

`PORTS` is the table: name of the port, its Protocol, its effects.  The method of
`FindCard` is `find_card`, its parameters are the effect's fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from ._kinds import Effect, Emit, Event, Query, Secret, Transfer
from .payments import (
    Apply, Capabilities, Captured, CardSecrets, Checkpoint, Declined, Deferred, FinishThreeD, Gateway, HandedOut,
    Inquire, NotFound, NotSent, Order, Outcome, Reversed, Sale, StartThreeD, Unknown, Void,
)  # fmt: skip
from .shop import (
    BasketPort, BuyersPort, CardsPort, FindCard, ListAddresses, OrderPlaced, OrdersPort, ReadBasket,
)  # fmt: skip

__all__ = [
    "GATEWAY", "PORTS", "Apply", "BasketPort", "BuyersPort", "Capabilities", "Captured", "CardSecrets", "CardsPort",
    "Checkpoint", "Declined", "Deferred", "Effect", "Emit", "Event", "FindCard", "FinishThreeD", "Gateway",
    "HandedOut", "Inquire", "ListAddresses", "NotFound", "NotSent", "Order", "OrderPlaced", "OrdersPort", "Outcome",
    "Query", "ReadBasket", "Reversed", "Sale", "Secret", "StartThreeD", "Transfer", "Unknown", "Void", "method_of",
]  # fmt: skip

Asked: TypeAlias = type[Effect[object]] | type[Event]

PORTS: Mapping[str, tuple[type[object], tuple[Asked, ...]]] = {
    "basket": (BasketPort, (ReadBasket,)),
    "buyers": (BuyersPort, (ListAddresses,)),
    "cards": (CardsPort, (FindCard,)),
    "orders": (OrdersPort, (OrderPlaced,)),
}
GATEWAY: tuple[type[Effect[object]], ...] = (Sale, StartThreeD, FinishThreeD, Inquire, Void)


def method_of(effect: Asked) -> str:
    """`find_card` for FindCard: what the port's method is called."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", effect.__name__).lower()
