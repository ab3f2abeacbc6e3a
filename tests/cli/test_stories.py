"""`walk` for every way to pay: the sandbox's stories, the scripts in `examples`, the bank's pages, the phone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checkout_core.sandbox import GRAND_BAZAAR, load_shop

from .kit import TO_PAYMENT

EXAMPLES = Path(__file__).parents[2] / "examples"
BAZAAR = ("--shop", "grand_bazaar")
TO_THE_CHOICE = (TO_PAYMENT[0], ("DeliveryOptionSelectionPage", {"delivery_option": 1}), *TO_PAYMENT[1:])
SENT_ON = (
    ("PaymentOptionSelectionPage", {"payment_option": 44}), ("RedirectionPaymentSelectedPage", {"agreement": True})
)  # fmt: skip
TO_THE_CODE = (
    ("PaymentOptionSelectionPage", {"payment_option": 43}), ("SendSmsPage", {"phone_number": "05551112233"})
)  # fmt: skip
LEDGERS = {  # of what is taken by somebody else than the bank, or later, the bank's ledger knows nothing
    "credit-card": "1 capture, 121.49 TRY", "hosted-page": "1 capture, 121.49 TRY",
    "garanti-pay": "1 capture, 121.49 TRY",
}  # fmt: skip


@pytest.mark.parametrize("slug", [option.slug for option in load_shop(GRAND_BAZAAR).shop.payment_options])
def test_each_way_to_pay_is_told_from_the_basket_to_the_order_and_the_ledger(cli, slug):
    told = cli("walk", *BAZAAR, "--pay", slug)

    assert (told.code, told.err) == (0, "")
    assert (told.pages()[-1], told.lines("refused")) == ("ThankYouPage", [])
    posted = [line.split(":")[0] for line in told.lines("posted")]
    assert len(set(posted)) == len(posted)
    assert told.out.rstrip().splitlines()[-1].split(maxsplit=1) == ["ledger", LEDGERS.get(slug, "0 captures")]


def test_the_plain_shop_tells_its_ways_too(cli):
    told = cli("walk", "--pay", "credit-card")

    assert (told.code, told.lines("ledger")) == (0, ["1 capture, 125.00 TRY"])


@pytest.mark.parametrize(
    ("name", "ledger", "says"),
    [
        ("gift_card_and_card", "1 capture, 211.59 TRY", "gift card  300.00 TRY of the one that ends in 0003"),
        ("pay_on_delivery", "0 captures", "payment    At the door, phone verified, 121.49 TRY"),
        ("hosted_page", "1 capture, 123.32 TRY", "payment    At the bank's page, 3 instalments, 123.32 TRY"),
    ],
)
def test_the_examples_end_with_the_order(cli, name, ledger, says):
    script = EXAMPLES / f"{name}.toml"
    command = re.search(r"^# +checkout-core (walk .*)$", script.read_text("utf-8"), re.MULTILINE)[1].split()
    told = cli(*command[:-1], script)

    assert (told.code, told.err, command[-1]) == (0, "", f"examples/{name}.toml")
    assert says in told.out
    assert told.lines("ledger") == [ledger]


def test_every_script_of_the_examples_is_walked_by_a_test():
    scripts = {path.stem for path in EXAMPLES.glob("*.toml")}

    assert scripts == {"guest_card", "gift_card_and_card", "pay_on_delivery", "hosted_page"}  # the first: test_demo.py


# The bank's page


def test_the_bank_waits_for_the_buyer_who_pays_there_and_brings_back_what_nobody_may_read(cli, script):
    told = cli("walk", *BAZAAR, "--script", script(*TO_THE_CHOICE, *SENT_ON))

    assert told.lines("bank") == ["waits for the buyer to pay on its page"]
    (brought,) = [line for line in told.lines("posted") if line.startswith("to RedirectionPageCompletePage: ")]
    assert "return_token ****, " in brought
    assert set(re.findall(r"\w+ (\S+?)(?:,|$)", brought.partition(": ")[2])) == {"****"}


def test_a_buyer_who_does_not_come_back_from_there_has_paid_nothing_and_may_pay_later(cli, script, tmp_path):
    db = ("--db", tmp_path / "shop.sqlite")
    first = cli("walk", *BAZAAR, *db, "--script", script(*TO_THE_CHOICE, *SENT_ON, three_d="abandoned"))

    assert first.code == 1
    assert first.lines("bank")[-1] == "the buyer did not come back; nothing was charged"
    second = cli("walk", *BAZAAR, *db, f"--key={first.key}", "--script", script(three_d="passed"))
    assert (second.code, second.lines("ledger")) == (0, ["1 capture, 121.49 TRY"])


def test_instalments_that_are_not_offered_there_are_told_in_one_sentence(cli, script):
    told = cli("walk", *BAZAAR, "--script", script(*TO_THE_CHOICE, *SENT_ON, installments=5))

    assert (told.code, told.err) == (1, "checkout-core: at the bank: the page offers 1, 3, 6 instalments, not 5\n")


def test_who_is_asked_is_asked_whether_they_come_back_from_there(cli):
    typed = ("ada@example.org", "", "1", "", "11", "12", "21", "44", "y", "n")
    told = cli("walk", *BAZAAR, typed="\n".join((*typed, "")))

    assert "Does the buyer pay on its page and come back" in told.out
    assert told.lines("bank")[-1] == "the buyer did not come back; nothing was charged"


# The phone


def test_a_text_that_comes_is_shown_and_its_code_said_by_a_script_that_leaves_it_to_the_phone(cli, script):
    code = ("VerifySmsPage", {"verify_code": "on the phone"})
    told = cli("walk", *BAZAAR, "--script", script(*TO_THE_CHOICE, *TO_THE_CODE, code))

    assert re.fullmatch(r"\+905551112233 Your code is [0-9]{6}\.", told.lines("phone")[0])
    assert len(told.lines("phone")) == 1
    assert "to VerifySmsPage: verify_code ****" in told.lines("posted")
    assert told.pages()[-1] == "PayOnDeliveryPage"


def test_who_reads_the_code_on_the_phone_types_it(cli, script):
    wrong = ("VerifySmsPage", {"verify_code": "000000"})
    told = cli("walk", *BAZAAR, "--script", script(*TO_THE_CHOICE, *TO_THE_CODE, wrong))

    assert told.lines("refused")
    assert told.pages()[-1] == "VerifySmsPage"


def test_a_code_that_no_phone_has_is_told_in_one_sentence(cli, script):
    told = cli("walk", *BAZAAR, "--script", script(("GiftCardApplyPage", {"otp": "on the phone"})))

    says = "checkout-core: GiftCardApplyPage: no text with a code has come to a phone in this walk\n"
    assert (told.code, told.err) == (1, says)


def test_only_a_code_is_left_to_the_phone(cli, script):
    told = cli("walk", *BAZAAR, "--script", script(("OrderNotePage", {"notes": "on the phone"})))

    assert "to OrderNotePage: notes on the phone" in told.lines("posted")


# What cannot be told


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (
            ["--pay", "giftcard", *BAZAAR],
            "this shop has no way to pay 'giftcard' that is told of; did you mean gift-card?",
        ),
        (
            ["--pay", "credit-card", "--script", "x.toml"],
            "--script and --pay both say what is answered: leave one out; see checkout-core walk --help",
        ),
    ],
)
def test_what_cannot_be_told_is_said_in_one_sentence(cli, args, says):
    told = cli("walk", *args)

    assert told.code != 0
    assert (told.out, told.err) == ("", f"checkout-core: {says}\n")


def test_a_way_to_pay_that_nobody_can_use_is_told(cli, tmp_path):
    shop = tmp_path / "mine.toml"
    option = '[[payment_options]]\npk = 49\nslug = "loyalty"\nname = "Loyalty"\npayment_type = "loyalty_money"\n'
    shop.write_text(f'extends = "shop.toml"\n{option}', "utf-8")
    told = cli("walk", "--shop", shop, "--pay", "loyalty")

    assert (told.code, told.err) == (1, "checkout-core: this shop has no customer with loyalty money\n")
