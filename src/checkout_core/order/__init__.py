"""The PreOrder and its parts: what a checkout knows, as frozen values."""

from __future__ import annotations

from ._values import Field, evolve, ref, same
from .again import Again, GivenUp, Transferred
from .attempts import (
    Agreed, Attempt, Capture, CardToSave, Deferred, Holding, Kind, Placed, Plan, Resolved, Reward, RewardType, Seal,
    State, Totals,
)  # fmt: skip
from .basket import Basket, Line, Parcel
from .challenges import Challenge, guessed
from .extras import Bags, Extras, GiftBox, Sample
from .gift_cards import Applying, GiftCards, Reservation
from .loyalty import AccountUsage, CardPoints, Loyalty
from .offers import Discount, Discounts, LineShare, NotApplied, SampleOffer, Upsell, Use
from .parts import Address, Buyer, Delivery, DeliveryRange, GroupChoice, Schedule, Shipping, ShippingChoice
from .payments import (
    Campaign, Chosen, CreditCard, FundsTransfer, GarantiPay, GiftCardPayment, LoyaltyMoney, Payment, PayOnDelivery,
    Redirection,
)  # fmt: skip
from .pre_order import PLACES, PreOrder, finder

__all__ = [
    "PLACES", "AccountUsage", "Address", "Again", "Agreed", "Applying", "Attempt", "Bags", "Basket", "Buyer",
    "Campaign", "Capture", "CardPoints", "CardToSave", "Challenge", "Chosen", "CreditCard", "Deferred", "Delivery",
    "DeliveryRange", "Discount", "Discounts", "Extras", "Field", "FundsTransfer", "GarantiPay", "GiftBox",
    "GiftCardPayment", "GiftCards", "GivenUp", "GroupChoice", "Holding", "Kind", "Line", "LineShare", "Loyalty",
    "LoyaltyMoney", "NotApplied", "Parcel", "PayOnDelivery", "Payment", "Placed", "Plan", "PreOrder", "Redirection",
    "Reservation", "Resolved", "Reward", "RewardType", "Sample", "SampleOffer", "Schedule", "Seal", "Shipping",
    "ShippingChoice", "State", "Totals", "Transferred", "Upsell", "Use", "evolve", "finder", "guessed", "ref", "same",
]  # fmt: skip
