"""How a request is read: page names, CSRF, bodies of every kind, languages."""

from __future__ import annotations

import json

from .paying import CONFIRMATION
from .shop import CHECKOUT, FORM, GUEST_CARD, TOKEN

JSON = "application/json"
INDEX = f"{CHECKOUT}?page=IndexPage"
EMAIL = b"user_email=ada%40example.org"


def pages(scene):
    """Which page is meant"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("ShippingOptionSelectionPage")

    def posts(query, says, body=EMAIL):
        guest.posts(f"{CHECKOUT}{query}", body, says=says, keeps=True)

    posts("", "none")
    posts("?page=", "an empty one")
    posts("?page=NoSuchPage", "one that there is not")
    posts("?page=indexpage", "in other letters")
    posts("?page=IndexPage&page=AddressSelectionPage", "two")
    posts("?page[]=IndexPage", "in brackets")
    posts("?page=%00", "a control character")
    posts(f"?page={'x' * 3000}", "a long one")
    posts("?page=ThankYouPage", "one that takes nothing")
    posts("?page=EmptyPage", "the empty one")
    posts("?page=CreditCardConfirmationPage", "one that is not open yet")
    posts("?page=FundsTransferPage", "one of another way to pay")
    posts("?page=RetailStoreSelectionPage", "one that this shop does not have")
    guest.posts(f"{INDEX}&page=IndexPage&t=1", EMAIL, says="twice the same, as a proxy repeats it")


def every_page(scene):
    """Every page, looked at"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    for page in scene.checkout.map.rows:
        guest.looks(page, keeps=True)
    guest.looks("NoSuchPage", says="one that there is not", keeps=True)
    guest.gets(f"{CHECKOUT}?page=BinNumberPage&page=IndexPage", says="two", keeps=True)
    guest.gets(f"{CHECKOUT}?{'&'.join(f'f{n}=1' for n in range(300))}", says="300 fields", keeps=True)


def too_early(scene):
    """Every page, looked at before anything is answered"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")
    for page in scene.checkout.map.rows:
        guest.looks(page, keeps=True)


def csrf(scene):
    """A form is taken from a page of the shop's, and from nowhere else"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")

    def posts(says, body=EMAIL, kind=FORM, *, keeps=True, **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        guest.posts(INDEX, body, kind, says=says, headers=told, keeps=keeps)

    posts("no header", x_csrftoken=None)
    posts("no cookie", cookie=None)
    posts("neither", cookie=None, x_csrftoken=None)
    posts("another token", x_csrftoken="the-token-of-another-one")
    posts("both empty", cookie="csrftoken=", x_csrftoken="")
    posts("both too short", cookie="csrftoken=short", x_csrftoken="short")
    posts("not in ASCII", x_csrftoken="the-token-of-this-brows\u00e9r")
    posts("a form field that is another", EMAIL + b"&csrf_token=the-token-of-another-one", x_csrftoken=None)
    posts("two form fields", EMAIL + f"&csrf_token={TOKEN}&csrf_token={TOKEN}".encode(), x_csrftoken=None)
    posts("a page of another site", sec_fetch_site="cross-site")
    posts("a page of a neighbour's", sec_fetch_site="same-site")
    posts("plain text, which any site may send", b"{}", "text/plain", x_csrftoken=None)
    posts("from a page of the shop's", keeps=False, sec_fetch_site="same-origin")
    posts("typed in by hand", keeps=False, sec_fetch_site="none")
    posts("the form field", EMAIL + f"&csrf_token={TOKEN}".encode(), keeps=False, x_csrftoken=None)
    neither = {"cookie": None, "x_csrftoken": None}
    posts("JSON, which no other site may send", b'{"user_email":"grace@example.org"}', JSON, keeps=False, **neither)


def as_json(scene):
    """Bodies as JSON"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")

    def posts(says, body, kind=JSON, *, keeps=True):
        guest.posts(INDEX, body, kind, says=says, keeps=keeps)

    posts("a name twice", b'{"user_email":"ada@example.org","user_email":"eve@example.org"}')
    posts("not a number", b'{"user_email":"ada@example.org","phone_number":NaN}')
    posts("infinite", b'{"user_email":"ada@example.org","phone_number":-Infinity}')
    posts("a number of 30 digits", b'{"user_email":' + b"9" * 30 + b"}")
    posts("deep", b'{"user_email":' + b"[" * 20_000 + b"]" * 20_000 + b"}")
    posts("a list", b'["user_email"]')
    posts("a text", b'"user_email"')
    posts("nothing but null", b"null")
    posts("cut off", b'{"user_email":"ada@exam')
    posts("in single quotes", b"{'user_email':'ada@example.org'}")
    posts("not in UTF-8", '{"user_email":"ad\u00e4@example.org"}'.encode("latin-1"))
    posts("in UTF-16", '{"user_email":"ada@example.org"}'.encode("utf-16"))
    posts("in another charset", b'{"user_email":"ada@example.org"}', "application/json; charset=iso-8859-9")
    posts("half a surrogate", b'{"user_email":"\\ud800@example.org"}')
    for value in (1, True, None, ["ada@example.org"], {"ada": "@example.org"}, 1.5):
        posts(f"a value that is no text: {json.dumps(value)}", json.dumps({"user_email": value}).encode())
    posts("an empty object", b"{}")
    posts("as it should be", b'{"user_email":"ada@example.org","phone_number":null}', keeps=False)
    posts("with a charset", b'{"user_email":"ada@example.org"}', "application/json; charset=UTF-8", keeps=False)


def numbers_in_json(scene):
    """Numbers and flags of JSON, where a form has texts"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on("AddressSelectionPage")

    def posts(page, fields, says, **about):
        guest.posts(f"{CHECKOUT}?page={page}", json.dumps(fields).encode(), JSON, says=says, **about)

    both = {"shipping_address": 11, "billing_address": 12}
    posts("AddressSelectionPage", {**both, "billing_address": True}, "a flag is no number", keeps=True)
    posts("AddressSelectionPage", {**both, "billing_address": 12.0}, "nor is 12.0", keeps=True)
    posts("AddressSelectionPage", {**both, "billing_address": [12]}, "nor a list", keeps=True)
    posts("AddressSelectionPage", both, "numbers")
    posts("ShippingOptionSelectionPage", {"shipping_option": "21"}, "a text with a number in it")


def bodies(scene):
    """Bodies of other kinds"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")

    def posts(says, body, kind=FORM, *, keeps=True):
        guest.posts(INDEX, body, kind, says=says, keeps=keeps)

    part = b'--x\r\nContent-Disposition: form-data; name="user_email"\r\n\r\nada@example.org\r\n--x--\r\n'
    posts("multipart", part, "multipart/form-data; boundary=x")
    posts("XML", b"<user_email>ada@example.org</user_email>", "application/xml")
    posts("text", b"user_email=ada@example.org", "text/plain")
    posts("nothing, as text", b"{}", "text/plain;charset=UTF-8")
    posts("another charset", b"user_email=ad\xe4", "application/x-www-form-urlencoded; charset=latin1")
    posts("bytes that are no UTF-8", b"user_email=ad%E4%40example.org")
    posts("raw bytes", b"user_email=ad\xff\xfe@example.org")
    posts("a field twice", EMAIL + b"&" + EMAIL)
    posts("half an escape", b"user_email=ada%4")
    posts("a NUL", b"user_email=ada%00%40example.org")
    posts("300 fields", b"&".join(b"f%d=1" % n for n in range(300)) + b"&" + EMAIL)
    posts("a megabyte", EMAIL + b"&notes=" + b"x" * 1_048_576)
    posts("64 KiB and a byte", EMAIL + b"&notes=" + b"x" * (65_537 - len(EMAIL) - 7))
    posts("empty", b"")
    posts("blanks", b"  \r\n ")
    posts("no type at all", EMAIL, None, keeps=False)
    posts("a plus for a blank", b"user_email=+ada%40example.org+", keeps=False)
    posts("64 KiB to the byte", EMAIL + b"&notes=" + b"x" * (65_536 - len(EMAIL) - 7), keeps=False)


def languages(scene):
    """Languages and currencies, as storefronts send them"""
    scene.basket("mug")
    guest = scene.browser()
    guest.looks(says="a checkout")
    for language in (
        "undefined",
        "tr-TR",
        "tr-tr,tr;q=0.9,en;q=0.8",
        "de_DE",
        "*",
        "",
        "../../etc",
        "x" * 300,
        "en-us",
    ):
        told, says = {"accept-language": language}, f"language {language[:20]}".strip()
        guest.answers("IndexPage", {"user_email": "x"}, says=says, headers=told, keeps=True)
    for currency in ("undefined", "try", "EUR", "", "XXXX"):
        guest.looks(says=f"currency {currency}".strip(), headers={"x-currency": currency}, keeps=True)


def same_on_every_way(scene):
    """Answers as a form and as JSON come to the same"""
    for n, kind in enumerate((FORM, JSON), 1):
        scene.basket("mug", key=f"basket-{n}")
        guest = scene.browser(basket=f"basket-{n}", session=f"session-{n}")
        guest.looks(says=kind)
        for page, fields in GUEST_CARD[:3]:
            if kind == FORM:
                guest.answers(page, fields)
            else:
                guest.posts(f"{CHECKOUT}?page={page}", json.dumps(fields).encode(), JSON, says=page)


STORIES = (
    pages, every_page, too_early, csrf, as_json, numbers_in_json, bodies, languages, same_on_every_way,
)  # fmt: skip
