"""`process` writes what `sets` says, and nothing else; `undo` takes back what `sets` says, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import time, timedelta
from functools import cache

import attrs
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from checkout_core import STANDARD, Ask, Basket, Checkout, Invalid, Money, Page, Pay, Place, PreOrder, Visit, evolve
from checkout_core.driver import run
from checkout_core.effects import (
    AskCampaigns,
    AskDeliveryOptions,
    AskGiftCard,
    AskPrices,
    AskRewards,
    AskShippingOptions,
    CheckCode,
    Coupon,
    Emit,
    FindGiftCard,
    FindLoyaltyCard,
    FindPickupLocation,
    FindProduct,
    GiftCard,
    ListCoupons,
    ListLoyaltyAccounts,
    ListProducts,
    LoyaltyAccount,
    LoyaltyCard,
    NewChallenge,
    Product,
    RemoteShippingOption,
)
from checkout_core.forms import read
from checkout_core.order import (
    PLACES,
    AccountUsage,
    Applying,
    Bags,
    Buyer,
    Campaign,
    CardPoints,
    Challenge,
    Chosen,
    CreditCard,
    Delivery,
    Discounts,
    Extras,
    Field,
    FundsTransfer,
    GarantiPay,
    GiftBox,
    GiftCardPayment,
    GiftCards,
    GroupChoice,
    Loyalty,
    LoyaltyMoney,
    Payment,
    PayOnDelivery,
    Redirection,
    Reservation,
    Reward,
    Sample,
    SampleOffer,
    Schedule,
    Shipping,
    finder,
)
from checkout_core.pricing import totals
from checkout_core.rules.benefits import Percentage
from checkout_core.rules.calculators import Free
from checkout_core.rules.slots import offered
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED, APPROVED_AMEX, APPROVED_DEBIT, THREE_D
from checkout_core.sandbox.world import card_form
from checkout_core.settings import DeliveryBagsConf, GiftBoxConfigurations, GiftCardConfig, RemoteService
from checkout_core.shop import (
    AttributeBasedShippingOption,
    City,
    Country,
    DataSourceShippingOption,
    DeliveryOption,
    Offer,
    PaymentChoice,
    PaymentOption,
    PaymentOptionConfig,
    PickupLocation,
    RetailStore,
    Slot,
    SlotGroup,
)  # fmt: skip

SHOP = Sandbox(seed=1)
CHECKOUT = Checkout(SHOP.ports)
CARDS = (APPROVED, APPROVED_AMEX, APPROVED_DEBIT, THREE_D)


def walked() -> Iterator[PreOrder]:
    """The states a checkout passes through, by card, by card with 3-D Secure, by transfer."""
    for story, card in (("card, 3 instalments", APPROVED), ("card", THREE_D), ("transfer", APPROVED)):
        order = CHECKOUT.start(SHOP.basket("mug", "t-shirt")).pre_order
        yield order
        order = CHECKOUT.submit(order, "IndexPage", {"user_email": "ada@example.org"}).pre_order
        yield order
        for page, body in SHOP.answers(story, card):
            order = CHECKOUT.submit(order, page, body).raise_for_errors().pre_order
            yield order


PASSED = [order for order in walked() if order.placed is None]
REACHED = [*PASSED, *(page().undo(order) for order in PASSED for page in STANDARD.pages())]
IN_STORE, AT_A_LOCKER = (
    DeliveryOption(2, "s", "Store", "retail_store"),
    DeliveryOption(3, "l", "Locker", "pickup_location"),
)
BY_SLOT = DeliveryOption(4, "hours", "By slots", slot_group=1)
STORE = RetailStore(6, "Store", "1 Street", Country(1, "Türkiye", "TR"), City(34, "Istanbul", 1), slot_group=1)
EVENINGS = SlotGroup(1, "Evenings", (Slot(1, tuple(range(7)), time(18), time(20), quota=2),), days=2)
CAMPAIGN, POINTS = Campaign("spring", "Spring"), Reward("general", Money("5.00", "TRY"))
LOCKER = PickupLocation("L-1", "Locker", "2 Street", STORE.country, STORE.city)


def paid_otherwise(order: PreOrder) -> Iterator[PreOrder]:
    """Those in which a gift card is reserved, is proved, or pays; and loyalty money pays all."""
    now, amount = SHOP.now(), Money("5.00", "TRY")
    card = Reservation(1, "t-1", "0001", amount, Money("500.00", "TRY"), now)
    sent = now - timedelta(seconds=90)
    challenge = Challenge(order.key, "+905551112233", "gift_card|t-3", "n", sent, now + timedelta(seconds=90), 5, 15)
    proving = Applying("t-3", "0003", Money("50.00", "TRY"), now, challenge)
    for cards in (GiftCards((card,)), GiftCards((), proving), GiftCards((card,), proving)):
        reserved = evolve(order, gift_cards=cards)
        yield evolve(reserved, totals=totals(reserved, "up"))
    whole = order.totals.total
    ways = (
        (GiftCardPayment(Chosen(81, "G", "g", "gift_card")), {"gift_cards": GiftCards((evolve(card, amount=whole),))}),
        (LoyaltyMoney(Chosen(82, "L", "l", "loyalty_money")), {"loyalty": Loyalty((AccountUsage(1, "R", whole),))}),
    )
    for payment, parts in ways:
        covered = evolve(order, payment=payment, **parts)
        yield evolve(covered, totals=totals(covered, "up"))


AT_THE_DOOR = Chosen(83, "At the door", "door", "pay_on_delivery")
IN_CASH, WITH_CARD = (
    PaymentChoice(name, name.title(), Money(fee, "TRY")) for name, fee in (("cash", "7.50"), ("card", "9"))
)
DOOR = PaymentOption(
    83,
    "At the door",
    "door",
    "pay_on_delivery",
    config=PaymentOptionConfig((IN_CASH, WITH_CARD), sms_verification=True),
)


def at_the_door(order: PreOrder) -> Iterator[PreOrder]:
    """Those of a buyer who pays at the door, from the choice to a phone that is verified."""
    now = SHOP.now()
    phone, until = "+905551112233", now + timedelta(seconds=90)
    sent = Challenge(order.key, phone, "pay_on_delivery", "n", now - timedelta(seconds=90), until, 5, 15)
    for payment in (
        PayOnDelivery(AT_THE_DOOR),
        PayOnDelivery(AT_THE_DOOR, IN_CASH),
        PayOnDelivery(AT_THE_DOOR, IN_CASH, phone=phone, challenge=sent),
        PayOnDelivery(AT_THE_DOOR, IN_CASH, phone=phone, challenge=evolve(sent, passed=True), verified=True),
    ):
        paying = evolve(order, payment=payment)
        yield evolve(paying, totals=totals(paying, "up"))


def collected() -> Iterator[PreOrder]:
    """Those of a buyer who collects, and of one whose goods are priced elsewhere."""
    order = next(order for order in reversed(PASSED) if order.delivery.billing_address is not None)
    bill = order.delivery.billing_address
    made = evolve(bill, pk=None, title="Made")
    for delivery in (Delivery(IN_STORE, made, bill, STORE), Delivery(AT_A_LOCKER, made, bill, pickup_location=LOCKER)):
        yield evolve(order, delivery=delivery)
        yield evolve(order, delivery=Delivery(delivery.option))
    slots = offered(EVENINGS, "UTC", SHOP.now())
    for delivery in (Delivery(BY_SLOT, bill, bill), Delivery(IN_STORE, made, bill, STORE)):
        for schedule in (Schedule(), Schedule(slots[0]), Schedule(slots[1], False), Schedule(None, True)):  # noqa: FBT003  # skipped
            yield evolve(order, delivery=delivery, schedule=schedule)
            yield evolve(order, delivery=delivery, schedule=schedule, shipping=Shipping())
    ada, points = Buyer("ada", "ada@example.org"), CardPoints("LC-1", Money("5.00", "TRY"), Money("0.01", "TRY"))
    money = (AccountUsage(1, "Returns", Money("5.00", "TRY")),)
    for loyalty in (Loyalty(), Loyalty(money), Loyalty(money, points)):
        yield evolve(order, buyer=ada, loyalty=loyalty)
    yield from paid_otherwise(evolve(order, buyer=ada))
    yield from at_the_door(order)
    yield evolve(order, buyer=ada, extras=Extras(coupons=("1",), voucher_code="TENTH"))
    samples, price = Discounts(samples=(SampleOffer(1, (101, 102), 1),)), Money("1.00", "TRY")
    chosen = Extras(
        sample_products=(Sample(101, "soap", "Soap"),), gift_box=GiftBox(price), bags=Bags(9, "bag", "Bag", price, 1),
        extra_field="{}",
    )  # fmt: skip
    for extras in (Extras(), chosen, Extras(unwanted_sample_products=(101,), bags=evolve(chosen.bags, with_slot=True))):
        yield evolve(order, extras=extras, discounts=samples)
    for paying in (each for each in PASSED if isinstance(each.payment, CreditCard) and each.payment.card):
        for campaign in (CAMPAIGN, evolve(CAMPAIGN, code="gone")):
            told = evolve(paying.payment, campaigns=(campaign,), rewards=(POINTS,))
            yield evolve(paying, payment=told)
            yield evolve(paying, payment=evolve(told, selected_campaign=campaign))
            yield evolve(paying, payment=evolve(told, selected_rewards=(evolve(POINTS, amount=POINTS.amount * 2),)))
    sent_on, at_garanti = (Chosen(60, "Page", "page", kind, "bank") for kind in ("redirection", "gpay"))
    yield evolve(order, payment=Redirection(sent_on), number=None)
    yield evolve(order, payment=Redirection(sent_on, (3,), "web", sent_off=True), number="N-1")
    found = GarantiPay(at_garanti, APPROVED[:6], SHOP.find_card(APPROVED[:6]))
    yield evolve(order, payment=GarantiPay(at_garanti), number=None)
    yield evolve(order, payment=found, number="N-1")
    lines = tuple(evolve(line, attributes={"has_remote_price": "true"}) for line in order.basket.lines)
    listed = Basket.of(order.basket.key, order.basket.digest, lines, order.basket.currency)
    for basket in (listed, listed.with_prices({line.pk: Money("9.00", "TRY") for line in lines})):
        yield evolve(order, basket=basket)


ORDERS = [order for n, order in enumerate(REACHED) if order not in REACHED[:n]] + [*collected()]
HOURS = [
    {"lower": slot.lower.isoformat(), "upper": slot.upper.isoformat()} for slot in offered(EVENINGS, "UTC", SHOP.now())
]
pks = st.sampled_from([1, 2, 3, 6, 11, 12, 21, 22, 31, 32, 71, 72])
BODIES = {
    "IndexPage": st.fixed_dictionaries(
        {"user_email": st.sampled_from(["a@example.org", "b@example.org"])},
        optional={"phone_number": st.sampled_from(["05551112233", "+905551112244"])},
    ),
    "DeliveryOptionSelectionPage": st.fixed_dictionaries({"delivery_option": pks, "clear": st.booleans()}),
    "RemoteDeliveryOptionSelectionPage": st.fixed_dictionaries({"delivery_option": pks, "clear": st.booleans()}),
    "RetailStoreSelectionPage": st.fixed_dictionaries({"retail_store": pks, "billing_address": pks}),
    "PickupLocationSelectionPage": st.fixed_dictionaries({"remote_id": st.just("L-1"), "billing_address": pks}),
    "RemotePriceCalculationPage": st.just({}),
    "AddressSelectionPage": st.fixed_dictionaries({"shipping_address": pks, "billing_address": pks}),
    "AddressClearPage": st.just({}),
    "SlotSelectionPage": st.sampled_from(HOURS),
    "ReservationSelectionPage": st.sampled_from([*HOURS, {"skip_reservation": True}, {}]),
    "ShippingOptionSelectionPage": st.fixed_dictionaries({"shipping_option": pks}),
    "RemoteShippingOptionSelectionPage": st.fixed_dictionaries({"shipping_option": pks}),
    "DataSourceShippingOptionSelectionPage": st.fixed_dictionaries(
        {"data_source_shipping_options": st.lists(pks, min_size=1, max_size=2)}
    ),
    "AttributeBasedShippingOptionSelectionPage": st.fixed_dictionaries(
        {"attribute_based_shipping_options": st.fixed_dictionaries({"None": pks})}
    ),
    "PaymentOptionSelectionPage": st.fixed_dictionaries({"payment_option": pks}),
    "BinNumberPage": st.sampled_from(CARDS).map(lambda number: {"bin_number": number[:6]}),
    "InstallmentSelectionPage": st.fixed_dictionaries({"installment": pks}),
    "CreditCardConfirmationPage": st.sampled_from(CARDS).map(lambda number: card_form(number, 2030)),
    "CreditCardThreeDSecurePage": st.just({"md": "x"}),
    "CampaignListPage": st.sampled_from(CARDS).map(lambda number: {"card_number": number}),
    "CampaignSelectionPage": st.fixed_dictionaries({"campaign": st.sampled_from(["spring", "gone"])}),
    "RewardListPage": st.sampled_from(CARDS).map(lambda number: card_form(number, 2030)),
    "RewardSelectionPage": st.fixed_dictionaries({}, optional={"general": st.sampled_from(["0", "5.00", "9"])}),
    "RedirectionPaymentSelectedPage": st.fixed_dictionaries(
        {"agreement": st.just(value=True)},
        optional={"browser_installments": st.just("1:3"), "browser_client_type": st.just("web")},
    ),
    "RedirectionPageCompletePage": st.just({"return_token": "x"}),
    "GiftCardPage": st.sampled_from([{"code": "PLENTY0001"}, {"code": "PHONE00003"}, {"remove": 1}, {"remove": 2}]),
    "GiftCardApplyPage": st.fixed_dictionaries(
        {"otp": st.sampled_from(["123456", "000000"])}, optional={"amount": st.just("1.00")}
    ),
    "GiftCardUpdateAmountPage": st.fixed_dictionaries({"pk": st.just(1), "amount": st.sampled_from(["2.00", "99"])}),
    "GiftCardOtpResendPage": st.just({}),
    "GiftCardPaymentPage": st.just({"agreement": True}),
    "LoyaltyMoneyPage": st.just({"agreement": True}),
    "GPaySelectionPage": st.sampled_from([{}, {"card": "1"}]),
    "GPayRedirectPage": st.just({}),
    "GPayCompletePage": st.just({"return_token": "x"}),
    "PayOnDeliveryPaymentChoicePage": st.sampled_from(["cash", "card", "cheque"]).map(
        lambda value: {"payment_choice": value}
    ),
    "SendSmsPage": st.sampled_from(["05551112233", "05551112244"]).map(lambda phone: {"phone_number": phone}),
    "VerifySmsPage": st.sampled_from(["123456", "000000"]).map(lambda code: {"verify_code": code}),
    "PayOnDeliveryPage": st.just({"agreement": True}),
    "FundsTransferChoicePage": st.fixed_dictionaries({"bank_account": pks}),
    "FundsTransferPage": st.just({"agreement": True}),
    "SampleProductPage": st.fixed_dictionaries({"sample_products": st.sampled_from([[], [101], [102], [101, 102]])}),
    "GiftBoxPage": st.fixed_dictionaries({}, optional={"note": st.text(max_size=9), "gift_video": st.booleans()}),
    "GiftBoxIndexPage": st.just({}),
    "DeliveryBagsPage": st.fixed_dictionaries({"product": st.just("bag"), "quantity": st.integers(0, 3)}),
    "OrderSelectionPage": st.fixed_dictionaries(
        {"extra_field": st.dictionaries(st.text(max_size=3), st.integers(0, 9))}
    ),
    "LoyaltyMoneyUsagePage": st.fixed_dictionaries({"loyalty_amount_to_use": st.sampled_from(["0", "5.00", "9"])}),
    "LoyaltyCardPage": st.fixed_dictionaries({"selected_loyalty_amount": st.sampled_from(["0", "5.00", "9"])}),
    "CouponSelectionPage": st.fixed_dictionaries(
        {"coupon": st.sampled_from(["1", 2, "3"]), "action": st.sampled_from(["add", "remove"])}
    ),
    "VoucherCodePage": st.sampled_from([{"voucher_code": " tenth "}, {"voucher_code": "none"}, {}]),
    "OrderNotePage": st.fixed_dictionaries({"notes": st.text(max_size=20)}),
    "ThankYouPage": st.just({}),
    "EmptyPage": st.just({}),
}


# What the sandbox's own shop does not ask, by the page that does: settings and tables of a shop that asks there
SEVERAL = GiftCardConfig(multi_card_enabled=True)
SERVICE = RemoteService("https://services.example/")
BAGS = DeliveryBagsConf(is_active=True, auto_run=True, is_quantity_changeable=True, min_quantity=1, sku="bag")
OFFERS = (
    Offer(1, "A tenth off", Percentage(100_000), offer_type="coupon"),
    Offer(2, "A tenth off", Percentage(100_000), offer_type="voucher", code="TENTH"),
)
ELSEWHERE = {
    **dict.fromkeys(
        ("PayOnDeliveryPaymentChoicePage", "SendSmsPage", "VerifySmsPage", "PayOnDeliveryPage"),
        ({}, {"payment_options": (*SHOP.shop.payment_options, DOOR)}),
    ),
    "GPaySelectionPage": ({"gpay_bin_number": APPROVED[:6]}, {}),
    "CouponSelectionPage": ({}, {"offers": OFFERS}),
    "VoucherCodePage": ({}, {"offers": OFFERS}),
    "LoyaltyMoneyUsagePage": ({"loyalty_money_enabled": True}, {}),
    "LoyaltyMoneyPage": ({"loyalty_money_enabled": True}, {}),
    **dict.fromkeys(
        ("GiftCardPage", "GiftCardApplyPage", "GiftCardUpdateAmountPage"), ({"gift_card_config": SEVERAL}, {})
    ),
    "GiftBoxPage": ({"gift_box_configurations": GiftBoxConfigurations(is_active=True, sku="box")}, {}),
    "GiftBoxIndexPage": ({"gift_box_configurations": GiftBoxConfigurations(is_active=True)}, {}),
    "DeliveryBagsPage": ({"delivery_bags_conf": BAGS}, {}),
    "DeliveryOptionSelectionPage": (
        {},
        {"delivery_options": (*SHOP.shop.delivery_options, IN_STORE, AT_A_LOCKER)},
    ),
    "RemoteDeliveryOptionSelectionPage": (
        {
            "checkout_delivery_option_selection_page": "RemoteDeliveryOptionSelectionPage",
            "remote_delivery_option_provider": SERVICE,
        },
        {},
    ),
    "RetailStoreSelectionPage": ({}, {"retail_stores": (STORE,)}),
    "SlotSelectionPage": ({"delivery_bags_conf": BAGS}, {"slot_groups": (EVENINGS,)}),
    "ReservationSelectionPage": ({}, {"slot_groups": (EVENINGS,)}),
    "RemotePriceCalculationPage": ({"basket_item_remote_price_client_conf": SERVICE}, {}),
    "RemoteShippingOptionSelectionPage": (
        {
            "checkout_shipping_option_selection_page": "RemoteShippingOptionSelectionPage",
            "remote_shipping_option_provider": SERVICE,
        },
        {},
    ),
    "DataSourceShippingOptionSelectionPage": (
        {"checkout_shipping_option_selection_page": "DataSourceShippingOptionSelectionPage"},
        {"data_source_shipping_options": tuple(DataSourceShippingOption(n, "Post", None, Free()) for n in (1, 2))},
    ),
    "AttributeBasedShippingOptionSelectionPage": (
        {"checkout_shipping_option_selection_page": "AttributeBasedShippingOptionSelectionPage"},
        {
            "attribute_based_shipping_options": tuple(
                AttributeBasedShippingOption(n, "Post", Free(), is_default=True) for n in (1, 2)
            )
        },
    ),
}


GIFT_CARDS = {
    "PLENTY0001": GiftCard("t-1", "0001", Money("500.00", "TRY")),
    "PHONE00003": GiftCard("t-3", "0003", Money("50.00", "TRY"), "+905551112233"),
}


def service(effect: object) -> object:  # noqa: C901, PLR0911, PLR0912  # an answer an effect
    """What services that the shop does not run say here; None to all else."""
    match effect:
        case AskDeliveryOptions():
            return (*SHOP.shop.delivery_options, IN_STORE, AT_A_LOCKER)
        case AskShippingOptions():
            return tuple(RemoteShippingOption(option.slug) for option in SHOP.shop.shipping_options)
        case FindPickupLocation():
            return LOCKER
        case AskPrices(products=products):
            return dict.fromkeys(products, Money("12.00", "TRY"))
        case ListCoupons():
            return Coupon("1", 1), Coupon("2", 1)
        case FindProduct(sku=sku):
            return Product(9, sku, sku, Money("2.00", "TRY"), "miscellaneous")
        case ListProducts(pks=pks):
            return tuple(Product(pk, "s", "S", Money("2.00", "TRY")) for pk in pks)
        case ListLoyaltyAccounts():
            return (LoyaltyAccount(1, "Returns", Money("50.00", "TRY")),)
        case AskCampaigns():
            return (CAMPAIGN,)
        case AskRewards():
            return (POINTS,)
        case NewChallenge(checkout=checkout, phone=phone, purpose=purpose):
            now = SHOP.now()
            return Challenge(checkout, phone, purpose, "another", now, now + timedelta(seconds=180), 5, 15)
        case FindGiftCard(code=code):
            return GIFT_CARDS.get(code.reveal())
        case AskGiftCard():
            return GIFT_CARDS["PHONE00003"]
        case CheckCode(guess=guess):
            return guess.reveal() == "123456"
        case FindLoyaltyCard():
            return LoyaltyCard("LC-1", Money("50.00", "TRY"))
        case _:
            return None


def visit_of(page: type[Page], order: PreOrder) -> Visit:
    visit = CHECKOUT.visit(order)
    settings, tables = ELSEWHERE.get(page.__name__, ({}, {}))
    settings, shop = evolve(visit.settings, **settings), evolve(visit.shop, **tables)
    able = {
        name: attrs.evolve(each, kinds=each.kinds | {"campaigns", "rewards"}) for name, each in visit.gateways.items()
    }
    return evolve(
        visit, settings=settings, shop=shop, has=visit.has | {"loyalty", "gift_cards", "holds"}, gateways=able
    )


def also_in_groups(page: type[Page]) -> list[PreOrder]:
    """For the pages of groups: orders whose goods are sent in groups of the other kind, as the shop once asked."""
    if not {"by_data_source", "by_attribute"} & {f.name for f in page.sets}:
        return []
    order = next(order for order in ORDERS if order.shipping.option is not None)
    post = GroupChoice("None", 1, "Post", order.shipping.option.shipping_amount)
    ways = Shipping(by_data_source=(post,)), Shipping(by_attribute=(post,))
    return [evolve(order, shipping=shipping) for shipping in ways] * 4  # or a search seldom comes to them


def fields(order: PreOrder) -> dict[tuple[type, str], object]:
    """Every field of every part, under its owner."""
    found: dict[tuple[type, str], object] = {}
    for a in attrs.fields(PreOrder):
        value = getattr(order, a.name)
        if type(value) in PLACES or isinstance(value, Payment):
            found |= {(type(value), each.name): getattr(value, each.name) for each in attrs.fields(type(value))}
        else:
            found[PreOrder, a.name] = value
    return found


def changed(before: PreOrder, after: PreOrder) -> set[tuple[type, str]]:
    then, now = fields(before), fields(after)
    return {key for key in then.keys() | now.keys() if then.get(key, Ellipsis) != now.get(key, Ellipsis)}


def said(page: type[Page], before: PreOrder, after: PreOrder) -> set[tuple[type, str]]:
    """What `sets` allows; a page that sets the payment may replace its part whole."""
    allowed = {(f.owner, f.name) for f in page.sets}
    if (PreOrder, "payment") in allowed:
        for payment in (before.payment, after.payment):
            if payment is not None:
                allowed |= {(type(payment), a.name) for a in attrs.fields(type(payment))}
    if (Basket, "priced") in allowed:  # the digest of the prices that are in the lines
        allowed |= {(Basket, "lines"), (Basket, "amount")}
    return allowed


@cache  # to look into a strategy, all orders are hashed: a strategy for each draw was most of this file's time
def where_open(page: type[Page]) -> st.SearchStrategy[PreOrder]:
    """The states in which a buyer may be on that page; all, where there is none."""
    row, orders = CHECKOUT.map.rows[page.__name__], [*ORDERS, *also_in_groups(page)]
    return st.sampled_from(
        [order for order in orders if row.open(row.part(order), visit_of(page, order))] or orders
    )  # fmt: skip


def processed(page: type[Page], order: PreOrder, body: dict[str, object]) -> PreOrder | None:
    """The order as the page returns it; None where it refuses, or is not open."""
    visit = visit_of(page, order)
    row, own = CHECKOUT.map.rows[page.__name__], finder(page.part)(order)
    if not row.open(own, visit):
        return None

    def perform(effect):
        return None if isinstance(effect, Emit) else service(effect) or CHECKOUT.answers.perform(effect)

    try:
        result = run(page().process(own, read(page.form, body, visit.settings), visit), perform)
    except Invalid as refused:
        return None if refused.kept is None else order.put(refused.kept)
    return order.put(result.own if isinstance(result, Pay | Ask | Place) else result)


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
@given(data=st.data())
def test_process_writes_nothing_but_what_the_page_sets(page, data):
    order = data.draw(where_open(page))
    after = processed(page, order, data.draw(BODIES[page.__name__]))
    if after is not None:
        assert changed(order, after) <= said(page, order, after)


# Only some gateways tell transfers by a code: tests/pages/test_funds_transfer.py has one
OF_A_GATEWAY_WITH_CODES = {(FundsTransfer, "reference_code"), (FundsTransfer, "reference_of")}


class Enough(Exception):  # no failure: all was found, and the search is over
    pass


@pytest.mark.parametrize("page", [p for p in STANDARD.pages() if p.sets], ids=lambda page: page.__name__)
def test_every_field_a_page_sets_is_set_by_some_answer(page):
    drawn = {(PreOrder, "number")} if page.pays else set()  # when the payment begins, by who sends it
    drawn |= OF_A_GATEWAY_WITH_CODES if page.__name__ == "FundsTransferChoicePage" else set()
    wanted = {(f.owner, f.name) for f in page.sets} - drawn
    found: set[tuple[type, str]] = set()

    @settings(max_examples=3000, derandomize=True, phases=(Phase.generate,))  # the same search in every run
    @given(data=st.data())
    def draw(data):
        order = data.draw(where_open(page))
        after = processed(page, order, data.draw(BODIES[page.__name__]))
        if after is not None:
            found.update(changed(order, after))
        if wanted <= found:
            raise Enough

    with suppress(Enough):
        draw()
    assert wanted <= found


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
def test_undo_changes_nothing_but_what_the_page_sets_and_is_done_once(page):
    for order in ORDERS:
        undone = page().undo(order)
        assert changed(order, undone) <= said(page, order, undone)
        assert page().undo(undone) is undone


@pytest.mark.parametrize("page", STANDARD.pages(), ids=lambda page: page.__name__)
def test_a_page_is_flat_stateless_and_documented(page):
    assert page.__bases__ == (Page,)
    assert page.__doc__
    assert not vars(page())
    assert all(isinstance(f, Field) for f in page.sets)


def test_pages_that_override_done_or_undo_say_why():
    over = {p.__name__: (p.done is not Page.done, p.undo is not Page.undo) for p in STANDARD.pages()}
    assert {name: which for name, which in over.items() if any(which)} == {
        "DeliveryOptionSelectionPage": (True, True),
        "RemoteDeliveryOptionSelectionPage": (True, True),
        "AddressSelectionPage": (True, False),
        "RetailStoreSelectionPage": (True, False),
        "PickupLocationSelectionPage": (True, False),
        "RemotePriceCalculationPage": (False, True),
        "DataSourceShippingOptionSelectionPage": (True, False),
        "AttributeBasedShippingOptionSelectionPage": (True, False),
        "SlotSelectionPage": (False, True),
        "ReservationSelectionPage": (True, False),
        "CreditCardConfirmationPage": (False, True),
        "CampaignSelectionPage": (True, False),
        "SendSmsPage": (True, True),
        "VerifySmsPage": (True, True),
    }
    assert all(p.undo.__doc__ and p.done.__doc__ for p in STANDARD.pages())


def test_few_pages_of_the_standard_map_name_their_next_page():
    assert {p.__name__: p.next_page for p in STANDARD.pages() if p.next_page} == {
        "GiftBoxIndexPage": "GiftBoxPage",
        "CampaignListPage": "CampaignSelectionPage",
        "RewardListPage": "RewardSelectionPage",
    }
