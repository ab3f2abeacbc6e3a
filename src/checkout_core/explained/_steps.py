"""Each step of pricing as an amount with its reason, of what the order keeps by value."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from ..money import MILLION, Money, per_cent, total
from ..order import Bags, Discount, GroupChoice, Line, PreOrder, ShippingChoice, evolve
from ..pricing import account_usages, bag_count, carried, choice_made, gift_card_usages, plan_chosen
from ..shop import Installment
from ._amount import NAMES, Amount, Code, Said, Value

LAST: Final = 4  # digits of a card's number that may be shown
LONG: Final = 8  # digits of a number that has as many more to hide
APPROVED: Final = 400  # the status of an order whose money is there
UNTOLD: Final = "not accounted for"


def explain_totals(order: PreOrder) -> Amount:
    """What is to be paid, as a tree: every amount is the sum of its parts, and the root is `totals.payable`.

    Of a placed order it is what was paid, by the plan that was paid.
    """
    totals = order.placed.totals if order.placed else order.totals
    priced = evolve(order, totals=totals)
    steps = (
        _goods(priced), _discounts(priced), _shipping(priced), _shipping_discount(priced), _payment_fee(priced),
        _bags(priced), _gift_box(priced), _interest(priced),
    )  # fmt: skip
    whole = _sum("total", totals.total, tuple(step for step in steps if step))
    tenders = tuple(tender for tender in (_points(priced), _loyalty_money(priced), _gift_cards(priced)) if tender)
    paid = "Paid" if order.placed and order.placed.status == APPROVED else None
    how = _how_it_is_paid(priced, paid_before=bool(tenders))
    return _sum("payable", totals.payable, (whole, *tenders), how, name=paid)


def _how_it_is_paid(order: PreOrder, *, paid_before: bool) -> tuple[Said, ...]:
    plan = plan_chosen(order.payment)
    count = order.placed.plan.installments if order.placed else plan.installment_count if plan else 1
    if not order.totals.payable:
        return _all_of(_said("nothing is left") if paid_before else None)
    return _all_of(
        _said("what is left of the total") if paid_before else None,
        _said("in {count} instalments", count=count) if count > 1 else None,
    )


def _said(text: str, **values: Value) -> Said:
    return Said(text, values)


def _all_of(*reasons: Said | None) -> tuple[Said, ...]:
    return tuple(reason for reason in reasons if reason)


def _step(key: str, money: Money, *reasons: Said | None, parts: tuple[Amount, ...] = ()) -> Amount:
    return Amount(key, NAMES[key], money, _all_of(*reasons), parts)


def _untold(key: str, money: Money) -> Amount | None:
    """An amount that nothing in the order tells of."""
    return _step(key, money, _said(UNTOLD)) if money else None


def _sum(
    key: str, money: Money, parts: tuple[Amount, ...], reasons: tuple[Said, ...] = (), *,
    name: str | None = None, rest: str = UNTOLD, notes: tuple[Said, ...] = (),
) -> Amount:  # fmt: skip
    """An amount with these parts; what they do not come to is one more part, so that nothing is glossed over."""
    lacking = money - total((part.money for part in parts), money.currency)
    if lacking:
        parts = (*parts, _step("rest", lacking, _said(rest)))
    return Amount(key, NAMES[key] if name is None else name, money, reasons, parts, notes)


# The goods


def _goods(order: PreOrder) -> Amount:
    basket, samples = order.basket, order.extras.sample_products
    off: defaultdict[int, list[Said]] = defaultdict(list)  # by line: a thousand of them are looked through once
    for each in order.discounts.applied:
        for share in each.lines:
            off[share.line].append(_said("{amount} of it is taken off: {offer}", amount=share.amount, offer=each.name))
    lines = tuple(_line(line, tuple(off[n])) for n, line in enumerate(basket.lines))
    free = tuple(Amount("sample", each.name, Money.zero(basket.currency), (_said("a sample"),)) for each in samples)
    return _sum("lines", order.totals.lines, (*lines, *free), (_said("pieces: {count}", count=basket.quantity),))


def _line(line: Line, notes: tuple[Said, ...]) -> Amount:
    reasons = _all_of(
        _said("{count} x {price}", count=line.quantity, price=line.unit_price),
        None if line.listed_price is None else _said("listed at {price}", price=line.listed_price),
    )
    return Amount("line", line.name, line.amount, reasons, notes=notes)


def _discounts(order: PreOrder) -> Amount | None:
    result, off = order.discounts, order.totals.discounts
    parts = tuple(_discount(order, each) for each in result.applied if each.amount)
    notes = (
        *(_said("{code} takes nothing off: {why}", code=no.code, why=Code(no.why)) for no in result.refused),
        *(_said("not yet: {message}", message=upsell.message) for upsell in result.upsells if order.placed is None),
    )
    if not (parts or notes or off):
        return None
    return _sum("discounts", -off, parts, rest="no more than the goods cost" if parts else UNTOLD, notes=notes)


def _discount(order: PreOrder, each: Discount) -> Amount:
    lines = order.basket.lines
    parts = tuple(
        Amount("share", lines[share.line].name, -share.amount, (_said("of {amount}", amount=lines[share.line].amount),))
        for share in each.lines
        if 0 <= share.line < len(lines)  # there may be fewer since, and nobody could be asked again
    )
    return _sum("discount", -each.amount, parts, _came_by(each), name=each.name, rest="of no line in particular")


def _came_by(each: Discount) -> tuple[Said, ...]:
    return _all_of(
        _said("{offer}", offer=each.says) if each.says else None,
        None if each.code is None else _said("voucher {code}", code=each.code),
        None if each.coupon is None else _said("coupon {key}", key=each.coupon),
    )


# Sending them


def _shipping(order: PreOrder) -> Amount | None:
    cost, choices = order.totals.shipping, order.shipping.choices
    parts = tuple(_parcel(order, choice) for choice in choices)
    if not (parts or cost):
        return None
    if len(parts) == 1 and parts[0].money == cost:
        return _step("shipping", cost, *parts[0].reasons)
    return _sum("shipping", cost, parts)


def _parcel(order: PreOrder, choice: ShippingChoice | GroupChoice) -> Amount:
    of = choice.product_ids if isinstance(choice, GroupChoice) else ()
    goods = ", ".join(line.name for line in order.basket.lines if line.pk in of)
    reasons = _all_of(
        _said("as quoted for {name}", name=choice.name),
        _said("with {goods}", goods=goods) if goods else None,
        _said("of other goods or another address, for nobody tells the price of now") if choice.outdated else None,
    )
    return Amount("parcel", choice.name, choice.shipping_amount, reasons)


def _shipping_discount(order: PreOrder) -> Amount | None:
    applied, off = order.discounts.applied, order.totals.shipping_discount
    parts = tuple(Amount("discount", each.name, -each.shipping, _came_by(each)) for each in applied if each.shipping)
    if not (parts or off):
        return None
    return _sum("shipping_discount", -off, parts, rest="no more than shipping costs" if parts else UNTOLD)


# What paying so costs, and what goes with them


def _payment_fee(order: PreOrder) -> Amount | None:
    choice, fee = choice_made(order.payment), order.totals.payment_fee
    if choice is None or not fee:
        return _untold("payment_fee", fee)
    return _step("payment_fee", fee, _said("{name}", name=choice.label))


def _bags(order: PreOrder) -> Amount | None:
    chosen, cost = order.extras.bags, order.totals.bags
    if chosen is None:
        return _untold("bags", cost)
    count = _said("{count} x {price}", count=bag_count(order), price=chosen.price)
    return _step("bags", cost, count, _said("{name}", name=chosen.name), _why_so_many(order, chosen))


def _why_so_many(order: PreOrder, chosen: Bags) -> Said:
    least, each = chosen.min_quantity, chosen.per_amount
    needs = carried(order, chosen)
    if chosen.quantity is not None or each is None:
        enough = (chosen.quantity or 0) >= least
    else:
        enough = needs.minor > (least - 1) * each.minor
    if not enough:
        return _said("the fewest there may be")
    if chosen.quantity is not None or each is None:
        return _said("as chosen")
    if chosen.without is None:
        return _said("one for each started {each}", each=each)
    return _said("one for each started {each} of the {amount} that need bags", each=each, amount=needs)


def _gift_box(order: PreOrder) -> Amount | None:
    box, cost = order.extras.gift_box, order.totals.gift_box
    return _untold("gift_box", cost) if box is None else _step("gift_box", cost, _said("1 x {price}", price=box.price))


def _interest(order: PreOrder) -> Amount | None:
    interest, plan = order.totals.interest, plan_chosen(order.payment)
    if not interest:
        return None
    found = _rate_of(order.totals.payable - interest, interest, plan) if plan else ()
    return _step("interest", interest, *(found or (_said("as it was asked for with the payment"),)))


def _rate_of(owed: Money, interest: Money, plan: Installment) -> tuple[Said, ...]:
    """Its rate and how it was rounded, both as they show in the amount; nothing where the plan is not what was paid."""
    rate = _said("{rate} % on {amount}", rate=per_cent(plan.interest_rate), amount=owed)
    if interest == owed.share(plan.interest_rate, "up"):
        return _all_of(rate, _said("rounded up") if owed.minor * plan.interest_rate % MILLION else None)
    return (rate, _said("rounded to the nearest")) if interest == owed.share(plan.interest_rate, "half_up") else ()


# What pays


def _points(order: PreOrder) -> Amount | None:
    card, paid = order.loyalty.card, order.totals.loyalty_card
    if card is None:
        return _untold("loyalty_card", -paid)
    short, number = paid < card.amount, card.card_number
    return _step(
        "loyalty_card", -paid,
        _said("of the card ending in {digits}", digits=number[-LAST:]) if len(number) >= LONG else None,
        _said("{amount} were asked for", amount=card.amount) if short else None,
        _said("capped so that {least} of the goods stays to pay", least=card.least) if short else None,
    )  # fmt: skip


def _loyalty_money(order: PreOrder) -> Amount | None:
    asked = tuple((usage.label, usage.amount) for usage in order.loyalty.accounts if usage.amount)
    used = tuple(usage.amount for usage in account_usages(order))
    return _tender("loyalty_money", "account", order.totals.loyalty_money, asked, used)


def _gift_cards(order: PreOrder) -> Amount | None:
    asked = tuple((card.masked, card.amount) for card in order.gift_cards.reservations)
    used = tuple(card.amount for card in gift_card_usages(order))
    return _tender("gift_cards", "gift_card", order.totals.gift_cards, asked, used)


def _tender(
    key: str, of: str, paid: Money, asked: tuple[tuple[str, Money], ...], used: tuple[Money, ...]
) -> Amount | None:
    """What accounts or cards pay: each as it was asked for, those behind the last one nothing."""
    if not (paid or asked):
        return None
    parts = tuple(
        Amount(of, name, -taken, (_asked(wanted),) if taken < wanted else ())
        for (name, wanted), taken in zip(asked, used, strict=False)
    )
    whole = total((wanted for _, wanted in asked), paid.currency)
    return _sum(key, -paid, parts, (_asked(whole), _said("no more than is owed")) if paid < whole else ())


def _asked(amount: Money) -> Said:
    return _said("{amount} were asked for", amount=amount)
