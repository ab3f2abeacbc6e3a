"""PayOnDeliveryPaymentChoicePage, SendSmsPage, VerifySmsPage, PayOnDeliveryPage: the money is taken at the door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Invalid, Money, Place, evolve
from checkout_core.effects import CheckCode, Deferred, NewChallenge, Secret, SendSms
from checkout_core.forms import read
from checkout_core.order import Challenge, Chosen, PayOnDelivery, Shipping, guessed
from checkout_core.page import EMPTY
from checkout_core.pages.pay_on_delivery import (
    PayOnDeliveryPage,
    PayOnDeliveryPaymentChoicePage,
    SendSmsContext,
    SendSmsPage,
    VerifySmsContext,
    VerifySmsPage,
)  # fmt: skip
from checkout_core.settings import Settings
from checkout_core.shop import PaymentChoice, PaymentOption, PaymentOptionConfig
from checkout_core.testing import play

from .kit import BY_CARD, EMPTIED, NOW, SHOP, answer, answers_itself, closed_by, holds, lira, order, shows, visit

CHOICE, SEND, VERIFY, END = PayOnDeliveryPaymentChoicePage, SendSmsPage, VerifySmsPage, PayOnDeliveryPage
PHONE, OTHER = "+905321234567", "+905329876543"
CASH, CARD = PaymentChoice("cash", "In cash", lira("7.50")), PaymentChoice("card", "By card", lira("12.00"))
ABROAD = PaymentChoice("euro", "In euros", Money("2.00", "EUR"))
OPTION = Chosen(33, "At the door", "door", "pay_on_delivery")
SENT = Challenge("co-1", PHONE, "pay_on_delivery", "nonce", NOW, NOW + timedelta(seconds=180), 5, 15)
VERIFIED = {"sms_verification": True, "sms_text": "Say {code}."}


def shop(*choices, **config):
    option = PaymentOption(
        33, "At the door", "door", "pay_on_delivery",
        config=PaymentOptionConfig(payment_choices=choices, **config),
    )  # fmt: skip
    return evolve(SHOP, payment_options=(*SHOP.payment_options, option))


def paying(**own):
    return order(payment=PayOnDelivery(OPTION, **own))


def at(of, *choices, now=NOW, **config):
    return evolve(visit(of, shop=shop(*choices, **config)), now=now)


# What to pay with at the door


def test_the_choices_of_the_option_are_offered_with_what_they_cost():
    assert shows(CHOICE, at(paying(), CASH, CARD)).payment_choices == (CASH, CARD)


def test_a_choice_that_costs_money_of_another_currency_is_not_offered():
    assert shows(CHOICE, at(paying(), CASH, ABROAD)).payment_choices == (CASH,)
    with pytest.raises(Invalid):
        answer(CHOICE, {"payment_choice": "euro"}, at(paying(), CASH, ABROAD))


def test_the_list_always_holds_the_choice_that_was_made_at_its_price_of_then():
    dearer = evolve(CASH, price=lira("9.00"))
    assert shows(CHOICE, at(paying(choice=CASH), dearer, CARD)).payment_choices == (CASH, CARD)


def test_a_choice_is_kept_by_value():
    assert answer(CHOICE, {"payment_choice": "card"}, at(paying(), CASH, CARD)).choice == CARD


@pytest.mark.parametrize(
    "posted", [{}, {"payment_choice": "cheque"}, {"payment_choice": ""}, {"payment_choice": ["cash"]}]
)
def test_anything_that_is_not_in_the_list_is_refused(posted):
    with pytest.raises(Invalid) as refused:
        answer(CHOICE, posted, at(paying(), CASH, CARD))
    assert refused.value.codes.keys() == {"payment_choice"}


@pytest.mark.parametrize(
    ("choices", "skips", "taken"),
    [((CASH,), True, "cash"), ((CASH,), False, None), ((CASH, CARD), True, None)],
    ids=["one, skipped", "one, shown", "two"],
)
def test_the_only_choice_is_taken_without_asking_if_the_option_says_so(choices, skips, taken):
    form = answers_itself(CHOICE, at(paying(), *choices, skip_pod_choices=skips))
    assert (form and form.payment_choice) == taken


def test_without_choices_there_is_nothing_to_answer():
    assert [check.test(paying().payment, at(paying())) for check in CHOICE.skip_if] == [True]
    assert [check.test(paying().payment, at(paying(), CASH)) for check in CHOICE.skip_if] == [False]


def test_a_choice_is_good_as_long_as_it_costs_the_same():
    assert holds(CHOICE, at(paying(choice=CASH), CASH))
    assert not holds(CHOICE, at(paying(choice=CASH), evolve(CASH, price=lira("8.00"))))
    assert not holds(CHOICE, at(paying(choice=CASH), CARD))


def test_what_paying_so_costs_is_in_the_total_and_goes_with_another_way_to_pay():
    """POD-01."""
    free, chosen = paying(), paying(choice=CASH)
    assert chosen.totals.total == free.totals.total + lira("7.50")
    assert chosen.totals.payment_fee == lira("7.50")
    assert order(payment=BY_CARD).totals.payment_fee == lira("0")


@pytest.mark.parametrize("page", [CHOICE, SEND, END])
def test_every_page_needs_goods_a_parcel_and_this_way_to_pay(page):
    assert "basket_empty" in closed_by(page, at(evolve(EMPTIED, payment=PayOnDelivery(OPTION)), CASH))
    assert "shipping_option_required" in closed_by(page, at(evolve(paying(), shipping=Shipping()), CASH))
    assert closed_by(page, at(order(payment=BY_CARD), CASH)) == ("other_payment",)


# The code


def sent(own, now=NOW, **config):
    """What becomes of a phone that was said, and the text that leaves."""
    here = at(own, CASH, now=now, **{**VERIFIED, **config})
    new = evolve(SENT, nonce="another", sent_at=now)
    asked = NewChallenge("co-1", PHONE, "pay_on_delivery", own.payment.challenge, timedelta(seconds=180))
    form = read(SEND.form, {"phone_number": "05321234567"}, Settings())
    return play(SEND().process(own.payment, form, here), (asked, new))


def test_a_code_goes_to_the_phone_and_is_kept_without_the_code():
    own, events = sent(paying(choice=CASH))
    assert (own.phone, own.challenge.nonce) == (PHONE, "another")
    assert events == (SendSms(PHONE, "Say {code}.", own.challenge),)


def test_a_second_code_goes_on_counting_the_guesses_of_the_first():
    later = NOW + timedelta(seconds=60)
    assert sent(paying(choice=CASH, phone=PHONE, challenge=SENT), later)[0].challenge.nonce == "another"


@pytest.mark.parametrize(
    ("before", "seconds", "waits"),
    [(SENT, 59, True), (SENT, 60, False), (evolve(SENT, phone=OTHER), 0, False),
     (evolve(SENT, expires_at=NOW + timedelta(seconds=30)), 30, False)],
    ids=["just now", "a minute ago", "another phone", "over already"],
)  # fmt: skip
def test_the_same_phone_waits_for_another_code_unless_the_last_one_is_over(before, seconds, waits):
    """OTP-09."""
    own, now = paying(choice=CASH, phone=before.phone, challenge=before), NOW + timedelta(seconds=seconds)
    if not waits:
        assert sent(own, now)[0].phone == PHONE
        return
    with pytest.raises(Invalid) as refused:
        sent(own, now)
    assert refused.value.codes == {"phone_number": ("otp_resend_too_soon",)}


def test_texts_and_guesses_are_counted_by_client():
    """OTP-08."""
    assert [page.guesses for page in (CHOICE, SEND, VERIFY, END)] == [False, True, True, False]


def test_the_page_says_that_the_phone_is_verified():
    assert shows(SEND, at(paying(choice=CASH), CASH, **VERIFIED)) == SendSmsContext(verification=True)


@pytest.mark.parametrize("page", [SEND, VERIFY])
def test_where_the_option_wants_no_verification_there_is_no_code(page):
    own = paying(choice=CASH).payment
    assert page.skip_if[0].test(own, at(paying(), CASH))
    assert not page.skip_if[0].test(own, at(paying(), CASH, **VERIFIED))


def test_before_a_choice_no_code_is_sent():
    assert closed_by(SEND, at(paying(), CASH, **VERIFIED)) == ("payment_choice_required",)
    assert closed_by(SEND, at(paying(), **VERIFIED)) == ()


@pytest.mark.parametrize("phone", ["", "123", "0532 12", "<script>", None])
def test_what_is_no_phone_number_is_refused(phone):
    with pytest.raises(Invalid) as refused:
        answer(SEND, {"phone_number": phone}, at(paying(choice=CASH), CASH, **VERIFIED))
    assert refused.value.codes.keys() == {"phone_number"}


def test_a_code_that_timed_out_asks_for_another_unless_it_was_entered_in_time():
    own = paying(choice=CASH, phone=PHONE, challenge=SENT).payment
    here, later = at(paying(), CASH, **VERIFIED), at(paying(), CASH, now=SENT.expires_at, **VERIFIED)
    assert SEND().done(own, here)
    assert not SEND().done(own, later)
    assert SEND().done(evolve(own, verified=True), later)


@pytest.mark.parametrize("spent", [{"guesses_left": 0}, {"total_left": 0}])
def test_a_code_that_was_guessed_at_too_often_asks_for_another(spent):
    own = paying(choice=CASH, phone=PHONE, challenge=evolve(SENT, **spent)).payment
    assert not SEND().done(own, at(paying(), CASH, **VERIFIED))


def test_to_go_back_to_the_phone_does_not_start_the_count_of_guesses_again():
    """OTP-01."""
    spent = paying(choice=CASH, phone=PHONE, challenge=evolve(SENT, total_left=2), verified=True)
    for page in (SEND, VERIFY):
        assert page().undo(spent).payment.challenge.total_left == 2  # as it was
    assert SEND().undo(spent).payment.phone is None
    assert not VERIFY().undo(spent).payment.verified


def verify(said, *, challenge=SENT, right=True, now=NOW):
    here = at(paying(choice=CASH, phone=PHONE, challenge=challenge), CASH, now=now, **VERIFIED)
    form = read(VERIFY.form, {"verify_code": said}, Settings())
    return play(VERIFY().process(here.order.payment, form, here), (CheckCode(guessed(challenge), Secret(said)), right))[
        0
    ]


def test_the_right_code_verifies_the_phone_and_cannot_be_said_again():
    """OTP-05."""
    own = verify("012345")
    assert own.verified
    assert own.challenge.passed


def test_a_phone_that_is_verified_is_not_asked_about_again():
    """The second click on the right code: no effect is awaited, and nothing changes."""
    here = at(paying(choice=CASH, phone=PHONE, challenge=evolve(SENT, passed=True), verified=True), CASH, **VERIFIED)
    assert answer(VERIFY, {"verify_code": "012345"}, here) == here.order.payment


def test_the_last_guess_may_be_wrong_and_is_told_as_any_other():
    last = evolve(SENT, guesses_left=1, total_left=1)
    with pytest.raises(Invalid) as refused:
        verify("012346", challenge=last, right=False)
    assert refused.value.codes == {"verify_code": ("otp_invalid",)}


def test_a_wrong_code_is_refused_and_its_guess_is_spent():
    """OTP-01, OTP-03: what is kept has the guess in it before anybody learns what became of it."""
    with pytest.raises(Invalid) as refused:
        verify("012346", right=False)
    assert refused.value.codes == {"verify_code": ("otp_invalid",)}
    assert refused.value.kept.challenge == guessed(SENT)


def test_after_the_last_guess_the_right_code_is_refused_without_asking():
    """OTP-01."""
    for spent in (evolve(SENT, guesses_left=0), evolve(SENT, total_left=0)):
        here = at(paying(choice=CASH, phone=PHONE, challenge=spent), CASH, **VERIFIED)
        with pytest.raises(Invalid) as refused:
            answer(VERIFY, {"verify_code": "012345"}, here)
        assert refused.value.codes == {"verify_code": ("otp_exhausted",)}


def test_a_code_that_came_too_late_is_told_so():
    """OTP-04."""
    with pytest.raises(Invalid) as refused:
        verify("012345", right=False, now=SENT.expires_at)
    assert refused.value.codes == {"verify_code": ("otp_expired",)}


@pytest.mark.parametrize("said", ["", None, "12345", "1234567", "123 456", "12345a", "\uff11\uff12\uff13456", 123456])
def test_a_code_is_six_digits_to_the_letter(said):
    """OTP-02, OTP-10."""
    with pytest.raises(Invalid) as refused:
        answer(VERIFY, {"verify_code": said}, at(paying(choice=CASH, phone=PHONE, challenge=SENT), CASH, **VERIFIED))
    assert refused.value.codes.keys() == {"verify_code"}


def test_before_a_code_was_sent_none_can_be_said():
    """OTP-02."""
    assert closed_by(VERIFY, at(paying(choice=CASH), CASH, **VERIFIED)) == ("code_required",)
    assert closed_by(VERIFY, at(paying(choice=CASH, challenge=SENT), CASH, **VERIFIED)) == ("code_required",)


def test_the_page_says_when_the_code_left_and_how_long_it_counts():
    of = paying(choice=CASH, phone=PHONE, challenge=SENT)
    assert shows(VERIFY, at(of, CASH, now=NOW + timedelta(seconds=60), **VERIFIED)) == VerifySmsContext(
        NOW, 120, retry=True
    )
    assert shows(VERIFY, at(of, CASH, now=NOW + timedelta(hours=1), **VERIFIED)).seconds_left == 0


def test_another_phone_voids_what_was_verified():
    """OTP-06, POD-02."""
    assert SEND.resets == ("VerifySmsPage",)


# The order


def test_agreed_the_order_is_placed_and_the_money_comes_at_the_door():
    end = answer(END, {"agreement": "true"}, at(paying(choice=CASH), CASH))
    assert isinstance(end, Place)
    assert end.receipt == Deferred("pay_on_delivery", 400)
    assert end.own.agreed


@pytest.mark.parametrize("said", [None, "false", "", "no", False])
def test_without_the_agreement_there_is_no_order(said):
    with pytest.raises(Invalid) as refused:
        answer(END, {"agreement": said}, at(paying(choice=CASH), CASH))
    assert refused.value.codes.keys() == {"agreement"}


def test_an_order_that_costs_nothing_waits_for_no_money():
    nothing = evolve(paying(), totals=evolve(paying().totals, total=lira("0")))
    assert answer(END, {"agreement": True}, at(nothing)).receipt == Deferred("free", 400)


def test_above_the_limit_the_address_needs_an_identity_number():
    here = at(paying(choice=CASH), CASH)
    limited = evolve(here, settings=Settings(identity_number_required_amount=lira("100.00")))
    with pytest.raises(Invalid) as refused:
        answer(END, {"agreement": True}, limited)
    assert refused.value.codes == {"non_field_errors": ("identity_number_required",)}


def test_the_order_wants_a_choice_and_a_verified_phone_where_the_option_does():
    assert closed_by(END, at(paying(), CASH)) == ("payment_choice_required",)
    assert closed_by(END, at(paying(choice=CASH), CASH, **VERIFIED)) == ("phone_not_verified",)
    assert closed_by(END, at(paying(choice=CASH, verified=True), CASH, **VERIFIED)) == ()
    assert closed_by(END, at(paying())) == ()


def test_the_last_page_shows_nothing_of_its_own():
    assert shows(END, at(paying(choice=CASH), CASH)) is EMPTY


def test_no_page_pays_an_order_that_exists():
    assert not any(page.post_order for page in (CHOICE, SEND, VERIFY, END))
