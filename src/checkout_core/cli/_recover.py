"""`recover`: ask the ledgers about payments nobody knows the end of, give money back, deliver what waits."""

from __future__ import annotations

import click

from ..service import Pause
from ._office import Office, many, moment, with_office
from ._paper import Paper

LIMIT = 1000  # checkouts a round


@click.command()
@with_office
@click.option("--once", is_flag=True, help="One round, as without --every.")
@click.option("--every", "seconds", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="Round after round, with a pause, until interrupted.")  # fmt: skip
@click.option("--sweep", is_flag=True, help="Ask about every number there ever was: slow, after a backup came back.")
def recover(*, office: Office, once: bool, seconds: float | None, sweep: bool) -> None:
    """Look after what is due.

    The ledgers are asked about payments nobody knows the end of, money is given back, messages are delivered.

    Safe to run twice at the same time, and to interrupt: what is asked is saved first, and no payment is ever sent.
    """
    if once and seconds is not None:
        raise click.UsageError("--once and --every contradict each other: leave one out")
    paper = Paper()
    _round(office, paper, sweep=sweep)
    if seconds is None:
        return
    rounds = 1
    try:
        while True:
            office.service.perform(Pause(seconds))
            _round(office, paper, sweep=sweep)
            rounds += 1
    except KeyboardInterrupt:
        paper.line("stopped", f"after {many(rounds, 'round')}; nothing is lost")


def _round(office: Office, paper: Paper, *, sweep: bool) -> None:
    """Everything that is due, and with a sweep everything."""
    service = office.service
    now = moment(service.checkout.ports.clock())
    with paper.console.status("asking the ledgers"):
        looked_at = service.recover_once(LIMIT)
    with paper.console.status("delivering messages"):
        relayed = service.relay_once(LIMIT)
    paper.line("recover", f"{now} {many(looked_at, 'checkout')} looked after; outboxes looked through: {relayed}")
    if LIMIT in {looked_at, relayed}:
        paper.line("next", "more may be due: run it again", "yellow")
    if sweep:
        _swept(office, paper)


def _swept(office: Office, paper: Paper) -> None:
    """Every checkout there is, page by page."""
    swept = 0
    with paper.console.status("sweeping") as status:
        while count := office.service.sweep_once():
            swept += count
            status.update(f"sweeping: {many(swept, 'checkout')}")
    paper.line("swept", many(swept, "checkout"))
