"""The code that verifies a phone at the door: in no byte that the shop writes, logs, answers or shows of itself."""

from __future__ import annotations

import logging
import traceback
from contextlib import closing
from pathlib import Path

import pytest

from checkout_core.effects import Secret

from ..service.door import END, PHONE, SEND, VERIFIED, VERIFY, Shop, wrong
from .kit import alone, in_base64


class Quoting:
    """A service of texts that does not work, and says all it knows."""

    def send_sms(self, phone, text, message, /):
        raise ConnectionError(f"no way to send {text.reveal()!r} to {phone}")


@pytest.fixture
def shop(tmp_path):
    with closing(Shop(tmp_path)) as opened:
        yield opened


def written(folder: Path) -> str:
    return "\n".join(file.read_bytes().decode("latin-1") for file in folder.iterdir() if file.is_file())


def found(codes, texts):
    """What of the codes is in there, as it is, in hexadecimal or in base64."""
    return [
        word
        for code in codes for text in texts for word in (code, code.encode().hex(), *in_base64(code))
        if (alone(code).search(text) if word == code else word in text)
    ]  # fmt: skip


def test_no_code_is_on_the_disk_in_a_log_or_in_an_answer(shop, tmp_path, caplog):
    """OTP-07, OTP-11: sent, guessed wrong, said right, said again, voided, too late; and with a service that fails."""
    codes, told, texts = [], [], []
    with caplog.at_level(logging.DEBUG):
        key, step = shop.buyer(VERIFIED)
        for _ in range(2):
            told += [step, shop.sends(key)]
            codes.append(shop.code)
            told += [shop.says(key, wrong(codes[-1])), shop.says(key, " " + codes[-1]), shop.says(key, codes[-1])]
            told += [shop.says(key, codes[-1]), shop.service.get(key), shop.service.get(key, SEND)]
            texts.append(written(tmp_path))
            shop.sandbox.passes(minutes=1)
            step = shop.service.get(key, VERIFY)
        shop.opens(Quoting())
        told.append(shop.sends(key))
        codes.append(shop.challenges.code_of(shop.order(key).payment.challenge).reveal())
        shop.sandbox.passes(minutes=4)
        told += [shop.says(key, codes[-1]), shop.posts(key, END, agreement=True)]
        shop.service.relay_once()
    texts += [written(tmp_path), caplog.text, *(repr(each) for each in told), *(str(shop.json(each)) for each in told)]
    texts += [repr(shop.service), repr(shop.checkout), repr(shop.challenges)]
    assert len(set(codes)) == 3
    assert key in texts[0]  # so it is the file that the record is in
    assert PHONE in str(shop.json(told[-1]))
    assert found(codes, texts) == []
    assert found(codes, [f"it is {codes[0]}."]) == [codes[0]]


def test_no_traceback_of_a_code_that_was_posted_has_it_in_plain_text(shop, caplog):
    """The store is away while a guess is saved: what goes up shows the form as a secret."""
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    code = shop.code

    class Away(Exception):
        pass

    def save(*given):
        raise Away("the disk is full")

    shop.store.save = save
    with caplog.at_level(logging.DEBUG), pytest.raises(Away) as failed:
        shop.says(key, code)
    shown = traceback.TracebackException.from_exception(failed.value, capture_locals=True)
    frames = [
        f"{name} = {said}"
        for frame in shown.stack if "checkout_core" in frame.filename and frame.locals
        for name, said in frame.locals.items() if name != "body"
    ]  # fmt: skip
    assert frames
    assert found([code], [*frames, caplog.text, "".join(traceback.format_exception(failed.value))]) == []


def test_a_code_is_read_straight_into_a_secret(shop):
    (field,) = (each for each in shop.checkout.map.rows[VERIFY].form.__attrs_attrs__ if each.name == "verify_code")
    assert repr(Secret("012345")) == "<secret>"
    assert field.type == "OneTimeCode"
