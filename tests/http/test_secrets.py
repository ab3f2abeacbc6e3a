"""One buyer, one card, over HTTP: no file, no log and no answer knows its number or its security code."""

from __future__ import annotations

import json
import logging
from contextlib import closing
from urllib.parse import urlencode

import attrs
import pytest

from checkout_core import Settings, SqliteStore
from checkout_core.effects import Declined, Rejected
from checkout_core.http import LONGEST
from checkout_core.sandbox import Sandbox
from checkout_core.stores import StoreUnavailable

from ..secrets.kit import alone, disguises
from ..secrets.till import ABLE, Ear, Teller
from .browsers import CHECKOUT, FORM, PERSON, SCRIPT, THREE_D_PAGE, Shop, as_form, of_form

PAN, CVV, HOLDER = "378193571113171", "8429", "CANARY HOLDER"  # American Express: 4 digits are told apart
TYPED = "3781 935711 13171"
FIELDS = {
    "card_number": TYPED, "card_holder": HOLDER, "card_month": "11", "card_year": "2031", "card_cvv": CVV,
    "agreement": "true",
}  # fmt: skip
PAYS = "CreditCardConfirmationPage"
NUMBERS = tuple({*disguises(PAN), *disguises(PAN[-8:]), TYPED, TYPED.replace(" ", "+"), TYPED.replace(" ", "%20")})
NAMES = (*disguises(HOLDER), "CANARY")
CODE = alone(CVV)


def tells(text):
    """What of the card's secrets is in there."""
    return [*(word for word in NUMBERS if word in text), *CODE.findall(text)]


class AnyCard:
    """Of an issuer that does not insist on 3-D Secure."""

    card = attrs.evolve(Sandbox().shop.card("other"), three_d=False)

    def find_card(self, bin_number, /):
        return self.card


class Counter:
    """A buyer at the card's page, and everything that came back."""

    def __init__(self, folder, headers):
        self.folder, self.teller = folder, Teller(attrs.evolve(ABLE, card_twice=False))
        store = SqliteStore(folder / "checkouts.sqlite")
        self.teller.verify = lambda _: Rejected("not signed")
        ports = {"gateways": {"bank": self.teller}, "cards": AnyCard()}
        self.shop = Shop(store=store, ports=ports, settings=Settings(three_d_secure_enabled=True))
        self.browser = self.shop.browser("first", "mug", headers=headers)
        self.browser.reaches(PAYS, card=PAN)
        self.answers = []

    def asks(self, *given, **more):
        self.answers.append(self.browser.asks(*given, **more))
        return self.answers[-1]

    def posts(self, page=PAYS, headers=None, **fields):
        given = {**(FIELDS if page == PAYS else {}), **fields}
        return self.asks("POST", CHECKOUT, urlencode({"page": page}), as_form(given), headers or of_form())

    def returns(self, **fields):
        self.answers.append(self.browser.returns(fields, self.browser.order.attempts[-1].number))

    def written(self):
        return b"\n".join(file.read_bytes() for file in sorted(self.folder.iterdir())).decode("latin-1")

    def close(self):
        self.shop.store.close()


# What may happen


def approved(counter):
    counter.posts()
    counter.asks("GET", CHECKOUT)
    return ["captured"]


def approved_by_json(counter):
    counter.asks("POST", CHECKOUT, f"page={PAYS}", json.dumps(FIELDS).encode(), {"content-type": "application/json"})
    return ["captured"]


def declined(counter):
    counter.teller.says["sale"] = Declined("insufficient_funds")
    counter.posts()
    return ["declined"]


def gateway_says_all(counter):
    def says(order, card):
        raise ValueError(f"no answer for {card.number.reveal()} with {card.cvv.reveal()} of {card.holder}")

    counter.teller.says["sale"] = says
    counter.posts()
    return ["unknown"]


def proved(counter):
    counter.posts(use_three_d="true")
    counter.asks("GET", "/orders/redirect-three-d/")
    counter.returns(md="forged", cavv=PAN)
    counter.returns(md=counter.browser.order.attempts[-1].handed["md"])
    return ["captured"]


def refused(counter):
    for wrong in (
        {"card_year": "2025"}, {"card_cvv": "84290"}, {"card_number": PAN[:-1] + "8"}, {"card_number": f"{PAN}x"},
        {"agreement": "false"}, {"card_month": "13"}, {"card_holder": PAN}, {"card_year": CVV, "agreement": ""},
        {"card_month": CVV, "agreement": ""}, {"card_name": PAN, "agreement": ""}, {"card_cvv": ""},
    ):  # fmt: skip
        counter.posts(**wrong)
    return []


def typed_in_the_wrong_place(counter):
    counter.posts("OrderNotePage", notes=f"my card is {TYPED}")
    counter.posts("IndexPage", user_email=f"{PAN}@example.org", phone_number=PAN)
    counter.posts("BinNumberPage", bin_number=PAN)
    counter.posts("InstallmentSelectionPage", installment=PAN)
    counter.posts("NoPage", **FIELDS)
    counter.posts(THREE_D_PAGE, **FIELDS)
    return []


def not_ours_or_not_readable(counter):
    body = as_form(FIELDS)
    for kind, sent in (
        (f"{FORM}; charset=utf-16", body), ("application/json", body), ("multipart/form-data; boundary=b", body),
        (FORM, body + b"&notes=" + b"x" * LONGEST), ("application/json", json.dumps(FIELDS).encode()[:-1]),
        ("application/json", json.dumps([FIELDS]).encode()), (FORM, body + b"&" + body),
    ):  # fmt: skip
        counter.asks("POST", CHECKOUT, f"page={PAYS}", sent, of_form(**{"content-type": kind}))
    counter.posts(headers={"content-type": FORM, "cookie": ""})
    return []


def in_the_address(counter):
    told = urlencode({"page": PAYS, **FIELDS})
    counter.asks("GET", CHECKOUT, told)
    counter.asks("POST", CHECKOUT, told, b"", of_form())
    for path in (f"/orders/completed/{PAN}/", f"/orders/hooks/{PAN}/", f"/{PAN}/", "/orders/contract/"):
        counter.asks("GET", path, urlencode({"contract_name": PAN}))
        counter.asks("POST", path, told, as_form(FIELDS), of_form())
    counter.asks("POST", "/orders/hooks/bank/", told, as_form(FIELDS))
    return []


def store_is_away(counter):
    def away(*_):
        raise StoreUnavailable("the disk is full")

    save, counter.shop.store.save = counter.shop.store.save, away
    counter.posts()
    counter.shop.store.save = save
    assert counter.answers[-1].status == 503
    return []


HAPPENS = (
    approved, approved_by_json, declined, gateway_says_all, proved, refused, typed_in_the_wrong_place,
    not_ours_or_not_readable, in_the_address, store_is_away,
)  # fmt: skip


@pytest.fixture
def ear():
    ear, root = Ear(), logging.getLogger()
    level = root.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    yield ear
    root.removeHandler(ear)
    root.setLevel(level)


@pytest.mark.parametrize("headers", [SCRIPT, PERSON], ids=["script", "person"])
@pytest.mark.parametrize("happens", HAPPENS, ids=lambda each: each.__name__)
def test_nothing_that_is_written_or_answered_tells_of_the_card(tmp_path, happens, headers, ear):
    with closing(Counter(tmp_path, headers)) as counter:
        expected = happens(counter)
        assert [attempt.state for attempt in counter.browser.order.attempts] == expected
        assert bool(counter.teller.cards) == bool(expected)
        written = [counter.written(), *ear.heard]
        shown = [text for each in counter.answers for text in (each.body.decode(), repr(each))]
        assert counter.answers
        assert [tells(text) for text in (*written, *shown)] == [[]] * (len(written) + len(shown))
        assert [name for name in NAMES for text in written if name in text] == []


def test_the_canary_sings_in_what_was_sent():
    for text in (urlencode(FIELDS), json.dumps(FIELDS), repr(FIELDS), f"/{PAN}/"):
        assert tells(text), text
    assert tells("378193******3171 131.25") == []
