"""What is asked for each promise of a gateway, with payments of its own; the names are in `promises`.

Each raises BrokenPromise, or Careless of `gateways`, with what was seen.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

from attrs import evolve

from ..effects import (
    Cancelled,
    Captured,
    Declined,
    NotFound,
    Replayed,
    Reversed,
    Row,
    Settled,
    Unknown,
    Verified,
)
from ._account import Account, again, must
from .gateways import check_message

MOMENT: Final = timedelta(seconds=1)


def unheard_of(at: Account) -> None:
    answer = at.asks(at.new())
    must(answer == NotFound(), f"it was {answer!r}")


def taken(at: Account) -> None:
    order = at.order()
    answer = at.sells(order)
    must((answer.amount, answer.installments) == (order.amount, order.installments), f"{answer!r} of {order!r}")
    must((rows := at.rows(order.number)) == (answer,), f"the answer was {answer!r}, and the ledger has {rows!r}")


def declined(at: Account) -> None:
    order = at.order()
    answer = at.sale(order, at.declined)
    must(isinstance(answer, Declined), f"the card that is declined was {answer!r}")
    must(not (rows := at.rows(order.number)), f"{answer!r}, and the ledger has {rows!r}")


def in_time(at: Account) -> None:
    order = at.order()
    at.late(order)
    at.passes(at.able.max_in_flight)
    before = at.rows(order.number)
    at.passes(3 * at.able.max_in_flight + MOMENT)
    must((rows := at.rows(order.number)) == before, f"after its time {before!r}, and later {rows!r}")


def key_once(at: Account) -> None:
    order = at.order()
    first, second = at.sells(order), at.sale(order)
    must(second == first or isinstance(second, Unknown), f"first {first!r}, then {second!r}")
    must((rows := at.rows(order.number)) == (first,), f"sent twice, and the ledger has {rows!r}")


def key_for_one_amount(at: Account) -> None:
    order = at.order()
    first, second = at.sells(order), at.sale(again(order, amount=at.other))
    must(second == first or isinstance(second, Unknown), f"first {first!r}, then {second!r}")
    must((rows := at.rows(order.number)) == (first,), f"of one key the ledger has {rows!r}")


def key_declined(at: Account) -> None:
    order = at.order()
    at.sale(order, at.declined)
    second = at.sale(order)
    must(isinstance(second, Declined | Replayed | Unknown), f"declined, and then {second!r}")
    must(not (rows := at.rows(order.number)), f"declined, and then the ledger has {rows!r}")


def number_once(at: Account) -> None:
    order = at.order()
    first, second = at.sells(order), at.sale(again(order, key=at.new()))
    must(second == first or isinstance(second, Unknown), f"first {first!r}, then {second!r}")
    must((rows := at.rows(order.number)) == (first,), f"of one number the ledger has {rows!r}")


def longest(at: Account) -> None:
    """Numbers and keys that differ in their last character only; an account that cuts them off mixes payments up."""
    number, key = at.new().rjust(at.able.number_max - 1, "0"), at.new().rjust(at.able.key_max - 1, "0")
    one, other = (evolve(at.order(number + last), key=key + last) for last in "12")
    first = at.sells(one)
    must(not (rows := at.rows(other.number)), f"{other.number} was not sent, and the ledger has {rows!r}")
    second = at.sells(other)
    must((rows := at.rows(one.number)) == (first,), f"{one.number} was sent once, and the ledger has {rows!r}")
    must((rows := at.rows(other.number)) == (second,), f"{other.number} was sent once, and the ledger has {rows!r}")


def voided(at: Account) -> None:
    order, key = at.order(), at.new()
    row = at.sells(order)
    answer = at.voids(row.reference, key)
    if answer == Settled(row.reference):
        must((rows := at.rows(order.number)) == (row,), f"{answer!r}, and the ledger has {rows!r}")
        return
    must(answer == Reversed(row.reference), f"it was {answer!r}")
    must(not (rows := at.rows(order.number)), f"{answer!r}, and the ledger has {rows!r}")
    second = at.voids(row.reference, key)
    must(second == answer or isinstance(second, Unknown), f"{answer!r}, and asked once more {second!r}")


def voided_nothing(at: Account) -> None:
    answer = at.voids(at.new(), at.new())
    must(isinstance(answer, Unknown), f"a row that is not there was {answer!r}")


def refunded(at: Account) -> None:
    order, key = at.order(), at.new()
    row = at.sells(order)
    if at.able.void:
        at.clears(row.reference)
        answer = at.voids(row.reference, at.new())
        must(answer == Settled(row.reference), f"a void that is too late was {answer!r}")
        must((rows := at.rows(order.number)) == (row,), f"{answer!r}, and the ledger has {rows!r}")
    answer = at.refunds(row.reference, key)
    must(answer == Reversed(row.reference), f"it was {answer!r}")
    must(not (rows := at.rows(order.number)), f"{answer!r}, and the ledger has {rows!r}")
    second = at.refunds(row.reference, key)
    must(second == answer or isinstance(second, Unknown), f"{answer!r}, and asked once more {second!r}")


def session(at: Account) -> None:
    order = at.order()
    given = at.starts_session(order)
    must(not (rows := at.rows(order.number)), f"nobody has paid, and the ledger has {rows!r}")
    for _ in range(2):
        at.pays(given)
        _has_one_row(at, order.number)


def last_call_of_shop(at: Account) -> None:
    order = at.order()
    returned = at.pays(at.starts_three_d(order))
    must(not (rows := at.rows(order.number)), f"before the last call the ledger has {rows!r}")
    first = at.finishes(order, returned)
    must(isinstance(first, Captured), f"the last call was {first!r}")
    second = at.finishes(order, returned)
    must(second == first or isinstance(second, Unknown), f"first {first!r}, then {second!r}")
    must((rows := at.rows(order.number)) == (first,), f"finished twice, and the ledger has {rows!r}")


def last_call_of_provider(at: Account) -> None:
    order = at.order()
    returned = at.pays(at.starts_three_d(order))
    _has_one_row(at, order.number)
    answer = at.finishes(order, returned)
    must(isinstance(answer, Row | Unknown), f"the buyer has paid, and the last call was {answer!r}")
    _has_one_row(at, order.number)


def forged_return(at: Account) -> None:
    order = at.order()
    given = at.starts_three_d(order)
    for returned in ({}, dict.fromkeys(given, at.new()), {"success": "true", "mdStatus": "1"}):
        answer = at.finishes(order, returned)
        allowed = Unknown if at.able.last_call == "provider" else Declined | Unknown  # its buyer may still pay
        must(isinstance(answer, allowed), f"{answer!r} was made of {returned!r}")
    must(not (rows := at.rows(order.number)), f"the ledger has {rows!r}")


def return_of_another(at: Account) -> None:
    mine, other = at.order(), at.order()
    returned = at.pays(at.starts_three_d(other))
    at.starts_three_d(mine)
    answer = at.finishes(mine, returned)
    must(not isinstance(answer, Row), f"{answer!r} was made of the return of another payment")
    must(not (rows := at.rows(mine.number)), f"the ledger has {rows!r}")


def card_needed(at: Account) -> None:
    order = at.order()
    returned = at.pays(at.starts_three_d(order))
    before = at.rows(order.number)
    answer = at.finishes(order, returned, card=False)
    must(not isinstance(answer, Row), f"{answer!r} without the card")
    must((rows := at.rows(order.number)) == before, f"without the card the ledger has {rows!r}")


def closed(at: Account) -> None:
    order = at.order()
    kind = "session" if "session" in at.able.kinds else "three_d"
    given = at.starts_session(order) if kind == "session" else at.starts_three_d(order)
    must((answer := at.cancels(order)) == Cancelled(), f"it was {answer!r}")
    returned = at.pays(given)
    if kind == "three_d":
        at.finishes(order, returned)
    must(not (rows := at.rows(order.number)), f"closed, and then the ledger has {rows!r}")


def paid_and_closed(at: Account) -> None:
    order = at.order()
    at.pays(at.starts_session(order) if "session" in at.able.kinds else at.starts_three_d(order))
    _has_one_row(at, order.number)
    answer = at.cancels(order)
    must(isinstance(answer, Unknown), f"the buyer has paid, and closing was {answer!r}")


def over(at: Account) -> None:
    order = at.order()
    kind = "session" if "session" in at.able.kinds else "three_d"
    given = at.starts_session(order) if kind == "session" else at.starts_three_d(order)
    at.passes(at.able.session_ttl + MOMENT)
    returned = at.pays(given)
    if kind == "three_d":
        at.finishes(order, returned)
    at.passes(at.able.max_in_flight)
    must(not (rows := at.rows(order.number)), f"after its time the ledger has {rows!r}")


def messages(at: Account) -> None:
    order = at.order()
    at.sells(order)
    told = at.messages(order.number)
    must(told, "the provider has told nothing")
    for message in told:
        verified = at.verifies(message)
        must(isinstance(verified, Verified) and verified.number == order.number, f"a message was {verified!r}")
        covered: Literal["full", "partial"] = "full" if at.able.callback == "full" else "partial"
        check_message(at.verifies, message, signature=at.signature, coverage=covered)


def message_in_full(at: Account) -> None:
    order = at.order()
    row = at.sells(order)
    heard = map(at.verifies, at.messages(order.number))
    said = [verified.outcome for verified in heard if isinstance(verified, Verified)]
    must(all(outcome in {row, None} for outcome in said), f"{row!r} was taken, and messages say {said!r}")


def _has_one_row(at: Account, number: str) -> None:
    rows = at.rows(number)
    same = len(rows) == 1 and isinstance(rows[0], Captured) and rows[0].amount == at.amount
    must(same, f"the buyer has paid {at.amount}, and the ledger has {rows!r}")
