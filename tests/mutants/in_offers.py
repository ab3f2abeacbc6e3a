"""Bugs to plant in offers, loyalty and what goes beside the goods."""

from __future__ import annotations

from .mutant import Mutant

OFFERS = "tests/catalogue/test_offers.py"
HELD = "tests/paying/test_loyalty_held.py"
MONEY = "tests/pages/test_loyalty_money.py"
CARD = "tests/pages/test_loyalty_card.py"

IN_OFFERS = (
    Mutant(
        "an offer goes on at the moment at which it is over",
        "I20",
        "rules/applicator.py",
        "now >= offer.ends_at",
        "now > offer.ends_at",
        f"{OFFERS}::test_an_offer_that_ends_before_the_payment_is_told_and_nothing_is_sent",
    ),
    Mutant(
        "one use more than there are is given",
        "I11",
        "rules/offers.py",
        ">= use.most for use",
        "> use.most for use",
        f"{OFFERS}::test_a_use_is_free_once_after_a_payment_that_came_to_nothing_and_gone_once_with_the_order",
    ),
    Mutant(
        "uses are not held while they are paid",
        "I11",
        "paying/_seals.py",
        "(*leaving(order), *uses, *slots, *tenders(order), *cards)",
        "(*leaving(order), *slots, *tenders(order), *cards)",
        f"{OFFERS}::test_a_use_is_free_once_after_a_payment_that_came_to_nothing_and_gone_once_with_the_order",
    ),
    Mutant(
        "a guest has another use for another spelling of the address",
        "I11",
        "rules/offers.py",
        "else text.strip().casefold()",
        "else text",
        f"{OFFERS}::test_the_uses_of_a_guest_are_counted_by_the_address_however_it_is_written",
    ),
    Mutant(
        "loyalty money of the currency before is kept",
        "-",
        "engine.py",
        "extras=extras, discounts=Discounts(), loyalty=Loyalty(), gift_cards=GiftCards())",
        "extras=extras, discounts=Discounts(), gift_cards=GiftCards())",
        OFFERS,
    ),
    Mutant(
        "loyalty money is not held",
        "-",
        "paying/_seals.py",
        "(*leaving(order), *uses, *slots, *tenders(order), *cards)",
        "(*leaving(order), *uses, *slots, *cards)",
        HELD,
    ),
    Mutant(
        "the balance is not asked again once it is held",
        "-",
        "paying/_steps.py",
        "lacking = lacking or fewer(wanted, await counted(order, wanted))",
        "lacking = lacking or ()",
        HELD,
    ),
    Mutant(
        "points pay for what the shop wants to be paid otherwise",
        "-",
        "pricing.py",
        "min(card.amount, points_cap(order, card.least), so_far)",
        "min(card.amount, so_far)",
        CARD,
    ),
    Mutant(
        "instalments that were priced on another amount stay",
        "-",
        "pages/loyalty.py",
        "return then != now",
        "return then == now",
        MONEY,
    ),
    Mutant(
        "a label that is named twice gives twice what it has",
        "-",
        "pages/loyalty.py",
        "asked[label] + amount if label in asked else amount",
        "amount",
        MONEY,
    ),
    Mutant(
        "a started amount has no bag",
        "-",
        "pricing.py",
        "-(-carried(order, chosen).minor // chosen.per_amount.minor)",
        "carried(order, chosen).minor // chosen.per_amount.minor",
        "tests/pages/test_bags.py",
    ),
    Mutant(
        "one sample more than an offer allows is taken",
        "-",
        "pages/samples.py",
        "if len(by[n]) < offer.allowed_quantity:",
        "if len(by[n]) <= offer.allowed_quantity:",
        "tests/pages/test_samples.py",
    ),
)
