"""What the order costs: an ordered tuple of pure steps over what the PreOrder keeps by value.

Recalculating changes nothing: no step looks at the shop, at the clock, or at
what an earlier calculation left behind.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from .money import Money, Rounding, total
from .order import AccountUsage, Bags, Campaign, Payment, PreOrder, Reservation, Totals, evolve
from .shop import Installment, PaymentChoice

UsageT = TypeVar("UsageT", AccountUsage, Reservation)
PricingStep: TypeAlias = Callable[[PreOrder, Money, Rounding], Money]  # order, the sum so far, how interest rounds


def lines(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """The goods."""
    return order.basket.amount


def discounts(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Off the goods, as the offers were applied; no more than they cost."""
    return min(total((each.amount for each in order.discounts.applied), so_far.currency), so_far)


def shipping(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Sending them, at the price that was shown."""
    return total((choice.shipping_amount for choice in order.shipping.choices), so_far.currency)


def shipping_discount(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Off sending them; no more than it costs."""
    off = total((each.shipping for each in order.discounts.applied), so_far.currency)
    return min(off, shipping(order, so_far, rounding)) if off else off


def payment_fee(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """What it costs to pay at the door, as the buyer chose to."""
    choice = choice_made(order.payment)
    return choice.price if choice else Money.zero(so_far.currency)


def bags(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """The bags the goods are carried in."""
    chosen = order.extras.bags
    return chosen.price * bag_count(order) if chosen else Money.zero(so_far.currency)


def gift_box(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """The box they are wrapped in."""
    box = order.extras.gift_box
    return box.price if box else Money.zero(so_far.currency)


def loyalty_card(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Points that pay for a part of the goods: what the buyer asked for, or as much as may be taken."""
    card = order.loyalty.card
    if card is None:
        return Money.zero(so_far.currency)
    return min(card.amount, points_cap(order, card.least), so_far)


def loyalty_money(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Loyalty money that pays for a part, or for all of it: what the buyer asked for, or as much as is owed."""
    return min(total((usage.amount for usage in order.loyalty.accounts), so_far.currency), so_far)


def gift_cards(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """Gift cards that pay for a part, or for all of it: what the buyer asked for, or as much as is owed."""
    return min(total((each.amount for each in order.gift_cards.reservations), so_far.currency), so_far)


def interest(order: PreOrder, so_far: Money, rounding: Rounding) -> Money:
    """For paying in parts, on everything before it; none where a campaign of the card makes that plan free.

    Rounded up to the minor unit unless the shop says otherwise: published plans
    show 19.49 at 1 % as 0.20 and at 5 % as 0.98.
    """
    chosen = plan_chosen(order.payment)
    if chosen is None or interest_free(order.payment, chosen):
        return Money.zero(so_far.currency)
    return so_far.share(chosen.interest_rate, rounding)


PRICING: tuple[tuple[int, PricingStep], ...] = (  # what each does to the sum; each is named like its field of Totals
    (1, lines),
    (-1, discounts),
    (1, shipping),
    (-1, shipping_discount),
    (1, payment_fee),
    (1, bags),
    (1, gift_box),
    (-1, loyalty_card),
    (-1, loyalty_money),
    (-1, gift_cards),
    (1, interest),
)
TENDERS = frozenset({"loyalty_card", "loyalty_money", "gift_cards"})  # what pays, and takes nothing off the total
PLAIN = tuple((sign, step) for sign, step in PRICING if step in {lines, shipping, interest})  # of an order without more
NAMES = tuple(step.__name__ for _, step in PRICING)


def goods_owed(order: PreOrder) -> Money:
    """What the goods come to after discounts: the basket's total."""
    amount = order.basket.amount
    return amount - discounts(order, amount, "up")


def points_cap(order: PreOrder, least: Money) -> Money:
    """Most that points may pay: the goods after discounts but for the `least` that an order comes to."""
    return max(goods_owed(order) - least, Money.zero(least.currency))


def bag_count(order: PreOrder) -> int:
    """How many bags go with the goods: what the buyer said, or one for each started amount; never below the least."""
    chosen = order.extras.bags
    if chosen is None:
        return 0
    if chosen.quantity is not None or chosen.per_amount is None:
        return max(chosen.quantity or 0, chosen.min_quantity)
    return max(chosen.min_quantity, -(-carried(order, chosen).minor // chosen.per_amount.minor))


def carried(order: PreOrder, chosen: Bags) -> Money:
    """What the goods come to that need a bag."""
    without, basket = chosen.without, order.basket
    if without is None:
        return basket.amount
    return total((line.amount for line in basket.lines if without not in line.attributes), basket.currency)


def account_usages(order: PreOrder) -> tuple[AccountUsage, ...]:
    """What is debited of each account: as the buyer asked, and from the last one less where the order takes less."""
    return _used(order.loyalty.accounts, order.totals.loyalty_money)


def gift_card_usages(order: PreOrder) -> tuple[Reservation, ...]:
    """What is charged to each gift card: as the buyer asked, and to the last one less where the order takes less."""
    return _used(order.gift_cards.reservations, order.totals.gift_cards)


def _used(asked: tuple[UsageT, ...], left: Money) -> tuple[UsageT, ...]:
    """The usages that come to `left`, the first ones whole."""
    used: list[UsageT] = []
    for usage in asked:
        amount = min(usage.amount, left)
        left = left - amount
        if amount:
            used.append(usage if amount == usage.amount else evolve(usage, amount=amount))
    return tuple(used)


def plan_chosen(payment: Payment | None) -> Installment | None:
    """The instalments the buyer chose, where the way to pay has any."""
    return getattr(payment, "installment", None)


def choice_made(payment: Payment | None) -> PaymentChoice | None:
    """How the buyer pays at the door, where the way to pay lets them choose."""
    return getattr(payment, "choice", None)


def interest_free(payment: Payment | None, plan: Installment) -> bool:
    """The campaign the buyer chose takes the interest of that plan."""
    campaign: Campaign | None = getattr(payment, "selected_campaign", None)
    return campaign is not None and plan.installment_count in campaign.interest_free


def totals(order: PreOrder, rounding: Rounding) -> Totals:
    """All steps, and their sum; what tenders pay is in it."""
    so_far = paid = nothing = Money.zero(order.basket.currency)
    amounts = dict.fromkeys(NAMES, nothing)
    for sign, step in PRICING if _has_more(order) else PLAIN:
        amount = step(order, so_far, rounding)
        if amount.minor:
            name = step.__name__
            amounts[name] = amount
            so_far = so_far + amount if sign > 0 else so_far - amount
            if name in TENDERS:
                paid = paid + amount
    return Totals(**amounts, total=so_far + paid)


def _has_more(order: PreOrder) -> bool:
    """Something that only some orders have: most steps of most checkouts are before any of it."""
    extras, loyalty, cards = order.extras, order.loyalty, order.gift_cards.reservations
    return bool(
        order.discounts.applied or extras.bags or extras.gift_box or loyalty.card or loyalty.accounts or cards
        or choice_made(order.payment)
    )  # fmt: skip


def unmoved(order: PreOrder, before: PreOrder) -> bool:
    """Nothing that any step reads has changed since `before`."""
    return (
        order.basket is before.basket
        and order.shipping is before.shipping
        and order.discounts is before.discounts
        and order.extras is before.extras
        and order.loyalty is before.loyalty
        and order.gift_cards is before.gift_cards
        and (order.payment is before.payment or _priced(order.payment) == _priced(before.payment))
    )


def _priced(payment: Payment | None) -> tuple[object, ...]:
    """All that a step reads of the way to pay."""
    plan = plan_chosen(payment)
    return plan, choice_made(payment), plan is not None and interest_free(payment, plan)


def gift_cards_cap(order: PreOrder, most: Money | None) -> Money:
    """Most that gift cards may pay: what other tenders leave, and no more than `most` where that is of its currency.

    None or zero is no bound.  What it costs to pay another way is not theirs to pay.
    """
    totals = order.totals
    owed = totals.payable + totals.gift_cards - totals.interest - totals.payment_fee
    return owed if most is None or not most or most.currency != owed.currency else min(owed, most)


def covered(order: PreOrder) -> bool:
    """Tenders pay all of it, but for what it costs to pay the way that is chosen."""
    return unpaid(order) <= order.totals.payment_fee


def unpaid(order: PreOrder) -> Money:
    """What is left to pay, before interest: what plans are computed on."""
    return order.totals.payable - order.totals.interest


def with_interest(amount: Money, chosen: Installment, rounding: Rounding) -> Money:
    """What `amount` comes to altogether in those instalments."""
    return amount + amount.share(chosen.interest_rate, rounding)
