"""How the goods are sent that go in several parcels: an option for each supplier, or for each group of like goods.

    DataSourceShippingOptionSelection or AttributeBasedShippingOptionSelection, as the setting says

What is chosen is one option of each group; shipping costs their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ..forms import Bad, GroupOptions, SourceOptions
from ..money import Money
from ..order import GroupChoice, Shipping, ref
from ..page import Invalid, Page, Visit
from ..rules.grouping import Group, attribute_groups, attribute_names, data_source_groups, source_names, still_chosen
from ._standing import with_standing
from .shipping import asked_on, ready_to_ship

NONE_OF_A_SOURCE: Final = Bad("no_data_source_shipping_option_available")
NONE_OF_VALUES: Final = Bad("no_attribute_based_shipping_option_available")
INVALID: Final = Bad("invalid")  # no option of the shop, of another group, or not for this parcel
MISSING: Final = Bad("required")  # a group without an option
TWICE: Final = Bad("chosen_twice")  # two options for one group


def _standing_of(group: Group, standing: tuple[GroupChoice, ...]) -> GroupChoice | None:
    return next((choice for choice in standing if choice.group == group.name), None)


def _all_hold(standing: tuple[GroupChoice, ...], groups: tuple[Group, ...]) -> bool:
    """One of each group, of the goods that are in it now and at today's prices."""
    return len(standing) == len(groups) and still_chosen(standing, groups) == standing


def _lacking(groups: tuple[Group, ...], standing: tuple[GroupChoice, ...], none: Bad) -> Bad | None:
    """Why there is a group that cannot be sent: no option is for it, `none`, or nobody tells the price now."""
    for group in groups:
        chosen = _standing_of(group, standing)
        kept = None if chosen is None or chosen.outdated else group.still(chosen)
        if not group.offered and kept is None:
            return next((Bad(why.code) for why in group.unpriced.values()), none)
    return None


def _taken(group: Group, pk: int, standing: tuple[GroupChoice, ...]) -> GroupChoice | Bad:
    """The option of that key for the group, or why it cannot be taken.

    One without a price now is taken only by whoever has chosen it, and if its calculator says that will do.
    """
    offer, why = group.offer(pk), group.unpriced.get(pk)
    if why is None:
        return offer or INVALID
    chosen = _standing_of(group, standing)
    kept = group.still(chosen) if chosen is not None and chosen.pk == pk and why.last_known else None
    return kept or Bad(why.code)


def _chosen(
    given: tuple[tuple[str | None, int], ...], groups: tuple[Group, ...], standing: tuple[GroupChoice, ...], none: Bad
) -> tuple[GroupChoice, ...] | Bad:
    """One option of each group, in the order of the groups; or what is wrong, with the shop or with what was given.

    Where no group is named, the option is for the first that it can be taken for.
    """
    lacking = _lacking(groups, standing, none)
    if lacking is not None:
        return lacking
    found: dict[str, GroupChoice] = {}
    for name, pk in given:
        taken = [_taken(group, pk, standing) for group in groups if name is None or name == group.name]
        choice = next((each for each in taken if isinstance(each, GroupChoice)), None)
        if choice is None:
            return next((each for each in taken if isinstance(each, Bad) and each != INVALID), INVALID)
        if choice.group in found:
            return TWICE
        found[choice.group] = choice
    return tuple(found[group.name] for group in groups) if len(found) == len(groups) else MISSING


# An option of each supplier


@frozen
class DataSourceShippingOptionForm:
    data_source_shipping_options: SourceOptions


@frozen(slots=False)
class OfSource:
    """A way in which a supplier sends what is bought of it."""

    pk: int
    name: str
    data_source: int | None
    description: str | None
    shipping_amount: Money


@frozen(slots=False)
class SourceGroup:
    """What is bought of one supplier; of nobody in particular, where `pk` is None."""

    group: str
    pk: int | None
    name: str | None
    data_source_shipping_options: tuple[OfSource, ...]
    product_ids: tuple[int, ...]


@frozen(slots=False)
class DataSourceShippingOptionContext:
    data_source_shipping_options: tuple[SourceGroup, ...]
    notice: str | None = None  # code of why the buyer cannot go on


class DataSourceShippingOptionSelectionPage(Page[Shipping, DataSourceShippingOptionForm]):
    """An option of each supplier whose goods are in the basket.  Another answer drops the way to pay."""

    requires = *ready_to_ship, asked_on("DataSourceShippingOptionSelectionPage")
    sets = ref(Shipping).by_data_source, ref(Shipping).option, ref(Shipping).by_attribute
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Shipping, visit: Visit) -> bool:
        return _all_hold(own.by_data_source, await data_source_groups(visit))

    async def context(self, own: Shipping, visit: Visit) -> DataSourceShippingOptionContext:
        groups, standing = await data_source_groups(visit), own.by_data_source
        lacking = _lacking(groups, standing, NONE_OF_A_SOURCE)
        listed = tuple(_of_source(group, standing, visit) for group in groups)
        return DataSourceShippingOptionContext(listed, lacking.code if lacking else None)

    async def process(self, own: Shipping, form: DataSourceShippingOptionForm, visit: Visit) -> Shipping:
        given, groups = form.data_source_shipping_options, await data_source_groups(visit)
        chosen = _chosen(given, groups, own.by_data_source, NONE_OF_A_SOURCE)
        if isinstance(chosen, Bad):
            raise Invalid(data_source_shipping_options=chosen.code)
        return Shipping(by_data_source=chosen)

    def done(self, own: Shipping, visit: Visit) -> bool:
        """Every supplier has one; what stands for the whole basket is no answer to this page's question."""
        return bool(own.by_data_source) and {choice.group for choice in own.by_data_source} == source_names(visit)


def _of_source(group: Group, standing: tuple[GroupChoice, ...], visit: Visit) -> SourceGroup:
    source = next((each for each in visit.shop.data_sources if str(each.pk) == group.name), None)
    pk = group.parcel.basket.lines[0].data_source
    listed = with_standing(_standing_of(group, standing), group.offered)
    offers = tuple(OfSource(c.pk, c.name, pk, c.description, c.shipping_amount) for c in listed)
    return SourceGroup(group.name, pk, source.name if source else None, offers, group.product_ids)


# An option of each group of like goods


@frozen
class AttributeBasedShippingOptionForm:
    attribute_based_shipping_options: GroupOptions


@frozen(slots=False)
class OfValues:
    """A way to send the goods of a group."""

    pk: int
    shipping_option_name: str
    shipping_amount: Money


@frozen(slots=False)
class ValuesGroup:
    """Goods that share their values of these attributes."""

    attribute_based_shipping_options: tuple[OfValues, ...]
    product_ids: tuple[int, ...]
    attribute_key: tuple[str, ...]


@frozen(slots=False)
class AttributeBasedShippingOptionContext:
    attribute_based_shipping_options: Mapping[str, ValuesGroup]  # by the name of the group
    notice: str | None = None  # code of why the buyer cannot go on


class AttributeBasedShippingOptionSelectionPage(Page[Shipping, AttributeBasedShippingOptionForm]):
    """An option of each group of goods that share some attributes.  Another answer drops the way to pay."""

    requires = *ready_to_ship, asked_on("AttributeBasedShippingOptionSelectionPage")
    sets = ref(Shipping).by_attribute, ref(Shipping).option, ref(Shipping).by_data_source
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Shipping, visit: Visit) -> bool:
        return _all_hold(own.by_attribute, await attribute_groups(visit))

    async def context(self, own: Shipping, visit: Visit) -> AttributeBasedShippingOptionContext:
        groups, standing = await attribute_groups(visit), own.by_attribute
        lacking = _lacking(groups, standing, NONE_OF_VALUES)
        listed = {group.name: _of_values(group, standing) for group in groups}
        return AttributeBasedShippingOptionContext(listed, lacking.code if lacking else None)

    async def process(self, own: Shipping, form: AttributeBasedShippingOptionForm, visit: Visit) -> Shipping:
        given, groups = form.attribute_based_shipping_options, await attribute_groups(visit)
        chosen = _chosen(given, groups, own.by_attribute, NONE_OF_VALUES)
        if isinstance(chosen, Bad):
            raise Invalid(attribute_based_shipping_options=chosen.code)
        return Shipping(by_attribute=chosen)

    def done(self, own: Shipping, visit: Visit) -> bool:
        """Every group has one; what stands for the whole basket is no answer to this page's question."""
        return bool(own.by_attribute) and {choice.group for choice in own.by_attribute} == attribute_names(visit)


def _of_values(group: Group, standing: tuple[GroupChoice, ...]) -> ValuesGroup:
    listed = with_standing(_standing_of(group, standing), group.offered)
    offers = tuple(OfValues(choice.pk, choice.name, choice.shipping_amount) for choice in listed)
    return ValuesGroup(offers, group.product_ids, group.keys)
