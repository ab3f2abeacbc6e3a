"""The proof at length: 1,000 rounds.

python -m tests.race
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

from .contest import run

ROUNDS = 1000


def main() -> None:
    with TemporaryDirectory(prefix="race-") as folder:
        sys.stdout.write(f"{run(folder, ROUNDS)}\n")


if __name__ == "__main__":
    main()
