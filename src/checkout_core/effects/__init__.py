"""THE PORTS: all that may be asked of the world, as values, and the Protocols a host writes.

`PORTS` is the table: name of the port, its Protocol, its effects.  The method of
`FindCard` is `find_card`, its parameters are the effect's fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from ._kinds import Effect, Emit, Event, Hold, Query, Refused, RemoteQuery, Secret, Transfer, Unavailable
from .gateway_offers import (
    GATEWAY_OFFERS, AskCampaigns, AskPlans, AskReference, AskRewards, CampaignsGateway, PlansGateway, ReferenceGateway,
    RewardsGateway,
)  # fmt: skip
from .gift_cards import AskGiftCard, FindGiftCard, GiftCard, GiftCardsPort
from .goods import FindProduct, ListProducts, Product, ProductsPort
from .holds import CommitHold, CountSpent, HoldsPort, Item, LimitsPort, ReleaseHold, Spend, TakeHold
from .loyalty import FindLoyaltyCard, ListLoyaltyAccounts, LoyaltyAccount, LoyaltyCard, LoyaltyPort
from .messages import AlertsPort, HooksPort, MailPort, OnAttention, PostHook, SendMail, SendSms, SmsPort
from .offers import AskDiscounts, Coupon, FindVoucher, ListCoupons, OffersPort, PromotionsPort, Voucher
from .payments import (
    Apply, Authorised, Back, Browser, Callback, Cancelled, CancelSession, Capabilities, Captured, CardSecrets,
    Checkpoint, Declined, Deferred, Details, FinishThreeD, Gateway, HandedOut, Inquire, NotFound, NotHeld, NotSent,
    Order, Outcome, Refund, Rejected, Replayed, Reversed, Row, Sale, Secured, Settled, StartSession, StartThreeD,
    UnderReview, Unknown, Verified, Verify, Void,
)  # fmt: skip
from .quotes import (
    AskDeliveryOptions, AskPrices, AskShippingOptions, AskShippingPrice, FindPickupLocation, PickupPort, QuotesPort,
    RemoteShippingOption,
)  # fmt: skip
from .secrecy import (
    ChallengesPort, CheckCode, CodeOf, KeepCard, NewChallenge, SignerPort, SignLink, TakeCard, VaultPort,
)  # fmt: skip
from .shop import (
    BasketPort, BuyersPort, CardsPort, FindCard, ListAddresses, OrderPaid, OrderPlaced, OrderRefused, OrdersPort,
    ReadBasket, SaveCard, SavedCardsPort, SettlementsPort,
)  # fmt: skip
from .stores import CountTaken, SlotsPort, StoresPort, StoresWithStock

__all__ = [
    "GATEWAY", "GATEWAY_OFFERS", "PORTS", "AlertsPort", "Apply", "AskCampaigns", "AskDeliveryOptions", "AskDiscounts",
    "AskGiftCard", "AskPlans", "AskPrices", "AskReference", "AskRewards", "AskShippingOptions", "AskShippingPrice",
    "Authorised", "Back", "BasketPort", "Browser", "BuyersPort", "Callback", "CampaignsGateway", "CancelSession",
    "Cancelled", "Capabilities", "Captured", "CardSecrets", "CardsPort", "ChallengesPort", "CheckCode", "Checkpoint",
    "CodeOf", "CommitHold", "CountSpent", "CountTaken", "Coupon", "Declined", "Deferred", "Details", "Effect", "Emit",
    "Event", "FindCard", "FindGiftCard", "FindLoyaltyCard", "FindPickupLocation", "FindProduct", "FindVoucher",
    "FinishThreeD", "Gateway", "GiftCard", "GiftCardsPort", "HandedOut", "Hold", "HoldsPort", "HooksPort", "Inquire",
    "Item", "KeepCard", "LimitsPort", "ListAddresses", "ListCoupons", "ListLoyaltyAccounts", "ListProducts",
    "LoyaltyAccount", "LoyaltyCard", "LoyaltyPort", "MailPort", "NewChallenge", "NotFound", "NotHeld", "NotSent",
    "OffersPort", "OnAttention", "Order", "OrderPaid", "OrderPlaced", "OrderRefused", "OrdersPort", "Outcome",
    "PickupPort", "PlansGateway", "PostHook", "Product", "ProductsPort", "PromotionsPort", "Query", "QuotesPort",
    "ReadBasket", "ReferenceGateway", "Refund", "Refused", "Rejected", "ReleaseHold", "RemoteQuery",
    "RemoteShippingOption", "Replayed", "Reversed", "RewardsGateway", "Row", "Sale", "SaveCard", "SavedCardsPort",
    "Secret", "Secured", "SendMail", "SendSms", "Settled", "SettlementsPort", "SignLink", "SignerPort", "SlotsPort",
    "SmsPort", "Spend", "StartSession", "StartThreeD", "StoresPort", "StoresWithStock", "TakeCard", "TakeHold",
    "Transfer", "Unavailable", "UnderReview", "Unknown", "VaultPort", "Verified", "Verify", "Void", "Voucher",
    "method_of",
]  # fmt: skip

Asked: TypeAlias = type[Effect[object]] | type[Event]

PORTS: Mapping[str, tuple[type[object], tuple[Asked, ...]]] = {
    "basket": (BasketPort, (ReadBasket,)),
    "buyers": (BuyersPort, (ListAddresses,)),
    "cards": (CardsPort, (FindCard,)),
    "saved_cards": (SavedCardsPort, (SaveCard,)),
    "orders": (OrdersPort, (OrderPlaced,)),
    "settlements": (SettlementsPort, (OrderPaid, OrderRefused)),
    "products": (ProductsPort, (FindProduct, ListProducts)),
    "offers": (OffersPort, (ListCoupons, FindVoucher)),
    "promotions": (PromotionsPort, (AskDiscounts,)),
    "loyalty": (LoyaltyPort, (ListLoyaltyAccounts, FindLoyaltyCard)),
    "gift_cards": (GiftCardsPort, (FindGiftCard, AskGiftCard)),
    "stores": (StoresPort, (StoresWithStock,)),
    "slots": (SlotsPort, (CountTaken,)),
    "quotes": (QuotesPort, (AskPrices, AskShippingPrice, AskShippingOptions, AskDeliveryOptions)),
    "pickup": (PickupPort, (FindPickupLocation,)),
    "holds": (HoldsPort, (TakeHold, CommitHold, ReleaseHold)),
    "limits": (LimitsPort, (Spend, CountSpent)),
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
