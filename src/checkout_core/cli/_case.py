"""One checkout on paper, for whoever is on call."""

from __future__ import annotations

from ..order import Attempt
from ..paying import Transaction
from ..service import Case, MessageRow, TransactionRow
from ._office import many, moment
from ._order import STATUS
from ._paper import Paper, amount
from ._table import table


def show_case(paper: Paper, case: Case) -> None:
    """The checkout, its attempts, its outbox, and what happens next."""
    paper.heading(
        f"Checkout {case.key}", f"version {case.version}, saved {moment(case.saved_at) or 'nobody knows when'}"
    )
    paper.line("number", case.number or "none yet")
    paper.line("buyer", "with an account" if case.member else "a guest")
    paper.line("payment", ", ".join(filter(None, (case.payment, case.mask and f"card {case.mask}"))) or "not chosen")
    to_pay = "" if case.payable == case.total else f", of it {amount(case.payable)} by the way to pay"
    paper.line("total", f"{amount(case.total)}{to_pay}")
    placed = case.placed
    if placed is None:
        paper.line("order", "not placed")
    else:
        status = f"{STATUS[placed.status]} ({placed.status})"
        told = f"{placed.number} placed {moment(placed.at)}, {amount(placed.total)}, {status}, receipt {placed.receipt}"
        paper.line("order", told, "green")
    if case.inbox:
        paper.line("inbox", f"{many(case.inbox, 'message')} of providers heard")
    for a in case.attempts:
        show_attempt(paper, a)
    if case.transactions:
        paper.heading("Transactions", "of attempts that led the buyer to a page of a provider's")
        show_transactions(paper, case.transactions)
    if case.messages:
        paper.heading("Outbox")
        show_messages(paper, case.messages)
    paper.heading("Next")
    for look in case.looks:
        paper.line("look", f"{moment(look.at)} {look.why}")
    if not case.looks:
        paper.line("look", "nobody needs to")


def show_attempt(paper: Paper, a: Attempt) -> None:
    """The try to take money: what it was for, what came of it, what is held for it."""
    paper.heading(f"Attempt {a.n}", f"{a.kind.replace('_', ' ')}, number {a.number}, key {a.key}")
    paper.line("state", f"{a.state.replace('_', ' ')}{f', {a.code}' if a.code else ''}")
    paper.line("gateway", f"{a.gateway or 'none'}, asked {many(a.asked, 'time')}")
    plans = " or ".join(f"{plan.installments} x = {amount(plan.amount)}" for plan in a.seal.plans)
    paper.line("seal", f"{plans or 'no plan'}, digest {a.seal.digest[:16] or 'none'}")
    paper.line("times", f"begun {moment(a.since)}, sent by {moment(a.send_by)}, settled by {moment(a.settled_by)}")
    if a.due_at is not None:
        paper.line("due", moment(a.due_at))
    if a.watch_until is not None:
        paper.line("watched", f"until {moment(a.watch_until)}")
    if a.captures:
        paper.line("captures", many(len(a.captures), "row"))
        table(
            paper,
            ("reference", "amount", "instalments", "goes back", "why", "tries"),
            (
                (row.reference, row.amount, row.installments, row.reversal, row.why, row.tries or "")
                for row in a.captures
            ),
        )
    if a.hold is not None:
        paper.line("hold", f"{a.hold.state}, {a.hold.op}")
    if a.handed:
        paper.line("handed", f"out: {', '.join(sorted(a.handed))}")
    for said in a.said:
        paper.line("said", said, "yellow")
    if a.attention is not None:
        paper.line("attention", a.attention, "red")
    if a.resolved is not None:
        r = a.resolved
        paper.line("resolved", f"as {r.said} by {r.operator} {moment(r.at)}: {r.reason}")


def show_transactions(paper: Paper, rows: tuple[TransactionRow, ...]) -> None:
    """A table of transactions: when the attempt was begun, what happened, how much it was about, what came of it."""
    table(
        paper,
        ("attempt", "begun", "kind", "amount", "reference", "outcome"),
        ((r.n, moment(r.since), _kind(r.told), r.told.amount, r.told.id, _outcome(r)) for r in rows),
    )


def _kind(told: Transaction) -> str:
    """`return, 3-D Secure`."""
    way = "redirect" if told.type == "redirect" else "return"
    return f"{way}, 3-D Secure" if told.three_d_secure else way


def _outcome(row: TransactionRow) -> str:
    """Only money that stands has succeeded."""
    if row.told.type == "redirect":
        return "no money"
    return "succeeded" if row.told.succeeded else f"does not stand, {row.state.replace('_', ' ')}"


def show_messages(paper: Paper, rows: tuple[MessageRow, ...]) -> None:
    """A table of messages."""
    table(
        paper,
        ("id", "event", "about", "state", "due", "tries", "why"),
        ((r.id, r.kind, r.about, r.state, moment(r.due_at), r.tries or "", r.why) for r in rows),
    )
