"""One buyer walks through one checkout, and every page is put on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

from ..engine import Step
from ..order import Attempt, PreOrder, State, Totals
from ..page import Caller, Codes
from ..paying import MOVING, awaiting, owed
from ..sandbox._paid_stories import page_back
from ._buyers import Answer, Buyer
from ._desk import Desk
from ._explain import checks_of
from ._order import ledger_says
from ._paper import Paper
from ._show import context_of, show_errors, show_page, show_posted, show_totals

ROUNDS: Final = 8  # a request that never arrived takes the most: asked until nothing can take effect, and once more
UNDECIDED: Final[Mapping[State, str]] = {  # people at the bank decide, when they get to it
    "authorised": "keeps the money, and has not taken it",
    "review": "has taken the money, and looks at it for fraud",
}
AT_THE_BANK: Final = ("pass 3-D Secure", "pay on its page")  # by whether the page is one to pay on
NOTHING: Final[Codes] = {}
CLOSED: Final = "page_not_available"


class Walk:
    """Goes on until the order stands, or the buyer has nothing more to say."""

    def __init__(self, desk: Desk, paper: Paper, buyer: Buyer, caller: Caller, *, explain: bool = False) -> None:
        self._desk, self._paper, self._buyer, self._caller = desk, paper, buyer, caller
        self._explain = explain
        self._totals: Totals | None = None
        self._page = ""  # the one on paper
        self._gone: set[int] = set()  # attempts whose buyer did not come back
        self._heard = len(desk.shop.inbox.of("sms"))

    def through(self, key: str) -> Step:
        """The last page, of an order that stands or not."""
        step = self._settled(key, self._get(key))
        errors = NOTHING
        while True:
            step = self._settled(key, self._back_from_bank(key, step))
            if step.page == self._desk.checkout.map.nowhere.name:
                step = self._get(key)
            self._show(step)
            answer = self._buyer.answer(step, errors)
            if answer is None:
                return step
            step = self._post(key, answer, step)
            errors = step.errors

    def _get(self, key: str) -> Step:
        return self._desk.service.get(key, caller=self._caller)

    def _post(self, key: str, answer: Answer, before: Step | None = None) -> Step:
        """The step after that answer, both on paper."""
        page, body = answer
        checkout, paper = self._desk.checkout, self._paper
        row = checkout.map.rows[page]
        show_posted(paper, row, body, context_of(before, page) if before else None)
        with paper.console.status("waiting for the shop and its bank"):
            step = self._desk.service.post(key, page, body, self._caller)
        show_errors(paper, step.errors)
        for text in self._desk.shop.inbox.of("sms")[self._heard :]:
            paper.line("phone", f"{text.to} {text.says}", "yellow")
            self._heard += 1
        if step.ok and step.page in {self._page, checkout.map.nowhere.name}:
            paper.line("shown", step.page)
        if any(CLOSED in codes for codes in step.errors.values()):
            paper.drawn(checks_of(self._desk, step.pre_order, page, self._caller))
        return step

    def _show(self, step: Step) -> None:
        """The page, unless it is on paper already; what it all costs, where that has changed."""
        if step.page != self._page:
            show_page(self._paper, self._desk.checkout.map.rows[step.page], step.context, step.pre_order)
            if self._explain:
                self._paper.drawn(checks_of(self._desk, step.pre_order, step.page, self._caller))
            self._page = step.page
        show_totals(self._paper, step.pre_order.totals, self._totals)
        self._totals = step.pre_order.totals

    def _back_from_bank(self, key: str, step: Step) -> Step:
        """The step after the buyer did what the bank waits for on its page, where it waits for that."""
        waiting = awaiting(step.pre_order)
        if waiting is None or waiting.n in self._gone:
            return step
        if self._desk.checkout.map.rows[step.page].type.returns:
            self._show(step)
        what = AT_THE_BANK[waiting.kind == "session"]
        self._paper.line("bank", f"waits for the buyer to {what}", "yellow")
        returned = self._return_of(waiting, what)
        if returned is None:
            self._gone.add(waiting.n)
            self._paper.line("bank", "the buyer did not come back; nothing was charged", "yellow")
            return self._get(key)
        return self._post(key, (page_back(returned), returned))

    def _return_of(self, waiting: Attempt, what: str) -> Mapping[str, str] | None:
        """What the browser brings back; None where it never does.

        Raises ClickException for instalments that the page does not offer.
        """
        bank = self._desk.shop.banks.get(waiting.gateway, self._desk.shop.bank)
        ticket = bank.ticket(waiting.number)
        if ticket is None or not self._buyer.comes_back(what):
            return None
        try:
            return bank.brought_back(ticket, installments=self._buyer.installments)
        except LookupError as wrong:
            raise click.ClickException(f"at the bank: {wrong}") from None

    def _settled(self, key: str, step: Step) -> Step:
        """The step after the ledger was asked about money of which nobody knows.

        Not about money that may come for an attempt that is over: that takes days, and no buyer waits for it.
        """
        order, asked = step.pre_order, False
        for _ in range(ROUNDS):
            waits = _waits(order)
            if waits is None or waits.due_at is None or (asked and waits.state in UNDECIDED):
                break
            now = self._desk.clock.reach(waits.due_at)
            self._desk.shop.bank.arrives(now)
            why = "has money to give back" if owed(waits) else UNDECIDED.get(waits.state, "gave no answer")
            self._paper.line("bank", f"{why}; at {now:%H:%M:%S} UTC its ledger is asked", "yellow")
            with self._paper.console.status("asking the ledger"):
                self._desk.service.sweep(key)
            order, asked = self._get(key).pre_order, True
        if not asked:
            return step
        self._paper.line("ledger", _found(order, ledger_says(order, self._desk.shop.bank)), "yellow")
        return self._get(key)


def _waits(order: PreOrder) -> Attempt | None:
    """The attempt whose money is looked for next."""
    waiting = (a for a in order.attempts if a.due_at is not None and (a.state in MOVING or owed(a)))
    return min(waiting, key=lambda a: (a.due_at, a.n), default=None)


def _found(order: PreOrder, says: str) -> str:
    """What came of the last attempt."""
    state = order.attempts[-1].state if order.attempts else ""
    return f"{says}; the payment is {'under review' if state == 'review' else state.replace('_', ' ')}"
