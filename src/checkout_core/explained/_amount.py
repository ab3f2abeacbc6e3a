"""An amount, why it is so much, and the amounts that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Final, TypeAlias

from attrs import field, frozen

from ..money import Money

NAMES: Final[Mapping[str, str]] = {  # by key; what is not here has a name of the shop's, such as a product
    "payable": "To pay",
    "total": "Total",
    "lines": "Goods",
    "discounts": "Discounts",
    "shipping": "Shipping",
    "shipping_discount": "Off shipping",
    "payment_fee": "Paying at the door",
    "bags": "Bags",
    "gift_box": "Gift box",
    "interest": "Interest",
    "loyalty_card": "Loyalty points",
    "loyalty_money": "Loyalty money",
    "gift_cards": "Gift cards",
    "rest": "Difference",
}


@frozen
class Code:
    """An error code inside a sentence; `texts.text_of` has what people read instead."""

    code: str

    def __str__(self) -> str:
        return self.code


Value: TypeAlias = Money | Code | int | str


@frozen
class Said:
    """A sentence whose values stand apart, so that it can be translated, and amounts be written as elsewhere."""

    text: str  # English, with {names} of values
    values: Mapping[str, Value] = field(factory=dict, hash=False)

    def told(self, write: Callable[[Value], str] = str, words: Callable[[str], str] = str) -> str:
        """In full: `words` translates the sentence, `write` writes each value."""
        return words(self.text).format(**{name: write(value) for name, value in self.values.items()})


@frozen
class Amount:
    """A number of the order: its sum is the sum of its `parts`, where it has any."""

    key: str  # what it is, stable: "total", "line", "discount", ...
    name: str  # what people call it; English where `NAMES` has the key
    money: Money  # as it acts on what it is a part of: a discount is below zero
    reasons: tuple[Said, ...] = ()  # one sentence together, apart by commas
    parts: tuple[Amount, ...] = ()
    notes: tuple[Said, ...] = ()  # what is worth knowing and changes no amount

    @property
    def reason(self) -> str:
        """Why it is so much: "2 x 35.10".  Empty where the parts say it."""
        return told(self.reasons)

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Amount]]:
        """It and all amounts below it, each after what it is a part of, with how deep it stands."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)

    def __str__(self) -> str:
        """Plain text: a line for each amount, the amounts below each other, notes beneath what they are about."""
        rows = [("  " * depth, each) for depth, each in self.walk()]
        names = max(len(indent) + len(each.name) for indent, each in rows)
        amounts = max(len(str(each.money)) for _, each in rows)
        lines = [f"{'':{names}}  {self.money.currency:>{amounts}}"]
        for indent, each in rows:
            name = indent + _plain(each.name)
            lines.append(f"{name:{names}}  {each.money!s:>{amounts}}  {_plain(each.reason)}".rstrip())
            lines += [f"{indent}  ({_plain(note.told())})" for note in each.notes]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """What a notebook shows: the tree as details that open and close; every name and reason escaped."""
        return f"<div>{_html(self, open_=True)}</div>"


def told(
    reasons: tuple[Said, ...], write: Callable[[Value], str] = str, words: Callable[[str], str] = str
) -> str:  # fmt: skip
    """Reasons as one sentence."""
    return ", ".join(filter(None, (each.told(write, words) for each in reasons)))


def _plain(text: str) -> str:
    """On one line, whatever a product is called."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _html(amount: Amount, *, open_: bool) -> str:
    why = f" <small>{escape(amount.reason)}</small>" if amount.reason else ""
    says = f"{escape(amount.name)} <b>{amount.money}&nbsp;{amount.money.currency}</b>{why}"
    inside = [f"<li>{_html(part, open_=part.key == 'total')}</li>" for part in amount.parts]
    inside += [f"<li><i>{escape(note.told())}</i></li>" for note in amount.notes]
    if not inside:
        return says
    state = " open" if open_ else ""
    return f"<details{state}><summary>{says}</summary><ul>{''.join(inside)}</ul></details>"
