"""`walk` without a script: a person at the keyboard."""

from __future__ import annotations

import pytest

from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, THREE_D

WHO = ("ada@example.org", "")
WHERE = ("11", "12", "21")
CARD = ("Ada Lovelace", "12", "2099", "739", "y", "", "", "")


def by_card(number, parts="1"):
    return ("31", number[:6], parts, number, *CARD)


def keys(*lines):
    return "\n".join((*lines, ""))


def test_a_buyer_types_their_way_from_a_basket_to_an_order(cli):
    told = cli("walk", "--basket", "mug,t-shirt", typed=keys(*WHO, *WHERE, *by_card(APPROVED, "3")))

    assert (told.code, told.err) == (0, "")
    assert "3 instalments, 131.25 TRY" in told.out
    assert told.lines("ledger") == ["1 capture, 131.25 TRY"]


def test_a_prompt_offers_what_the_page_lists(cli):
    told = cli("walk", typed=keys(*WHO))

    assert "shipping_address (11 or 12): " in told.out


def test_a_mistyped_answer_is_refused_beside_its_field_and_only_that_is_asked_again(cli):
    told = cli("walk", typed=keys("ada", *WHO, *WHERE, *by_card(APPROVED)))

    assert told.code == 0
    field = "user_email (name@example.org): "
    assert f"{field}ada\n  Please enter a valid e-mail address.\n  {field}ada@example.org" in told.out


def test_what_is_required_is_asked_until_it_is_there(cli):
    told = cli("walk", typed=keys("", "  ", *WHO))

    assert told.out.count("This field is required.") == 2
    assert told.pages()[-1] == "AddressSelectionPage"


def test_what_may_stay_empty_is_left_out(cli):
    told = cli("walk", typed=keys(*WHO))

    assert "phone_number (as at home, or +90..., may stay empty): " in told.out
    assert told.lines("posted") == ["to IndexPage: user_email ada@example.org"]


def test_after_a_refusal_by_the_page_only_what_it_refused_is_asked_again(cli):
    told = cli("walk", typed=keys(*WHO, "11", "99", "12", "21", *by_card(APPROVED)))

    assert told.code == 0
    assert told.lines("refused") == [
        "billing_address: This choice is no longer available. Please choose another one. (invalid)"
    ]
    assert told.out.count("shipping_address (11 or 12)") == 1
    assert told.out.count("billing_address (11 or 12)") == 2


def test_without_the_agreement_nothing_is_posted(cli):
    typed = list(by_card(APPROVED))
    typed[8:8] = ["n"]
    told = cli("walk", typed=keys(*WHO, *WHERE, *typed))

    assert "You must accept agreement to continue." in told.out
    assert told.lines("ledger") == ["1 capture, 125.00 TRY"]


def test_what_browsers_tell_is_not_asked_of_people(cli):
    told = cli("walk", typed=keys(*WHO, *WHERE, *by_card(APPROVED)))

    assert "browser_" not in told.out
    assert "client_time" not in told.out


def test_after_a_decline_all_of_the_card_is_asked_again(cli):
    told = cli("walk", typed=keys(*WHO, *WHERE, *by_card(INSUFFICIENT_FUNDS), APPROVED, *CARD))

    assert told.code == 0
    assert told.lines("refused") == [
        "There is not enough money on this card. Please use another card. (insufficient_funds)"
    ]


@pytest.mark.parametrize(("passes", "code"), [("y", 0), ("n", 1)])
def test_the_bank_waits_and_the_buyer_says_whether_they_come_back(cli, passes, code):
    told = cli("walk", typed=keys(*WHO, *WHERE, *by_card(THREE_D), passes))

    assert told.code == code
    assert "Does the buyer pass 3-D Secure and come back" in told.out


def test_when_nobody_types_any_more_the_checkout_waits_and_the_command_says_how_to_go_on(cli, tmp_path):
    db = tmp_path / "shop.sqlite"
    first = cli("walk", "--db", db, "--basket", "mug", typed=keys(*WHO, "11"))
    assert first.code == 1
    assert first.err.splitlines()[-1] == (
        f"checkout-core: no order yet; go on with: checkout-core walk --db {db} --key={first.key}"
    )

    second = cli("walk", "--db", db, f"--key={first.key}", typed=keys(*WHERE, *by_card(APPROVED)))
    assert (second.code, second.key) == (0, first.key)


def test_a_shop_that_sells_to_members_only_says_so_and_asks_a_guest_nothing(cli, members_only):
    guest = cli("walk", "--shop", members_only)
    member = cli("walk", "--shop", members_only, "--buyer", "ada", typed=keys(*WHERE, *by_card(APPROVED)))

    assert (guest.code, member.code) == (1, 0)
    assert "Please log in to buy in this shop." in guest.out
    assert "user_email (" not in guest.out


# In the department store

BY_TRANSFER = ("32", "71", "y")


def test_a_buyer_takes_a_slot_and_an_option_of_each_vendor(cli):
    answers = (*WHO, "3", "", "11", "12", "999", "2", "11", "77", "22", *BY_TRANSFER)
    told = cli("walk", "--shop", "department_store", "--basket", "mug,lamp", typed=keys(*answers))

    assert told.code == 0, told.out
    assert "slot (1 to " in told.out
    assert "data_source_shipping_options for Furniture Ltd. (21 or 22): 77\n  This value is not valid." in told.out
    assert [line for line in told.lines("lists") if line.endswith("Mug")] == ["Example Warehouse: Mug"]
    assert told.pages()[3:5] == ["SlotSelectionPage", "DataSourceShippingOptionSelectionPage"]


@pytest.mark.parametrize("time", [("n", "1"), ("y",)])
def test_a_buyer_reserves_a_time_in_a_store_or_leaves_it_open(cli, time):
    answers = (*WHO, "2", "", "1", "12", "11", "21", *time, *BY_TRANSFER)
    told = cli("walk", "--shop", "department_store", "--basket", "mug,lamp", typed=keys(*answers))

    assert told.code == 0, told.out
    assert "ReservationSelectionPage" in told.pages()


def test_what_the_chosen_option_wants_to_know_is_asked_and_of_no_other(cli, tmp_path):
    shop = tmp_path / "plain.toml"
    asks = 'extends = "department_store.toml"\n[settings]\nCHECKOUT_SHIPPING_OPTION_SELECTION_PAGE = '
    shop.write_text(f'{asks}"ShippingOptionSelectionPage"\n', "utf-8")
    upstairs, plain = (
        cli("walk", "--shop", shop, "--basket", "mug", typed=keys(*WHO, "1", "", "11", "12", *more, *BY_TRANSFER))
        for more in (("25", "", "2026-12-01"), ("21",))
    )

    assert (upstairs.code, plain.code) == (0, 0), upstairs.out + plain.out
    assert ("delivery_date:" in upstairs.out, "delivery_date:" in plain.out) == (True, False)
