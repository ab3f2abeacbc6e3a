"""Every way to pay, killed after each call it makes: python -m tests.ways [WAY ...]"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from .buyer import Way
from .table import WAYS
from .walking import walks
from .world import Street, World


def main(*names: str) -> None:
    told(f"{'way':<28}{'calls':>6}{'kills':>6}{'orders':>7}{'net captures':>14}")
    with TemporaryDirectory(prefix="ways-") as folder, Street() as street, street.shop(Path(folder)) as world:
        for way in WAYS:
            if not names or way.name in names:
                swept(world, way)


def swept(world: World, way: Way) -> None:
    """A line of the table, and one that says after which calls it was killed how often."""
    found = [walks(world, way)]
    while (n := len(found)) <= max(len(walk.calls) for walk in found):
        found.append(walks(world, way, n))
    killed = Counter(walk.killed_after for walk in found if walk.killed_after)
    found += [walks(world, way, name) for name in found[0].calls if name not in killed]  # it came in another order
    killed = Counter(walk.killed_after for walk in found if walk.killed_after)
    assert killed.keys() >= set(found[0].calls), f"{way.name}: killed after {killed} only"
    orders, takings = sum(walk.orders for walk in found), sum(walk.takings for walk in found)
    told(f"{way.name:<28}{len(found[0].calls):>6}{killed.total():>6}{orders:>7}{takings:>14}")
    told(f"    {', '.join(f'{name} {count}' for name, count in killed.items())}")


def told(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
