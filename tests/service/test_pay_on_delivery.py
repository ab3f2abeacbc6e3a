"""Pay at the door in the largest shop, through the service on a SQLite file: the fee, the phone, the order."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from threading import Barrier, Thread

import pytest

from checkout_core import Money, evolve
from checkout_core.order import CreditCard, PayOnDelivery
from checkout_core.page import Caller
from checkout_core.paying import transactions
from checkout_core.sandbox.magic import APPROVED
from checkout_core.sandbox.world import card_form
from checkout_core.service import Conflict

from .door import (
    ADA,
    AT_THE_DOOR,
    BY_CARD,
    CHOICE,
    END,
    IN_CASH,
    OTHER_PHONE,
    PAYING,
    PHONE,
    SEND,
    VERIFIED,
    VERIFY,
    Shop,
    wrong,
)

TOO_MANY = {"non_field_errors": ("too_many_attempts",)}
WRONG, EXHAUSTED = {"verify_code": ("otp_invalid",)}, {"verify_code": ("otp_exhausted",)}


def lira(amount):
    return Money(amount, "TRY")


@pytest.fixture
def shop(tmp_path):
    with closing(Shop(tmp_path)) as opened:
        yield opened


# What it costs


def test_what_the_choice_costs_is_in_the_total_and_the_order_is_placed_for_the_door(shop):
    key, step = shop.buyer(AT_THE_DOOR)
    before = step.pre_order.totals
    (listed,) = [page for page in shop.json(step)["context_list"] if page["page_name"] == CHOICE]
    assert step.page == CHOICE
    assert listed["page_context"]["payment_choices"] == [
        {"value": "cash", "label": "In cash", "price": "7.50"}, {"value": "card", "label": "By card", "price": "12.00"}
    ]  # fmt: skip
    assert shop.json(step)["pre_order"]["payment_choice"] is None
    step = shop.posts(key, CHOICE, payment_choice="card")
    told, totals = shop.json(step)["pre_order"], step.pre_order.totals
    assert step.page == END
    assert told["payment_choice"] == {"value": "card", "label": "By card", "price": "12.00"}
    assert (totals.payment_fee, totals.total) == (lira("12.00"), before.total + lira("12.00"))
    assert told["total_amount_with_interest"] == str(totals.total)
    assert told["total_amount"] == str(before.total)
    (shown,) = [page for page in shop.json(step)["context_list"] if page["page_name"] == END]
    assert shown["page_context"] == {}
    step = shop.posts(key, END, agreement="true")
    placed = step.pre_order.placed
    assert (step.page, step.errors) == ("ThankYouPage", {})
    assert (placed.total, placed.receipt, placed.status) == (before.total + lira("12.00"), "pay_on_delivery", 400)


def test_the_only_choice_is_taken_with_its_fee_and_its_page_is_not_shown(shop):
    _, step = shop.buyer(IN_CASH)
    assert (step.page, step.pre_order.payment.choice.value) == (END, "cash")
    assert step.pre_order.totals.payment_fee == lira("7.50")


def test_a_card_instead_takes_the_fee_off_in_the_same_step(shop):
    key, step = shop.buyer(AT_THE_DOOR)
    without = step.pre_order.totals.total
    shop.posts(key, CHOICE, payment_choice="cash")
    step = shop.posts(key, PAYING, payment_option=BY_CARD)
    assert (step.page, step.pre_order.totals.payment_fee) == ("BinNumberPage", lira("0"))
    assert step.pre_order.totals.total == without


def test_a_choice_is_forgotten_with_its_way_to_pay(shop):
    key, _ = shop.buyer(AT_THE_DOOR)
    shop.posts(key, CHOICE, payment_choice="cash")
    shop.posts(key, PAYING, payment_option=BY_CARD)
    step = shop.posts(key, PAYING, payment_option=AT_THE_DOOR)
    assert (step.page, step.pre_order.payment.choice) == (CHOICE, None)
    assert shop.json(step)["pre_order"]["payment_choice"] is None


def test_a_total_with_another_fee_than_was_shown_is_told_and_nothing_is_ordered(shop):
    """POD-01: one tab has shown the fee of paying in cash, another has chosen the dearer way since."""
    key, _ = shop.buyer(AT_THE_DOOR)
    step = shop.posts(key, CHOICE, payment_choice="cash")
    old, cheap = shop.service.requests.token(step), step.pre_order.totals.payable
    shop.posts(key, CHOICE, Caller(session="b"), payment_choice="card")
    step = shop.service.post(key, END, {"agreement": True}, ADA, token=old)
    assert (step.errors, step.pre_order.placed) == ({"non_field_errors": ("price_changed",)}, None)
    assert step.pre_order.totals.payable == cheap + lira("4.50")
    assert shop.posts(key, END, agreement=True).pre_order.placed.total == cheap + lira("4.50")


def test_a_choice_the_shop_makes_dearer_is_asked_for_again(shop):
    key, _ = shop.buyer(AT_THE_DOOR)
    shop.posts(key, CHOICE, payment_choice="cash")
    shop.sandbox.shop = evolve(shop.sandbox.shop, payment_options=tuple(dearer(shop.sandbox.shop.payment_options)))
    step = shop.posts(key, END, agreement=True)
    assert (step.page, step.pre_order.placed) == (CHOICE, None)


def dearer(options):
    for option in options:
        choices = tuple(evolve(each, price=each.price + lira("1.00")) for each in option.config.payment_choices)
        yield evolve(option, config=evolve(option.config, payment_choices=choices)) if choices else option


def test_who_comes_from_a_card_leaves_all_of_it_behind(shop):
    key, _ = shop.buyer(BY_CARD)
    shop.posts(key, "BinNumberPage", bin_number=APPROVED[:6])
    step = shop.posts(key, "InstallmentSelectionPage", installment=shop.sandbox._plan(APPROVED, 3).pk)
    assert isinstance(step.pre_order.payment, CreditCard)
    step = shop.posts(key, PAYING, payment_option=IN_CASH)
    told = shop.json(step)["pre_order"]
    assert (told["card_info"], told["installment"], step.pre_order.totals.interest) == (None, None, lira("0"))
    assert isinstance(step.pre_order.payment, PayOnDelivery)
    placed = shop.json(shop.posts(key, END, agreement=True))["pre_order"]
    assert (placed["card_info"], placed["installment"]) == (None, None)


def test_the_shop_and_the_buyer_are_told_of_the_order_and_what_was_agreed_to_is_kept(shop):
    key, _ = shop.buyer(IN_CASH)
    placed = shop.posts(key, END, agreement=True).pre_order.placed
    assert shop.sandbox.told == [placed.number]
    assert [each.says for each in shop.sandbox.inbox.of("mail")] == [f"order_placed {placed.number}"]
    assert {each.contract for each in placed.agreed} == {each.slug for each in shop.sandbox.shop.contracts}
    assert transactions(shop.order(key)) == ()


def test_the_double_click_meets_the_order(shop):
    key, _ = shop.buyer(IN_CASH)
    first, second = (shop.posts(key, END, agreement=True) for _ in range(2))
    assert first.pre_order.placed == second.pre_order.placed
    assert (second.page, len(shop.sandbox.told)) == ("ThankYouPage", 1)


# The phone


def test_a_phone_is_verified_by_its_code_and_the_order_is_placed(shop):
    key, step = shop.buyer(VERIFIED)
    assert step.page == SEND
    assert shop.posts(key, END, agreement=True).errors == {"non_field_errors": ("page_not_available",)}
    step = shop.sends(key)
    (shown,) = [page for page in shop.json(step)["context_list"] if page["page_name"] == VERIFY]
    assert step.page == VERIFY
    assert shown["page_context"] == {
        "verification_sent_datetime": shop.sandbox.now().isoformat(), "seconds_left": 180, "retry": True
    }  # fmt: skip
    assert shop.json(step)["pre_order"]["phone_number"] == PHONE
    (text,) = shop.texts
    assert (text.to, text.says) == (PHONE, f"Your code is {shop.code}.")
    step = shop.says(key, wrong(shop.code))
    assert (step.page, step.errors) == (VERIFY, WRONG)
    assert shop.says(key, shop.code).page == END
    assert shop.posts(key, END, agreement=True).page == "ThankYouPage"


def test_without_words_of_the_shop_the_text_is_the_code(shop):
    plain = (evolve(o, config=evolve(o.config, sms_text="{code}")) for o in shop.sandbox.shop.payment_options)
    shop.sandbox.shop = evolve(shop.sandbox.shop, payment_options=tuple(plain))
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    assert len(shop.texts[-1].says) == 6
    assert shop.says(key, shop.texts[-1].says).page == END


def test_the_second_click_on_a_code_that_was_right_goes_on_and_compares_nothing(shop):
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    code = shop.code
    shop.says(key, code)
    shop.compared.clear()
    step = shop.says(key, code)
    assert (step.page, step.errors, shop.compared) == (END, {}, [])


def test_another_phone_voids_what_was_verified(shop):
    """OTP-06, POD-02."""
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    old = shop.code
    assert shop.says(key, old).page == END
    step = shop.sends(key, OTHER_PHONE)
    assert (step.page, step.pre_order.payment.verified) == (VERIFY, False)
    assert shop.posts(key, END, agreement=True).pre_order.placed is None
    assert shop.says(key, old).errors == WRONG
    assert shop.says(key, shop.code).page == END


def test_a_code_counts_in_its_own_checkout_only(shop):
    """OTP-05, POD-02: neither the code nor that the phone was verified is known anywhere else."""
    one, _ = shop.buyer(VERIFIED)
    other, _ = shop.buyer(VERIFIED)
    shop.sends(one)
    code = shop.code
    shop.sends(other)
    assert shop.says(other, code).errors == WRONG
    assert shop.says(one, code).page == END
    assert not shop.order(other).payment.verified


@pytest.mark.parametrize(("seconds", "page"), [(179.999, END), (180, VERIFY), (180.001, VERIFY)])
def test_a_code_counts_until_the_time_of_the_option_is_over(shop, seconds, page):
    """OTP-04: by the server's clock."""
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    shop.sandbox.passes(seconds=seconds)
    step = shop.says(key, shop.code)
    assert step.page == page
    assert step.errors == ({} if page == END else {"verify_code": ("otp_expired",)})
    assert shop.service.get(key, caller=ADA).page == (END if page == END else SEND)


def test_the_same_phone_waits_a_minute_for_another_code_and_another_phone_does_not(shop):
    """OTP-09."""
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    shop.sandbox.passes(seconds=59)
    step = shop.sends(key)
    assert (step.errors, len(shop.texts)) == ({"phone_number": ("otp_resend_too_soon",)}, 1)
    assert shop.says(key, shop.code).page == END  # a refusal voids nothing
    shop.sends(key, OTHER_PHONE)
    shop.sandbox.passes(seconds=60)
    assert shop.sends(key, OTHER_PHONE).errors == {}
    assert len(shop.texts) == 3


def test_a_text_that_is_not_sent_is_told_is_counted_and_is_not_sent_again_by_itself(shop):
    """OTP-09."""
    tried = []

    class Away:
        def send_sms(self, phone, text, message, /):
            tried.append(message)
            raise ConnectionError("nobody answers")

    shop.opens(Away())
    key, _ = shop.buyer(VERIFIED)
    step = shop.sends(key)
    assert (step.page, step.errors) == (VERIFY, {"non_field_errors": ("message_not_sent",)})
    for _ in range(3):
        shop.sandbox.passes(minutes=1)
        shop.service.relay_once()
    assert len(tried) == 1
    shop.opens(shop.sandbox.inbox)
    assert shop.sends(key).errors == {}
    assert shop.says(key, shop.code).page == END


# How often


def test_a_phone_gets_three_codes_in_a_quarter_of_an_hour_from_two_checkouts(shop):
    """OTP-08."""
    keys = [shop.buyer(VERIFIED)[0] for _ in range(2)]
    told = []
    for _ in range(2):
        told += [shop.sends(key).errors for key in keys]
        shop.sandbox.passes(minutes=1)
    assert (told, len(shop.texts)) == ([{}, {}, {}, TOO_MANY], 3)
    shop.sandbox.passes(minutes=15)
    assert shop.sends(keys[1]).errors == {}


def test_a_checkout_has_so_many_codes_a_day_to_whatever_phones(shop):
    """OTP-08."""
    key, _ = shop.buyer(VERIFIED)
    told = [shop.sends(key, f"+9053200000{n:02}").errors for n in range(12)]
    assert told == [{}] * 10 + [TOO_MANY] * 2
    assert len(shop.texts) == 10


def test_a_client_has_so_many_texts_and_guesses_from_all_checkouts(shop):
    """OTP-08."""
    shop.sandbox.settings = evolve(shop.sandbox.settings, guesses_per_client=3)
    keys = [shop.buyer(VERIFIED)[0] for _ in range(2)]
    told = [shop.sends(key, f"+9053200000{n:02}").errors for n in range(2) for key in keys]
    assert (told, len(shop.texts)) == ([{}, {}, {}, TOO_MANY], 3)
    assert shop.sends(keys[0], OTHER_PHONE, Caller(ip="192.0.2.2")).errors == {}


def test_fifteen_guesses_are_all_and_another_way_to_pay_does_not_begin_them_again(shop):
    """OTP-01."""
    key, _ = shop.buyer(VERIFIED)
    told = Counter()
    for _ in range(4):
        shop.sends(key)
        told.update(str(shop.says(key, wrong(shop.code)).errors) for _ in range(5))
        shop.posts(key, PAYING, payment_option=BY_CARD)
        shop.posts(key, PAYING, payment_option=VERIFIED)
        shop.sandbox.passes(minutes=16)
    assert told == {str(WRONG): 15, str(TOO_MANY): 5}
    shop.sends(key)
    assert shop.says(key, shop.code).errors == TOO_MANY
    assert shop.order(key).placed is None


def test_after_five_guesses_the_buyer_is_led_to_another_code(shop):
    """OTP-01."""
    key, _ = shop.buyer(VERIFIED)
    shop.sends(key)
    code = shop.code
    assert [shop.says(key, wrong(code)).errors for _ in range(5)] == [WRONG] * 5
    assert shop.says(key, code).errors == EXHAUSTED
    assert shop.service.get(key, caller=ADA).page == SEND
    shop.sandbox.passes(minutes=1)
    shop.sends(key)
    assert shop.says(key, shop.code).page == END


def test_of_a_thousand_guesses_at_once_no_more_are_compared_than_there_are(shop):
    """OTP-03: the right one comes last; each that is compared was spent before."""
    key, _ = shop.buyer(VERIFIED)
    shop.sandbox.settings = evolve(shop.sandbox.settings, guesses_per_client=10_000)
    shop.sends(key)
    shop.compared.clear()
    guesses = [f"{n:06}" for n in range(1000) if f"{n:06}" != shop.code]
    threads, told = 8, []
    ready = Barrier(threads)

    def guess(codes):
        ready.wait()
        for code in codes:
            try:
                told.append(str(shop.says(key, code).errors))
            except Conflict:
                told.append("conflict")

    running = [Thread(target=guess, args=(guesses[n::threads],)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    challenge = shop.order(key).payment.challenge
    assert len(shop.compared) <= 5
    assert told.count(str(WRONG)) == 5 - challenge.guesses_left <= 5
    assert set(told) <= {str(WRONG), str(EXHAUSTED), str(TOO_MANY), "conflict"}
    assert len(told) == len(guesses)
    assert shop.says(key, shop.code).errors in (EXHAUSTED, TOO_MANY)
    assert not shop.order(key).payment.verified


def test_a_card_that_was_typed_before_is_no_part_of_an_order_at_the_door(shop):
    key, _ = shop.buyer(BY_CARD)
    shop.posts(key, "BinNumberPage", bin_number=APPROVED[:6])
    shop.posts(key, PAYING, payment_option=IN_CASH)
    late = shop.service.post(key, "CreditCardConfirmationPage", card_form(APPROVED, 2031), ADA)
    assert late.errors == {"non_field_errors": ("page_not_available",)}
    assert shop.posts(key, END, agreement=True).page == "ThankYouPage"
    assert shop.sandbox.bank.captures == 0
