"""What of an answer may be seen where people look on, and how a field wants to be written."""

from __future__ import annotations

import re
from typing import Final

from ..forms import BinNumber, CardMonth, CardNumber, CardYear, Cvv, Email, Phone
from ..forms.drawn import FormField

HINTS: Final[dict[object, str]] = {
    BinNumber: "the first 6 or 8 digits of the card",
    CardMonth: "1 to 12",
    CardYear: "4 digits",
    Cvv: "3 or 4 digits",
    Email: "name@example.org",
    Phone: "as at home, or +90...",
}
HIDDEN: Final = "****"
CARD: Final = re.compile(r"[0-9]{15,16}|[0-9]{19}")
LONG: Final = re.compile(r"\d(?:[\s-]?\d){12,}")  # 13 digits: no shorter card was ever issued


def shown(fields: tuple[FormField, ...], name: str, value: object) -> str:
    """What may be seen of an answer: of a card number its ends, of other secrets and of unknown fields nothing."""
    field = next((each for each in fields if each.name == name), None)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if field is None:
        return f"{HIDDEN} (no such field)"
    if not field.secret:
        return LONG.sub(HIDDEN, text)
    digits = "".join(text.split()).replace("-", "")
    ends = field.kind is CardNumber and CARD.fullmatch(digits)
    return f"{digits[:6]}******{digits[-4:]}" if ends else HIDDEN
