"""The order on paper, and what the bank's ledger says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from ..labels import address, sum_of
from ..order import CreditCard, PreOrder
from ..pricing import account_usages, bag_count, gift_card_usages
from ..sandbox import Bank
from ._paper import Paper, amount

STATUS: Final = {300: "payment waiting", 400: "approved"}
BESIDE: Final[Mapping[str, Collection[str]]] = {  # what the ledger has beside captures
    "authorised": {"authorised"}, "under review": {"review"}, "given back": {"voided", "refunded"},
}  # fmt: skip


def show_order(paper: Paper, order: PreOrder, bank: Bank) -> None:
    """What was bought, where it goes, how it is paid; nothing of an order that is not placed."""
    placed = order.placed
    if placed is None:
        return
    paper.heading(f"Order {placed.number}", f"placed {placed.at:%Y-%m-%d %H:%M:%S} UTC")
    paper.line("status", f"{STATUS[placed.status]} ({placed.status})")
    paper.line("buyer", ", ".join(filter(None, (order.buyer.email, order.buyer.phone))))
    lines = [(line.quantity, line.name, line.sku, line.amount) for line in order.basket.lines]
    paper.rows(("quantity", "name", "sku", "amount"), lines)
    paper.line("ship to", address(order.delivery.shipping_address))
    paper.line("bill to", address(order.delivery.billing_address))
    paper.line("shipping", order.shipping.option.name if order.shipping.option else "none")
    paper.line("payment", _how(order))
    if order.extras.notes:
        paper.line("note", order.extras.notes)
    for label, value in _with_it(order):
        paper.line(label, value)
    paper.line("total", sum_of(placed.totals), "bold green")
    paper.line("ledger", ledger_says(order, bank))


def _with_it(order: PreOrder) -> Iterator[tuple[str, str]]:
    """What made it cheaper, what goes with the goods, and what else pays: a line each, only where it is there."""
    extras, totals = order.extras, order.totals
    for each in order.discounts.applied:
        off = [f"{amount(each.amount)} off the goods"] if each.amount else []
        off += [f"{amount(each.shipping)} off shipping"] if each.shipping else []
        came_by = each.coupon and f"coupon {each.coupon}", each.code and f"code {each.code}"
        yield "offer", ", ".join((each.name, *off, *filter(None, came_by)))
    for sample in extras.sample_products:
        yield "sample", f"{sample.name} ({sample.sku})"
    if extras.gift_box is not None:
        note = f', "{extras.gift_box.note}"' if extras.gift_box.note else ""
        yield "gift box", f"{amount(totals.gift_box)}{note}"
    if extras.bags is not None:
        yield "bags", f"{bag_count(order)} x {extras.bags.name}, {amount(totals.bags)}"
    if extras.extra_field is not None:
        yield "answers", extras.extra_field
    if totals.loyalty_card:
        yield "points", amount(totals.loyalty_card)
    for usage in account_usages(order):
        yield "loyalty", f"{amount(usage.amount)} of {usage.label or 'money without a label'}"
    for card in gift_card_usages(order):
        yield "gift card", f"{amount(card.amount)} of the one that ends in {card.masked}"


def _how(order: PreOrder) -> str:
    placed, payment = order.placed, order.payment
    if placed is None or payment is None:
        return ""
    plan = placed.plan
    parts = f"{plan.installments} instalments, " if plan.installments > 1 else ""
    card = f", card {payment.mask}" if isinstance(payment, CreditCard) and payment.mask else ""
    return f"{payment.option.name}, {parts}{amount(plan.amount)}{card}"


def ledger_says(order: PreOrder, bank: Bank) -> str:
    """`1 capture, 131.25 TRY`: what the bank has taken for that checkout."""
    numbers = {order.number, *(attempt.number for attempt in order.attempts)}
    rows = [row for row in bank.rows() if row.number in numbers]
    taken = [row.amount for row in rows if row.state == "captured"]
    said = [f"{len(taken)} capture{'' if len(taken) == 1 else 's'}", *map(amount, taken)]
    for what, states in BESIDE.items():
        count = sum(row.state in states for row in rows)
        said += [f"{count} {what}"] if count else []
    return ", ".join(said)
