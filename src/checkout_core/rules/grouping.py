"""The goods of a basket in groups, each sent on its own: by who supplies them, or by their attributes.

    for group in await attribute_groups(visit):
        group.name, group.offered          # "Nike;shoes", a GroupChoice for each option with its price

A group is a Parcel with sums of its own, so its options are ruled and priced for its goods alone.  Groups and the
names they have depend on the goods and the address, never on the order of the lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from attrs import evolve, field, frozen

from ..order import GroupChoice, Line, Parcel
from ..page import Visit
from ..settings import AttributeKeyRule
from ..shop import AttributeBasedShippingOption, DataSourceShippingOption, Misconfigured, Shop
from . import Explained, NotPriced, Rule, parcel_of
from .availability import ADDRESS_RULES
from .load import Mistakes, load

Option: TypeAlias = DataSourceShippingOption | AttributeBasedShippingOption

NONE: Final = "None"  # a missing value in a name, and the group of goods that nobody supplies
LONGEST: Final = 256  # characters of a name; forms take no longer one
DIGITS: Final = 16  # of a hash that ends a longer one


@frozen
class Unpriced:
    """Why an option has no price now, as its calculator said in NotPriced."""

    code: str
    last_known: bool


@frozen
class Group:
    """Goods that are sent together, and the ways to send them."""

    name: str
    keys: tuple[str, ...]  # attributes they share; none where the supplier makes the group
    parcel: Parcel
    product_ids: tuple[int, ...]  # ascending
    offered: tuple[GroupChoice, ...] = ()  # in the order of the shop's table
    unpriced: Mapping[int, Unpriced] = field(factory=dict)  # options whose rules let the parcel through, by pk

    def offer(self, pk: int) -> GroupChoice | None:
        """The option of that key, if it is offered."""
        return next((choice for choice in self.offered if choice.pk == pk), None)

    def still(self, standing: GroupChoice) -> GroupChoice | None:
        """What was chosen for these very goods, at today's price; None where it has to be chosen again.

        An option that has no price now stays at the price it was chosen for.
        """
        if standing.group != self.name or standing.product_ids != self.product_ids:
            return None
        same_currency = standing.shipping_amount.currency == self.parcel.basket.currency
        return standing if standing.pk in self.unpriced and same_currency else self.offer(standing.pk)


# By who supplies them


def name_of_source(data_source: int | None) -> str:
    """What the group of that supplier is called: its key, "None" for goods that nobody supplies."""
    return NONE if data_source is None else str(data_source)


def source_names(visit: Visit) -> frozenset[str]:
    """Names of the groups by supplier, without asking what they cost."""
    return frozenset({name_of_source(line.data_source) for line in visit.order.basket.lines})


async def data_source_groups(visit: Visit) -> tuple[Group, ...]:
    """The goods of each supplier, in the order of the suppliers' keys, with the options of that supplier.

    Goods that nobody supplies are the last group, "None", with the options whose supplier is None.
    Raises Misconfigured where an option that is offered is priced in another currency than the basket.
    """
    return tuple([await _quoted(group, options, visit) for group, options in _by_source(visit)])


def _by_source(visit: Visit) -> list[tuple[Group, Sequence[Option]]]:
    groups = _groups(visit, "data source", (), lambda line: name_of_source(line.data_source))
    groups.sort(key=lambda group: (group.name == NONE, len(group.name), group.name))  # 2 before 10
    return [(group, _of_source(group.name, visit.shop)) for group in groups]


def _of_source(name: str, shop: Shop) -> list[DataSourceShippingOption]:
    return [option for option in shop.data_source_shipping_options if name_of_source(option.data_source) == name]


# By their attributes


def attribute_keys(visit: Visit) -> tuple[str, ...]:
    """The attributes that group the goods sent to this address: those of the lowest rule that takes it.

    None where no rule does: then no good has any of them, and all are the group "None".
    Raises Misconfigured where a rule cannot be read.
    """
    parcel = parcel_of(visit.order)
    for keys, rule in _built(visit.settings.attribute_keys_for_attribute_based_shipping_option):
        if rule.applies(visit, parcel):
            return keys
    return ()


def name_of_values(attributes: Mapping[str, str], keys: tuple[str, ...]) -> str:
    r"""What the group of goods with these attributes is called: "Nike;shoes", "Nike;None".

    Other values, another name: within a value `;` is written `\;`, a backslash `\\`, and a value that is the word None
    `\None`.  An empty value is a missing one.  A name of more than 256 characters ends with a hash of all of it.
    """
    name = ";".join([_written(attributes.get(key)) for key in keys]) or NONE
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - DIGITS]}{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:DIGITS]}"


def _written(value: str | None) -> str:
    if not value:
        return NONE
    return rf"\{NONE}" if value == NONE else value.replace("\\", r"\\").replace(";", r"\;")


def attribute_names(visit: Visit) -> frozenset[str]:
    """Names of the groups by attributes, without asking what they cost."""
    keys = attribute_keys(visit)
    return frozenset({name_of_values(line.attributes, keys) for line in visit.order.basket.lines})


async def attribute_groups(visit: Visit) -> tuple[Group, ...]:
    """The goods that share the attributes the address asks for, in the order of their names, with their options.

    Those are the ones written for that group; where the shop has none, the default ones.  An option of its own that is
    not offered here brings no default back: frozen goods are not sent by the post.
    Raises Misconfigured as `data_source_groups` does, and where a rule of the setting cannot be read.
    """
    return tuple([await _quoted(group, options, visit) for group, options in _by_values(visit)])


def _by_values(visit: Visit) -> list[tuple[Group, Sequence[Option]]]:
    keys = attribute_keys(visit)
    groups = _groups(visit, ";".join(keys), keys, lambda line: name_of_values(line.attributes, keys))
    groups.sort(key=lambda group: group.name)
    return [(group, _for_values(group.name, visit.shop)) for group in groups]


def _for_values(name: str, shop: Shop) -> list[AttributeBasedShippingOption]:
    options = shop.attribute_based_shipping_options
    own = [option for option in options if option.attribute_value == name]
    return own or [option for option in options if option.is_default]


@lru_cache(maxsize=64)  # of the shops a process serves
def _built(written: tuple[AttributeKeyRule, ...]) -> tuple[tuple[tuple[str, ...], Rule], ...]:
    return tuple((row.group_attribute_key, _rule_of(row)) for row in sorted(written, key=lambda row: row.sort_order))


def _rule_of(row: AttributeKeyRule, at: str = "") -> Rule:
    return load(ADDRESS_RULES, {"slug": row.rule.slug, **row.rule.kwargs}, at)


def mistakes(written: Iterable[AttributeKeyRule], at: str) -> tuple[tuple[str, str], ...]:
    """What is wrong with these rules: pairs of where, beginning with `at`, and what."""
    found: list[tuple[str, str]] = []
    for n, row in enumerate(written):
        if not row.group_attribute_key:
            found.append((f"{at}[{n}].group_attribute_key", "wants at least one"))
        try:
            _rule_of(row, f"{at}[{n}].rule")
        except Mistakes as wrong:
            found += wrong.mistakes
    return tuple(found)


# Either way


def still_chosen(standing: tuple[GroupChoice, ...], groups: tuple[Group, ...]) -> tuple[GroupChoice, ...]:
    """What of the choices still holds, at today's prices, in the order of the groups; the same object if all of it.

    A group whose goods changed, or whose option is not offered any more, has to be asked again.
    """
    by_name = {choice.group: choice for choice in standing}
    now = tuple(
        [
            kept
            for group in groups
            if (choice := by_name.get(group.name)) is not None and (kept := group.still(choice)) is not None
        ]
    )
    return standing if now == standing else now


def _groups(visit: Visit, by: str, keys: tuple[str, ...], name_of: Callable[[Line], str]) -> list[Group]:
    """The lines by the name of their group.  `by` is in a basket's name too: one word may be a brand and a place."""
    order = visit.order
    parts: dict[str, list[Line]] = {}
    for line in order.basket.lines:
        parts.setdefault(name_of(line), []).append(line)
    return [
        Group(
            name, keys, Parcel(order.basket.part(f"{by}: {name}", tuple(lines)), order.delivery.shipping_address),
            tuple(sorted({line.pk for line in lines})),
        )
        for name, lines in parts.items()
    ]  # fmt: skip


async def _quoted(group: Group, options: Sequence[Option], visit: Visit) -> Group:
    """The group with those of these options whose rules all let its parcel through."""
    offered: list[GroupChoice] = []
    unpriced: dict[int, Unpriced] = {}
    for option in options:
        if not all(rule.applies(visit, group.parcel) for rule in option.rules):
            continue
        name = _name_of(option)
        description = option.description if isinstance(option, DataSourceShippingOption) else None
        try:
            price = await option.calculator.price(group.parcel)
        except NotPriced as why:
            unpriced[option.pk] = Unpriced(why.code, why.last_known)
        except Misconfigured as wrong:
            raise Misconfigured(f"shipping option {option.pk} ({name}) of group {group.name!r}: {wrong}") from None
        else:
            offered.append(GroupChoice(group.name, option.pk, name, price, group.product_ids, description))
    return evolve(group, offered=tuple(offered), unpriced=unpriced)


def _name_of(option: Option) -> str:
    return option.name if isinstance(option, DataSourceShippingOption) else option.shipping_option_name


def explain_groups(visit: Visit) -> tuple[Explained, ...]:
    """Why the goods are grouped as they are, and what each group may be sent by: rules as trees, and no prices.

    Empty where the shop asks for one option for all goods.  Raises Misconfigured as `attribute_keys` does.
    """
    page = visit.settings.checkout_shipping_option_selection_page
    if page == "DataSourceShippingOptionSelectionPage":
        return tuple(_explained(group, options, visit) for group, options in _by_source(visit))
    if page == "AttributeBasedShippingOptionSelectionPage":
        return (*_explained_keys(visit), *(_explained(group, options, visit) for group, options in _by_values(visit)))
    return ()


def _explained(group: Group, options: Sequence[Option], visit: Visit) -> Explained:
    """Options for other groups are not told."""
    inside: list[Explained] = []
    for option in options:
        rules = tuple(rule.explain(visit, group.parcel) for rule in option.rules)
        inside.append(Explained(f"{_name_of(option)} is offered", all(rule.holds for rule in rules), rules))
    products = ", ".join(map(str, group.product_ids))
    return Explained(
        f"group {group.name}, of products {products}, can be sent", any(i.holds for i in inside), tuple(inside)
    )


def _explained_keys(visit: Visit) -> Iterator[Explained]:
    """The rules of the setting, up to the one that takes the address: those behind it are not asked."""
    parcel = parcel_of(visit.order)
    for keys, rule in _built(visit.settings.attribute_keys_for_attribute_based_shipping_option):
        why = rule.explain(visit, parcel)
        yield Explained(f"goods are grouped by {' and '.join(keys)}", why.holds, (why,))
        if why.holds:
            return
