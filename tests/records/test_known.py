"""What a codec remembers is only ever a saving: it changes no answer."""

from __future__ import annotations

import json
import sys
from threading import Barrier, Thread

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from checkout_core import evolve
from checkout_core.records import Known, Record, RecordBroken, Upgrade
from checkout_core.testing.strategies import pre_orders, records

from .checkouts import CHECKOUTS, a_codec, by_card, opened, placed, tried

PLAIN = a_codec(kept=0)


def bytes_of(record: Record) -> tuple[bytes, bytes]:
    return PLAIN.dumps(record), PLAIN.dump_basket(record.pre_order)[1]


histories = st.lists(records(pre_orders(keys=st.just("co-1"))), min_size=1, max_size=3)


@settings(max_examples=60, phases=set(Phase) - {Phase.explain})  # which takes minutes
@given(histories, st.data())
def test_one_that_remembers_writes_and_reads_what_one_that_forgets_does(history, data):
    codec = a_codec()
    for drawn in history:
        mixed = data.draw(st.sampled_from(history))  # parts of one save come back in another, as the same values
        order = evolve(drawn.pre_order, buyer=mixed.pre_order.buyer, extras=mixed.pre_order.extras)
        record = evolve(drawn, pre_order=order)
        head, basket = bytes_of(record)
        assert codec.dumps(record) == head
        head, basket = bytes_of(mixed)
        known = codec.known("co-1")
        left_out = known.basket == PLAIN.dump_basket(mixed.pre_order)[0]
        assert codec.loads(head, None if left_out else basket, known) == mixed
        assert codec.dumps(mixed) == head


def test_what_was_just_written_is_not_decoded_again():
    codec, record = a_codec(), CHECKOUTS["placed"]
    head = codec.dumps(record)
    assert codec.loads(bytes(bytearray(head)), None, codec.known("co-1")) is record


def test_parts_that_are_the_same_are_neither_written_nor_read_anew():
    writer, reader = a_codec(), a_codec()
    first = Record(by_card(), write_id="1")
    reader.loads(writer.dumps(first), writer.dump_basket(first.pre_order)[1])
    before, known = writer.known("co-1"), reader.known("co-1")
    second = evolve(first, write_id="2", pre_order=tried(first.pre_order))
    head = writer.dumps(second)
    assert writer.known("co-1").texts["delivery"] is before.texts["delivery"]
    back = reader.loads(head, None, known)
    assert back == second
    assert back.pre_order.delivery is known.record.pre_order.delivery
    assert back.pre_order.attempts is not known.record.pre_order.attempts


def test_lines_that_are_known_need_not_be_read_again_from_any_store():
    reader, record = a_codec(), CHECKOUTS["open"]
    head, basket = bytes_of(record)
    assert reader.known("co-1").basket is None
    first = reader.loads(head, basket, reader.known("co-1"))
    known = reader.known("co-1")
    assert known.basket == PLAIN.dump_basket(record.pre_order)[0]
    later, _ = bytes_of(evolve(record, write_id="later"))
    second = reader.loads(later, None, known)
    assert second.pre_order.basket.lines is first.pre_order.basket.lines


def test_lines_that_are_not_known_cannot_be_left_out():
    head, _ = bytes_of(CHECKOUTS["open"])
    with pytest.raises(RecordBroken, match="left out"):
        PLAIN.loads(head, None)
    codec = a_codec()
    codec.dumps(Record(opened(lines=3)))
    with pytest.raises(RecordBroken, match="left out"):
        codec.loads(head, None, codec.known("co-1"))


def test_another_basket_with_the_same_digest_is_another_basket():
    codec, order = a_codec(), opened()
    other = evolve(order, basket=evolve(order.basket, key="merged", lines=order.basket.lines[:1]))
    codec.dumps(Record(order))
    assert codec.known("co-1").basket != codec.dump_basket(other)[0]
    head, basket = bytes_of(Record(other))
    assert codec.loads(head, basket, codec.known("co-1")).pre_order == other


def test_what_was_known_before_another_thread_went_on_still_fits_what_was_read_with_it():
    codec, before, after = a_codec(), CHECKOUTS["open"], Record(opened(lines=3))
    codec.dumps(before)
    known = codec.known("co-1")
    codec.dumps(after)
    assert codec.loads(bytes_of(evolve(before, write_id="x"))[0], None, known).pre_order == before.pre_order


def test_a_record_that_was_stored_otherwise_is_known_and_written_anew():
    head, basket = bytes_of(CHECKOUTS["placed"])
    for codec, laid_out in (a_codec(upgrades=(Upgrade(),)), head), (a_codec(), head.replace(b",", b", ")):
        record = codec.loads(laid_out, basket)
        assert record == CHECKOUTS["placed"]
        assert codec.known("co-1").basket == PLAIN.dump_basket(record.pre_order)[0]
        assert json.loads(codec.dumps(record)) == {
            **json.loads(head),
            "schema": json.loads(codec.dumps(record))["schema"],
        }
        assert (
            codec.loads(codec.dumps(evolve(record, write_id="x")), None, codec.known("co-1")).pre_order
            == record.pre_order
        )


def test_the_checkout_that_was_seen_longest_ago_is_forgotten_first():
    codec = a_codec(kept=2)
    for key in ("a", "b"):
        codec.dumps(Record(evolve(opened(), key=key)))
    assert codec.known("a").record is not None
    codec.dumps(Record(evolve(opened(), key="c")))
    assert codec.known("b") == Known()
    assert codec.known("a").record is not None


@pytest.mark.parametrize("remembers", [0, 1, 2])
def test_threads_share_a_codec_that_forgets_all_the_time(remembers):
    codec, barrier, wrong = a_codec(kept=remembers), Barrier(4), []
    kept = [
        Record(evolve(order, key=str(n % 3)), write_id=str(n))
        for n, order in enumerate([opened(), by_card(), placed()] * 2)
    ]
    stored = [bytes_of(record) for record in kept]

    def work(first: int) -> None:
        try:
            barrier.wait()
            for turn in range(300):
                n = (first + turn) % len(kept)
                known = codec.known(kept[n].pre_order.key)
                head, basket = stored[n]
                left_out = known.basket == PLAIN.dump_basket(kept[n].pre_order)[0]
                if codec.loads(head, None if left_out else basket, known) != kept[n] or codec.dumps(kept[n]) != head:
                    wrong.append(n)
        except Exception as error:  # noqa: BLE001  # told below
            wrong.append(error)

    threads = [Thread(target=work, args=(n,)) for n in range(4)]
    often, usual = 1e-6, sys.getswitchinterval()  # seconds; threads take turns inside a call too
    sys.setswitchinterval(often)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert wrong == []
