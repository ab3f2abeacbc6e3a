"""Pay on a page of the provider's: how it begins, what comes back, and that nothing but the ledger makes an order."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core import EMPTY, Checkout, Invalid, Settings, evolve
from checkout_core.effects import Browser, Declined, HandedOut
from checkout_core.forms import read
from checkout_core.money import Money
from checkout_core.order import Plan
from checkout_core.pages.redirection import (
    RedirectionContext,
    RedirectionForm,
    RedirectionPageCompletePage,
    RedirectionPaymentSelectedPage,
)
from checkout_core.shop import Misconfigured
from checkout_core.stores import MemoryHolds
from checkout_core.wire import pre_order_json

from .hosted_kit import (
    AGREED,
    BY_REDIRECTION,
    COMPLETE,
    HOSTED,
    OPTIONS,
    SELECTED,
    HostedWorld,
    comes_back,
    query_of,
    sent_off,
    signed,
)
from .kit import BY_CARD, EMPTIED, closed_by, lira, order, shows, visit

REJECTED = {"non_field_errors": ("callback_rejected",)}
PENDING = {"non_field_errors": ("payment_pending",)}
ON_THE_WAY = RedirectionContext("/orders/redirection/", is_iframe=False)


@pytest.fixture
def world():
    return HostedWorld()


def redirected(buyer) -> bool:
    return pre_order_json(buyer.order, settings=Settings())["is_redirected"]


# What is posted to begin


def read_it(**body):
    return read(RedirectionForm, {"agreement": True, **body}, Settings())


@pytest.mark.parametrize("agreement", [None, False, "", "0", "no"])
def test_without_the_agreement_nobody_is_sent_anywhere(world, agreement):
    buyer = world.begins(order(payment=BY_REDIRECTION))
    before = buyer.order
    step = buyer.posts(SELECTED, {"agreement": agreement})
    assert (step.page, step.errors) == (SELECTED, {"agreement": ("required",)})
    assert (buyer.order, world.bank.calls) == (before, [])


@pytest.mark.parametrize(
    ("text", "counts"),
    [("1:3:6:9:12", (1, 3, 6, 9, 12)), ("0", (0,)), ("120", (120,)), (" 3:1 ", (3, 1)), ("", None), (None, None)],
)
def test_counts_of_instalments_come_apart_by_colons(text, counts):
    assert read_it(browser_installments=text).browser_installments == counts


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("121", "invalid"), ("1:", "invalid"), (":", "invalid"), ("1;3", "invalid"), ("-1", "invalid"),
        ("1:three", "invalid"), ("1.5", "invalid"), ("\u00b2", "invalid"), ("1" * 4, "invalid"), (3, "invalid"),
        (["1", "3"], "invalid"), ("1:" * 32 + "1", "too_long"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_counts_is_refused(text, code):
    with pytest.raises(Invalid) as refused:
        read_it(browser_installments=text)
    assert refused.value.codes == {"browser_installments": (code,)}


def test_the_kind_of_client_has_up_to_64_characters_and_no_card_number_in_it():
    assert read_it(browser_client_type="m" * 64).browser_client_type == "m" * 64
    for text, code in (("m" * 65, "too_long"), ("5421190000000009", "card_number"), ("a\x00b", "invalid")):
        with pytest.raises(Invalid) as refused:
            read_it(browser_client_type=text)
        assert refused.value.codes == {"browser_client_type": (code,)}


# How it begins


def test_the_provider_is_told_of_payment_plans_browser_and_way_back_and_the_buyer_is_sent_on(world):
    buyer = world.begins(order(payment=BY_REDIRECTION))
    step = buyer.posts(SELECTED, {**AGREED, "browser_client_type": "mobile"})
    assert (step.page, step.context, step.errors) == (COMPLETE, ON_THE_WAY, {})
    assert [shown.page for shown in step.context_list] == [COMPLETE]
    attempt, told = buyer.attempt, world.bank.told
    assert (attempt.kind, attempt.state, attempt.last_call) == ("session", "awaiting", "provider")
    assert buyer.order.number == attempt.number == told.number
    plans = (Plan(1, lira("125.00")), Plan(3, lira("131.25")), Plan(6, lira("136.25")))
    assert (told.details.plans, attempt.seal.plans) == (plans, plans)
    assert (told.amount, told.installments, world.bank.amounts) == (lira("125.00"), 1, [lira("125.00")])
    assert told.details.email == "ada@example.org"
    assert told.details.browser == Browser("192.0.2.7", "text/html", "Mozilla/5.0", client_type="mobile")
    for address, which in ((told.details.back.success, "success"), (told.details.back.failure, "failure")):
        assert address.startswith("https://shop.example/orders/checkout/?")
        query = query_of(address)
        assert (query.pop("page"), query.pop("back"), len(query.pop("return_token"))) == (COMPLETE, which, 32)
        assert query == {}
    assert "token" not in repr(told.details)


def test_who_is_sent_off_stores_what_the_browser_said_and_nothing_of_it_is_printed_by_the_wire(world):
    buyer = sent_off(world, {**AGREED, "browser_installments": "3:1", "browser_client_type": "web"})
    own = buyer.order.payment
    assert (own.browser_installments, own.browser_client_type, own.sent_off) == ((3, 1), "web", True)


@pytest.mark.parametrize(("setting", "names"), [("use_one_time_token", set()), ("", {"return_token"})])
def test_the_setting_says_whether_the_way_back_has_a_token(setting, names):
    world = HostedWorld(**({setting: False} if setting else {}))
    sent_off(world)
    assert query_of(world.bank.told.details.back.success).keys() == {"page", "back"} | names


def test_the_setting_says_whether_the_way_back_has_the_order_number():
    world = HostedWorld(orders_use_isolated_pre_order_on_return=True)
    buyer = sent_off(world)
    assert query_of(world.bank.told.details.back.success)["n"] == buyer.attempt.number


@pytest.mark.parametrize(
    ("counts", "offered"), [("3:6", [3, 6]), ("6:12", [6]), ("1:3:6", [1, 3, 6]), ("12", []), ("", [1, 3, 6])]
)
def test_of_the_providers_plans_those_remain_that_the_browser_can_show(world, counts, offered):
    buyer = sent_off(world, {**AGREED, "browser_installments": counts})
    assert [plan.installments for plan in world.bank.told.details.plans] == offered
    assert [plan.installments for plan in buyer.attempt.seal.plans] == (offered or [1])


def test_a_provider_that_has_no_plans_is_not_asked_and_gets_the_one(world):
    world.bank.capabilities = attrs.evolve(HOSTED, kinds=HOSTED.kinds - {"plans"})
    buyer = sent_off(world)
    assert (world.bank.amounts, world.bank.told.details.plans) == ([], ())
    assert buyer.attempt.seal.plans == (Plan(1, lira("125.00")),)


def test_a_provider_that_does_not_say_its_plans_gets_no_payment(world):
    world.bank.plans = TimeoutError()
    buyer = world.begins(order(payment=BY_REDIRECTION))
    step = buyer.posts(SELECTED, AGREED)
    assert (step.page, step.errors) == (SELECTED, {"non_field_errors": ("not_available_now",)})
    assert (buyer.order.attempts, world.bank.calls) == ((), [])


def test_above_the_limit_the_identity_number_comes_first():
    world = HostedWorld(identity_number_required_amount=Money("100.00", "TRY"))
    buyer = world.begins(order(payment=BY_REDIRECTION))
    assert buyer.posts(SELECTED, AGREED).errors == {"non_field_errors": ("identity_number_required",)}
    assert world.bank.calls == []


def test_a_start_that_is_declined_gives_number_and_answers_back_and_may_be_tried_again(world):
    world.bank.will.append(Declined("declined"))
    buyer = world.begins(order(payment=BY_REDIRECTION))
    step = buyer.posts(SELECTED, {**AGREED, "browser_client_type": "web"})
    assert (step.page, step.errors) == (SELECTED, {"non_field_errors": ("declined",)})
    assert (buyer.order.number, buyer.order.payment) == (None, BY_REDIRECTION)
    assert buyer.posts(SELECTED, AGREED).page == COMPLETE
    assert [a.state for a in buyer.order.attempts] == ["declined", "awaiting"]
    assert len({a.number for a in buyer.order.attempts}) == 2


def test_a_start_of_unknown_outcome_stays_open_is_closed_where_it_can_be_and_watched_until_nobody_can_pay(world):
    """RED-04."""
    world.bank.will.append(TimeoutError())
    buyer = world.begins(order(payment=BY_REDIRECTION))
    step = buyer.posts(SELECTED, AGREED)
    assert (step.errors, buyer.attempt.state) == (PENDING, "unknown")
    assert buyer.attempt.due_at is not None
    number = buyer.attempt.number
    world.passes(world.settings.unknown_patience)
    assert buyer.posts(OPTIONS, {"payment_option": 32}).errors == {}
    assert buyer.posts("FundsTransferChoicePage", {"bank_account": 41}).errors == {}
    assert buyer.posts("FundsTransferPage", AGREED).page == "ThankYouPage"
    world.bank.will.append(TimeoutError())
    world.service.recover_once()
    left = buyer.order.attempts[0]
    assert (world.bank.calls[-1][0], left.state) == ("cancel_session", "superseded")
    assert left.watch_until - left.since > HOSTED.session_ttl + 2 * HOSTED.max_in_flight
    assert left.due_at is not None
    world.bank.take(world.bank.calls[0][1])  # the request had arrived, and somebody has paid
    assert buyer.recovers(hours=3).placed.receipt == "funds_transfer"
    assert (number in world.bank.asked, world.bank.net) == (True, 0)


# The page of the way and of the return


def test_the_last_page_is_open_while_a_session_waits_and_says_where_to_go(world):
    buyer = sent_off(world)
    waiting = visit(buyer.order)
    assert closed_by(RedirectionPageCompletePage, waiting) == ()
    assert shows(RedirectionPageCompletePage, waiting) == ON_THE_WAY
    assert shows(RedirectionPageCompletePage, visit(order(payment=BY_REDIRECTION))) == EMPTY
    assert closed_by(RedirectionPageCompletePage, visit(order(payment=BY_REDIRECTION))) == (
        "number_required", "payment_not_started",
    )  # fmt: skip
    assert closed_by(RedirectionPageCompletePage, visit(order(payment=BY_CARD))) == ("other_payment",)
    emptied = visit(evolve(buyer.order, basket=EMPTIED.basket))
    assert closed_by(RedirectionPageCompletePage, emptied) == ("basket_empty",)
    assert closed_by(RedirectionPaymentSelectedPage, visit(EMPTIED)) == ("other_payment",)


@pytest.mark.parametrize(("told", "shown"), [("true", True), ("false", False), ("1", False)])
def test_the_provider_says_whether_its_page_may_be_shown_within_another(world, told, shown):
    world.bank.will.append(HandedOut({"session": "s", "url": "https://bank.example/", "iframe": told}))
    buyer = sent_off(world)
    assert buyer.looks(COMPLETE).context.is_iframe is shown


def test_a_plain_view_shows_the_page_before_and_one_by_name_the_way(world):
    buyer = sent_off(world)
    plain = buyer.looks()
    assert (plain.page, plain.errors) == (SELECTED, {})
    assert COMPLETE not in [shown.page for shown in plain.context_list]
    assert buyer.looks(COMPLETE).context == ON_THE_WAY
    assert len(world.bank.calls) == 1


def test_who_comes_back_to_the_checkout_is_redirected_until_they_choose_again_how_to_pay(world):
    """A storefront that sees `is_redirected` posts the payment option again, and would without end."""
    buyer = world.begins(order(payment=BY_REDIRECTION))
    assert not redirected(buyer)
    buyer.posts(SELECTED, AGREED)
    assert redirected(buyer)
    step = buyer.posts(OPTIONS, {"payment_option": 33})
    assert (step.page, step.errors, redirected(buyer)) == (SELECTED, {}, False)
    assert (buyer.attempt.state, buyer.order.payment) == ("awaiting", BY_REDIRECTION)
    world.bank.pays()  # in the tab that is still open
    assert buyer.posts(COMPLETE, comes_back(world.bank)).page == "ThankYouPage"
    assert not redirected(buyer)


def test_who_begins_again_leaves_the_first_page_behind_and_it_is_watched(world):
    buyer = sent_off(world)
    first = comes_back(world.bank)
    assert buyer.posts(SELECTED, AGREED).page == COMPLETE
    assert [a.state for a in buyer.order.attempts] == ["superseded", "awaiting"]
    assert buyer.posts(COMPLETE, first).errors == REJECTED
    assert [a.state for a in buyer.order.attempts] == ["superseded", "awaiting"]


def test_who_chooses_another_way_leaves_the_page_behind_and_what_is_paid_there_goes_back(world):
    world.bank.capabilities = attrs.evolve(HOSTED, cancel=False)
    buyer = sent_off(world)
    brought = comes_back(world.bank)
    buyer.posts(OPTIONS, {"payment_option": 32}).raise_for_errors()
    step = buyer.posts(COMPLETE, brought)
    assert step.errors == {"non_field_errors": ("page_not_available",)}
    buyer.posts("FundsTransferChoicePage", {"bank_account": 41})
    assert buyer.posts("FundsTransferPage", AGREED).page == "ThankYouPage"
    assert buyer.order.attempts[0].state == "superseded"
    world.bank.pays()
    assert world.bank.net == 1
    assert buyer.recovers(hours=2).placed.receipt == "funds_transfer"
    assert (world.bank.net, buyer.order.attempts[0].state) == (0, "reversed")


# What comes back


def test_who_has_paid_has_ordered_in_the_plan_of_the_ledger(world):
    buyer = sent_off(world)
    world.bank.pays(3)
    step = buyer.posts(COMPLETE, comes_back(world.bank, status="ok"))
    assert (step.page, step.errors) == ("ThankYouPage", {})
    placed = buyer.order.placed
    assert (placed.plan, placed.total, placed.totals.interest) == (
        Plan(3, lira("131.25")),
        lira("131.25"),
        lira("6.25"),
    )
    assert (placed.number, placed.receipt, world.placed[0][0]) == (buyer.attempt.number, "r1", placed.number)
    assert world.bank.asked == [placed.number]


def test_the_address_of_a_failure_visited_although_paid_is_an_order(world):
    """RED-02."""
    buyer = sent_off(world)
    world.bank.pays()
    assert buyer.posts(COMPLETE, comes_back(world.bank, failed=True, status="declined")).page == "ThankYouPage"


def test_the_address_of_success_opened_by_hand_is_no_order_and_the_payment_stays_watched(world):
    """RED-03; the money that comes afterwards is found by whoever looks, and is the order's."""
    buyer = sent_off(world)
    for _ in range(2):
        step = buyer.posts(COMPLETE, comes_back(world.bank))
        assert (step.page, step.errors, step.pre_order.placed) == (SELECTED, PENDING, None)
    assert (buyer.attempt.state, buyer.attempt.returned) == ("awaiting", None)
    world.bank.pays(6)
    assert buyer.recovers(minutes=40).placed.plan == Plan(6, lira("136.25"))


@pytest.mark.parametrize(("count", "amount"), [(2, "125.00"), (12, "125.00"), (3, "125.00"), (1, "131.25"), (1, "1")])
def test_money_in_a_plan_that_was_not_offered_is_no_order_and_goes_back(world, count, amount):
    """RED-01, GPY-02."""
    buyer = sent_off(world)
    world.bank.pays(count, lira(amount))
    step = buyer.posts(COMPLETE, comes_back(world.bank))
    assert (step.page, step.errors) == (SELECTED, {"non_field_errors": ("payment_reversed",)})
    assert (step.pre_order.placed, buyer.recovers(minutes=5).placed, world.bank.net) == (None, None, 0)


amounts = st.one_of(st.decimals(-1000, 1000, places=2).map(str), st.text(max_size=8))
claims = st.dictionaries(
    st.sampled_from(["installment_count", "interest_fee", "amount", "status", "success", "hash"]), amounts
)


@settings(max_examples=30)
@given(claims, st.sampled_from([1, 3, 6]))
def test_whatever_a_return_says_of_instalments_and_interest_the_ledger_decides(told, count):
    """RED-01: with money the order is as the ledger has it, without there is none."""
    world = HostedWorld()
    buyer = sent_off(world)
    without = buyer.posts(COMPLETE, comes_back(world.bank, **told))
    assert without.pre_order.placed is None
    assert without.errors in (PENDING, REJECTED)  # a text that no form carries
    world.bank.pays(count)
    buyer.posts(COMPLETE, comes_back(world.bank, **told))
    placed = buyer.recovers(minutes=40).placed
    assert (placed.plan.installments, placed.total) == (count, dict(OFFERED)[count])


OFFERED = ((1, lira("125.00")), (3, lira("131.25")), (6, lira("136.25")))


def test_who_was_refused_there_is_told_and_may_choose_again(world):
    buyer = sent_off(world)
    world.bank.close(world.bank.told)
    step = buyer.posts(COMPLETE, comes_back(world.bank, failed=True))
    assert (step.page, step.errors) == (SELECTED, {"non_field_errors": ("cancelled",)})
    assert (step.pre_order.number, step.pre_order.payment) == (None, BY_REDIRECTION)
    assert buyer.posts(SELECTED, AGREED).page == COMPLETE


# What proves a return


def test_a_return_without_the_token_of_the_payment_changes_nothing_and_asks_nobody(world):
    buyer = sent_off(world)
    brought, before = comes_back(world.bank), world.store.get(buyer.key)
    world.bank.pays()
    for body in without_it(brought):
        step = buyer.posts(COMPLETE, body)
        assert (step.errors, step.page) == (REJECTED, COMPLETE)
    assert (world.store.get(buyer.key), world.bank.asked) == (before, [])
    assert buyer.posts(COMPLETE, brought).page == "ThankYouPage"


def without_it(brought):
    token = brought["return_token"]
    rest = {name: text for name, text in brought.items() if name != "return_token"}
    yield rest
    for given_one in ("", token[:-1], token.lower(), [token, token], f" {token}", "\u00fc" * 32, None, 1, {"a": token}):
        yield {**rest, "return_token": given_one}
    yield {**rest, "token": token}


def test_where_the_shop_gives_no_token_a_session_that_comes_back_is_the_one_that_was_handed_out():
    world = HostedWorld(use_one_time_token=False)
    buyer = sent_off(world)
    brought = comes_back(world.bank)
    assert "return_token" not in brought
    world.bank.pays()
    for session in ("s-2", "", "S-1"):
        assert buyer.posts(COMPLETE, {**brought, "session": session}).errors == REJECTED
    assert world.bank.asked == []
    assert buyer.posts(COMPLETE, {**brought, "session": "s-1"}).page == "ThankYouPage"


def test_the_token_is_good_for_the_message_that_came_with_it_first_and_for_that_again(world):
    """CB-16."""
    buyer = sent_off(world)
    first, other = comes_back(world.bank, status="waiting", id="1"), comes_back(world.bank, status="paid", id="1")
    assert buyer.posts(COMPLETE, first).errors == PENDING
    used = buyer.attempt.returned
    assert used is not None
    assert "waiting" not in used
    asked = len(world.bank.asked)
    for forged in (other, {**first, "id": "2"}, {**first, "more": "1"}):
        assert buyer.posts(COMPLETE, forged).errors == REJECTED
    assert (len(world.bank.asked), buyer.attempt.returned) == (asked, used)
    assert buyer.posts(COMPLETE, dict(reversed(first.items()))).errors == PENDING
    world.bank.pays()
    assert buyer.posts(COMPLETE, first).page == "ThankYouPage"
    for again in (first, other, {}):
        assert buyer.posts(COMPLETE, again).page == "ThankYouPage"
    assert len(world.placed) == 1


def test_an_address_that_somebody_looks_at_before_the_buyer_uses_nothing_up(world):
    """CB-16: whoever checks links brings nothing of the provider's."""
    buyer = sent_off(world)
    assert buyer.posts(COMPLETE, comes_back(world.bank)).errors == PENDING
    world.bank.pays()
    assert buyer.posts(COMPLETE, comes_back(world.bank, status="paid")).page == "ThankYouPage"


def test_what_came_first_is_saved_before_the_ledger_is_asked(world):
    """CB-16: whoever dies meanwhile has used the token up for that message alone."""
    buyer = sent_off(world)
    seen = []
    inquire = world.bank.inquire

    def looking(number):
        record = world.service.checkout.codec.loads(*_stored(world, buyer))
        seen.append(record.pre_order.attempts[-1].returned)
        return inquire(number)

    world.bank.inquire = looking
    buyer.posts(COMPLETE, comes_back(world.bank, status="paid"))
    assert len(seen) == 1
    assert seen[0] == buyer.attempt.returned is not None


def _stored(world, buyer):
    stored = world.store.get(buyer.key)
    return stored.head, stored.basket


def test_a_message_that_was_answered_with_a_refusal_is_answered_with_it_again(world):
    """CB-16: the first answer was lost."""
    buyer = sent_off(world)
    world.bank.close(world.bank.told)
    brought = comes_back(world.bank, failed=True, status="cancelled")
    answers = [buyer.posts(COMPLETE, brought) for _ in range(2)]
    assert [(step.page, step.errors) for step in answers] == [(SELECTED, {"non_field_errors": ("cancelled",)})] * 2


ODD = [
    {"Token": "a", "token": "b"}, {"status": ["a", "b"]}, {"status": {"a": "b"}}, {"status": 1.5}, {"a\x00": "b"},
    {"status": "x" * 4097}, {"": "a"}, {"n" * 129: "a"}, {f"f{n}": "1" for n in range(100)}, {"s": "a\x00"},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:30])
def test_what_no_provider_sends_is_rejected_whole_and_uses_nothing_up(world, odd):
    buyer = sent_off(world)
    assert buyer.posts(COMPLETE, comes_back(world.bank, **odd)).errors == REJECTED
    assert (buyer.attempt.returned, world.bank.asked) == (None, [])


def test_capitalised_names_of_one_provider_are_the_documented_ones():
    world = HostedWorld()
    world.bank.capabilities = attrs.evolve(HOSTED, last_call="shop")  # whose last call is told what came back
    buyer = sent_off(world)
    step = buyer.posts(COMPLETE, comes_back(world.bank, Token="tp-1", Result="OK", Other="", Amount="1"))
    assert step.page == "ThankYouPage"
    assert world.bank.returned == [{"token": "tp-1", "result": "OK", "Other": "", "Amount": "1"}]


def test_where_returns_are_signed_the_fields_go_to_whoever_can_verify_them_in_their_order(world):
    world.bank.capabilities = attrs.evolve(HOSTED, signed_return=True)
    buyer = sent_off(world)
    world.bank.pays()
    number = buyer.attempt.number
    good = signed(number, zz="1", aa="2")
    for bad in ({}, {**good, "success": "false"}, {**good, "hash": ""}, signed("0" * 16), {**good, "orderid": ""}):
        assert buyer.posts(COMPLETE, comes_back(world.bank, **bad)).errors == REJECTED
    assert (buyer.attempt.returned, world.bank.asked) == (None, [])
    assert buyer.posts(COMPLETE, comes_back(world.bank, **good)).page == "ThankYouPage"
    assert world.bank.verified[-1].query == tuple(good.items())
    assert world.bank.verified[-1].body == b""


@settings(max_examples=20)
@given(st.integers(1, 7200), st.integers(1, 600))
def test_goods_are_kept_for_longer_than_anybody_can_pay_on_the_page(open_for, in_flight):
    """RED-05: a shop whose holds end before is refused when it is made."""
    world = HostedWorld()
    able = attrs.evolve(
        HOSTED, session_ttl=timedelta(seconds=open_for), max_in_flight=timedelta(seconds=in_flight)
    )  # fmt: skip
    world.bank.capabilities = world.garanti.capabilities = able
    needed = able.session_ttl + world.settings.send_budget + 2 * (able.max_in_flight + able.lag)
    for short, enough in ((timedelta(seconds=1), False), (timedelta(0), True)):
        world.settings = attrs.evolve(world.settings, hold_ttl=needed - short)
        ports = attrs.evolve(world.ports, holds=MemoryHolds(lambda: world.now))
        if enough:
            Checkout(ports)
        else:
            with pytest.raises(Misconfigured, match="HOLD_TTL"):
                Checkout(ports)
