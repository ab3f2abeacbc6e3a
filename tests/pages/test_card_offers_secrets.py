"""What asks a bank for its offers is given a whole card: nothing of it is written or shown, whatever the bank does."""

from __future__ import annotations

import logging
from base64 import b64encode

import pytest

from checkout_core import CheckoutService, Step, evolve
from checkout_core.effects import Unavailable
from checkout_core.order import Campaign
from checkout_core.settings import Settings
from checkout_core.stores import SqliteStore
from checkout_core.wire import step_json

from .card_kit import AMEX_NUMBER, CONFIRMATION
from .offers_kit import FREE, GENERAL, READY, OfferWorld

CVV, HOLDER = "8429", "CANARY HOLDER"
CARD = {
    "card_number": AMEX_NUMBER, "card_holder": HOLDER, "card_month": "11", "card_year": "2031", "card_cvv": CVV,
}  # fmt: skip
PLAIN = AMEX_NUMBER.encode()
WORDS = {AMEX_NUMBER, PLAIN.hex(), b64encode(PLAIN).decode()[:-4], AMEX_NUMBER[6:-4], "CANARY", "2031"}


def answers(world: OfferWorld) -> None:
    world.bank.campaigns[AMEX_NUMBER] = (FREE,)
    world.bank.rewards[AMEX_NUMBER] = (GENERAL,)


def echoes(world: OfferWorld) -> None:
    world.bank.campaigns[AMEX_NUMBER] = (Campaign(AMEX_NUMBER, "x"), Campaign("a", f"for {AMEX_NUMBER}"))


def is_down(world: OfferWorld) -> None:
    world.bank.down = Unavailable("down")


def raises(world: OfferWorld) -> None:
    def fails(*asked: object) -> None:
        raise ValueError(f"no answer for {AMEX_NUMBER} {CVV} {HOLDER}")

    world.bank.ask_campaigns = world.bank.ask_rewards = fails


@pytest.mark.parametrize("does", [answers, echoes, is_down, raises], ids=lambda does: does.__name__)
def test_of_a_card_that_was_asked_about_nothing_is_written_logged_or_shown(does, tmp_path, caplog):
    caplog.set_level(logging.NOTSET)
    world = OfferWorld()
    does(world)
    path = tmp_path / "checkouts.sqlite"
    store = SqliteStore(path)
    service = CheckoutService(world.checkout, store, monotonic=lambda: world.monotonic, sleep=world.sleeps)
    key = service.save(evolve(READY, key="co-9"))
    shown: list[Step] = []
    for page in ("CampaignListPage", "RewardListPage"):
        shown.append(service.post(key, page, CARD))
        shown.append(service.post(key, page, {**CARD, "card_month": "13"}))
    shown.append(service.get(key, CONFIRMATION))
    told = "".join(
        f"{step!r}{step.pre_order!r}{step_json(step, settings=Settings(), locale='en')}" for step in shown
    )  # fmt: skip
    store.close()
    written = b"".join(each.read_bytes() for each in tmp_path.iterdir()).decode("latin-1")
    for text in (told, written, caplog.text):
        assert [word for word in WORDS if word in text] == []
    assert f" {CVV}" not in told + written
