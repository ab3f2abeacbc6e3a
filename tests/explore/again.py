"""An order that stands without money, paid by whoever is first: a card in two tabs, a page of the bank's, a transfer.

explore(races_again("native")["a card and a transfer"])
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from checkout_core.sandbox import preset
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, PARTIAL, THREE_D
from checkout_core.testing import (
    TRANSFERS,
    Edit,
    Get,
    Hook,
    Passes,
    PayAgain,
    Post,
    Return,
    Scenario,
    Settle,
    Work,
    by_card,
    by_transfer,
    pays,
    transfers,
)  # fmt: skip
from checkout_core.testing._scenario import Act, Posted

from .scenarios import LATER, LONG, MUGS, RELAY, SOON, named

PAYER: Final = 1  # the checkout that pays the order of buyer 0
PLACED: Final = (*by_transfer(), (TRANSFERS, transfers().body))
CONFIRM, REFUSE = Settle("confirm"), Settle("refuse")
LOOKS = Work("recover", after=timedelta(minutes=2)), Work("recover", after=timedelta(minutes=6)), RELAY


def with_card(card: str = APPROVED) -> tuple[Posted, ...]:
    """What is posted to pay an order again, but for the page that pays."""
    return by_card(card)[-3:]


def again(name: str, *race: Act, card: str | None = APPROVED, **more: object) -> Scenario:
    """That race about an order that stands; its buyer is about to pay it with the card, if there is one."""
    return Scenario(f"again: {name}", race, before=PLACED, owed=with_card(card) if card else (), there=MUGS, **more)


def races_again(kind: str) -> Mapping[str, Scenario]:
    """Two at once, one of which may die, and time that passes over whoever sleeps."""
    able, theirs = preset(kind), preset(kind, last_call="provider")
    card, back, begin = pays(buyer=PAYER), Return(buyer=PAYER), PayAgain()
    three_d = Post(card.page, pays(THREE_D).body, PAYER)
    paying = {"able": able, "crashes": 1}
    page = {"card": THREE_D, "able": theirs, "crashes": 1, "switches": 1}
    return named(
        again("two tabs", card, card, **paying),
        again("two tabs begin", begin, begin, CONFIRM, card=None, **paying),
        again("a card and a transfer", card, CONFIRM, **paying),
        again("a card and no patience", card, REFUSE, **paying),
        again("a transfer twice", CONFIRM, CONFIRM, **paying),
        again("a transfer and no patience", CONFIRM, REFUSE, **paying),
        again("neither was begun", CONFIRM, REFUSE, card=None, **paying),
        again("a card, a transfer and a worker", card, CONFIRM, SOON, LATER, switches=1, **paying),
        again("a transfer while the buyer is at the bank", three_d, back, CONFIRM, Hook(), LONG, **page),
        again("no patience while the buyer is at the bank", three_d, back, REFUSE, Hook(), LONG, **page),
        again("a transfer on a bad line", card, CONFIRM, able=able, losses=1, lates=1, switches=1),
        again("no patience on a bad line", card, REFUSE, able=able, losses=1, lates=1, switches=1),
    )


def programs_again(kind: str, crashes: int) -> Mapping[str, Scenario]:
    """One request after another, then the workers; so many die."""
    able, choosing = preset(kind), tuple(Post(page, body, PAYER) for page, body in with_card())
    done = {"in_order": True, "crashes": crashes, "able": able}
    declined = pays(INSUFFICIENT_FUNDS, PAYER)
    return named(
        again("by card", PayAgain(), *choosing, pays(buyer=PAYER), *LOOKS, card=None, **done),
        again("declined, and a transfer", declined, CONFIRM, *LOOKS, **done),
        again("declined, and no patience", declined, REFUSE, *LOOKS, **done),
        again("the transfer came at once", CONFIRM, PayAgain(), *LOOKS, card=None, **done),
    )


def menu_again(kind: str) -> Scenario:
    """What long races draw from: two buyers who pay, go to the bank and change their minds, and an operator."""
    payers, time = (2, 3), (LONG, Passes(timedelta(seconds=30)), Passes(timedelta(minutes=4)))
    acts = tuple(
        act for buyer, payer in enumerate(payers) for act in (
            *(Post(page, body, payer) for page, body in (*with_card(), *with_card(THREE_D))),
            pays(buyer=payer), pays(buyer=payer), pays(PARTIAL, payer), pays(INSUFFICIENT_FUNDS, payer),
            Post(pays().page, pays(THREE_D).body, payer), Return(buyer=payer), Return(buyer=payer, comes_back=False),
            PayAgain(buyer), Settle("confirm", buyer), Settle("refuse", buyer),
            Get(buyer=payer), Edit(("t-shirt",), buyer),
        )
    )  # fmt: skip
    return again(
        "at length", *acts, Hook(), Hook(), Hook(), SOON, LATER, RELAY, Work("sweep"), *time,
        able=preset(kind, last_call="provider"), buyers=2, crashes=2, losses=3, lates=2,
    )  # fmt: skip
