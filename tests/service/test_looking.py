"""What an operator sees of payments and messages, by either driver, on either store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core import Money, evolve
from checkout_core.effects import SendMail, SendSms
from checkout_core.records import Message
from checkout_core.sandbox.magic import DECLINED, THREE_D, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN
from checkout_core.service import NotThere

from .host import waiting_for_a_person

SAID = {"operator": "grace", "reason": "the bank's own books say so"}
PRICE = Money("65.00", "TRY")  # of a mug, sent


def test_every_try_is_listed_the_oldest_first(host):
    first = host.paid(TIMEOUT_TAKEN)
    now = host.shop.now()
    host.shop.passes(minutes=1)
    second = host.paid()
    rows = host.ask(host.operator.listing())

    assert [(row.key, row.n, row.gateway, row.kind, row.state, row.amount) for row in rows] == [
        (first, 1, "bank", "sale", "unknown", PRICE),
        (second, 1, "bank", "sale", "captured", PRICE),
    ]
    assert [row.number for row in rows] == [host.order(key).number for key in (first, second)]
    assert (rows[0].since, rows[0].due_at, rows[0].asked) == (now, now + timedelta(seconds=10), 0)
    assert (rows[1].due_at, rows[1].attention) == (None, None)


def test_what_is_over_is_no_open_attempt(host):
    host.paid()
    host.paid(DECLINED)
    lost = host.paid(TIMEOUT_NOT_TAKEN)
    handed_out = host.begun()
    for page, body in host.shop.answers("card", THREE_D, host.order(handed_out)):
        host.posts(handed_out, page, body)
        if page == "CreditCardConfirmationPage":
            break
    rows = host.ask(host.operator.listing(open=True))

    assert {(row.key, row.state) for row in rows} == {(lost, "unknown"), (handed_out, "awaiting")}


def test_an_attempt_that_waits_for_a_person_is_found_among_all(host):
    host.paid()
    key = waiting_for_a_person(host)

    assert [(row.key, row.attention) for row in host.ask(host.operator.listing(attention=True))] == [(key, "no_answer")]
    assert host.ask(host.operator.listing(open=True, attention=True)) == host.ask(host.operator.listing(attention=True))


def test_more_checkouts_than_one_read_of_the_list_takes_are_all_counted(host):
    order = host.order(host.paid(DECLINED))
    for n in range(250):
        host.ask(host.service.requests.saving(evolve(order, key=f"co-{n}", number=None, attempts=())))
    counters = host.ask(host.operator.counters())

    assert (counters.checkouts, counters.attempts) == (251, {"declined": 1})


def test_counters_tell_states_and_messages(host):
    host.ears.away = {"send_mail"}
    host.paid()
    key = host.paid(TIMEOUT_TAKEN)
    host.writes(key, outbox=(Message("m-1-1", SendMail("order_placed", "1"), dead="refused: blocked"),))
    counters = host.ask(host.operator.counters())

    assert counters.attempts == {"captured": 1, "unknown": 1}
    assert (counters.checkouts, counters.attention, counters.waiting, counters.dead) == (2, 0, 1, 1)


def test_a_record_that_cannot_be_read_does_not_hide_the_others(host, caplog):
    host.paid()
    broken = host.paid()
    host.breaks(broken)

    assert host.ask(host.operator.counters()).unread == (broken,)
    assert len(host.ask(host.operator.listing())) == 1
    assert f"{broken} is passed over: the record does not read" in caplog.text


def test_a_checkout_that_goes_while_it_is_listed_is_not_there(host):
    key, finds, lists = host.paid(), host.store.find, host.store.keys
    host.store.find = lambda name: "gone" if name == "4711" else finds(name)
    host.store.keys = lambda after, limit: ("gone", *lists(after, limit)) if not after else lists(after, limit)

    assert [row.key for row in host.ask(host.operator.listing())] == [key]
    assert host.ask(host.operator.pruning()).kept == {"changed": 1}
    with pytest.raises(NotThere):
        host.ask(host.operator.showing("4711"))


def test_a_checkout_is_shown_by_number_and_by_key(host):
    key = host.paid()
    order = host.order(key)
    case = host.ask(host.operator.showing(order.number))

    assert case == host.ask(host.operator.showing(key))
    assert (case.key, case.number, case.placed, case.total) == (key, order.number, order.placed, PRICE)
    assert (case.member, case.payment, case.mask) == (False, "credit-card", "542119******0009")
    assert [a.state for a in case.attempts] == ["captured"]
    assert case.attempts[0].captures == order.attempts[0].captures
    assert (case.messages, case.looks, case.inbox) == ((), (), 0)


@pytest.mark.parametrize("of", ["showing", "key_of", "message"])
def test_of_what_nobody_knows_nothing_is_shown(host, of):
    host.paid()
    with pytest.raises(NotThere):
        host.ask(getattr(host.operator, of)("4711"))


def test_names_are_order_numbers_and_keys_where_there_is_none(host):
    paid, begun = host.paid(), host.begun()

    assert set(host.ask(host.operator.names())) == {host.order(paid).number, begun}


def test_what_is_shown_names_nobody_and_pays_nothing(host):
    key = host.begun()
    for page, body in host.shop.answers("card", THREE_D, host.order(key)):
        host.posts(key, page, body)
        if page == "CreditCardConfirmationPage":
            break
    sms = Message("m-1-1", SendSms("+905321234567", "your code is {code}"))
    host.writes(key, outbox=(sms,))
    case = host.ask(host.operator.showing(key))
    seen, order = repr((case, host.ask(host.operator.messages()))), host.order(key)
    address = order.delivery.shipping_address

    assert order.attempts[0].handed["md"] not in seen
    assert set(case.attempts[0].handed) == {"md", "url"}
    assert case.messages[0].about == "+90********67"
    for private in (order.buyer.email, address.line, address.last_name, address.phone_number, "your code", "5321234"):
        assert private not in seen


def test_the_next_look_comes_first_and_says_why(host):
    host.ears.away = {"send_mail"}
    key = host.paid()
    now = host.shop.now()
    attempt = evolve(host.order(key).attempts[0], due_at=now + timedelta(seconds=1), state="unknown", captures=())
    host.writes(key, pre_order=evolve(host.order(key), attempts=(attempt,)))
    case = host.ask(host.operator.showing(key))

    assert [(look.at, look.why) for look in case.looks] == [
        (now + timedelta(seconds=1), "attempt 1: the ledger is asked what became of it"),
        (now + timedelta(seconds=5), f"message {case.messages[0].id}: it is delivered"),
    ]


def test_messages_are_listed_with_what_they_are_about(host):
    host.ears.away = {"send_mail"}
    key = host.paid()
    number, now = host.order(key).number, host.shop.now()
    (row,) = host.ask(host.operator.messages())

    assert (row.key, row.kind, row.about, row.state) == (key, "SendMail", f"order_placed {number}", "waiting")
    assert (row.due_at, row.tries, row.why) == (now + timedelta(seconds=5), 1, None)
    assert host.ask(host.operator.messages(dead=True)) == ()
    assert host.ask(host.operator.message(row.id)) == row


def test_parked_messages_are_listed_with_their_age(host):
    host.store.park("bank|4711", "evt-1", host.shop.now())
    host.shop.passes(hours=2)
    (row,) = host.ask(host.operator.parked())

    assert (row.gateway, row.number, row.id, row.age) == ("bank", "4711", "evt-1", timedelta(hours=2))
