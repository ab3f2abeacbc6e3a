"""`outbox`: messages that have not left yet, or never will; and providers' messages about numbers nobody knows."""

from __future__ import annotations

from datetime import timedelta

import click

from ..service import Impossible, ParkedRow
from ._case import show_messages
from ._group import Group
from ._office import Office, many, moment, with_office
from ._paper import Paper
from ._table import table

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@click.group(cls=Group)
def outbox() -> None:
    """Look after messages.

    List those that wait, show one, deliver one again.
    """


@outbox.command("list")
@with_office
@click.option("--dead", is_flag=True, help="Only those that were given up.")
def list_messages(*, office: Office, dead: bool) -> None:
    """List messages that have not left, and providers' messages that belong to no checkout.  Times are UTC."""
    paper = Paper()
    rows = office.run(office.operator.messages(dead=dead))
    show_messages(paper, rows)
    given_up = [row for row in rows if row.state == "dead"]
    paper.line("messages", f"{len(rows) - len(given_up)} waiting, {len(given_up)} dead" if rows else "none")
    if given_up:
        paper.line("next", office.again("outbox show", given_up[0].id), "yellow")
    elif rows:
        paper.line("next", f"{office.again('recover --once')} delivers what is due", "yellow")
    parked = () if dead else office.run(office.operator.parked())
    if parked:
        _show_parked(paper, parked)


def _show_parked(paper: Paper, parked: tuple[ParkedRow, ...]) -> None:
    paper.heading("Parked", "providers' messages about numbers that nobody knows; each recovery looks again")
    rows = ((row.gateway, row.number, row.id, moment(row.at), age(row.age)) for row in parked)
    table(paper, ("gateway", "number", "message", "came", "age"), rows)
    paper.line("parked", f"{many(len(parked), 'message')}; look their numbers up at the bank")


def age(of: timedelta) -> str:
    """`3 days`: the largest unit that fits."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if of >= unit:
            return many(of // unit, name)
    return "just now"


@outbox.command()
@click.argument("id")
@with_office
def show(*, id: str, office: Office) -> None:  # noqa: A002  # what it is
    """Show the message of that ID."""
    paper = Paper()
    row = office.message(id, office.operator.message(id))
    paper.heading(f"Message {row.id}", f"{row.kind} {row.about}")
    paper.line("state", row.state)
    paper.line("tries", row.tries)
    if row.why is not None:
        paper.line("why", row.why, "yellow")
    elif row.due_at is not None:
        paper.line("due", moment(row.due_at))
    paper.line("checkout", office.again("attempts show", row.key))
    paper.line("next", office.again("outbox retry", row.id))


@outbox.command()
@click.argument("id")
@with_office
def retry(*, id: str, office: Office) -> None:  # noqa: A002  # what it is
    """Deliver the message of that ID now, though it was given up or is not due yet.

    Ends with 1 where it could not be delivered.
    """
    paper = Paper()
    try:
        left = office.message(id, office.operator.retry(id))
    except Impossible as refused:
        raise click.ClickException(str(refused)) from None
    if left is None:
        paper.line("delivered", id, "green")
        return
    if left.why is not None:
        raise click.ClickException(f"{id} is not delivered: {left.why}; mend that, then retry it again")
    raise click.ClickException(f"{id} is not delivered yet; recover tries it again after {moment(left.due_at)} UTC")
