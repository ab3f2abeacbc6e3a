"""What leaves after the save: each message claimed, delivered, and struck off by a save of its own.

At least once, and at most once where a message is urgent.  Delivered twice it is where a process died between the
delivery and the save, where a delivery took longer than the lease, and where the answer of either was lost: who
consumes it knows it by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from ..effects import CodeOf, CommitHold, Event, OnAttention, OrderPaid, OrderPlaced, Refused, SendSms
from ..order import evolve
from ..paying import withdrawn
from ..records import Message, Record
from ..stores import StoreUnavailable
from ._effects import Tell
from ._session import LEASE, Conflict, Session

log = logging.getLogger("checkout_core")

TRIES: Final = 20  # of a message that may be given up
WAITS: Final = (5, 30, 300, 1800)  # seconds until it is tried again; after the last one every hour
OF_THE_ORDER: Final = (OrderPlaced, OrderPaid)  # what the shop refuses for good does not stand
LOST: Final = "it may have been delivered, and is not delivered again"
NOT_DELIVERED: Final = "message_not_delivered"


async def claim(session: Session) -> None:
    """What is due in the outbox is this session's to deliver.  Raises Conflict where somebody else is at it."""
    now, record = session.checkout.ports.clock(), session.record
    outbox = tuple(_claimed(message, session.id, now) for message in record.outbox)
    if outbox != record.outbox:
        await session.write(evolve(record, outbox=outbox))


def _claimed(message: Message, who: str, now: datetime) -> Message:
    if message.dead is not None or (message.due_at is not None and message.due_at > now):
        return message
    if message.claim is not None and message.event.urgent:  # whoever had it died at it
        return evolve(message, claim=None, due_at=None, dead=LOST)
    return evolve(message, claim=who, due_at=now + LEASE)


async def deliver(session: Session) -> tuple[Message, ...]:
    """Those of this session's messages that could not be delivered; all are struck off, or due again later."""
    failed: list[Message] = []
    while mine := [m for m in session.record.outbox if m.claim == session.id and m.dead is None]:
        done, refused = await _delivered(session, mine, failed)
        try:
            await _struck_off(session, done, refused)
        except StoreUnavailable:
            log.exception("%s: what was delivered is not struck off; it is delivered again in %s", session.key, LEASE)
            break
    return tuple(failed)


async def _delivered(
    session: Session, mine: Iterable[Message], failed: list[Message]
) -> tuple[dict[str, Message | None], str | None]:
    """What became of each message by its id, None where it is over; and why the shop refuses the order, if it does."""
    done: dict[str, Message | None] = {}
    for message in sorted(mine, key=lambda m: not m.event.urgent):
        order = _untold(session.record, done) if message.event.after_order else None
        if order is not None:
            done[message.id] = evolve(message, claim=None, due_at=order.due_at)
            continue
        try:
            await _told(message, session)
            done[message.id] = None
        except Refused as never:
            failed.append(message)
            log.warning("%s: %s is refused (%s)", session.key, message.id, never.code)
            if isinstance(message.event, OF_THE_ORDER):
                done[message.id] = None
                return done, never.code
            done[message.id] = _dead(message, never.code)
        except Exception as why:
            done[message.id] = _again(message, session.checkout.ports.clock())
            failed.append(message)
            if message.event.urgent:  # what an SMS port raises may quote the text, and the code in it
                log.error("%s: %s is not delivered (%s)", session.key, message.id, type(why).__name__)  # noqa: TRY400  # as said
            else:
                log.exception("%s: %s is not delivered; it stays in the outbox", session.key, message.id)
    return done, None


async def _told(message: Message, session: Session) -> None:
    """Delivered; a code is made on its way out, and is in no message that is kept."""
    event = message.event
    code = await CodeOf(event.challenge) if isinstance(event, SendSms) and event.challenge is not None else None
    await Tell(event, message.id, session.record.pre_order, code)


def _untold(record: Record, done: dict[str, Message | None]) -> Message | None:
    """The message by which the shop's tables are to know of the order, as long as they do not."""
    orders = (done.get(m.id, m) for m in record.outbox if isinstance(m.event, OF_THE_ORDER) and m.dead is None)
    return next((m for m in orders if m is not None), None)


def _again(message: Message, now: datetime) -> Message:
    """When it is tried next; given up after so many times, unless its kind never is."""
    tries = message.tries + 1
    if message.event.urgent:
        return evolve(message, claim=None, due_at=None, tries=tries, dead="not delivered; the buyer may ask again")
    if tries >= TRIES and not message.event.for_ever:
        return evolve(message, claim=None, due_at=None, tries=tries, dead=f"not delivered in {tries} tries")
    wait = timedelta(seconds=WAITS[tries - 1]) if tries <= len(WAITS) else timedelta(hours=1)
    return evolve(message, claim=None, due_at=now + wait, tries=tries)


def _dead(message: Message, code: str) -> Message:
    return evolve(message, claim=None, due_at=None, tries=message.tries + 1, dead=f"refused: {code}")


async def _struck_off(session: Session, done: dict[str, Message | None], refused: str | None) -> None:
    """Saved: onto the latest record, and only what is still this session's."""
    while True:
        record, events = session.record, list[Event]()
        outbox = [done.get(m.id, m) if m.claim == session.id else m for m in record.outbox]
        order = record.pre_order
        if refused is not None and order.placed is not None:
            order, told = withdrawn(order, refused, session.checkout.ports.clock())
            outbox = [m for m in outbox if m is not None and not m.event.after_order]  # it waited for this order
            events += told
        events += _alarms(session, done.values())
        session.events = events
        session.record = evolve(record, outbox=tuple(m for m in outbox if m is not None))
        try:
            await session.save(order)
        except Conflict:
            await session.load()
        else:
            return


def _alarms(session: Session, touched: Iterable[Message | None]) -> list[Event]:
    """Somebody is called for what is never given up and does not get through, and for goods that were sold twice."""
    alarming = (
        m for m in touched if m is not None and ((m.tries == TRIES and m.event.for_ever) or _lost_hold(m))
    )  # fmt: skip
    number = session.record.pre_order.number or session.key
    return [OnAttention(number, "hold_lost" if _lost_hold(m) else NOT_DELIVERED) for m in alarming]


def _lost_hold(m: Message) -> bool:
    return m.dead is not None and isinstance(m.event, CommitHold)
