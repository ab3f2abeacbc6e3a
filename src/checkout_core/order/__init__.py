"""The PreOrder and its parts: what a checkout knows, as frozen values."""

from __future__ import annotations

from ._values import Field, evolve, ref, same
from .attempts import Attempt, Capture, Placed, Plan, Seal, State, Totals
from .basket import Basket, Line
from .parts import Address, Buyer, Delivery, Extras, Shipping, ShippingChoice
from .payments import Chosen, CreditCard, FundsTransfer, Payment
from .pre_order import PLACES, PreOrder, finder

__all__ = [
    "PLACES", "Address", "Attempt", "Basket", "Buyer", "Capture", "Chosen", "CreditCard", "Delivery", "Extras",
    "Field", "FundsTransfer", "Line", "Payment", "Placed", "Plan", "PreOrder", "Seal", "Shipping", "ShippingChoice",
    "State", "Totals", "evolve", "finder", "ref", "same",
]  # fmt: skip
