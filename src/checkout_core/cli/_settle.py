"""`order`: an order that waits for a transfer, and what a person found out about it."""

from __future__ import annotations

import click

from ..money import Money
from ..service import Awaited, Impossible
from ._attempts import login
from ._fields import HIDDEN, LONG
from ._group import Group
from ._office import Office, with_office
from ._paper import Paper, amount

WHY_NOT = {
    "paid_already": "the order is paid already; this money is to be given back at the bank",
    "given_up": "the order was given up; this money is to be given back at the bank",
    "too_little": "it is too little, and the order waits on",
    "too_much": "it is too much, and the order waits on",
    "other_currency": "it is of another currency, and the order waits on",
}


@click.group(cls=Group)
def order() -> None:
    """Settle orders by transfer.

    Say that the money came, or that the shop waits no longer.
    """


reason_option = click.option("--reason", metavar="TEXT", required=True, help="How you know; kept with the order.")
who_option = click.option("--operator", "who", metavar="NAME", help="Who you are; your login without it.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@order.command()
@click.argument("number")
@with_office
@click.option("--amount", "came", metavar="AMOUNT", required=True, help="What came, as the statement says: 125.00.")
@reason_option
@who_option
@yes_option
def confirm(*, number: str, office: Office, came: str, reason: str, who: str | None, yes: bool) -> None:
    """Say that a transfer for NUMBER came.

    It pays the order if it is the very amount and nobody has paid; anything else is noted with the order.
    """
    paper, who, reason = Paper(), who or login(), LONG.sub(HIDDEN, reason)
    try:
        waits = office.found(number, office.operator.awaited(number))
        try:
            money = Money(came, waits.owed.currency)
        except ValueError:
            raise click.UsageError(f"{came!r} is no amount in {waits.owed.currency}; write it like 125.00") from None
        _show(paper, waits)
        if not yes and not click.confirm(f"  {amount(money)} came", default=False):
            raise click.ClickException("nothing was changed")
        done = office.found(number, office.operator.confirming(number, money, who, reason))
    except Impossible as refused:
        raise click.ClickException(str(refused)) from None
    paper.line("told", f"{amount(money)} by {who}: {reason}")
    if done.why_not is not None:
        paper.line("noted", WHY_NOT[done.why_not], "yellow")
    else:
        paper.line("now", f"order {done.number} is paid, and the shop is told", "green")


@order.command()
@click.argument("number")
@with_office
@reason_option
@who_option
@yes_option
def refuse(*, number: str, office: Office, reason: str, who: str | None, yes: bool) -> None:
    """Wait no longer for the money of NUMBER.

    Nothing pays it any more; the shop is told, and has its goods back in its own tables.
    """
    paper, who, reason = Paper(), who or login(), LONG.sub(HIDDEN, reason)
    try:
        _show(paper, office.found(number, office.operator.awaited(number)))
        if not yes and not click.confirm("  Wait no longer", default=False):
            raise click.ClickException("nothing was changed")
        done = office.found(number, office.operator.refusing(number, who, reason))
    except Impossible as refused:
        raise click.ClickException(str(refused)) from None
    paper.line("told", f"by {who}: {reason}")
    paper.line("now", f"order {done.number} is given up, and the shop is told", "green")


def _show(paper: Paper, waits: Awaited) -> None:
    now = f"paid by {waits.receipt}" if waits.paid else "given up" if waits.given_up else "waiting for its money"
    paper.line("order", f"{waits.number}, {amount(waits.owed)}, {now}")
