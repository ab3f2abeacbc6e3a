"""Pay on the page of a lender.

    CreditPaymentSelection -> CreditPaymentConfirmation -> CreditPaymentComplete

The address of that page, its token and who was sent there are in the attempt.  The last page is the way there, and the
return.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay

from ._checks import handed_out


@frozen(slots=False)
class CreditPayment(Payment):
    credit_payment_option: int | None = None  # pk of the lender


def _lender_chosen(own: CreditPayment, _: Visit) -> bool:
    return own.credit_payment_option is not None


lender_chosen = Check(
    "credit_payment_option_required", _lender_chosen, "a lender is chosen", "CreditPaymentSelectionPage"
)


class CreditPaymentSelectionPage(Page[CreditPayment, Empty]):
    """Which lender."""

    requires = ready_to_pay
    sets = (ref(CreditPayment).credit_payment_option,)


class CreditPaymentConfirmationPage(Page[CreditPayment, Empty]):
    """Agree, and get the address of the lender's page."""

    requires = *ready_to_pay, lender_chosen
    pays = True


class CreditPaymentCompletePage(Page[CreditPayment, Empty]):
    """The way to the lender's page, and the return from it."""

    requires = *ready_to_pay, lender_chosen, handed_out
