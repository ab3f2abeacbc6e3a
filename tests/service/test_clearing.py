"""What an operator clears out, by either driver, on either store."""

from __future__ import annotations

from datetime import timedelta

from checkout_core import Money, evolve
from checkout_core.order import Holding
from checkout_core.sandbox.magic import DECLINED, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN

from .host import waiting_for_a_person

SAID = {"operator": "grace", "reason": "the bank's own books say so"}
PRICE = Money("65.00", "TRY")  # of a mug, sent


def test_what_somebody_changes_meanwhile_is_not_forgotten(host):
    key, removes = host.begun(), host.store.remove

    def meanwhile(key, expected):
        host.writes(key, write_id="a buyer came back")
        return removes(key, expected)

    host.store.remove = meanwhile
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept

    assert (kept.key, kept.why, kept.until) == (key, ("somebody has just changed it",), host.shop.now())


def test_what_is_old_and_over_is_removed_with_its_number(host):
    keys = [host.paid(), host.paid(DECLINED), host.begun()]
    number = host.order(keys[0]).number
    host.shop.passes(days=91)
    recent = host.begun()
    pruned = host.ask(host.operator.pruning())

    assert (pruned.removed, pruned.kept, pruned.parked, pruned.unread) == (3, {"changed": 1}, 0, ())
    assert [host.store.get(key) for key in keys] == [None, None, None]
    assert host.store.find(number) is None
    assert host.record(recent) is not None


def test_records_kept_is_a_setting(host):
    host.shop.settings = evolve(host.shop.settings, records_kept=timedelta(days=1))
    host.begun()
    host.shop.passes(hours=23)
    assert host.ask(host.operator.pruning()).removed == 0
    host.shop.passes(hours=2)
    assert host.ask(host.operator.pruning()).removed == 1


def test_the_moment_before_which_all_is_old_may_be_given(host):
    host.begun()
    begun = host.shop.now()
    host.shop.passes(hours=1)

    assert host.ask(host.operator.pruning(begun)).removed == 0
    assert host.ask(host.operator.pruning(begun + timedelta(seconds=1))).removed == 1


def test_however_old_a_payment_that_is_not_over_is_kept(host):
    host.paid(TIMEOUT_TAKEN)
    host.ears.away = {"send_mail"}
    host.paid()
    host.shop.passes(days=400)
    pruned = host.ask(host.operator.pruning())

    assert (pruned.removed, pruned.kept) == (0, {"payment": 1, "message": 1})


def test_what_was_changed_in_between_is_kept(host):
    key = host.begun()
    host.shop.passes(days=91)
    removes = host.store.remove

    def meanwhile(key, expected):
        host.writes(key, write_id="a buyer came back")
        return removes(key, expected)

    host.store.remove = meanwhile
    pruned = host.ask(host.operator.pruning())

    assert (pruned.removed, pruned.kept) == (0, {"changed": 1})
    assert host.record(key) is not None


def test_parked_messages_are_given_up_when_they_are_as_old(host):
    for n in range(120):
        host.store.park("bank|4711", f"evt-{n}", host.shop.now())
    host.shop.passes(days=91)
    host.store.park("bank|4711", "young", host.shop.now())

    assert host.ask(host.operator.pruning()).parked == 120
    assert [each.id for each in host.store.parked(10)] == ["young"]


def test_a_record_that_cannot_be_read_is_left_alone(host):
    key = host.begun()
    host.breaks(key)
    host.shop.passes(days=91)

    assert host.ask(host.operator.pruning()).unread == (key,)
    assert host.ask(host.operator.forgetting("ada@example.org")).unread == (key,)
    assert host.store.get(key) is not None


def test_a_buyer_is_forgotten_by_account_and_by_e_mail(host):
    guest = host.paid(email="Grace@Example.org")
    member, other = host.paid(account="ada"), host.begun(email="eve@example.org")
    host.shop.passes(minutes=5)

    assert host.ask(host.operator.forgetting("grace@example.ORG")).removed == 1
    assert host.ask(host.operator.forgetting("ada")).removed == 1
    assert [host.store.get(key) for key in (guest, member)] == [None, None]
    assert host.record(other) is not None
    assert host.ask(host.operator.forgetting("nobody")).removed == 0


def test_forgetting_names_what_it_keeps_and_goes_on_when_it_may(host):
    over, lost = host.paid(), host.paid(TIMEOUT_NOT_TAKEN)
    watched = host.order(lost).attempts[0].watch_until
    host.shop.passes(minutes=5)
    left = host.ask(host.operator.forgetting("ada@example.org"))

    assert (left.removed, host.store.get(over)) == (1, None)
    assert [(kept.key, kept.number, kept.why, kept.until) for kept in left.kept] == [
        (lost, host.order(lost).number, ("attempt 1 is unknown",), watched)
    ]
    host.recovers()
    host.recovers(minutes=5)
    assert host.states(lost) == ["not_executed"]
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept
    assert (kept.why, kept.until) == (("attempt 1 is not executed",), watched)

    host.shop.passes(days=8)
    host.recovers()
    assert host.ask(host.operator.forgetting("ada@example.org")).removed == 1
    assert host.store.get(lost) is None


def test_what_was_sent_a_moment_ago_may_still_take_effect(host):
    key = host.paid()
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept

    assert kept.why == ("attempt 1 is captured; what was sent may still take effect",)
    assert kept.until == host.order(key).attempts[0].settled_by
    host.shop.passes(seconds=65)
    assert host.ask(host.operator.forgetting("ada@example.org")).removed == 1


def test_a_payment_that_needs_a_person_is_kept_until_one_has_seen_to_it(host):
    key = waiting_for_a_person(host)
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept
    assert (kept.why, kept.until) == (("attempt 1 is unknown and needs a person: no_answer",), None)

    host.ask(host.operator.resolving(key, "reversed", **SAID))
    assert host.ask(host.operator.forgetting("ada@example.org")).removed == 1


def test_a_message_that_is_not_delivered_keeps_its_checkout_and_one_that_was_given_up_does_not(host):
    host.ears.away = {"send_mail"}
    key = host.paid()
    host.shop.passes(minutes=5)
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept
    assert kept.why == ("SendMail is not delivered",)

    host.writes(key, outbox=tuple(evolve(m, due_at=None, dead="given up") for m in host.record(key).outbox))
    assert host.ask(host.operator.forgetting("ada@example.org")).removed == 1


def test_goods_that_are_held_keep_their_checkout(host):
    key = host.paid(DECLINED)
    host.shop.passes(minutes=5)
    held = evolve(host.order(key).attempts[0], hold=Holding("op", "held"))
    host.writes(key, pre_order=evolve(host.order(key), attempts=(held,)))
    (kept,) = host.ask(host.operator.forgetting("ada@example.org")).kept

    assert (kept.why, kept.until) == (("attempt 1 is declined and holds goods",), None)
