"""The PreOrder and its parts: what a checkout knows, as frozen values."""

from __future__ import annotations

from ._values import Field, evolve, ref, same
from .attempts import (
    Agreed, Attempt, Capture, Deferred, Holding, Kind, Placed, Plan, Resolved, Seal, State, Totals,
)  # fmt: skip
from .basket import Basket, Line, Parcel
from .challenges import Challenge, guessed
from .extras import Bags, Extras, GiftBox, Sample
from .loyalty import AccountUsage, CardPoints, Loyalty
from .offers import Discount, Discounts, LineShare, NotApplied, SampleOffer, Upsell, Use
from .parts import Address, Buyer, Delivery, DeliveryRange, GroupChoice, Schedule, Shipping, ShippingChoice
from .payments import Chosen, CreditCard, FundsTransfer, Payment
from .pre_order import PLACES, PreOrder, finder

__all__ = [
    "PLACES", "AccountUsage", "Address", "Agreed", "Attempt", "Bags", "Basket", "Buyer", "Capture", "CardPoints",
    "Challenge", "Chosen", "CreditCard", "Deferred", "Delivery", "DeliveryRange", "Discount", "Discounts", "Extras",
    "Field", "FundsTransfer", "GiftBox", "GroupChoice", "Holding", "Kind", "Line", "LineShare", "Loyalty", "NotApplied",
    "Parcel", "Payment", "Placed", "Plan", "PreOrder", "Resolved", "Sample", "SampleOffer", "Schedule", "Seal",
    "Shipping", "ShippingChoice", "State", "Totals", "Upsell", "Use", "evolve", "finder", "guessed", "ref", "same",
]  # fmt: skip
