"""Requests that nobody means well with, drawn by hypothesis, and what may never come of them."""

from __future__ import annotations

import json
from urllib.parse import quote_plus

from hypothesis import strategies as st

from .browsers import CHECKOUT, FORM, THREE_D_PAGE, TOKEN

MARKER = '"><script>alert(`hostile`)</script><img src=x onerror=hostile()>'
PAN, CVV = "5421190000000009", "8429"  # a card that the sandbox's bank takes money from; no other number has its end

PATHS = (
    CHECKOUT, "/orders/completed/{}/", "/orders/redirect-three-d/", "/orders/redirection/", "/orders/contract/",
    "/orders/hooks/bank/", "/orders/hooks/{}/", "/csrf_token/",
)  # fmt: skip
NEAR = (
    "", "/", "//", "/orders", "/orders/checkout", "//orders/checkout/", "/orders//checkout/", "/orders/checkout//",
    "/orders/checkout/x/", "/ORDERS/CHECKOUT/", "/orders/checkout/../contract/", "/orders/./checkout/",
    "/orders/checkout/\x00", "/orders/checkout/\n", "/orders/\uff43heckout/", "/orders/hooks/", "/orders/hooks/a/b/",
    "/orders/completed/", "/orders/completed/a/b/", "/csrf_token", "/.env", "/orders/checkout/;a=b/", "*", "http://evil",
)  # fmt: skip
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "", "PO ST", "\u00fc")

PAGES = (
    "IndexPage", "DeliveryOptionSelectionPage", "AddressSelectionPage", "AddressClearPage",
    "ShippingOptionSelectionPage", "PaymentOptionSelectionPage", "BinNumberPage", "InstallmentSelectionPage",
    "CreditCardConfirmationPage", THREE_D_PAGE, "FundsTransferChoicePage", "FundsTransferPage", "OrderNotePage",
    "EmptyPage", "ThankYouPage", "RetailStoreSelectionPage", "PickupLocationSelectionPage", "SlotSelectionPage",
    "ReservationSelectionPage", "DataSourceShippingOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage",
    "RemotePriceCalculationPage", "RemoteDeliveryOptionSelectionPage", "RemoteShippingOptionSelectionPage",
)  # fmt: skip
NO_PAGES = (
    "",
    "indexpage",
    "Page",
    "__init__",
    "../etc/passwd",
    "IndexPage ",
    "IndexPage\x00",
    MARKER,
    "\u00ff",
    "x" * 999,
)
FIELDS = (
    "user_email", "phone_number", "delivery_option", "shipping_address", "billing_address", "clear", "shipping_option",
    "payment_option", "bin_number", "installment", "card_number", "card_holder", "card_month", "card_year", "card_cvv",
    "agreement", "save", "card_name", "use_three_d", "client_time", "browser_language", "browser_time_zone", "md",
    "success", "mdStatus", "cavv", "bank_account", "notes", "csrf_token", "page", "n", "format", "contract_name", "t",
    "next", "return_url", "redirect_url", "", "retail_store", "remote_id", "lower", "upper", "skip_reservation",
    "data_source_shipping_options", "data_source_shipping_options[1]", "data_source_shipping_options[",
    "attribute_based_shipping_options", "attribute_based_shipping_options[istanbul]", "delivery_date", "x[]",
)  # fmt: skip

RIGHT = {
    "user_email": "ada@example.org", "phone_number": "05551112233", "delivery_option": "1", "shipping_address": "11",
    "billing_address": "12", "shipping_option": "21", "payment_option": "31", "bin_number": PAN[:6],
    "installment": "1", "card_number": PAN, "card_holder": "Ada Lovelace", "card_month": "12", "card_year": "2031",
    "card_cvv": CVV[:3], "agreement": "true", "bank_account": "1", "notes": "Please ring twice", "csrf_token": TOKEN,
    "format": "json", "contract_name": "sales", "md": "md",
    "retail_store": "1", "remote_id": "L-101", "lower": "2026-11-21T14:00:00+03:00",
    "upper": "2026-11-21T18:00:00+03:00", "skip_reservation": "true", "data_source_shipping_options": "[11]",
    "data_source_shipping_options[1]": "11", "attribute_based_shipping_options": '{"istanbul": 100}',
    "attribute_based_shipping_options[istanbul]": "100",
}  # fmt: skip
NASTY = (
    "", " ", "\x00", "\uff11", "\u0661\u0662", "\u202eexe.gpj", "\ud800", "\udcff", "\ufeff1", "e\u0301" * 40, MARKER,
    "NaN", "Infinity", "-1", "1e999", "9" * 40, str(2**63), "0x10", "1_000", "+1", "1.0", "true", "None", "null",
    "[]", "{}", "//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example",
    "javascript:alert(1)",
    "a\r\nSet-Cookie: x=y", "a@b", "ada@example.org\nBcc: x@y.example", "{{ 7*7 }}", "{% raw %}", "%s%n", "' OR 1=1 --",
    "../../etc/passwd", PAN, f"my card {PAN[:4]} {PAN[4:8]} {PAN[8:12]} {PAN[12:]} {CVV}", CVV, "x" * 5000,
    "\U0001f600" * 100, "true\x00", "12\u200b",
)  # fmt: skip

words = st.sampled_from(NASTY) | st.text(max_size=20)
fields = st.sampled_from(FIELDS) | st.sampled_from(NASTY[:20]) | st.text(max_size=8)


@st.composite
def pairs(draw, most=8):
    """Names and values, many of them right."""
    found = [(name, RIGHT.get(name, "1")) for name in draw(st.lists(st.sampled_from(FIELDS), max_size=4))]
    found += draw(st.lists(st.tuples(fields, words), max_size=most))
    return draw(st.permutations(found))


def escaped(text):
    return quote_plus(text.encode("utf-8", "surrogatepass"))


BROKEN = ("%", "&%zz=%", "&&==&", ";a=b", "&a", "\x00", "&%ff%fe", "\u00fc", "\udcff")


@st.composite
def urlencoded(draw):
    """Sound, or with what is no escape in it."""
    text = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in draw(pairs()))
    return text + draw(st.sampled_from(("", "", "", *BROKEN)))


pages = st.sampled_from(PAGES) | st.sampled_from(PAGES) | st.sampled_from(NO_PAGES)


@st.composite
def queries(draw):
    page = draw(st.none() | pages | pages)
    parts = [] if page is None else [f"page={escaped(page)}"] * draw(st.sampled_from([1, 1, 1, 1, 2]))
    parts += draw(st.lists(urlencoded(), max_size=1))
    parts += [draw(st.sampled_from(["", "", "", "", "n=%00", "n=0000", "page=%ff", "a=" + "x" * 10_000, "&" * 300]))]
    return "&".join(filter(None, parts))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(NASTY),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(fields, inside, max_size=3),
    max_leaves=8,
)  # fmt: skip


@st.composite
def json_bodies(draw):
    """Objects with fields of ours; duplicates, what JSON does not have, and what is no object."""
    inside = [
        f"{json.dumps(name)}:{json.dumps(value)}"
        for name, value in [*draw(pairs()), *draw(st.lists(st.tuples(fields, json_values), max_size=3))]
    ]
    text = "{" + ",".join(inside) + "}"
    shape = draw(st.sampled_from(("@", "@", "@", "[@]", "@,", '{"a":@', "\ufeff@", '{"n":-@,"x":1e400}', "NaN")))
    coded = draw(st.sampled_from(("utf-8", "utf-8", "utf-8", "utf-16", "utf-8-sig")))
    return shape.replace("@", text).encode(coded, "surrogatepass")


HUGE = (
    b"a" * 1_000_000, b"[" * 60_000, b'{"a":' * 10_000, b'{"user_email":' + b"9" * 60_000 + b"}",
    b"notes=" + b"%41" * 400_000,
    b"&".join(b"a=%d" % n for n in range(5000)), b"\x00" * 70_000, b'{"notes":"' + b"\\u0000" * 10_000 + b'"}',
)  # fmt: skip

MULTIPART = b'--b\r\nContent-Disposition: form-data; name="user_email"\r\n\r\nada@example.org\r\n--b--\r\n'
KINDS = (
    FORM, FORM, FORM, "application/json", "application/json", f"{FORM}; charset=utf-8", f"{FORM}; charset=utf-7",
    "application/json; charset=latin-1", 'application/json; charset="utf-8"', "multipart/form-data; boundary=b",
    "multipart/form-data", "text/plain", "text/plain;charset=UTF-8", "", ";", "charset=utf-8", "application/xml",
    "\u00ff",
    "application/x-www-form-urlencoded\x00", "APPLICATION/JSON", f"{FORM};charset=utf-16",
)  # fmt: skip
ACCEPTS = (
    "application/json", "text/html,*/*;q=0.8", "text/html,*/*;q=0.8", "", "*/*", "text/html, application/json",
    "\u00ff",
    "text/html" * 1000, "text/html;q=nan", "image/png", "\x00",
)  # fmt: skip
COOKIES = (
    f"csrftoken={TOKEN}", f"csrftoken={TOKEN}", f"csrftoken={TOKEN}", "",
    f"csrftoken={TOKEN}; csrftoken=another-token-16",
    "csrftoken=short", "csrftoken=" + "x" * 129, "csrftoken=\u00ff", "=", ";;;", "csrftoken", f'csrftoken="{TOKEN}"',
    f"csrftoken={MARKER}", "a=b\r\nc=d", "; ".join(f"c{n}=x" for n in range(500)), f"CSRFTOKEN={TOKEN}",
)  # fmt: skip
LANGUAGES = ("tr-tr", "undefined", "", "x" * 5000, "../../etc", "en-\u00ff", MARKER, "de;q=0.1", "*", "tr_TR", "\x00")

latin = st.text(st.characters(max_codepoint=255), max_size=30)


@st.composite
def headers(draw):
    found = {
        "accept": draw(st.sampled_from(ACCEPTS)), "content-type": draw(st.sampled_from(KINDS)),
        "cookie": draw(st.sampled_from(COOKIES)),
        "x-requested-with": draw(st.sampled_from(["XMLHttpRequest", "XMLHttpRequest", "", "xmlhttprequest", "\u00ff"])),
        "x-csrftoken": draw(st.sampled_from([TOKEN, TOKEN, TOKEN, "", "another-token-16", "\u00ff", "x" * 5000])),
        "accept-language": draw(st.sampled_from(LANGUAGES)),
    }  # fmt: skip
    for name in draw(st.lists(st.sampled_from(tuple(found)), max_size=2)):
        found.pop(name, None)
    odd = ("sec-fetch-site", "x-currency", "host", "origin", "referer", "content-length", "x-forwarded-for", "range")
    found |= draw(st.dictionaries(st.sampled_from(odd) | latin.map(str.lower), latin, max_size=3))
    if draw(st.integers(0, 3)) == 0:
        found |= {"sec-fetch-site": draw(st.sampled_from(["cross-site", "same-site", "same-origin", "none"]))}
    return found


forms = urlencoded().map(lambda text: text.encode("utf-8", "surrogatepass"))
bodies = (
    forms
    | forms
    | json_bodies()
    | json_bodies()
    | st.binary(max_size=60)
    | st.sampled_from((*HUGE, MULTIPART, b"", b"{}"))
)
tokens = latin | st.sampled_from(["a", "x" * 301, "%2e", MARKER, "IjEi:1tVq2c:" + "A" * 43])


@st.composite
def paths(draw):
    if draw(st.integers(0, 9)) < 6:
        return CHECKOUT
    found = draw(st.sampled_from(PATHS) | st.sampled_from(NEAR))
    return found.replace("{}", draw(tokens)) if "{}" in found else found


FORMS = {
    "IndexPage": ("user_email", "phone_number"), "DeliveryOptionSelectionPage": ("delivery_option",),
    "AddressSelectionPage": ("shipping_address", "billing_address"), "AddressClearPage": ("clear",),
    "ShippingOptionSelectionPage": ("shipping_option",), "PaymentOptionSelectionPage": ("payment_option",),
    "BinNumberPage": ("bin_number",), "InstallmentSelectionPage": ("installment",),
    "CreditCardConfirmationPage": (
        "card_number", "card_holder", "card_month", "card_year", "card_cvv", "agreement", "use_three_d",
    ),
    THREE_D_PAGE: ("md", "success", "mdStatus"), "FundsTransferChoicePage": ("bank_account",),
    "FundsTransferPage": ("agreement",), "OrderNotePage": ("notes",),
    "RetailStoreSelectionPage": ("retail_store", "billing_address"),
    "PickupLocationSelectionPage": ("remote_id", "billing_address"),
    "SlotSelectionPage": ("lower", "upper"), "ReservationSelectionPage": ("skip_reservation", "lower", "upper"),
    "DataSourceShippingOptionSelectionPage": ("data_source_shipping_options", "data_source_shipping_options[1]"),
    "AttributeBasedShippingOptionSelectionPage": (
        "attribute_based_shipping_options", "attribute_based_shipping_options[istanbul]",
    ),
}  # fmt: skip
ACCEPTED = {"content-type": FORM, "cookie": f"csrftoken={TOKEN}", "x-csrftoken": TOKEN, "sec-fetch-site": "same-origin"}


@st.composite
def posts(draw):
    """A form of ours for the page it is of: right, or with one or two values that are not."""
    page = draw(st.sampled_from(tuple(FORMS)))
    found = {name: RIGHT.get(name, "1") for name in FORMS[page]}
    found |= draw(st.dictionaries(st.sampled_from(FORMS[page]), words, max_size=2))
    asks = {
        "accept": draw(st.sampled_from(ACCEPTS[:3])),
        "x-requested-with": draw(st.sampled_from(["XMLHttpRequest", ""])),
    }
    if draw(st.booleans()):
        found |= draw(st.dictionaries(st.sampled_from(FORMS[page]), json_values, max_size=1))
        return f"page={page}", {**ACCEPTED, **asks, "content-type": "application/json"}, json.dumps(found).encode()
    text = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in found.items())
    return f"page={page}", {**ACCEPTED, **asks}, text.encode()


@st.composite
def requests(draw):
    """Method, path, query, headers and body.  Half of them are posts that a page reads."""
    if draw(st.booleans()):
        return "POST", CHECKOUT, *draw(posts())
    method = draw(st.sampled_from(("POST",) * 12 + ("GET",) * 12 + METHODS))
    return method, draw(paths()), draw(queries()), draw(headers()), draw(bodies)
