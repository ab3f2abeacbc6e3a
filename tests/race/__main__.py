"""The proof at length: 1,000 rounds of each contest, or of those that are named.

python -m tests.race [slot] [coupon] [loyalty]
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

from . import loyalty
from .contest import run
from .contests import CONTESTS

ROUNDS = 1000


def main(*names: str) -> None:
    for name in names or (*CONTESTS, "loyalty"):
        with TemporaryDirectory(prefix="race-") as folder:
            report = loyalty.run(folder, ROUNDS) if name == "loyalty" else run(CONTESTS[name], folder, ROUNDS)
            sys.stdout.write(f"{report}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
