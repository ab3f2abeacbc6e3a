"""What an attempt is for: the digest of an order, its plans, its number, its key, what must be kept for it."""

from __future__ import annotations

import hashlib
from collections import Counter

from ..effects import Capabilities, Item
from ..order import Address, Attempt, Basket, Campaign, Discount, Holding, Kind, Plan, PreOrder, Reward, Seal
from ..pricing import account_usages, bag_count, choice_made, gift_card_usages, plan_chosen, unpaid
from ._facts import DEFINITE
from ._loyalty import tenders

NUMBER = 16  # hexadecimal digits: 64 bits
KEY = 24  # 96 bits


def _said_of(address: Address | None) -> tuple[object, ...] | None:
    if address is None:
        return None
    return (
        address.pk, address.first_name, address.last_name, address.phone_number, address.country.code,
        address.city.name, address.township and address.township.name, address.district and address.district.name,
        address.line, address.postcode, address.identity_number, address.company_name, address.tax_office,
        address.tax_no,
    )  # fmt: skip


def digest(order: PreOrder) -> str:
    """Of everything the placed order will say, but for the plan.

    Fields are named one by one: a field that a later release adds must not
    change the digest of an attempt that is under way.
    """
    delivery, shipping, payment = order.delivery, order.shipping.option, order.payment
    said = (
        order.key, order.basket.key, order.basket.digest, order.basket.amount.minor, order.basket.currency,
        order.buyer.account, order.buyer.email, order.buyer.phone,
        delivery.option and delivery.option.pk, _said_of(delivery.shipping_address), _said_of(delivery.billing_address),
        shipping and (shipping.pk, shipping.shipping_amount.minor),
        payment and payment.option.pk, unpaid(order).minor,
        *order.extras.coupons, *_more_said(order),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _more_said(order: PreOrder) -> tuple[object, ...]:
    """What the first release had not: nothing where it was not given."""
    delivery, shipping, schedule = order.delivery, order.shipping, order.schedule
    slot, option = schedule.delivery_range, shipping.option
    store, pickup = delivery.retail_store, delivery.pickup_location
    groups = (*shipping.by_data_source, *shipping.by_attribute)
    extras, usages = order.extras, account_usages(order)
    applied = order.discounts.applied
    cards, choice = gift_card_usages(order), choice_made(order.payment)
    campaign: Campaign | None = getattr(order.payment, "selected_campaign", None)
    reference: str | None = getattr(order.payment, "reference_code", None)
    samples, box, bags, card = extras.sample_products, extras.gift_box, extras.bags, order.loyalty.card
    return (
        *(("prices", order.basket.priced) if order.basket.priced else ()),
        *(("store", store.pk) if store else ()),
        *(("pickup", pickup.remote_id) if pickup else ()),
        *(("groups", *((g.group, g.pk, g.shipping_amount.minor, g.product_ids) for g in groups)) if groups else ()),
        *(("given", *sorted(option.given.items())) if option and option.given else ()),
        *(("slot", slot.subject) if slot else ()),
        *(
            ("offers", *((d.offer, d.amount.minor, d.shipping.minor, d.coupon, d.code, _used(d)) for d in applied))
            if applied
            else ()
        ),
        *(("samples", *(sample.pk for sample in samples)) if samples else ()),
        *(("gift box", box.sku, box.price.minor, box.note, box.gift_video) if box else ()),
        *(("bags", bags.sku, bags.price.minor, bag_count(order)) if bags else ()),
        *(("extra field", extras.extra_field) if extras.extra_field is not None else ()),
        *(("points", card.card_number, order.totals.loyalty_card.minor) if card else ()),
        *(("loyalty money", *((usage.label_id, usage.amount.minor) for usage in usages)) if usages else ()),
        *(("gift cards", *((card.token, card.amount.minor) for card in cards)) if cards else ()),
        *(("at the door", choice.value, choice.price.minor) if choice else ()),
        *(("campaign", campaign.code) if campaign else ()),
        *(("reference", reference) if reference else ()),
    )


def _used(discount: Discount) -> tuple[str, ...]:
    """What is held for it: how often there may be more of it is no part of the order."""
    return tuple(use.subject for use in discount.uses)


def seal(order: PreOrder, plans: tuple[Plan, ...] = ()) -> Seal:
    """What an attempt that began now would be for; with the plans that are offered, if the buyer has not chosen yet."""
    chosen = plan_chosen(order.payment)
    rewards: tuple[Reward, ...] = getattr(order.payment, "selected_rewards", None) or ()
    plan = Plan(chosen.installment_count if chosen else 1, order.totals.payable, rewards)
    return Seal(digest(order), plans or (plan,))


def fits(order: PreOrder, a: Attempt, paid: Plan) -> bool:
    """It is one of the sealed plans, and the buyer has edited nothing since."""
    if paid not in a.seal.plans or a.seal.digest != digest(order):
        return False
    if order.again is not None and order.again.given_up is not None:
        return False
    return plan_chosen(order.payment) is None or paid in seal(order).plans


def numbered(order: PreOrder, wanted: Seal | None = None, able: Capabilities | None = None) -> str:
    """The order number to use, in a form that the gateway takes.

    One that was shown or sent is kept until it is retired: when its plans are no
    longer the wanted ones, every attempt on it has a definite end, or money that
    came for it was given back.  The next one is derived from the checkout's key,
    so it tells nobody how many there are.
    """
    used = tuple(dict.fromkeys(a.number for a in order.attempts))
    if order.number is not None and order.number not in used and _takes(able, order.number):
        return order.number
    if used and _takes(able, used[-1]):
        last = [a for a in order.attempts if a.number == used[-1]]
        burnt = any(row.reversal for a in last for row in a.captures)
        if not burnt and all(a.seal == wanted for a in last) and any(a.state not in DEFINITE for a in last):
            return used[-1]
    return next_number(order, able)


def next_number(order: PreOrder, able: Capabilities | None = None) -> str:
    """The number that comes when the last one is retired."""
    used = len({a.number for a in order.attempts}) + order.passed_over
    return _shaped(f"{order.key}|number|{used + 1}", able)


def _shaped(seed: str, able: Capabilities | None) -> str:
    if able is None or not able.number_digits:
        return derived(seed, min(NUMBER, able.number_max if able else NUMBER))
    length = min(NUMBER, able.number_max)
    return str(int(hashlib.sha256(seed.encode()).hexdigest(), 16))[-length:]


def _takes(able: Capabilities | None, number: str) -> bool:
    return able is None or (len(number) <= able.number_max and (number.isdecimal() or not able.number_digits))


def key_for(order: PreOrder, number: str, sealed: Seal, kind: Kind) -> str:
    """The idempotency key: the same while nobody knows what became of the last request with it, and else a new one."""
    before = [a for a in order.attempts if a.number == number]
    if before and before[-1].state not in DEFINITE and before[-1].kind == kind:
        return before[-1].key
    plans = ",".join(map(_said_of_plan, sealed.plans))
    return derived(f"{order.key}|{number}|{sealed.digest}|{plans}|{kind}|{len(before)}", KEY)


def _said_of_plan(plan: Plan) -> str:
    rewards = "".join(f"-{reward.type}:{reward.amount.minor}" for reward in plan.rewards)
    return f"{plan.installments}x{plan.amount.minor}{rewards}"


def goods(basket: Basket) -> tuple[Item, ...]:
    """How much of each product is bought."""
    return _stock(_bought(basket))


def leaving(order: PreOrder) -> tuple[Item, ...]:
    """How much of each product leaves the shop: what is bought, and what goes with it."""
    extras, bought = order.extras, _bought(order.basket)
    bought.update(sample.sku for sample in extras.sample_products)
    if extras.gift_box is not None and extras.gift_box.sku is not None:
        bought[extras.gift_box.sku] += 1
    if extras.bags is not None:
        bought[extras.bags.sku] += bag_count(order)
    return _stock(bought)


def _bought(basket: Basket) -> Counter[str]:
    bought: Counter[str] = Counter()
    for line in basket.lines:
        bought[line.sku] += line.quantity
    return bought


def _stock(pieces: Counter[str]) -> tuple[Item, ...]:
    return tuple(Item("stock", sku, quantity) for sku, quantity in pieces.items() if quantity)


def items(order: PreOrder) -> tuple[Item, ...]:
    """What must be kept while this is paid: goods, uses of offers that were applied, the slot, other tenders.

    Nothing of an order that is paid again: it was all taken when the order was placed.
    """
    if order.again is not None:
        return ()
    uses = (Item("coupon", use.subject, 1, use.most) for each in order.discounts.applied for use in each.uses)
    slot = order.schedule.delivery_range
    slots = (Item("slot", slot.subject, 1, slot.quota),) if slot else ()
    cards = (Item("gift_card", each.token, each.amount.minor) for each in gift_card_usages(order))
    return (*leaving(order), *uses, *slots, *tenders(order), *cards)


def holding(order: PreOrder, n: int, before: Holding | None = None) -> Holding:
    """The hold to ask for, for attempt `n`; another one than was let go `before`."""
    return Holding(derived(f"{order.key}|hold|{n}|{before and before.op}", KEY))


def derived(seed: str, length: int) -> str:
    """So many hexadecimal digits that follow from the seed, and do not tell it."""
    return hashlib.sha256(seed.encode()).hexdigest()[:length].upper()
