"""To the bank and back: every way in which a browser can return from 3-D Secure, and what others try there."""

from __future__ import annotations

from urllib.parse import urlencode

from checkout_core.sandbox import magic

from .paying import CONFIRMATION
from .shop import CHECKOUT, FORM, PERSON, TO_THE_BANK, card

PAGE = "CreditCardThreeDSecurePage"
MIDDLEWARE = {  # all that a storefront sends on when a bank has posted the buyer back to it
    "accept": None, "cookie": None, "x-csrftoken": None, "content-type": "application/x-www-form-urlencoded",
    "x-currency": "try",
}  # fmt: skip
PZ = {"pzparams": '{"session":"abc","locale":"en"}'}  # what a storefront puts into the bank's form
BROWSER = {  # what a person's browser sends when the bank's page posts
    **PERSON, "sec-fetch-site": "cross-site", "origin": "https://bank.example", "x-csrftoken": None, "cookie": None
}  # fmt: skip


def starts(scene, number=magic.THREE_D, *, says="the card: on to the bank", **about):
    """A guest who has entered a card that the issuer wants to see confirmed."""
    scene.basket("mug", "t-shirt")
    guest = scene.browser(**about)
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(number), says=says)
    return guest


def at_the_bank(scene):
    """What the bank's page sends back, once the buyer has been there."""
    ticket = scene.bank.ticket()
    scene.happens(f"at the bank: {ticket.fate.says}")
    return scene.bank.comes_back(ticket)


def returns(browser, query, body, *, says, headers=MIDDLEWARE, **about):
    """A return: fields in the query, fields in the body."""
    target = f"{CHECKOUT}?{urlencode({'page': PAGE, **query})}"
    return browser.posts(target, urlencode(body).encode(), FORM, says=says, headers=headers, **about)


def in_the_body(scene):
    """3-D Secure: the bank posts the buyer back"""
    guest = starts(scene)
    guest.looks(says="a reload shows the page before: Back is no way to be caught")
    guest.looks(PAGE, says="the way to the bank, by name")
    guest.gets(TO_THE_BANK, says="a storefront asks for the form")
    guest.gets(TO_THE_BANK, says="a person looks at it", headers={**PERSON, "x-requested-with": None})
    back = at_the_bank(scene)
    number = scene.bank.ticket().number
    returns(guest, {"n": number}, {**back, **PZ}, says="the return")
    returns(guest, {"n": number}, {**back, **PZ}, says="the return, sent once more")
    guest.gets(TO_THE_BANK, says="nothing waits any more")
    guest.looks(says="a reload")
    assert scene.bank.captures == 1


def in_the_query(scene):
    """3-D Secure: everything is in the query, the body is empty"""
    guest = starts(scene)
    returns(guest, at_the_bank(scene), {}, says="the return")


def in_both(scene):
    """3-D Secure: some is in the query, some in the body"""
    guest = starts(scene)
    back = at_the_bank(scene)
    md = back.pop("md")
    returns(guest, {"md": md, "n": scene.bank.ticket().number}, back, says="the return")


def looked_at(scene):
    """3-D Secure: a return that comes as a GET takes nothing"""
    guest = starts(scene)
    back = at_the_bank(scene)
    guest.gets(f"{CHECKOUT}?{urlencode({'page': PAGE, **back})}", says="looked at, not posted")
    returns(guest, {}, back, says="posted")


def repeated(scene):
    """3-D Secure: a field that is there twice is not chosen from"""
    guest = starts(scene)
    back = at_the_bank(scene)
    returns(guest, {"md": back["md"]}, back, says="the same in query and body", keeps=True)
    returns(guest, {"md": "another"}, back, says="two answers", keeps=True)
    twice = f"{urlencode(back)}&{urlencode(back)}".encode()
    guest.posts(f"{CHECKOUT}?page={PAGE}", twice, says="twice in the body", headers=MIDDLEWARE, keeps=True)
    once = urlencode(back).encode()
    guest.posts(f"{CHECKOUT}?page={PAGE}&page={PAGE}", once, says="the page twice, alike", headers=MIDDLEWARE)


def elsewhere(scene):
    """3-D Secure: the return comes in a browser without the session"""
    guest = starts(scene)
    back = at_the_bank(scene)
    number = scene.bank.ticket().number
    other = scene.browser(basket=None, session="session-2")
    returns(other, {"n": number}, {**back, "md": "forged"}, says="a number, and nothing else", keeps=True)
    returns(other, {"n": "A000000000000000"}, back, says="a number that nobody has", keeps=True)
    returns(other, {}, back, says="without a number", keeps=True)
    returns(other, {"n": number}, back, says="with number and proof: the order is placed, and nothing of it told")
    guest.looks(says="the buyer's own browser")
    returns(other, {"n": number}, back, says="once more")
    assert scene.bank.captures == 1


def elsewhere_refused(scene):
    """3-D Secure: the other browser brings a no"""
    guest = starts(scene, magic.THREE_D_INSUFFICIENT_FUNDS)
    back = at_the_bank(scene)
    other = scene.browser(basket=None, session="session-2")
    told = {**MIDDLEWARE, "accept-language": "tr-tr"}
    returns(other, {"n": scene.bank.ticket().number}, back, says="declined", headers=told)
    guest.looks(says="the buyer's own browser: the page before, and why")


def elsewhere_with_a_basket(scene):
    """3-D Secure: the other browser has a checkout of its own"""
    starts(scene)
    back = at_the_bank(scene)
    scene.basket("sticker", key="basket-2")
    other = scene.browser(basket="basket-2", session="session-2")
    other.looks(says="somebody else, with another basket")
    returns(other, {"n": scene.bank.ticket().number}, back, says="brings the return")
    other.looks(says="and still has a basket")


def failed(scene):
    """3-D Secure: the issuer could not make sure"""
    guest = starts(scene, magic.THREE_D_FAILED)
    back = at_the_bank(scene)
    returns(guest, {}, {**back, "success": "true", "mdStatus": "1"}, says="forged: success=true")
    guest.looks(says="the page before, and why")
    guest.gets(TO_THE_BANK, says="nothing waits any more")
    assert scene.bank.captures == 0


def forged(scene):
    """3-D Secure: claims without proof"""
    guest = starts(scene)
    claims = {"success": "true", "three_d_secure": "true", "mdStatus": "1"}
    returns(guest, {}, claims, says="no ticket", keeps=True)
    returns(guest, {}, {**claims, "md": "guessed"}, says="a guessed ticket", keeps=True)
    returns(guest, {}, {**claims, "md": ""}, says="an empty one", keeps=True)
    returns(guest, {}, {**claims, "md": "x" * 5000}, says="a long one", keeps=True)
    ticket = scene.bank.ticket()
    returns(guest, {}, {**claims, "md": ticket.md}, says="the right one, before the buyer has confirmed anything")
    assert scene.bank.captures == 0


def abandoned(scene):
    """3-D Secure: the buyer never comes back, and pays with another card"""
    guest = starts(scene, magic.THREE_D_ABANDONED)
    guest.looks(says="the page before")
    guest.answers("BinNumberPage", {"bin_number": "542119"}, says="another card")
    guest.answers("InstallmentSelectionPage", {"installment": 1})
    guest.answers(CONFIRMATION, card(), says="pays")
    assert scene.bank.captures == 1


def left(scene):
    """3-D Secure: the buyer says no at the bank"""
    guest = starts(scene)
    ticket = scene.bank.ticket()
    scene.happens("at the bank: the buyer refuses")
    returns(guest, {}, scene.bank.refuses_there(ticket), says="the return")


def declined_in_turkish(scene):
    """3-D Secure: what is refused goes into a cookie, so it is told in ASCII"""
    guest = starts(scene, magic.THREE_D_INSUFFICIENT_FUNDS, accept_language="tr-tr")
    back = at_the_bank(scene)
    returns(guest, {}, back, says="declined", headers={**MIDDLEWARE, "accept-language": "tr-TR,tr;q=0.9"})
    guest.looks(says="elsewhere in Turkish letters")


def wanted_by_the_buyer(scene):
    """3-D Secure: the buyer wants it, the issuer would not ask"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.APPROVED, use_three_d="1"), says="the card, with use_three_d")
    returns(guest, {}, at_the_bank(scene), says="the return")


def at_the_bank_in_vain(scene):
    """3-D Secure: nobody waits for the bank"""
    scene.basket("mug")
    guest = scene.browser()
    guest.gets(TO_THE_BANK, says="a storefront, before anything")
    guest.gets(TO_THE_BANK, says="a person", headers={**PERSON, "x-requested-with": None})
    guest.goes_on(CONFIRMATION)
    returns(guest, {}, {"md": "x"}, says="a return that nobody waits for", keeps=True)
    guest.gets("/orders/redirection/", says="no hosted page either")
    guest.answers(CONFIRMATION, card(magic.THREE_D_DOWN), says="the bank does not answer when it is started")
    guest.gets(TO_THE_BANK, says="nothing was handed out")


def by_a_person(scene):
    """3-D Secure without a storefront: the bank posts a person's browser straight to us"""
    guest = starts(scene, person=True)
    guest.gets(TO_THE_BANK, says="the page that posts itself to the bank")
    back = at_the_bank(scene)
    number = scene.bank.ticket().number
    other = scene.browser(basket=None, session="session-2", person=True)
    returns(other, {"n": number}, {**back, "md": "forged"}, says="another browser, forged", headers=BROWSER, keeps=True)
    returns(guest, {"n": number}, {**back, "md": "forged"}, says="forged", headers=BROWSER, keeps=True)
    returns(guest, {"n": number}, back, says="the return", headers=BROWSER)
    returns(other, {"n": number}, back, says="another browser, once it is placed", headers=BROWSER)


STORIES = (
    in_the_body, in_the_query, in_both, looked_at, repeated, elsewhere, elsewhere_refused, elsewhere_with_a_basket,
    failed, forged, abandoned, left, declined_in_turkish, wanted_by_the_buyer, at_the_bank_in_vain, by_a_person,
)  # fmt: skip
