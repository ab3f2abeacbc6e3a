"""What a host gives: one object a port; and how effects find the method that answers them."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from inspect import iscoroutinefunction
from operator import attrgetter
from typing import Any, TypeAlias, cast

import attrs
from attrs import field, frozen

from .effects import (
    GATEWAY,
    GATEWAY_OFFERS,
    PORTS,
    AlertsPort,
    Authorised,
    BasketPort,
    BuyersPort,
    Cancelled,
    CancelSession,
    Capabilities,
    Captured,
    CardsPort,
    ChallengesPort,
    Declined,
    Effect,
    Event,
    FinishThreeD,
    Gateway,
    GiftCardsPort,
    HandedOut,
    HoldsPort,
    HooksPort,
    Inquire,
    LimitsPort,
    LoyaltyPort,
    MailPort,
    NotFound,
    NotSent,
    OffersPort,
    OrdersPort,
    PickupPort,
    ProductsPort,
    PromotionsPort,
    QuotesPort,
    Refund,
    Rejected,
    RemoteQuery,
    Replayed,
    Reversed,
    Sale,
    SavedCardsPort,
    Secret,
    SendSms,
    Settled,
    SettlementsPort,
    SignerPort,
    SlotsPort,
    SmsPort,
    StartSession,
    StartThreeD,
    StoresPort,
    Unavailable,
    UnderReview,
    Unknown,
    VaultPort,
    Verified,
    Verify,
    Void,
    method_of,
)  # fmt: skip
from .keyring import Keyring
from .order import PreOrder
from .settings import Settings
from .shop import Misconfigured, Shop

Asked: TypeAlias = "type[Effect[Any] | Event]"


class Missing:
    """Stands where a host gave no port; says so when somebody asks it."""


MISSING = Missing()
CODE = "{code}"  # in a text to a phone
DIGITS = re.compile(r"\d(?:[ \xa0-]?\d){11,}")  # of a text for people, all that might be a card
NO_DIGIT = re.compile(r"[^0-9]+")
ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|&#?[0-9A-Za-z]+;")

ROWS = (Captured, Authorised, UnderReview)
OUTCOMES: Mapping[Asked, tuple[type[object], ...]] = {  # what a gateway may answer; Inquire also a tuple of ROWS
    Sale: (*ROWS, Declined, Replayed, Unknown, NotSent),
    StartThreeD: (HandedOut, Declined, Replayed, Unknown, NotSent),
    FinishThreeD: (*ROWS, Declined, Unknown, NotSent),
    StartSession: (HandedOut, Declined, Replayed, Unknown, NotSent),
    CancelSession: (Cancelled, Unknown),
    Inquire: (Declined, Cancelled, NotFound, Unknown),
    Void: (Reversed, Settled, Unknown),
    Refund: (Reversed, Unknown),
    Verify: (Verified, Rejected),
}


@frozen(kw_only=True)
class Ports:
    """Everything a host answers.  One object may be several ports; methods may be sync or async."""

    shop: Callable[[], Shop]  # the snapshot as it is now
    basket: BasketPort
    orders: OrdersPort
    gateways: Mapping[str, Gateway]  # by the name payment options call them
    clock: Callable[[], datetime]  # aware
    key: Callable[[], str]  # of a new checkout: unguessable
    settings: Callable[[], Settings] = field(default=Settings)
    buyers: BuyersPort = field(default=cast("BuyersPort", MISSING))
    cards: CardsPort = field(default=cast("CardsPort", MISSING))
    products: ProductsPort = field(default=cast("ProductsPort", MISSING))
    offers: OffersPort = field(default=cast("OffersPort", MISSING))  # of coupons, and codes not in the snapshot
    promotions: PromotionsPort = field(default=cast("PromotionsPort", MISSING))  # instead of the shop's offers
    loyalty: LoyaltyPort = field(default=cast("LoyaltyPort", MISSING))
    gift_cards: GiftCardsPort = field(default=cast("GiftCardsPort", MISSING))
    saved_cards: SavedCardsPort = field(default=cast("SavedCardsPort", MISSING))  # without it no card can be saved
    settlements: SettlementsPort = field(default=cast("SettlementsPort", MISSING))  # without it no order is paid later
    stores: StoresPort = field(default=cast("StoresPort", MISSING))
    slots: SlotsPort = field(default=cast("SlotsPort", MISSING))
    quotes: QuotesPort = field(default=cast("QuotesPort", MISSING))
    pickup: PickupPort = field(default=cast("PickupPort", MISSING))
    holds: HoldsPort = field(default=cast("HoldsPort", MISSING))  # without it nothing is held
    limits: LimitsPort = field(default=cast("LimitsPort", MISSING))  # without it no client is counted
    mail: MailPort = field(default=cast("MailPort", MISSING))
    sms: SmsPort = field(default=cast("SmsPort", MISSING))
    hooks: HooksPort = field(default=cast("HooksPort", MISSING))
    alerts: AlertsPort = field(default=cast("AlertsPort", MISSING))
    challenges: ChallengesPort = field(default=cast("ChallengesPort", MISSING))
    keyring: Keyring | None = None  # of step tokens
    signer: SignerPort = field(default=cast("SignerPort", MISSING))  # without it no order has a page of its own
    vault: VaultPort = field(default=cast("VaultPort", MISSING))


class Answers:
    """Which method answers which effect, found once.  Raises Misconfigured, with all that is lacking."""

    def __init__(self, ports: Ports) -> None:
        lacking: list[str] = []
        self._ports: dict[Asked, tuple[Callable[..., Any], Callable[[Any], tuple[Any, ...]]]] = {}
        for name, (_, effects) in PORTS.items():
            for effect in cast("tuple[Asked, ...]", effects):
                self._ports[effect] = self._found(getattr(ports, name), name, effect, lacking), _fields_of(effect)
        self._heard = frozenset(
            effect for name, (_, effects) in PORTS.items() for effect in effects
            if not isinstance(getattr(ports, name), Missing)
        )  # fmt: skip
        self._gateways: dict[tuple[str, Asked], Callable[..., Any]] = {}
        for slug, gateway in ports.gateways.items():
            able: Capabilities | None = getattr(gateway, "capabilities", None)  # that it lacks them, is told elsewhere
            kinds = sorted(able.kinds & GATEWAY_OFFERS.keys()) if able else ()
            offers = (GATEWAY_OFFERS[kind][1] for kind in kinds)
            for effect in cast("tuple[Asked, ...]", (*GATEWAY, *offers)):
                self._gateways[slug, effect] = self._found(gateway, f"gateways[{slug!r}]", effect, lacking)
        if lacking:
            raise Misconfigured("; ".join(lacking))
        self._by_name = ports.gateways
        asked = (*GATEWAY, *(effect for _, effect in GATEWAY_OFFERS.values()))
        self._transfers = {effect: attrs.fields(cast("Any", effect)) for effect in asked}
        methods = (*(method for method, _ in self._ports.values()), *self._gateways.values())
        self.asynchronous = frozenset(m for m in methods if iscoroutinefunction(m))

    @staticmethod
    def _found(port: object, name: str, effect: Asked, lacking: list[str]) -> Callable[..., Any]:
        method = method_of(effect)
        if isinstance(port, Missing):

            def missing(*_: object) -> None:
                raise Misconfigured(f"{method} was asked for: give Ports({name}=...) an object that has it")

            return missing
        found = getattr(port, method, None)
        if found is None:
            names = ", ".join(a.name for a in attrs.fields(cast("Any", effect)) if a.name != "gateway")
            lacking.append(f"Ports({name}=...): {type(port).__name__} has no {method}({names})")
        return cast("Callable[..., Any]", found)

    def given(self, event: Event) -> bool:
        """Whether the host gave the port that `event` is for."""
        return event.__class__ in self._heard

    def call(self, effect: Effect[Any]) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The method that answers it, and its arguments."""
        kind = effect.__class__
        asked = self._ports.get(kind)
        if asked is not None:
            method, arguments = asked
            return method, arguments(effect)
        first, *rest = self._transfers[kind]
        to = getattr(effect, first.name)
        given = [getattr(effect, a.name) for a in rest]
        if isinstance(to, str):
            return self._gateways[to, kind], tuple(given)
        return self._gateways[to.gateway, kind], (to, *given)

    def telling(
        self,
        event: Event,
        id: str,  # noqa: A002  # what it is
        order: PreOrder,
        code: Secret | None = None,
    ) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The method an event is for, and its arguments; a text to a phone has the code in it, and is a Secret."""
        method, arguments = self._ports[event.__class__]
        if isinstance(event, SendSms):
            return method, (event.phone, Secret(event.text.replace(CODE, code.reveal() if code else CODE)), id)
        more = (*((id,) if event.with_id else ()), *((order,) if event.with_order else ()))
        return method, (*arguments(event), *more)

    def perform(self, effect: Effect[Any]) -> Any:
        """The answer.  A gateway never raises: what is no answer is Unknown; of a remote service, Unavailable."""
        method, given = self.call(effect)
        if effect.__class__ not in OUTCOMES and not isinstance(effect, RemoteQuery):
            return method(*given)
        try:
            return self._kept(effect, _checked(effect, method(*given)))
        except Exception as failed:  # noqa: BLE001  # what a gateway raises is no answer
            return _unknown(effect, failed)

    async def aperform(self, effect: Effect[Any], call: Callable[..., Awaitable[Any]] | None = None) -> Any:
        """As `perform`, where some methods are async; `call` may run the others in a thread."""
        method, given = self.call(effect)
        try:
            return self._kept(effect, _checked(effect, await (call or self.acall)(method, given)))
        except Exception as failed:  # noqa: BLE001  # raised again unless a gateway failed
            return _unknown(effect, failed)

    async def acall(self, method: Callable[..., Any], given: tuple[Any, ...]) -> Any:
        """What the method answers, awaited where it is async."""
        return await method(*given) if method in self.asynchronous else method(*given)

    def _kept(self, effect: Effect[Any], answer: Any) -> Any:
        """The answer without what a record, or a log, must not have.

        Of HandedOut what the gateway's `handed` lists: a field that nobody promised is dropped without a word, for
        providers add theirs whenever they like.  One that shows the card makes it Unknown.  Any other number may look
        like a card, so what is searched for is the card that was sent.
        """
        match answer:
            case HandedOut(given) if isinstance(effect, StartThreeD | StartSession):
                allowed = self._by_name[effect.order.gateway].capabilities.handed
                kept = {name: text for name, text in given.items() if name in allowed}
                shown = isinstance(effect, StartThreeD) and shows(effect.card.number, kept.values())
                return Unknown("the card was handed out") if shown else HandedOut(kept)
            case Unknown(reason) if effect.__class__ in GATEWAY:
                return Unknown(DIGITS.sub("<digits>", reason))
            case Rejected(reason):
                return Rejected(DIGITS.sub("<digits>", reason))
            case _:
                return answer


def shows(number: Secret, texts: Iterable[str]) -> bool:
    """Whether its digits are in any of the texts: together, apart, in a URL or in HTML, or within base64."""
    digits = number.reveal()
    ways = tuple(_base64_of(digits))
    return any(
        digits in NO_DIGIT.sub("", ESCAPED.sub("", text)) or any(way in text for way in ways) for text in texts
    )  # fmt: skip


def _base64_of(digits: str) -> Iterator[str]:
    """What base64 of any text has in it that has these digits in it: three ways, by where they begin."""
    for before in range(3):
        raw = b"0" * before + digits.encode()
        yield base64.b64encode(raw).decode()[-(-before * 8 // 6) : len(raw) * 8 // 6]


def _checked(effect: Effect[Any], answer: Any) -> Any:
    """The answer; of a gateway, Unknown for what is no outcome of that effect."""
    outcomes = OUTCOMES.get(effect.__class__)
    if outcomes is None or isinstance(answer, outcomes):
        return answer
    rows = answer if effect.__class__ is Inquire and isinstance(answer, tuple) else (None,)
    return answer if all(isinstance(row, ROWS) for row in rows) else _no_answer(effect, type(answer).__name__)


def _unknown(effect: Effect[Any], failed: Exception) -> Unknown | Rejected | Unavailable:
    """A provider's failure says nothing about the money; its text may say too much.  Any other is raised again.

    That a port was never given is no failure of a service.
    """
    if isinstance(effect, RemoteQuery) and not isinstance(failed, Misconfigured):
        return Unavailable(type(failed).__name__)
    if effect.__class__ in GATEWAY:
        return _no_answer(effect, type(failed).__name__)
    raise failed


def _no_answer(effect: Effect[Any], what: str) -> Unknown | Rejected:
    return Rejected(what) if isinstance(effect, Verify) else Unknown(what)


def _fields_of(effect: Asked) -> Callable[[Any], tuple[Any, ...]]:
    names = [a.name for a in attrs.fields(cast("Any", effect))]
    get: Callable[[Any], Any] = attrgetter(*names)
    return get if len(names) > 1 else lambda asked: (get(asked),)
