"""A buyer who pays on a page of a provider's: the shop, two providers with ledgers, and what comes back."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import attrs

from checkout_core import Caller, Checkout, CheckoutService, MemoryStore, PreOrder, evolve
from checkout_core.effects import Callback, Capabilities, Rejected, Verified
from checkout_core.effects import Order as Told
from checkout_core.money import Money
from checkout_core.order import Chosen, GarantiPay, Redirection
from checkout_core.shop import Card, Installment, PaymentOption

from .card_kit import AT_ONCE, CARD_SHOP, IN_FLIGHT, IN_SIX, IN_THREE, MASTERCARD, Bank, World
from .card_kit import FIRST as ISSUER
from .kit import order

SELECTED, COMPLETE = "RedirectionPaymentSelectedPage", "RedirectionPageCompletePage"
SELECTION, REDIRECT, GPAY_COMPLETE = "GPaySelectionPage", "GPayRedirectPage", "GPayCompletePage"
OPTIONS = "PaymentOptionSelectionPage"

SENT_ON = PaymentOption(33, "Pay page", "pay-page", "redirection", "bank")
BY_GARANTI = PaymentOption(34, "Garanti Pay", "garanti-pay", "gpay", "garanti")
BY_REDIRECTION = Redirection(Chosen(33, "Pay page", "pay-page", "redirection", "bank"))
BY_GPAY = GarantiPay(Chosen(34, "Garanti Pay", "garanti-pay", "gpay", "garanti"))
GPAY_CARD = Card(150, "Garanti Pay", "gpay", ISSUER, MASTERCARD, installments=(AT_ONCE, IN_THREE))

HOSTED = Capabilities(
    IN_FLIGHT, sandbox=True, kinds=frozenset({"sale", "three_d", "session", "plans"}), last_call="provider", cancel=True
)
GARANTI = attrs.evolve(HOSTED, kinds=frozenset({"session"}), signed_return=True)
SIGNED = ("orderid", "gpay", "success", "gpinstallment")
SECRET = b"between the shop and Garanti"

CALLER = Caller(
    ip="192.0.2.7", origin="https://shop.example", accept="text/html", user_agent="Mozilla/5.0", session="s-1"
)
AGREED: Mapping[str, object] = {"agreement": True}


class Provider(Bank):
    """A provider whose page takes the money.  `plans`: what may be paid there; an exception is no answer."""

    def __init__(self, capabilities: Capabilities = HOSTED) -> None:
        super().__init__(capabilities)
        self.plans: tuple[Installment, ...] | Exception = ()
        self.amounts: list[Money] = []  # that plans were asked for
        self.verified: list[Callback] = []

    def ask_plans(self, amount: Money, /) -> tuple[Installment, ...]:
        self.amounts.append(amount)
        if isinstance(self.plans, Exception):
            raise self.plans
        return self.plans

    @property
    def told(self) -> Told:
        """The last payment that it was told of."""
        return self.calls[-1][1]

    def pays(self, installments: int = 1, amount: Money | None = None) -> None:
        """The buyer pays on the page of the last session, in that plan of those offered."""
        plans = {plan.installments: plan.amount for plan in self.told.details.plans}
        self.take(
            attrs.evolve(self.told, installments=installments), amount or plans.get(installments, self.told.amount)
        )

    def verify(self, callback: Callback, /) -> Verified | Rejected:
        if not callback.query:
            return super().verify(callback)
        self.verified.append(callback)
        fields = dict(callback.query)
        right = hmac.compare_digest(mac(fields), fields.get("hash", "")) and len(fields) == len(callback.query)
        return Verified(fields["orderid"], fields["hash"]) if right else Rejected("hash")


def mac(fields: Mapping[str, str]) -> str:
    told = "|".join(f"{name}={fields.get(name)}" for name in SIGNED)
    return hmac.new(SECRET, told.encode(), hashlib.sha256).hexdigest()


def signed(number: str, installments: int = 1, **more: str) -> dict[str, str]:
    """What Garanti's page lets the browser bring, for a payment of that number."""
    fields = {"orderid": number, "gpay": "true", "success": "true", "gpinstallment": str(installments), **more}
    return {**fields, "hash": mac(fields)}


class HostedWorld(World):
    """A shop with two providers of pages beside its bank's cards."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        options = (*CARD_SHOP.payment_options, SENT_ON, BY_GARANTI)
        self.shop = evolve(CARD_SHOP, payment_options=options)
        self.bank = Provider()
        self.garanti = Provider(GARANTI)
        self.cards["GPAY00"] = GPAY_CARD
        self.bank.plans = (AT_ONCE, IN_THREE, IN_SIX)
        self.store = MemoryStore()

    @property
    def ports(self):
        return attrs.evolve(super().ports, gateways={"bank": self.bank, "garanti": self.garanti})

    @property
    def service(self) -> CheckoutService:
        return CheckoutService(
            Checkout(self.ports), self.store, monotonic=lambda: self.monotonic, sleep=self.sleeps
        )  # fmt: skip

    def begins(self, of: PreOrder) -> Buyer:
        """A buyer whose checkout is stored."""
        return Buyer(self, self.service.save(of))


class Buyer:
    """One buyer, before the service."""

    def __init__(self, world: HostedWorld, key: str) -> None:
        self.world, self.key = world, key

    def posts(self, page: str, body: object):
        return self.world.service.post(self.key, page, body, CALLER)

    def looks(self, page: str | None = None):
        return self.world.service.get(self.key, page, CALLER)

    @property
    def order(self) -> PreOrder:
        return self.looks().pre_order

    @property
    def attempt(self):
        return self.order.attempts[-1]

    def recovers(self, **time: float) -> PreOrder:
        """What the shop knows that much later, having looked at whatever was due."""
        until = self.world.now + timedelta(**time)
        while self.world.now < until:
            self.world.passes(min(timedelta(minutes=5), until - self.world.now))
            self.world.service.recover_once()
        return self.order


def sent_off(world: HostedWorld, body: Mapping[str, object] = AGREED) -> Buyer:
    """A buyer on the page of the redirection's provider."""
    buyer = world.begins(order(payment=BY_REDIRECTION))
    assert buyer.posts(SELECTED, body).page == COMPLETE
    return buyer


def at_garanti(world: HostedWorld) -> Buyer:
    """A buyer on Garanti Pay's page."""
    buyer = world.begins(order(payment=BY_GPAY))
    buyer.posts(SELECTION, {}).raise_for_errors()
    assert buyer.posts(REDIRECT, {}).page == GPAY_COMPLETE
    return buyer


def query_of(address: str) -> dict[str, str]:
    """What an address that the provider was told brings by itself."""
    return dict(parse_qsl(urlsplit(address).query, strict_parsing=True))


def comes_back(provider: Provider, *, failed: bool = False, **claims: str) -> dict[str, str]:
    """The fields of a return from the page of the provider's last session."""
    back = provider.told.details.back
    assert back is not None
    return {**query_of(back.failure if failed else back.success), **claims}
