"""What is missing or contradicts itself is said when a Checkout is put together, all of it at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import frozen

from checkout_core import STANDARD, Check, Checkout, Empty, Misconfigured, Page, Settings, WayToPay, evolve, ref
from checkout_core.effects import Capabilities
from checkout_core.order import Delivery, Extras, FundsTransfer
from checkout_core.pages.beside import OrderNotePage
from checkout_core.pages.buyer import AddressSelectionPage, IndexPage
from checkout_core.pages.collecting import PickupLocationSelectionPage, RetailStoreSelectionPage
from checkout_core.pages.delivery import DeliveryOptionSelectionPage
from checkout_core.pages.funds_transfer import FundsTransferChoicePage
from checkout_core.pages.shipping import ShippingOptionSelectionPage
from checkout_core.rules.calculators import Free
from checkout_core.settings import AttributeKeyRule, GroupingRule, RemoteService
from checkout_core.shop import AttributeBasedShippingOption, DataSourceShippingOption, PaymentOption

from .world import CARD, OURS, SHOP, TO_THE_DOOR, TRANSFER, World


def said(world: World, flow=STANDARD, **ports: object) -> list[str]:
    with pytest.raises(Misconfigured) as refused:
        Checkout(world.ports(**ports), flow)
    return str(refused.value).splitlines()


def test_a_sound_shop_is_put_together_without_a_word():
    assert Checkout(World().ports()).flow is STANDARD


class LostPage(Page[Extras, Empty]):
    requires = (Check("never", lambda _own, _visit: True, "a page mends it", "NowherePage"),)


class VoidingPage(Page[Extras, Empty]):
    resets = ("NowherePage",)


class LeadingPage(Page[Extras, Empty]):
    next_page = "NowherePage"


@frozen
class Slotted:
    word: str | None = None


class SlottedPage(Page[Slotted, Empty]):
    sets = (ref(Slotted).word,)


AFTER_INDEX = {
    page: STANDARD.insert(page, after=IndexPage)
    for page in (LostPage, VoidingPage, LeadingPage, OrderNotePage, SlottedPage)
}
UNADDRESSED = (
    "ShippingOptionSelectionPage cannot be reached: address_required is mended by AddressSelectionPage or "
    "RetailStoreSelectionPage or PickupLocationSelectionPage, which does not come before it"
)
NO_PLACE = STANDARD.without(RetailStoreSelectionPage).without(PickupLocationSelectionPage)
NO_WALLET = (
    "payment option 33 (wallet): no way to pay on the map is called 'wallet';"
    f" there are {', '.join(sorted(STANDARD.payments))}"
)
OF_SOURCE = DataSourceShippingOption(51, "Post", None, Free())
OF_VALUES = AttributeBasedShippingOption(61, "Post", Free(), "Nike")
LOST = "LostPage cannot be reached: never is mended by NowherePage, which does not come before it"


@pytest.mark.parametrize(
    ("flow", "sentence"),
    [
        (AFTER_INDEX[OrderNotePage], "OrderNotePage is on the map 2 times"),
        (AFTER_INDEX[VoidingPage], "VoidingPage names NowherePage, which is not on the map"),
        (AFTER_INDEX[LeadingPage], "LeadingPage names NowherePage, which is not on the map"),
        (AFTER_INDEX[LostPage], LOST),
        (AFTER_INDEX[SlottedPage], "Slotted has slots; a part is made with attrs' frozen(slots=False)"),
        (
            NO_PLACE.without(AddressSelectionPage),
            UNADDRESSED,
        ),
        (
            NO_PLACE.without(AddressSelectionPage).insert(AddressSelectionPage, after=ShippingOptionSelectionPage),
            UNADDRESSED,
        ),
        (
            STANDARD.pay_by("funds_transfer", WayToPay(FundsTransfer, (FundsTransferChoicePage,))),
            "funds_transfer is a dead end: none of its pages pays",
        ),
        (
            STANDARD.without(DeliveryOptionSelectionPage),
            "the settings choose DeliveryOptionSelectionPage, which is not on the map",
        ),
    ],
)
def test_a_map_that_cannot_be_walked_is_refused(flow, sentence):
    assert sentence in said(World(), flow)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (Settings(send_budget=timedelta(0)), "SEND_BUDGET: must be above 0"),
        (
            Settings(
                checkout_shipping_option_selection_page="RemoteShippingOptionSelectionPage",
                remote_shipping_option_provider=RemoteService("https://options.example.org"),
            ),
            "the settings choose RemoteShippingOptionSelectionPage: give Ports(quotes=...), which asks services",
        ),
        (
            Settings(
                attribute_keys_for_attribute_based_shipping_option=(
                    AttributeKeyRule(("brand",), GroupingRule("city-rule", {"cities": ["5"]}), 1),
                )
            ),
            "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION[0].rule.cities[0]: wants a whole number, not text",
        ),
        (Settings(default_card_slug="visa"), "no card has the slug 'visa'; DEFAULT_CARD_SLUG must name one"),
    ],
)
def test_settings_that_contradict_themselves_or_the_map_are_refused(settings, sentence):
    assert said(World(settings=settings)) == [sentence]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"delivery_options": (TO_THE_DOOR, evolve(TO_THE_DOOR, slug="same"))}, "DeliveryOption 1 is there 2 times"),
        ({"shipping_options": SHOP.shipping_options[:1] * 3}, "ShippingOption 21 is there 3 times"),
        ({"data_source_shipping_options": (OF_SOURCE,) * 2}, "DataSourceShippingOption 51 is there 2 times"),
        ({"attribute_based_shipping_options": (OF_VALUES,) * 2}, "AttributeBasedShippingOption 61 is there 2 times"),
        ({"payment_options": (CARD, CARD)}, "PaymentOption 31 is there 2 times"),
        ({"bank_accounts": (OURS, OURS)}, "BankAccount 41 is there 2 times"),
        (
            {"payment_options": (PaymentOption(33, "Wallet", "wallet", "wallet"),)},
            NO_WALLET,
        ),
        (
            {"payment_options": (evolve(CARD, gateway=None),)},
            "payment option 31 (card): credit_card needs a gateway",
        ),
        (
            {"payment_options": (evolve(CARD, gateway="other"),)},
            "payment option 31 (card): no gateway is called 'other'; there are bank",
        ),
        (
            {"payment_options": (evolve(TRANSFER, gateway="other"),)},
            "payment option 32 (transfer): no gateway is called 'other'; there are bank",
        ),
        ({"cards": ()}, "no card has the slug 'other'; DEFAULT_CARD_SLUG must name one"),
    ],
)
def test_tables_of_the_shop_that_cannot_be_sold_from_are_refused(change, sentence):
    assert said(World(evolve(SHOP, **change))) == [sentence]


class Able(World):
    def __init__(self, **able: object) -> None:
        super().__init__()
        self.capabilities = Capabilities(able.pop("max_in_flight", timedelta(minutes=1)), **able)


@pytest.mark.parametrize(
    ("able", "sentence"),
    [
        ({"kinds": frozenset({"sale"})}, "payment option 31 (card): gateway 'bank' cannot do a three_d"),
        (
            {"inquiry": False},
            "payment option 31 (card): gateway 'bank' has no inquiry; a lost answer could never be settled",
        ),
        (
            {"max_in_flight": timedelta(0)},
            "gateway 'bank': max_in_flight must be longer than nothing, or a late payment is taken for none",
        ),
    ],
)
def test_a_gateway_that_cannot_what_its_option_needs_is_refused(able, sentence):
    assert said(Able(**able)) == [sentence]


def test_no_gateway_at_all_is_said_in_words():
    assert said(World(), gateways={}) == ["payment option 31 (card): no gateway is called 'bank'; there are none"]


def test_all_that_is_wrong_with_map_settings_shop_and_gateways_is_told_at_once():
    world = Able(inquiry=False, max_in_flight=timedelta(0))
    world.settings = Settings(send_budget=timedelta(0))
    world.shop = evolve(SHOP, bank_accounts=(OURS, OURS), cards=())
    assert said(world, AFTER_INDEX[LostPage]) == [
        LOST,  # once, though it is on the way to every way to pay
        "SEND_BUDGET: must be above 0",
        "BankAccount 41 is there 2 times",
        "payment option 31 (card): gateway 'bank' has no inquiry; a lost answer could never be settled",
        "no card has the slug 'other'; DEFAULT_CARD_SLUG must name one",
        "gateway 'bank': max_in_flight must be longer than nothing, or a late payment is taken for none",
    ]


def test_what_the_ports_lack_is_told_together_with_the_rest():
    world = World(settings=Settings(send_budget=timedelta(0)))
    sentences = "\n".join(said(world, buyers=object()))
    assert "SEND_BUDGET: must be above 0" in sentences
    assert "Ports(buyers=...): object has no list_addresses(account, key)" in sentences


def test_a_host_part_that_cannot_be_stored_is_refused():
    class Unstorable:
        """No attrs class."""

    class UnstorablePage(Page[Unstorable, Empty]):
        """Keeps its answers in it."""

    with pytest.raises(Misconfigured, match="Unstorable"):
        Checkout(World().ports(), STANDARD.insert(UnstorablePage, after=IndexPage))


def test_a_page_says_what_it_writes_by_owner_and_name():
    assert ref(Delivery).option in DeliveryOptionSelectionPage.sets
    assert ref(Delivery).option not in AddressSelectionPage.sets
