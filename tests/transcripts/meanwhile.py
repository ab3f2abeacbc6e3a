"""What changes between two requests: the basket, the buyer, the prices, the clock."""

from __future__ import annotations

from checkout_core.sandbox import magic

from .paying import CONFIRMATION
from .shop import CHECKOUT, GUEST_CARD, PERSON, card

AS_PERSON = {**PERSON, "x-requested-with": None}


def nothing_to_buy(scene):
    """No basket, or nothing in it"""
    nobody = scene.browser(basket=None)
    nobody.looks(says="no basket, by a script")
    nobody.looks(says="no basket, by a person", headers=AS_PERSON)
    nobody.looks(says="no basket, by neither: it accepts anything", headers={"accept": "*/*", "x-requested-with": None})
    nobody.answers("IndexPage", {"user_email": "ada@example.org"}, says="posted nevertheless")
    nobody.answers("IndexPage", {"user_email": "x"}, says="posted by a person", headers=AS_PERSON)
    scene.basket()
    guest = scene.browser(session="session-2")
    guest.looks(says="an empty basket, by a script")
    guest.looks(says="an empty basket, by a person", headers=AS_PERSON)
    scene.basket("mug")
    guest.looks(says="filled")


def emptied(scene):
    """The basket is emptied in another tab, and filled again"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("PaymentOptionSelectionPage")
    scene.basket()
    guest.looks(says="a script")
    guest.looks(says="a person", headers=AS_PERSON)
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 31}, says="answered nevertheless")
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 31}, says="answered by a person", headers=AS_PERSON)
    scene.basket("t-shirt")
    guest.looks(says="what was chosen is still there")


def more_bought(scene):
    """Something more is put into the basket, just before it is paid"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.looks(says="65.00 is shown")
    scene.basket("mug", "t-shirt")
    guest.answers(CONFIRMATION, card(), says="not taken: the price is another one")
    guest.answers(CONFIRMATION, card(), says="taken, now that it was shown")
    assert [row.amount.minor for row in scene.bank.rows()] == [12500]


def seen_elsewhere(scene):
    """Two browsers of one member: only what this one was shown may be taken"""
    scene.basket("mug")
    one = scene.browser(account="ada")
    one.goes_on(CONFIRMATION)
    one.looks(says="65.00 is shown here")
    scene.basket("mug", "t-shirt")
    other = scene.browser(account="ada", session="session-2")
    other.kept = one.kept
    other.looks(says="125.00 is shown there")
    one.answers(CONFIRMATION, card(), says="not taken here")
    one.answers(CONFIRMATION, card(), says="taken here, now")


def too_heavy(scene):
    """What was chosen is no longer offered: a kettlebell goes by lorry"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    scene.basket("kettlebell")
    guest.looks(says="another shipping option is asked for")
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": 21}, says="the old one", keeps=True)
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": 24}, says="by lorry")


def sold_out(scene):
    """The last ones are sold while the buyer types"""
    scene.basket("poster")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    scene.basket("poster", "poster", key="basket-2")
    other = scene.browser(basket="basket-2", session="session-2")
    with scene.unnoted():
        other.goes_on(CONFIRMATION)
        other.answers(CONFIRMATION, card())
    scene.happens("somebody else buys both posters")
    guest.answers(CONFIRMATION, card(), says="too late")
    assert scene.bank.captures == 1


def logged_in(scene):
    """A guest logs in on the way: nothing of the guest's is shown to the member"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers("OrderNotePage", {"notes": "of a guest"}, says="a note")
    guest.account = "grace"
    scene.happens("the buyer logs in as grace")
    guest.answers(CONFIRMATION, card(), says="the card, from the tab before")
    guest.looks(says="the member's addresses")
    guest.account = None
    scene.happens("the buyer logs out")
    guest.looks(says="a guest again")
    assert scene.bank.captures == 0


def placed_and_logged_in(scene):
    """A placed order is shown to its buyer only"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(), says="placed")
    guest.account = "grace"
    scene.happens("somebody else logs in, in the same browser")
    guest.looks(says="the basket is still the same one: a new checkout of it")


def another_basket(scene):
    """After an order the next basket begins a new checkout"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(), says="placed")
    guest.basket = None
    guest.looks(says="without a basket: the order")
    scene.basket("t-shirt", key="basket-2")
    guest.basket = "basket-2"
    guest.looks(says="another basket: from the beginning")
    guest.answers("IndexPage", {"user_email": "ada@example.org"}, says="and on")


def forgotten(scene):
    """The session remembers a checkout that is gone"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("ShippingOptionSelectionPage")
    (key,) = scene.stored()
    scene.store.remove(key, scene.store.get(key).version)
    scene.happens("the shop has removed old checkouts")
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": 21}, says="an answer to it")
    guest.looks(says="a new one")


def month_ends(scene):
    """A card that ends while the buyer types"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    scene.passes(days=10)
    guest.answers(CONFIRMATION, card(card_month="11", card_year="2026"), says="the month is over", keeps=True)
    guest.answers(CONFIRMATION, card(card_month="12", card_year="2026"), says="this one is not")


def three_d_and_another_total(scene):
    """The basket changes while the buyer is at the bank"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.THREE_D), says="on to the bank, for 65.00")
    scene.basket("mug", "mug", "mug")
    back = scene.bank.comes_back(scene.bank.ticket())
    guest.answers("CreditCardThreeDSecurePage", back, says="the return")
    guest.looks(says="where the buyer stands")


def two_at_once(scene):
    """Answers of a reload come twice, in either order"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("ShippingOptionSelectionPage")
    (page, shipping), (way, payment) = GUEST_CARD[2:4]
    guest.answers(way, payment, says="the payment option, too early", keeps=True)
    guest.answers(page, shipping, says="the shipping option")
    guest.answers(way, payment, says="the payment option")
    guest.answers(page, shipping, says="the shipping option once more: nothing is lost", keeps=True)
    guest.gets(CHECKOUT, says="a reload")


STORIES = (
    nothing_to_buy, emptied, more_bought, seen_elsewhere, too_heavy, sold_out, logged_in, placed_and_logged_in,
    another_basket, forgotten, month_ends, three_d_and_another_total, two_at_once,
)  # fmt: skip
