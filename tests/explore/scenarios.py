"""The races and programs that are explored, by kind of gateway."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from checkout_core.sandbox import PRESETS, THREE_D, preset
from checkout_core.sandbox.magic import AUTHORISED, INSUFFICIENT_FUNDS, PARTIAL, UNDER_REVIEW
from checkout_core.testing import (
    AGREED,
    PAYS,
    Banker,
    Edit,
    Get,
    Hook,
    Passes,
    Post,
    Return,
    Scenario,
    Work,
    by_card,
    by_transfer,
    pays,
    transfers,
)  # fmt: skip

from .shop import HOSTED, HOSTED_RETURN, OPTION, VOUCHER, WELCOME, WELCOMES, by_hosted, compose, with_a_voucher

KINDS = tuple(PRESETS)  # native, order_number, no_keys
LONG = Passes(timedelta(minutes=20))  # longer than any patience
SOON = Work("recover", after=timedelta(seconds=12))
LATER = Work("recover", after=timedelta(minutes=4))
LATE = Work("recover", after=timedelta(minutes=22))
RELAY = Work("relay", after=timedelta(minutes=5))
MUGS = {("stock", "mug"): 5}
LAST_MUG = {("stock", "mug"): 1}
FOUR_SHIRTS = ("t-shirt",) * 4  # as much as a poster
AT_THE_BANK = *by_card(THREE_D), (PAYS, pays(THREE_D).body)
TO_HOSTED = (*by_hosted(), (HOSTED, AGREED))
RETURNS_HOSTED = Return(HOSTED_RETURN)
CLOSES_HOSTED = Return(HOSTED_RETURN, comes_back=False)
WITH_WELCOME = Post(VOUCHER, {"voucher_code": WELCOME.code})
OTHER_WAY = Post("PaymentOptionSelectionPage", {"payment_option": OPTION.pk})


def named(*scenarios: Scenario) -> Mapping[str, Scenario]:
    return {each.name: each for each in scenarios}


def races(kind: str) -> Mapping[str, Scenario]:
    """Two requests, one crash, and time that passes over whoever sleeps."""
    able, asked, theirs = preset(kind), preset(kind, callback="partial"), preset(kind, last_call="provider")
    return named(
        Scenario("two clicks", (pays(), pays()), able=able, crashes=1),
        Scenario("two clicks and a zombie", (pays(), pays(), LONG), able=able, crashes=1),
        Scenario("two clicks, one suspended", (pays(), pays(), LONG), able=able, crashes=1, stopped=True, switches=2),
        Scenario("two clicks and two workers", (pays(), pays(), SOON, LATER), able=able, crashes=1, switches=1),
        Scenario("two clicks on a bad line", (pays(), pays(), LONG), able=able, losses=1, lates=1, switches=1),
        Scenario("a click and a worker", (pays(), SOON, LATER), able=able, crashes=1, switches=2),
        Scenario("a click and an edit", (pays(), Edit(("t-shirt",)), pays()), able=able, crashes=1),
        Scenario("a declined card, and another", (pays(INSUFFICIENT_FUNDS), pays(), LONG), able=able, crashes=1),
        Scenario("the last mug", (pays(), pays(buyer=1)), able=able, crashes=1, buyers=2, there=LAST_MUG),
        Scenario("the last voucher", (pays(), pays(buyer=1)), able=able, crashes=1, buyers=2, compose=with_a_voucher,
                 before=((VOUCHER, WITH_WELCOME.body), *by_card()), there={**MUGS, **WELCOMES}),
        Scenario("two returns and a webhook", (Return(), Return(), Hook()), able=able, crashes=1, before=AT_THE_BANK),
        Scenario("back, and another card", (Return(), pays(), LONG), able=able, crashes=1, before=AT_THE_BANK),
        Scenario("a return and an edit", (Return(), Edit(("t-shirt",)), pays()), able=able, before=AT_THE_BANK),
        Scenario("back, and the same card", (pays(THREE_D), Return(), LONG), able=able, crashes=1, before=AT_THE_BANK),
        Scenario(
            "other goods at the same price", (pays(THREE_D), Edit(FOUR_SHIRTS), Return()), able=able, crashes=1,
            skus=("poster",), before=by_card(THREE_D),
        ),
        Scenario("a webhook, twice, and a look", (pays(), Hook(), Hook(), Get()), able=able, crashes=1, switches=1),
        Scenario("forged webhooks", (pays(INSUFFICIENT_FUNDS), Hook(forged=True), Hook()), able=asked, crashes=1),
        Scenario("transfer and card", (by_transfer_chosen(), transfers(), pays()), able=able, crashes=1, there=MUGS),
        Scenario(
            "paid on the bank's page, and by card", (RETURNS_HOSTED, *by_card_chosen(), LONG), able=theirs, crashes=1,
            compose=compose, before=TO_HOSTED, switches=1,
        ),
        Scenario(
            "two pages of the bank's", (CLOSES_HOSTED, Post(HOSTED, AGREED), Hook(), LONG),
            able=theirs, crashes=1, compose=compose, before=TO_HOSTED, switches=1,
        ),
    )  # fmt: skip


def by_transfer_chosen() -> Post:
    """The buyer chooses to pay by bank transfer after all."""
    return Post("PaymentOptionSelectionPage", dict(by_transfer())["PaymentOptionSelectionPage"])


def by_card_chosen() -> tuple[Post, ...]:
    """The buyer pays by card after all."""
    return *(Post(page, body) for page, body in by_card()[-3:]), pays()


def programs(kind: str, crashes: int) -> Mapping[str, Scenario]:
    """One request after another, each followed by recovery, and so many crashes anywhere."""
    able, theirs = preset(kind), preset(kind, last_call="provider")
    look = Work("recover", after=timedelta(minutes=2)), Work("recover", after=timedelta(minutes=6)), RELAY

    def program(name: str, *acts, **more) -> Scenario:
        return Scenario(name, (*acts, *look), in_order=True, crashes=crashes, **{"able": able, **more})

    return named(
        program("sale", pays()),
        program("sale of held goods", pays(), there=MUGS),
        program("3-D Secure", pays(THREE_D), Return(), before=by_card(THREE_D), there=MUGS),
        program("the bank's page", Post(HOSTED, AGREED), RETURNS_HOSTED, able=theirs, compose=compose,
                before=by_hosted(), there=MUGS),
        program("the bank's page, and the window is closed", Post(HOSTED, AGREED), CLOSES_HOSTED, compose=compose,
                before=by_hosted(), there=MUGS),
        program("transfer", transfers(), before=by_transfer(), there=MUGS),
        program("decline, then another card", pays(INSUFFICIENT_FUNDS), pays(), there=MUGS),
        program("held goods are gone", pays(), pays(buyer=1), buyers=2, there=LAST_MUG),
        program("a voucher", WITH_WELCOME, pays(), pays(), compose=with_a_voucher, there={**MUGS, **WELCOMES}),
        program("half is taken", pays(PARTIAL), pays()),
        program("half is taken, later", pays(), LONG, pays(PARTIAL), LATE, pays()),
        program("too late to void", pays(PARTIAL), Banker("clear"), Work("recover")),
        program("kept, then taken", pays(AUTHORISED), Banker("accept"), Hook()),
        program("looked at, and refused", pays(UNDER_REVIEW), Banker("refuse"), Hook()),
        program("an order the shop refuses", pays(), refuses=True, there=MUGS),
    )  # fmt: skip


def menus(kind: str) -> Mapping[str, Scenario]:
    """What long races draw their acts from: buyers who click, edit, go back and come twice, a bank, workers, time."""
    time = (LONG, Passes(timedelta(seconds=30)), Passes(timedelta(minutes=4)))
    works = (SOON, LATER, RELAY, Work("sweep"), *time)
    faults = {"crashes": 2, "losses": 3, "lates": 2}
    edits = (Edit(("t-shirt",)), Edit(("mug",)))
    cards = (pays(), pays(), pays(INSUFFICIENT_FUNDS), pays(PARTIAL), pays(AUTHORISED), *edits)
    looks = (Get(), Hook(), Hook(), Banker("accept"), Banker("clear"), Banker("refuse"))
    bank = (pays(use_three_d=True), pays(use_three_d=True), Return(), Return(), Return(comes_back=False))
    hosted = (Post(HOSTED, AGREED), RETURNS_HOSTED, CLOSES_HOSTED, OTHER_WAY)
    many = tuple(each for buyer in range(3) for each in (pays(buyer=buyer), pays(INSUFFICIENT_FUNDS, buyer)))
    voucher = tuple(Post(VOUCHER, WITH_WELCOME.body, buyer) for buyer in range(3))
    able, theirs = preset(kind), preset(kind, last_call="provider")
    lagging = preset(kind, callback="none", lag=timedelta(seconds=40))
    return named(
        Scenario("cards", (*cards, *looks, *works), able=able, **faults),
        Scenario("3-D Secure", (*bank, *cards, *looks, *works), able=able, **faults),
        Scenario("the bank takes it", (*bank, *cards[:3], *looks, *works), able=theirs, **faults),
        Scenario("the bank's page", (*hosted, *by_card_chosen(), *looks, *works), able=theirs, compose=compose,
                 before=by_hosted(), **faults),
        Scenario("a page and a form of one bank", (*hosted, *by_card_chosen(), *bank, *cards, *looks, *works),
                 able=able, compose=compose, before=by_hosted(), there=MUGS, **faults),
        Scenario("a slow ledger", (*cards, *looks, *works), able=lagging, **faults),
        Scenario("a suspended machine", (*cards, *works), able=able, stopped=True, **faults),
        Scenario("buyers", (*many, *voucher, *looks, *works), able=able, compose=with_a_voucher, buyers=3,
                 there={("stock", "mug"): 2, **WELCOMES}, **faults),
    )  # fmt: skip
