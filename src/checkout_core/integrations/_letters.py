"""What the mails of the core say, in plain English: a host puts its own functions beside or in place of these.

SmtpMail(..., letters={**LETTERS, "order_placed": in_turkish})
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from ..effects import Refused
from ..labels import Cost, costs
from ..money import Money, total
from ..order import FundsTransfer, Placed, PreOrder

Letter: TypeAlias = Callable[[PreOrder, str, str], tuple[str, str]]
"""Subject and text, from the order as it is now, the number the mail is about, and the shop's name.

May raise Refused: then nothing is sent, and the message is given up.
"""

WAITING: Final = 300  # a status: the money comes later


def order_placed(order: PreOrder, number: str, shop: str) -> tuple[str, str]:
    """The order, and where to pay it if it is paid by transfer.  Raises Refused where no order stands."""
    block = order.placed
    if block is None:
        raise Refused("no_order")
    return f"Your order {block.number} at {shop}", _text(
        f"Thank you for your order {block.number} at {shop}.",
        *_lines(order, block),
        *(_to_pay(order, block) if block.status == WAITING else ()),
    )


def order_paid(order: PreOrder, number: str, shop: str) -> tuple[str, str]:
    """The money for an order that stood without it has come.  Raises Refused where it has not."""
    block = order.placed
    if block is None:
        raise Refused("no_order")
    return f"Your order {number} at {shop} is paid", _text(
        f"Thank you. We have your money for order {number} at {shop}: {_said(block.plan.amount)}."
    )


def payment_reversed(order: PreOrder, number: str, shop: str) -> tuple[str, str]:
    """What went back, and whether an order stands beside it.  Raises Refused where nothing went back."""
    amount = given_back(order, number)
    if not amount:
        raise Refused("nothing_reversed")
    stands = (
        "No order was placed."
        if order.placed is None
        else f"Your order {order.order_number} stands, and is paid; this was taken beside it."
    )
    return f"Your money is on its way back from {shop}", _text(
        f"{_said(amount)} of payment {number} at {shop} goes back to where it came from.",
        stands,
        "Your bank may take some days to show it.",
    )


LETTERS: Final[Mapping[str, Letter]] = {
    "order_placed": order_placed, "order_paid": order_paid, "payment_reversed": payment_reversed,
}  # fmt: skip


def given_back(order: PreOrder, number: str) -> Money:
    """All that went back so far of what was taken under that number."""
    rows = (row for a in order.attempts if a.number == number for row in a.captures if row.reversal == "done")
    return total((row.amount for row in rows), order.totals.total.currency)


def receipt_of(order: PreOrder) -> str | None:
    """What the placed order stands on: captured, funds_transfer, free; None where none stands."""
    if order.placed is None:
        return None
    rows = (row.reference for a in order.attempts for row in a.captures)
    return "captured" if order.placed.receipt in rows else order.placed.receipt


def _lines(order: PreOrder, block: Placed) -> Iterator[str]:
    bought = [f"{line.quantity} x {line.name}: {_said(line.amount)}" for line in order.basket.lines]
    beside = [f"1 x {sample.name}: a sample" for sample in order.extras.sample_products]
    beside += ["In a gift box"] if order.extras.gift_box else []
    to_pay = "To pay" if block.status == WAITING else "Paid"
    sums = [f"{row.label}: {_said(row.amount)}" for row in costs(order, block.totals, to_pay) if _told(row)]
    yield "\n".join([*bought, *beside, *sums])


def _told(row: Cost) -> bool:
    """The goods are told line by line, and of the rest no part that costs nothing."""
    return row.kind in {"total", "payable"} or (row.kind == "part" and bool(row.amount))


def _to_pay(order: PreOrder, block: Placed) -> Iterator[str]:
    """Where the money is to go, and what to write beside it, so that it is found."""
    yield "Your order is sent when your money has arrived."
    payment = order.payment if isinstance(order.payment, FundsTransfer) else None
    account = payment.bank_account if payment else None
    if payment is not None and account is not None:
        yield "\n".join((
            f"Please transfer: {_said(block.plan.amount)}",
            f"To: {account.holder_name}, {account.bank.name}",
            f"IBAN: {_in_fours(account.iban)}",
            f"Reference: {payment.reference_code or block.number}",
        ))  # fmt: skip


def _in_fours(iban: str) -> str:
    """As on paper (ISO 13616)."""
    plain = "".join(iban.split())
    return " ".join(plain[n : n + 4] for n in range(0, len(plain), 4))


def _said(money: Money) -> str:
    return f"{money} {money.currency}"


def _text(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"
