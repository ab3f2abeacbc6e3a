"""`walk`: one checkout, from a basket to an order."""

from __future__ import annotations

import click

from ..page import Caller
from ..shop import PaymentOption
from ._buyers import Asking, Buyer, Scripted
from ._desk import BASKET, Desk, open_desk, shop_option
from ._order import show_order
from ._paper import Paper
from ._script import Script, read_script
from ._story import Storied, buyer_of, option_of
from ._walker import Walk


@click.command()
@shop_option
@click.option("--db", metavar="FILE", help="Keep checkouts in this SQLite file, and the bank's ledger beside it.")
@click.option("--script", metavar="FILE", help="Answers as TOML; without it you are asked.")
@click.option("--pay", "slug", metavar="SLUG", help="Tell how somebody pays so: a way to pay of the shop file.")
@click.option("--basket", metavar="SKU,SKU", help="What is bought; a sku twice is two of it.")
@click.option("--key", metavar="KEY", help="Go on with this checkout of --db.")
@click.option("--buyer", "account", metavar="ACCOUNT", help="A customer of the shop file; a guest without it.")
@click.option("--explain", is_flag=True, help="Show each page's checks.")
def walk(  # noqa: PLR0913  # an option each
    *, shop_file: str | None, db: str | None, script: str | None, slug: str | None, basket: str | None,
    key: str | None, account: str | None, explain: bool,
) -> None:  # fmt: skip
    """Walk one buyer from a basket to an order.

    Banks have their pages, and buyers their phones, in this process: --script and --pay go through them by themselves.
    Ends with 0 where the order stands, with 1 where it does not.
    """
    if key is not None and db is None:
        raise click.UsageError("--key wants --db: checkouts in memory end with the command")
    if script is not None and slug is not None:
        raise click.UsageError("--script and --pay both say what is answered: leave one out")
    desk = open_desk(shop_file, db, new=key is None, hurried=True)
    answers = read_script(script, desk.checkout.map) if script else None
    skus, option = _skus(basket), None if slug is None else option_of(desk, slug)
    if key is None:
        caller = _payer(desk, option) if option and account is None else desk.caller(account)
        key = _begun(desk, skus or (answers.basket if answers else ()), caller)
    else:
        caller = _gone_on_with(desk, key, skus, account)
    paper = Paper()
    paper.line("checkout", f"{key}{'' if desk.kept else ', in memory: --db FILE keeps it'}")
    buyer: Buyer = Scripted(answers, desk) if answers else Asking(desk.checkout, caller)
    if option is not None:
        buyer = Storied(desk, option, caller, desk.stored(key))
    try:
        step = Walk(desk, paper, buyer, caller, explain=explain).through(key)
    except (click.Abort, EOFError, KeyboardInterrupt):
        click.echo()
        raise click.ClickException(f"no order yet; {_next(desk, key, answers)}") from None
    if step.pre_order.placed is None:
        raise click.ClickException(f"no order yet, the buyer stands at {step.page}; {_next(desk, key, answers)}")
    show_order(paper, step.pre_order, desk.shop.bank)


def _payer(desk: Desk, option: PaymentOption) -> Caller:
    """Who can pay so.  Raises ClickException where nobody can."""
    try:
        return buyer_of(desk, option)
    except ValueError as wrong:
        raise click.ClickException(str(wrong)) from None


def _skus(basket: str | None) -> tuple[str, ...]:
    skus = tuple(sku.strip() for sku in (basket or "").split(",") if sku.strip())
    if basket is not None and not skus:
        raise click.UsageError("--basket names no product")
    return skus


def _begun(desk: Desk, skus: tuple[str, ...], caller: Caller) -> str:
    """The key of a new checkout."""
    return desk.service.save(desk.checkout.start(desk.filled(BASKET, skus), caller).pre_order)


def _gone_on_with(desk: Desk, key: str, skus: tuple[str, ...], account: str | None) -> Caller:
    """Who buys in that checkout; its basket is on the shelf, with these products instead where there are any."""
    order = desk.stored(key)
    if skus:
        desk.filled(order.basket.key, skus)
    return desk.caller(account or order.buyer.account)


def _next(desk: Desk, key: str, answers: Script | None) -> str:
    """What to do."""
    if desk.kept:
        return f"go on with: {desk.again(key)}"
    return "add the answers that are missing to the script" if answers else "run it again, with --db FILE to keep it"
