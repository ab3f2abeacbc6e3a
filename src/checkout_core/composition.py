"""What may be wrong with a flow and a host's ports, found before the first buyer comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from .effects import Capabilities
from .flow import AnyPage, Flow
from .ports import Missing, Ports
from .settings import Settings
from .shop import Misconfigured, PaymentOption, Shop
from .sound import contradictions

KEY = 24  # characters of a key: 96 bits
SHORTEST_NUMBER = 12  # characters of an order number; what is too short for all is drawn again


def mistakes(ports: Ports, flow: Flow) -> tuple[str, ...]:
    """A sentence for each thing that is missing or contradicts itself; nothing where all is well."""
    shop, settings = ports.shop(), ports.settings()
    return (
        *_of_the_map(flow),
        *_of_the_parts(flow),
        *_of_the_settings(settings, flow),
        *_of_the_shop(shop, settings, flow, ports),
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
    for way in flow.payments.values():
        yield from _of_a_route((*flow.trunk, *way.pages))
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
    names = {page.__name__ for page in flow.pages()}
    chosen = (settings.checkout_delivery_option_selection_page, settings.checkout_shipping_option_selection_page)
    for name in chosen:
        if name not in names:
            yield f"the settings choose {name}, which is not on the map"


def _of_the_shop(shop: Shop, settings: Settings, flow: Flow, ports: Ports) -> Iterator[str]:
    for rows in (shop.delivery_options, shop.shipping_options, shop.payment_options, shop.bank_accounts):
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
