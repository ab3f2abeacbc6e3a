"""A sandbox shop, opened: what the commands work on."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar

import click
from attrs import frozen

from ..checkout import Checkout
from ..order import Basket, PreOrder
from ..page import GUEST, Caller
from ..rules.load import Mistakes
from ..sandbox import DEFAULT, Bank, Sandbox, find_shop, load_shop
from ..service import CheckoutService
from ..stores import MemoryStore, NotAStore, SqliteHolds, SqliteStore, Store, StoreTooNew, StoreUnavailable

CommandT = TypeVar("CommandT", bound=Callable[..., Any])
IN_MEMORY: Final = ":memory:"
BASKET: Final = "basket-1"
DEFAULT_LINES: Final = 2
ALIKE: Final = 3  # names that a question may offer
FEW: Final = 16  # names that fit into a sentence


class Clock:
    """The computer's.  A bank takes its time and a sandbox need not: `ahead` says how much later it is there."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        """Seconds from any moment on."""
        return monotonic() + self.ahead.total_seconds()

    def reach(self, moment: datetime) -> datetime:
        """Go ahead to that moment, unless it is past; what the clock shows then."""
        self.ahead += max(moment - self(), timedelta())
        return self()

    def sleep(self, seconds: float) -> None:
        """Go ahead by so much, instead of waiting."""
        self.ahead += timedelta(seconds=seconds)


@frozen
class Desk:
    """The shop, and the service that keeps its checkouts."""

    shop: Sandbox
    service: CheckoutService
    clock: Clock
    files: tuple[str, ...]  # the options that open this shop again
    kept: bool  # the store outlives the process

    @property
    def checkout(self) -> Checkout:
        """The service's."""
        return self.service.checkout

    def stored(self, key: str) -> PreOrder:
        """The checkout of that key, its basket on the shelf again.  Raises ClickException where there is none."""
        found = self.service.store.get(key)
        if found is None:
            raise click.ClickException(f"there is no checkout {key!r} in that database")
        order = self.checkout.codec.loads(found.head, found.basket).pre_order
        lines = (line for line in order.basket.lines if line.sku in self.shop.file.products)
        self.shop.basket(*(line.sku for line in lines for _ in range(line.quantity)), key=order.basket.key)
        return order

    def caller(self, account: str | None) -> Caller:
        """That customer, or a guest.  Raises ClickException for an account the shop does not know."""
        if account is None:
            return GUEST
        customers = self.shop.file.customers
        if account not in customers:
            raise click.ClickException(f"no customer has the account {account!r}{did_you_mean(account, customers)}")
        return self.shop.caller(account)

    def filled(self, key: str, skus: Sequence[str]) -> Basket:
        """The basket of that key, with these products or, without any, the shop's first ones.

        Raises ClickException for one that nobody sells.
        """
        try:
            return self.shop.basket(*(skus or tuple(self.shop.file.products)[:DEFAULT_LINES]), key=key)
        except KeyError as unknown:
            raise click.ClickException(str(unknown.args[0])) from None

    def again(self, key: str) -> str:
        """The command that goes on with that checkout."""
        return shlex.join(("checkout-core", "walk", *self.files, f"--key={key}"))

    def page(self, name: str) -> str:
        """`name`, which is a page.  Raises ClickException for any other."""
        pages = self.checkout.map.rows
        if name not in pages:
            raise click.ClickException(f"there is no page {name!r}{did_you_mean(name, pages)}")
        return name


def open_desk(shop_file: str | None, db: str | None, *, new: bool = True, hurried: bool = False) -> Desk:
    """The shop of that file with its checkouts in that database, and what belongs to them beside it; else in memory.

    `new`: the database may be made.  `hurried`: where the shop would wait for something, its clock goes ahead.

    Raises ClickException for files that will not do, Misconfigured for a shop.
    """
    try:
        file = load_shop(find_shop(shop_file) if shop_file else DEFAULT)
    except Mistakes as wrong:
        listed = shlex.join(("checkout-core", "check", str(shop_file)))
        raise click.ClickException(f"mistakes in the shop file: {len(wrong.mistakes)}; {listed} lists them") from None
    if db is not None and not new and not Path(db).is_file():
        raise click.ClickException(f"there is no file {db}")
    store = _store(db)
    clock = Clock()
    bank, stock = Bank(beside(db, "bank") if db else IN_MEMORY, clock=clock), SqliteHolds(db, clock) if db else None
    shop = Sandbox(file, bank=bank, stock=stock, now=clock, loyalty=beside(db, "loyalty") if db else IN_MEMORY)
    if db:
        click.get_current_context().call_on_close(shop.loyalty.close)
    checkout = Checkout(shop.ports)
    if hurried:
        service = CheckoutService(checkout, store, monotonic=clock.monotonic, sleep=clock.sleep)
    else:
        service = CheckoutService(checkout, store)
    files = (*(("--shop", shop_file) if shop_file else ()), *(("--db", db) if db else ()))
    return Desk(shop, service, clock, files, db is not None)


def beside(db: str, what: str) -> Path:
    """`demo.bank.sqlite` for demo.sqlite."""
    path = Path(db)
    return path.with_name(f"{path.stem}.{what}{path.suffix}")


def _store(db: str | None) -> Store:
    if db is None:
        return MemoryStore()
    try:
        store = SqliteStore(db)
    except (NotAStore, StoreTooNew, StoreUnavailable) as wrong:
        raise click.ClickException(f"{db}: {wrong}") from None
    click.get_current_context().call_on_close(store.close)
    return store


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`; did you mean BinNumberPage?` for "binpage"; else what there is, where that is not too much."""
    names = {name.casefold(): name for name in sorted(known)}
    wanted = given.casefold()
    begun = [name for name in names if wanted and name.startswith(wanted.removesuffix("page"))]
    near = begun[:ALIKE] or get_close_matches(wanted, names, n=1)
    if near:
        return f"; did you mean {' or '.join(names[name] for name in near)}?"
    return f"; there are {', '.join(names.values()) or 'none'}" if len(names) <= FEW else ""


def shop_option(command: CommandT) -> CommandT:
    """`--shop FILE`."""
    return click.option(
        "--shop", "shop_file", metavar="FILE",
        help="A shop file, or one of the sandbox's: shop, department_store, holiday_store, grand_bazaar.",
    )(command)  # fmt: skip


def checkout_options(command: CommandT) -> CommandT:
    """`--db FILE --key KEY`: a checkout that is kept."""
    command = click.option("--key", metavar="KEY", help="The checkout there, as walk printed it.")(command)
    return click.option("--db", metavar="FILE", help="The database of walk --db.")(command)


def kept_order(desk: Desk, key: str | None) -> PreOrder | None:
    """The checkout of `--db FILE --key KEY`; None where neither was given."""
    if desk.kept != (key is not None):
        raise click.UsageError("--db and --key go together")
    return desk.stored(key) if key is not None else None
