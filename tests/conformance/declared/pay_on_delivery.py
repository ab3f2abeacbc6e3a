"""Pay at the door.

    PayOnDeliveryPaymentChoice -> SendSms -> VerifySms -> PayOnDelivery

The first is for an option with several ways to pay at the door, the next two for one that wants the phone verified.
Not offered for an order that exists already: no page here is `post_order`.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from checkout_core.money import Money
from checkout_core.order import Payment, ref
from checkout_core.page import EMPTY, Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay


@frozen(slots=False)
class PaymentChoice:
    """In cash, by card at the door."""

    value: str
    label: str
    price: Money


@frozen(slots=False)
class Challenge:
    nonce: str
    expires_at: datetime


@frozen(slots=False)
class PayOnDelivery(Payment):
    """The first three are the option's configuration, kept as it was shown."""

    choices: tuple[PaymentChoice, ...] = ()
    skip_pod_choices: bool = False  # the only choice there is is taken without asking
    sms_verification: bool = False
    choice: PaymentChoice | None = None
    phone: str | None = None  # E.164
    challenge: Challenge | None = None
    verified: bool = False
    agreed: bool = False


our = ref(PayOnDelivery)


def _no_choices(own: PayOnDelivery, _: Visit) -> bool:
    return not own.choices


def _choice_made(own: PayOnDelivery, _: Visit) -> bool:
    return own.choice is not None or not own.choices


def _sms_not_wanted(own: PayOnDelivery, _: Visit) -> bool:
    return not own.sms_verification


def _code_sent(own: PayOnDelivery, _: Visit) -> bool:
    return own.challenge is not None


def _phone_verified(own: PayOnDelivery, _: Visit) -> bool:
    return own.verified or not own.sms_verification


no_choices = Check("no_payment_choices", _no_choices, "there is nothing to choose from")
choice_made = Check(
    "payment_choice_required", _choice_made, "how to pay at the door is chosen", "PayOnDeliveryPaymentChoicePage"
)
sms_not_wanted = Check("sms_verification_off", _sms_not_wanted, "the phone need not be verified")
code_sent = Check("code_required", _code_sent, "a code was sent", "SendSmsPage")
phone_verified = Check(
    "phone_not_verified", _phone_verified, "the phone is verified where that is asked", "VerifySmsPage"
)


class PayOnDeliveryPaymentChoicePage(Page[PayOnDelivery, Empty]):
    """How to pay at the door, and what that costs.  The only choice is taken without asking if the shop says so."""

    requires = ready_to_pay
    skip_if = (no_choices,)
    sets = (our.choice,)

    async def auto(self, own: PayOnDelivery, visit: Visit) -> Empty | None:
        return EMPTY if own.skip_pod_choices and len(own.choices) == 1 else None


class SendSmsPage(Page[PayOnDelivery, Empty]):
    """A code to the phone the buyer names.  Another phone voids what was verified."""

    requires = *ready_to_pay, choice_made
    skip_if = (sms_not_wanted,)
    sets = our.phone, our.challenge
    resets = ("VerifySmsPage",)

    def done(self, own: PayOnDelivery, visit: Visit) -> bool:
        """A code that timed out asks for another, unless it was entered in time."""
        return own.verified or (own.challenge is not None and visit.now < own.challenge.expires_at)


class VerifySmsPage(Page[PayOnDelivery, Empty]):
    """The code from the message."""

    requires = *ready_to_pay, choice_made, code_sent
    skip_if = (sms_not_wanted,)
    sets = (our.verified,)


class PayOnDeliveryPage(Page[PayOnDelivery, Empty]):
    """Agree, and the order is placed."""

    requires = *ready_to_pay, choice_made, phone_verified
    sets = (our.agreed,)
    pays = True
