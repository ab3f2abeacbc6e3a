"""A code follows from a key and a nonce: what counts, for whom, how long and how often."""

from __future__ import annotations

import math
import pickle
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Invalid, Misconfigured, evolve
from checkout_core.challenges import Challenges
from checkout_core.effects import CheckCode, Refused, Secret
from checkout_core.keyring import Keyring
from checkout_core.order import Challenge, guessed
from checkout_core.stores import MemoryHolds

from .kit import NEW, NOON, OLD, Clock, nonces

PHONE, OTHER_PHONE = "+905321234567", "+905321234568"
TOO_MANY = {"non_field_errors": ("too_many_attempts",)}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def challenges(clock):
    return made(clock)


def made(clock, *keys, **more):
    given = {"keyring": Keyring(keys or (OLD,)), "clock": clock, "nonce": nonces()}
    return Challenges(**{**given, **more})


def new(challenges, before=None, phone=PHONE, checkout="co-1", purpose="pay_on_delivery"):
    return challenges.new_challenge(checkout, phone, purpose, before)


def test_the_code_of_a_challenge_is_right_and_every_other_is_wrong(challenges):
    challenge = new(challenges)
    code = challenges.code_of(challenge)
    assert challenges.check_code(guessed(challenge), code)
    right = [n for n in range(10**6) if n % 997 == int(code.reveal()) % 997]  # a thousand, the code among them
    told = [n for n in right if challenges.check_code(guessed(challenge), Secret(f"{n:06}"))]
    assert told == [int(code.reveal())]


def test_a_challenge_says_all_but_the_code(challenges):
    challenge = new(challenges)
    assert challenge == Challenge(
        "co-1", PHONE, "pay_on_delivery", "nonce-00000000000000000001", NOON, NOON + timedelta(seconds=180), 5, 15
    )
    code = challenges.code_of(challenge).reveal()
    assert code not in repr(challenge)
    assert code.encode() not in pickle.dumps(challenge)


def test_six_digits_none_likelier_than_another(challenges):
    codes = [challenges.code_of(new(challenges)).reveal() for _ in range(2000)]
    assert {len(code) for code in codes} == {6}
    assert any(code.startswith("0") for code in codes)
    assert len(set(codes)) > 1990
    for place in range(6):
        seen = Counter(code[place] for code in codes)
        assert all(abs(seen[digit] - 200) < 6 * math.sqrt(180) for digit in "0123456789")


def test_another_process_with_the_same_key_knows_the_code(challenges, clock):
    challenge = new(challenges)
    assert made(clock).code_of(challenge) == challenges.code_of(challenge)
    assert made(clock, NEW).code_of(challenge) != challenges.code_of(challenge)


@pytest.mark.parametrize(
    "change", [{"checkout": "co-2"}, {"phone": OTHER_PHONE}, {"purpose": "gift_card"}, {"nonce": "n" * 22}]
)
def test_a_code_counts_for_its_checkout_phone_purpose_and_nonce_only(challenges, change):
    challenge = new(challenges)
    other = evolve(challenge, **change)
    assert challenges.code_of(other) != challenges.code_of(challenge)
    assert not challenges.check_code(guessed(other), challenges.code_of(challenge))


@pytest.mark.parametrize(("after", "right"), [(179.999999, True), (180, False), (180.000001, False), (10**6, False)])
def test_a_code_counts_until_its_end_and_not_at_it(challenges, clock, after, right):
    challenge = new(challenges)
    code = challenges.code_of(challenge)
    clock.passes(seconds=after)
    assert challenges.check_code(guessed(challenge), code) is right


def test_no_text_is_sent_for_a_code_that_does_not_count_any_more(challenges, clock):
    challenge = new(challenges)
    with pytest.raises(Refused, match="code_expired"):
        challenges.code_of(evolve(challenge, passed=True))
    clock.passes(seconds=180)
    with pytest.raises(Refused, match="code_expired"):
        challenges.code_of(challenge)


def test_a_code_counts_once(challenges):
    challenge = new(challenges)
    assert not challenges.check_code(guessed(evolve(challenge, passed=True)), challenges.code_of(challenge))


def test_the_fifth_guess_may_be_right_and_the_sixth_is_not_even_with_the_code(challenges):
    challenge = new(challenges)
    code = challenges.code_of(challenge)
    for _ in range(5):
        challenge = guessed(challenge)
        assert not challenges.check_code(challenge, Secret("------"))
    assert challenges.check_code(challenge, code)
    assert not challenges.check_code(guessed(challenge), code)


def test_a_new_code_is_another_one_and_has_guesses_of_its_own_but_no_new_total(challenges):
    first = new(challenges)
    spent = guessed(guessed(first))
    second = new(challenges, spent)
    assert (second.guesses_left, second.total_left) == (5, 13)
    assert challenges.code_of(second) != challenges.code_of(first)
    assert not challenges.check_code(guessed(second), challenges.code_of(first))


def test_fifteen_guesses_are_all_however_many_codes_are_sent(challenges):
    challenge, counted = new(challenges), 0
    while challenge.total_left:
        while challenge.guesses_left and challenge.total_left:
            challenge = guessed(challenge)
            counted += 1
        if challenge.total_left:
            challenge = new(challenges, challenge)
    assert counted == 15
    with pytest.raises(Invalid) as refused:
        new(challenges, challenge)
    assert refused.value.codes == TOO_MANY


def test_the_last_code_has_no_more_guesses_than_are_left_in_all(challenges):
    assert new(challenges, evolve(new(challenges), total_left=2)).guesses_left == 2


def test_with_limits_the_guesses_of_a_checkout_are_counted_whatever_its_record_says(clock):
    """OTP-01: whoever begins with a challenge of its own each time has 15 guesses all the same."""
    limited = made(clock, limits=MemoryHolds(clock), codes=99, codes_a_day=99)
    told = []
    for _ in range(4):
        challenge = new(limited)  # nothing is known of the ones before
        told += [guess(limited, challenge) for _ in range(5)]
    assert told == [False] * 15 + [TOO_MANY] * 5
    assert guess(limited, new(limited, checkout="co-2")) is False
    assert guess(limited, new(limited, purpose="gift_card|t")) is False
    clock.passes(days=1)
    assert guess(limited, new(limited)) is False


def test_with_limits_a_code_has_five_guesses_whatever_the_record_says(clock):
    limited = made(clock, limits=MemoryHolds(clock))
    challenge = new(limited)
    assert [guess(limited, challenge) for _ in range(6)] == [False] * 5 + [TOO_MANY]
    assert guess(limited, challenge, limited.code_of(challenge)) == TOO_MANY


def guess(challenges, challenge, code=None):
    """What comes of it; of a challenge on which the page has counted one guess."""
    try:
        return challenges.check_code(guessed(challenge), code or Secret("000000"))
    except Invalid as refused:
        return refused.codes


def test_what_is_no_code_spends_no_guess_at_the_limits(clock):
    limits = MemoryHolds(clock)
    limited = made(clock, limits=limits)
    challenge = new(limited)
    limited.check_code(guessed(challenge), Secret("12345"))
    limited.check_code(evolve(guessed(challenge), passed=True), Secret("123456"))
    assert limits.count_spent(f"guess|{challenge.nonce}", timedelta(days=1)) == 0


def test_a_phone_and_a_checkout_have_so_many_codes_a_day(clock):
    """OTP-08."""
    limited = made(clock, limits=MemoryHolds(clock), codes_a_day=4)
    for n in range(4):
        new(limited, phone=f"+9053200000{n:02}")
        clock.passes(minutes=15)
    with pytest.raises(Invalid) as refused:
        new(limited, phone="+905320000099")
    assert refused.value.codes == TOO_MANY
    for n in range(4):
        new(limited, checkout=f"co-{n + 2}")
        clock.passes(minutes=15)
    with pytest.raises(Invalid) as refused:
        new(limited, checkout="co-9")
    assert refused.value.codes == TOO_MANY
    clock.passes(days=1)
    new(limited)


def test_another_phone_does_not_start_the_total_again(challenges):
    """Or a code could be guessed for ever, by naming two phones in turn."""
    spent = evolve(new(challenges), total_left=3)
    there = new(challenges, spent, OTHER_PHONE)
    assert (there.total_left, new(challenges, there).total_left) == (3, 3)


def test_a_shop_that_lowers_its_bounds_means_codes_that_are_under_way_too(clock):
    before = new(made(clock))
    assert new(made(clock, guesses_in_all=4), before).total_left == 4


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\0", "None", "{code} ", " {code}", "{code}\n", "{code}0", "0{code}", "{code:.5}", "+{code}",
        "{code}\u00e9", "{wide}", "{arabic}", "{code:.3} {code:.3}",
    ],
)  # fmt: skip
def test_a_guess_is_six_digits_as_they_were_sent(challenges, text):
    challenge = new(challenges)
    code = challenges.code_of(challenge).reveal()
    wide, arabic = (code.translate({48 + n: zero + n for n in range(10)}) for zero in (0xFF10, 0x0660))
    said = text.replace("{code:.5}", code[:5]).replace("{code:.3}", code[:3])
    assert not challenges.check_code(guessed(challenge), Secret(said.format(code=code, wide=wide, arabic=arabic)))


def test_a_code_that_begins_with_zeros_is_not_the_number_it_makes(challenges):
    challenge = new(challenges)
    while not challenges.code_of(challenge).reveal().startswith("0"):
        challenge = new(challenges)
    code = challenges.code_of(challenge).reveal()
    assert not challenges.check_code(guessed(challenge), Secret(str(int(code))))
    assert challenges.check_code(guessed(challenge), Secret(code))


@given(st.text())
def test_no_guess_makes_checking_fail(text):
    challenges = made(Clock())
    challenge = new(challenges)
    right = text == challenges.code_of(challenge).reveal()
    assert challenges.check_code(guessed(challenge), Secret(text)) is right


def test_a_code_sent_before_keys_were_changed_counts_until_the_old_key_is_out(challenges, clock):
    challenge = new(challenges)
    code = challenges.code_of(challenge)
    both, new_only = made(clock, NEW, OLD), made(clock, NEW)
    assert both.check_code(guessed(challenge), code)
    assert both.check_code(guessed(challenge), both.code_of(challenge))
    assert both.code_of(challenge) == new_only.code_of(challenge)
    assert not new_only.check_code(guessed(challenge), code)


# How many codes


@pytest.fixture
def limited(clock):
    return made(clock, limits=MemoryHolds(clock))


def test_a_phone_is_sent_three_codes_in_a_quarter_of_an_hour_from_all_checkouts(limited, clock):
    for checkout in ("co-1", "co-2", "co-3"):
        new(limited, checkout=checkout)
    for checkout in ("co-1", "co-4"):
        with pytest.raises(Invalid) as refused:
            new(limited, checkout=checkout)
        assert refused.value.codes == TOO_MANY
    assert new(limited, phone=OTHER_PHONE).phone == OTHER_PHONE
    clock.passes(minutes=15)
    assert new(limited).phone == PHONE


def test_without_a_port_of_limits_codes_are_not_counted(challenges):
    assert len({new(challenges).nonce for _ in range(20)}) == 20


def test_where_no_guess_is_left_no_code_is_counted_either(limited):
    over = evolve(new(limited), total_left=0)
    for _ in range(5):
        with pytest.raises(Invalid):
            new(limited, over)
    assert [new(limited).phone, new(limited).phone] == [PHONE, PHONE]


# What makes it


class Awaited:
    async def spend(self, subject, most, window, /):
        return True


@pytest.mark.parametrize(
    "wrong",
    [
        {"guesses": 0}, {"guesses_in_all": 0}, {"codes": 0}, {"lifetime": timedelta(0)}, {"window": timedelta(0)},
        {"limits": Awaited()},
    ],
)  # fmt: skip
def test_bounds_that_let_nobody_through_are_refused_at_once(clock, wrong):
    with pytest.raises(Misconfigured, match=r"above 0|are sync"):
        made(clock, **wrong)


def test_a_nonce_that_somebody_might_guess_is_refused(clock):
    with pytest.raises(Misconfigured, match="at least 22 characters"):
        new(made(clock, nonce=lambda: "1" * 21))


def test_no_key_is_in_what_is_shown_of_it(challenges):
    assert "Keyring()" in repr(challenges)
    assert repr(OLD)[2:-1] not in repr(challenges)


def test_a_question_of_a_guess_shows_none_and_its_hash_is_that_of_any_other(challenges):
    challenge = guessed(new(challenges))
    one, other = (CheckCode(challenge, Secret(code)) for code in ("777333", "654321"))
    assert "777333" not in repr(one)
    assert hash(one) == hash(other)
    assert one != other
    assert one == CheckCode(challenge, Secret("777333"))


def test_a_spent_guess_is_one_less_of_the_code_and_of_all(challenges):
    challenge = new(challenges)
    assert guessed(challenge) == evolve(challenge, guesses_left=4, total_left=14)
