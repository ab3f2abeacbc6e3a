"""The bank's own payment page, in this process: plans to choose from, what is handed out, what the browser brings."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from checkout_core.effects import Browser, Cancelled, Captured, Declined, HandedOut, NotFound, Unknown
from checkout_core.money import Money
from checkout_core.order import Plan
from checkout_core.sandbox import GARANTI, HOSTED, Bank, BankTimeout, magic

from .payments import AMOUNT, BACK, PLANS, order, points, to_choose

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def session(bank, of=None):
    assert isinstance(bank.start_session(of or to_choose()), HandedOut)
    return bank.ticket()


# ---------------------------------------------------------------- what is handed out


def test_a_session_is_at_an_address_of_its_own():
    bank = Bank(capabilities=HOSTED)
    given = bank.start_session(to_choose()).given
    assert given == {"session": bank.ticket().md, "url": f"/sandbox/pay?session={bank.ticket().md}"}


@pytest.mark.parametrize(
    ("style", "names"),
    [
        ("hosted", {"session", "url"}),
        ("posted", {"session", "url"}),
        ("iframe", {"session", "url", "iframe"}),
        ("html", {"session", "html"}),
        ("garanti", {"session", "url", "form"}),
    ],
)
def test_each_style_hands_out_what_may_be_kept(style, names):
    bank = Bank(capabilities=HOSTED, style=style)
    given = bank.start_session(to_choose()).given
    assert given.keys() == names <= HOSTED.handed
    assert given["session"] == bank.ticket().md
    assert bank.ticket().style == style


def test_html_leads_to_the_page_and_runs_no_script():
    bank = Bank(capabilities=HOSTED, style="html")
    html = bank.start_session(to_choose()).given["html"]
    assert '<form method="get" action="/sandbox/pay">' in html
    assert f'value="{bank.ticket().md}"' in html
    assert "script" not in html


def test_signed_returns_make_it_garanti_pays_page_unless_a_style_is_given():
    assert Bank(capabilities=GARANTI).style == "garanti"
    assert Bank(capabilities=HOSTED).style == Bank().style == "hosted"
    assert Bank(capabilities=GARANTI, style="posted").style == "posted"


def test_garanti_pay_without_a_way_back_is_not_begun():
    bank = Bank(capabilities=GARANTI)
    assert bank.start_session(order()) == Unknown("no_way_back")
    assert (bank.ticket(), bank.sends) == (None, 1)


# ---------------------------------------------------------------- plans


@pytest.mark.parametrize(
    ("count", "plan", "fee"), [(None, PLANS[0], "0.00"), (3, PLANS[1], "1.97"), (6, PLANS[2], "3.94")]
)
def test_the_plan_that_is_chosen_is_the_money_that_is_taken(count, plan, fee):
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    back = bank.comes_back(ticket, installments=count)
    (row,) = bank.rows()
    assert (row.amount, row.installments) == (plan.amount, plan.installments)
    assert bank.inquire("N1") == (Captured("B000001", plan.amount, plan.installments),)
    assert back == {
        "session": ticket.md, "success": "true", "installment_count": str(plan.installments), "interest_fee": fee,
        "transaction_id": "B000001",
    }  # fmt: skip
    assert bank.address(ticket, back) == BACK.success


def test_the_fee_is_what_the_plan_costs_more_than_the_cheapest():
    bank = Bank(capabilities=HOSTED)
    assert bank.comes_back(session(bank, to_choose(plans=PLANS[::-1])))["interest_fee"] == "3.94"


@pytest.mark.parametrize("count", [2, 0, 99])
def test_what_the_page_does_not_offer_cannot_be_chosen(count):
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    with pytest.raises(LookupError, match="1, 3, 6"):
        bank.comes_back(ticket, installments=count)
    assert (bank.rows(), bank.takes_answers(ticket)) == ((), True)


def test_a_session_without_plans_is_paid_as_it_was_begun():
    bank = Bank(capabilities=HOSTED)
    assert bank.pays(session(bank, order()), installments=3).installments == 3
    with pytest.raises(LookupError):
        bank.pays(session(bank, order("N2")), installments=1)


def test_a_page_that_is_not_honest_takes_the_money_in_instalments_nobody_offered():
    bank = Bank(capabilities=HOSTED)
    back = bank.comes_back(session(bank), magic.UNOFFERED, installments=3)
    (row,) = bank.rows()
    assert (row.installments, row.amount) == (7, AMOUNT)
    assert back["installment_count"] == "7"
    assert bank.inquire("N1") == (Captured("B000001", AMOUNT, 7),)


def test_what_a_browser_brings_may_have_been_changed_and_the_ledger_has_not():
    bank = Bank(capabilities=HOSTED)
    back = bank.comes_back(session(bank), magic.TAMPERED, installments=6)
    assert (back["installment_count"], back["interest_fee"]) == ("1", "-100.00")
    assert bank.inquire("N1") == (Captured("B000001", PLANS[2].amount, 6),)


def test_a_plan_brings_its_rewards():
    bank = Bank(capabilities=HOSTED)
    used = points(general=1_000)
    plans = (Plan(1, AMOUNT, used), Plan(3, AMOUNT, used))
    row = bank.pays(session(bank, to_choose(plans=plans)), magic.REWARDED, installments=3)
    assert row.rewards == used
    assert bank.inquire("N1") == (Captured("B000001", AMOUNT, 3, used),)


# ---------------------------------------------------------------- how it ends


@pytest.mark.parametrize(
    ("number", "found"),
    [
        (magic.INSUFFICIENT_FUNDS, Declined("insufficient_funds")),
        (magic.THREE_D_FAILED, Declined("three_d_failed")),
        ("4929123412341232", Declined("test_mode_live_card")),
        (magic.TIMEOUT_NOT_TAKEN, NotFound()),
        (magic.GARBAGE, NotFound()),
        (magic.THREE_D_DOWN, NotFound()),
    ],
)
def test_a_buyer_whose_payment_failed_comes_back_to_the_address_for_that(number, found):
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    back = bank.comes_back(ticket, number, installments=3)
    assert back == {"session": ticket.md, "success": "false"}
    assert (bank.address(ticket, back), bank.inquire("N1"), bank.captures) == (BACK.failure, found, 0)


@pytest.mark.parametrize("number", [magic.AUTHORISED, magic.UNDER_REVIEW])
def test_what_is_kept_or_looked_at_comes_back_as_paid(number):
    bank = Bank(capabilities=HOSTED)
    assert bank.comes_back(session(bank), number)["success"] == "true"


def test_a_late_payment_arrives_in_the_plan_that_was_chosen():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank, to_choose(save_card=True))
    assert bank.comes_back(ticket, magic.TIMEOUT_TAKEN_LATE, installments=6) is None
    assert bank.rows() == ()
    assert bank.arrives() == 1
    (row,) = bank.rows()
    assert (row.installments, row.amount) == (6, PLANS[2].amount)
    assert row.card_token


def test_a_buyer_who_cancels_has_closed_the_page_and_the_shop_is_told():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    back = bank.cancels(ticket)
    assert (bank.address(ticket, back), back["success"], bank.pays(ticket)) == (BACK.failure, "false", None)
    assert bank.inquire("N1") == Cancelled()
    assert [bank.verify(message).outcome for message in bank.messages()] == [Cancelled()]


def test_who_has_paid_and_cancels_has_paid():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    bank.pays(ticket)
    assert bank.cancels(ticket)["success"] == "true"
    assert bank.captures == 1


def test_a_buyer_who_leaves_may_come_back_and_pay():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    assert bank.address(ticket, bank.leaves(ticket)) == BACK.failure
    assert bank.pays(ticket).state == "captured"


def test_who_pays_in_another_tab_and_leaves_here_comes_back_as_paid():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    bank.pays(ticket)
    assert bank.leaves(ticket)["success"] == "true"


def test_a_closed_page_takes_nothing_in_any_plan():
    bank = Bank(capabilities=HOSTED)
    ticket = session(bank)
    assert bank.cancel_session(to_choose()) == bank.cancel_session(order(installments=1)) == Cancelled()
    assert bank.comes_back(ticket, installments=3) == {"session": ticket.md, "success": "false"}
    assert bank.captures == 0


def test_a_start_that_arrives_late_has_all_that_was_said():
    bank = Bank(capabilities=HOSTED, style="iframe")
    bank.late = {"start_session"}
    of = to_choose(save_card=True, campaign="summer", email="ada@example.org", browser=Browser(ip="10.0.0.1"))
    with pytest.raises(BankTimeout):
        bank.start_session(of)
    bank.arrives()
    ticket = bank.ticket()
    assert (ticket.details, ticket.style, ticket.plans) == (of.details, "iframe", PLANS)


# ---------------------------------------------------------------- the books


def test_a_ticket_knows_the_shop_the_plans_and_the_wishes_after_the_process_has_ended(tmp_path):
    of = to_choose(save_card=True, campaign="summer", browser=Browser("10.0.0.1", "text/html", "Ünï <x>"))
    first = Bank(tmp_path / "bank.sqlite", capabilities=HOSTED)
    first.start_session(of)
    first.pays(first.ticket(), installments=3)
    again = Bank(tmp_path / "bank.sqlite", capabilities=HOSTED)
    assert again.ticket() == first.ticket()
    assert (again.ticket().details, again.rows()) == (of.details, first.rows())


def test_the_same_key_with_other_rewards_is_another_payment():
    bank = Bank(capabilities=HOSTED)
    first = bank.start_session(order())
    assert bank.start_session(order()) == first
    assert bank.start_session(order(rewards=points(general=1))) == Unknown("key_conflict")


def test_banks_of_one_process_keep_one_ledger():
    bank = Bank()
    pages, garanti = bank.beside(HOSTED), bank.beside(GARANTI)
    pages.start_session(to_choose("N1"))
    garanti.start_session(to_choose("N2"))
    pages.pays(bank.ticket("N1"))
    garanti.pays(bank.ticket("N2"), installments=3)
    assert [(row.number, row.installments) for row in bank.rows()] == [("N1", 1), ("N2", 3)]
    assert bank.inquire("N2") == garanti.inquire("N2")
    assert [(ticket.number, ticket.style) for ticket in bank.tickets()] == [("N2", "garanti"), ("N1", "hosted")]
    assert [ticket.number for ticket in garanti.tickets("N1")] == ["N1"]


def test_a_bank_beside_another_keeps_its_promises_of_time_its_clock_and_its_place():
    bank = Bank(max_in_flight=timedelta(minutes=9), lag=timedelta(seconds=3), clears=True, clock=lambda: NOON)
    bank.pages = "http://bank.example"
    other = bank.beside(HOSTED, style="posted")
    assert (other.capabilities.max_in_flight, other.capabilities.lag) == (timedelta(minutes=9), timedelta(seconds=3))
    assert (other.clears, other.clock(), other.pages, other.style) == (True, NOON, "http://bank.example", "posted")
    assert other.capabilities.kinds == HOSTED.kinds


def test_what_cannot_be_kept_begins_nothing():
    bank = Bank(capabilities=HOSTED)
    with pytest.raises(ValueError, match="format"):
        bank.start_session(order(back=evolve(BACK, success="javascript:alert(1)")))
    assert bank.ticket() is None


def test_a_browser_that_talks_too_much_does_not_keep_its_buyer_from_paying():
    bank = Bank(capabilities=HOSTED)
    bank.start_session(to_choose(browser=Browser(user_agent="x" * 9_000, accept="a\nb")))
    assert bank.ticket().details.browser == Browser(user_agent="x" * 512, accept="a?b")


def test_the_page_of_an_amount_without_decimals_says_no_fee_in_fractions():
    bank = Bank(capabilities=HOSTED)
    plans = (Plan(1, Money("5000", "JPY")), Plan(3, Money("5100", "JPY")))
    back = bank.comes_back(session(bank, to_choose(plans=plans)), installments=3)
    assert back["interest_fee"] == "100"
    assert json.dumps(back)


def test_a_last_call_about_a_session_only_tells_what_its_page_has_taken():
    """Also of a bank whose 3-D Secure we end: it declines nothing that may still be paid."""
    bank = Bank(capabilities=evolve(HOSTED, last_call="shop"))
    bank.start_session(to_choose("N1"))
    ends = lambda: bank.finish_three_d(to_choose("N1"), {"session": bank.ticket().md}, None)  # noqa: E731  # twice
    assert (ends(), bank.rows(), bank.refusals()) == (Unknown("not_paid"), (), ())
    row = bank.pays(bank.ticket())
    assert ends().reference == row.reference
    assert [each.state for each in bank.rows()] == ["captured"]
