"""The races and programs as they are in `scenarios`, and long races by chance; prints how many schedules there were.

python -m tests.explore.simulate                 # everything: three quarters of an hour on an idle core
python -m tests.explore.simulate ways no_keys    # races, programs, swarm, ways, again; and a kind of gateway
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator

from checkout_core.testing import Explored, Failed, Swarmed, explore, swarm

from .again import menu_again, programs_again, races_again
from .scenarios import KINDS, menus, programs, races
from .ways import menus_of, ways

SEEDS = range(2000)  # of each menu and kind; the same in every run
SEEDS_OF_A_WAY = range(500)
PARTS = ["races", "programs", "swarm", "ways", "again"]
COUNTED = {"swarm": "seeds", "ways": "schedules and seeds", "again": "schedules and seeds"}
MOST_OF_A_WAY = 2_000  # runs of each of its races
MOST = 60_000  # runs of one race: the longest ones are cut there, and say so


def say(line: str) -> None:
    """At once: the whole takes long."""
    print(line, flush=True)  # it is to be read


def looked_at(
    parts: Iterable[str], kinds: Iterable[str]
) -> Iterator[tuple[str, str, Callable[[], Explored | Swarmed]]]:
    """What there is, by part and kind."""
    for kind in kinds:
        if "races" in parts:
            yield from (("races", kind, lambda s=s: explore(s, most=MOST)) for s in races(kind).values())
        if "programs" in parts:
            yield from (("programs", kind, lambda s=s: explore(s)) for s in programs(kind, 2).values())
        if "swarm" in parts:
            yield from (("swarm", kind, lambda s=s: swarm(s, SEEDS)) for s in menus(kind).values())
        if "ways" in parts:
            yield from (("ways", kind, lambda s=s: explore(s, most=MOST_OF_A_WAY)) for s in ways(kind).values())
            yield from (("ways", kind, lambda s=s: swarm(s, SEEDS_OF_A_WAY)) for s in menus_of(kind).values())
        if "again" in parts:
            scenarios = (*races_again(kind).values(), *programs_again(kind, 2).values())
            yield from (("again", kind, lambda s=s: explore(s, most=MOST)) for s in scenarios)
            yield from (("again", kind, lambda s=s: swarm(s, SEEDS)) for s in [menu_again(kind)])


def main(*asked: str) -> int:
    """How many schedules broke an invariant."""
    parts = [each for each in PARTS if each in asked] or PARTS
    kinds = [each for each in KINDS if each in asked] or KINDS
    broken = 0
    totals: dict[tuple[str, str], list[int]] = {}
    for part, kind, look in looked_at(parts, kinds):
        began = time.process_time()
        try:
            found = look()
        except Failed as failed:
            broken += 1
            say(f"{part} {kind} BROKEN {failed}")
            continue
        say(f"{part} {kind} {found} ({time.process_time() - began:.0f} s)")
        n = found.seeds if isinstance(found, Swarmed) else found.schedules
        total = totals.setdefault((part, kind), [0, 0])
        total[0], total[1] = total[0] + n, total[1] + found.reversed
    for (part, kind), (n, back) in totals.items():
        say(f"{part} {kind}: {n:,} {COUNTED.get(part, 'schedules')}, {back:,} endings with a reversal")
    say(f"reversals where nothing had gone wrong: {'0' if not broken else 'see above'}; broken: {broken}")
    return broken


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:]), 1))
