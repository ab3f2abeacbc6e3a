"""The command line, which comes with the extra `cli`.

    walk explain graph check ports          a sandbox shop, the map, what a host answers
    attempts outbox recover prune forget    payments and messages, looked after

Each command has a `--help`.
"""

from __future__ import annotations

import sys

EXTRA = frozenset({"click", "rich"})


def main() -> None:
    """Carries out the command line and exits; without the extra, one sentence says what to install."""
    try:
        from ._app import app  # noqa: PLC0415  # where the extra is missing, this module must import nevertheless
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in EXTRA:
            raise
        sys.exit("checkout-core: the command line needs an extra: pip install 'checkout-core[cli]'")
    app()
