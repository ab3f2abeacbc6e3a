"""The operator's commands for a host's own command line, with the service already there: `flask checkout recover`."""

from __future__ import annotations

import os
from typing import Any

import click

from ..service import CheckoutService, Conflict
from ._app import DEBUG, EXPECTED
from ._attempts import attempts
from ._clearing import forget, prune
from ._group import Group
from ._office import give
from ._outbox import outbox
from ._recover import recover
from ._settle import order

COMMANDS = (attempts, order, outbox, recover, prune, forget)


class _Embedded(Group):
    """A group whose commands say in one sentence what went wrong, whatever command line it hangs on."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  # click's signature
        """As click does."""
        try:
            return super().invoke(ctx)
        except EXPECTED as wrong:
            raise click.ClickException("; ".join(str(wrong).splitlines())) from None
        except Conflict:
            raise click.ClickException(
                "somebody else works on this checkout at the same time; run the same command again"
            ) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as bug:  # its text might quote what was typed
            if os.environ.get(DEBUG) == "1":
                raise
            raise click.ClickException(
                f"this should not happen ({type(bug).__name__}); {DEBUG}=1 shows where it did"
            ) from None


def operator_commands(service: CheckoutService, name: str = "checkout") -> click.Group:
    """`attempts`, `order`, `outbox`, `recover`, `prune`, `forget` on that service: `app.cli.add_command(...)` of Flask.

    A `--service` or `--db` on the line goes first.
    """

    def give_it() -> None:
        give(service)

    return _Embedded(
        name, callback=give_it, commands=COMMANDS, help="Look after the payments and messages of the checkout."
    )
