"""Two pages of a host's own: a code is sent to a phone, and said back.  And a shop that has them on its map."""

from __future__ import annotations

import asyncio

import attrs
from attrs import field, frozen

from checkout_core import STANDARD, Check, Checkout, Invalid, Page, Visit, evolve, ref
from checkout_core.challenges import Challenges
from checkout_core.effects import CheckCode, Emit, NewChallenge, Secret, SendSms
from checkout_core.forms import Phone, ReturnField
from checkout_core.keyring import Keyring
from checkout_core.order import Challenge, PreOrder, guessed
from checkout_core.pages._checks import basket_not_empty, buyer_named
from checkout_core.pages.buyer import IndexPage
from checkout_core.sandbox import Sandbox
from checkout_core.service import AsyncCheckoutService, CheckoutService
from checkout_core.stores import SqliteHolds, SqliteStore

from .kit import OLD, nonces

PHONE, OTHER_PHONE = "+905321234567", "+905329876543"


@frozen(slots=False)
class Proof:
    challenge: Challenge | None = None


@frozen
class PhoneForm:
    phone_number: Phone


@frozen
class CodeForm:
    code: ReturnField = field(repr=False)


def _sent(own: Proof, _: Visit) -> bool:
    return own.challenge is not None


def _proved(own: Proof, _: Visit) -> bool:
    return own.challenge is not None and own.challenge.passed


class SendCodePage(Page[Proof, PhoneForm]):
    """To which phone."""

    requires = basket_not_empty, buyer_named
    sets = (ref(Proof).challenge,)

    async def process(self, own: Proof, form: PhoneForm, visit: Visit) -> Proof:
        before = own.challenge
        if before is not None and visit.now < before.sent_at + visit.settings.gift_card_config.otp_resend_cooldown:
            raise Invalid(phone_number="too_soon")
        challenge = await NewChallenge(visit.order.key, form.phone_number, "proof", before)
        await Emit(SendSms(form.phone_number, "Your code is {code}.", challenge))
        return evolve(own, challenge=challenge)

    def undo(self, order: PreOrder) -> PreOrder:
        """The challenge stays: without it the total of guesses would start again."""
        return order


class SayCodePage(Page[Proof, CodeForm]):
    """What the phone was told."""

    requires = basket_not_empty, buyer_named, Check("code_required", _sent, "a code was sent", "SendCodePage")

    async def process(self, own: Proof, form: CodeForm, visit: Visit) -> Proof:
        challenge = guessed(own.challenge)
        if min(challenge.guesses_left, challenge.total_left) < 0:
            raise Invalid(code="too_many_attempts")
        if not await CheckCode(challenge, Secret(form.code)):
            raise Invalid(evolve(own, challenge=challenge), code="invalid")
        return evolve(own, challenge=evolve(challenge, passed=True))

    def done(self, own: Proof, visit: Visit) -> bool:
        """A code was said, and was the right one."""
        return _proved(own, visit)


FLOW = STANDARD.insert(SendCodePage, after=IndexPage).insert(SayCodePage, after=SendCodePage)


class Phones:
    """What came to which phone.  `fails` is raised instead."""

    def __init__(self):
        self.texts, self.fails, self.tried = [], None, 0

    def send_sms(self, phone, text, message, /):
        self.tried += 1
        if self.fails is not None:
            raise self.fails(f"no way to send {text.reveal()!r}")
        self.texts.append((phone, text, message))

    @property
    def code(self):
        """Of the last text."""
        return self.texts[-1][1].reveal().removeprefix("Your code is ").removesuffix(".")


class Shop:
    """A shop on a SQLite file that proves phones; `kind` is the service."""

    def __init__(self, path, kind=CheckoutService, *, limited=False, **more):
        self.path, self.kind = path, kind
        self.sandbox = Sandbox(seed=1)
        self.phones = Phones()
        self.store = SqliteStore(path)
        self.holds = SqliteHolds(path, self.sandbox.now)
        self.challenges = Challenges(
            keyring=Keyring((OLD,)), clock=self.sandbox.now, nonce=nonces(), limits=self.holds if limited else None
        )
        self.ports = attrs.evolve(self.sandbox.ports, sms=self.phones, challenges=self.challenges, **more)
        self.restart()

    def restart(self):
        """Another process has the file."""
        self.checkout = Checkout(self.ports, FLOW)
        self.service = self.kind(self.checkout, self.store)

    def close(self):
        self.store.close()
        self.holds.close()

    def run(self, asked):
        """What the service answers."""
        if not isinstance(self.service, AsyncCheckoutService):
            return asked

        async def whole():
            return await asked

        return asyncio.run(whole())

    def begun(self):
        """The key of a checkout whose buyer has said who they are."""
        step = self.checkout.start(self.sandbox.basket("mug"))
        step = self.checkout.submit(step.pre_order, "IndexPage", {"user_email": "ada@example.org"})
        return self.run(self.service.save(step.pre_order))

    def posts(self, key, page, **body):
        return self.run(self.service.post(key, page, body))

    def sends(self, key, phone=PHONE):
        return self.posts(key, "SendCodePage", phone_number=phone)

    def says(self, key, code):
        return self.posts(key, "SayCodePage", code=code)

    def relays(self, **passes):
        self.sandbox.passes(**passes)
        return self.run(self.service.relay_once())

    def record(self, key):
        stored = self.store.get(key)
        return self.checkout.codec.loads(stored.head, stored.basket)

    def challenge(self, key):
        (proof,) = self.record(key).pre_order.more
        return proof.challenge

    def written(self):
        """Every byte on the disk."""
        return b"\n".join(file.read_bytes() for file in sorted(self.path.parent.iterdir()))
