"""`explain`: why a page is open or closed, and which page would mend it."""

from __future__ import annotations

from itertools import chain
from operator import attrgetter
from typing import Final

import click
from rich.tree import Tree

from .. import rules
from ..engine import Step
from ..order import PreOrder
from ..page import Caller
from ..rules.quotes import explain_option
from ..sandbox import THREE_D
from ._desk import BASKET, Desk, checkout_options, kept_order, open_desk, shop_option
from ._paper import Paper, said

OPTIONS: Final = {
    "ShippingOptionSelectionPage": attrgetter("shipping_options"),
    "PaymentOptionSelectionPage": attrgetter("payment_options"),
}
STORIES: Final = ("card", "transfer")  # of the sandbox's buyer; the card is one that wants 3-D Secure
FIRST: Final = ("IndexPage", {"user_email": "ada@example.org"})


@click.command()
@click.argument("page")
@click.option("--at", multiple=True, metavar="PAGE", help="Of a buyer who stands at that page; may be given again.")
@shop_option
@checkout_options
def explain(*, page: str, at: tuple[str, ...], shop_file: str | None, db: str | None, key: str | None) -> None:
    """Tell of each check of PAGE whether it holds, and which page would mend it.

    Of a new checkout, of a sandbox's buyer who stands --at a page, or of one that walk --db kept.
    """
    desk = open_desk(shop_file, db, new=False)
    desk.page(page)
    kept = kept_order(desk, key)
    if kept is not None and at:
        raise click.UsageError("--at is about the sandbox's buyer, and --db about another one")
    paper = Paper()
    for step in (view_of(desk, kept),) if kept else (_standing(desk, desk.page(name)) for name in at or (None,)):
        paper.heading(page, f"for a buyer who stands at {step.page}")
        paper.drawn(checks_of(desk, step.pre_order, page, desk.caller(step.pre_order.buyer.account)))


def view_of(desk: Desk, order: PreOrder) -> Step:
    """Where that buyer stands; nothing is saved."""
    return desk.checkout.view(order, None, desk.caller(order.buyer.account))


def _standing(desk: Desk, name: str | None) -> Step:
    """The sandbox's buyer at that page, or at the first one.  Raises ClickException for one they never come to."""
    for story in STORIES:
        step = desk.checkout.start(desk.filled(BASKET, ()))
        try:
            told = desk.shop.answers(story, THREE_D, step.pre_order)
        except ValueError:  # this shop cannot be bought from like that
            told = iter(())
        for page, body in chain((FIRST,), told):
            if name in {None, step.page}:
                break
            step = desk.checkout.submit(step.pre_order, page, body)
        if name in {None, step.page}:
            return step
    raise click.ClickException(f"the sandbox's buyer never stands at {name}; go there with walk --db, and give its --key")


def checks_of(desk: Desk, order: PreOrder, page: str, caller: Caller) -> Tree:
    """The checks of that page as a tree; behind one that does not hold, those of the page that would mend it."""
    tree = Tree(said(page, "bold"))
    _add_checks(tree, desk, order, page, caller)
    visit = desk.checkout.visit(order, caller)
    row = desk.checkout.map.rows[page]
    own = row.part(order)
    for check in row.type.skip_if if own is not None else ():
        if check.test(own, visit):
            tree.add(said(f"is skipped: {check.says}", "yellow"))
    for option in OPTIONS[page](visit.shop) if page in OPTIONS else ():
        _add_rules(tree, explain_option(option, visit))
    return tree


def _add_checks(tree: Tree, desk: Desk, order: PreOrder, page: str, caller: Caller) -> None:
    for check in desk.checkout.explain(order, page, caller):
        if check.holds:
            tree.add(said(f"holds: {check.says}", "green"))
            continue
        mend = f" -> {check.mended_by}" if check.mended_by else ""
        branch = tree.add(said(f"not yet: {check.says} ({check.check}){mend}", "red"))
        if check.mended_by is not None:
            _add_checks(branch, desk, order, check.mended_by, caller)


def _add_rules(tree: Tree, rule: rules.Explained) -> None:
    branch = tree.add(said(f"{'yes' if rule.holds else 'no'}: {rule.says}", "green" if rule.holds else "red"))
    for each in rule.inside:
        _add_rules(branch, each)
