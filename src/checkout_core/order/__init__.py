"""The PreOrder and its parts: what a checkout knows, as frozen values."""

from __future__ import annotations

from ._values import Field, evolve, ref, same
from .attempts import (
    Agreed, Attempt, Capture, Deferred, Holding, Kind, Placed, Plan, Resolved, Seal, State, Totals,
)  # fmt: skip
from .basket import Basket, Line
from .challenges import Challenge, guessed
from .parts import Address, Buyer, Delivery, Extras, Shipping, ShippingChoice
from .payments import Chosen, CreditCard, FundsTransfer, Payment
from .pre_order import PLACES, PreOrder, finder

__all__ = [
    "PLACES", "Address", "Agreed", "Attempt", "Basket", "Buyer", "Capture", "Challenge", "Chosen", "CreditCard",
    "Deferred", "Delivery", "Extras", "Field", "FundsTransfer", "Holding", "Kind", "Line", "Payment", "Placed", "Plan",
    "PreOrder", "Resolved", "Seal", "Shipping", "ShippingChoice", "State", "Totals", "evolve", "finder", "guessed",
    "ref", "same",
]  # fmt: skip
