"""`attempts`: which payments are under way, what is known of one, and what a person found out about it."""

from __future__ import annotations

import getpass
from typing import Final, get_args

import click

from ..order import State
from ..service import Counters, Impossible, Outlook, Said
from ._case import show_case
from ._fields import HIDDEN, LONG
from ._group import Group
from ._office import Office, many, moment, with_office
from ._paper import Paper, amount
from ._table import table

TITLES: Final = ("number", "n", "gateway", "state", "amount", "begun", "due", "attention")
BECOMES: Final[dict[State, str]] = {
    "parked": "it is judged when another payment of this checkout has ended",
    "unplaced": "the order stands as soon as its goods are held again",
    "reversed": "its money is marked as given back; nothing is sent to the bank",
    "declined": "it is marked as not taken, and the buyer may pay again; nothing is sent to the bank",
}


@click.group(cls=Group)
def attempts() -> None:
    """Look after payments.

    List them, show one, say what became of one.
    """


@attempts.command("list")
@with_office
@click.option("--open", "open_", is_flag=True, help="Only those that are not over.")
@click.option("--attention", is_flag=True, help="Only those that wait for a person.")
def list_attempts(*, office: Office, open_: bool, attention: bool) -> None:
    """List every try to take money, the oldest first.  Times are UTC."""
    paper = Paper()
    rows = office.run(office.operator.listing(open=open_, attention=attention))
    table(
        paper,
        TITLES,
        (
            (r.number, r.n, r.gateway, _in_words(r.state), r.amount, moment(r.since), moment(r.due_at),
             r.attention)
            for r in rows
        ),
    )  # fmt: skip
    counters = office.run(office.operator.counters())
    paper.line("shown", many(len(rows), "attempt"))
    _show_counters(paper, counters)
    waiting = [row for row in rows if row.attention]
    if waiting:
        paper.line("next", office.again("attempts show", waiting[0].number), "yellow")


def _show_counters(paper: Paper, counters: Counters) -> None:
    by_state = ((state, counters.attempts.get(state, 0)) for state in get_args(State))
    states = [f"{count} {_in_words(state)}" for state, count in by_state if count]
    paper.line("of", f"{many(counters.checkouts, 'checkout')}: {', '.join(states) or 'nobody has tried to pay yet'}")
    if counters.attention:
        paper.line("attention", f"{many(counters.attention, 'attempt')} for a person to look at", "yellow")
    if counters.waiting or counters.dead:
        paper.line("outbox", f"{counters.waiting} waiting, {counters.dead} dead")


@attempts.command()
@click.argument("number")
@with_office
def show(*, number: str, office: Office) -> None:
    """Show all that is known of the checkout of NUMBER, an order number or a checkout's key."""
    paper = Paper()
    case = office.found(number, office.operator.showing(number))
    show_case(paper, case)
    needed = [a for a in case.attempts if a.attention is not None]
    if needed:
        resolve = office.again("attempts resolve --as captured --reason TEXT", number)
        paper.line("next", f"look at the bank, then: {resolve}, or --as reversed", "yellow")
    dead = [row for row in case.messages if row.state == "dead"]
    if dead:
        paper.line("next", office.again("outbox show", dead[0].id), "yellow")


@attempts.command()
@click.argument("number")
@with_office
@click.option("--as", "said", type=click.Choice(get_args(Said)), required=True, help="What the bank's own books say.")
@click.option("--reason", metavar="TEXT", required=True, help="How you know; kept with the payment.")
@click.option("--operator", "who", metavar="NAME", help="Who you are; your login without it.")
@click.option("--attempt", "n", type=click.IntRange(1), metavar="N", help="Which, where several could be meant.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def resolve(*, number: str, office: Office, said: Said, reason: str, who: str | None, n: int | None, yes: bool) -> None:
    """Say what became of the payment of NUMBER.

    For what only a person can find out: nothing is sent to the bank, so look there first.
    """
    paper = Paper()
    who, reason = who or login(), LONG.sub(HIDDEN, reason)
    try:
        outlook = office.found(number, office.operator.outlook(number, said, n))
        paper.line("attempt", f"{outlook.n} of {outlook.number}, which is {_in_words(outlook.was)}")
        paper.line("then", _meaning(outlook, said))
        if not yes and not click.confirm(f"  Resolve it as {said}", default=False):
            raise click.ClickException("nothing was changed")
        done = office.found(number, office.operator.resolving(number, said, who, reason, outlook.n))
    except Impossible as refused:
        raise click.ClickException(f"{refused}; {office.again('attempts show', number)} shows it") from None
    paper.line("resolved", f"as {said} by {who}: {reason}")
    now = f"attempt {done.n} of {done.number} is {_in_words(done.becomes)}; {_meaning(done, said)}"
    paper.line("now", now, "green")


def login() -> str:
    """Who works here.  Raises UsageError where nobody knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise click.UsageError("your login has no name here: --operator NAME says who you are") from None


def _in_words(state: State) -> str:
    return state.replace("_", " ")


def _meaning(outlook: Outlook, said: Said) -> str:
    """What the resolution does, and what is left to do."""
    money = amount(outlook.amount) if outlook.amount is not None else "its money"
    if outlook.places:
        return f"{money} is accounted and order {outlook.number} is placed; the shop is told"
    if said == "captured" and outlook.owes:
        return (
            f"{money} does not fit the order any more and is to be given back: "
            "give it back at the bank, then resolve it as reversed"
        )
    return BECOMES.get(outlook.becomes, f"it is {_in_words(outlook.becomes)}")
