"""The bank's 3-D Secure page over plain HTTP: what a buyer presses there, and what the ledger says then."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from attrs import evolve

from checkout_core.effects import Captured, Declined, NotFound, Unknown
from checkout_core.sandbox import NATIVE, Bank, RemoteBank, magic

from .browser import SHOP, fetched, post, started
from .payments import AMOUNT, card, order
from .processes import bankd

PROVIDER = evolve(NATIVE, last_call="provider")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One bank that many buyers go to, each with a payment of their own."""
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite") as process:
        yield process


@pytest.fixture(scope="module")
def taking(tmp_path_factory):
    """One that takes the money on its page."""
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite", "--last-call", "provider") as process:
        yield process


# ---------------------------------------------------------------- a payment


def test_the_bank_hands_out_where_its_page_is(running):
    handed = RemoteBank(running.url, NATIVE).start_three_d(order("A1"), card(magic.THREE_D)).given
    assert handed["url"] == f"http://127.0.0.1:{running.port}/three-d"


def test_the_page_says_who_wants_what_of_which_card(running):
    _, _, page = started(running, "A2")
    assert page.status == 200
    assert page.under("header") == ["Sandbox Bank"]
    assert page.told == {
        "Shop": "127.0.0.1:5000", "Amount": "131.25 TRY", "Instalments": "3", "Order number": "A2",
        "Card": "•••• 0006",
    }  # fmt: skip
    assert page.under("button") == ["Confirm the payment", "Refuse", "Go back to the shop without paying"]
    assert page.fields.keys() == {"md", "TermUrl"}


def test_one_instalment_is_none(running):
    assert started(running, "A3", installments=1)[2].told["Instalments"] == "none, paid at once"


def test_the_page_is_the_same_by_get(running):
    _, _, posted = started(running, "A4")
    got = fetched(f"{running.url}/three-d?{urlencode(posted.fields)}")
    assert (got.status, got.text) == (200, posted.text)


@pytest.mark.parametrize(
    ("shown", "pressed", "success", "answer"),
    [
        (magic.THREE_D, "confirm", "true", Captured),
        (magic.APPROVED, "confirm", "true", Captured),  # only the shop has asked for 3-D Secure
        (magic.THREE_D, "refuse", "false", Declined("three_d_failed")),
        (magic.THREE_D, "leave", "false", Declined("three_d_abandoned")),
        (magic.THREE_D_FAILED, "confirm", "false", Declined("three_d_failed")),
        (magic.THREE_D_FAILED, "leave", "false", Declined("three_d_abandoned")),
        (magic.THREE_D_INSUFFICIENT_FUNDS, "confirm", "true", Declined("insufficient_funds")),
        (magic.THREE_D_INSUFFICIENT_FUNDS, "refuse", "false", Declined("three_d_failed")),
        (magic.THREE_D_TIMEOUT_TAKEN, "refuse", "false", Declined("three_d_failed")),
        (magic.THREE_D_TIMEOUT_TAKEN_LATE, "leave", "false", Declined("three_d_abandoned")),
        (magic.THREE_D_ABANDONED, "refuse", "false", Declined("three_d_failed")),
    ],
)
def test_what_the_buyer_presses_is_what_the_shop_hears_when_it_asks(running, shown, pressed, success, answer):
    there, of, page = started(running, f"P-{shown[-2:]}-{pressed}", shown)
    back = page.pressed(pressed)
    assert (back.status, back.form["action"], back.form["method"]) == (200, SHOP, "post")
    assert back.fields == {
        "md": page.fields["md"], "success": success, "three_d_secure": "true",
        "mdStatus": "1" if success == "true" else "0",
    }  # fmt: skip
    assert there.inquire(of.number) == NotFound()  # the page takes no money, and decides nothing by itself
    finished = there.finish_three_d(of, back.fields, None)
    if answer is Captured:
        assert (finished.amount, finished.installments) == (AMOUNT, 3)
        assert there.inquire(of.number) == (finished,)
    else:
        assert finished == there.inquire(of.number) == answer


def test_a_buyer_who_does_not_come_back_is_told_that_nothing_more_happens(running):
    there, of, page = started(running, "A5", magic.THREE_D_ABANDONED)
    nothing = page.pressed("confirm")
    assert (nothing.status, nothing.under("h1"), nothing.form) == (200, ["Nothing more happens here"], None)
    assert there.inquire("A5") == NotFound()
    assert there.finish_three_d(of, page.fields, None) == Declined("three_d_abandoned")


def test_who_was_never_at_the_page_has_not_confirmed_anything(running):
    there, of, page = started(running, "A6")
    claims = {"md": page.fields["md"], "success": "true", "three_d_secure": "true", "mdStatus": "1"}
    assert there.finish_three_d(of, claims, None) == Declined("three_d_abandoned")
    assert there.inquire("A6") == Declined("three_d_abandoned")


def test_what_was_refused_stays_refused(running):
    there, of, page = started(running, "A7")
    page.pressed("refuse")
    assert page.pressed("confirm").fields["success"] == "false"
    assert page.pressed("leave").fields["success"] == "false"
    assert there.finish_three_d(of, page.fields, None) == Declined("three_d_failed")


def test_who_went_back_may_come_again_and_confirm(running):
    there, of, page = started(running, "A8")
    page.pressed("leave")
    assert page.pressed("confirm").fields["success"] == "true"
    assert isinstance(there.finish_three_d(of, page.fields, None), Captured)


def test_who_has_confirmed_may_still_go_back_without_paying(running):
    there, of, page = started(running, "A10")
    page.pressed("confirm")
    page.pressed("leave")
    assert there.finish_three_d(of, page.fields, None) == Declined("three_d_abandoned")


def test_who_confirms_twice_pays_once(running):
    there, of, page = started(running, "A9")
    assert page.pressed("confirm").text == page.pressed("confirm").text
    row = there.finish_three_d(of, page.fields, None)
    assert there.finish_three_d(of, page.fields, None) == row
    assert there.inquire("A9") == (row,)


def test_a_refusal_survives_the_bank(tmp_path):
    with bankd(tmp_path / "bank.sqlite") as process:
        _, of, page = started(process, "K1")
        page.pressed("refuse")
        process.popen.kill()
    with bankd(tmp_path / "bank.sqlite") as process:
        assert RemoteBank(process.url, NATIVE).finish_three_d(of, page.fields, None) == Declined("three_d_failed")


def test_a_refusal_reaches_a_last_call_that_is_still_on_its_way(tmp_path):
    bank = Bank(tmp_path / "bank.sqlite")
    bank.start_three_d(order(), card(magic.THREE_D_TIMEOUT_TAKEN_LATE))
    back = bank.comes_back(bank.ticket())
    with pytest.raises(TimeoutError):
        bank.finish_three_d(order(), back, None)
    bank.refuses_there(bank.ticket())
    assert bank.arrives() == 1
    assert (bank.captures, bank.inquire("N1")) == (0, Declined("three_d_failed"))


def test_what_is_paid_at_the_page_is_not_paid_after_a_refusal_in_the_meantime():
    bank = Bank(capabilities=PROVIDER)
    bank.start_three_d(order(), card(magic.THREE_D_TIMEOUT_TAKEN_LATE))
    assert bank.comes_back(bank.ticket()) is None
    bank.refuses_there(bank.ticket())
    bank.arrives()
    assert (bank.captures, bank.inquire("N1")) == (0, Declined("three_d_failed"))


# ---------------------------------------------------------------- a bank that takes the money on its page


@pytest.mark.parametrize(
    ("pressed", "told"),
    [("confirm", Captured), ("refuse", Declined("three_d_failed")), ("leave", Unknown("not_paid"))],
)
def test_where_the_page_takes_the_money_the_ledger_knows_at_once(taking, pressed, told):
    there, of, page = started(taking, f"T-{pressed}", able=PROVIDER)
    back = page.pressed(pressed)
    found = there.inquire(of.number)
    if told is Captured:
        (row,) = found
        assert row.amount == AMOUNT
        assert there.finish_three_d(of, back.fields, None) == row
    else:
        assert found == (NotFound() if pressed == "leave" else told)
        assert there.finish_three_d(of, back.fields, None) == told


def test_a_double_click_takes_the_money_once_and_shows_the_way_back(taking):
    there, of, page = started(taking, "T1", able=PROVIDER)
    page.pressed("confirm")
    second = page.pressed("confirm")
    assert (second.status, second.form["action"], second.fields["md"]) == (410, SHOP, page.fields["md"])
    assert second.under("button") == ["Back to the shop"]
    assert "<script" not in second.text
    assert len(there.inquire("T1")) == 1
    assert isinstance(there.finish_three_d(of, second.fields, None), Captured)


def test_who_has_paid_cannot_refuse_any_more(taking):
    there, _, page = started(taking, "T2", able=PROVIDER)
    page.pressed("confirm")
    assert page.pressed("refuse").status == 410
    assert len(there.inquire("T2")) == 1


# ---------------------------------------------------------------- what is no payment any more


def test_a_payment_that_is_used_up_leads_back_to_the_shop(running):
    there, of, page = started(running, "U1")
    page.pressed("confirm")
    there.finish_three_d(of, page.fields, None)
    for again in (post(f"{running.url}/three-d", page.fields), page.pressed("refuse")):
        assert (again.status, again.form["action"]) == (410, SHOP)
        assert "has been decided" in again.text
    assert isinstance(there.inquire("U1")[0], Captured)


def test_a_payment_that_was_closed_is_over(running):
    there, of, page = started(running, "U2")
    there.cancel_session(of)
    closed = page.pressed("confirm")
    assert (closed.status, closed.form["action"]) == (410, SHOP)
    assert "The time for this payment is over" in closed.text


def test_a_session_is_no_payment_of_this_page(running):
    md = RemoteBank(running.url, NATIVE).start_session(order("U3")).given["session"]
    assert post(f"{running.url}/three-d", {"md": md, "TermUrl": SHOP}).status == 404
