"""The races and programs of each way to pay, by kind of gateway: programs that die, clicks at once, one purse for two.

explore(ways("native")["gift card, all: two clicks"])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from checkout_core.sandbox import preset
from checkout_core.sandbox.magic import INSUFFICIENT_FUNDS, PARTIAL
from checkout_core.testing import PAYS, WAYS, Edit, Get, Hook, Passes, Post, Scenario, Way, Work, by_card, pays

from .scenarios import LATER, LONG, RELAY, SOON, named

LOOKS = Work("recover", after=timedelta(minutes=2)), Work("recover", after=timedelta(minutes=6)), RELAY
CARD_AFTER_ALL = *(Post(page, body) for page, body in by_card()[-3:]), pays()


def programs_of(way: Way, kind: str, crashes: int) -> Iterator[Scenario]:
    """One request after another, then the workers; so many die, or one and an answer is lost."""
    able, acts = preset(kind), (*way.pays, *LOOKS)
    yield way.scenario("a program", acts, able, in_order=True, crashes=crashes)
    yield way.scenario("a bad line", acts, able, in_order=True, crashes=crashes - 1, losses=1, lates=1)
    yield way.scenario("refused by the shop", acts, able, in_order=True, crashes=crashes - 1, refuses=True)


def races_of(way: Way, kind: str) -> Iterator[Scenario]:
    """Two requests at once, one of which may die, and time that passes over whoever sleeps."""
    able, first = preset(kind), way.pays[0]
    more = {"crashes": 1, "switches": 2}
    yield way.scenario("two clicks", (first, first), able, crashes=1)
    yield way.scenario("two clicks to the end", (first, *way.pays, LONG), able, **more)
    yield way.scenario("two clicks on a bad line", (first, *way.pays), able, losses=1, switches=1)
    yield way.scenario("a click and a worker", (*way.pays, SOON, LATER), able, **more)
    yield way.scenario("by card after all", (*way.pays, *CARD_AFTER_ALL, Hook()), able, crashes=1, switches=1)
    if way.there:
        yield way.scenario("one purse", (first, *way.of(1)), able, crashes=1, buyers=2, there=_one_purse(way))


def ways(kind: str, crashes: int = 2) -> Mapping[str, Scenario]:
    """All of them, by name."""
    return named(*(each for way in WAYS.values() for each in (*programs_of(way, kind, crashes), *races_of(way, kind))))


def menus_of(kind: str) -> Mapping[str, Scenario]:
    """What long races draw from, by way: two buyers, who have one purse, change their minds, and pay twice."""
    time = LONG, Passes(timedelta(seconds=30)), Passes(timedelta(minutes=4))
    common = SOON, LATER, RELAY, Work("sweep"), *time, Get(), Hook(), Hook(), Edit(("t-shirt",)), Edit(("mug",))
    return named(*(
        way.scenario("at length", (*way.pays, *way.pays, *way.of(1), *_minds(way), *common), preset(kind), buyers=2,
                     there=_one_purse(way), crashes=2, losses=3, lates=2)
        for way in WAYS.values()
    ))  # fmt: skip


def _minds(way: Way) -> tuple[Post, ...]:
    """What a buyer may post again, or instead."""
    declined = (pays(INSUFFICIENT_FUNDS), pays(PARTIAL)) if way.pays[0].page == PAYS else ()
    return *(Post(page, body) for page, body in way.before[-4:]), *CARD_AFTER_ALL, *declined


def _one_purse(way: Way) -> Mapping[tuple[str, str], int]:
    """Enough for one order."""
    return {thing: min(most, 6_500) for thing, most in way.there.items()}
