"""What a bank does beside taking money, by its books: points on cards, and codes on transfers."""

from __future__ import annotations

from typing import Final

from ..money import Money
from ..order import Reward, RewardType
from ._book import Book
from ._papers import Reference
from .magic import MAGIC, REWARDS, Fate

CARDS: Final = {number[-4:]: number for number in MAGIC}  # the last four digits are all that is kept of a card


def rewards(book: Book, number: str, currency: str) -> tuple[Reward, ...]:
    """What is left on the card to pay with."""
    found = {of: left(book, number[-4:], of) for of in REWARDS.get(number, {})}
    return tuple(Reward(of, Money.of(minor, currency)) for of, minor in found.items() if minor)


def left(book: Book, last_four: str, of: RewardType) -> int:
    """So many minor units of that kind; what was given back is there again."""
    standing = book.rows("last_four = ? AND state IN ('captured', 'authorised', 'review')", last_four)
    gone = sum(each.amount.minor for row in standing for each in row.rewards if each.type == of)
    return REWARDS.get(CARDS.get(last_four, ""), {}).get(of, 0) - gone


def used(asked: tuple[Reward, ...], taken: int, fate: Fate) -> tuple[Reward, ...]:
    """Of the rewards, what pays for so much; they never pay for more than there is."""
    found = []
    for each in asked:
        wanted = each.amount.minor // 2 if fate.end == "fewer_rewards" else each.amount.minor
        minor = min(wanted, taken)
        taken -= minor
        if minor:
            found.append(Reward(each.type, Money.of(minor, each.amount.currency)))
    return tuple(found)


def code_of(book: Book, asked: Reference) -> str:
    """The code that goes with that question; another amount or account makes the one before void."""
    for before in book.references("number = ? AND state != 'void'", asked.number):
        if (before.amount, before.iban) == (asked.amount, asked.iban):
            return before.code
    book.outdate(asked.number)
    return book.give_out(asked).code


def transferred(book: Book, code: str, amount: Money) -> Reference | None:
    """Money has come with that code; None where nothing is open that has it."""
    if not book.references("code = ? AND state = 'open' AND currency = ?", code, amount.currency):
        return None
    book.receive(code, amount.minor)
    return book.references("code = ?", code)[0]
