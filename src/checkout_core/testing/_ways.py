"""The ways to pay, as steps that a race is made of.

    way = WAYS["gift card, a part"]
    explore(way.scenario("two clicks", (*way.pays, *way.pays), crashes=1))
    explore(evolve(way.scenario(...), compose=lambda ports: Checkout(replace_mine(with_all_ways(ports)), FLOW)))

What a buyer posts before the page that pays, what they do there and at the provider's, what the provider must be able
to do, and how much there is of what pays beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs
from attrs import evolve, field, frozen

from ..checkout import Checkout
from ..effects import Capabilities
from ..money import Money
from ..page import GUEST, Caller
from ..ports import Missing, Ports
from ..sandbox import NATIVE, Sandbox, Wishes
from ..sandbox._stories import FIRST
from ..sandbox._wishes import NONE
from ..sandbox.magic import APPROVED, FEWER_REWARDS, REWARDED, THREE_D
from ..sandbox.world import NOON, card_form
from ..settings import Settings
from ..shop import PaymentChoice, PaymentOption, PaymentOptionConfig, Shop
from ._purse import CURRENCY, GIFT_CARD, MONEY, POINTS, Thing
from ._scenario import PAYS, Act, Post, Posted, Return, Scenario, by_card, pays

ADA: Final = Caller("ada", "ada@example.org", "+905551112233")
GPAY_BIN: Final = "GPAY00"
GIFT_CODE: Final = "PLENTY0001"
TWO: Final = GIFT_CODE, "SECOND0002"
CHOICES: Final = "PaymentOptionSelectionPage"
CARD: Final = 31  # the sandbox's option
PLENTY: Final = 100_000  # minor units: more than an order of the sandbox's comes to
A_PART: Final = 1_500
AT_THE_DOOR: Final = (
    PaymentChoice("cash", "In cash", Money("7.50", CURRENCY)), PaymentChoice("card", "By card", Money.zero(CURRENCY)),
)  # fmt: skip
OPTIONS: Final[Mapping[str, PaymentOption]] = MappingProxyType({
    option.slug: option for option in (
        PaymentOption(91, "At the door", "door", "pay_on_delivery",
                      config=PaymentOptionConfig(payment_choices=AT_THE_DOOR)),
        PaymentOption(92, "Transfer with a code", "code", "funds_transfer", "bank"),
        PaymentOption(93, "On the bank's page", "page", "redirection", "bank"),
        PaymentOption(94, "Garanti Pay", "gpay", "gpay", "bank"),
        PaymentOption(95, "Gift card", "gift", "gift_card"),
        PaymentOption(96, "Loyalty money", "loyalty", "loyalty_money"),
    )
})  # fmt: skip


def with_all_ways(ports: Ports) -> Ports:
    """The ports of a shop that offers every way to pay beside its own, as far as somebody knows what buyers have."""
    shop, settings, before = ports.shop(), ports.settings(), ports.cards
    has = {"gift_card": ports.gift_cards, "loyalty_money": ports.loyalty}
    options = (each for each in OPTIONS.values() if not isinstance(has.get(each.payment_type), Missing))
    offered: Shop = attrs.evolve(shop, payment_options=(*shop.payment_options, *options))
    enabled = not isinstance(ports.loyalty, Missing)
    pays: Settings = attrs.evolve(
        settings, loyalty_money_enabled=enabled, gpay_bin_number=GPAY_BIN,
        gift_card_config=attrs.evolve(settings.gift_card_config, multi_card_enabled=True),
    )  # fmt: skip

    class Cards:
        """The shop's, and the one that stands for Garanti Pay."""

        def find_card(self, bin_number: str, /) -> Any:  # noqa: ANN401  # as the port, which may be async
            return before.find_card("542119" if bin_number == GPAY_BIN else bin_number)

    return attrs.evolve(ports, shop=lambda: offered, settings=lambda: pays, cards=Cards())


def compose(ports: Ports) -> Checkout:
    """The standard pages, and a shop that offers every way to pay."""
    return Checkout(with_all_ways(ports))


@frozen
class Way:
    """How one way to pay is gone, from the first page to the order."""

    name: str
    before: tuple[Posted, ...] = field(repr=False)  # all that is posted until the page that pays
    pays: tuple[Act, ...]  # that page, and the way back from the provider's
    able: Callable[[Capabilities], Capabilities] = field(default=lambda able: able, repr=False)
    there: Mapping[Thing, int] = field(factory=dict)  # of what pays beside, or instead of, the provider
    caller: Caller = field(default=GUEST, repr=False)

    def scenario(self, name: str, race: tuple[Act, ...], able: Capabilities = NATIVE, **more: Any) -> Scenario:
        """That race on this way to pay, at a bank that promises so much besides; with five mugs in stock."""
        there = {("stock", "mug"): 5, **self.there, **more.pop("there", {})}
        return Scenario(
            f"{self.name}: {name}", race, before=self.before, again=_again(self.caller), able=self.able(able),
            compose=more.pop("compose", compose), caller=self.caller, there=there, **more,
        )  # fmt: skip

    def of(self, buyer: int) -> tuple[Act, ...]:
        """What another buyer does."""
        return tuple(evolve(act, buyer=buyer) if isinstance(act, Post | Return) else act for act in self.pays)


def _told(story: str, caller: Caller = GUEST, option: str | None = None, wishes: Wishes = NONE) -> tuple[Posted, ...]:
    """All that a buyer of the sandbox's posts to pay so, in a shop that offers every way; without the way back."""
    sandbox = Sandbox(seed=1)
    sandbox.shop = attrs.evolve(sandbox.shop, payment_options=(*sandbox.shop.payment_options, *OPTIONS.values()))
    first: tuple[Posted, ...] = () if caller.account else (FIRST,)
    return *first, *sandbox.answers(story, option=option, wishes=wishes)


def _trunk(caller: Caller = GUEST) -> tuple[Posted, ...]:
    """To where the way to pay is chosen; who is logged in is asked for no address of e-mail."""
    told = _told("transfer", caller)
    return told[: [page for page, _ in told].index(CHOICES)]


def _with_card(number: str) -> tuple[Posted, ...]:
    """From the choice of a card to its instalments."""
    return (
        (CHOICES, {"payment_option": CARD}), *(each for each in by_card(number) if each[0] in {"BinNumberPage",
        "InstallmentSelectionPage"}),
    )  # fmt: skip


def _again(caller: Caller) -> tuple[Posted, ...]:
    """By card after all, and without what else paid; whoever had nothing of it to take back is told so."""
    back: tuple[Posted, ...] = (
        *(("GiftCardPage", {"remove": pk}) for pk in (1, 2)), ("LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": "0"}),
        ("LoyaltyCardPage", {"selected_loyalty_amount": "0"}),
    )  # fmt: skip
    return *_trunk(caller), *back, *_with_card(APPROVED), (PAYS, pays().body)


def _with_gift_cards(told: tuple[Posted, ...], codes: tuple[str, ...]) -> tuple[Posted, ...]:
    """The same with these cards besides, before the way to pay is chosen."""
    at = [page for page, _ in told].index(CHOICES)
    return *told[:at], *(("GiftCardPage", {"code": code}) for code in codes), *told[at:]


def _rewarded(number: str, general: str) -> tuple[Posted, ...]:
    form = card_form(number, NOON.year + 3)
    card = {name: form[name] for name in ("card_number", "card_holder", "card_month", "card_year", "card_cvv")}
    return *_with_card(number), ("RewardListPage", card), ("RewardSelectionPage", {"general": general})


def _kinds(*kinds: str, **more: Any) -> Callable[[Capabilities], Capabilities]:  # promises
    return lambda able: evolve(able, kinds=able.kinds | set(kinds), **more)


SAVES: Final = evolve(pays(), body={**pays().body, "save": True, "card_name": "Mine"})
SAVES_THREE_D: Final = evolve(pays(THREE_D), body={**pays(THREE_D).body, "save": True, "card_name": "Mine"})
ON_ITS_PAGE: Final = _kinds("plans", last_call="provider")
OF_GARANTI: Final = _kinds(last_call="provider", signed_return=True)
WITH_POINTS: Final = _kinds("rewards", "card_tokens")
FROM_PAGE: Final = Return("RedirectionPageCompletePage", installments=3)
FROM_GARANTI: Final = Return("GPayCompletePage")


def _way(name: str, told: tuple[Posted, ...], *back: Return, **more: Any) -> Way:
    """The last of what is told pays, and `back` is the way back from there; `more`: of a Way."""
    return Way(name, told[:-1], (Post(*told[-1]), *back), **more)


WAYS: Final[Mapping[str, Way]] = MappingProxyType({
    way.name: way for way in (
        _way("pay on delivery", _told("pay on delivery", option="door")),
        _way("transfer with a code", _told("transfer", option="code"), able=_kinds("reference")),
        _way("redirection", _told("redirection", option="page"), FROM_PAGE, able=ON_ITS_PAGE),
        _way("Garanti Pay", _told("gpay", option="gpay"), FROM_GARANTI, able=OF_GARANTI),
        _way("gift card, a part", _told("card", wishes=Wishes(gift_card=GIFT_CODE)),
             there={(GIFT_CARD, GIFT_CODE): A_PART}),
        _way("gift card, all", _told("gift card", option="gift", wishes=Wishes(gift_card=GIFT_CODE)),
             there={(GIFT_CARD, GIFT_CODE): PLENTY}),
        _way("loyalty money, a part",
             _told("card", ADA, wishes=Wishes(loyalty=str(Money.of(A_PART, CURRENCY)))),
             there={(MONEY, "ada"): A_PART}, caller=ADA),
        _way("loyalty money, all", _told("loyalty money", ADA, "loyalty", Wishes(loyalty="65.00")),
             there={(MONEY, "ada"): PLENTY}, caller=ADA),
        _way("every tender", _with_gift_cards(_told("card", ADA, wishes=Wishes(points="10.00", loyalty="10.00")), TWO),
             there={(POINTS, "ada"): 1_000, (MONEY, "ada"): 1_000} | {(GIFT_CARD, code): 1_000 for code in TWO},
             caller=ADA),
        Way("rewards", (*_trunk(), *_rewarded(REWARDED, "20.00")), (pays(REWARDED),), WITH_POINTS),
        Way("rewards, and the bank uses less", (*_trunk(), *_rewarded(FEWER_REWARDS, "20.00")),
            (pays(FEWER_REWARDS),), WITH_POINTS),
        Way("card to save", (*_trunk(ADA), *_with_card(APPROVED)), (SAVES,), WITH_POINTS, caller=ADA),
        Way("card to save, 3-D Secure", (*_trunk(ADA), *_with_card(THREE_D)), (SAVES_THREE_D, Return()), WITH_POINTS,
            caller=ADA),
    )
})  # fmt: skip
