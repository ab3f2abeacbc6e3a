"""What may be wrong with a flow and a host's ports, found before the first buyer comes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from .flow import AnyPage, Flow
from .ports import Ports
from .settings import Settings
from .shop import Misconfigured, PaymentOption, Shop
from .sound import contradictions


def mistakes(ports: Ports, flow: Flow) -> tuple[str, ...]:
    """A sentence for each thing that is missing or contradicts itself; nothing where all is well."""
    shop, settings = ports.shop(), ports.settings()
    return (
        *_of_the_map(flow),
        *_of_the_parts(flow),
        *_of_the_settings(settings, flow),
        *_of_the_shop(shop, settings, flow, ports),
        *_of_the_gateways(ports),
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
            if check.mended_by is not None and check.mended_by not in before:
                why = f"{check.code} is mended by {check.mended_by}, which does not come before it"
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


def _of_the_gateways(ports: Ports) -> Iterator[str]:
    for name, gateway in ports.gateways.items():
        if gateway.capabilities.max_in_flight <= timedelta(0):
            yield f"gateway {name!r}: max_in_flight must be longer than nothing, or a late payment is taken for none"
