"""Beside the checkout's own address: an order's page, contracts, a bank's messages, the CSRF token, nothing at all."""

from __future__ import annotations

from attrs import evolve

from checkout_core.effects import Callback
from checkout_core.keyring import Keyring
from checkout_core.links import Links
from checkout_core.sandbox import magic

from .paying import CONFIRMATION, completed_of
from .shop import CHECKOUT, PERSON, TO_THE_BANK, card

HOOK = "/orders/hooks/bank/"
BANK = {"accept": "*/*", "x-requested-with": None, "cookie": None, "x-csrftoken": None}
AS_PERSON = {**PERSON, "x-requested-with": None}


def places(scene, *skus):
    scene.basket(*skus)
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    return guest, completed_of(guest.answers(CONFIRMATION, card(), says="the order is placed"))


def completed(scene):
    """An order's page: for whoever has its address, and nobody else"""
    guest, path = places(scene, "mug", "mug", "t-shirt")
    other = scene.browser(basket=None, session="session-2")
    guest.gets(f"{path}?format=json", says="as JSON")
    guest.gets(path, says="as a page", headers=AS_PERSON)
    other.gets(f"{path}?format=json&t=1763726400000", says="another browser, with what a storefront adds")
    guest.gets(f"{path}?format=json", says="in Turkish", headers={"accept-language": "tr-tr"})
    guest.gets(path, says="without a format, a page is what there is")
    guest.gets(f"{path}?format=json", says="asked whether it is there", method="HEAD")
    guest.gets(f"{path}?format=xml", says="a format that nobody has")
    guest.gets(f"{path}?format=json&format=json", says="twice")
    guest.gets(f"{path}?format=json&number=1", says="more than there is")
    guest.gets(path[:-2] + ("0/" if path[-2] != "0" else "1/"), says="one letter changed", headers=AS_PERSON)
    guest.gets(f"{path[:-2]}/?format=json", says="one letter less")
    scene.passes(days=6, hours=23)
    guest.gets(f"{path}?format=json", says="on the last day")
    scene.passes(hours=2)
    guest.gets(f"{path}?format=json", says="the address has ended")
    guest.gets(path, says="the same for a person", headers=AS_PERSON)


def foreign_addresses(scene):
    """An order's page: addresses that were not made here"""
    guest, path = places(scene, "mug")
    number = guest.scene.sandbox.told[0]
    strange = Links(keyring=Keyring((b"of another shop, 32 bytes of it..",)), clock=scene.sandbox.now)
    guest.gets(f"/orders/completed/{strange.sign_link(number)}/?format=json", says="signed by another shop")
    unknown = scene.sandbox.links.sign_link("A000000000000000")
    guest.gets(f"/orders/completed/{unknown}/?format=json", says="signed here, of an order that is not there")
    guest.gets(f"/orders/completed/{number}/?format=json", says="the number alone")
    guest.gets("/orders/completed/x:y:z/?format=json", says="nothing of it")
    guest.gets(f"/orders/completed/{'x' * 301}/", says="too long", headers=AS_PERSON)
    guest.sends("POST", path, says="posted to")


def contracts(scene):
    """The contracts, with the buyer's order in them"""
    scene.basket("mug")
    stranger = scene.browser(basket=None, session="session-2")
    stranger.gets("/orders/contract/?contract_name=info", says="nobody's")
    guest = scene.browser()
    guest.looks(says="the first look")
    guest.gets("/orders/contract/?contract_name=info", says="before there is an address")
    guest.goes_on(CONFIRMATION)
    guest.gets("/orders/contract/?contract_name=info", says="what is ordered")
    guest.gets("/orders/contract/?contract_name=sales", says="the contract of sale", headers=AS_PERSON)
    guest.gets("/orders/contract/?contract_name=sales", says="in Turkish", headers={"accept-language": "tr-tr"})
    guest.gets("/orders/contract/?contract_name=lease", says="one that there is not")
    guest.gets("/orders/contract/", says="none is named", headers=AS_PERSON)
    guest.gets("/orders/contract/?contract_name=info&contract_name=sales", says="two are named")


def messages(scene):
    """The bank's messages: stored, then answered, whatever they are about"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.TIMEOUT_TAKEN), says="no answer")
    (genuine,) = scene.bank.messages()
    kind, signature = genuine.headers["content-type"], genuine.headers["x-bank-signature"]
    bank = scene.browser(basket=None, session="")

    def posts(body, says, signed=signature, path=HOOK):
        return bank.posts(path, body, kind, says=says, headers={**BANK, "x-bank-signature": signed})

    posts(genuine.body, "forged: without a signature", signed=None)
    posts(genuine.body, "forged: a signature of somebody else's", signed="0" * 64)
    posts(genuine.body.replace(b'"minor":6500', b'"minor":1'), "forged: another amount")
    posts(genuine.body, "of a bank that nobody knows", path="/orders/hooks/unheard-of/")
    posts(genuine.body, "to an address that is none", path="/orders/hooks/%2e%2e/")
    posts(genuine.body, "with a query", path=f"{HOOK}?number=1")
    posts(b"x" * 70_000, "too long")
    posts(b"", "empty")
    posts(genuine.body, "genuine: the order is placed")
    posts(genuine.body, "genuine, once more")
    guest.looks(says="the buyer sees it")
    stranger = evolve(scene.bank.notices()[0], number="A000000000000000", id="M000777")
    parked: Callback = scene.bank.signed(stranger)
    posts(parked.body, "genuine, of a number that nobody knows", signed=parked.headers["x-bank-signature"])
    bank.gets(HOOK, says="looked at", headers=BANK)
    assert scene.bank.captures == 1


def csrf_token(scene):
    """The CSRF token: fetched without cookies, and kept"""
    shop = scene.browser()
    shop.token = None
    shop.gets("/csrf_token/", says="none yet")
    shop.gets("/csrf_token/", says="another one")
    shop.token = "the-token-of-this-browser"
    shop.gets("/csrf_token/", says="one that it has")
    shop.gets("/csrf_token/", says="one that is none", headers={"cookie": "csrftoken=short"})
    shop.gets("/csrf_token/", says="one that would break out", headers={"cookie": 'csrftoken="><script>'})
    shop.gets("/csrf_token/", says="among others", headers={"cookie": "a=1; csrftoken=one-of-several-cookies; b=2"})
    shop.posts("/csrf_token/", says="posted to")


def methods(scene):
    """Methods that an address does not serve, and its slash"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")
    guest.gets(CHECKOUT, says="HEAD is a GET without a body", method="HEAD")
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        guest.sends(method, f"{CHECKOUT}?page=IndexPage", b"user_email=ada%40example.org", says=method, keeps=True)
    guest.sends("DELETE", CHECKOUT, says="a person's DELETE", headers=AS_PERSON)
    guest.posts(TO_THE_BANK, says="the way to the bank, posted to", keeps=True)
    guest.posts("/orders/contract/", says="a contract, posted to", keeps=True)
    guest.gets("/orders/checkout", says="without the slash at the end", keeps=True)
    guest.posts("/orders/checkout?page=IndexPage", b"user_email=ada%40example.org", says="posted to without the slash")


def unknown_paths(scene):
    """Addresses that are nobody's"""
    guest = scene.browser()
    guest.gets("/orders/", says="as JSON")
    guest.gets("/orders/", says="as a page", headers=AS_PERSON)
    guest.gets("/orders/checkout/more/", says="behind the checkout")
    guest.gets("/Orders/Checkout/", says="in other letters")
    guest.gets("/orders/completed/", says="an order without a token")
    guest.gets("/orders/hooks/a/b/", says="a hook too deep")
    guest.posts("/orders/checkout/x/?page=IndexPage", b"user_email=a", says="posted to")
    guest.gets("/orders/checkout-provider-list/", says="what this checkout does not have yet")
    guest.gets("/", says="the root")


def below_a_root(scene):
    """The same checkout, mounted at /tr"""
    scene.basket("mug")
    guest = scene.browser(root="/tr", person=True)
    guest.looks(says="the page")
    guest.answers("IndexPage", {"user_email": "ada@example.org"}, says="taken: on, below the root")
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.THREE_D), says="on to the bank, below the root")
    guest.gets(TO_THE_BANK, says="the bank's form")
    back = scene.bank.comes_back(scene.bank.ticket())
    guest.answers("CreditCardThreeDSecurePage", back, says="the return")
    empty = scene.browser(root="/tr", person=True, basket=None, session="session-2")
    empty.looks(says="nothing to buy")
    script = scene.browser(root="/tr")
    script.looks(says="a storefront's script puts the locale in front itself: its addresses have none")


def note(scene):
    """A note to the shop: set, read, cleared"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")
    guest.answers("OrderNotePage", {"notes": "Please ring\r\ntwice \u2013 te\u015fekk\u00fcrler"}, says="set")
    guest.looks("OrderNotePage", says="read")
    guest.answers("OrderNotePage", {"notes": "x" * 321}, says="too long", keeps=True)
    guest.answers("OrderNotePage", {"notes": "my card is 5421 1900 0000 0009"}, says="a card number in it", keeps=True)
    guest.answers("OrderNotePage", {"notes": "bell\x07"}, says="a control character", keeps=True)
    guest.answers("OrderNotePage", {"notes": "x" * 320}, says="as long as may be")
    guest.posts(f"{CHECKOUT}?page=OrderNotePage", b"", says="cleared: a storefront leaves out what is empty")
    guest.answers("OrderNotePage", {"notes": "again"}, says="set again")
    guest.posts(f"{CHECKOUT}?page=OrderNotePage", b"{}", "text/plain;charset=UTF-8", says="cleared: nothing, as text")
    guest.looks("OrderNotePage", says="read")


def addresses_cleared(scene):
    """The addresses taken back"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("PaymentOptionSelectionPage")
    guest.answers("AddressClearPage", says="taken back")
    guest.looks(says="where the buyer stands then")
    guest.posts(f"{CHECKOUT}?page=AddressClearPage", b"{}", "application/json", says="once more, as JSON")


STORIES = (
    completed, foreign_addresses, contracts, messages, csrf_token, methods, unknown_paths, below_a_root, note,
    addresses_cleared,
)  # fmt: skip
