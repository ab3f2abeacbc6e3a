"""A page that proves a phone by a code: derived on its way out, counted before it is compared, and written nowhere."""

from __future__ import annotations

import logging
from contextlib import closing
from threading import Barrier, Thread

import attrs
import pytest

from checkout_core import AsyncCheckoutService, CheckoutService, evolve
from checkout_core.effects import Secret, SendSms
from checkout_core.keyring import Keyring
from checkout_core.service import Conflict

from .kit import NEW, OLD, alone, in_base64
from .proof import OTHER_PHONE, PHONE, Shop

WRONG = {"code": ("invalid",)}
LOCKED = {"code": ("too_many_attempts",)}
DRIVERS = {"threads": CheckoutService, "loop": AsyncCheckoutService}


@pytest.fixture(params=DRIVERS)
def shop(request, tmp_path):
    with closing(Shop(tmp_path / "checkouts.sqlite", DRIVERS[request.param])) as opened:
        yield opened


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_comes_to_the_phone_before_the_page_and_is_the_one_that_counts(shop):
    key = shop.begun()
    step = shop.sends(key)
    assert (step.page, step.errors) == ("SayCodePage", {})
    ((phone, text, message),) = shop.phones.texts
    assert (phone, message) == (PHONE, f"{key}-2-0")
    assert repr(text) == "<secret>"
    step = shop.says(key, shop.phones.code)
    assert (step.page, step.errors) == ("AddressSelectionPage", {})
    assert shop.challenge(key).passed


def test_another_process_checks_the_code_that_this_one_sent(shop):
    key = shop.begun()
    shop.sends(key)
    shop.restart()
    assert shop.says(key, shop.phones.code).errors == {}


def test_a_right_code_counts_once(shop):
    key = shop.begun()
    shop.sends(key)
    shop.says(key, shop.phones.code)
    assert shop.says(key, shop.phones.code).errors == WRONG


def test_a_wrong_code_is_counted_in_the_record(shop):
    key = shop.begun()
    shop.sends(key)
    step = shop.says(key, wrong(shop.phones.code))
    assert (step.page, step.errors) == ("SayCodePage", WRONG)
    challenge = shop.challenge(key)
    assert (challenge.guesses_left, challenge.total_left, challenge.passed) == (4, 14, False)
    assert shop.says(key, shop.phones.code).errors == {}


def test_what_is_no_code_at_all_costs_a_guess_too(shop):
    key = shop.begun()
    shop.sends(key)
    assert shop.says(key, " " + shop.phones.code).errors == WRONG
    assert shop.challenge(key).guesses_left == 4


def test_a_page_posted_without_a_code_is_refused_and_costs_nothing(shop):
    key = shop.begun()
    assert shop.says(key, "").errors == {"non_field_errors": ("page_not_available",)}
    shop.sends(key)
    assert shop.says(key, "").errors == {"code": ("required",)}
    assert shop.challenge(key).guesses_left == 5


def test_after_five_guesses_the_right_code_is_refused_and_nothing_is_compared(shop):
    key = shop.begun()
    shop.sends(key)
    code = shop.phones.code
    assert [shop.says(key, wrong(code)).errors for _ in range(5)] == [WRONG] * 5
    assert shop.says(key, code).errors == LOCKED
    assert shop.says(key, wrong(code)).errors == LOCKED
    assert (shop.challenge(key).guesses_left, shop.challenge(key).total_left) == (0, 10)


def test_a_new_code_is_another_one_and_the_old_one_counts_no_more(shop):
    key = shop.begun()
    shop.sends(key)
    old = shop.phones.code
    assert shop.sends(key).errors == {"phone_number": ("too_soon",)}
    shop.sandbox.passes(seconds=60)
    assert shop.sends(key).errors == {}
    new = shop.phones.code
    assert (new == old, len(shop.phones.texts)) == (False, 2)
    assert shop.says(key, old).errors == WRONG
    assert shop.says(key, new).errors == {}


def test_fifteen_guesses_are_all_whatever_phone_is_named_and_then_no_code_is_sent(shop):
    key = shop.begun()
    for phone in (PHONE, OTHER_PHONE, PHONE):
        shop.sends(key, phone)
        assert [shop.says(key, "------").errors for _ in range(5)] == [WRONG] * 5
        assert shop.says(key, shop.phones.code).errors == LOCKED
        shop.sandbox.passes(minutes=1)
    assert shop.sends(key).errors == {"non_field_errors": ("too_many_attempts",)}
    assert len(shop.phones.texts) == 3
    assert shop.says(key, shop.phones.code).errors == LOCKED


@pytest.mark.parametrize(("seconds", "errors"), [(179.999, {}), (180, WRONG), (180.001, WRONG)])
def test_a_code_has_its_time(shop, seconds, errors):
    key = shop.begun()
    shop.sends(key)
    shop.sandbox.passes(seconds=seconds)
    assert shop.says(key, shop.phones.code).errors == errors


def test_a_code_of_one_checkout_or_phone_is_none_of_another(shop):
    one, other = shop.begun(), shop.begun()
    shop.sends(one)
    code = shop.phones.code
    shop.sends(other)
    assert shop.says(other, code).errors == WRONG
    shop.sandbox.passes(minutes=1)
    shop.sends(one, OTHER_PHONE)
    assert shop.says(one, code).errors == WRONG


def test_keys_may_be_changed_while_a_code_is_on_its_way(shop):
    key = shop.begun()
    shop.sends(key)
    object.__setattr__(shop.challenges, "keyring", Keyring((NEW, OLD)))
    assert shop.says(key, shop.phones.code).errors == {}


# Guesses at once


def test_of_guesses_made_at_once_no_more_are_answered_than_there_are(tmp_path):
    with closing(Shop(tmp_path / "checkouts.sqlite")) as shop:
        key = shop.begun()
        shop.sends(key)
        guesses = [f"{n:06}" for n in range(16) if f"{n:06}" != shop.phones.code]
        ready, told = Barrier(len(guesses)), []

        def guess(code):
            ready.wait()
            try:
                told.append(shop.says(key, code).errors)
            except Conflict:
                told.append("conflict")

        threads = [Thread(target=guess, args=(code,)) for code in guesses]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(told) == len(guesses)
        assert told.count(WRONG) == 5 - shop.challenge(key).guesses_left
        assert all(each in (WRONG, LOCKED, "conflict") for each in told)


def test_a_guess_whose_count_was_not_saved_is_not_answered(shop):
    """Between comparing and saving somebody else spends the last guess: what was compared is told to nobody."""
    key = shop.begun()
    shop.sends(key)
    code = shop.phones.code
    for _ in range(4):
        shop.says(key, wrong(code))
    port, compared = shop.challenges, []

    class Overtaken:
        """Whoever asks first is overtaken by another guess."""

        new_challenge, code_of = port.new_challenge, port.code_of

        def check_code(self, challenge, guess, /):
            compared.append(guess)
            if len(compared) == 1:
                stored, record = shop.store.get(key), shop.record(key)
                (proof,) = record.pre_order.more
                spent = evolve(proof, challenge=evolve(proof.challenge, guesses_left=0, total_left=10))
                head = shop.checkout.codec.dumps(evolve(record, pre_order=record.pre_order.put(spent)))
                shop.store.save(key, stored.version, head, None, record.due_at)
            return port.check_code(challenge, guess)

    shop.ports = attrs.evolve(shop.ports, challenges=Overtaken())
    shop.restart()
    assert shop.says(key, code).errors == LOCKED
    assert compared == [Secret(code)]
    assert not shop.challenge(key).passed


# The text


class Died(BaseException):
    """The process is gone."""


def test_a_text_is_not_sent_again_after_a_crash_and_the_buyer_may_ask(tmp_path):
    with closing(Shop(tmp_path / "checkouts.sqlite")) as shop:
        key = shop.begun()
        shop.phones.fails = Died
        with pytest.raises(Died):
            shop.sends(key)
        shop.phones.fails = None
        shop.restart()
        assert shop.relays(seconds=30) == 0  # whoever has it may still be at it
        for _ in range(3):
            shop.relays(minutes=1)
        assert (shop.phones.tried, shop.phones.texts) == (1, [])
        (message,) = shop.record(key).outbox
        assert (message.claim, message.dead) == (None, "it may have been delivered, and is not delivered again")
        assert shop.sends(key).errors == {}
        assert shop.says(key, shop.phones.code).errors == {}


def test_a_text_that_came_to_the_phone_before_the_crash_counts(tmp_path):
    with closing(Shop(tmp_path / "checkouts.sqlite")) as shop:
        key = shop.begun()

        def sent_and_died(phone, text, message, /):
            shop.phones.texts.append((phone, text, message))
            raise Died

        shop.phones.send_sms, works = sent_and_died, shop.phones.send_sms
        shop.restart()
        with pytest.raises(Died):
            shop.sends(key)
        shop.phones.send_sms = works
        shop.restart()
        assert shop.says(key, shop.phones.code).errors == {}


def test_a_provider_that_fails_is_told_to_the_buyer_and_not_tried_again(shop, caplog):
    key = shop.begun()
    shop.phones.fails = ConnectionError
    with caplog.at_level(logging.DEBUG):
        step = shop.sends(key)
        assert (step.page, step.errors) == ("SayCodePage", {"non_field_errors": ("message_not_sent",)})
        for _ in range(3):
            shop.relays(minutes=2)
    assert shop.phones.tried == 1
    (message,) = shop.record(key).outbox
    assert message.dead == "not delivered; the buyer may ask again"
    assert "is not delivered (ConnectionError)" in caplog.text
    assert "no way to send" not in caplog.text  # what the port raised quotes the text, and the code in it


def test_a_text_without_a_code_goes_out_as_it_is(shop):
    method, given = shop.checkout.answers.telling(SendSms(PHONE, "Pay 12 TRY {code}"), "m-1", None)
    assert (method, given) == (shop.phones.send_sms, (PHONE, Secret("Pay 12 TRY {code}"), "m-1"))


def test_a_phone_gets_three_codes_in_a_quarter_of_an_hour_from_all_checkouts(tmp_path):
    with closing(Shop(tmp_path / "checkouts.sqlite", limited=True)) as shop:
        keys = [shop.begun() for _ in range(4)]
        errors = [shop.sends(key).errors for key in keys]
        assert errors == [{}, {}, {}, {"non_field_errors": ("too_many_attempts",)}]
        assert len(shop.phones.texts) == 3
        assert shop.sends(keys[3], OTHER_PHONE).errors == {}


# What is written


def test_no_code_is_on_the_disk_in_a_log_or_in_an_answer(shop, caplog):
    key, codes, told = shop.begun(), [], []
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            told.append(shop.sends(key))
            codes.append(shop.phones.code)
            told += [shop.says(key, wrong(codes[-1])), shop.says(key, codes[-1])]
            told.append(shop.run(shop.service.get(key)))
            shop.sandbox.passes(minutes=1)
        told += [shop.record(key), shop.service.__dict__, shop.checkout.__dict__]
    texts = [shop.written().decode("latin-1"), caplog.text, *map(repr, told)]
    texts += [repr(each.errors) for each in told if hasattr(each, "errors")]
    assert key in texts[0]
    assert len(codes) == 3
    for code in codes:
        found = [text for text in texts if alone(code).search(text)]
        found += [word for text in texts for word in (code.encode().hex(), *in_base64(code)) if word in text]
        assert found == []
