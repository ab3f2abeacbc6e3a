"""A buyer who answers every page with a sample, in a world that facts describe.

No page is processed: an answer is the fields of `sets`, filled.  Money moves by the shipped functions of `paying`.
What is asked is only where the rule leads then.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from checkout_core.atlas import Map, Row, current
from checkout_core.driver import run
from checkout_core.effects import (
    AskDeliveryOptions,
    AskShippingOptions,
    Capabilities,
    Declined,
    Deferred,
    HandedOut,
    ListProducts,
    Product,
    RemoteShippingOption,
)  # fmt: skip
from checkout_core.money import Money
from checkout_core.order import (
    AccountUsage,
    Address,
    Applying,
    Bags,
    Basket,
    Campaign,
    CardPoints,
    Challenge,
    Chosen,
    Delivery,
    DeliveryRange,
    Field,
    GiftBox,
    GroupChoice,
    Line,
    PreOrder,
    Reservation,
    Reward,
    Sample,
    SampleOffer,
    ShippingChoice,
    Totals,
    evolve,
    finder,
)  # fmt: skip
from checkout_core.page import GUEST, Invalid, Place, Visit
from checkout_core.paying import apply_outcome, awaiting, place, prepare
from checkout_core.pricing import totals
from checkout_core.rules.calculators import Free
from checkout_core.settings import Settings
from checkout_core.shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    Installment,
    PaymentChoice,
    PaymentOption,
    PaymentOptionConfig,
    PickupLocation,
    RetailStore,
    ShippingOption,
    Shop,
)  # fmt: skip

from .declared.flow import PROVIDER, WHOLE
from .declared.masterpass_rest import RemotePlan
from .documents import PAGES

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CODE_LASTS = timedelta(seconds=180)
PORTS = frozenset({"loyalty", "gift_cards", "holds"})  # a host has, without which neither pays anywhere
NOTHING_HELD: frozenset[str] = frozenset()
MAX_STEPS = 60  # more is a walk in a circle

ZERO = Money.of(0, "TRY")
LIRA = Money.of(100, "TRY")
BASKET = Basket.of("b-1", "d-1", (Line(1, "mug", "Mug", 1, Money.of(19900, "TRY"), 400),), "TRY")
SAMPLES_OFFERED = SampleOffer(7, (1, 2), 1)
BANK = Bank(1, "Bank", "bank")
VISA = CardType(1, "Visa", "visa")
CARD = Card(1, "Card", "card", BANK, VISA)
ONCE = Installment(1, 1, "Single payment")
ISTANBUL = Address(
    1, "Home", "Ada", "Byron", "+905320000000", Country(1, "Türkiye", "TR"), City(34, "Istanbul", 1), "A street 1"
)
PRICED_ELSEWHERE = Basket.of("b-1", "d-2", (evolve(BASKET.lines[0], attributes={"has_remote_price": "true"}),), "TRY")
STORE = RetailStore(1, "Store", "A street 2", ISTANBUL.country, ISTANBUL.city)
RESERVING = evolve(STORE, slot_group=1)
POINT = PickupLocation("p-1", "Locker", "A street 3", ISTANBUL.country, ISTANBUL.city)
ALL_OF_IT = (GroupChoice("None", 1, "Express", LIRA, (1,)),)  # goods of no supplier and without attributes
EXPRESS = ShippingChoice(1, "Express", "express", LIRA)
DELIVERY_OPTIONS = tuple(
    DeliveryOption(pk, kind, kind, kind) for pk, kind in enumerate(("customer", "retail_store", "pickup_location"), 1)
)
BY_SLOT = evolve(DELIVERY_OPTIONS[0], slot_group=1)
ACCOUNTS = tuple(BankAccount(pk, BANK, "Shop", f"TR{pk}", "TRY") for pk in (1, 2))
SHOP = Shop(
    "1",
    delivery_options=DELIVERY_OPTIONS[:1],
    shipping_options=tuple(ShippingOption(pk, f"Option {pk}", f"option-{pk}", Free()) for pk in (1, 2)),
    payment_options=(),
    cards=(CARD,),
    bank_accounts=ACCOUNTS,
)

A_CARD = Reservation(1, "t-1", "0001", LIRA, LIRA, NOW)
APPLYING = Applying("t-2", "0002", LIRA, NOW, Challenge("c-1", "+905320000000", "gift_card|t-2", "n", NOW, NOW, 5, 15))

# What the buyer answers, by field or by owner and field.  A flag that is not named is answered with True.
SAMPLES: dict[str, object] = {
    "Buyer.email": "ada@example.org",
    "Buyer.phone": "+905320000000",
    "Shipping.option": EXPRESS,
    "shipping_address": ISTANBUL,
    "billing_address": ISTANBUL,
    "retail_store": STORE,
    "pickup_location": POINT,
    "priced": "digest",
    "by_data_source": ALL_OF_IT,
    "by_attribute": ALL_OF_IT,
    "sample_products": (Sample(1, "sample", "Sample"),),
    "unwanted_sample_products": (),
    "delivery_range": DeliveryRange(NOW, NOW + timedelta(hours=2), 1, 5),
    "skip_reservation": False,
    "bin_number": "542119",
    "card": CARD,
    "installment": ONCE,
    "installment_alt": RemotePlan(3, LIRA),
    "browser_installments": (1, 3),
    "browser_client_type": "web",
    "mask": "542119******0009",
    "number": "N-1",
    "bank_account": ACCOUNTS[0],
    "reference_code": None,  # the gateway of these scenes has none
    "reference_of": None,
    "choice": PaymentChoice("cash", "Cash", ZERO),
    "PayOnDelivery.phone": "+905320000000",
    "challenge": Challenge("c-1", "+905320000000", "pay_on_delivery", "n", NOW, NOW + CODE_LASTS, 5, 15),
    "nonce": "nonce",
    "three_d": False,
    "remote_addr": "198.51.100.7",
    "rewards": (Reward("general", LIRA),),
    "selected_rewards": (Reward("general", LIRA),),
    "rewards_of": "542119******0009",
    "campaigns": (Campaign("spring", "Spring"),),
    "campaigns_of": "542119******0009",
    "selected_campaign": Campaign("spring", "Spring"),
    "accounts": (AccountUsage(None, "", LIRA),),
    "Loyalty.card": CardPoints("c-1", LIRA, ZERO),
    "reservations": (A_CARD,),
    "applying": APPLYING,
    "notes": "Ring twice",
    "coupons": ("1",),
    "voucher_code": "SPRING",
    "gift_box": GiftBox(ZERO),
    "bags": Bags(1, "bag", "Bag", LIRA, 2),
    "extra_field": "{}",
    "staff_id": "s-1",
    "store_id": "7",
    "no_installment": False,
    "barcode_sent_to": ("+905320000000",),
    "sent_to": ("+905320000000",),
    "credit_payment_option": 1,
    "needs_otp": False,
    "otp_phone": "+905320000000",
    "card_token": "token",
    "masked_card_number": "542119******0009",
    "agreement_required": False,
    "agreement_id": "a-1",
    "is_agreement_expired": False,
    "payment_enabled": True,
    "customer_card_no": "c-1",
    "customer_id": "7",
    "code": "1",
    "division": 1,
    "basket_digest": "d-1",
    "slug": "provider",
    "conversation_id": "s-1",
}
# What a page may write, and does not write with these answers
UNSAID: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage"),
        ("shipping_address", "billing_address", "retail_store", "pickup_location"),  # without `clear`
    ),
    "DataSourceShippingOptionSelectionPage": ("option", "by_attribute"),
    "AttributeBasedShippingOptionSelectionPage": ("option", "by_data_source"),
    "GiftBoxIndexPage": ("gift_box",),  # it only takes one back
}
MAPS = {"shop": Map(WHOLE), "provider": Map(PROVIDER)}
ROWS = {name: row for flow in MAPS.values() for name, row in flow.rows.items()}


class Scene:
    """One checkout.  Facts and answers change it; `shown` asks the rule."""

    def __init__(self, flow: Map) -> None:
        self.map = flow
        self.order = PreOrder("c-1", BASKET, Totals(ZERO, ZERO, ZERO, ZERO))
        self.shop = SHOP
        self.settings = Settings()
        self.caller = GUEST
        self.now = NOW
        self.delivery_type = "customer"
        self.pay_by = "credit_card"
        self.gateway: str | None = "pos"
        self.offers: frozenset[str] = frozenset()  # what the gateway can besides taking money
        self.configured: dict[str, object] = {}  # fields the way to pay has from its option
        self.config: dict[str, object] = {}  # what the shop says of that option
        self.samples = dict(SAMPLES)
        self.handed: dict[str, str] = {}  # what the provider gives for later
        self.posted: Callable[[Scene, Row], None] = Scene.answer  # what becomes of the post
        self.undoing = True  # with an attempt that ended, the answers that belong to it are undone
        self.row = flow.first  # where the buyer stands

    def visit(self, has: frozenset[str] = PORTS) -> Visit:
        kinds = frozenset({"sale", "three_d", "session"}) | self.offers
        gateways = {"pos": Capabilities(timedelta(seconds=30), kinds=kinds)}
        ways = {kind: way.part for kind, way in self.map.flow.payments.items()}
        option = PaymentOption(1, self.pay_by, self.pay_by, self.pay_by, config=PaymentOptionConfig(**self.config))
        shop = evolve(self.shop, payment_options=(option,)) if self.config else self.shop
        return Visit(self.order, shop, self.settings, self.now, self.caller, gateways, ways, has)

    def put(self, part: type[Any], **values: object) -> None:
        """Change fields of a part, wherever it lives."""
        self.order = self.order.put(evolve(finder(part)(self.order), **values))

    def own(self, **values: object) -> None:
        """Change fields of the way to pay."""
        self.order = self.order.put(evolve(self.order.payment, **values))

    # The buyer

    def answer(self, row: Row) -> None:
        """The page's fields, filled; a page that pays has handed something out."""
        self.fill(row)
        if row.pays:
            self.hand_out()

    def fill(self, row: Row) -> None:
        """The page's fields alone."""
        for f in row.type.sets:
            if f.name in UNSAID.get(row.name, ()):
                continue
            self.put(f.owner, **{f.name: self.sample(f)})
        self.order = evolve(self.order, totals=totals(self.order, "up"))

    def sample(self, f: Field) -> object:
        """What the buyer answers there.  Raises KeyError for a field nobody thought of."""
        if f.owner is Delivery and f.name == "option":
            options = (*self.shop.delivery_options, *DELIVERY_OPTIONS)
            return next(o for o in options if o.delivery_option_type == self.delivery_type)
        if f.owner is PreOrder and f.name == "payment":
            chosen = Chosen(1, self.pay_by, self.pay_by, self.pay_by, self.gateway)
            return self.map.flow.payments[self.pay_by].part(chosen, **self.configured)
        name = f"{f.owner.__name__}.{f.name}"
        if name not in self.samples and f.name not in self.samples and f.empty is False:
            return True
        return self.samples[name] if name in self.samples else self.samples[f.name]

    def open(self, row: Row) -> bool:
        return row.open(row.part(self.order), self.visit())

    def skipped(self, row: Row) -> bool:
        return row.skipped(row.part(self.order), self.visit())

    def stand_at(self, name: str) -> Row:
        """Answer page after page until the rule shows that one, or would if it were not skipped or answered."""
        row = self.row = self.map.rows[name]
        if row is self.map.end:
            self.place()
            return row
        for _ in range(MAX_STEPS):
            here = current(self.map, self.visit(), going_out=True)
            if self.open(row) if row.beside else self.map.place(here, self.order) >= self.map.place(row, self.order):
                return row
            self.answer(here)
        raise AssertionError(f"{name} cannot be reached; the last page is {here.name}")

    def post(self, row: Row) -> Row:
        """The page after the buyer posted that one."""
        self.posted(self, row)
        if row.beside:
            return self.map.rows[row.type.next_page] if row.type.next_page else self.map.nowhere
        return self.shown()

    def shown(self) -> Row:
        """The current page, after every page that answers itself."""
        for _ in range(MAX_STEPS):
            row = current(self.map, self.visit(), going_out=True)
            if not self.answers_itself(row):
                return row
            self.answer(row)
        raise AssertionError(f"{row.name} answers itself and stays open")

    def answers_itself(self, row: Row) -> bool:
        """There is one possible answer, which is given for the buyer, and is not refused."""
        own, visit = row.part(self.order), self.visit()
        form = row.auto and run(row.page.auto(own, visit), self.told)
        try:
            return bool(form) and bool(run(row.process(own, form, visit), self.told))
        except Invalid:
            return False

    def told(self, effect: object) -> object:
        """What services say: what the shop has.  A price that is known elsewhere only nobody tells."""
        match effect:
            case AskDeliveryOptions():
                return self.shop.delivery_options
            case ListProducts(pks=pks):
                return tuple(Product(pk, f"s-{pk}", "Sample", LIRA) for pk in pks)
            case AskShippingOptions():
                return tuple(RemoteShippingOption(option.slug) for option in self.shop.shipping_options)
            case _:
                raise AssertionError(f"a page that answers itself asks for {effect}")

    # The money

    def hand_out(self) -> None:
        """The provider gave something for the buyer, and waits."""
        hosted = self.pay_by in {"redirection", "gpay"}
        order, _ = prepare(self.visit(NOTHING_HELD), self.order, "session" if hosted else "three_d")
        self.order = apply_outcome(order, len(order.attempts), HandedOut(self.handed), self.now)[0]

    def place(self) -> None:
        receipt = Place(self.order.extras, Deferred("free", 400))
        self.order, _ = run(place(self.visit(NOTHING_HELD), receipt), _unheld)

    def fail(self) -> None:
        """The provider declines: the attempt has ended, and the answers that belong to it are undone."""
        attempt = awaiting(self.order)
        self.order = apply_outcome(self.order, attempt.n, Declined("declined"), self.now)[0]
        for row in self.map.route(self.order):
            if row.pays and self.undoing:
                self.order = row.undone(self.order)


def _unheld(effect: object) -> None:
    raise AssertionError(f"where nothing is held, an order that needs no provider is placed without {effect}")


def scene_of(name: str) -> Scene:
    """A new checkout on the map that page is on."""
    flow = PAGES[name].flow
    scene = Scene(MAPS["provider" if flow == "provider" else "shop"])
    if flow in WHOLE.payments:
        scene.pay_by = flow
    return scene
