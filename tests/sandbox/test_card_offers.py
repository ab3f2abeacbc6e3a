"""Beside payments: points and campaigns of cards, cards that are found again, codes on transfers; all in the books."""

from __future__ import annotations

import json

import pytest

from checkout_core.effects import Callback, Captured, Declined, Rejected, Secret, Unknown
from checkout_core.integrations._strict import NotStrict
from checkout_core.money import Money
from checkout_core.order import Campaign, Reward
from checkout_core.sandbox import CARD_OFFERS, GARANTI, HOSTED, MATRIX, NATIVE, NO_KEYS, TRANSFERS, Bank, magic, preset
from checkout_core.sandbox._notices import read
from checkout_core.sandbox.bank import BankTimeout

from .payments import AMOUNT, card, order, outcome, points, returned

IBAN, OTHER_IBAN = "TR330006100519786457841326", "TR500006200000000006298453"
GENERAL, SPECIAL = Reward("general", Money("50.00", "TRY")), Reward("special", Money("20.00", "TRY"))


def asked(bank, number="N1", amount=AMOUNT, iban=IBAN):
    return bank.ask_reference(number, amount, iban, "ada@example.org", ("1 Street", "2 Street"), "https://shop.example")


def rewards(bank, number=magic.REWARDED, currency="TRY"):
    return bank.ask_rewards(card(number), currency)


# ---------------------------------------------------------------- presets


def test_each_offer_is_named_in_the_kinds_of_its_preset():
    assert HOSTED.kinds == {"session", "plans"}
    assert GARANTI.kinds == {"session"}
    assert CARD_OFFERS.kinds - NATIVE.kinds == {"campaigns", "rewards", "card_tokens"}
    assert TRANSFERS.kinds - NATIVE.kinds == {"reference"}
    assert preset("no_keys", kinds={"plans", "reference"}).kinds - NO_KEYS.kinds == {"plans", "reference"}
    assert GARANTI.signed_return
    assert not any(able.signed_return for able in (HOSTED, CARD_OFFERS, TRANSFERS, *MATRIX))


# ---------------------------------------------------------------- campaigns and plans


def test_campaigns_are_the_cards():
    bank = Bank(capabilities=CARD_OFFERS)
    assert bank.ask_campaigns(Secret(magic.CAMPAIGN)) == (
        Campaign("no-interest", "3 or 6 instalments without interest", (3, 6)),
        Campaign("double-points", "Double points"),
    )
    assert bank.ask_campaigns(Secret(magic.APPROVED)) == bank.ask_campaigns(Secret("4929123412341232")) == ()


def test_plans_are_the_banks_and_one_of_them_is_to_pay_at_once():
    plans = Bank(capabilities=HOSTED).ask_plans(AMOUNT)
    assert [(plan.installment_count, plan.interest_rate) for plan in plans] == [(1, 0), (3, 15_000), (6, 30_000)]
    assert len({plan.pk for plan in plans}) == 3


@pytest.mark.parametrize("method", ["ask_plans", "ask_campaigns", "ask_rewards", "ask_reference"])
def test_a_question_that_gets_lost_moves_nothing(method):
    bank = Bank(capabilities=CARD_OFFERS)
    bank.unreachable = {method}
    given = {
        "ask_plans": (AMOUNT,), "ask_campaigns": (Secret(magic.CAMPAIGN),),
        "ask_rewards": (card(magic.REWARDED), "TRY"), "ask_reference": ("N1", AMOUNT, IBAN, None, (), ""),
    }[method]  # fmt: skip
    with pytest.raises(BankTimeout):
        getattr(bank, method)(*given)
    assert (bank.references(), bank.sends, bank.calls()[-1].method) == ((), 0, method)


# ---------------------------------------------------------------- rewards


def test_rewards_are_the_cards_in_the_currency_that_is_asked_for():
    bank = Bank(capabilities=CARD_OFFERS)
    assert rewards(bank) == (GENERAL, SPECIAL)
    assert rewards(bank, magic.FEWER_REWARDS) == (GENERAL,)
    assert rewards(bank, currency="EUR")[0].amount == Money("50.00", "EUR")
    assert rewards(bank, magic.APPROVED) == rewards(bank, "4929123412341232") == ()


def test_rewards_that_are_used_are_in_the_row_and_gone_from_the_card():
    bank = Bank(capabilities=CARD_OFFERS)
    used = points(general=3_000, special=2_000)
    assert bank.sale(order(rewards=used), card(magic.REWARDED)) == Captured("B000001", AMOUNT, 3, used)
    assert bank.inquire("N1") == (Captured("B000001", AMOUNT, 3, used),)
    assert (bank.rows()[0].rewards, bank.rows()[0].amount) == (used, AMOUNT)
    assert rewards(bank) == points(general=2_000)


def test_money_that_goes_back_brings_its_rewards_back():
    bank = Bank(capabilities=CARD_OFFERS)
    bank.sale(order(rewards=points(general=3_000)), card(magic.REWARDED))
    bank.void("B000001", "v")
    assert rewards(bank) == (GENERAL, SPECIAL)


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (magic.REWARDED, points(general=5_001)),
        (magic.REWARDED, points(general=1, special=2_001)),
        (magic.FEWER_REWARDS, points(special=1)),
        (magic.APPROVED, points(general=1)),
    ],
)
def test_more_than_there_is_is_declined_and_uses_nothing(number, wanted):
    bank = Bank(capabilities=CARD_OFFERS)
    before = rewards(bank, number)
    assert bank.sale(order(rewards=wanted), card(number)) == Declined("insufficient_funds")
    (refusal,) = bank.refusals()
    assert (refusal.rewards, refusal.asked_rewards, bank.captures) == ((), wanted, 0)
    assert rewards(bank, number) == before


def test_points_cannot_be_spent_twice():
    bank = Bank(capabilities=CARD_OFFERS)
    bank.sale(order("N1", rewards=points(general=3_000)), card(magic.REWARDED))
    assert bank.sale(order("N2", rewards=points(general=3_000)), card(magic.REWARDED)) == Declined("insufficient_funds")
    assert bank.sale(order("N3", rewards=points(general=2_000)), card(magic.REWARDED)) == Captured(
        "B000003", AMOUNT, 3, points(general=2_000)
    )


def test_a_bank_may_use_less_than_asked_and_says_how_much():
    bank = Bank(capabilities=CARD_OFFERS)
    answer = bank.sale(order(rewards=points(general=3_000)), card(magic.FEWER_REWARDS))
    assert answer == Captured("B000001", AMOUNT, 3, points(general=1_500))
    assert bank.inquire("N1") == (answer,)
    assert rewards(bank, magic.FEWER_REWARDS) == points(general=3_500)


def test_a_payment_with_rewards_sent_twice_is_taken_once():
    bank = Bank(capabilities=CARD_OFFERS)
    of = order(rewards=points(general=3_000))
    assert bank.sale(of, card(magic.REWARDED)) == bank.sale(of, card(magic.REWARDED))
    assert bank.sale(order(), card(magic.REWARDED)) == Unknown("key_conflict")
    assert (bank.captures, rewards(bank)[0].amount) == (1, Money("20.00", "TRY"))


@pytest.mark.parametrize("last_call", ["shop", "provider"])
def test_three_d_takes_the_rewards_it_was_begun_with(last_call):
    bank = Bank(capabilities=preset("native", last_call=last_call))
    of = order(rewards=points(special=2_000), save_card=True)
    bank.start_three_d(of, card(magic.REWARDED))
    back = returned(bank)
    assert bank.finish_three_d(order(), back) == (
        Declined("callback_rejected") if last_call == "shop" else Unknown("callback_rejected")
    )
    bank = Bank(capabilities=preset("native", last_call=last_call))
    bank.start_three_d(of, card(magic.REWARDED))
    told = bank.finish_three_d(order(rewards=points(special=2_000)), returned(bank))
    assert (told.rewards, told.card_token) == (points(special=2_000), bank.rows()[0].card_token)
    assert told.card_token


def test_a_late_sale_uses_its_rewards_when_it_arrives():
    bank = Bank(capabilities=CARD_OFFERS)
    bank.late = {"sale"}
    outcome(bank.sale, order(rewards=points(general=3_000), save_card=True), card(magic.REWARDED))
    assert rewards(bank) == (GENERAL, SPECIAL)
    bank.arrives()
    assert rewards(bank) == (Reward("general", Money("20.00", "TRY")), SPECIAL)
    assert bank.rows()[0].card_token


def test_no_more_rewards_are_used_than_money_is_taken():
    bank = Bank(capabilities=CARD_OFFERS)
    tiny = order(amount=Money("30.00", "TRY"), rewards=points(general=4_000))
    assert bank.sale(tiny, card(magic.REWARDED)).rewards == points(general=3_000)


# ---------------------------------------------------------------- cards that are found again


def test_a_card_has_one_token_which_is_kept_and_is_not_its_number(tmp_path):
    bank = Bank(tmp_path / "bank.sqlite")
    first, again = (bank.sale(order(n, save_card=True), card()).card_token for n in ("N1", "N2"))
    other = bank.sale(order("N3", save_card=True), card(magic.APPROVED_DEBIT)).card_token
    later = Bank(tmp_path / "bank.sqlite").sale(order("N4", save_card=True), card()).card_token
    assert first == again == later != other
    assert [row.card_token for row in bank.rows()] == [first, first, other, first]
    assert magic.APPROVED[-4:] not in first
    assert len(first) == 32
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert magic.APPROVED.encode() not in written


def test_tokens_of_two_banks_have_nothing_in_common():
    assert len({Bank().sale(order(save_card=True), card()).card_token for _ in range(3)}) == 3


def test_no_token_is_made_where_none_is_wanted_or_nothing_is_paid():
    bank = Bank()
    assert bank.sale(order("N1"), card()).card_token is None
    bank.sale(order("N2", save_card=True), card(magic.DECLINED))
    assert [row.card_token for row in (*bank.rows(), *bank.refusals())] == [None, None]


def test_a_token_is_not_shown():
    bank = Bank()
    told = bank.sale(order(save_card=True), card())
    assert told.card_token not in repr(bank.rows())


def test_no_two_magic_cards_end_alike():
    """The bank keeps the last four digits and knows a card by them."""
    assert len({number[-4:] for number in magic.MAGIC}) == len(magic.MAGIC)


# ---------------------------------------------------------------- codes on transfers


def test_the_same_question_has_the_same_code():
    bank = Bank(capabilities=TRANSFERS)
    assert asked(bank) == asked(bank) == "RF00000001"
    (reference,) = bank.references()
    assert (reference.number, reference.amount, reference.iban, reference.state) == ("N1", AMOUNT, IBAN, "open")
    assert (reference.email, reference.addresses, reference.site) == (
        "ada@example.org", ("1 Street", "2 Street"), "https://shop.example",
    )  # fmt: skip


@pytest.mark.parametrize("other", [{"amount": Money("131.26", "TRY")}, {"iban": OTHER_IBAN}])
def test_another_amount_or_account_has_another_code_and_the_first_is_void(other):
    bank = Bank(capabilities=TRANSFERS)
    first, second = asked(bank), asked(bank, **other)
    assert first != second
    assert [each.state for each in bank.references()] == ["void", "open"]
    with pytest.raises(LookupError):
        bank.transferred(first, AMOUNT)
    assert asked(bank) not in {first, second}  # what is void stays so


def test_codes_of_two_orders_are_two():
    bank = Bank(capabilities=TRANSFERS)
    assert asked(bank, "N1") != asked(bank, "N2")
    assert [each.state for each in bank.references()] == ["open", "open"]
    assert [each.number for each in bank.references("N2")] == ["N2"]


def test_money_that_comes_is_entered_once_and_in_whatever_amount():
    bank = Bank(capabilities=TRANSFERS)
    code = asked(bank)
    paid = bank.transferred(code, Money("100.00", "TRY"))
    assert (paid.state, paid.received, paid.amount) == ("paid", Money("100.00", "TRY"), AMOUNT)
    assert bank.references() == (paid,)
    for wrong in ((code, AMOUNT), ("RF00000009", AMOUNT)):
        with pytest.raises(LookupError):
            bank.transferred(*wrong)
    assert asked(bank) == code
    assert asked(bank, amount=Money("1.00", "TRY")) != code
    assert [each.state for each in bank.references()] == ["paid", "open"]


def test_money_of_another_currency_is_not_for_that_code():
    bank = Bank(capabilities=TRANSFERS)
    with pytest.raises(LookupError):
        bank.transferred(asked(bank), Money("131.25", "EUR"))


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize("callback", ["full", "partial"])
def test_a_message_says_as_much_of_the_money_as_an_inquiry(callback):
    bank = Bank(capabilities=preset("native", callback=callback))
    told = bank.sale(order(rewards=points(general=3_000), save_card=True), card(magic.REWARDED))
    (message,) = bank.messages()
    assert bank.verify(message).outcome == told == bank.inquire("N1")[0]


@pytest.mark.parametrize(
    "change",
    [
        {"rewards": []}, {"rewards": [{"type": "general", "minor": 3_001}]}, {"rewards": 1}, {"card_token": "x"},
        {"card_token": None}, {"rewards": [{"type": "general", "minor": 99_999}]}, {"note": 1},
    ],
    ids=repr,
)  # fmt: skip
def test_a_message_with_other_rewards_is_not_the_banks(change):
    bank = Bank()
    bank.sale(order(rewards=points(general=3_000), save_card=True), card(magic.REWARDED))
    (message,) = bank.messages()
    told = json.loads(message.body) | change
    assert isinstance(bank.verify(Callback(json.dumps(told).encode(), message.headers)), Rejected)
    with pytest.raises(NotStrict):
        read(json.dumps(told | {"rewards": 1}).encode())
