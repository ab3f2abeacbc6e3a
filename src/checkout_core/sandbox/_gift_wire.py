"""What a shop and the service of gift cards say to each other: JSON, amounts in minor units, moments in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ..effects import GiftCard, Item, Refused, Secret
from ..integrations._strict import NotStrict
from ..money import Money
from .gift_cards import KIND, GiftCardBooks

Told = dict[str, object]

VERSION: Final = "v1"
VERSION_HEADER: Final = "x-akinon-api-version"
ID_HEADER: Final = "x-akinon-request-id"
GUID: Final = "guid"
FIND, ASK, HOLD, COMMIT, RELEASE = PATHS = ("/find", "/ask", "/hold", "/commit", "/release")
SWITCH: Final = "/switch"
FAILURES: Final = ("down", "500", "lost")  # lost: what was asked is done, and nobody hears of it


def answered(books: GiftCardBooks, path: str, told: Mapping[str, object]) -> Told:
    """What is said to that question.  Raises NotStrict for what is none, ValueError for a hold that cannot be."""
    if path == FIND:
        return card_told(books.find_gift_card(Secret(_text(told, "code")), _text(told, "currency")))
    if path == ASK:
        return card_told(books.ask_gift_card(_text(told, "token"), _text(told, "currency")))
    op = _text(told, "op")
    if path == HOLD:
        items = items_of(told.get("cards"))
        lacking = books.take_hold(op, _text(told, "owner"), items, datetime.fromisoformat(_text(told, "until")))
        return {"lacking": [item.subject for item in lacking]}
    if path == RELEASE:
        books.release_hold(op)
        return {"result": "done"}
    try:
        books.commit_hold(op)
    except Refused as never:
        return {"result": "refused", "code": never.code}
    return {"result": "done"}


def card_told(card: GiftCard | None) -> Told:
    if card is None:
        return {"card": None}
    return {
        "card": {
            "token": card.token, "masked": card.masked, "balance": card.balance.minor,
            "currency": card.balance.currency, "phone": card.phone,
        }
    }  # fmt: skip


def card_of(told: object) -> GiftCard | None:
    """The card of an answer.  Raises NotStrict where it is not written as we write."""
    match told:
        case None:
            return None
        case {
            "token": str(token), "masked": str(masked), "balance": int(minor), "currency": str(currency),
            "phone": str() | None as phone,
        } if token and masked and type(minor) is int:  # fmt: skip
            return GiftCard(token, masked, _money(minor, currency), phone)
        case _:
            raise NotStrict("no gift card")


def cards_told(items: tuple[Item, ...]) -> list[Told]:
    return [{"token": item.subject, "amount": item.quantity} for item in items]


def items_of(told: object) -> tuple[Item, ...]:
    if not isinstance(told, list):
        raise NotStrict("cards")
    found: list[Item] = []
    for each in told:
        match each:
            case {"token": str(token), "amount": int(minor)} if type(minor) is int:
                found.append(Item(KIND, token, minor))
            case _:
                raise NotStrict("cards")
    return tuple(found)


def _money(minor: int, currency: str) -> Money:
    try:
        return Money.of(minor, currency)
    except ValueError:
        raise NotStrict("a currency") from None


def _text(told: Mapping[str, object], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value:
        raise NotStrict(name)
    return value
