"""Where an operator works: the sandbox's checkouts in a database, or a host's own service."""

from __future__ import annotations

import inspect
import os
import shlex
import sys
from collections.abc import Callable
from datetime import datetime
from functools import reduce, wraps
from importlib import import_module
from typing import Final, NoReturn, TypeVar

import click
from attrs import frozen

from ..driver import Steps
from ..service import AsyncCheckoutService, CheckoutService, NotThere, Operator
from ._desk import did_you_mean, open_desk, shop_option

T = TypeVar("T")
GIVEN: Final = "checkout_core.service"  # in click's meta: the service of a host whose command line this is
WANTED: Final = "--service wants MODULE:NAME of a CheckoutService, or of a function that returns one"


@frozen
class Office:
    """A service, and what an operator may ask of it."""

    service: CheckoutService
    operator: Operator
    files: tuple[str, ...]  # the options that open it again
    command: str = "checkout-core"  # what stands before every command

    def run(self, steps: Steps[T]) -> T:
        """What the coroutine returns."""
        return self.service.run(steps)

    def found(self, name: str, steps: Steps[T]) -> T:
        """As `run`.  Raises ClickException where there is no checkout `name`."""
        try:
            return self.run(steps)
        except NotThere:
            known = self.run(self.operator.names())
        raise click.ClickException(f"there is no order number and no checkout {name!r}{did_you_mean(name, known)}")

    def message(self, id: str, steps: Steps[T]) -> T:  # noqa: A002  # what it is
        """As `run`.  Raises ClickException where no message of that id waits."""
        try:
            return self.run(steps)
        except NotThere:
            known = (row.id for row in self.run(self.operator.messages()))
        told = did_you_mean(id, known)
        raise click.ClickException(f"no message {id!r} waits: it was delivered, or there never was one{told}")

    def again(self, command: str, name: str | None = None) -> str:
        """That command on the same checkouts, about `name`, which may begin with a dash."""
        about = () if name is None else ("--", name) if name.startswith("-") else (name,)
        return shlex.join((*self.command.split(), *command.split(), *self.files, *about))


def give(service: CheckoutService) -> None:
    """The commands below the current one work on that service, unless told otherwise."""
    ctx = click.get_current_context()
    ctx.meta[GIVEN] = Office(service, Operator(service.requests), (), ctx.command_path)


def open_office(shop_file: str | None, db: str | None, hosted: str | None) -> Office:
    """The checkouts of that database, of that service, or of the service that was given.

    Raises UsageError unless it is exactly one, ClickException where it cannot be opened.
    """
    given: Office | None = click.get_current_context().meta.get(GIVEN)
    if given is not None and (shop_file, db, hosted) == (None, None, None):
        return given
    if hosted is None:
        if db is None:
            raise click.UsageError("--db FILE or --service MODULE:NAME says which checkouts are meant")
        desk = open_desk(shop_file, db, new=False)
        return Office(desk.service, Operator(desk.service.requests), desk.files)
    if shop_file is not None or db is not None:
        raise click.UsageError("--service brings its own shop and database: leave --shop and --db out")
    service = service_of(hosted)
    return Office(service, Operator(service.requests), ("--service", hosted))


def service_of(hosted: str) -> CheckoutService:
    """The service that `MODULE:NAME` names.  Raises ClickException, in one sentence, for everything else."""
    module, _, name = hosted.partition(":")
    if not module or not name:
        raise click.UsageError(f"{WANTED}, not {hosted!r}")
    found = _named(_imported(module), module, name)
    if inspect.iscoroutinefunction(found):
        _refuse(hosted, "is an async function")
    if callable(found) and not isinstance(found, CheckoutService | AsyncCheckoutService):
        try:
            found = found()
        except Exception as wrong:  # noqa: BLE001  # a host's own; its text may say too much
            _refuse(hosted, f"raised {type(wrong).__name__} when it was called")
    if isinstance(found, AsyncCheckoutService):
        _refuse(hosted, "is an AsyncCheckoutService: build a CheckoutService on the same store for the command line")
    if not isinstance(found, CheckoutService):
        _refuse(hosted, f"is no CheckoutService but of type {type(found).__name__}")
    return found


def _imported(module: str) -> object:
    if os.getcwd() not in sys.path:  # noqa: PTH109  # sys.path holds texts
        sys.path.insert(0, os.getcwd())  # noqa: PTH109  # as with `python -m`: a console script does not look there
    try:
        return import_module(module)
    except ModuleNotFoundError as missing:
        if missing.name is not None and (module == missing.name or module.startswith(f"{missing.name}.")):
            raise click.ClickException(
                f"there is no module {module!r}, neither here nor among what is installed; {WANTED}"
            ) from None
        raise click.ClickException(f"module {module!r} wants a module {missing.name!r} that is not installed") from None
    except Exception as wrong:  # noqa: BLE001  # whatever a host's module does
        raise click.ClickException(
            f"module {module!r} cannot be imported ({type(wrong).__name__}); python -c 'import {module}' shows why"
        ) from None


def _named(module: object, where: str, name: str) -> object:
    try:
        return reduce(getattr, name.split("."), module)
    except AttributeError:
        known = [each for each in vars(module) if not each.startswith("_")]
        raise click.ClickException(f"module {where!r} has no {name!r}{did_you_mean(name, known)}") from None


def _refuse(hosted: str, why: str) -> NoReturn:
    raise click.ClickException(f"{hosted} {why}; {WANTED}")


def with_office(command: Callable[..., None]) -> Callable[..., None]:
    """The command with `--db FILE --shop FILE` or `--service MODULE:NAME`, which gets the `office` they open."""

    @wraps(command)
    def opened(*, shop_file: str | None, db: str | None, hosted: str | None, **given: object) -> None:
        command(office=open_office(shop_file, db, hosted), **given)

    hosts = click.option("--service", "hosted", metavar="MODULE:NAME", help="A CheckoutService of yours, or its maker.")
    return click.option("--db", metavar="FILE", help="The database of walk --db.")(shop_option(hosts(opened)))


def moment(at: datetime | None) -> str:
    """`2026-11-21 12:00:05`, in UTC as everything here."""
    return "" if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def many(count: int, thing: str) -> str:
    """`1 message`, `2 messages`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"
