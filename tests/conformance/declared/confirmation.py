"""Pay in an app, or with a code: TomPay, Paycell, a gift card of PosAs, Apple Pay.

    ...AgreementCheck [-> ...AgreementConfirm] -> ...Selected -> ...Query -> ...Complete

Selected begins; its token and that the buyer's word is awaited are in the attempt.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay

from ._checks import handed_out, number_drawn


@frozen(slots=False)
class Confirmation(Payment):
    agreement_required: bool | None = None  # None: not asked yet
    agreement_id: str | None = None
    is_agreement_expired: bool = False
    payment_enabled: bool | None = None  # None: nobody said it is not
    agreement_signed: bool = False
    user_confirmed: bool = False
    customer_card_no: str | None = None
    customer_id: str | None = None
    code: str | None = None


our = ref(Confirmation)


def _enabled(own: Confirmation, _: Visit) -> bool:
    return own.payment_enabled is not False


def _agreement_required(own: Confirmation, _: Visit) -> bool:
    return own.agreement_required is True


def _agreement_settled(own: Confirmation, _: Visit) -> bool:
    return own.agreement_required is False or own.agreement_signed


def _confirmed(own: Confirmation, _: Visit) -> bool:
    return own.user_confirmed


enabled = Check("payment_disabled", _enabled, "the provider lets the buyer pay")
agreement_required = Check("no_agreement_required", _agreement_required, "the provider wants an agreement")
agreement_settled = Check(
    "agreement_required", _agreement_settled, "no agreement is wanted, or the buyer accepted it",
    "ConfirmationPaymentAgreementCheckPage",
)  # fmt: skip
confirmed = Check("not_confirmed_yet", _confirmed, "the buyer confirmed the payment", "ConfirmationPaymentQueryPage")


class ConfirmationPaymentAgreementCheckPage(Page[Confirmation, Empty]):
    """Ask the provider whether the buyer must accept an agreement first."""

    requires = *ready_to_pay, enabled
    sets = our.agreement_required, our.agreement_id, our.is_agreement_expired, our.payment_enabled


class ConfirmationPaymentAgreementConfirmPage(Page[Confirmation, Empty]):
    """Accept it."""

    requires = *ready_to_pay, enabled, agreement_required
    sets = (our.agreement_signed,)


class ConfirmationPaymentSelectedPage(Page[Confirmation, Empty]):
    """Agree, and begin: the provider asks the buyer."""

    requires = *ready_to_pay, agreement_settled
    sets = (ref(PreOrder).number,)
    resets = ("ConfirmationPaymentQueryPage",)
    pays = True


class ConfirmationPaymentQueryPage(Page[Confirmation, Empty]):
    """Has the buyer confirmed?  Asked again until then, or answered with a code."""

    requires = *ready_to_pay, number_drawn, handed_out
    sets = our.user_confirmed, our.customer_card_no, our.customer_id, our.code


class ConfirmationPaymentCompletePage(Page[Confirmation, Empty]):
    """The money is taken, and the order is placed."""

    requires = *ready_to_pay, number_drawn, handed_out, confirmed
