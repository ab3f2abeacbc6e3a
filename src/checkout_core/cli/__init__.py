"""The command line, which comes with the extra `cli`.

    serve walk explain graph check ports    a sandbox shop, the map, what a host answers
    attempts order outbox recover           payments, orders by transfer and messages, looked after
    prune forget                            checkouts, cleared out

Each command has a `--help`.  `operator_commands(service)` are the second line's for a host's own command line:
`app.cli.add_command(operator_commands(service))` makes `flask checkout recover` and the others.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._embedded import operator_commands as operator_commands

EXTRA = frozenset({"click", "rich"})
LACKING = "the command line needs an extra: pip install 'checkout-core[cli]'"


def __getattr__(name: str) -> object:
    """`operator_commands`, for whose sake alone click is imported.  Raises ModuleNotFoundError without the extra."""
    if name != "operator_commands":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from ._embedded import operator_commands  # noqa: PLC0415  # as below
    except ModuleNotFoundError as missing:
        if _is_ours(missing):
            raise ModuleNotFoundError(LACKING, name=missing.name) from None
        raise
    return operator_commands


def main() -> None:
    """Carries out the command line and exits; without the extra, one sentence says what to install."""
    try:
        from ._app import app  # noqa: PLC0415  # where the extra is missing, this module must import nevertheless
    except ModuleNotFoundError as missing:
        if not _is_ours(missing):
            raise
        sys.exit(f"checkout-core: {LACKING}")
    app()


def _is_ours(missing: ModuleNotFoundError) -> bool:
    return (missing.name or "").partition(".")[0] in EXTRA
