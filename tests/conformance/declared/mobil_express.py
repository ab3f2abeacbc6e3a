"""Pay with a card that MobilExpress keeps.

    MobilExpressSelection [-> ...OtpRequiredPhone -> ...OtpRequiredOtp] -> MobilExpressCardList
        -> MobilExpressInstallmentSelection -> MobilExpressTryPayment [-> one of four that finish it]

What the first try still wants is in the attempt: a code, the CVV, both, or 3-D Secure.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit, emptied
from checkout_core.pages._checks import ready_to_pay
from checkout_core.paying import awaiting
from checkout_core.shop import Card, Installment

from ._checks import installment_chosen


@frozen(slots=False)
class StoredCard(Payment):
    looked_up: bool = False
    needs_otp: bool = False  # the list of cards is shown after a code only
    otp_phone: str | None = None
    otp_valid: bool = False
    card_token: str | None = None
    masked_card_number: str | None = None
    card: Card | None = None
    installment: Installment | None = None


our = ref(StoredCard)


def _looked_up(own: StoredCard, _: Visit) -> bool:
    return own.looked_up


def _otp_needed(own: StoredCard, _: Visit) -> bool:
    return own.needs_otp


def _otp_sent(own: StoredCard, _: Visit) -> bool:
    return own.otp_phone is not None


def _buyer_proved(own: StoredCard, _: Visit) -> bool:
    return own.otp_valid or not own.needs_otp


def _card_chosen(own: StoredCard, _: Visit) -> bool:
    return own.card_token is not None and own.card is not None


def _wants(result_code: str) -> Check:
    def test(_: object, visit: Visit) -> bool:
        attempt = awaiting(visit.order)
        return attempt is not None and attempt.handed.get("result_code") == result_code

    return Check("payment_not_started", test, f"MobilExpress answered {result_code}")


looked_up = Check("cards_not_looked_up", _looked_up, "MobilExpress was asked for cards", "MobilExpressSelectionPage")
otp_needed = Check("no_otp_needed", _otp_needed, "MobilExpress wants a code before it lists the cards")
otp_sent = Check("otp_not_sent", _otp_sent, "a code was sent", "MobilExpressCardFoundOtpRequiredPhonePage")
buyer_proved = Check(
    "otp_required", _buyer_proved, "the code was right, where one is wanted", "MobilExpressCardFoundOtpRequiredOtpPage"
)
card_chosen = Check("card_required", _card_chosen, "a card is chosen", "MobilExpressCardListPage")


class MobilExpressSelectionPage(Page[StoredCard, Empty]):
    """Ask MobilExpress for the buyer's cards."""

    requires = ready_to_pay
    sets = our.looked_up, our.needs_otp, ref(PreOrder).number
    resets = "MobilExpressCardFoundOtpRequiredPhonePage", "MobilExpressCardListPage"


class MobilExpressCardFoundOtpRequiredPhonePage(Page[StoredCard, Empty]):
    """The phone MobilExpress sends a code to."""

    requires = *ready_to_pay, looked_up, otp_needed
    sets = (our.otp_phone,)
    resets = ("MobilExpressCardFoundOtpRequiredOtpPage",)


class MobilExpressCardFoundOtpRequiredOtpPage(Page[StoredCard, Empty]):
    """The code from the message."""

    requires = *ready_to_pay, looked_up, otp_needed, otp_sent
    sets = (our.otp_valid,)
    resets = ("MobilExpressCardListPage",)


class MobilExpressCardListPage(Page[StoredCard, Empty]):
    """One of the cards."""

    requires = *ready_to_pay, looked_up, buyer_proved
    sets = our.card_token, our.masked_card_number, our.card
    resets = ("MobilExpressInstallmentSelectionPage",)


class MobilExpressInstallmentSelectionPage(Page[StoredCard, Empty]):
    """In how many parts."""

    requires = *ready_to_pay, card_chosen
    sets = (our.installment,)


class MobilExpressTryPaymentPage(Page[StoredCard, Empty]):
    """Agree, and pay; MobilExpress may want more of the buyer first."""

    requires = *ready_to_pay, card_chosen, installment_chosen
    pays = True

    def undo(self, order: PreOrder) -> PreOrder:
        """A payment that failed leads back to the cards, or the buyer could only try the same one again."""
        for f in (our.card_token, our.masked_card_number, our.card, our.installment):
            order = emptied(order, f)
        return order


class MobilExpressPaymentCompleteOtpPage(Page[StoredCard, Empty]):
    """The code of the bank."""

    requires = *ready_to_pay, _wants("OTPRequired")


class MobilExpressPaymentCompleteCvvPage(Page[StoredCard, Empty]):
    """The CVV of the card."""

    requires = *ready_to_pay, _wants("CVVRequired")


class MobilExpressPaymentCompleteCvvAndOtpPage(Page[StoredCard, Empty]):
    """The CVV of the card, and the code of the bank."""

    requires = *ready_to_pay, _wants("CVVAndOTPRequired")


class MobilExpressPaymentThreeDPage(Page[StoredCard, Empty]):
    """The way to the bank, and the return from it."""

    requires = *ready_to_pay, _wants("ThreeDSecureURLCreated")
