"""Pay at the door.

    PayOnDeliveryPaymentChoice -> SendSms -> VerifySms -> PayOnDelivery

The first is for an option with several ways to pay at the door, the next two for one that wants the phone verified.
Which of that it is, the shop says of the option as it is now; the choice is kept as it was shown.  An order that exists
is not paid so: no page here is `post_order`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from ..effects import Deferred, Emit, NewChallenge, SendSms
from ..forms import Agreement, OneTimeCode, Phone, RemoteId
from ..order import Challenge, PayOnDelivery, PreOrder, evolve, ref
from ..page import EMPTY, Check, Empty, Invalid, Page, Place, Visit
from ..shop import PaymentChoice, PaymentOptionConfig
from ._checks import must_be_identified, ready_to_pay
from ._codes import said_back
from ._standing import with_standing

our = ref(PayOnDelivery)
PURPOSE: Final = "pay_on_delivery"
NOTHING_SET: Final = PaymentOptionConfig()
WAIT: Final = timedelta(seconds=60)  # before the same phone is sent another code; a code that is over needs none


def _config(own: PayOnDelivery, visit: Visit) -> PaymentOptionConfig:
    """What the shop says of the option that was chosen."""
    options = (each.config for each in visit.shop.payment_options if each.pk == own.option.pk)
    return next(options, NOTHING_SET)


def _choices(own: PayOnDelivery, visit: Visit) -> tuple[PaymentChoice, ...]:
    """Those that cost something in the order's currency."""
    currency = visit.order.basket.currency
    return tuple(each for each in _config(own, visit).payment_choices if each.price.currency == currency)


def _no_choices(own: PayOnDelivery, visit: Visit) -> bool:
    return not _choices(own, visit)


def _choice_made(own: PayOnDelivery, visit: Visit) -> bool:
    return own.choice is not None or not _choices(own, visit)


def _sms_not_wanted(own: PayOnDelivery, visit: Visit) -> bool:
    return not _config(own, visit).sms_verification


def _code_sent(own: PayOnDelivery, _: Visit) -> bool:
    return own.phone is not None and own.challenge is not None


def _phone_verified(own: PayOnDelivery, visit: Visit) -> bool:
    return own.verified or not _config(own, visit).sms_verification


no_choices = Check("no_payment_choices", _no_choices, "there is nothing to choose from")
choice_made = Check(
    "payment_choice_required", _choice_made, "how to pay at the door is chosen", "PayOnDeliveryPaymentChoicePage"
)
sms_not_wanted = Check("sms_verification_off", _sms_not_wanted, "the phone need not be verified")
code_sent = Check("code_required", _code_sent, "a code was sent", "SendSmsPage")
phone_verified = Check(
    "phone_not_verified", _phone_verified, "the phone is verified where that is asked", "VerifySmsPage"
)


@frozen
class PaymentChoiceForm:
    payment_choice: RemoteId


@frozen(slots=False)
class PaymentChoiceContext:
    payment_choices: tuple[PaymentChoice, ...]


class PayOnDeliveryPaymentChoicePage(Page[PayOnDelivery, PaymentChoiceForm]):
    """How to pay at the door, and what that costs.  The only choice is taken without asking if the shop says so."""

    requires = ready_to_pay
    skip_if = (no_choices,)
    sets = (our.choice,)

    async def still_valid(self, own: PayOnDelivery, visit: Visit) -> bool:
        return own.choice in _choices(own, visit)

    async def context(self, own: PayOnDelivery, visit: Visit) -> PaymentChoiceContext:
        return PaymentChoiceContext(with_standing(own.choice, _choices(own, visit), "value"))

    async def auto(self, own: PayOnDelivery, visit: Visit) -> PaymentChoiceForm | None:
        choices = _choices(own, visit)
        alone = len(choices) == 1 and _config(own, visit).skip_pod_choices
        return PaymentChoiceForm(RemoteId(choices[0].value)) if alone else None

    async def process(self, own: PayOnDelivery, form: PaymentChoiceForm, visit: Visit) -> PayOnDelivery:
        for choice in _choices(own, visit):
            if choice.value == form.payment_choice:
                return evolve(own, choice=choice)
        raise Invalid(payment_choice="invalid")


@frozen
class SendSmsForm:
    phone_number: Phone


@frozen(slots=False)
class SendSmsContext:
    verification: bool


class SendSmsPage(Page[PayOnDelivery, SendSmsForm]):
    """A code to the phone the buyer names.  Another code, and another phone, void what was verified.

    Each post may be paid for by the shop, so posts are counted by client, and codes by phone and by checkout.
    """

    requires = *ready_to_pay, choice_made
    skip_if = (sms_not_wanted,)
    sets = our.phone, our.challenge
    resets = ("VerifySmsPage",)
    guesses = True

    async def context(self, own: PayOnDelivery, visit: Visit) -> SendSmsContext:
        return SendSmsContext(_config(own, visit).sms_verification)

    async def process(self, own: PayOnDelivery, form: SendSmsForm, visit: Visit) -> PayOnDelivery:
        config, phone = _config(own, visit), form.phone_number
        if _just_sent(own, phone, visit):
            raise Invalid(phone_number="otp_resend_too_soon")
        challenge = await NewChallenge(visit.order.key, phone, PURPOSE, own.challenge, config.verify_timeout)
        await Emit(SendSms(phone, config.sms_text, challenge))
        return evolve(own, phone=phone, challenge=challenge)

    def done(self, own: PayOnDelivery, visit: Visit) -> bool:
        """A code that timed out, or was guessed at too often, asks for another, unless it was entered in time."""
        return own.verified or (own.phone is not None and _counts(own, visit))

    def undo(self, order: PreOrder) -> PreOrder:
        """The challenge stays: without it the total of guesses would start again."""
        own = order.payment
        return order.put(evolve(own, phone=None)) if isinstance(own, PayOnDelivery) and own.phone else order


def _counts(own: PayOnDelivery, visit: Visit) -> bool:
    """The code can still be said."""
    sent = own.challenge
    return sent is not None and visit.now < sent.expires_at and min(sent.guesses_left, sent.total_left) > 0


def _just_sent(own: PayOnDelivery, phone: str, visit: Visit) -> bool:
    sent = own.challenge
    return sent is not None and sent.phone == phone and visit.now < min(sent.sent_at + WAIT, sent.expires_at)


@frozen
class VerifySmsForm:
    verify_code: OneTimeCode


@frozen(slots=False)
class VerifySmsContext:
    verification_sent_datetime: datetime
    seconds_left: int
    retry: bool  # a code was sent; always so here


class VerifySmsPage(Page[PayOnDelivery, VerifySmsForm]):
    """The code from the message.  Each guess is counted, whatever comes of it."""

    requires = *ready_to_pay, choice_made, code_sent
    skip_if = (sms_not_wanted,)
    sets = our.verified, our.challenge
    guesses = True

    async def context(self, own: PayOnDelivery, visit: Visit) -> VerifySmsContext | Empty:
        challenge = own.challenge
        if challenge is None:
            return EMPTY
        left = challenge.expires_at - visit.now
        return VerifySmsContext(challenge.sent_at, max(0, int(left.total_seconds())), retry=True)

    async def process(self, own: PayOnDelivery, form: VerifySmsForm, visit: Visit) -> PayOnDelivery:
        if own.verified:  # the second click: nothing is compared, and nothing is refused that was right
            return own
        if own.challenge is None:
            raise Invalid(verify_code="code_required")

        def kept(challenge: Challenge) -> PayOnDelivery:
            return evolve(own, challenge=challenge)

        passed = await said_back(own.challenge, form.verify_code, visit, "verify_code", kept)
        return evolve(own, challenge=passed, verified=True)

    def done(self, own: PayOnDelivery, visit: Visit) -> bool:
        """The code was said, and was the right one."""
        return own.verified

    def undo(self, order: PreOrder) -> PreOrder:
        """The challenge stays, as for SendSmsPage."""
        own = order.payment
        return order.put(evolve(own, verified=False)) if isinstance(own, PayOnDelivery) and own.verified else order


@frozen
class PayOnDeliveryForm:
    agreement: Agreement


class PayOnDeliveryPage(Page[PayOnDelivery, PayOnDeliveryForm]):
    """Agree, and the order is placed; the money is taken at the door."""

    requires = *ready_to_pay, choice_made, phone_verified
    sets = (our.agreed,)
    pays = True

    async def process(self, own: PayOnDelivery, form: PayOnDeliveryForm, visit: Visit) -> Place[PayOnDelivery]:
        must_be_identified(visit)
        owed = visit.order.totals.payable
        return Place(evolve(own, agreed=True), Deferred("pay_on_delivery" if owed else "free", 400))
