"""A step that tells what it asked of the world; a service in a world whose time passes when it is told to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs

from checkout_core import Checkout, CheckoutService, MemoryStore, PreOrder, Step
from checkout_core.driver import Steps, run
from checkout_core.effects import Effect, Query, TakeHold, Void
from checkout_core.engine import Forget
from checkout_core.sandbox._papers import Ticket
from checkout_core.sandbox.magic import APPROVED
from checkout_core.service import Save, Send, Tell
from checkout_core.stepping import Alone
from checkout_core.stores import Store

from ..pages.card_kit import BIN, CONFIRMATION, IN_FLIGHT, IN_THREE, INSTALLMENTS, PAYING, World
from ..pages.kit import BASKET
from ..service.host import Host

LONG_ENOUGH = IN_FLIGHT + timedelta(minutes=5)  # nothing that was sent takes effect any more, and nobody is locked

TRUNK = (
    ("IndexPage", {"user_email": "ada@example.org"}),
    ("DeliveryOptionSelectionPage", {"delivery_option": 1}),
    ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11}),
    ("ShippingOptionSelectionPage", {"shipping_option": 21}),
)
BY_CARD = (
    *TRUNK,
    ("PaymentOptionSelectionPage", {"payment_option": 31}),
    (BIN, {"bin_number": "542119"}),
    (INSTALLMENTS, {"installment": IN_THREE.pk}),
    (CONFIRMATION, PAYING),
)
BY_TRANSFER = (
    *TRUNK,
    ("PaymentOptionSelectionPage", {"payment_option": 32}),
    ("FundsTransferChoicePage", {"bank_account": 41}),
    ("FundsTransferPage", {"agreement": "1"}),
)
Way = tuple[tuple[str, Mapping[str, object]], ...]


def walked_to(checkout: Checkout, page: str, way: Way) -> PreOrder:
    """The order of a guest who has answered every page of that way before `page`."""
    order = checkout.start(BASKET).pre_order
    for name, body in way:
        if name == page:
            break
        order = checkout.submit(order, name, body).raise_for_errors().pre_order
    return order


def heard(checkout: Checkout, steps: Steps[Step]) -> tuple[Step, list[Effect]]:
    """The step without a service, and every effect it awaited, in their order."""
    alone = Alone(checkout.map, checkout.answers, checkout.gateways, checkout.ports.clock)
    effects: list[Effect] = []

    def perform(effect: Effect) -> object:
        effects.append(effect)
        return alone.perform(effect)

    step = run(steps, perform)
    step.events = tuple(alone.events)
    return step, effects


def posted(checkout: Checkout, order: PreOrder, page: str, body: object, **more: object) -> tuple[Step, list[Effect]]:
    return heard(checkout, checkout.submit_steps(order, page, body, **more))


def looked(checkout: Checkout, order: PreOrder, page: str | None = None) -> tuple[Step, list[Effect]]:
    return heard(checkout, checkout.view_steps(order, page))


def only_asks(effects: list[Effect]) -> bool:
    """Nothing was held, sent, saved or told; what a refused page had emitted is dropped."""
    return all(isinstance(effect, Query | Forget) for effect in effects)


class Kept:
    """A checkout in a store, and the service that keeps it."""

    def __init__(self, of: PreOrder, world: World | None = None, store: Store | None = None) -> None:
        self.world = world or World()
        self.store = store or MemoryStore()
        self.service = self.another()
        self.key = self.service.save(of)

    def another(self) -> CheckoutService:
        """A service of another process."""
        world = self.world
        return CheckoutService(
            world.checkout, self.store, monotonic=lambda: world.monotonic,
            sleep=lambda seconds: world.passes(timedelta(seconds=seconds)),
        )  # fmt: skip

    def posts(self, page: str, body: object) -> Step:
        return self.service.post(self.key, page, body)

    def looks(self, page: str | None = None) -> Step:
        return self.service.get(self.key, page)

    @property
    def order(self) -> PreOrder:
        """What is stored, read by somebody who remembers nothing."""
        stored = self.store.get(self.key, None)
        return self.world.checkout.codec.loads(stored.head, stored.basket).pre_order

    @property
    def sent(self) -> list[str]:
        """The transfers the bank heard of."""
        return [method for method, _ in self.world.bank.calls]

    def is_looked_after(self, rounds: int = 6) -> PreOrder:
        """Time goes by without any buyer, until no money can move any more; the order then."""
        for _ in range(rounds):
            self.world.passes(LONG_ENOUGH)
            self.service.recover_once()
            self.service.relay_once()
        return self.order


# At the sandbox's shop, whose bank has books of its own


class Dies(BaseException):
    """The process is gone: no handler of ours may see it."""


def form(host: Host, card: str) -> Mapping[str, object]:
    """What a buyer with that card types on the page that pays."""
    return dict(host.shop.answers("card", card))[CONFIRMATION]


def at_the_card(host: Host, card: str = APPROVED) -> str:
    """The key of a checkout whose buyer has the card page before them."""
    key = host.begun()
    for page, body in host.shop.answers("card", card, host.order(key)):
        if page == CONFIRMATION:
            break
        host.posts(key, page, body)
    return key


def at_the_bank(host: Host, card: str) -> tuple[str, Ticket]:
    """The key of a checkout whose buyer was sent to prove who they are, and what they were sent with."""
    key = at_the_card(host, card)
    host.posts(key, CONFIRMATION, form(host, card))
    return key, host.shop.bank.ticket(host.order(key).number)


def impatient(host: Host) -> Host:
    """The same shop, where no second click waits for the first."""
    host.shop.settings = attrs.evolve(host.shop.settings, answer_wait=timedelta(0))
    return host


def comes_to_rest(host: Host) -> None:
    """Time goes by without any buyer, until no money can move any more; what was on its way has arrived."""
    for _ in range(8):
        host.recovers(minutes=10)
    host.shop.bank.arrives()
    host.recovers(days=1)
    host.recovers(days=7)


def dying(host: Host, at: int, *, after: bool) -> None:
    """From now on the process dies when it comes to its `at`-th boundary: a save, a hold, a send, a void, a message."""
    performs, left = host.service.perform, at

    def perform(effect: object) -> object:
        nonlocal left
        boundary = isinstance(effect, Save | TakeHold | Send | Void | Tell)
        left -= boundary
        if boundary and left == 0 and not after:
            raise Dies
        try:
            return performs(effect)
        finally:
            if boundary and left == 0:
                raise Dies

    host.service.perform = perform


def restarted(host: Host) -> None:
    """Another process at the same store."""
    host.service = CheckoutService(host.checkout, host.store)
