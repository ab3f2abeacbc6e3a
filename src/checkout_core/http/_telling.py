"""What a page tells beside its form: where the buyer stands, what is wrong, what is bought and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, cast

from attrs import frozen

from ..atlas import Map, Row
from ..choosing import when
from ..engine import FREE, Step
from ..forms.drawn import fields_of, lists_of
from ..labels import about, address, costs, is_list, named, price, prices, short, values
from ..order import Basket, CreditCard, FundsTransfer, Placed, PreOrder, Totals
from ..page import Visit
from ..pricing import plan_chosen
from ..settings import Settings
from ..shop import BankAccount
from ..texts import field_label, page_title, text_of, translated
from ._drawn import Drawn
from ._made_up import made_up

Fact: TypeAlias = tuple[str, str]  # what it is called, and what it is

REFUSED: Final = "unavailable_options"
OTHERWISE: Final = frozenset({  # of contexts: a field, a link or a sentence of the page says it
    "allowed_quantity", "applying", "can_guest_purchase", "can_save_card", "country", "extra_field", "gift_box",
    "has_campaigns", "has_gift_box", "has_rewards", "installment_count",
    "is_quantity_changeable", "is_user_logged_in", "min_quantity", "multi_card_enabled", "notice", "redirect_url",
    "retry", "schema", "sku",
    "three_d_secure_required", REFUSED, "user_phone_format", "user_phone_regex",
})  # fmt: skip
WAITING: Final = 300  # the status of an order whose money has yet to come


@frozen
class Stage:
    """A page of the way."""

    page: str
    title: str
    current: bool


@frozen
class Complaint:
    """What is wrong; `field` is the id of the control that mends it, empty where the page has none."""

    text: str
    field: str


@frozen
class Sum:
    """A row of what it costs."""

    label: str
    amount: str
    total: bool = False


@frozen
class Listed:
    """An item that helps, and is not chosen from."""

    label: str
    price: str
    about: str


def stages(flow: Map, step: Step, visit: Visit, locale: str) -> tuple[Stage, ...]:
    """The pages of the way that this buyer goes, as far as it is known; none beside it.

    A refused post lists no page before the one it was for: those before it are answered, skipped, or for others.
    """
    order = step.pre_order
    rows = [row for row in (flow.rows[shown.page] for shown in step.context_list) if not row.beside]
    if rows and rows[0] is not flow.first:
        before = [row for row in flow.before(rows[0], order) if _met(flow, row, visit)]
        rows = [*before, *rows]
    if rows and rows[0] is flow.first and flow.first.skips and not order.buyer.is_guest:
        rows = rows[1:]  # who buys is known
    rows = [row for row in rows if fields_of(row.form) or row.name == step.page]  # nobody has to go back to the others
    return tuple(Stage(row.name, page_title(row.name, locale), row.name == step.page) for row in rows)


def _met(flow: Map, row: Row, visit: Visit) -> bool:
    """The buyer came through that page."""
    own = row.part(visit.order)
    return row.open(own, visit) and (row is flow.first or not row.skipped(own, visit))


def complaints(step: Step, fields: tuple[Drawn, ...], locale: str) -> tuple[Complaint, ...]:
    """Everything that was refused, and what became of the last payment where nobody has said so yet."""
    drawn = {each.name: each for each in fields}
    drawn |= {each.name.replace("[", ".").rstrip("]"): each for each in fields}  # a question of the shop
    groups = {each.name.partition("[")[0]: each for each in reversed(fields) if each.name not in step.errors}
    found: list[Complaint] = []
    for name, codes in step.errors.items():
        for text in (text_of(code, locale, name) for code in codes):
            of_all = groups.get(name) if name not in drawn else None
            found.append(Complaint(text, of_all.id) if of_all else _complaint(drawn.get(name), text))
    notice = getattr(step.context, "notice", None)
    if isinstance(notice, str) and notice not in step.errors.get("non_field_errors", ()):
        found.append(Complaint(text_of(notice, locale), ""))
    return tuple(found)


def _complaint(field: Drawn | None, text: str) -> Complaint:
    if field is None:
        return Complaint(text, "")
    return Complaint(text if field.control == "checkbox" else f"{field.label.rstrip('?')}: {text}", field.id)


def facts(row: Row, context: object, locale: str) -> tuple[Fact, ...]:
    """The plain values of what the page shows."""
    asked = {field.name for field in fields_of(row.form)}
    return tuple(_facts(context, OTHERWISE | asked, locale))


def _facts(context: object, unsaid: frozenset[str] | set[str], locale: str) -> Iterator[Fact]:
    for name, value in values(context):
        if name in unsaid or value == () or is_list(value):
            continue
        if isinstance(value, BankAccount):
            yield from _account(value, locale)
        elif name == "installment_messages":
            yield from ((field_label(name, locale), text_of(said, locale)) for said in cast("tuple[str, ...]", value))
        else:
            yield field_label(name, locale), short(value, price)


def _account(account: BankAccount, locale: str) -> tuple[Fact, ...]:
    return (
        (translated("Bank", locale), account.bank.name),
        (translated("Account holder", locale), account.holder_name),
        (translated("IBAN", locale), account.iban),
    )


def lists(row: Row, context: object, locale: str) -> tuple[tuple[str, tuple[Listed, ...]], ...]:
    """The lists of what the page shows that no field chooses from, by what they are called."""
    chosen = {name for field in fields_of(row.form) for name in (field.name, *lists_of(field.name))}
    return tuple(
        (field_label(name, locale), tuple(_listed(item, locale) for item in cast("tuple[object, ...]", value)))
        for name, value in values(context)
        if name not in chosen | OTHERWISE and is_list(value)
    )


def refused(context: object, locale: str) -> tuple[str, tuple[Listed, ...]]:
    """The options that this order cannot have, each with its reason: they are told below those that it can."""
    options: tuple[object, ...] = getattr(context, REFUSED, ())
    return field_label(REFUSED, locale), tuple(_listed(each, locale) for each in options)


def _listed(item: object, locale: str) -> Listed:
    return Listed(named(item), next(map(price, prices(item)), ""), about(item, price, locale))


def onward(context: object, root: str) -> str:
    """Where the page sends the buyer: a path of ours, or a provider's address; empty where it sends nobody."""
    url = getattr(context, "redirect_url", None)
    if not isinstance(url, str) or not url.startswith(("/", "https://")) or url.startswith(("//", "/\\")):
        return ""
    return f"{root}{url}" if url.startswith("/") else url


def lines(basket: Basket) -> tuple[tuple[str, int, str], ...]:
    """Name, quantity and amount of what is bought."""
    return tuple((line.name, line.quantity, price(line.amount)) for line in basket.lines)


def sums(order: PreOrder, settings: Settings, locale: str) -> tuple[Sum, ...]:
    """What it costs, as far as that is known."""
    plan, total = plan_chosen(order.payment), order.totals.payable
    rows = _sums(order, order.totals, locale)
    if plan is None or plan.installment_count <= 1:
        return rows
    monthly = price(total.part(plan.installment_count, settings.interest_rounding))
    return *rows, Sum(translated("Instalments", locale), f"{plan.installment_count} x {monthly}")


def _sums(order: PreOrder, totals: Totals, locale: str, to_pay: str = "To pay") -> tuple[Sum, ...]:
    return tuple(
        Sum(
            each.label if each.is_name else translated(each.label, locale), price(each.amount),
            each.kind in {"total", "payable"},
        )
        for each in costs(order, totals, to_pay)
    )  # fmt: skip


def of_the_order(order: PreOrder, placed: Placed, locale: str) -> dict[str, object]:
    """What the page of a placed order shows, by the names its template has for it."""
    return {
        "order": order,
        "number": order.order_number,
        "waits": placed.status == WAITING,
        "facts": tuple((label, value) for label, value in _of_the_order(order, placed, locale) if value),
        "transfer": _transfer(order, placed, locale),
        "lines": lines(order.basket),
        "sums": _sums(order, placed.totals, locale, "To pay" if placed.status == WAITING else "Paid"),
        "made": made_up(order, locale),
    }


def _of_the_order(order: PreOrder, placed: Placed, locale: str) -> tuple[Fact, ...]:
    delivery, plan = order.delivery, placed.plan
    payment = order.payment if placed.receipt != FREE.why else None  # nothing was left for it
    slot = order.schedule.delivery_range
    asked_on = "ReservationSelectionPage" if delivery.retail_store else "SlotSelectionPage"
    card = payment.mask[-4:] if isinstance(payment, CreditCard) and payment.mask else ""
    return (
        (translated("Placed at", locale), f"{placed.at:%Y-%m-%d %H:%M} UTC"),
        (field_label("user_email", locale), order.buyer.email or ""),
        (field_label("phone_number", locale), order.buyer.phone or ""),
        (field_label("shipping_address", locale), address(delivery.shipping_address)),
        (field_label("billing_address", locale), address(delivery.billing_address)),
        (page_title("RetailStoreSelectionPage", locale), delivery.retail_store.name if delivery.retail_store else ""),
        (field_label("remote_id", locale), delivery.pickup_location.name if delivery.pickup_location else ""),
        (translated("Shipping", locale), order.shipping.name),
        (page_title(asked_on, locale), when(slot, locale) if slot else ""),
        (translated("Paid by", locale), payment.option.name if payment else ""),
        (translated("Card ending in", locale), card),
        (translated("Instalments", locale), str(plan.installments) if payment and plan.installments > 1 else ""),
        (translated("Your note to the shop", locale), order.extras.notes or ""),
    )


def _transfer(order: PreOrder, placed: Placed, locale: str) -> tuple[Fact, ...]:
    """Where to transfer how much under which reference, while that is awaited."""
    payment = order.payment
    if placed.status != WAITING or not isinstance(payment, FundsTransfer) or payment.bank_account is None:
        return ()
    return (
        *_account(payment.bank_account, locale),
        (translated("Amount", locale), price(placed.plan.amount)),
        (translated("Reference", locale), payment.reference_code or placed.number),
    )
