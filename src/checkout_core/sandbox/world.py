"""Everything a checkout needs of a host, in one object: `Sandbox().ports`.

    shop = Sandbox(seed=1)                      # the same keys every time
    shop.basket("mug", "t-shirt")
    shop.passes(minutes=5)
    for page, body in shop.answers("card, 3 instalments", THREE_D): ...

Its tables are plain attributes: a test that wants another shop assigns one, and the next step sees it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Final

from attrs import evolve

from ..challenges import Challenges
from ..effects import Item, Secret
from ..forms import PARSERS, GiftCardCode
from ..integrations import HttpQuotes
from ..keyring import Keyring
from ..links import Links
from ..order import Address, Basket, PreOrder
from ..page import GUEST, Caller
from ..paying import goods, numbered
from ..ports import Ports
from ..settings import Settings
from ..shop import Card, Installment, PaymentOption, Shop
from ..stores import HoldsByKind, MemoryHolds, SqliteHolds
from ._catalogue import Catalogue
from ._loyalty import IN_MEMORY, LoyaltyBooks
from ._paid_stories import Payer, fullest, gift_card, read_story
from ._rows import did_you_mean
from ._saved import SavedCards
from ._stories import Answer, Scene
from ._wishes import NONE, Wishes
from .bank import Bank
from .gift_cards import GiftCardBooks
from .gift_service import GiftCardService
from .inbox import Inbox
from .magic import APPROVED
from .presets import BANKS
from .services import Services
from .shopfile import DEFAULT, ShopFile, load_shop

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
AMEX: Final = 15  # digits


class Sandbox:
    """A shop, its buyers, its bank and its clock."""

    def __init__(  # noqa: PLR0913  # each is a part of the shop that a test may want to be another
        self,
        shop_file: str | Path | ShopFile = DEFAULT,
        *,
        settings: Settings | None = None,
        bank: Bank | None = None,
        stock: MemoryHolds | SqliteHolds | None = None,
        now: datetime | Callable[[], datetime] = NOON,
        seed: int | None = None,
        keyring: Keyring | None = None,
        quotes: HttpQuotes | None = None,
        loyalty: str | Path = IN_MEMORY,
        gift_cards: GiftCardBooks | GiftCardService | None = None,
    ) -> None:
        """`now`: where the sandbox's own clock stands, or a clock.  With a `seed` keys are the same in every run.

        `stock`: what is left of the products and of offers, where that outlives the process; new ones are put there.
        `quotes`: who asks services the shop does not run; without it they are in this process, `services`.
        `loyalty`: the file that keeps what orders have spent of loyalty money and points.
        `gift_cards`: who keeps them; without it they are in this process, where the shop file has any.

        Raises Misconfigured with all mistakes of the shop file, and where that other file cannot be used.
        """
        file = shop_file if isinstance(shop_file, ShopFile) else load_shop(shop_file)
        self.file = file
        self.shop: Shop = file.shop
        self.settings = settings or file.settings
        self.addresses: dict[str | None, tuple[Address, ...]] = {
            None: file.guest_addresses, **{account: customer.addresses for account, customer in file.customers.items()}
        }  # fmt: skip
        self.baskets: dict[str, Basket] = {}
        self.told: list[str] = []
        """Numbers of placed orders, as often as we were told."""
        self.orders: dict[str, PreOrder] = {}
        self.paid: list[str] = []
        """Numbers of orders that stood without money and were paid, as often as we were told."""
        self.refused: dict[str, str] = {}
        """Why no money comes, by number."""
        self._now = now
        self._seed = seed
        self._serial = count(1)  # thread-safe, in CPython
        self.services = Services(file.truth, file.currency)
        self.quotes = quotes or self.services.quotes()
        self.bank = bank or Bank(token=self.token, clock=self.now)
        self._others = self._other_banks()
        self.inbox = Inbox()
        self.stock = stock or MemoryHolds(self.now)
        for item in file.limited:
            if self.stock.left(item.kind, item.subject) is None:
                self.stock.put(item.kind, item.subject, item.quantity)
        self.catalogue = Catalogue(file.products, file.promotions, self.stock)
        self.loyalty = LoyaltyBooks(file.loyalty, loyalty)
        self.saved_cards = SavedCards()
        self.gift_cards = gift_cards
        if gift_cards is None and file.gift_cards:
            self.gift_cards = GiftCardBooks(file.gift_cards, MemoryHolds(self.now), self.now)
        known = None if seed is None else hashlib.sha256(f"{seed}|keyring".encode()).digest()
        self.keyring = keyring or Keyring((known or secrets.token_bytes(32),))
        self.links = Links(keyring=self.keyring, clock=self.now)
        self.challenges = Challenges(keyring=self.keyring, clock=self.now, nonce=self.token, limits=self.stock)

    @property
    def ports(self) -> Ports:
        """What Checkout is made of."""
        ports = Ports(
            shop=lambda: self.shop, clock=self.now, key=self.token, settings=lambda: self.settings,
            basket=self, buyers=self, cards=self, orders=self, gateways=self.banks, settlements=self,
            products=self.catalogue, offers=self.catalogue, loyalty=self.loyalty, saved_cards=self.saved_cards,
            stores=self, quotes=self.quotes, pickup=self.quotes,
            holds=self.stock, limits=self.stock, slots=self.stock,
            mail=self.inbox, sms=self.inbox, hooks=self.inbox, alerts=self.inbox,
            keyring=self.keyring, challenges=self.challenges, signer=self.links,
        )  # fmt: skip
        if self.gift_cards is None:
            return ports
        holds = HoldsByKind(self.stock, gift_card=self.gift_cards)
        return evolve(ports, gift_cards=self.gift_cards, holds=holds)

    @property
    def banks(self) -> Mapping[str, Bank]:
        """Every gateway, by the name payment options call it."""
        return {**self._others, "bank": self.bank}

    def _other_banks(self) -> Mapping[str, Bank]:
        """One for each name beside "bank" that some option of the shop file has; all of them keep the same books."""
        names = {option.gateway for option in self.shop.payment_options} - {"bank"}
        return {name: self.bank.beside(able) for name, able in BANKS.items() if name in names}

    def basket(self, *skus: str, key: str = "basket-1") -> Basket:
        """The basket of that key, which now has these products and nothing else; a sku twice is two of it.

        The same products make the same basket in every process.  Raises KeyError for a sku that nobody sells.
        """
        for sku in skus:
            if sku not in self.file.products:
                raise KeyError(f"nobody sells {sku!r}{did_you_mean(sku, self.file.products)}")
        basket = self.baskets[key] = self.file.basket(key, Counter(skus))
        return basket

    def caller(self, account: str) -> Caller:
        """That customer, logged in.  Raises KeyError where there is none."""
        customer = self.file.customers[account]
        placed = sum(order.buyer.account == account for order in self.orders.values())
        orders = None if customer.orders is None else customer.orders + placed
        return Caller(customer.account, customer.email, customer.phone, segment=customer.segment, orders=orders)

    def now(self) -> datetime:
        """What its clock shows."""
        return self._now if isinstance(self._now, datetime) else self._now()

    def passes(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
        """Let time pass; what the clock shows then.  Raises TypeError where the clock is not the sandbox's own."""
        if not isinstance(self._now, datetime):
            raise TypeError("this sandbox was given a clock; only its owner can move it")
        self._now += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        return self._now

    def token(self) -> str:
        """A new one, which nobody can guess; with a seed, everybody."""
        if self._seed is None:
            return secrets.token_urlsafe(16)
        return hashlib.sha256(f"{self._seed}|{next(self._serial)}".encode()).hexdigest()[:22]

    def answers(
        self, story: str, card: str = APPROVED, order: PreOrder | None = None, *, delivery: str | None = None,
        wishes: Wishes = NONE, option: str | None = None, looks: Callable[[], PreOrder] | None = None,
    ) -> Iterator[Answer]:  # fmt: skip
        """What a buyer posts, page by page, from the addresses on: to be posted one before the next is asked for.

        Stories: "card", "card, 3 instalments", "transfer", "pay on delivery", "redirection", "gpay", "gift card" and
        "loyalty money"; `option`: slug of the way to pay, where the shop has several of that type.  What came of the
        earlier posts decides whether the buyer comes back from the bank, and which code their phone has; `order`, as it
        was before, says whose payment to look at where several buyers pay, and what is sent; without it, that is the
        last basket that was filled.  `delivery`: slug of the delivery option.  `wishes`: what goes with the goods; a
        story without them declines samples.  `looks`: answers the order as it is when it is asked, for loyalty money
        that pays all of it.
        Raises ValueError for a story this shop cannot tell; LookupError, on the way, where no code has come.
        """
        kind, parts = read_story(story)
        way = self._option(kind, option)
        if kind == "loyalty_money" and wishes.loyalty is None and looks is None:
            raise ValueError(f"{story}: how much is owed nobody knows here; give Wishes(loyalty=...) or looks")
        given = wishes.gift_card
        if kind == "gift_card" and given is None:
            given = fullest(self.file.gift_cards, self.file.currency, self.now()).code.reveal()
        payer = Payer(
            option=way, bank=self.banks.get(way.gateway or "", self.bank), inbox=self.inbox,
            accounts=tuple(each for each in self.shop.bank_accounts if each.currency == self.file.currency),
            currency=self.file.currency, order_number=numbered(order) if order else None, card=card,
            plan=self._plan(card, parts or 1) if kind == "credit_card" else None,
            form=card_form(card, self.now().year + 3), parts=parts,
            looks=looks if kind == "loyalty_money" and wishes.loyalty is None else None,
        )  # fmt: skip
        trunk = self._scene(order, wishes).trunk(delivery)
        return chain(trunk, wishes.answers(self.settings), self._gift_card(given), payer.answers())

    def _gift_card(self, code: str | None) -> Iterator[Answer]:
        """That card pays, where there is one."""
        if code is None:
            return iter(())
        plain = PARSERS[GiftCardCode](code, self.settings)
        known = plain.reveal() if isinstance(plain, Secret) else None
        asks = any(each.phone for each in self.file.gift_cards if each.code.reveal() == known)
        return gift_card(code, asks=asks, inbox=self.inbox)

    def _scene(self, order: PreOrder | None, wishes: Wishes) -> Scene:
        account, known = (order.buyer.account, order.basket.key) if order else (None, next(reversed(self.baskets), ""))
        basket = self.baskets.get(known, order.basket if order else None)
        stores = self.shop.retail_stores
        stocked = self.stores_with_stock(tuple(store.pk for store in stores), goods(basket) if basket else ())
        return Scene(
            self.shop, self.settings, self.file.truth, self.now(), self.addresses.get(account, ()), basket,
            tuple(store for store in stores if store.pk in stocked),
            lambda slot: self.stock.count_taken("slot", (slot.subject,), order.key if order else "")[0] < slot.quota,
            self.caller(account) if account else GUEST,
            tuple(self.file.products[sku].pk for sku in wishes.samples),
        )  # fmt: skip

    def _option(self, payment_type: str, slug: str | None) -> PaymentOption:
        for option in self.shop.payment_options:
            if option.payment_type == payment_type and slug in {None, option.slug}:
                return option
        called = "" if slug is None else f" called {slug!r}"
        raise ValueError(f"this shop has no payment option of type {payment_type}{called}")

    def _plan(self, card: str, installments: int) -> Installment:
        offering = self.find_card(card[:6]) or self.shop.card(self.settings.default_card_slug)
        for plan in offering.installments:
            if plan.installment_count == installments:
                return plan
        offered = ", ".join(str(plan.installment_count) for plan in offering.installments)
        raise ValueError(f"{offering.name} cannot be paid in {installments}; it offers {offered}")

    # The ports

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        """Raises KeyError for a basket that was never filled in this process."""
        if key not in self.baskets:
            raise KeyError(f"nobody filled basket {key!r} here: call Sandbox.basket(..., key={key!r}) first")
        basket = self.baskets[key]
        return None if basket.digest == known_digest else basket

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        return self.addresses.get(account, ())

    def stores_with_stock(self, stores: tuple[int, ...], items: tuple[Item, ...], /) -> tuple[int, ...]:
        """What the shop file says lies there; of what it does not say, what is left of the one stock."""

        def has(store: int, item: Item) -> bool:
            there = self.file.store_stock.get(store, {}).get(item.subject)
            left = self.stock.left(item.kind, item.subject) if there is None else there
            return left is None or left >= item.quantity

        return tuple(store for store in stores if all(has(store, item) for item in items))

    def find_card(self, bin_number: str, /) -> Card | None:
        pk = self.file.card_of(bin_number)
        return next((card for card in self.shop.cards if card.pk == pk), None)

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        self.loyalty.order_placed(number, order)  # first: what is spent is not there for the next order
        self.told.append(number)
        self.orders[number] = order

    def order_paid(self, number: str, order: PreOrder, /) -> None:
        self.paid.append(number)

    def order_refused(self, number: str, why: str, /) -> None:
        self.refused[number] = why


def card_form(number: str, year: int) -> Mapping[str, object]:
    """What a buyer types on CreditCardConfirmationPage."""
    return {
        "card_number": number, "card_holder": "Ada Lovelace", "card_month": "12", "card_year": str(year),
        "card_cvv": "1234" if len(number) == AMEX else "123", "agreement": True,
    }  # fmt: skip
