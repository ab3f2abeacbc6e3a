"""THE PORTS: all that may be asked of the world, as values, and the Protocols a host writes.

`PORTS` is the table: name of the port, its Protocol, its effects.  The method of
`FindCard` is `find_card`, its parameters are the effect's fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from ._kinds import Effect, Emit, Event, Hold, Query, Refused, RemoteQuery, Secret, Transfer, Unavailable
from .goods import FindProduct, ListProducts, Product, ProductsPort
from .holds import CommitHold, HoldsPort, Item, LimitsPort, ReleaseHold, Spend, TakeHold
from .loyalty import FindLoyaltyCard, ListLoyaltyAccounts, LoyaltyAccount, LoyaltyCard, LoyaltyPort
from .messages import AlertsPort, HooksPort, MailPort, OnAttention, PostHook, SendMail, SendSms, SmsPort
from .offers import AskDiscounts, Coupon, FindVoucher, ListCoupons, OffersPort, PromotionsPort, Voucher
from .payments import (
    Apply, Authorised, Callback, Cancelled, CancelSession, Capabilities, Captured, CardSecrets, Checkpoint, Declined,
    Deferred, FinishThreeD, Gateway, HandedOut, Inquire, NotFound, NotHeld, NotSent, Order, Outcome, Refund, Rejected,
    Replayed, Reversed, Row, Sale, Secured, Settled, StartSession, StartThreeD, UnderReview, Unknown, Verified, Verify,
    Void,
)  # fmt: skip
from .quotes import (
    AskDeliveryOptions, AskPrices, AskShippingOptions, AskShippingPrice, FindPickupLocation, PickupPort, QuotesPort,
    RemoteShippingOption,
)  # fmt: skip
from .secrecy import (
    ChallengesPort, CheckCode, CodeOf, KeepCard, NewChallenge, SignerPort, SignLink, TakeCard, VaultPort,
)  # fmt: skip
from .shop import (
    BasketPort, BuyersPort, CardsPort, FindCard, ListAddresses, OrderPlaced, OrdersPort, ReadBasket,
)  # fmt: skip
from .stores import CountTaken, SlotsPort, StoresPort, StoresWithStock

__all__ = [
    "GATEWAY", "PORTS", "AlertsPort", "Apply", "AskDeliveryOptions", "AskDiscounts", "AskPrices", "AskShippingOptions",
    "AskShippingPrice", "Authorised", "BasketPort", "BuyersPort", "Callback", "CancelSession", "Cancelled",
    "Capabilities", "Captured", "CardSecrets", "CardsPort", "ChallengesPort", "CheckCode", "Checkpoint", "CodeOf",
    "CommitHold", "CountTaken", "Coupon", "Declined", "Deferred", "Effect", "Emit", "Event", "FindCard",
    "FindLoyaltyCard", "FindPickupLocation", "FindProduct", "FindVoucher", "FinishThreeD", "Gateway", "HandedOut",
    "Hold", "HoldsPort", "HooksPort", "Inquire", "Item", "KeepCard", "LimitsPort", "ListAddresses", "ListCoupons",
    "ListLoyaltyAccounts", "ListProducts", "LoyaltyAccount", "LoyaltyCard", "LoyaltyPort", "MailPort", "NewChallenge",
    "NotFound", "NotHeld", "NotSent", "OffersPort", "OnAttention", "Order", "OrderPlaced", "OrdersPort", "Outcome",
    "PickupPort", "PostHook", "Product", "ProductsPort", "PromotionsPort", "Query", "QuotesPort", "ReadBasket",
    "Refund", "Refused", "Rejected", "ReleaseHold", "RemoteQuery", "RemoteShippingOption", "Replayed", "Reversed",
    "Row", "Sale", "Secret", "Secured", "SendMail", "SendSms", "Settled", "SignLink", "SignerPort", "SlotsPort",
    "SmsPort", "Spend", "StartSession", "StartThreeD", "StoresPort", "StoresWithStock", "TakeCard", "TakeHold",
    "Transfer", "Unavailable", "UnderReview", "Unknown", "VaultPort", "Verified", "Verify", "Void", "Voucher",
    "method_of",
]  # fmt: skip

Asked: TypeAlias = type[Effect[object]] | type[Event]

PORTS: Mapping[str, tuple[type[object], tuple[Asked, ...]]] = {
    "basket": (BasketPort, (ReadBasket,)),
    "buyers": (BuyersPort, (ListAddresses,)),
    "cards": (CardsPort, (FindCard,)),
    "orders": (OrdersPort, (OrderPlaced,)),
    "products": (ProductsPort, (FindProduct, ListProducts)),
    "offers": (OffersPort, (ListCoupons, FindVoucher)),
    "promotions": (PromotionsPort, (AskDiscounts,)),
    "loyalty": (LoyaltyPort, (ListLoyaltyAccounts, FindLoyaltyCard)),
    "stores": (StoresPort, (StoresWithStock,)),
    "slots": (SlotsPort, (CountTaken,)),
    "quotes": (QuotesPort, (AskPrices, AskShippingPrice, AskShippingOptions, AskDeliveryOptions)),
    "pickup": (PickupPort, (FindPickupLocation,)),
    "holds": (HoldsPort, (TakeHold, CommitHold, ReleaseHold)),
    "limits": (LimitsPort, (Spend,)),
    "mail": (MailPort, (SendMail,)),
    "sms": (SmsPort, (SendSms,)),
    "hooks": (HooksPort, (PostHook,)),
    "alerts": (AlertsPort, (OnAttention,)),
    "challenges": (ChallengesPort, (NewChallenge, CheckCode, CodeOf)),
    "signer": (SignerPort, (SignLink,)),
    "vault": (VaultPort, (KeepCard, TakeCard)),
}
GATEWAY: tuple[type[Effect[object]], ...] = (
    Sale, StartThreeD, FinishThreeD, StartSession, CancelSession, Inquire, Void, Refund, Verify,
)  # fmt: skip


def method_of(effect: Asked) -> str:
    """`find_card` for FindCard: what the port's method is called."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", effect.__name__).lower()
