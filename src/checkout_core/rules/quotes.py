"""What this buyer is offered: shipping options with their prices, and ways to pay; and what was chosen, priced again.

Options come in the order of the shop's tables.  Nothing is decided here but by the rules an admin wrote, and by the
service of shipping options where the shop asks one.  A service that is down refuses nothing: who could not be asked is
told apart from who said no.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeAlias, TypeVar

from attrs import frozen

from ..effects import AskShippingOptions, RemoteShippingOption, Unavailable
from ..money import Money
from ..order import GroupChoice, Parcel, PreOrder, Shipping, ShippingChoice, evolve
from ..page import Visit
from ..shop import Misconfigured, PaymentOption, ShippingOption
from . import Explained, NotPriced, Rule, parcel_of
from .availability import NOT_AVAILABLE, refusal
from .calculators import usable
from .grouping import Group, attribute_groups, data_source_groups, still_chosen
from .tenders import FOR_TYPE

OPTIONS_UNAVAILABLE = "shipping_options_unavailable"

OptionT = TypeVar("OptionT", bound=ShippingOption | PaymentOption)
Listed: TypeAlias = Mapping[str, Money | None]  # prices by slug; None: the option's own calculator knows


@frozen
class Refused(Generic[OptionT]):
    """An option this buyer may not use now, and why: the code of the first of its rules that says so.

    `unanswered`: no rule refuses, but nobody could be asked whether it is offered, or for what.
    """

    option: OptionT
    code: str
    unanswered: bool = False


# Shipping options


async def shipping_offers(visit: Visit) -> tuple[tuple[ShippingChoice, ...], tuple[Refused[ShippingOption], ...]]:
    """The shipping options this buyer is offered, with their prices, and those that are refused.

    Raises Misconfigured where an option that is offered is priced in another currency than the basket.
    """
    parcel = parcel_of(visit.order)
    listed = await _listed(visit, parcel)
    choices: list[ShippingChoice] = []
    refused: list[Refused[ShippingOption]] = []
    for option in visit.shop.shipping_options:
        quote = await _quote(option, visit, parcel, listed)
        if isinstance(quote, Refused):
            refused.append(quote)
        else:
            choices.append(quote)
    return tuple(choices), tuple(refused)


async def quotes(visit: Visit) -> tuple[ShippingChoice, ...]:
    """Every shipping option that is offered, with its price; raises as `shipping_offers` does."""
    return (await shipping_offers(visit))[0]


async def quote_of(visit: Visit, pk: int) -> ShippingChoice | Refused[ShippingOption] | None:
    """The shipping option of that key as in `shipping_offers`, without pricing the others; None if there is none."""
    parcel = parcel_of(visit.order)
    for option in visit.shop.shipping_options:
        if option.pk == pk:
            return await _quote(option, visit, parcel, await _listed(visit, parcel))
    return None


async def _listed(visit: Visit, parcel: Parcel) -> Listed | Unavailable | None:
    """What the service of shipping options says; None where the shop asks none."""
    settings = visit.settings
    if settings.checkout_shipping_option_selection_page != "RemoteShippingOptionSelectionPage":
        return None
    service = settings.remote_shipping_option_provider
    if service is None:
        raise Misconfigured("RemoteShippingOptionSelectionPage needs REMOTE_SHIPPING_OPTION_PROVIDER")
    said: object = await AskShippingOptions(service, parcel)
    if isinstance(said, Unavailable):
        return said
    if not isinstance(said, tuple) or not all(isinstance(each, RemoteShippingOption) for each in said):
        return Unavailable(type(said).__name__)
    return {each.slug: each.amount for each in said}


async def _quote(
    option: ShippingOption, visit: Visit, parcel: Parcel, listed: Listed | Unavailable | None
) -> ShippingChoice | Refused[ShippingOption]:
    code = _refused(option, visit, parcel)
    if code is not None:
        return Refused(option, code)
    if isinstance(listed, Unavailable):
        return Refused(option, code=OPTIONS_UNAVAILABLE, unanswered=True)
    if listed is not None and option.slug not in listed:
        return Refused(option, NOT_AVAILABLE)
    chosen = visit.order.shipping.option
    standing = chosen if chosen is not None and chosen.pk == option.pk else None
    try:
        price = await _price(option, parcel, listed)
    except NotPriced as unknown:
        if standing is None or not unknown.last_known or standing.shipping_amount.currency != parcel.basket.currency:
            return Refused(option, unknown.code, unanswered=True)
        price = standing.shipping_amount
    except Misconfigured as wrong:
        raise Misconfigured(f"shipping option {option.slug!r}: {wrong}") from None
    given = {name: text for name, text in standing.given.items() if name in option.required_fields} if standing else {}
    return ShippingChoice(
        option.pk, option.name, option.slug, price, option.logo, option.description, option.required_fields, given
    )


async def _price(option: ShippingOption, parcel: Parcel, listed: Listed | None) -> Money:
    said = listed[option.slug] if listed is not None else None
    if said is None:
        return await option.calculator.price(parcel)
    if not usable(said, parcel):
        raise NotPriced
    return said


# What was chosen


async def stands(choice: ShippingChoice, visit: Visit) -> bool:
    """Whether the option that was chosen is offered as it was, and all it asks for was given.

    Also where nobody could be asked: nothing the buyer chose is lost because a service is down.
    """
    if any(name not in choice.given for name in choice.required_fields):
        return False
    quote = await quote_of(visit, choice.pk)
    return quote.unanswered if isinstance(quote, Refused) else quote == choice


async def requoted(visit: Visit, before: PreOrder) -> Shipping:
    """What was chosen, at the prices of now; the same object where they are what they were.

    A price that nobody tells stays if the parcel is the one of `before`; else the choice is `outdated`, and not to be
    paid before it is priced again.  An option that is no longer offered stays too, for its page to judge.  Gone is what
    was chosen in another currency, or on a page the shop no longer asks for it on: no total has both.
    """
    order = visit.order
    standing = order.shipping
    moved = parcel_of(before) != parcel_of(order)
    page = visit.settings.checkout_shipping_option_selection_page
    if order.delivery.shipping_address is None:  # nobody can say what it costs to send it nowhere
        now = standing
    elif page == "DataSourceShippingOptionSelectionPage":
        now = Shipping(by_data_source=_regrouped(standing.by_data_source, await data_source_groups(visit), moved=moved))
    elif page == "AttributeBasedShippingOptionSelectionPage":
        now = Shipping(by_attribute=_regrouped(standing.by_attribute, await attribute_groups(visit), moved=moved))
    elif standing.option is None:
        now = Shipping()
    else:
        now = Shipping(await _requoted(standing.option, visit, moved=moved))
    now = _in_currency(order.basket.currency, now)
    return standing if now == standing else now


async def _requoted(standing: ShippingChoice, visit: Visit, *, moved: bool) -> ShippingChoice:
    quote = await quote_of(visit, standing.pk)
    if isinstance(quote, ShippingChoice):
        return quote
    unanswered = quote is not None and quote.unanswered
    return evolve(standing, outdated=True) if unanswered and moved else standing


def _regrouped(standing: tuple[GroupChoice, ...], groups: tuple[Group, ...], *, moved: bool) -> tuple[GroupChoice, ...]:
    unpriced = {(group.name, pk): why for group in groups for pk, why in group.unpriced.items()}
    now: list[GroupChoice] = []
    for choice in still_chosen(standing, groups):
        why = unpriced.get((choice.group, choice.pk))
        outdated = why is not None and not why.last_known and (moved or choice.outdated)
        now.append(evolve(choice, outdated=outdated))
    return tuple(now)


def _in_currency(currency: str, shipping: Shipping) -> Shipping:
    if all(choice.shipping_amount.currency == currency for choice in shipping.choices):
        return shipping
    return Shipping()  # every choice was made in the currency of one basket


# Ways to pay


def offered(visit: Visit) -> tuple[tuple[PaymentOption, ...], tuple[Refused[PaymentOption], ...]]:
    """The payment options this buyer may use, and those refused."""
    parcel = parcel_of(visit.order)
    free: list[PaymentOption] = []
    refused: list[Refused[PaymentOption]] = []
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
            return option if _refused(option, visit, parcel_of(visit.order)) is None else None
    return None


def _refused(option: ShippingOption | PaymentOption, visit: Visit, parcel: Parcel) -> str | None:
    again = visit.order.again is not None  # then not every way to pay is there
    if again and isinstance(option, PaymentOption) and option.payment_type not in visit.ways:
        return NOT_AVAILABLE
    for rule in _rules_of(option):
        if not rule.applies(visit, parcel):
            return refusal(rule, visit, parcel) or NOT_AVAILABLE
    return None


def _rules_of(option: ShippingOption | PaymentOption) -> tuple[Rule, ...]:
    """Those an admin wrote, behind those of its type."""
    if isinstance(option, ShippingOption):
        return option.rules
    return (*FOR_TYPE.get(option.payment_type, ()), *option.rules)


def explain_option(option: ShippingOption | PaymentOption, visit: Visit) -> Explained:
    """Why the option is offered or not: its rules as a tree, all of them, also behind one that refuses."""
    parcel = parcel_of(visit.order)
    inside = tuple(rule.explain(visit, parcel) for rule in _rules_of(option))
    return Explained(f"{option.name} is offered", all(rule.holds for rule in inside), inside)
