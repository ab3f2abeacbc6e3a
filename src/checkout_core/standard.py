"""THE MAP: which pages, in which order.  Nobody writes a next page; see atlas.current."""

from __future__ import annotations

from .flow import Flow, WayToPay
from .order import CreditCard, FundsTransfer
from .pages.beside import EmptyPage, OrderNotePage, ThankYouPage
from .pages.buyer import AddressClearPage, AddressSelectionPage, DeliveryOptionSelectionPage, IndexPage
from .pages.credit_card import (
    BinNumberPage,
    CreditCardConfirmationPage,
    CreditCardThreeDSecurePage,
    InstallmentSelectionPage,
)  # fmt: skip
from .pages.funds_transfer import FundsTransferChoicePage, FundsTransferPage
from .pages.payment_choice import PaymentOptionSelectionPage
from .pages.shipping import ShippingOptionSelectionPage

STANDARD = Flow(
    trunk=(
        IndexPage,
        DeliveryOptionSelectionPage,
        AddressSelectionPage,
        ShippingOptionSelectionPage,
        PaymentOptionSelectionPage,
    ),
    payments={
        "credit_card": WayToPay(
            CreditCard,
            (BinNumberPage, InstallmentSelectionPage, CreditCardConfirmationPage, CreditCardThreeDSecurePage),
            kinds=frozenset({"sale", "three_d"}),
        ),
        "funds_transfer": WayToPay(FundsTransfer, (FundsTransferChoicePage, FundsTransferPage)),
    },
    beside=(AddressClearPage, OrderNotePage),
    end=ThankYouPage,
    nowhere=EmptyPage,
)
