"""What RemoteBank believes of an answer.  Each raises NotStrict for what is no complete answer to that request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final, TypeAlias

from ..effects import Authorised, Cancelled, Captured, Declined, NotFound, Order, Reversed, Row, UnderReview, Unknown
from ..integrations._strict import NotStrict
from ..money import Money, minor_digits
from ..order import Reward
from ._details import rewards
from .magic import CODES

Told: TypeAlias = Mapping[str, object]

MOST: Final = 10**15  # minor units
DECLINES: Final = CODES  # theirs are ours; whatever is not here is Unknown
REFERENCE: Final = re.compile(r"B[0-9]{6,12}")
CURRENCY: Final = re.compile(r"[A-Z]{3}")
REASON: Final = re.compile(r"[a-z0-9_]{1,40}")
SUMS: Final = ("authorised", "captured", "voided", "refunded")
TOKEN: Final = re.compile(r"[!-~]{1,64}")
BESIDE: Final = frozenset({"rewards", "card_token"})
OF_ROW: Final = {"reference", "currency", "installments", "status", *SUMS}


def is_answer(told: Told, order: Order, result: str, *fields: str, may_have: AbstractSet[str] = frozenset()) -> bool:
    """It is that answer, to this request, with these fields, those it may have and no others."""
    if told.get("result") != result:
        return False
    if told.keys() - may_have != {"result", "number", "key", *fields}:
        raise NotStrict(f"not the fields of {result}")
    if (told["number"], told["key"]) != (order.number, order.key):
        raise NotStrict("the answer to another request")
    return True


def taken(told: Told, order: Order) -> Row | Declined | Unknown:
    if is_answer(told, order, "authorised", "reference"):
        return Authorised(_text(told["reference"], REFERENCE))
    if is_answer(told, order, "review", "reference"):
        return UnderReview(_text(told["reference"], REFERENCE))
    if is_answer(told, order, "captured", "reference", "minor", "currency", "installments", may_have=BESIDE):
        amount = _money(told, "minor")
        row = Captured(
            _text(told["reference"], REFERENCE), amount, _whole(told, "installments", 1, 99), *_beside(told, amount)
        )
        if (row.amount, row.installments, row.rewards) != (order.amount, order.installments, order.rewards):
            raise NotStrict("not what was asked for")  # the inquiry tells how much it was
        return row
    return declined(told, order)


def declined(told: Told, order: Order) -> Declined | Unknown:
    if is_answer(told, order, "declined", "code"):
        return Declined(_listed(told["code"]))
    return unknown(told, order)


def unknown(told: Told, order: Order) -> Unknown:
    if is_answer(told, order, "unknown", "reason"):
        return Unknown(_text(told["reason"], REASON))
    raise NotStrict("no answer that we know")


def given_back(told: Told, about: Mapping[str, object], reference: str) -> Reversed | Unknown:
    if told == {**about, "result": "reversed"}:
        return Reversed(reference)
    if told.get("result") == "unknown":
        return Unknown(_text(told.get("reason"), REASON))
    raise NotStrict("no answer that we know")


def inquired(told: Told, number: str) -> tuple[Row, ...] | Declined | Cancelled | NotFound:
    if told.keys() != {"number", "rows", "declined", "closed"} or told["number"] != number:
        raise NotStrict("no statement of that number")
    rows, closed = told["rows"], told["closed"]
    if not isinstance(rows, list) or not isinstance(closed, bool):
        raise NotStrict("no statement")
    read = [_row(row) for row in rows]
    code = None if told["declined"] is None else _listed(told["declined"])
    if len({reference for reference, _ in read}) != len(read):
        raise NotStrict("a row twice")
    standing = tuple(row for _, row in read if row is not None)
    if standing:
        return standing
    return Declined(code) if code is not None else Cancelled() if closed else NotFound()


def _row(told: object) -> tuple[str, Row | None]:
    """Its reference, and the row if it stands: by its sums, whatever its status says."""
    if not isinstance(told, dict) or told.keys() - BESIDE != OF_ROW:
        raise NotStrict("no row")
    reference = _text(told["reference"], REFERENCE)
    authorised, captured, voided, refunded = (_whole(told, name, 0, MOST) for name in SUMS)
    installments, left = _whole(told, "installments", 1, 99), captured - voided - refunded
    _money(told, "authorised")
    if captured == 0 and voided + refunded == 0:
        return reference, Authorised(reference) if authorised else None
    if left < 0 or told["status"] not in {"approved", "review"}:
        raise NotStrict("a row that cannot be")
    if left == 0:
        return reference, None
    if told["status"] == "review":
        return reference, UnderReview(reference)
    amount = Money.of(left, str(told["currency"]))
    return reference, Captured(reference, amount, installments, *_beside(told, amount))


def _beside(told: Told, amount: Money) -> tuple[tuple[Reward, ...], str | None]:
    """Rewards, which are a part of the amount, and the card's token, where there are any."""
    used = rewards(told.get("rewards", []), amount.currency)
    if sum(each.amount.minor for each in used) > amount.minor:
        raise NotStrict("more rewards than money")
    return used, _text(told["card_token"], TOKEN) if "card_token" in told else None


def _listed(code: object) -> str:
    if not isinstance(code, str) or code not in DECLINES:
        raise NotStrict("a code that is not on the list")
    return code


def _text(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise NotStrict("a text that is not in its format")
    return value


def _whole(told: Told, name: str, least: int, most: int) -> int:
    value = told[name]
    if type(value) is not int or not least <= value <= most:
        raise NotStrict(f"{name} is not in its format")
    return value


def _money(told: Told, name: str) -> Money:
    currency = _text(told["currency"], CURRENCY)
    minor_digits(currency)
    return Money.of(_whole(told, name, 1, MOST), currency)
