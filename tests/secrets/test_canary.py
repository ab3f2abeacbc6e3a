"""One buyer, one card, everything that may go wrong: what is written or shown anywhere knows nothing of the card."""

from __future__ import annotations

import logging
import traceback
from contextlib import closing

import attrs
import pytest

from checkout_core import AsyncCheckoutService, Checkout, CheckoutService, Misconfigured, Settings
from checkout_core.effects import Callback, CardSecrets, Declined, HandedOut, KeepCard, Secret, Unknown
from checkout_core.forms import read
from checkout_core.pages.credit_card import CardForm
from checkout_core.sandbox import Sandbox
from checkout_core.service import CardFilter
from checkout_core.stores import StoreUnavailable

from .kit import alone, disguises
from .till import ABLE, CONFIRMATION, THREE_D, Ear, Teller, Till, drawn

PAN, CVV, HOLDER = "378193571113171", "8429", "CANARY HOLDER"  # American Express: 4 digits are told apart
FORM = {
    "card_number": "3781 935711 13171", "card_holder": HOLDER, "card_month": "11", "card_year": "2031",
    "card_cvv": CVV, "agreement": True,
}  # fmt: skip
WORDS = tuple({*disguises(PAN), *disguises(PAN[-8:]), *disguises(HOLDER), "3781 935711 13171", "CANARY"})
DIGITS = (PAN[6:-4], PAN[-8:])  # what neither the first six nor the last four digits tell
CODE = alone(CVV)
DRIVERS = {"threads": CheckoutService, "loop": AsyncCheckoutService}


def tells(text: str) -> list[str]:
    """What of the card is in there."""
    return [
        *(word for word in WORDS if word in text),
        *(d for d in DIGITS if alone(d).search(text)),
        *CODE.findall(text),
    ]


def test_the_canary_sings():
    for text in (PAN, f"x{PAN}y", "3781-9357-1113-171", f" {PAN[-8:]} ", f"({CVV})", HOLDER, PAN.encode().hex()):
        assert tells(text), text
    assert tells(f"378193******3171 a{CVV}b 131.25 {PAN[:6]} {PAN[-4:]}") == []


# What may happen.  Each is given the till, plays its part, and says how the attempts ended


def says_all(order, card):
    number, cvv = card.number.reveal(), card.cvv.reveal() if card.cvv else CVV
    raise ValueError(f"no answer for {number} with {cvv} of {card.holder}")


def pays(till, **more):
    return till.posts(CONFIRMATION, {**FORM, **more})


def returns(till):
    md = till.order().attempts[-1].handed.get("md", "")
    return till.posts(THREE_D, {"md": md, "success": "true", "cavv": "CANARYcavv"})


def approved(till):
    pays(till)
    return ["captured"]


def declined(till):
    till.teller.says["sale"] = Declined("insufficient_funds")
    pays(till)
    return ["declined"]


def gateway_raises(till):
    till.teller.says["sale"] = says_all
    pays(till)
    till.recovers()
    return ["not_executed"]


def gateway_says_too_much(till):
    till.teller.says["sale"] = lambda _, card: Unknown(f"refused {card.number.reveal()}")
    pays(till)
    till.recovers()
    return ["not_executed"]


def gateway_answers_nonsense(till):
    till.teller.says["sale"] = lambda _, card: {"pan": card.number.reveal(), "cvv": CVV, "holder": card.holder}
    pays(till)
    till.recovers()
    return ["not_executed"]


def page_refuses(till):
    pays(till, card_year="2025")
    pays(till, card_cvv="842")
    pays(till, card_number=PAN[:-1] + "8")
    pays(till, card_name=PAN)
    pays(till, save=True)
    till.posts(CONFIRMATION, [FORM])
    till.posts("OrderNotePage", {"notes": f"my card is {FORM['card_number']}"})
    till.posts("IndexPage", {"user_email": f"{PAN}@example.org"})
    till.posts("NoPage", FORM)
    till.posts("BinNumberPage", FORM)
    return []


def page_fails(till):
    def fails(bin_number, /):
        raise RuntimeError(f"no bank for {bin_number}")

    till.sandbox.find_card = fails
    till.restart()
    pays(till)
    assert [type(failed) for failed in till.failed] == [RuntimeError]
    return []


def misconfigured(till):
    """The bank loses the ability to do what the page asks for while the buyer is there."""
    till.teller.capabilities = attrs.evolve(till.teller.capabilities, kinds=frozenset({"session"}))
    till.checkout.gateways["bank"] = till.teller.capabilities
    pays(till)
    assert [type(failed) for failed in till.failed] == [Misconfigured]
    return []


def store_is_away(till):
    till.store.save, works = away, till.store.save
    pays(till)
    till.store.save = works
    assert [type(failed) for failed in till.failed] == [StoreUnavailable]
    return []


def away(*_):
    raise StoreUnavailable("the disk is full")


def outcome_is_not_saved(till):
    works, saves = till.store.save, []

    def save(*given):
        saves.append(given)
        return away() if len(saves) > 2 else works(*given)

    till.store.save = save
    pays(till)
    till.store.save = works
    till.recovers()
    return ["captured"]


def nobody_hears_of_the_order(till):
    till.world.broken = ConnectionError("nobody answers")
    pays(till)
    till.recovers()
    return ["captured"]


def a_message_quotes_the_card(till):
    pays(till, use_three_d=True)
    number = till.order().number
    for headers in ({}, {"number": number}, {"number": "nobody's"}):
        body = f"pan={PAN}&cvv={CVV}&holder={HOLDER}".encode() if headers else f"{PAN} refused".encode()
        till.run(lambda headers=headers, body=body: till.service.receive("bank", Callback(body, headers)))
    return ["awaiting"]


def the_same_post_twice(till):
    step = till.run(lambda: till.service.get(till.key))
    token = till.service.requests.token(step)
    till.posts(CONFIRMATION, FORM, token)
    till.posts(CONFIRMATION, FORM, token)
    till.posts(CONFIRMATION, {**FORM, "card_cvv": "1234"}, token)
    return ["captured"]


def proved(till):
    pays(till, use_three_d=True)
    assert till.states == ["awaiting"]
    till.restart()
    returns(till)
    assert till.teller.cards[-1] == ("finish_three_d", CardSecrets(Secret(PAN), HOLDER, 11, 2031, None))
    returns(till)
    assert [effect.card.cvv for effect in till.seen if isinstance(effect, KeepCard)] == [None] * 2  # told and asked
    return ["captured"]


def not_proved(till):
    pays(till, use_three_d=True)
    till.teller.says["finish_three_d"] = Declined("three_d_failed")
    returns(till)
    return ["declined"]


def last_call_raises(till):
    pays(till, use_three_d=True)
    till.teller.says["finish_three_d"] = says_all
    returns(till)
    till.recovers()
    return ["not_executed"]


def buyer_stays_away(till):
    pays(till, use_three_d=True)
    till.recovers()
    return ["abandoned"]


def card_is_gone_at_the_return(till):
    pays(till, use_three_d=True)
    till.vault.take_card(till.order().attempts[-1].handed["card"])
    returns(till)
    return ["abandoned"]


def vault_does_not_keep(till):
    till.store.keep = away
    pays(till, use_three_d=True)
    return ["abandoned"]


def vault_does_not_give(till):
    pays(till, use_three_d=True)
    till.store.take = away
    returns(till)
    return ["abandoned"]


def bank_hands_out_more_than_it_promised(till):
    till.teller.says["start_three_d"] = lambda _, card: HandedOut(
        {"md": "m", "url": "https://bank.example/", "pan": card.number.reveal(), "cvv": CVV, "holder": card.holder}
    )
    pays(till, use_three_d=True)
    assert set(till.order().attempts[-1].handed) == {"md", "url", "card"}
    return ["awaiting"]


def bank_hands_out_the_card(till):
    till.teller.says["start_three_d"] = lambda _, card: HandedOut(
        {"md": "m", "form": f"<input name=pan value={card.number.reveal()}><input name=cvv value={CVV}>"}
    )
    pays(till, use_three_d=True)
    return ["unknown"]


def start_raises(till):
    till.teller.says["start_three_d"] = says_all
    pays(till, use_three_d=True)
    return ["unknown"]


WHAT_HAPPENS = (
    approved, declined, gateway_raises, gateway_says_too_much, gateway_answers_nonsense, page_refuses, page_fails,
    misconfigured, store_is_away, outcome_is_not_saved, nobody_hears_of_the_order, a_message_quotes_the_card,
    the_same_post_twice, proved, not_proved, last_call_raises, buyer_stays_away, card_is_gone_at_the_return,
    vault_does_not_keep, vault_does_not_give, bank_hands_out_more_than_it_promised, bank_hands_out_the_card,
    start_raises,
)  # fmt: skip


@pytest.fixture
def ear():
    ear, root, ours = Ear(), logging.getLogger(), logging.getLogger("checkout_core")
    levels = root.level, ours.level
    root.addHandler(ear)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield ear
    root.removeHandler(ear)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.mark.parametrize("kind", DRIVERS.values(), ids=DRIVERS)
@pytest.mark.parametrize("happens", WHAT_HAPPENS, ids=lambda each: each.__name__)
def test_nothing_that_is_written_or_shown_tells_of_the_card(tmp_path, kind, happens, ear):
    with closing(Till(tmp_path, PAN, kind)) as till:
        expected = happens(till)
        assert till.states == expected
        assert till.teller.cards or not expected
        assert all(card.number == Secret(PAN) for _, card in till.teller.cards)
        for text in (till.written().decode("latin-1"), *till.shown(), *ear.heard, *map(plain, till.failed)):
            assert tells(text) == []
        for text in (out.decode("latin-1") for out in till.pickled()):
            assert tells(text) == []
        for failed in till.failed:
            assert [said for said in locals_of(failed) if tells(said)] == []


def plain(failed):
    return "".join(traceback.format_exception(failed))


def locals_of(failed):
    """The local variables of our frames, but for what was posted to us: in plain text, where it was a mapping."""
    for frame in traceback.TracebackException.from_exception(failed, capture_locals=True).stack:
        if "checkout_core" in frame.filename and frame.locals:
            yield from (f"{name} = {said}" for name, said in frame.locals.items() if name != "body")


@pytest.mark.parametrize("kind", DRIVERS.values(), ids=DRIVERS)
def test_of_a_card_that_is_posted_as_a_form_no_traceback_tells_anything(tmp_path, kind):
    with closing(Till(tmp_path, PAN, kind)) as till:
        form = read(CardForm, FORM, Settings())
        for fails in ("save", "keep"):
            setattr(till.store, fails, away)
            till.posts(CONFIRMATION, form)
        assert till.failed
        said = [drawn(failed) for failed in till.failed]
        assert all("body = CardForm(" in text for text in said)
        assert [tells(text) for text in said] == [[]] * len(said)


def test_what_the_filter_lets_through_tells_nothing_where_a_host_logs_what_was_posted(caplog):
    """The library does not.  The security code alone nobody can find."""
    log = logging.getLogger("a web framework")
    caplog.handler.addFilter(CardFilter())
    try:
        log.error("POST %r", {"card_number": FORM["card_number"]})
        log.error("POST card_number=%s", FORM["card_number"].replace(" ", "+"))
    finally:
        caplog.handler.filters.clear()
    assert tells(caplog.text) == []


# Without a vault


def test_a_gateway_that_needs_the_card_twice_needs_a_vault():
    sandbox = Sandbox(seed=1)
    with pytest.raises(Misconfigured, match=r"needs the card twice: give Ports\(vault=\.\.\.\)"):
        Checkout(attrs.evolve(sandbox.ports, gateways={"bank": Teller()}))


def test_of_a_gateway_that_needs_it_once_nothing_is_kept(tmp_path):
    with closing(Till(tmp_path, PAN, CheckoutService, attrs.evolve(ABLE, card_twice=False))) as till:
        till.vault.keep_card = None  # nobody asks for it
        assert proved_once(till) == ["awaiting", "captured"]
        assert till.teller.cards[-1] == ("finish_three_d", None)


def proved_once(till):
    pays(till, use_three_d=True)
    began = till.states
    returns(till)
    return began + till.states
