"""Gift cards beside the flow: add one by its code, prove it by another, change its amount, take it off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve as but
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import Basket, Invalid, Money, Settings, evolve
from checkout_core.effects import (
    AskGiftCard,
    CheckCode,
    FindGiftCard,
    GiftCard,
    NewChallenge,
    Secret,
    SendSms,
    Unavailable,
)  # fmt: skip
from checkout_core.forms import PARSERS, GiftCardCode, read
from checkout_core.order import Applying, Challenge, GiftCards, Reservation, guessed
from checkout_core.pages.gift_cards import (
    AwaitedCard,
    GiftCardApplyPage,
    GiftCardContext,
    GiftCardOtpResendPage,
    GiftCardPage,
    GiftCardUpdateAmountPage,
    ReservedCard,
)
from checkout_core.settings import GiftCardConfig
from checkout_core.testing import play

from .kit import NOW, answer, closed_by, holds, lira, order, shows, visit

CODE = "PLENTY000001"
OWED = lira("125.00")  # mug, shirt, and sending them
CARD = GiftCard("t-1", "0001", lira("500.00"))
SMALL = GiftCard("t-2", "0002", lira("20.00"))
PHONE = "+905321234567"
PROVED = GiftCard("t-3", "0003", lira("50.00"), PHONE)
HAS = frozenset({"gift_cards", "holds", "challenges", "sms"})
CAPPED = GiftCardConfig(max_amount_per_order=lira("50.00"), multi_card_enabled=True)
SEVERAL = Settings(gift_card_config=GiftCardConfig(multi_card_enabled=True), gift_card_sms_text="It is {code}")
ONE = Settings()
CHALLENGE = Challenge("co-1", PHONE, "gift_card|t-3", "n-1", NOW, NOW + timedelta(seconds=180), 5, 15)


def reserved(card=CARD, amount="30.00", pk=1, asked_at=NOW):
    return Reservation(pk, card.token, card.masked, lira(amount), card.balance, asked_at)


def waiting(challenge=CHALLENGE, amount=None):
    return Applying("t-3", "0003", lira("50.00"), NOW, challenge, amount)


def at(*cards, applying=None, settings=SEVERAL, has=HAS, **parts):
    came = order(**{"gift_cards": GiftCards(cards, applying), **parts})
    return evolve(visit(came, settings=settings), has=has)


def later(where, **passed):
    return evolve(where, now=NOW + timedelta(**passed))


def find(told=CARD, code=CODE, currency="TRY"):
    return FindGiftCard(Secret(code), currency), told


def ask(told=PROVED):
    return AskGiftCard("t-3", "TRY"), told


def guess(how, challenge=CHALLENGE, code="123456"):
    return CheckCode(guessed(challenge), Secret(code)), how == "right"


def refused(page, body, where, *script):
    """The codes, and what is kept."""
    with pytest.raises(Invalid) as caught:
        answer(page, body, where, *script)
    return dict(caught.value.codes), caught.value.kept


def says(page, body, where, *script):
    codes, kept = refused(page, body, where, *script)
    assert kept is None
    return codes


def sending(page, body, where, *script):
    """The part, and what leaves."""
    form = read(page.form, body, where.settings)
    return play(page().process(where.order.gift_cards, form, where), *script)


def amounts(part):
    return [(each.pk, each.token, str(each.amount)) for each in part.reservations]


# GiftCardPage: where it is open, and what it shows


@pytest.mark.parametrize("lacking", ["gift_cards", "holds"])
def test_without_a_service_or_holds_the_page_is_closed_but_to_who_has_something_to_take_back(lacking):
    has = HAS - {lacking}
    assert closed_by(GiftCardPage, at(has=has)) == ("gift_cards_off",)
    assert closed_by(GiftCardPage, at(reserved(), has=has)) == ()
    assert answer(GiftCardPage, {"remove": 1}, at(reserved(), has=has)) == GiftCards()
    assert says(GiftCardPage, {"code": CODE}, at(reserved(), has=has)) == {"non_field_errors": ("gift_cards_off",)}
    assert not holds(GiftCardPage, at(reserved(), has=has))


def test_reserved_cards_are_shown_with_what_the_order_takes_of_each_and_never_their_tokens():
    shown = shows(GiftCardPage, at(reserved(amount="100.00"), reserved(SMALL, "40.00", 2), applying=waiting()))
    assert shown == GiftCardContext(
        (
            ReservedCard(1, "0001", lira("100.00"), lira("100.00"), lira("500.00")),
            ReservedCard(2, "0002", lira("40.00"), lira("25.00"), lira("20.00")),
        ),
        AwaitedCard("0003", "*67", lira("50.00")),
        lira("0.00"),
        multi_card_enabled=True,
    )
    assert "t-1" not in repr(shown)


# Adding one


@pytest.mark.parametrize(
    ("card", "amount", "taken"),
    [
        (CARD, None, "125.00"),
        (CARD, "30.00", "30.00"),
        (CARD, "125.00", "125.00"),
        (SMALL, None, "20.00"),
        (SMALL, "20.00", "20.00"),
    ],
)
def test_a_card_is_reserved_for_what_is_asked_or_for_as_much_as_is_owed_or_on_it(card, amount, taken):
    body = {"code": CODE, **({"amount": amount} if amount else {})}
    assert amounts(answer(GiftCardPage, body, at(), find(card))) == [(1, card.token, taken)]


@pytest.mark.parametrize(
    ("card", "amount", "code"),
    [
        (SMALL, "20.01", "above_balance"),
        (CARD, "125.01", "above_cap"),
        (CARD, "0", "invalid"),
        (CARD, "1.001", "invalid"),
    ],
)
def test_more_than_there_is_or_is_owed_and_nothing_at_all_is_refused(card, amount, code):
    script = () if code == "invalid" else (find(card),)
    assert says(GiftCardPage, {"code": CODE, "amount": amount}, at(), *script) == {"amount": (code,)}


def test_a_second_card_pays_beside_the_first_what_that_leaves():
    two = answer(GiftCardPage, {"code": CODE}, at(reserved(SMALL, "20.00")), find())
    assert amounts(two) == [(1, "t-2", "20.00"), (2, "t-1", "105.00")]


def test_a_second_card_is_refused_where_the_shop_takes_one():
    assert says(GiftCardPage, {"code": CODE}, at(reserved(SMALL), settings=ONE), find()) == {
        "code": ("one_gift_card_only",)
    }
    assert not holds(GiftCardPage, at(reserved(SMALL), reserved(pk=2), settings=ONE))
    assert holds(GiftCardPage, at(reserved(SMALL), settings=ONE))


def test_the_bound_of_the_shop_is_for_all_cards_of_an_order_in_its_currency():
    """AMT-11: adding, changing and paying ask the same function."""
    capped = evolve(
        SEVERAL, gift_card_config=GiftCardConfig(None or timedelta(1), lira("50.00"), multi_card_enabled=True)
    )
    assert amounts(answer(GiftCardPage, {"code": CODE}, at(settings=capped), find())) == [(1, "t-1", "50.00")]
    with_one = at(reserved(SMALL, "20.00"), settings=capped)
    assert amounts(answer(GiftCardPage, {"code": CODE}, with_one, find()))[1] == (2, "t-1", "30.00")
    assert says(
        GiftCardUpdateAmountPage, {"pk": 1, "amount": "50.01"}, at(reserved(amount="1.00"), settings=capped)
    ) == {"amount": ("above_cap",)}
    assert holds(GiftCardPage, at(reserved(amount="50.00"), settings=capped))
    assert not holds(GiftCardPage, at(reserved(amount="50.01"), settings=capped))
    elsewhere = evolve(capped, gift_card_config=GiftCardConfig(max_amount_per_order=Money("1.00", "EUR")))
    assert amounts(answer(GiftCardPage, {"code": CODE}, at(settings=elsewhere), find())) == [(1, "t-1", "125.00")]


def test_where_nothing_is_left_to_pay_no_card_is_added():
    full = at(reserved(amount="125.00"))
    assert says(GiftCardPage, {"code": CODE}, full, find(SMALL)) == {"amount": ("nothing_left_to_pay",)}


# One answer for all that is no card


@pytest.mark.parametrize(
    "told",
    [
        None,
        but(CARD, balance=lira("0.00")),
        but(CARD, balance=lira("-1.00")),
        but(CARD, balance=Money("500.00", "EUR")),
        but(PROVED, balance=lira("0.00")),
    ],
    ids=["unknown", "used up", "overdrawn", "another currency", "used up, of a phone"],
)
def test_a_card_that_is_none_has_one_answer_whatever_the_reason(told):
    """GFT-06: unknown, used up, over, somebody else's."""
    assert says(GiftCardPage, {"code": CODE}, at(), find(told)) == {"code": ("gift_card_invalid",)}


def test_guesses_at_codes_are_counted_by_client():
    assert GiftCardPage.guesses
    assert GiftCardApplyPage.guesses


def test_where_nobody_answers_nothing_is_added():
    down = find(Unavailable("TimeoutError"))
    assert says(GiftCardPage, {"code": CODE}, at(), down) == {"non_field_errors": ("gift_cards_unavailable",)}


def test_a_service_that_calls_a_card_by_its_code_is_not_believed():
    loud = find(but(CARD, token="card-plenty-000001"))
    assert says(GiftCardPage, {"code": CODE}, at(), loud) == {"non_field_errors": ("gift_cards_unavailable",)}


def test_of_a_code_the_last_four_characters_are_kept_whatever_the_service_says():
    part = answer(GiftCardPage, {"code": CODE}, at(), find(but(CARD, masked=CODE)))
    assert CODE not in repr(part)
    assert part.reservations[0].masked == "0001"


def test_a_post_with_neither_code_nor_card_to_take_off_says_what_it_wants():
    assert says(GiftCardPage, {}, at()) == {"code": ("required",)}


@given(st.lists(st.sampled_from(["", " ", "-", "\u2013", "  "]), min_size=13, max_size=13), st.booleans())
def test_every_spelling_of_a_code_is_the_same_code(between, lower):
    """GFT-07: case, blanks, dashes."""
    letters = CODE.lower() if lower else CODE
    written = "".join(gap + each for gap, each in zip(between, letters, strict=False)) + between[-1]
    assert PARSERS[GiftCardCode](written, ONE) == Secret(CODE)


@pytest.mark.parametrize(
    "raw", ["SHORT01", "X" * 65, "PLENTY_0001", "PLENTYİ0001", "", True, 1.5, None, ["PLENTY000001"]]
)
def test_what_is_no_code_is_refused_before_anybody_is_asked(raw):
    assert says(GiftCardPage, {"code": raw, "amount": "1"}, at())["code"] in {("invalid",), ("required",)}


def test_the_same_card_again_is_the_same_reservation_also_where_one_card_may_pay():
    for settings in (SEVERAL, ONE):
        there = at(reserved(), settings=settings)
        part = answer(GiftCardPage, {"code": "plenty-0000 01", "amount": "99.00"}, there, find())
        assert part is there.order.gift_cards


def test_the_same_card_again_brings_a_balance_that_was_asked_too_long_ago_up_to_date():
    old = later(at(reserved(amount="30.00")), seconds=1800)
    part = answer(GiftCardPage, {"code": CODE}, old, find(but(CARD, balance=lira("12.00"))))
    assert part.reservations == (Reservation(1, "t-1", "0001", lira("12.00"), lira("12.00"), old.now),)


def test_a_card_is_taken_off_and_one_that_is_not_there_changes_nothing():
    both = at(reserved(), reserved(SMALL, "5.00", 2))
    assert amounts(answer(GiftCardPage, {"remove": 1}, both)) == [(2, "t-2", "5.00")]
    assert answer(GiftCardPage, {"remove": 7}, both) == both.order.gift_cards


# A card with a phone


def new_challenge(before=None, told=CHALLENGE, token="t-3"):
    return NewChallenge("co-1", PHONE, f"gift_card|{token}", before), told


def test_a_card_with_a_phone_waits_for_the_code_that_goes_there():
    part, events = sending(GiftCardPage, {"code": CODE, "amount": "10.00"}, at(), find(PROVED), new_challenge())
    assert part == GiftCards((), waiting(amount=lira("10.00")))
    assert events == (SendSms(PHONE, "It is {code}", CHALLENGE),)


def test_a_code_that_is_on_its_way_is_not_sent_twice_and_the_total_of_guesses_goes_on():
    there = at(applying=waiting())
    part, events = sending(GiftCardPage, {"code": CODE}, there, find(PROVED))
    assert (part, events) == (there.order.gift_cards, ())
    over = later(there, seconds=180)
    part, events = sending(GiftCardPage, {"code": CODE}, over, find(PROVED), new_challenge(CHALLENGE))
    assert len(events) == 1


def test_nothing_is_sent_for_a_card_that_could_not_pay():
    assert says(GiftCardPage, {"code": CODE}, at(reserved(), settings=ONE), find(PROVED)) == {
        "code": ("one_gift_card_only",)
    }
    assert says(GiftCardPage, {"code": CODE}, at(has=HAS - {"sms"}), find(PROVED)) == {
        "non_field_errors": ("gift_cards_unavailable",)
    }


def test_pages_that_wait_for_a_code_are_closed_until_one_was_sent():
    for page in (GiftCardApplyPage, GiftCardOtpResendPage):
        assert closed_by(page, at()) == ("gift_card_code_not_sent",)
        assert closed_by(page, at(applying=waiting())) == ()


@pytest.mark.parametrize(("wanted", "posted", "taken"), [
    (None, None, "50.00"), (None, "7.00", "7.00"), (lira("10.00"), None, "10.00"), (lira("10.00"), "7.00", "7.00"),
])  # fmt: skip
def test_the_right_code_reserves_the_amount(wanted, posted, taken):
    body = {"otp": "123456", **({"amount": posted} if posted else {})}
    part = answer(GiftCardApplyPage, body, at(applying=waiting(amount=wanted)), guess("right"), ask())
    assert (amounts(part), part.applying) == ([(1, "t-3", taken)], None)


def test_a_wrong_code_costs_a_guess_and_no_guess_is_left_for_ever():
    codes, kept = refused(GiftCardApplyPage, {"otp": "123456"}, at(applying=waiting()), guess("wrong"))
    assert codes == {"otp": ("otp_invalid",)}
    assert kept.applying.challenge == guessed(CHALLENGE)
    for spent in (evolve(CHALLENGE, guesses_left=0), evolve(CHALLENGE, total_left=0)):
        assert says(GiftCardApplyPage, {"otp": "123456"}, at(applying=waiting(spent))) == {"otp": ("otp_exhausted",)}


def test_a_code_that_is_over_says_so():
    over = later(at(applying=waiting()), seconds=180)
    assert refused(GiftCardApplyPage, {"otp": "123456"}, over, guess("wrong"))[0] == {"otp": ("otp_expired",)}


@pytest.mark.parametrize("otp", ["", None, "12", "abcdef", 123456, "\uff11\uff12\uff13\uff14\uff15\uff16"])
def test_no_code_is_no_guess(otp):
    assert set(says(GiftCardApplyPage, {"otp": otp}, at(applying=waiting()))) == {"otp"}


def test_a_right_code_and_an_amount_that_does_not_fit_costs_the_guess_too():
    body = {"otp": "123456", "amount": "50.01"}
    codes, kept = refused(GiftCardApplyPage, body, at(applying=waiting()), guess("right"), ask())
    assert (codes, kept.applying.challenge) == ({"amount": ("above_balance",)}, guessed(CHALLENGE))


def test_a_card_that_is_used_up_meanwhile_waits_no_longer():
    codes, kept = refused(GiftCardApplyPage, {"otp": "123456"}, at(applying=waiting()), guess("right"), ask(None))
    assert (codes, kept) == ({"non_field_errors": ("gift_card_invalid",)}, GiftCards())


# GiftCardOtpResendPage


@pytest.mark.parametrize(("passed", "left"), [(0, 60), (0.5, 60), (59, 1), (59.999, 1), (60, 0), (99, 0)])
def test_the_page_tells_for_how_long_no_other_code_is_sent(passed, left):
    assert shows(GiftCardOtpResendPage, later(at(applying=waiting()), seconds=passed)).retry_after == left


def test_another_code_is_sent_when_the_cool_down_is_over_and_the_total_of_guesses_goes_on():
    there = at(applying=waiting())
    assert says(GiftCardOtpResendPage, {}, later(there, seconds=59)) == {"non_field_errors": ("otp_resend_too_soon",)}
    new = evolve(CHALLENGE, nonce="n-2")
    part, events = sending(GiftCardOtpResendPage, {}, later(there, seconds=60), new_challenge(CHALLENGE, new))
    assert (part.applying.challenge, events) == (new, (SendSms(PHONE, "It is {code}", new),))


# GiftCardUpdateAmountPage


def test_another_amount_counts_against_the_balance_that_was_asked():
    both = at(reserved(SMALL, "5.00", 1), reserved(CARD, "50.00", 2))
    assert amounts(answer(GiftCardUpdateAmountPage, {"pk": 1, "amount": "20"}, both)) == [
        (1, "t-2", "20.00"), (2, "t-1", "50.00"),
    ]  # fmt: skip
    assert says(GiftCardUpdateAmountPage, {"pk": 1, "amount": "20.01"}, both) == {"amount": ("above_balance",)}
    assert says(GiftCardUpdateAmountPage, {"pk": 2, "amount": "120.01"}, both) == {"amount": ("above_cap",)}
    assert says(GiftCardUpdateAmountPage, {"pk": 3, "amount": "1"}, both) == {"pk": ("invalid",)}
    assert closed_by(GiftCardUpdateAmountPage, at()) == ("gift_card_required",)


@pytest.mark.parametrize(("passed", "dropped"), [(1799.999, False), (1800, True), (9999, True)])
def test_a_balance_that_is_too_old_drops_the_card_and_says_to_add_it_again(passed, dropped):
    there = later(at(reserved()), seconds=passed)
    if not dropped:
        assert amounts(answer(GiftCardUpdateAmountPage, {"pk": 1, "amount": "9"}, there)) == [(1, "t-1", "9.00")]
        return
    codes, kept = refused(GiftCardUpdateAmountPage, {"pk": 1, "amount": "9"}, there)
    assert (codes, kept) == ({"non_field_errors": ("gift_card_balance_too_old",)}, GiftCards())


# When the order owes less


def test_when_the_order_owes_less_the_last_card_is_charged_less_and_the_reservation_stays():
    smaller = Basket.of("b-1", "d-2", order().basket.lines[:1], "TRY")  # 35.10, and 29.90 for sending it
    shown = shows(GiftCardPage, at(reserved(amount="50.00"), reserved(SMALL, "20.00", 2), basket=smaller))
    assert [(str(each.amount), str(each.used)) for each in shown.gift_cards] == [("50.00", "50.00"), ("20.00", "15.00")]
