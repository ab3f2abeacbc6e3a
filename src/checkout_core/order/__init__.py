"""The PreOrder and its parts: what a checkout knows, as frozen values."""

from __future__ import annotations

from ._values import Field, evolve, ref, same
from .attempts import (
    Agreed, Attempt, Capture, Deferred, Holding, Kind, Placed, Plan, Resolved, Seal, State, Totals,
)  # fmt: skip
from .basket import Basket, Line, Parcel
from .challenges import Challenge, guessed
from .parts import (
    Address, Buyer, Delivery, DeliveryRange, Extras, GroupChoice, Schedule, Shipping, ShippingChoice,
)  # fmt: skip
from .payments import Chosen, CreditCard, FundsTransfer, Payment
from .pre_order import PLACES, PreOrder, finder

__all__ = [
    "PLACES", "Address", "Agreed", "Attempt", "Basket", "Buyer", "Capture", "Challenge", "Chosen", "CreditCard",
    "Deferred", "Delivery", "DeliveryRange", "Extras", "Field", "FundsTransfer", "GroupChoice", "Holding", "Kind",
    "Line", "Parcel", "Payment", "Placed", "Plan", "PreOrder", "Resolved", "Schedule", "Seal", "Shipping",
    "ShippingChoice", "State", "Totals", "evolve", "finder", "guessed", "ref", "same",
]  # fmt: skip
