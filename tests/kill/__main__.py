"""The proof at length: 300 kills over six banks, each with a seed of its own.

python -m tests.kill
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

from .controller import run
from .stage import Stage

EACH = 50
RUNS = (  # seed; what the bank does with a request that comes twice; what of its messages is signed, None: none come;
    (1, "native", "full", "shop"), (2, "order_number", "partial", "shop"), (3, "no_keys", None, "shop"),
    (4, "native", "none", "provider"), (5, "order_number", None, "provider"), (6, "no_keys", "full", "provider"),
)  # fmt: skip  # whose the last call is


def told(line: object) -> None:
    """Said at once, also into a file."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    for seed, preset, callback, last in RUNS:
        with TemporaryDirectory(prefix="kill-") as folder:
            told(run(Stage(folder, seed, preset, callback or "full", last, messages=callback is not None), EACH, told))


if __name__ == "__main__":
    main()
