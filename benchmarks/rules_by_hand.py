"""A shop of 200 shipping options with 1,000 rules and a basket of 1,000 lines, and a loop that judges it by hand.

The rows are written as an admin writes them; the loop reads them into plain tuples once, and knows nothing but these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

Row: TypeAlias = Mapping[str, Any]
Facts: TypeAlias = dict[str, Any]  # what is known of a basket, its address and its buyer
Check: TypeAlias = Callable[[Facts, Any], bool]
Judged: TypeAlias = tuple[list[tuple[str, int]], list[tuple[str, str]]]  # offered at a price, refused for a reason

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
ZONE = "Europe/Istanbul"
BUYER = {"account": "7", "segment": "gold", "orders": 3}
ADDRESS = {"country": 1, "city": 34, "township": 341, "district": 3411, "postcode": "34710"}


def lines(count: int) -> list[Row]:
    """Lines of goods that differ."""
    return [
        {
            "pk": n, "price": 1000 + n % 7 * 150, "quantity": 1 + n % 3, "weight": 200 + n % 90 * 10,
            "length": 100 + n % 50 * 10, "attributes": {"brand": f"brand {n % 20}", "depot": f"depot {n % 4}"},
            "categories": (10 + n % 8, 100 + n % 40), "data_source": n % 5 + 1,
        }
        for n in range(1, count + 1)
    ]  # fmt: skip


ALWAYS: tuple[Row, ...] = (  # each of them applies, so that a rule behind it is asked
    {"slug": "country-rule", "countries": [1, 2, 3]},
    {"slug": "city-rule", "cities": [6, 35], "exclude": True},
    {"slug": "township-rule", "townships": [342, 343], "exclude": True},
    {"slug": "district-rule", "districts": [3411, 3412]},
    {"slug": "postal-code-rule", "postal_codes": ["34710", "34711"]},
    {"slug": "basket-amount-rule", "at_least": "100.00 TRY", "at_most": "99999.00 TRY"},
    {"slug": "item-count-rule", "at_least": 2},
    {"slug": "basket-weight-rule", "at_most": 9_000_000},
    {"slug": "item-weight-rule", "at_most": 30000},
    {"slug": "item-length-rule", "at_most": 1200},
    {"slug": "attribute-rule", "key": "brand", "values": ["brand 3", "brand 4"]},
    {"slug": "attribute-rule", "key": "hazard", "values": ["battery"], "exclude": True},
    {"slug": "category-rule", "categories": [10, 11]},
    {"slug": "category-rule", "categories": [10, 11, 12, 13, 14, 15, 16, 17], "all_lines": True},
    {"slug": "data-source-rule", "data_sources": [1, 2, 3, 4, 5], "all_lines": True},
    {"slug": "members-rule"},
    {"slug": "segment-rule", "segments": ["gold", "silver"]},
    {"slug": "order-history-rule", "at_least": 1},
    {"slug": "weekday-rule", "weekdays": [0, 1, 2, 3, 4]},
    {"slug": "time-window-rule", "start": "08:00", "end": "18:00"},
    {"slug": "date-range-rule", "first": "2026-11-01", "last": "2026-12-31"},
)
COMPOUND: tuple[Row, ...] = (
    {"slug": "or-rule", "children": [{"slug": "city-rule", "cities": [6]}, ALWAYS[3]]},
    {"slug": "and-rule", "children": [ALWAYS[5], ALWAYS[8]]},
    {"slug": "not-rule", "child": {"slug": "item-length-rule", "at_most": 50}},
)
NEVER: tuple[Row, ...] = (
    {"slug": "country-rule", "countries": [1], "exclude": True},
    {"slug": "item-weight-rule", "at_most": 400},
    {"slug": "attribute-rule", "key": "depot", "values": ["depot 1"], "exclude": True},
    {"slug": "data-source-rule", "data_sources": [1, 2], "all_lines": True},
    {"slug": "time-window-rule", "start": "22:00", "end": "02:00"},
)


def options() -> list[Row]:
    """200 options of five rules each: one in ten is a tree, and every third option ends with one that refuses."""
    rows: list[Row] = []
    for n in range(200):
        rules = [ALWAYS[(n * 5 + i) % len(ALWAYS)] for i in range(4)]
        if n % 2:
            rules[n % 4] = COMPOUND[n % len(COMPOUND)]
        rules.append(NEVER[n // 3 % len(NEVER)] if n % 3 == 0 else ALWAYS[n % len(ALWAYS)])
        rows.append({"slug": f"option-{n}", "price": 1990 + n, "rules": rules})
    return rows


def facts_of(basket: Sequence[Row], sums: Mapping[str, int]) -> Facts:
    """What the rules ask about: the sums of the basket are kept, the rest is looked up once for all options."""
    shown = NOW.astimezone(ZoneInfo(ZONE))
    attributes: dict[str, set[str | None]] = {key: set() for key in ("brand", "depot", "hazard")}
    for row in basket:
        for key, values in attributes.items():
            values.add(row["attributes"].get(key))
    categories = {row["categories"] for row in basket}
    return {
        **BUYER, **ADDRESS, **sums,
        "heaviest": max([row["weight"] for row in basket]), "longest": max([row["length"] for row in basket]),
        "attributes": attributes, "category_sets": categories, "categories": set().union(*categories),
        "data_sources": {row["data_source"] for row in basket},
        "weekday": shown.weekday(), "time": shown.time(), "date": shown.date(),
    }  # fmt: skip


def _place(name: str) -> Check:
    return lambda facts, want: (facts[name] in want[0]) is not want[1]


def _range(name: str) -> Check:
    def holds(facts: Facts, want: tuple[int | None, int | None]) -> bool:
        low, high = want
        value: int | None = facts[name]
        return value is not None and (low is None or value >= low) and (high is None or value <= high)

    return holds


def _values(facts: Facts, want: tuple[str, set[str], bool, bool]) -> bool:
    key, wanted, all_lines, exclude = want
    found = facts["attributes"][key]
    return (found <= wanted if all_lines else not found.isdisjoint(wanted)) is not exclude


def _categories(facts: Facts, want: tuple[set[int], bool, bool]) -> bool:
    wanted, all_lines, exclude = want
    if not all_lines:
        return facts["categories"].isdisjoint(wanted) is exclude
    return all(not wanted.isdisjoint(found) for found in facts["category_sets"]) is not exclude


def _sources(facts: Facts, want: tuple[set[int], bool, bool]) -> bool:
    wanted, all_lines, exclude = want
    found: set[int] = facts["data_sources"]
    return (found <= wanted if all_lines else not found.isdisjoint(wanted)) is not exclude


def _hours(facts: Facts, want: tuple[time, time]) -> bool:
    start, end = want
    now: time = facts["time"]
    return start <= now < end if start < end else now >= start or now < end


def _amount(written: str) -> int:
    return int(written.removesuffix(" TRY").replace(".", ""))


def _lines_wanted(row: Row, key: str) -> tuple[Any, ...]:
    return set(row[key]), row.get("all_lines", False), row.get("exclude", False)


def _bounds(row: Row) -> tuple[int | None, int | None]:
    return row.get("at_least"), row.get("at_most")


RULES: Mapping[str, tuple[str, Check, Callable[[Row], Any]]] = {  # code, the check, what it wants
    "country-rule": ("country_not_served", _place("country"), lambda r: (set(r["countries"]), "exclude" in r)),
    "city-rule": ("city_not_served", _place("city"), lambda r: (set(r["cities"]), "exclude" in r)),
    "township-rule": ("township_not_served", _place("township"), lambda r: (set(r["townships"]), "exclude" in r)),
    "district-rule": ("district_not_served", _place("district"), lambda r: (set(r["districts"]), "exclude" in r)),
    "postal-code-rule": ("postal_code_not_served", _place("postcode"), lambda r: (set(r["postal_codes"]), False)),
    "basket-amount-rule": (
        "basket_amount_out_of_range", _range("amount"), lambda r: (_amount(r["at_least"]), _amount(r["at_most"])),
    ),
    "item-count-rule": ("item_count_out_of_range", _range("quantity"), _bounds),
    "basket-weight-rule": ("weight_out_of_range", _range("total_weight"), _bounds),
    "item-weight-rule": ("item_too_heavy", lambda facts, most: facts["heaviest"] <= most, lambda r: r["at_most"]),
    "item-length-rule": ("item_too_long", lambda facts, most: facts["longest"] <= most, lambda r: r["at_most"]),
    "attribute-rule": ("attribute_not_served", _values, lambda r: (r["key"], *_lines_wanted(r, "values"))),
    "category-rule": ("category_not_served", _categories, lambda r: _lines_wanted(r, "categories")),
    "data-source-rule": ("data_source_not_served", _sources, lambda r: _lines_wanted(r, "data_sources")),
    "members-rule": ("members_only", lambda facts, _: facts["account"] is not None, lambda _: None),
    "segment-rule": ("segment_not_served", _place("segment"), lambda r: (set(r["segments"]), False)),
    "order-history-rule": ("order_history_out_of_range", _range("orders"), _bounds),
    "weekday-rule": ("weekday_not_served", lambda facts, days: facts["weekday"] in days, lambda r: set(r["weekdays"])),
    "time-window-rule": (
        "outside_hours", _hours, lambda r: (time.fromisoformat(r["start"]), time.fromisoformat(r["end"])),
    ),
    "date-range-rule": (
        "outside_dates", lambda facts, want: want[0] <= facts["date"] <= want[1],
        lambda r: (date.fromisoformat(r["first"]), date.fromisoformat(r["last"])),
    ),
}  # fmt: skip


def compiled(row: Row) -> tuple[str, Any, Any]:
    """A rule as a tuple: its code or the kind of tree, its check or the rules inside, what it wants."""
    slug = row["slug"]
    if slug in {"and-rule", "or-rule", "not-rule"}:
        return slug, None, [compiled(child) for child in row.get("children") or [row["child"]]]
    code, check, wants = RULES[slug]
    return code, check, wants(row)


def reason(rule: tuple[str, Any, Any], facts: Facts) -> str | None:
    """Why the rule refuses."""
    kind, check, want = rule
    if check is not None:
        return None if check(facts, want) else kind
    reasons = [reason(child, facts) for child in want]
    if kind == "not-rule":
        return "not_available" if reasons[0] is None else None
    if kind == "or-rule" and None in reasons:
        return None
    return next((each for each in reasons if each is not None), None)


def judge(compiled_options: Sequence[tuple[str, int, Any]], basket: Sequence[Row], sums: Mapping[str, int]) -> Judged:
    """The loop."""
    facts = facts_of(basket, sums)
    offered: list[tuple[str, int]] = []
    refused: list[tuple[str, str]] = []
    for slug, price, rules in compiled_options:
        for rule in rules:
            why = reason(rule, facts)
            if why is not None:
                refused.append((slug, why))
                break
        else:
            offered.append((slug, price))
    return offered, refused
