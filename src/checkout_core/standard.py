"""THE MAP: which pages, in which order.  Nobody writes a next page; see atlas.current."""

from __future__ import annotations

from .flow import Flow, WayToPay
from .order import CreditCard, FundsTransfer, GarantiPay, GiftCardPayment, LoyaltyMoney, PayOnDelivery, Redirection
from .pages.bags import DeliveryBagsPage
from .pages.beside import EmptyPage, OrderNotePage, ThankYouPage
from .pages.buyer import AddressClearPage, AddressSelectionPage, IndexPage
from .pages.card_offers import CampaignListPage, CampaignSelectionPage, RewardListPage, RewardSelectionPage
from .pages.collecting import PickupLocationSelectionPage, RetailStoreSelectionPage
from .pages.credit_card import (
    BinNumberPage,
    CreditCardConfirmationPage,
    CreditCardThreeDSecurePage,
    InstallmentSelectionPage,
)  # fmt: skip
from .pages.delivery import DeliveryOptionSelectionPage, RemoteDeliveryOptionSelectionPage
from .pages.funds_transfer import FundsTransferChoicePage, FundsTransferPage
from .pages.gift_cards import GiftCardApplyPage, GiftCardOtpResendPage, GiftCardPage, GiftCardUpdateAmountPage
from .pages.gifts import GiftBoxIndexPage, GiftBoxPage
from .pages.gpay import GPayCompletePage, GPayRedirectPage, GPaySelectionPage
from .pages.loyalty import LoyaltyCardPage, LoyaltyMoneyUsagePage
from .pages.offers import CouponSelectionPage, VoucherCodePage
from .pages.order_fields import OrderSelectionPage
from .pages.pay_on_delivery import PayOnDeliveryPage, PayOnDeliveryPaymentChoicePage, SendSmsPage, VerifySmsPage
from .pages.payment_choice import PaymentOptionSelectionPage
from .pages.redirection import RedirectionPageCompletePage, RedirectionPaymentSelectedPage
from .pages.remote_price import RemotePriceCalculationPage
from .pages.samples import SampleProductPage
from .pages.shipping import RemoteShippingOptionSelectionPage, ShippingOptionSelectionPage
from .pages.shipping_groups import AttributeBasedShippingOptionSelectionPage, DataSourceShippingOptionSelectionPage
from .pages.slots import ReservationSelectionPage, SlotSelectionPage
from .pages.tenders import GiftCardPaymentPage, LoyaltyMoneyPage

STANDARD = Flow(
    trunk=(
        IndexPage,
        DeliveryOptionSelectionPage,
        RemoteDeliveryOptionSelectionPage,
        AddressSelectionPage,
        RetailStoreSelectionPage,
        PickupLocationSelectionPage,
        RemotePriceCalculationPage,
        SlotSelectionPage,
        ShippingOptionSelectionPage,
        DataSourceShippingOptionSelectionPage,
        AttributeBasedShippingOptionSelectionPage,
        RemoteShippingOptionSelectionPage,
        SampleProductPage,
        ReservationSelectionPage,
        PaymentOptionSelectionPage,
    ),
    payments={
        "credit_card": WayToPay(
            CreditCard,
            (BinNumberPage, InstallmentSelectionPage, CreditCardConfirmationPage, CreditCardThreeDSecurePage),
            kinds=frozenset({"sale", "three_d"}),
        ),
        "funds_transfer": WayToPay(FundsTransfer, (FundsTransferChoicePage, FundsTransferPage)),
        "redirection": WayToPay(
            Redirection, (RedirectionPaymentSelectedPage, RedirectionPageCompletePage), kinds=frozenset({"session"})
        ),
        "gpay": WayToPay(
            GarantiPay, (GPaySelectionPage, GPayRedirectPage, GPayCompletePage), kinds=frozenset({"session"})
        ),
        "pay_on_delivery": WayToPay(
            PayOnDelivery, (PayOnDeliveryPaymentChoicePage, SendSmsPage, VerifySmsPage, PayOnDeliveryPage)
        ),
        "loyalty_money": WayToPay(LoyaltyMoney, (LoyaltyMoneyPage,)),
        "gift_card": WayToPay(GiftCardPayment, (GiftCardPaymentPage,)),
    },
    beside=(
        AddressClearPage,
        CouponSelectionPage,
        VoucherCodePage,
        LoyaltyMoneyUsagePage,
        LoyaltyCardPage,
        GiftCardPage,
        GiftCardApplyPage,
        GiftCardUpdateAmountPage,
        GiftCardOtpResendPage,
        CampaignListPage,
        CampaignSelectionPage,
        RewardListPage,
        RewardSelectionPage,
        GiftBoxIndexPage,
        GiftBoxPage,
        DeliveryBagsPage,
        OrderSelectionPage,
        OrderNotePage,
    ),
    end=ThankYouPage,
    nowhere=EmptyPage,
)
