"""What may be wrong with a flow and a host's ports, found before the first buyer comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import chain

from .effects import Capabilities
from .flow import AnyPage, Flow
from .pages.buyer import AddressSelectionPage
from .pages.collecting import PickupLocationSelectionPage, RetailStoreSelectionPage
from .pages.delivery import RemoteDeliveryOptionSelectionPage
from .pages.gift_cards import GiftCardPage
from .pages.loyalty import LoyaltyCardPage, LoyaltyMoneyUsagePage
from .pages.pay_on_delivery import SendSmsPage
from .pages.remote_price import RemotePriceCalculationPage
from .pages.samples import SampleProductPage
from .pages.slots import ReservationSelectionPage, SlotSelectionPage
from .ports import Missing, Ports
from .rules import grouping
from .rules.benefits import SampleProducts
from .rules.calculators import Remote
from .rules.offers import OF_COUPONS, plain
from .rules.three_d import counted_by
from .rules.times import zone_called
from .settings import Settings
from .shop import (
    AttributeBasedShippingOption,
    DataSourceShippingOption,
    DeliveryKind,
    Misconfigured,
    PaymentOption,
    ShippingOption,
    Shop,
)  # fmt: skip
from .sound import contradictions

KEY = 24  # characters of a key: 96 bits
PAGES: Mapping[DeliveryKind, AnyPage] = {
    "customer": AddressSelectionPage, "retail_store": RetailStoreSelectionPage,
    "pickup_location": PickupLocationSelectionPage,
}  # fmt: skip
REMOTE_SHIPPING = "RemoteShippingOptionSelectionPage"
SHORTEST_NUMBER = 12  # characters of an order number; what is too short for all is drawn again


def mistakes(ports: Ports, flow: Flow) -> tuple[str, ...]:
    """A sentence for each thing that is missing or contradicts itself; nothing where all is well."""
    shop, settings = ports.shop(), ports.settings()
    return (
        *_of_the_map(flow),
        *_of_the_parts(flow),
        *_of_the_settings(settings, flow),
        *_of_the_shop(shop, settings, flow, ports),
        *_of_delivery(shop, settings, flow, ports),
        *_of_links(shop),
        *_of_slots(shop, flow, ports),
        *_of_loyalty(settings, flow, ports),
        *_of_gift_cards(shop, settings, flow, ports),
        *_of_texts(shop, flow, ports),
        *_of_extras(shop, settings, flow, ports),
        *_of_three_d(settings, ports),
        *_of_clocks(shop, settings),
        *_of_offers(shop, ports),
        *_of_the_services(shop, settings, flow, ports),
        *_of_the_gateways(ports, settings),
    )


def _of_the_map(flow: Flow) -> Iterator[str]:
    names = Counter(page.__name__ for page in flow.pages())
    for name, times in names.items():
        if times > 1:
            yield f"{name} is on the map {times} times"
    for page in flow.pages():
        for other in (*page.resets, page.next_page):
            if other is not None and other not in names:
                yield f"{page.__name__} names {other}, which is not on the map"
    routes = (_of_a_route((*flow.trunk, *way.pages)) for way in flow.payments.values())
    yield from dict.fromkeys(chain.from_iterable(routes))  # what the trunk lacks, every way to pay lacks
    for kind, way in flow.payments.items():
        if not any(page.pays for page in way.pages):
            yield f"{kind} is a dead end: none of its pages pays"


def _of_the_parts(flow: Flow) -> Iterator[str]:
    for part in flow.host_parts():
        if "__slots__" in vars(part):
            yield f"{part.__name__} has slots; a part is made with attrs' frozen(slots=False)"


def _of_a_route(route: tuple[AnyPage, ...]) -> Iterator[str]:
    """A check must be mended before it is asked, or nobody ever passes."""
    before: set[str] = set()
    for page in route:
        for check in page.requires:
            if check.mends and before.isdisjoint(check.mends):
                why = f"{check.code} is mended by {' or '.join(check.mends)}, which does not come before it"
                yield f"{page.__name__} cannot be reached: {why}"
        before.add(page.__name__)


def _of_the_settings(settings: Settings, flow: Flow) -> Iterator[str]:
    yield from contradictions(settings)
    try:
        zone_called(settings.time_zone)
    except Misconfigured as unknown:
        yield str(unknown)
    rules = settings.attribute_keys_for_attribute_based_shipping_option
    for where, what in grouping.mistakes(rules, "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION"):
        yield f"{where}: {what}"
    names = {page.__name__ for page in flow.pages()}
    chosen = (settings.checkout_delivery_option_selection_page, settings.checkout_shipping_option_selection_page)
    for name in chosen:
        if name not in names:
            yield f"the settings choose {name}, which is not on the map"


def _of_the_shop(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    tables = (
        shop.delivery_options, shop.shipping_options, shop.data_source_shipping_options,
        shop.attribute_based_shipping_options, shop.payment_options, shop.bank_accounts, shop.retail_stores,
        shop.slot_groups, shop.data_sources, shop.offers,
    )  # fmt: skip
    for rows in tables:
        for pk, times in Counter(row.pk for row in rows).items():
            if times > 1:
                yield f"{type(rows[0]).__name__} {pk} is there {times} times"
    for option in shop.payment_options:
        yield from _of_an_option(option, flow, ports)
    ways = (flow.payments.get(option.payment_type) for option in shop.payment_options)
    if any(way is not None and way.kinds for way in ways):
        try:
            shop.card(settings.default_card_slug)
        except Misconfigured as missing:
            yield str(missing)


def _of_delivery(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    """Every type of delivery option needs its page, what that lists, and who knows it; a host's own page, itself."""
    pages = flow.pages()
    for option in shop.delivery_options:
        said = f"delivery option {option.pk} ({option.slug})"
        kind, page = option.delivery_option_type, PAGES[option.delivery_option_type]
        if page.__name__ not in {each.__name__ for each in pages}:
            yield f"{said}: {kind} needs {page.__name__}, which is not on the map"
        elif page not in pages:
            continue
        elif kind == "retail_store" and not any(store.click_and_collect for store in shop.retail_stores):
            yield f"{said}: no store has click_and_collect, so nobody can collect there"
        elif kind == "pickup_location" and isinstance(ports.pickup, Missing):
            yield f"{said}: give Ports(pickup=...), which finds pickup locations"
    if settings.checkout_retail_store_filters.by_stock and shop.retail_stores and isinstance(ports.stores, Missing):
        yield "CHECKOUT_RETAIL_STORE_FILTERS.by_stock: give Ports(stores=...), which knows what lies in a store"


def _of_links(shop: Shop) -> Iterator[str]:
    """Rows name rows that are there."""
    countries, sources = {country.pk for country in shop.countries}, {source.pk for source in shop.data_sources}
    for store in shop.retail_stores:
        if store.country.pk not in countries:
            yield f"retail store {store.pk} ({store.name}): no country has the key {store.country.pk}"
    for row in shop.data_source_shipping_options:
        if row.data_source is not None and row.data_source not in sources:
            yield f"DataSourceShippingOption {row.pk} ({row.name}): no data source has the key {row.data_source}"


def _of_slots(shop: Shop, flow: Flow, ports: Ports) -> Iterator[str]:
    """A slot group that is named is there, has its page, and somebody who counts and keeps what is taken."""
    groups, names = {group.pk for group in shop.slot_groups}, {page.__name__ for page in flow.pages()}
    options = ((f"delivery option {each.pk} ({each.slug})", each.slot_group) for each in shop.delivery_options)
    stores = ((f"retail store {each.pk} ({each.name})", each.slot_group) for each in shop.retail_stores)
    used: set[AnyPage] = set()
    for page, rows in ((SlotSelectionPage, options), (ReservationSelectionPage, stores)):
        for said, key in rows:
            if key is None:
                continue
            used.add(page)
            if key not in groups:
                yield f"{said}: no slot group has the key {key}"
            if page.__name__ not in names:
                yield f"{said}: a slot group needs {page.__name__}, which is not on the map"
    if not used.isdisjoint(flow.pages()):
        if isinstance(ports.slots, Missing):
            yield "slots are offered: give Ports(slots=...), which counts what is taken"
        if isinstance(ports.holds, Missing):
            yield "slots are offered: give Ports(holds=...), which keeps the one that is being paid for"


def _of_loyalty(settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    """What pays needs somebody who knows how much there is, and somebody who keeps it while it pays."""
    pages, known = flow.pages(), not isinstance(ports.loyalty, Missing)
    if settings.loyalty_money_enabled and LoyaltyMoneyUsagePage in pages and not known:
        yield "LOYALTY_MONEY_ENABLED: give Ports(loyalty=...), which knows what buyers have"
    pays = {LoyaltyCardPage} | ({LoyaltyMoneyUsagePage} if settings.loyalty_money_enabled else set())
    if known and not pays.isdisjoint(pages) and isinstance(ports.holds, Missing):
        yield "Ports(loyalty=...) is given: give Ports(holds=...), or two checkouts may spend the same money"


def _of_gift_cards(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    """What pays needs its service, somebody who keeps it, and who proves whose card it is."""
    given = not isinstance(ports.gift_cards, Missing)
    options = [f"payment option {each.pk} ({each.slug})" for each in shop.payment_options]
    types = [each.payment_type for each in shop.payment_options]
    if not given:
        for said, kind in zip(options, types, strict=True):
            if kind == "gift_card":
                yield f"{said}: give Ports(gift_cards=...), which knows what is on them"
        return
    if GiftCardPage not in flow.pages():
        return
    for name, port in (("holds", ports.holds), ("challenges", ports.challenges), ("sms", ports.sms)):
        if isinstance(port, Missing):
            yield f"Ports(gift_cards=...) is given: give Ports({name}=...), too"
    if "{code}" not in settings.gift_card_sms_text:
        yield "GIFT_CARD_SMS_TEXT has no {code} in it"


def _of_texts(shop: Shop, flow: Flow, ports: Ports) -> Iterator[str]:
    """A phone that is verified needs somebody who makes codes, somebody who sends them, and a text with one in it."""
    for option in shop.payment_options:
        way = flow.payments.get(option.payment_type)
        if way is None or SendSmsPage not in way.pages or not option.config.sms_verification:
            continue
        said = f"payment option {option.pk} ({option.slug}): its phones are verified"
        for name, port in (("challenges", ports.challenges), ("sms", ports.sms)):
            if isinstance(port, Missing):
                yield f"{said}: give Ports({name}=...)"
        if "{code}" not in option.config.sms_text:
            yield f"{said}, and its sms_text has no {{code}} in it"


def _of_extras(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    """What goes with the goods needs somebody who knows the product, and samples the page they are chosen on.

    That a bag has a sku, the settings themselves say.
    """
    gives = () if not isinstance(ports.promotions, Missing) else shop.offers
    samples = [f"offer {each.pk} ({each.name})" for each in gives if isinstance(each.benefit, SampleProducts)]
    if SampleProductPage not in flow.pages():
        yield from (f"{said}: samples need SampleProductPage, which is not on the map" for said in samples)
    if not isinstance(ports.products, Missing):
        return
    box = settings.gift_box_configurations
    asking = (
        *(f"{said} gives samples" for said in samples),
        *(["GIFT_BOX_CONFIGURATIONS has a sku"] if box.is_active and box.sku is not None else []),
        *(["DELIVERY_BAGS_CONF is active"] if settings.delivery_bags_conf.is_active else []),
    )
    yield from (f"{said}: give Ports(products=...), which finds products" for said in asking)


def _of_three_d(settings: Settings, ports: Ports) -> Iterator[str]:
    """What a rule counts in other checkouts, somebody keeps."""
    counting = settings.three_d_secure_enabled and counted_by(settings.three_d_secure_rules)
    if counting and isinstance(ports.limits, Missing):
        yield "THREE_D_SECURE_RULES count declines in other checkouts: give Ports(limits=...), which counts"


def _of_clocks(shop: Shop, settings: Settings) -> Iterator[str]:
    """Every group of slots goes by a clock that hangs somewhere."""
    for group in shop.slot_groups:
        try:
            zone_called(group.time_zone or settings.time_zone)
        except Misconfigured as unknown:
            yield f"slot group {group.pk} ({group.name}): {unknown}"


def _of_offers(shop: Shop, ports: Ports) -> Iterator[str]:
    """Somebody knows whose coupons are and what codes stand for, and somebody counts and keeps what is limited."""
    if not isinstance(ports.promotions, Missing):  # the host's own engine is asked instead
        return
    codes = Counter(plain(offer.code) for offer in shop.offers if offer.code is not None)
    for offer in shop.offers:
        said, kind = f"offer {offer.pk} ({offer.name})", offer.offer_type
        if kind in OF_COUPONS and isinstance(ports.offers, Missing):
            yield f"{said}: give Ports(offers=...), which knows whose its coupons are"
        if kind == "voucher" and offer.code is None and isinstance(ports.offers, Missing):
            yield f"{said}: it has no code; give it one, or Ports(offers=...), which knows its codes"
        if offer.code is not None and codes[plain(offer.code)] > 1:
            yield f"{said}: the code {offer.code!r} is another offer's, too"
        limited = offer.uses is not None or offer.uses_per_buyer is not None or kind in OF_COUPONS
        if limited and isinstance(ports.slots, Missing):
            yield f"{said}: give Ports(slots=...), which counts how often it was used"
        if limited and isinstance(ports.holds, Missing):
            yield f"{said}: give Ports(holds=...), which keeps the use that is paid for"


def _of_the_services(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    """Who is asked needs somebody who asks."""
    delivery, shipping = RemoteDeliveryOptionSelectionPage, settings.checkout_shipping_option_selection_page
    priced = settings.basket_item_remote_price_client_conf is not None
    if priced and RemotePriceCalculationPage.__name__ not in {page.__name__ for page in flow.pages()}:
        yield "BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF needs RemotePriceCalculationPage, which is not on the map"
    if not isinstance(ports.quotes, Missing):
        return
    chosen = settings.checkout_delivery_option_selection_page == delivery.__name__
    asking = (
        (chosen and delivery in flow.pages(), f"the settings choose {delivery.__name__}"),
        (shipping == REMOTE_SHIPPING, f"the settings choose {REMOTE_SHIPPING}"),
        (priced and RemotePriceCalculationPage in flow.pages(), "BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF is set"),
        *_remote(shop.shipping_options),
        *_remote(shop.data_source_shipping_options),
        *_remote(shop.attribute_based_shipping_options),
    )
    for asks, said in asking:
        if asks:
            yield f"{said}: give Ports(quotes=...), which asks services"


def _remote(
    options: Iterable[ShippingOption | DataSourceShippingOption | AttributeBasedShippingOption],
) -> Iterator[tuple[bool, str]]:
    """Whether each is priced by a service."""
    for option in options:
        yield isinstance(option.calculator, Remote), f"{type(option).__name__} {option.pk} has a remote price"


def _of_an_option(option: PaymentOption, flow: Flow, ports: Ports) -> Iterator[str]:
    said = f"payment option {option.pk} ({option.slug})"
    way = flow.payments.get(option.payment_type)
    if way is None:
        there = ", ".join(sorted(flow.payments))
        yield f"{said}: no way to pay on the map is called {option.payment_type!r}; there are {there}"
        return
    if option.gateway is None:
        if way.kinds:
            yield f"{said}: {option.payment_type} needs a gateway"
        return
    gateway = ports.gateways.get(option.gateway)
    if gateway is None:
        there = ", ".join(sorted(ports.gateways)) or "none"
        yield f"{said}: no gateway is called {option.gateway!r}; there are {there}"
        return
    able = gateway.capabilities
    for kind in sorted(way.kinds - able.kinds):
        yield f"{said}: gateway {option.gateway!r} cannot do a {kind}"
    if way.kinds and not able.inquiry:
        yield f"{said}: gateway {option.gateway!r} has no inquiry; a lost answer could never be settled"


def _of_the_gateways(ports: Ports, settings: Settings) -> Iterator[str]:
    for name, gateway in ports.gateways.items():
        yield from (f"gateway {name!r}: {wrong}" for wrong in _of_a_gateway(gateway.capabilities, ports, settings))


def _of_a_gateway(able: Capabilities, ports: Ports, settings: Settings) -> Iterator[str]:
    if able.max_in_flight <= timedelta(0):
        yield "max_in_flight must be longer than nothing, or a late payment is taken for none"
    if able.key_max < KEY:
        yield f"its keys have {able.key_max} characters; {KEY} are needed, or two payments may share one"
    if able.number_max < SHORTEST_NUMBER:
        yield f"its order numbers have {able.number_max} characters; {SHORTEST_NUMBER} are needed"
    if able.card_twice and isinstance(ports.vault, Missing):
        yield "it needs the card twice: give Ports(vault=...) one that all workers share"
    open_for = able.session_ttl if able.kinds - {"sale"} else timedelta(0)
    longest = open_for + settings.send_budget + 2 * (able.max_in_flight + able.lag)
    if not isinstance(ports.holds, Missing) and settings.hold_ttl < longest:
        yield f"it may take {longest} to tell the end of a payment; HOLD_TTL keeps goods for {settings.hold_ttl} only"
