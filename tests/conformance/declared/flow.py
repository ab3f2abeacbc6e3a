"""The map of all pages: those written and those declared.  The draft of what standard.py will say.

WHOLE is the shop's own checkout, PROVIDER the one that a provider leads.
"""

from __future__ import annotations

from attrs import evolve

from checkout_core.flow import Flow, WayToPay
from checkout_core.pages.beside import EmptyPage
from checkout_core.standard import STANDARD

from . import (
    bkm_express,
    confirmation,
    masterpass,
    masterpass_rest,
    mobil_express,
    named,
    provider,
    redirects,
    till,
)  # fmt: skip

BESIDE = (
    masterpass_rest.MasterpassRestRewardListPage,
    masterpass_rest.MasterpassRestRewardSelectionPage,
    till.SendBarcodeSmsPage,
    till.SendCheckoutUrlSmsPage,
)

PAYMENTS = {
    "bkm_express": WayToPay(
        bkm_express.BkmExpress,
        (
            bkm_express.BexSelectionPage,
            bkm_express.BexBinNumberPage,
            bkm_express.BexInstallmentSelectionPage,
            bkm_express.BexNoncePage,
            bkm_express.BexCompletePage,
        ),
    ),
    "masterpass": WayToPay(
        masterpass.Masterpass,
        (
            masterpass.MasterpassBinNumberPage,
            masterpass.MasterpassInstallmentPage,
            masterpass.MasterpassOrderNoPage,
            masterpass.MasterpassCompletePage,
        ),
    ),
    "masterpass_rest": WayToPay(
        masterpass_rest.MasterpassRest,
        (
            masterpass_rest.MasterpassRestBinNumberPage,
            masterpass_rest.MasterpassRestInstallmentPage,
            masterpass_rest.MasterpassRemoteInstallmentPage,
            masterpass_rest.MasterpassRestOrderNoPage,
            masterpass_rest.MasterpassRestCompletePage,
        ),
    ),
    "cash_register": WayToPay(
        till.CashRegister,
        (till.CashRegisterPage, till.CashRegisterInstallmentSelectionPage, till.CashRegisterCompletePage),
    ),
    "credit_payment": WayToPay(
        redirects.CreditPayment,
        (
            redirects.CreditPaymentSelectionPage,
            redirects.CreditPaymentConfirmationPage,
            redirects.CreditPaymentCompletePage,
        ),
    ),
    "stored_card": WayToPay(
        mobil_express.StoredCard,
        (
            mobil_express.MobilExpressSelectionPage,
            mobil_express.MobilExpressCardFoundOtpRequiredPhonePage,
            mobil_express.MobilExpressCardFoundOtpRequiredOtpPage,
            mobil_express.MobilExpressCardListPage,
            mobil_express.MobilExpressInstallmentSelectionPage,
            mobil_express.MobilExpressTryPaymentPage,
            mobil_express.MobilExpressPaymentCompleteOtpPage,
            mobil_express.MobilExpressPaymentCompleteCvvPage,
            mobil_express.MobilExpressPaymentCompleteCvvAndOtpPage,
            mobil_express.MobilExpressPaymentThreeDPage,
        ),
    ),
    "confirmation": WayToPay(
        confirmation.Confirmation,
        (
            confirmation.ConfirmationPaymentAgreementCheckPage,
            confirmation.ConfirmationPaymentAgreementConfirmPage,
            confirmation.ConfirmationPaymentSelectedPage,
            confirmation.ConfirmationPaymentQueryPage,
            confirmation.ConfirmationPaymentCompletePage,
        ),
    ),
    "pay_later": WayToPay(named.PayLater, (named.PayLaterCompletePage,)),
    "saved_card": WayToPay(named.SavedCard, (named.SavedCardSelectionPage,)),
    "b2b": WayToPay(named.B2B, (named.B2BPage,)),
    "wallet": WayToPay(named.Wallet, (named.WalletSelectionPage,)),
}

WHOLE = evolve(
    STANDARD,
    payments={**STANDARD.payments, **PAYMENTS},
    beside=(*STANDARD.beside, *BESIDE),
)

PROVIDER = Flow(
    trunk=(
        provider.CheckoutProviderIndexPage,
        provider.CheckoutProviderSelectionPage,
        provider.CheckoutProviderAddressSelectionPage,
        provider.CheckoutProviderShippingOptionPage,
        provider.CheckoutProviderAgreementListPage,
        provider.CheckoutProviderNotificationPage,
    ),
    payments={},
    beside=(),
    end=provider.CheckoutProviderThankYouPage,
    nowhere=EmptyPage,
)
