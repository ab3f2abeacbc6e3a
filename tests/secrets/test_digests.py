"""A digest of a card number is as good as the number: there are only so many behind six known digits and four."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from contextlib import closing

import pytest

from checkout_core import Checkout, CheckoutService, SqliteStore
from checkout_core.sandbox import CARD_OFFERS, Bank, Sandbox
from checkout_core.sandbox.magic import APPROVED, THREE_D

DIGESTS = "md5", "sha1", "sha256", "sha512", "blake2b"


def spellings(number):
    """What may be stored of it, with and without what stands for it elsewhere."""
    for text in (number, f"{number[:6]}{number[-4:]}", number[6:-4]):
        for name in DIGESTS:
            raw = hashlib.new(name, text.encode()).digest()
            yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), b64encode(raw).rstrip(b"="))


@pytest.mark.parametrize("card", [APPROVED, THREE_D])
def test_no_digest_of_a_card_number_is_stored_whole_or_in_its_beginning(tmp_path, card):
    shop = Sandbox(seed=1, bank=Bank(capabilities=CARD_OFFERS))
    with closing(SqliteStore(tmp_path / "shop.sqlite")) as store:
        service = CheckoutService(Checkout(shop.ports), store)
        key = service.save(service.checkout.start(shop.basket("mug")).pre_order)
        service.post(key, "IndexPage", {"user_email": "ada@example.org"})
        for page, body in shop.answers("card", card):
            step = service.post(key, page, body)
        assert step.pre_order.attempts
        written = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()))
    assert card[:6].encode() in written  # it was looked for where something is
    assert [each for each in spellings(card) if each[:16] in written] == []
