"""`prune` and `forget`: what is over is removed; what is not is kept whole, and named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import click

from ..service import Fate, Kept, Pruned
from ._office import Office, many, moment, with_office
from ._paper import Paper
from ._table import table

WHY: Final[Mapping[Fate, str]] = {
    "changed": "changed since",
    "payment": "with a payment that is not over",
    "message": "with a message that has not left",
}


@click.command()
@with_office
def prune(*, office: Office) -> None:
    """Remove what is old and over.

    That is: checkouts that have not changed for as long as the setting RECORDS_KEPT says.  One with a payment that is
    not over, or a message that has not left, is kept.  Safe to interrupt, and to run again.
    """
    paper = Paper()
    with paper.console.status("reading all checkouts"):
        pruned = office.run(office.operator.pruning())
    paper.line("removed", many(pruned.removed, "checkout"))
    if pruned.parked:
        paper.line("removed", f"{many(pruned.parked, 'message')} about numbers nobody knows")
    paper.line("kept", ", ".join(_kept(pruned)) or "none")
    _show_unread(paper, pruned.unread)
    if pruned.kept.get("payment"):
        paper.line("next", office.again("attempts list --open"), "yellow")
    if pruned.kept.get("message"):
        paper.line("next", office.again("outbox list"), "yellow")


def _kept(pruned: Pruned) -> Iterator[str]:
    for fate, why in WHY.items():
        if pruned.kept.get(fate):
            yield f"{pruned.kept[fate]} {why}"


def _show_unread(paper: Paper, unread: tuple[str, ...]) -> None:
    if unread:
        paper.line("unread", f"{many(len(unread), 'record')} left alone: {', '.join(unread)}", "yellow")


@click.command()
@click.argument("buyer")
@with_office
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget(*, buyer: str, office: Office, yes: bool) -> None:
    """Remove a buyer's checkouts: BUYER is an account or an e-mail.

    Ends with 1 where some must be kept for now: run it again after the moment it names.  The shop's own tables,
    where its orders are, are not touched.
    """
    paper = Paper()
    if not buyer.strip():
        raise click.UsageError("BUYER is an account or an e-mail")
    if not yes and not click.confirm(f"  Remove the checkouts of {buyer} for good", default=False):
        raise click.ClickException("nothing was removed")
    left = office.run(office.operator.forgetting(buyer.strip()))
    paper.line("removed", many(left.removed, "checkout"))
    _show_unread(paper, left.unread)
    if not left.kept:
        if left.unread:
            raise click.ClickException("whether those that cannot be read are of this buyer, nobody can say")
        return
    rows = ((kept.number or kept.key, "; ".join(kept.why), _possible(kept)) for kept in left.kept)
    table(paper, ("kept", "because", "possible"), rows)
    raise click.ClickException(_again(left.kept))


def _possible(kept: Kept) -> str:
    return f"from {moment(kept.until)}" if kept.until is not None else "when a person has resolved it"


def _again(kept: tuple[Kept, ...]) -> str:
    moments = [each.until for each in kept if each.until is not None]
    by_hand = len(kept) - len(moments)
    said = f"{many(len(kept), 'checkout')} kept for now"
    if by_hand:
        said += f"; {by_hand} must be resolved first"
    return f"{said}; run it again after {moment(max(moments))} UTC" if moments else f"{said}; then run it again"
