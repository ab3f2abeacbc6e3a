"""What this buyer is offered: shipping options with their prices, and ways to pay.

Options come in the order of the shop's tables.  Nothing is decided here but by the rules an admin wrote.
"""

from __future__ import annotations

from attrs import frozen

from ..order import Parcel, ShippingChoice
from ..page import Visit
from ..shop import Misconfigured, PaymentOption, ShippingOption
from . import Explained
from .availability import refusal


@frozen
class Refused:
    """A payment option this buyer may not use, and the code of the first of its rules that says so."""

    option: PaymentOption
    code: str


def whole(visit: Visit) -> Parcel:
    """All that is bought, sent to the shipping address."""
    order = visit.order
    return Parcel(order.basket, order.delivery.shipping_address)


async def quotes(visit: Visit) -> tuple[ShippingChoice, ...]:
    """Every shipping option whose rules all apply, with its price.

    Raises Misconfigured where an option that is offered is priced in another currency than the basket.
    """
    parcel = whole(visit)
    return tuple(
        [await _quote(option, parcel) for option in visit.shop.shipping_options if _applies(option, visit, parcel)]
    )


async def quote_of(visit: Visit, pk: int) -> ShippingChoice | None:
    """The shipping option of that key as `quotes` would have it, without pricing the others; None if not offered."""
    parcel = whole(visit)
    for option in visit.shop.shipping_options:
        if option.pk == pk and _applies(option, visit, parcel):
            return await _quote(option, parcel)
    return None


def offered(visit: Visit) -> tuple[tuple[PaymentOption, ...], tuple[Refused, ...]]:
    """The payment options this buyer may use, and those refused."""
    parcel = whole(visit)
    free: list[PaymentOption] = []
    refused: list[Refused] = []
    for option in visit.shop.payment_options:
        code = _refused(option, visit, parcel)
        if code is None:
            free.append(option)
        else:
            refused.append(Refused(option, code))
    return tuple(free), tuple(refused)


def offer_of(visit: Visit, pk: int) -> PaymentOption | None:
    """The payment option of that key, if this buyer may use it."""
    for option in visit.shop.payment_options:
        if option.pk == pk:
            return option if _refused(option, visit, whole(visit)) is None else None
    return None


def _refused(option: PaymentOption, visit: Visit, parcel: Parcel) -> str | None:
    for rule in option.rules:
        code = refusal(rule, visit, parcel)
        if code is not None:
            return code
    return None


def explain_option(option: ShippingOption | PaymentOption, visit: Visit) -> Explained:
    """Why the option is offered or not: its rules as a tree, all of them, also behind one that refuses."""
    parcel = whole(visit)
    inside = tuple(rule.explain(visit, parcel) for rule in option.rules)
    return Explained(f"{option.name} is offered", all(rule.holds for rule in inside), inside)


def _applies(option: ShippingOption, visit: Visit, parcel: Parcel) -> bool:
    for rule in option.rules:  # noqa: SIM110  # all() makes a generator, and every step asks this of every option
        if not rule.applies(visit, parcel):
            return False
    return True


async def _quote(option: ShippingOption, parcel: Parcel) -> ShippingChoice:
    try:
        price = await option.calculator.price(parcel)
    except Misconfigured as wrong:
        raise Misconfigured(f"shipping option {option.slug!r}: {wrong}") from None
    return ShippingChoice(option.pk, option.name, option.slug, price, option.logo, option.description)
