"""`explain`: why a page is open or closed, and which page would mend it; with --totals what an order costs, and why."""

from __future__ import annotations

from itertools import product
from operator import attrgetter
from typing import Final

import click
from rich.tree import Tree

from .. import rules
from ..atlas import Explained
from ..engine import Step
from ..order import PreOrder
from ..page import Caller
from ..rules.grouping import explain_groups
from ..rules.installments import explained
from ..rules.quotes import explain_option
from ..sandbox import THREE_D
from ..sandbox._paid_stories import STORIES
from ..shop import PaymentOption
from ._desk import BASKET, DEFAULT_LINES, Desk, checkout_options, kept_order, open_desk, shop_option
from ._paper import Paper, said
from ._story import buyer_of, story_of
from ._totals import show_totals

OPTIONS: Final = {
    "ShippingOptionSelectionPage": attrgetter("shipping_options"),
    "RemoteShippingOptionSelectionPage": attrgetter("shipping_options"),
    "PaymentOptionSelectionPage": attrgetter("payment_options"),
}
INSTALLMENTS: Final = "InstallmentSelectionPage"
PIECES: Final = (1, 3)  # of each product: some pages are for a fuller basket


@click.command()
@click.argument("page", required=False)
@click.option("--at", multiple=True, metavar="PAGE", help="Of a buyer who stands at that page; may be given again.")
@click.option("--totals", is_flag=True, help="Tell what the order costs instead, each amount with its reason.")
@shop_option
@checkout_options
@click.pass_context
def explain(
    context: click.Context, *, page: str | None, at: tuple[str, ...], totals: bool, shop_file: str | None,
    db: str | None, key: str | None,
) -> None:  # fmt: skip
    """Tell why a page is open or closed, or what an order costs.

    Each check of PAGE with the page that would mend it, and the rules of options or filters of plans: for a new
    checkout, for a sandbox's buyer who stands --at a page, or for a checkout that walk --db kept. With --totals each
    amount with its reason.
    """
    if totals and page is not None:
        raise click.UsageError("--totals is about the whole order: leave out PAGE, or say --at PAGE")
    if not totals and page is None:
        raise click.MissingParameter(ctx=context, param_hint="'PAGE'", param_type="argument")
    desk = open_desk(shop_file, db, new=False)
    if page is not None:
        desk.page(page)
    kept = kept_order(desk, key)
    if kept is not None and at:
        raise click.UsageError("--at is about the sandbox's buyer, and --db about another one")
    names = tuple(map(desk.page, at)) or (desk.checkout.map.first.name,)
    paper = Paper()
    for step in (view_of(desk, kept),) if kept else (_standing(desk, name) for name in names):
        order = step.pre_order
        paper.heading(page or "Totals", f"for a buyer who stands at {step.page}")
        if page is None:
            show_totals(paper, desk.checkout.explain_totals(order))
        else:
            paper.drawn(checks_of(desk, order, page, desk.caller(order.buyer.account)))


def view_of(desk: Desk, order: PreOrder) -> Step:
    """Where that buyer stands; nothing is saved."""
    return desk.checkout.view(order, None, desk.caller(order.buyer.account))


def _standing(desk: Desk, name: str) -> Step:
    """The sandbox's buyer at that page.  Raises ClickException for one they never come to."""
    deliveries = (None, *(option.slug for option in desk.shop.shop.delivery_options))
    skus = tuple(desk.shop.file.products)[:DEFAULT_LINES]
    options = [each for each in desk.shop.shop.payment_options if each.payment_type in STORIES]
    for pieces, delivery, option in product(PIECES, deliveries, options):
        try:
            step = _walked(desk, name, skus * pieces, option, delivery)
        except (ValueError, LookupError):  # this shop cannot be bought from like that
            continue
        if step.page == name:
            return step
    raise click.ClickException(
        f"the sandbox's buyer never stands at {name}; go there with walk --db, and use its --key"
    )


def _walked(desk: Desk, name: str, skus: tuple[str, ...], option: PaymentOption, delivery: str | None) -> Step:
    """As far as that page, or to the end.  Raises ValueError and LookupError as `Sandbox.answers`."""
    caller = buyer_of(desk, option)
    step = desk.checkout.start(desk.filled(BASKET, skus), caller)
    answers = story_of(desk, option, THREE_D, caller, lambda: step.pre_order, delivery)
    while step.page != name and (answer := next(answers, None)) is not None:
        step = desk.checkout.submit(step.pre_order, *answer, caller)
    return step


def checks_of(desk: Desk, order: PreOrder, page: str, caller: Caller) -> Tree:
    """The checks of that page as a tree; behind one that does not hold, what the page that would mend it lacks."""
    tree = Tree(said(page, "bold"))
    told = {page}
    for check in desk.checkout.explain(order, page, caller):
        if check.holds:
            tree.add(said(f"holds: {check.says}", "green"))
        else:
            _add_lack(tree, check, desk, order, caller, told)
    visit = desk.checkout.visit(order, caller)
    row = desk.checkout.map.rows[page]
    own = row.part(order)
    for skip in row.type.skip_if if own is not None else ():
        if skip.test(own, visit):
            tree.add(said(f"is skipped: {skip.says}", "yellow"))
    for option in OPTIONS[page](visit.shop) if page in OPTIONS else ():
        _add_rules(tree, explain_option(option, visit))
    for each in explain_groups(visit) if page == visit.settings.checkout_shipping_option_selection_page else ():
        _add_rules(tree, each)
    for each in explained(getattr(own, "card", None), visit) if page == INSTALLMENTS else ():
        _add_rules(tree, each)
    return tree


def _add_lack(tree: Tree, check: Explained, desk: Desk, order: PreOrder, caller: Caller, told: set[str]) -> None:
    mend = f" -> {check.mended_by}" if check.mended_by else ""
    branch = tree.add(said(f"not yet: {check.says} ({check.check}){mend}", "red"))
    if check.mended_by is not None and check.mended_by not in told:
        told.add(check.mended_by)
        for lack in desk.checkout.explain(order, check.mended_by, caller):
            if not lack.holds:
                _add_lack(branch, lack, desk, order, caller, told)


def _add_rules(tree: Tree, rule: rules.Explained) -> None:
    branch = tree.add(said(f"{'yes' if rule.holds else 'no'}: {rule.says}", "green" if rule.holds else "red"))
    for each in rule.inside:
        _add_rules(branch, each)
