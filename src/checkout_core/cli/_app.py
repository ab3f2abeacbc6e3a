"""The commands together, and what is said when something goes wrong: one sentence, never a traceback."""

from __future__ import annotations

import io
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn

import click

from ..records import RecordBroken, RecordTooNew
from ..service import Conflict
from ..shop import Misconfigured
from ..stores import StoreUnavailable
from ._attempts import attempts
from ._check import check
from ._clearing import forget, prune
from ._explain import explain
from ._graph import graph
from ._group import Group
from ._outbox import outbox
from ._ports import ports
from ._recover import recover
from ._serve import serve
from ._settle import order
from ._walk import walk

NAME: Final = "checkout-core"
DEBUG: Final = "CHECKOUT_CORE_DEBUG"  # 1: the last resort shows the traceback
COMMANDS: Final = (serve, walk, explain, graph, check, ports, attempts, order, outbox, recover, prune, forget)
EXPECTED: Final = (Misconfigured, RecordBroken, RecordTooNew, StoreUnavailable)  # their texts are for people


class App(Group):
    """A group of commands that always ends in an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = NAME,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002  # click's signature
        windows_expand_args: bool = True,  # noqa: FBT001, FBT002  # click's signature
        **extra: Any,
    ) -> NoReturn:
        """Exits: 0 where all went well, 1 where it did not, 2 for a command line that cannot be understood."""
        try:
            with _plain_output():
                code = super().main(
                    args,
                    prog_name,
                    complete_var,
                    standalone_mode=False,
                    windows_expand_args=windows_expand_args,
                    **extra,
                )
        except click.exceptions.Abort:
            code = _said("stopped", 1)
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.format_message())
            code = asked.exit_code
        except click.UsageError as wrong:
            code = _said(_usage(wrong), wrong.exit_code)
        except click.ClickException as wrong:
            code = _said(wrong.format_message(), wrong.exit_code)
        except EXPECTED as wrong:
            code = _said("; ".join(str(wrong).splitlines()), 1)
        except Conflict:
            code = _said("somebody else works on this checkout at the same time; run the same command again", 1)
        except Exception as bug:  # noqa: BLE001  # the last resort: its text might quote what was typed
            if os.environ.get(DEBUG) == "1":
                traceback.print_exc()
            code = _said(f"this should not happen ({type(bug).__name__}); {DEBUG}=1 shows where it did", 1)
        sys.exit(code if isinstance(code, int) else 0)


class _OneLine(logging.Handler):
    """What the library logs, without the traceback that logging would add."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        _said(record.getMessage(), 0)


@contextmanager
def _plain_output() -> Iterator[None]:
    """Letters the terminal does not have become question marks, and what is logged a sentence."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    log, handler = logging.getLogger("checkout_core"), _OneLine()
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def _usage(wrong: click.UsageError) -> str:
    """What cannot be understood, and where to read more."""
    command = wrong.ctx.command_path if wrong.ctx else NAME
    message = wrong.format_message().rstrip(".")
    return f"{message}{' ' if message.endswith('?') else '; '}see {command} --help"


def _said(sentence: str, code: int) -> int:
    click.echo(f"{NAME}: {sentence}", err=True)
    return code


@click.group(NAME, cls=App, commands=COMMANDS)
@click.version_option(package_name=NAME, prog_name=NAME, message="%(prog)s %(version)s")
def app() -> None:
    """Walk through a sandbox checkout, check a shop file, draw the map; look after payments and messages."""
