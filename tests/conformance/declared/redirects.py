"""Pay on a page of the provider's.

    RedirectionPaymentSelected -> RedirectionPageComplete
    GPaySelection -> GPayRedirect -> GPayComplete
    CreditPaymentSelection -> CreditPaymentConfirmation -> CreditPaymentComplete

The address of that page, its token and who was sent there are in the attempt.  The last page of each is the way
there, and the return.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit, emptied
from checkout_core.pages._checks import ready_to_pay
from checkout_core.shop import Card

from ._checks import card_known, handed_out, number_drawn


@frozen(slots=False)
class Redirection(Payment):
    """Nothing to say but which option it was."""


@frozen(slots=False)
class GarantiPay(Payment):
    card: Card | None = None  # of the one BIN that stands for all of Garanti Pay


@frozen(slots=False)
class CreditPayment(Payment):
    credit_payment_option: int | None = None  # pk of the lender


our_number = ref(PreOrder).number
our_card = ref(GarantiPay).card


def _lender_chosen(own: CreditPayment, _: Visit) -> bool:
    return own.credit_payment_option is not None


lender_chosen = Check(
    "credit_payment_option_required", _lender_chosen, "a lender is chosen", "CreditPaymentSelectionPage"
)


class RedirectionPaymentSelectedPage(Page[Redirection, Empty]):
    """Begin, and get the address of the provider's page."""

    requires = ready_to_pay
    sets = (our_number,)
    pays = True
    post_order = True


class RedirectionPageCompletePage(Page[Redirection, Empty]):
    """The way to the provider's page, and the return from it.  The ledger is asked, whatever the return claims."""

    requires = *ready_to_pay, number_drawn, handed_out
    post_order = True


class GPaySelectionPage(Page[GarantiPay, Empty]):
    """Draws the number, and finds the card that carries the instalments."""

    requires = ready_to_pay
    sets = our_card, our_number
    post_order = True


class GPayRedirectPage(Page[GarantiPay, Empty]):
    """Begin, and get the form of Garanti's page."""

    requires = *ready_to_pay, number_drawn, card_known
    pays = True
    post_order = True

    def undo(self, order: PreOrder) -> PreOrder:
        """A payment that failed begins with GPaySelectionPage again, as documented: number and card go too."""
        return emptied(emptied(order, our_card), our_number)


class GPayCompletePage(Page[GarantiPay, Empty]):
    """The way to Garanti's page, and the return from it."""

    requires = *ready_to_pay, number_drawn, card_known, handed_out
    post_order = True


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
