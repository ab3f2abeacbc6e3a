"""The canary: a card number and its security code are nowhere but in the one call that sends them."""

from __future__ import annotations

import base64
import logging
import pickle
import re
import traceback
import urllib.parse
from collections.abc import Iterator

import pytest

from checkout_core import CheckoutService, Settings, Step
from checkout_core.effects import CardSecrets, FinishThreeD, Order, Sale, Secret, StartThreeD
from checkout_core.forms import read
from checkout_core.page import Pay
from checkout_core.pages.credit_card import CardForm, ThreeDReturn
from checkout_core.records import Unstorable
from checkout_core.stores import StoreUnavailable
from checkout_core.wire import step_json

from .money_kit import DRIVERS, Buyer, Watched, unavailable
from .pages.card_kit import AMERICAN, CONFIRMATION, MD, PAYING, THREE_D, chosen, declines
from .pages.kit import lira

NUMBER, CVV, HOLDER, CAVV = "378282246310005", "7391", "CANARY HOLDER", "CANARYcavvCANARY="
CARD = {**PAYING, "card_number": "3782 822463 10005", "card_cvv": CVV, "card_holder": HOLDER}
READY = chosen(AMERICAN.installments[1], "378282")
RETURN = {"md": MD, "success": "true", "cavv": CAVV, "liqpay_token": "CANARYtokenCANARY"}


def forms_of(text: str) -> Iterator[str]:
    """How it may be written down by mistake."""
    raw = text.encode()
    yield text
    yield text[::-1]
    yield " ".join(text[n : n + 4] for n in range(0, len(text), 4))
    yield "-".join(text[n : n + 4] for n in range(0, len(text), 4))
    yield raw.hex()
    yield raw.hex().upper()
    yield base64.b64encode(raw).decode().rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
    yield urllib.parse.quote(text)
    yield urllib.parse.quote_plus(text)
    yield ascii(raw)


MIDDLE = NUMBER[6:-4]  # first six and last four digits may be kept
WORDS = tuple({*forms_of(NUMBER), "3782 822463 10005", *forms_of(HOLDER), *forms_of(CAVV), "CANARY"})
CODE = re.compile(rf"(?<![0-9A-Za-z]){CVV}(?![0-9A-Za-z])")  # four digits alone; a digest may have them within


def tells(text: str) -> list[str]:
    """What of the card is in there."""
    found = [word for word in WORDS if word in text]
    found += CODE.findall(text)
    found += [MIDDLE] * bool(re.search(rf"(?<![0-9A-Fa-f]){MIDDLE}(?![0-9A-Fa-f])", text))
    return found


def test_the_canary_sings():
    for text in (
        NUMBER,
        f"x{NUMBER}y",
        "3782 8224 6310 005",
        f"'{CVV}'",
        HOLDER,
        base64.b64encode(NUMBER.encode()).decode(),
        MIDDLE,
    ):
        assert tells(text)
    assert tells(f"378282******0005 a{CVV}b 131.25") == []


class Ear(logging.Handler):
    """Hears everything, as a host's root logger does."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += [logging.Formatter().format(record), repr(record.__dict__)]


@pytest.fixture
def ear():
    ear, root, ours = Ear(), logging.getLogger(), logging.getLogger("checkout_core")
    before = root.level, ours.level
    root.addHandler(ear)
    root.setLevel(logging.NOTSET)
    ours.setLevel(logging.NOTSET)
    assert ours.propagate
    yield ear
    root.removeHandler(ear)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def says_too_much(order: Order) -> None:
    raise ValueError(f"no answer for {NUMBER} with {CVV} of {HOLDER}")


def declined(buyer: Buyer) -> None:
    buyer.world.bank.will.append(declines("insufficient_funds"))


def said_too_much(buyer: Buyer) -> None:
    buyer.world.bank.will.append(says_too_much)


def given_back(buyer: Buyer) -> None:
    bank = buyer.world.bank
    bank.will.append(lambda order: bank.take(order, lira("1.00")))


def not_told(buyer: Buyer) -> None:
    buyer.world.broken = ConnectionError("away")


def not_saved(buyer: Buyer) -> None:
    buyer.store.before.append(unavailable)


def outcome_not_saved(buyer: Buyer) -> None:
    buyer.store.before += [None, unavailable]


def nothing(buyer: Buyer) -> None:
    """All goes well."""


WHAT_HAPPENS = [nothing, declined, said_too_much, given_back, not_told, not_saved, outcome_not_saved]


@pytest.mark.parametrize("drive", DRIVERS.values(), ids=DRIVERS)
@pytest.mark.parametrize("proved", [False, True], ids=["at once", "3-D Secure"])
@pytest.mark.parametrize("happens", WHAT_HAPPENS, ids=lambda each: each.__name__)
def test_no_card_is_in_a_record_a_log_an_answer_or_an_exception(drive, proved, happens, ear):
    store = Watched()
    buyer = Buyer(drive, READY, store=store)
    told: list[object] = []

    def posts(page: str, body: dict[str, object]) -> Step | None:
        try:
            step = buyer.posts(page, body)
        except StoreUnavailable as failed:
            told.extend(traceback.format_exception(failed))
            return None
        told.extend(
            (step, tuple(step), step.errors, step.context_list, step.events, step_json(step, settings=Settings()))
        )
        return step

    wish = {"use_three_d": proved}
    if proved:
        buyer.world.settings = Settings(three_d_secure_enabled=True)
    posts(CONFIRMATION, {**CARD, **wish, "card_cvv": "12"})
    posts(CONFIRMATION, {**CARD, **wish, "card_number": NUMBER[:-1] + "6", "card_name": NUMBER, "card_year": "2025"})
    if not proved:
        happens(buyer)
    posts(CONFIRMATION, {**CARD, **wish})
    if proved:
        happens(buyer)
        posts(THREE_D, RETURN)
    for _ in range(2):
        buyer.is_recovered()
    buyer.world.broken = None
    buyer.service.relay_once()
    told += [buyer.looks(), buyer.order, buyer.record, buyer.world.placed, buyer.service, buyer.service.__dict__]
    assert [card.number for card in buyer.world.bank.cards] == [Secret(NUMBER)] * len(buyer.world.bank.cards)
    assert buyer.world.bank.calls or happens is not_saved or not proved
    written = [head.decode() for head in (*store.heads, *store.baskets)]
    for text in (*written, *map(repr, told), *map(str, told), *ear.heard):
        assert tells(text) == []


def test_a_traceback_with_all_local_variables_shows_no_card_that_was_posted_as_a_form():
    """As crash reporters write them.  Below the page the card is secret types, whatever was posted."""
    store = Watched()
    buyer = Buyer(CheckoutService, READY, store=store)
    store.before.append(unavailable)
    form = read(CardForm, CARD, Settings())
    with pytest.raises(StoreUnavailable) as failed:
        buyer.service.post(buyer.key, CONFIRMATION, form)
    lines = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
    assert "secrets = CardSecrets" in lines or "form = CardForm" in lines or "end = Pay" in lines
    ours = lines[lines.index("in post\n") :]
    assert tells(ours) == []


CARD_SECRETS = CardSecrets(Secret(NUMBER), HOLDER, 12, 2028, Secret(CVV))
FOR = Order("bank", "N1", "K1", lira("131.25"), 3)


@pytest.mark.parametrize(
    "value",
    [
        CARD_SECRETS,
        Pay(READY.payment, "sale", CARD_SECRETS),
        Sale(FOR, CARD_SECRETS),
        StartThreeD(FOR, CARD_SECRETS),
        read(CardForm, CARD, Settings()),
        [Secret(NUMBER)],
        FinishThreeD(FOR, RETURN, None),
        read(ThreeDReturn, RETURN, Settings()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_carries_a_card_does_not_show_it(value):
    for shown in (repr(value), str(value), f"{value}", f"{value!r}"):
        assert tells(shown) == []


def test_what_carries_a_card_is_neither_pickled_nor_stored():
    for value in (CARD_SECRETS, Sale(FOR, CARD_SECRETS), read(CardForm, CARD, Settings())):
        with pytest.raises(TypeError):
            pickle.dumps(value)
    buyer = Buyer(CheckoutService, READY)
    smuggled = READY.payment.__class__(READY.payment.option, "378282", None, None, Secret(NUMBER))
    with pytest.raises(Unstorable):
        buyer.service.save(READY.__class__("co-9", READY.basket, READY.totals, payment=smuggled))
