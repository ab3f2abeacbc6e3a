"""What rules cost beside a loop written by hand: 1,000 rules of 200 shipping options, on a basket of 1,000 lines.

Both ways are timed in turns in one run, as in ratios.py, and have to give the same answers.  Rules alone: which options
are refused, and why.  Offers: all that the shipping page asks for, each option that is offered with its price.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import rules_by_hand as by_hand
from timing import Bench, Way

from checkout_core import Basket, Line, Money, PreOrder, Settings, Shop
from checkout_core.driver import run
from checkout_core.order import Address, Buyer, Delivery, Parcel, ShippingChoice, Totals
from checkout_core.page import Caller, Visit
from checkout_core.rules.availability import SHIPPING_RULES, refusal
from checkout_core.rules.calculators import Fixed
from checkout_core.rules.load import load_all
from checkout_core.rules.quotes import Refused, shipping_offers
from checkout_core.shop import City, Country, District, ShippingOption, Township

GOAL = 2


def visit_of(rows: Sequence[by_hand.Row], options: Sequence[by_hand.Row]) -> Visit:
    """The shop and the buyer of the loop, mapped."""
    lines = tuple(
        Line(
            row["pk"], str(row["pk"]), "goods", row["quantity"], Money.of(row["price"], "TRY"), row["weight"],
            length=row["length"], attributes=row["attributes"], categories=row["categories"],
            data_source=row["data_source"],
        )
        for row in rows
    )  # fmt: skip
    basket, nothing, at = Basket.of("b", "d", lines, "TRY"), Money.zero("TRY"), by_hand.ADDRESS
    address = Address(
        1, "Home", "Ada", "Lovelace", "+905321234567", Country(1, "Turkey", "TR"), City(34, "Istanbul", 1), "1 Street",
        Township(341, "Kadikoy", 34), District(3411, "Moda", 34, 341), str(at["postcode"]),
    )  # fmt: skip
    shipping = tuple(
        ShippingOption(
            pk, row["slug"], row["slug"], Fixed(Money.of(row["price"], "TRY")), load_all(SHIPPING_RULES, row["rules"])
        )
        for pk, row in enumerate(options, 1)
    )
    order = PreOrder(
        "key", basket, Totals(basket.amount, nothing, nothing, basket.amount), buyer=Buyer("7"),
        delivery=Delivery(shipping_address=address),
    )  # fmt: skip
    caller = Caller("7", segment="gold", orders=3)
    return Visit(order, Shop("1", (), shipping, ()), Settings(time_zone=by_hand.ZONE), by_hand.NOW, caller)


def nobody(effect: object) -> object:
    """Answers no effect: no price here is asked for elsewhere."""
    raise AssertionError(effect)


def offers_of(visit: Visit) -> tuple[tuple[ShippingChoice, ...], tuple[Refused[ShippingOption], ...]]:
    """What the page shows."""
    return run(shipping_offers(visit), nobody)


def refused(visit: Visit) -> list[tuple[str, str]]:
    """Which options are refused, and why; of a parcel that nobody has looked at before."""
    parcel = Parcel(visit.order.basket, visit.order.delivery.shipping_address)
    found = []
    for option in visit.shop.shipping_options:
        for rule in option.rules:
            code = refusal(rule, visit, parcel)
            if code is not None:
                found.append((option.slug, code))
                break
    return found


def main() -> None:
    """Print the table."""
    flags = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    flags.add_argument("--quick", action="store_true", help="few rounds: to see that all runs, not to quote")
    bench = Bench(rounds=5, milliseconds=5) if flags.parse_args().quick else Bench(rounds=15, milliseconds=40)
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}.")
    options = by_hand.options()
    compiled = [(row["slug"], row["price"], [by_hand.compiled(rule) for rule in row["rules"]]) for row in options]
    print(f"{sum(len(row['rules']) for row in options)} rules of {len(options)} options.")
    print(f"\n  {'':<46}{'ratio':>8}  {'half of all':<16}{'goal':>6}")
    for count in 1, 1000:
        rows = by_hand.lines(count)
        visit = visit_of(rows, options)
        basket = visit.order.basket
        sums = {"amount": basket.amount.minor, "quantity": basket.quantity, "total_weight": basket.weight}
        offers, no = offers_of(visit)
        priced, why_not = [(o.slug, o.shipping_amount.minor) for o in offers], [(r.option.slug, r.code) for r in no]
        if by_hand.judge(compiled, rows, sums) != (priced, why_not) or refused(visit) != why_not:
            raise AssertionError("the ways disagree")
        ways: dict[str, Way] = {
            "by hand": partial(by_hand.judge, compiled, rows, sums),
            "rules alone": partial(refused, visit),
            "offers": partial(offers_of, visit),
        }
        samples = bench.turns(f"{count} lines", ways)
        said = "1 line" if count == 1 else f"{count} lines"
        said += f": {len(offers)} offered, {len(no)} refused"
        bench.row(f"rules alone, {said}", samples, "rules alone", "by hand", GOAL)
        bench.row(f"offers, {said}", samples, "offers", "by hand", GOAL)


if __name__ == "__main__":
    main()
