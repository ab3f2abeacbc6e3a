"""`walk --script`: a buyer out of a file, from a basket to an order."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from checkout_core.cli._desk import open_desk
from checkout_core.sandbox import Bank
from checkout_core.sandbox.magic import (
    APPROVED,
    AUTHORISED,
    DUPLICATE_NUMBER,
    GARBAGE,
    INSUFFICIENT_FUNDS,
    OVERCHARGED,
    PARTIAL,
    THREE_D,
    THREE_D_ABANDONED,
    THREE_D_DOWN,
    THREE_D_FAILED,
    THREE_D_TIMEOUT_NOT_TAKEN,
    THREE_D_TIMEOUT_TAKEN,
    THREE_D_TIMEOUT_TAKEN_LATE,
    TIMEOUT_NOT_TAKEN,
    TIMEOUT_TAKEN,
    TIMEOUT_TAKEN_LATE,
    UNDER_REVIEW,
)  # fmt: skip
from checkout_core.service import Pause

from .kit import BY_TRANSFER, TO_PAYMENT, by_card


def captures(db):
    return [str(row.amount) for row in Bank(db.with_name("shop.bank.sqlite")).rows() if row.state == "captured"]


@pytest.fixture
def db(tmp_path):
    return tmp_path / "shop.sqlite"


def test_every_page_is_shown_with_what_may_be_chosen_there(cli, to_order):
    told = cli("walk", "--script", to_order(), "--basket", "mug,t-shirt")

    assert told.pages() == [
        "IndexPage", "AddressSelectionPage", "ShippingOptionSelectionPage", "PaymentOptionSelectionPage",
        "BinNumberPage", "InstallmentSelectionPage", "CreditCardConfirmationPage", "ThankYouPage",
    ]  # fmt: skip
    rows = [line.split() for line in told.out.splitlines()]
    assert ["21", "Standard", "29.90", "TRY", "In", "two", "to", "four", "days"] in rows
    assert ["3", "3", "instalments", "131.25", "TRY", "3", "x", "43.75", "TRY"] in rows


def test_the_order_ends_the_walk_with_its_lines_addresses_plan_and_captures(cli, to_order):
    told = cli("walk", "--script", to_order(APPROVED, 3), "--basket", "mug,t-shirt")

    assert (told.code, told.err) == (0, "")
    _, _, order = told.out.partition("\nOrder ")
    assert "approved (400)" in order
    assert "1         Mug      mug      35.10 TRY" in order
    assert "12 Example Street" in order
    assert "1 Analytical Engine Square" in order
    assert "3 instalments, 131.25 TRY, card 542119******0009" in order
    assert told.lines("ledger") == ["1 capture, 131.25 TRY"]


def test_totals_are_shown_when_they_change_and_only_then(cli, to_order):
    told = cli("walk", "--script", to_order(APPROVED, 3), "--basket", "mug,t-shirt")

    assert told.lines("total") == [
        "lines 95.10 + shipping 0.00 + interest 0.00 = 95.10 TRY",
        "lines 95.10 + shipping 29.90 + interest 0.00 = 125.00 TRY",
        "lines 95.10 + shipping 29.90 + interest 6.25 = 131.25 TRY",
        "lines 95.10 + shipping 29.90 + interest 6.25 = 131.25 TRY",  # of the order
    ]


def test_a_refused_answer_is_told_in_words_and_the_walk_goes_on(cli, script):
    told = cli("walk", "--script", script(("IndexPage", {"user_email": "ada"}), *TO_PAYMENT[:1]))

    assert told.lines("refused") == ["user_email: Please enter a valid e-mail address. (invalid)"]
    assert told.pages() == ["IndexPage", "AddressSelectionPage"]


def test_a_page_that_is_closed_is_told_with_what_it_waits_for(cli, script):
    told = cli("walk", "--script", script(("ShippingOptionSelectionPage", {"shipping_option": 21})))

    assert "This step is not available now" in told.lines("refused")[0]
    assert "not yet: parcel and invoice have an address (address_required) -> AddressSelectionPage" in told.out


def test_a_page_beside_the_flow_is_posted_on_the_way_and_its_answer_is_in_the_order(cli, script):
    note = ("OrderNotePage", {"notes": "Please ring twice."})
    told = cli("walk", "--script", script(*TO_PAYMENT[:2], note, *TO_PAYMENT[2:], *by_card(APPROVED)))

    assert told.code == 0
    assert told.lines("note") == ["Please ring twice."]
    assert told.pages().count("ShippingOptionSelectionPage") == 1


def test_a_script_that_ends_early_says_where_and_what_to_do(cli, script):
    told = cli("walk", "--script", script(*TO_PAYMENT[:1]))

    assert told.code == 1
    assert told.err == (
        "checkout-core: no order yet, the buyer stands at AddressSelectionPage;"
        " add the answers that are missing to the script\n"
    )


def test_a_second_call_goes_on_where_the_first_one_ended(cli, script, to_order, db):
    first = cli("walk", "--db", db, "--script", script(*TO_PAYMENT[:1]), "--basket", "mug")
    assert f"go on with: checkout-core walk --db {db} --key={first.key}" in first.err

    second = cli("walk", "--db", db, f"--key={first.key}", "--script", to_order())

    assert (second.code, second.key, second.pages()[0]) == (0, first.key, "AddressSelectionPage")
    assert captures(db) == ["65.00"]


def test_a_basket_that_is_given_again_replaces_the_old_one(cli, script, to_order, db):
    first = cli("walk", "--db", db, "--script", script(), "--basket", "mug")

    second = cli("walk", "--db", db, f"--key={first.key}", "--basket", "sticker,sticker", "--script", to_order())

    assert second.code == 0
    assert captures(db) == ["39.80"]


def test_the_same_script_again_finds_the_order_and_takes_nothing(cli, to_order, db):
    first = cli("walk", "--db", db, "--script", to_order())
    again = cli("walk", "--db", db, f"--key={first.key}", "--script", to_order())

    assert again.code == 0
    assert again.pages() == ["ThankYouPage"]
    assert again.lines("ledger") == ["1 capture, 125.00 TRY"]
    assert len(captures(db)) == 1


def test_money_that_was_given_back_is_no_capture(cli, script, to_order, db):
    key = cli("walk", "--db", db, "--script", to_order()).key
    bank = Bank(db.with_name("shop.bank.sqlite"))
    bank.void(bank.rows()[0].reference, "by-a-clerk")

    assert cli("walk", "--db", db, f"--key={key}", "--script", script()).lines("ledger") == ["0 captures, 1 given back"]


def test_the_buyer_comes_back_from_three_d_secure(cli, to_order, db):
    told = cli("walk", "--db", db, "--script", to_order(THREE_D, three_d="passed"))

    assert told.code == 0
    assert told.lines("bank") == ["waits for the buyer to pass 3-D Secure"]
    assert len(captures(db)) == 1


@pytest.mark.parametrize(("number", "three_d"), [(THREE_D, "abandoned"), (THREE_D_ABANDONED, "passed")])
def test_a_buyer_who_does_not_come_back_is_shown_the_page_before_and_pays_nothing(cli, to_order, db, number, three_d):
    told = cli("walk", "--db", db, "--script", to_order(number, three_d=three_d))

    assert told.code == 1
    assert "the buyer stands at CreditCardConfirmationPage; go on with: checkout-core walk" in told.err
    assert told.lines("bank")[-1] == "the buyer did not come back; nothing was charged"
    assert captures(db) == []


def test_a_buyer_who_did_not_come_back_may_do_so_in_the_next_call(cli, script, to_order, db):
    first = cli("walk", "--db", db, "--script", to_order(THREE_D, three_d="abandoned"))

    second = cli("walk", "--db", db, f"--key={first.key}", "--script", script(three_d="passed"))

    assert second.code == 0
    assert len(captures(db)) == 1


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (INSUFFICIENT_FUNDS, "There is not enough money on this card. Please use another card."),
        (THREE_D_FAILED, "Your bank could not confirm that it is you."),
    ],
)
def test_a_decline_is_told_and_another_card_may_follow(cli, to_order, db, number, says):
    told = cli("walk", "--db", db, "--script", to_order(number, after=by_card(APPROVED)[-1:]))

    assert told.lines("refused")[0].startswith(says)
    assert told.lines("ledger") == ["1 capture, 125.00 TRY"]


LOST = (TIMEOUT_TAKEN, THREE_D_TIMEOUT_TAKEN, TIMEOUT_TAKEN_LATE, THREE_D_TIMEOUT_TAKEN_LATE, DUPLICATE_NUMBER)


@pytest.mark.parametrize("number", LOST)
def test_a_lost_answer_is_looked_up_in_the_ledger_and_the_order_stands(cli, to_order, db, number):
    told = cli("walk", "--db", db, "--script", to_order(number))

    assert told.code == 0
    assert "its ledger is asked" in told.lines("bank")[-1]
    assert told.lines("ledger")[0] == "1 capture, 125.00 TRY; the payment is captured"
    assert len(captures(db)) == 1


def test_a_request_that_never_arrived_charges_nothing_and_lets_the_buyer_pay_again(cli, to_order, db):
    told = cli("walk", "--db", db, "--script", to_order(TIMEOUT_NOT_TAKEN))

    assert told.code == 1
    assert told.lines("ledger") == ["0 captures; the payment is not executed"]
    assert "stands at CreditCardConfirmationPage" in told.err
    assert captures(db) == []


@pytest.mark.parametrize("number", [TIMEOUT_NOT_TAKEN, GARBAGE, THREE_D_TIMEOUT_NOT_TAKEN, THREE_D_DOWN])
def test_money_that_may_still_come_for_a_payment_that_is_over_is_not_waited_for(cli, to_order, db, number):
    told = cli("walk", "--db", db, "--script", to_order(number, after=by_card(APPROVED)[-1:]))

    assert told.code == 0
    assert told.lines("ledger") == ["0 captures; the payment is not executed", "1 capture, 125.00 TRY"]
    assert len(captures(db)) == 1


@pytest.mark.parametrize("number", [PARTIAL, OVERCHARGED])
def test_another_sum_than_was_asked_goes_back_and_the_buyer_may_pay_again(cli, to_order, db, number):
    told = cli("walk", "--db", db, "--script", to_order(number, after=by_card(APPROVED)[-1:]))

    assert told.lines("ledger") == [
        "0 captures, 1 given back; the payment is reversed", "1 capture, 125.00 TRY, 1 given back"
    ]  # fmt: skip
    assert told.code == 0


@pytest.mark.parametrize(
    ("number", "bank", "state"),
    [
        (AUTHORISED, "keeps the money, and has not taken it; at ", "authorised"),
        (UNDER_REVIEW, "has taken the money, and looks at it for fraud; at ", "under review"),
    ],
)
def test_where_the_bank_decides_later_its_ledger_is_asked_once_and_the_buyer_is_told(
    cli, to_order, db, number, bank, state
):
    told = cli("walk", "--db", db, "--script", to_order(number))

    assert told.code == 1
    assert [line.partition(bank)[1] for line in told.lines("bank")] == [bank]
    assert told.lines("ledger") == [f"0 captures, 1 {state}; the payment is {state}"]
    assert captures(db) == []


def test_who_pays_again_while_the_bank_decides_is_refused(cli, to_order):
    told = cli("walk", "--script", to_order(UNDER_REVIEW, after=by_card(APPROVED)[-1:] * 3))

    assert [line.partition(" (")[2] for line in told.lines("refused")] == [
        "payment_pending)", *["payment_in_progress)"] * 3
    ]  # fmt: skip


def test_where_the_shop_would_wait_the_clock_of_a_walk_goes_ahead():
    desk = open_desk(None, None, hurried=True)
    before = desk.clock.monotonic()
    desk.service.perform(Pause(7200))  # this test would be ended long before

    assert desk.clock.ahead == timedelta(hours=2)
    assert desk.clock.monotonic() >= before + 7200


def test_an_order_to_be_paid_by_transfer_stands_without_a_capture(cli, script):
    told = cli("walk", "--script", script(*TO_PAYMENT, *BY_TRANSFER))

    assert told.code == 0
    assert "payment waiting (300)" in told.out
    assert "TR33 0006 1005 1978 6457 8413 26" in told.out
    assert told.lines("ledger") == ["0 captures"]


def test_a_customer_is_not_asked_who_they_are(cli, script):
    told = cli("walk", "--buyer", "grace", "--script", script())

    assert told.pages() == ["AddressSelectionPage"]
    assert "7 Compiler Mews" in told.out


def test_a_customers_checkout_stays_theirs_in_the_next_call(cli, script, db):
    first = cli("walk", "--db", db, "--buyer", "grace", "--script", script())
    second = cli("walk", "--db", db, f"--key={first.key}", "--script", script())

    assert second.pages() == ["AddressSelectionPage"]


def test_the_checks_of_each_page_are_shown_on_request(cli, script):
    told = cli("walk", "--explain", "--script", script())

    assert "holds: there is something in the basket" in told.out


def test_checkouts_in_memory_leave_no_file(cli, to_order, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = to_order()

    assert cli("walk", "--script", path).code == 0
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_script_buys_what_it_names_unless_the_command_says_otherwise(cli, script):
    path = script(basket=["poster"])

    assert "lines 240.00" in cli("walk", "--script", path).out
    assert "lines 35.10" in cli("walk", "--script", path, "--basket", "mug").out


# What is wrong with a script, or with what is asked


def test_all_mistakes_of_a_script_are_told_with_their_place_and_no_value(cli, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(
        'three_d = "maybe"\nbaskte = []\n'
        '[[answers]]\npage = "IndexPge"\n'
        '[[answers]]\npage = "CreditCardConfirmationPage"\ninput = { card_nubmer = "5421190000000009" }\n'
    )
    told = cli("walk", "--script", path)

    assert told.code == 1
    assert told.err.splitlines() == [
        f"checkout-core: {path} has mistakes:",
        "  three_d: 'maybe' is none of passed, abandoned",
        "  answers[0].page: there is no page 'IndexPge'; did you mean IndexPage?",
        "  answers[1].input.card_nubmer: CreditCardConfirmationPage has no such field; did you mean card_number?",
        "  baskte: no such key; did you mean basket?",
    ]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"page = ", "is no TOML text: Invalid value (at end of document)"),
        (b"\xff", "is no TOML text: 'utf-8' codec can't decode"),
        (b"a = " + b"[" * 5000, "lies too deep inside itself"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_script_that_cannot_be_read_is_told_in_one_sentence(cli, tmp_path, written, says):
    path = tmp_path / "bad.toml"
    if written is not None:
        path.write_bytes(written)
    told = cli("walk", "--script", path)

    assert told.code == 1
    assert told.err.startswith(f"checkout-core: {path} {says}")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--basket", "mgu"], "nobody sells 'mgu'; did you mean mug?"),
        (["--basket", ","], "--basket names no product; see checkout-core walk --help"),
        (["--buyer", "adda"], "no customer has the account 'adda'; did you mean ada?"),
        (["--key", "k"], "--key wants --db: checkouts in memory end with the command; see checkout-core walk --help"),
        (["--db", "nowhere/shop.sqlite"], "nowhere/shop.sqlite: unable to open database file; nothing was saved"),
        (["--db", "nowhere.sqlite", "--key", "k"], "there is no file nowhere.sqlite"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(cli, tmp_path, monkeypatch, args, says):
    monkeypatch.chdir(tmp_path)
    told = cli("walk", *args)

    assert told.code != 0
    assert told.err == f"checkout-core: {says}\n"


def test_a_key_the_database_does_not_know_is_told(cli, script, db):
    cli("walk", "--db", db, "--script", script())
    told = cli("walk", "--db", db, "--key", "-unknown")

    assert (told.code, told.err) == (1, "checkout-core: there is no checkout '-unknown' in that database\n")


def test_a_file_that_is_no_store_is_left_as_it_is(cli, db):
    db.write_bytes(b"somebody's letters, " * 100)
    told = cli("walk", "--db", db)

    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "is no SQLite database" in told.err
    assert db.read_bytes() == b"somebody's letters, " * 100


def test_a_broken_record_is_told_and_left_as_it_is(cli, script, db):
    key = cli("walk", "--db", db, "--script", script()).key
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE checkout SET head = ?", (b"{",))
    told = cli("walk", "--db", db, f"--key={key}", "--script", script())

    assert (told.code, told.err.count("\n")) == (1, 1)
    assert "the record does not read" in told.err
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT head FROM checkout").fetchall() == [(b"{",)]
