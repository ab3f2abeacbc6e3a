"""Without a storefront: the pages that people see, filled in and sent as a browser does it."""

from __future__ import annotations

from checkout_core.sandbox import magic

from .paying import CONFIRMATION
from .shop import CHECKOUT, GUEST_CARD, card
from .three_d import BROWSER, TO_THE_BANK, returns


def sent_on(scene, person, page, fields, *, says=None):
    """A page is answered, and the next one looked at."""
    answered = person.answers(page, fields, says=says)
    if answered.status == 303:
        person.gets(dict(answered.headers)["location"], says="and on")


def guest_card(scene):
    """A guest goes through all the pages, and pays by card"""
    scene.basket("mug", "t-shirt")
    guest = scene.browser(person=True)
    guest.looks(says="the first look")
    for page, fields in GUEST_CARD:
        sent_on(scene, guest, page, fields)
    sent_on(scene, guest, CONFIRMATION, card())
    guest.looks(says="the checkout's address, later: on to the order")
    assert scene.bank.captures == 1


def transfer(scene):
    """A member pays by bank transfer"""
    scene.basket("mug")
    member = scene.browser(person=True, account="ada")
    member.looks(says="the first look")
    with scene.unnoted():
        member.goes_on("PaymentOptionSelectionPage")
    sent_on(scene, member, "PaymentOptionSelectionPage", {"payment_option": 32})
    sent_on(scene, member, "FundsTransferChoicePage", {"bank_account": 71})
    member.answers("FundsTransferPage", {}, says="without the agreement", keeps=True)
    sent_on(scene, member, "FundsTransferPage", {"agreement": "true"})


def refused(scene):
    """Every page, refused: what was typed stands there again, and no secret of it"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.looks(says="the first look")
    guest.answers("IndexPage", {"user_email": '"><script>', "phone_number": "12"}, says="mistyped", keeps=True)
    guest.answers("IndexPage", {"user_email": "5421190000000009"}, says="a card number", keeps=True)
    guest.goes_on("AddressSelectionPage")
    guest.answers("AddressSelectionPage", {"shipping_address": "13"}, says="no address of the buyer's", keeps=True)
    guest.goes_on("ShippingOptionSelectionPage")
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": "23"}, says="not offered", keeps=True)
    guest.goes_on("PaymentOptionSelectionPage")
    guest.answers("PaymentOptionSelectionPage", {}, says="none chosen", keeps=True)
    guest.goes_on("BinNumberPage")
    guest.answers("BinNumberPage", {"bin_number": "54211"}, says="five digits", keeps=True)
    guest.answers("BinNumberPage", {"bin_number": "5421190000000009"}, says="the whole card", keeps=True)
    guest.goes_on("InstallmentSelectionPage")
    guest.answers("InstallmentSelectionPage", {"installment": "99"}, says="no plan of this card", keeps=True)
    guest.goes_on(CONFIRMATION)
    typed = card("5421190000000000", card_cvv="12", card_month="13", agreement=None)
    guest.answers(CONFIRMATION, typed, says="a mistyped card", keeps=True)
    guest.answers(CONFIRMATION, card(card_holder="123 5421190000000009"), says="a field too late", keeps=True)


def declined(scene):
    """The bank says no: the page tells it, and is there again"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.INSUFFICIENT_FUNDS), says="declined")
    guest.looks(says="a reload")
    guest.answers(CONFIRMATION, card(), says="another card")


def waiting(scene):
    """Nobody knows what became of the payment: the page says so, and offers nothing to send"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.TIMEOUT_TAKEN), says="no answer")
    guest.looks(says="a reload")
    guest.answers(CONFIRMATION, card(), says="sent once more, from an old tab")
    scene.passes(minutes=5)
    guest.looks(says="looked at again: the order is placed")


def three_d(scene):
    """3-D Secure, by a person who comes back with a no, and then with a yes"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.THREE_D_FAILED), says="on to the bank")
    back = scene.bank.comes_back(scene.bank.ticket())
    returns(guest, {"n": scene.bank.ticket().number}, back, says="a no", headers=BROWSER)
    guest.looks(says="a reload: the page before, and why")
    guest.gets(TO_THE_BANK, says="nothing waits any more")
    scene.passes(minutes=5)
    guest.answers(CONFIRMATION, card(magic.THREE_D), says="another card: on to the bank")
    back = scene.bank.comes_back(scene.bank.ticket())
    returned = returns(guest, {"n": scene.bank.ticket().number}, back, says="a yes", headers=BROWSER)
    guest.gets(dict(returned.headers)["location"], says="the order")


def not_ours(scene):
    """What cannot be read, as a page"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.looks(says="the first look")
    fields = {"user_email": "ada@example.org", "csrf_token": "the-token-of-another-one"}
    guest.answers("IndexPage", fields, says="another token", keeps=True)
    guest.posts(f"{CHECKOUT}?page=IndexPage", b"x" * 70_000, says="too long", keeps=True)
    guest.answers("NoSuchPage", {}, says="a page that there is not", keeps=True)
    guest.answers(CONFIRMATION, card(), says="a page that is not open yet", keeps=True)
    guest.looks("NoSuchPage", says="looked at: a page that there is not")
    guest.looks("ThankYouPage", says="looked at: an order that is not placed")


def note(scene):
    """The page beside the flow"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.looks("OrderNotePage", says="the page")
    guest.answers("OrderNotePage", {"notes": "<b>Ring</b>\r\ntwice"}, says="taken")
    guest.looks("OrderNotePage", says="it stands there")
    guest.answers("OrderNotePage", {"notes": "card 5421 1900 0000 0009"}, says="a card number in it", keeps=True)


def members_only(scene):
    """A shop that sells to members only"""
    scene.basket("mug")
    scene.settings(can_guest_purchase=False)
    guest = scene.browser(person=True)
    guest.looks(says="a guest is sent to the login")
    script = scene.browser(session="session-2")
    script.looks(says="a guest, by a storefront")
    script.answers("IndexPage", {"user_email": "ada@example.org"}, says="answers nevertheless")
    guest.account = "ada"
    guest.looks(says="logged in")


def in_turkish(scene):
    """A page in Turkish"""
    scene.basket("mug")
    guest = scene.browser(person=True, accept_language="tr-TR,tr;q=0.9")
    guest.looks(says="the first look")
    guest.answers("IndexPage", {"user_email": "x"}, says="refused", keeps=True)


def another_browser(scene):
    """The first look of a browser without any cookie"""
    scene.basket("mug")
    guest = scene.browser(person=True)
    guest.token = None
    guest.looks(says="it is given a token")
    guest.looks(says="without it: another one")
    script = scene.browser(session="session-2")
    script.token = None
    script.looks(says="a script is not given one here")


STORIES = (
    guest_card, transfer, refused, declined, waiting, three_d, not_ours, note, members_only, in_turkish, another_browser
)  # fmt: skip
