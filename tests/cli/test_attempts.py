"""`attempts`: list, show, resolve."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from checkout_core import Money, evolve
from checkout_core.effects import SendMail
from checkout_core.order import Holding
from checkout_core.records import Message
from checkout_core.sandbox import Bank
from checkout_core.sandbox.magic import APPROVED, DECLINED, THREE_D, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN

from .hosted import Hosted

BECAUSE = ("--reason", "seen in the bank's books", "--operator", "grace")


@pytest.fixture
def shop(monkeypatch):
    return Hosted(monkeypatch)


def test_attempts_are_listed_with_counts(cli, shop):
    lost, paid, declined = shop.paid(TIMEOUT_TAKEN), shop.paid(), shop.paid(DECLINED)
    told = cli("attempts", "list", *shop.options)

    assert (told.code, told.err) == (0, "")
    for key, state in ((lost, "unknown"), (paid, "captured"), (declined, "declined")):
        assert told.lines(shop.number(key))[0].startswith(f"1 bank {state} 65.00 TRY 2026-11-21 12:00:00")
    assert told.lines("shown") == ["3 attempts"]
    assert told.lines("of") == ["3 checkouts: 1 unknown, 1 captured, 1 declined"]


def test_only_those_that_are_open_may_be_listed(cli, shop):
    lost, paid = shop.paid(TIMEOUT_TAKEN), shop.paid()
    told = cli("attempts", "list", "--open", *shop.options)

    assert shop.number(lost) in told.out
    assert shop.number(paid) not in told.out
    assert told.lines("shown") == ["1 attempt"]


def test_those_that_wait_for_a_person_come_with_the_next_command(cli, shop):
    shop.paid()
    key = shop.for_a_person()
    told = cli("attempts", "list", "--attention", *shop.options)

    assert told.lines("shown") == ["1 attempt"]
    assert "no_answer" in told.lines(shop.number(key))[0]
    assert told.lines("next") == [f"checkout-core attempts show --service a_hosts_shop:service {shop.number(key)}"]
    assert cli(*told.lines("next")[0].split()[1:]).code == 0
    assert told.lines("attention") == ["1 attempt for a person to look at"]


def test_a_shop_without_a_payment_says_so(cli, shop):
    told = cli("attempts", "list", *shop.options)

    assert (told.code, told.lines("shown")) == (0, ["0 attempts"])
    assert told.lines("of") == ["0 checkouts: nobody has tried to pay yet"]


def test_one_is_shown_in_full(cli, shop):
    key = shop.paid()
    number = shop.number(key)
    told = cli("attempts", "show", number, *shop.options)

    assert told.code == 0
    assert f"Checkout {key} -" in told.out
    assert told.lines("buyer") == ["a guest"]
    assert told.lines("payment") == ["credit-card, card 542119******0009"]
    (order,) = told.lines("order")
    assert order.startswith(f"{number} placed 2026-11-21 12:00:00, 65.00 TRY, approved (400), receipt B")
    assert told.lines("state") == ["captured"]
    assert told.lines("look") == ["nobody needs to"]
    assert told.out == cli("attempts", "show", key, *shop.options).out


def test_one_that_waits_for_a_person_is_shown_with_what_to_do(cli, shop):
    number = shop.number(shop.for_a_person())
    told = cli("attempts", "show", number, *shop.options)

    assert told.lines("attention") == ["no_answer"]
    (next_one,) = told.lines("next")
    assert next_one == (
        "look at the bank, then: checkout-core attempts resolve --as captured --reason TEXT"
        f" --service a_hosts_shop:service {number}, or --as reversed"
    )
    assert told.lines("look")[0].endswith("attempt 1: the ledger is asked what became of it")


def test_whatever_there_is_to_say_of_an_attempt_is_shown(cli, shop):
    key = shop.paid()
    (attempt,) = shop.order(key).attempts
    back = evolve(attempt.captures[0], reference="R2", reversal="due", why="paid_twice", tries=3)
    attempt = evolve(
        attempt, captures=(*attempt.captures, back), hold=Holding("op-1", "committed"), handed={"md": "m"},
        said=("captured after captured",), code="insufficient_funds",
    )  # fmt: skip
    dead = Message(f"{key}-1-1", SendMail("order_placed", "1"), dead="lost")
    shop.writes(key, pre_order=evolve(shop.order(key), attempts=(attempt,)), outbox=(dead,), inbox=("d1", "d2"))
    told = cli("attempts", "show", key, *shop.options)

    assert told.lines("inbox") == ["2 messages of providers heard"]
    assert told.lines("state") == ["captured, insufficient_funds"]
    assert told.lines("captures") == ["2 rows"]
    assert told.lines("R2") == ["65.00 TRY 1 due paid_twice 3"]
    assert told.lines("hold") == ["committed, op-1"]
    assert told.lines("handed") == ["out: md"]
    assert told.lines("said") == ["captured after captured"]
    assert told.lines(dead.id) == ["SendMail order_placed 1 dead lost"]
    assert told.lines("next") == [f"checkout-core outbox show --service a_hosts_shop:service {dead.id}"]


@pytest.fixture
def bazaar(cli, tmp_path):
    """A checkout of the largest shop, paid in some way: what `attempts show` tells of it."""

    def walked(slug):
        db = ("--shop", "grand_bazaar", "--db", tmp_path / "shop.sqlite")
        number = re.search(r"^Order (\S+) -", cli("walk", *db, "--pay", slug).out, re.MULTILINE)[1]
        return cli("attempts", "show", number, *db)

    return walked


def columns(told):
    """The table of transactions but for the times."""
    table = told.out.partition("\nTransactions -")[2].partition("\n\n")[0].splitlines()[3:]
    return [[cell for n, cell in enumerate(re.split(" {2,}", line.strip())) if n != 1] for line in table]


def test_what_happened_on_the_way_to_a_providers_page_and_back_is_shown_as_transactions(bazaar):
    told = bazaar("hosted-page")
    (number,) = told.lines("number")

    assert columns(told) == [
        ["1", "redirect", "121.49 TRY", f"REDIRECT_{number}", "no money"],
        ["1", "return", "121.49 TRY", f"RETURN_{number}_B000001", "succeeded"],
    ]
    assert re.search(r"^  attempt +begun +kind +amount +reference +outcome *$", told.out, re.MULTILINE)


def test_the_transactions_of_garanti_pay_have_its_name(bazaar):
    told = bazaar("garanti-pay")
    (number,) = told.lines("number")

    assert [line[3] for line in columns(told)] == [f"REDIRECT_GPAY_{number}", f"GPAY_{number}_B000001"]


@pytest.mark.parametrize("slug", ["credit-card", "at-the-door", "gift-card"])
def test_a_buyer_who_was_led_nowhere_has_no_transactions(bazaar, slug):
    assert "Transactions" not in bazaar(slug).out


def test_no_transaction_tells_what_a_buyer_could_pay_with(bazaar, tmp_path):
    told = bazaar("hosted-page")
    ticket = Bank(tmp_path / "shop.bank.sqlite").ticket()
    token = parse_qs(urlsplit(ticket.details.back.success).query)["return_token"][0]

    assert len(columns(told)) == 2
    for secret in (ticket.md, token):
        assert secret not in told.out


def test_a_return_from_three_d_secure_is_a_transaction_and_money_that_does_not_stand_has_not_succeeded(cli, shop):
    key = shop.paid(THREE_D)
    number = shop.number(key)
    (attempt,) = shop.order(key).attempts
    reference = attempt.captures[0].reference
    show = ("attempts", "show", key, *shop.options)
    line = ["1", "return, 3-D Secure", "65.00 TRY", f"3D_RETURN_{number}_{reference}"]
    assert columns(cli(*show)) == [[*line, "succeeded"]]

    back = evolve(attempt, state="reversed", captures=(evolve(attempt.captures[0], reversal="done"),))
    shop.writes(key, pre_order=evolve(shop.order(key), attempts=(back,)))
    assert columns(cli(*show)) == [[*line, "does not stand, reversed"]]


def test_what_is_to_be_copied_stays_whole_on_a_narrow_terminal(cli, shop, monkeypatch):
    shop.away = {"send_mail": ConnectionError()}
    key = shop.paid()
    monkeypatch.setenv("COLUMNS", "80")

    assert shop.number(key) in cli("attempts", "list", *shop.options).out
    assert shop.record(key).outbox[0].id in cli("outbox", "list", *shop.options).out


def test_what_is_shown_names_nobody(cli, shop):
    key = shop.begun()
    for page, body in shop.shop.answers("card", THREE_D, shop.order(key)):
        shop.service.post(key, page, body)
        if page == "CreditCardConfirmationPage":
            break
    order = shop.order(key)
    told = cli("attempts", "show", order.number, *shop.options)

    assert told.lines("state") == ["awaiting"]
    address = order.delivery.shipping_address
    for private in ("ada@example.org", address.last_name, address.line, order.attempts[0].handed["md"]):
        assert private not in told.out


def test_a_number_that_is_mistyped_is_told_with_the_one_that_was_meant(cli, shop):
    number = shop.number(shop.paid())
    wrong = f"{number[:-1]}_"

    for command in (("show", wrong), ("resolve", wrong, "--as", "captured", *BECAUSE)):
        told = cli("attempts", *command, *shop.options)
        assert (told.code, told.out) == (1, "")
        assert told.err == (
            f"checkout-core: there is no order number and no checkout {wrong!r}; did you mean {number}?\n"
        )


def test_captured_places_the_order_after_a_question(cli, shop):
    key = shop.for_a_person()
    number = shop.number(key)
    resolve = ("attempts", "resolve", number, "--as", "captured", *BECAUSE, *shop.options)
    told = cli(*resolve, typed="n\n")

    assert (told.code, told.err) == (1, "checkout-core: nothing was changed\n")
    assert told.lines("then") == [f"65.00 TRY is accounted and order {number} is placed; the shop is told"]
    assert shop.order(key).placed is None

    told = cli(*resolve, typed="y\n")
    assert (told.code, told.err) == (0, "")
    assert told.lines("resolved") == ["as captured by grace: seen in the bank's books"]
    assert shop.order(key).placed.total == Money("65.00", "TRY")
    assert ("order_placed", number) in shop.told


def test_reversed_ends_the_payment_without_a_question_where_yes_is_said(cli, shop):
    key = shop.for_a_person()
    told = cli("attempts", "resolve", shop.number(key), "--as", "reversed", "--yes", *BECAUSE, *shop.options)

    assert told.code == 0
    meaning = "it is marked as not taken, and the buyer may pay again; nothing is sent to the bank"
    assert told.lines("then") == [meaning]
    assert told.lines("now") == [f"attempt 1 of {shop.number(key)} is declined; {meaning}"]
    assert cli("attempts", "list", "--attention", *shop.options).lines("shown") == ["0 attempts"]
    assert "as reversed by grace" in cli("attempts", "show", shop.number(key), *shop.options).out


def test_money_that_does_not_fit_any_more_is_told_to_be_given_back(cli, shop):
    key = shop.for_a_person()
    order = shop.order(key)
    dearer = evolve(order.totals, total=order.totals.total + Money("1.00", "TRY"))
    shop.writes(key, pre_order=evolve(order, totals=dearer))
    told = cli("attempts", "resolve", order.number, "--as", "captured", *BECAUSE, *shop.options, typed="n\n")

    (meaning,) = told.lines("then")
    assert meaning.startswith("65.00 TRY does not fit the order any more and is to be given back: give it back at ")


def test_what_cannot_be_resolved_is_refused_with_where_to_look(cli, shop):
    number = shop.number(shop.paid())
    told = cli("attempts", "resolve", number, "--as", "captured", "--yes", *BECAUSE, *shop.options)

    assert told.code == 1
    assert told.err == (
        "checkout-core: attempt 1 has its money accounted for: it is captured; "
        f"checkout-core attempts show --service a_hosts_shop:service {number} shows it\n"
    )


def test_which_of_several_can_be_said(cli, shop):
    key = shop.paid(TIMEOUT_NOT_TAKEN)
    shop.shop.passes(minutes=5)
    shop.service.post(
        key, "CreditCardConfirmationPage", dict(list(shop.shop.answers("card", TIMEOUT_NOT_TAKEN))[-1][1])
    )
    resolve = ("attempts", "resolve", key, "--as", "reversed", "--yes", *BECAUSE, *shop.options)
    told = cli(*resolve)
    assert told.code == 1
    assert f"attempt 1 or 2 of {key} may be meant: say which" in told.err

    assert cli(*resolve, "--attempt", 2).code == 0
    assert cli(*resolve, "--attempt", 3).err.startswith("checkout-core: there is no attempt 3; there are 2")
    assert cli(*resolve, "--attempt", 0).code == 2


def test_a_card_number_in_a_reason_is_not_kept(cli, shop):
    key = shop.for_a_person()
    because = ("--reason", f"card {APPROVED}", "--operator", "grace")
    told = cli("attempts", "resolve", shop.number(key), "--as", "captured", "--yes", *because, *shop.options)

    assert told.lines("resolved") == ["as captured by grace: card ****"]
    assert APPROVED.encode() not in shop.store.get(key).head


def test_without_a_name_the_login_is_the_operator(cli, shop, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "hopper")
    number = shop.number(shop.for_a_person())
    told = cli("attempts", "resolve", number, "--as", "captured", "--yes", "--reason", "seen", *shop.options)
    assert told.lines("resolved") == ["as captured by hopper: seen"]

    def nobody():
        raise KeyError

    monkeypatch.setattr("getpass.getuser", nobody)
    told = cli("attempts", "resolve", number, "--as", "captured", "--yes", "--reason", "seen", *shop.options)
    assert (told.code, "--operator NAME says who you are" in told.err) == (2, True)


def test_an_empty_reason_is_none(cli, shop):
    number = shop.number(shop.for_a_person())
    told = cli("attempts", "resolve", number, "--as", "captured", "--yes", "--reason", " ", *shop.options)

    assert (told.code, "say who resolves it, and why" in told.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("attempts", "lst"), "there is no command 'lst'; did you mean list?"),
        (("attempts", "resolve", "1", "--as", "paid", "--reason", "x"), "'paid' is not one of 'captured', 'reversed'"),
        (("attempts", "resolve", "1", "--as", "captured"), "--reason"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_told(cli, shop, words, says):
    told = cli(*words, *shop.options)

    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert says in told.err
