"""What an operator says of a payment or a message, by either driver, on either store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Money, evolve
from checkout_core.effects import OrderPlaced, Refused, SendMail, SendSms
from checkout_core.records import Message
from checkout_core.sandbox.magic import TIMEOUT_NOT_TAKEN
from checkout_core.service import Conflict, NotThere
from checkout_core.service._operator import Impossible

from .host import waiting_for_a_person

SAID = {"operator": "grace", "reason": "the bank's own books say so"}
PRICE = Money("65.00", "TRY")  # of a mug, sent


def test_a_payment_found_at_the_bank_places_the_order_and_tells_the_shop(host):
    key = waiting_for_a_person(host)
    number = host.order(key).number
    done = host.ask(host.operator.resolving(number, "captured", **SAID))
    attempt = host.order(key).attempts[0]

    assert (done.n, done.number, done.was, done.becomes, done.places) == (1, number, "unknown", "captured", True)
    assert host.order(key).placed.total == PRICE
    assert ("order_placed", number) in host.ears.told
    assert (attempt.attention, attempt.due_at) == (None, None)
    assert (attempt.resolved.said, attempt.resolved.operator, attempt.resolved.reason) == ("captured", *SAID.values())


def test_a_payment_that_was_never_taken_ends_and_the_buyer_may_pay_again(host):
    key = waiting_for_a_person(host)
    done = host.ask(host.operator.resolving(host.order(key).number, "reversed", **SAID))

    assert (done.was, done.becomes, done.places, done.owes) == ("unknown", "declined", False, False)
    host.paid(again=key)
    assert host.states(key) == ["declined", "captured"]


def test_money_that_an_operator_gave_back_is_marked_so(host):
    host.ears.never = {"order_placed": Refused("blocked_customer")}
    host.shop.bank.unreachable = {"void"}
    key = host.paid()
    assert host.states(key) == ["reversing"]
    done = host.ask(host.operator.resolving(host.order(key).attempts[0].number, "reversed", **SAID))

    assert (done.was, done.becomes, done.owes) == ("reversing", "reversed", False)
    assert ("send_mail", "payment_reversed") in host.ears.told


def test_money_that_does_not_fit_the_order_any_more_is_owed_to_the_buyer(host):
    key = waiting_for_a_person(host)
    order = host.order(key)
    dearer = evolve(order.totals, total=order.totals.total + Money("1.00", "TRY"))
    host.writes(key, pre_order=evolve(order, totals=dearer))
    outlook = host.ask(host.operator.outlook(key, "captured"))

    assert (outlook.becomes, outlook.places, outlook.owes) == ("reversing", False, True)


def test_money_an_operator_has_seen_is_the_same_when_the_ledger_tells_of_it(host):
    key = waiting_for_a_person(host)
    host.ask(host.operator.resolving(key, "captured", **SAID))
    placed = host.order(key).placed
    host.shop.bank.unreachable = frozenset()
    host.ask(host.service.requests.recovering(key, sweep=True))
    (row,) = host.order(key).attempts[0].captures

    assert (row.known_as, row.reversal) == (host.shop.bank.rows()[0].reference, None)
    assert (host.order(key).placed, host.shop.bank.captures) == (placed, 1)


def test_money_that_only_an_operator_has_seen_is_given_back_by_a_person(host):
    key = waiting_for_a_person(host)
    order = host.order(key)
    dearer = evolve(order.totals, total=order.totals.total + Money("1.00", "TRY"))
    host.writes(key, pre_order=evolve(order, totals=dearer))
    host.ask(host.operator.resolving(key, "captured", **SAID))
    for _ in range(3):
        host.recovers(hours=1)

    assert host.states(key) == ["reversing"]
    assert host.order(key).attempts[0].attention == "cannot_give_back"
    assert not any(call.method in {"void", "refund"} for call in host.shop.bank.calls())
    host.ask(host.operator.resolving(key, "reversed", **SAID))
    assert host.states(key) == ["reversed"]


def test_what_a_resolution_would_do_is_told_and_nothing_is_changed(host):
    key = waiting_for_a_person(host)
    before = host.store.get(key)
    outlook = host.ask(host.operator.outlook(key, "captured"))

    assert (outlook.was, outlook.becomes, outlook.places, outlook.amount) == ("unknown", "captured", True, PRICE)
    assert host.store.get(key) == before
    assert outlook == host.ask(host.operator.resolving(key, "captured", **SAID))


@pytest.mark.parametrize("missing", ["operator", "reason"])
def test_a_resolution_without_a_name_or_a_reason_is_none(host, missing):
    key = waiting_for_a_person(host)
    with pytest.raises(Impossible, match="say who resolves it, and why"):
        host.ask(host.operator.resolving(key, "captured", **{**SAID, missing: " "}))

    assert host.states(key) == ["unknown"]


def test_what_cannot_be_resolved_says_why(host):
    paid, begun = host.paid(), host.begun()

    for given, why in (
        ((paid, "captured"), "has its money accounted for: it is captured"),
        ((paid, "reversed"), "owes nothing and waits for nothing: it is captured"),
        ((paid, "captured", "x", "y", 2), "there is no attempt 2; there are 1"),
        ((begun, "captured"), f"nobody has tried to pay {begun} yet"),
    ):
        with pytest.raises(Impossible, match=why):
            host.ask(host.operator.resolving(*given, *(("x", "y") if len(given) == 2 else ())))


def test_where_several_attempts_may_be_meant_it_must_be_said_which(host):
    key = host.paid(TIMEOUT_NOT_TAKEN)
    host.shop.passes(minutes=5)
    host.paid(TIMEOUT_NOT_TAKEN, again=key)
    assert host.states(key) == ["superseded", "unknown"]

    with pytest.raises(Impossible, match=f"attempt 1 or 2 of {key} may be meant: say which"):
        host.ask(host.operator.resolving(key, "captured", **SAID))
    host.ask(host.operator.resolving(key, "reversed", n=2, **SAID))
    assert host.states(key)[1] == "declined"


def test_two_operators_at_once_are_one_resolution(host):
    key = waiting_for_a_person(host)
    load = host.operator._tasks.session

    def meanwhile(key):
        session = load(key)
        loads = session.load

        async def loaded():
            order = await loads()
            host.writes(key, write_id="somebody else")
            return order

        session.load = loaded
        return session

    host.operator._tasks.session = meanwhile
    with pytest.raises(Conflict):
        host.ask(host.operator.resolving(key, "captured", **SAID))
    assert host.order(key).placed is None


def dead_mail(host):
    """A mail that was given up."""
    host.ears.never = {"send_mail": Refused("template_gone")}
    key = host.paid()
    (row,) = host.ask(host.operator.messages(dead=True))
    return key, row


def test_a_message_that_was_given_up_is_delivered_again_when_an_operator_says_so(host):
    key, row = dead_mail(host)
    assert (row.state, row.why) == ("dead", "refused: template_gone")
    host.ears.never = {}

    assert host.ask(host.operator.retry(row.id)) is None
    assert ("send_mail", "order_placed") in host.ears.told
    assert host.record(key).outbox == ()


def test_a_message_that_fails_again_says_how_it_stands(host):
    key, row = dead_mail(host)
    again = host.ask(host.operator.retry(row.id))
    assert (again.state, again.why, again.tries) == ("dead", "refused: template_gone", 1)

    host.ears.never, host.ears.away = {}, {"send_mail"}
    again = host.ask(host.operator.retry(row.id))
    assert (again.state, again.due_at) == ("waiting", host.shop.now() + timedelta(seconds=5))
    assert host.record(key).due_at == again.due_at


def test_a_retry_leaves_the_other_messages_alone(host):
    host.ears.away = {"send_mail"}
    key = host.paid()
    other = Message("other-1-1", SendMail("order_placed", "2"), due_at=host.shop.now() + timedelta(hours=1))
    mail = host.record(key).outbox[0]
    host.writes(key, outbox=(other, mail))
    host.ears.away = set()

    assert host.ask(host.operator.retry(mail.id)) is None
    assert host.record(key).outbox == (other,)


def test_a_message_that_waits_for_the_order_waits_on(host):
    host.ears.away = {"order_placed"}
    key = host.paid()
    order, mail = host.record(key).outbox
    again = host.ask(host.operator.retry(mail.id))

    assert isinstance(order.event, OrderPlaced)
    assert (again.state, host.ears.told) == ("waiting", [])


def test_a_code_by_sms_is_never_sent_again(host):
    key = host.begun()
    message = Message(f"{key}-1-1", SendSms("+905321234567", "{code}"), dead="it may have been delivered")
    host.writes(key, outbox=(message,))

    with pytest.raises(Impossible, match="is never sent again, it may have arrived: the buyer asks for a new one"):
        host.ask(host.operator.retry(message.id))
    assert (host.record(key).outbox, host.ears.told) == ((message,), [])


def test_a_message_that_somebody_delivers_is_left_to_them(host):
    key = host.begun()
    until = host.shop.now() + timedelta(seconds=30)
    message = Message(f"{key}-1-1", SendMail("order_placed", "1"), claim="a relay", due_at=until)
    host.writes(key, outbox=(message,))

    with pytest.raises(Impossible, match="right now; look again after 12:00:30 UTC"):
        host.ask(host.operator.retry(message.id))
    host.shop.passes(minutes=1)  # whoever had it has died
    assert host.ask(host.operator.retry(message.id)) is None


def test_a_message_that_was_delivered_is_not_there_any_more(host):
    key = host.paid()
    with pytest.raises(NotThere):
        host.ask(host.operator.retry(f"{key}-7-0"))
