"""Tokens that nobody else makes: what opens, what does not, and what happens when keys are changed."""

from __future__ import annotations

import base64
import copy
import pickle
import traceback

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checkout_core import Misconfigured
from checkout_core.keyring import LONGEST, MAC, Keyring

OLD, NEW, OTHER = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
RING = Keyring((OLD,))
PARTS = ("co-1", "7", "BinNumberPage")
TOKEN = RING.seal_token("step", PARTS)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates too: a key is the host's
ANY_PARTS = st.lists(ANY_TEXT, max_size=5).map(tuple)


@example("\ud800", ("\udfff", "\ud83d\ude00", "\U0001f600"))
@given(ANY_TEXT, ANY_PARTS)
def test_what_was_sealed_opens_as_it_was_for_its_purpose(purpose, parts):
    assert RING.open_token(RING.seal_token(purpose, parts), purpose) == parts


@given(ANY_PARTS, ANY_PARTS)
def test_other_parts_have_another_mac_wherever_one_ends_and_the_next_begins(one, other):
    assert (RING.mac("p", *one) == RING.mac("p", *other)) == (one == other)


def test_letters_do_not_move_between_parts_or_into_the_purpose():
    said = [("ab", "c"), ("a", "bc"), ("abc",), ("", "abc"), ("abc", ""), ("a", "b", "c"), ("\0\0\0\1a", "bc")]
    assert len({RING.mac("p", *parts) for parts in said} | {RING.mac(*parts) for parts in said}) == 2 * len(said)


@pytest.mark.parametrize("purpose", ["", "Step", "step ", "return", "challenge"])
def test_a_token_for_one_purpose_opens_for_no_other(purpose):
    assert RING.open_token(TOKEN, purpose) is None


def test_a_token_of_which_any_character_is_another_does_not_open():
    for n, was in enumerate(TOKEN):
        for now in "AZaz09-_=+/ \n\0\u0661\uff21":
            if now != was:
                assert RING.open_token(TOKEN[:n] + now + TOKEN[n + 1 :], "step") is None


@pytest.mark.parametrize(
    "token",
    [
        "", "=", TOKEN[:-1], TOKEN[1:], f"{TOKEN}=", f"{TOKEN}A", f"{TOKEN}\n", f" {TOKEN}", TOKEN * 2, TOKEN[:20],
        TOKEN[:22], "A", "A" * 22, "A" * 43, "A" * LONGEST, "A" * (LONGEST + 1), TOKEN.swapcase(), "none",
    ],
)  # fmt: skip
def test_what_nobody_sealed_does_not_open(token):
    assert RING.open_token(token, "step") is None


@given(st.text(max_size=80))
def test_no_text_makes_opening_fail(text):
    assert RING.open_token(text, "step") is None


def test_a_second_writing_of_the_same_bytes_does_not_open():
    """The last character of base64 may have bits that say nothing."""
    token = RING.seal_token("step", ("abc", "d"))
    raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [token[:-1] + last for last in alphabet if last != token[-1]]
    twins = [t for t in others if base64.urlsafe_b64decode(t + "=" * (-len(t) % 4)) == raw]
    assert twins
    assert [RING.open_token(twin, "step") for twin in twins] == [None] * len(twins)


def test_a_token_is_safe_in_a_url_and_says_its_parts_to_everybody():
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    raw = base64.urlsafe_b64decode(TOKEN + "=" * (-len(TOKEN) % 4))
    assert all(part.encode() in raw[MAC:] for part in PARTS)


def test_a_token_too_long_to_be_read_is_not_made():
    bytes_ = LONGEST * 3 // 4 - MAC - 4
    longest = RING.seal_token("step", ("a" * bytes_,))
    assert len(longest) == LONGEST
    assert RING.open_token(longest, "step") == ("a" * bytes_,)
    with pytest.raises(ValueError, match="a token of 2002 characters; at most 2000 are read"):
        RING.seal_token("step", ("a" * (bytes_ + 1),))


def test_after_a_change_of_keys_old_tokens_open_until_the_old_key_is_out():
    both, new = Keyring((NEW, OLD)), Keyring((NEW,))
    assert both.open_token(TOKEN, "step") == PARTS
    assert both.seal_token("step", PARTS) == new.seal_token("step", PARTS)
    assert new.open_token(TOKEN, "step") is None
    assert RING.open_token(both.seal_token("step", PARTS), "step") is None
    assert Keyring((OTHER, NEW)).open_token(TOKEN, "step") is None


def test_the_first_key_makes_and_all_of_them_check():
    both = Keyring([NEW, OLD])
    assert both.macs("p", "a") == (Keyring((NEW,)).mac("p", "a"), RING.mac("p", "a"))
    assert both.mac("p", "a") == both.macs("p", "a")[0]
    assert len(both.mac("p")) == 32


@pytest.mark.parametrize(
    "keys",
    [
        (), [], b"", (b"",), ("k" * 32,), (b"short",), (OLD[:15],), (b"\0" * 32,), (b" \t" * 16,), (OLD, b"a" * 32),
        OLD, (None,), (OLD, bytearray(OLD)),
    ],
)  # fmt: skip
def test_a_keyring_without_a_good_key_says_how_to_make_one(keys):
    with pytest.raises(Misconfigured, match=r"secrets\.token_bytes\(32\)"):
        Keyring(keys)


def test_sixteen_bytes_are_a_key():
    assert Keyring((OLD[:16],)).open_token(TOKEN, "step") is None


def test_a_keyring_shows_no_key_and_is_never_stored():
    assert repr(RING) == "Keyring()"
    for store in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never stored"):
            store(RING)


def test_a_refused_key_is_not_in_what_is_said_of_it():
    with pytest.raises(Misconfigured) as refused:
        Keyring((OLD, b"my secret"))
    said = "".join(traceback.format_exception_only(refused.value))
    assert "my secret" not in said
