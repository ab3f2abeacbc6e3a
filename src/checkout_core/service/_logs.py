"""A filter for a host's log handlers that lets no card number through.

    handler.addFilter(CardFilter())     # of each handler: a logger's filter does not see what its children log

The library writes no card number to any log.  This is for what others write: a gateway's client, a web framework that
logs a body, an exception that quotes it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any, Final
from unicodedata import decimal

from stdnum import luhn

BLANK: Final = "<card>"
GAP: Final = r"(?:[ \xa0+-]|%20|%2D)"  # as typed, and as a URL has it
RUN: Final = re.compile(rf"\d(?:{GAP}?\d){{11,}}", re.IGNORECASE)  # \d, for people type their own digits
GROUP: Final = re.compile(rf"({GAP})", re.IGNORECASE)
SHORTEST, LONGEST = 12, 19  # digits of ISO/IEC 7812-1
FIRST: Final = re.compile(r"[2-6]|9792")  # of all schemes that sell to consumers; 9792 is Troy's
OF_MAESTRO: Final = re.compile(r"[56]")  # nobody else's have 12 digits
OURS: Final = frozenset(logging.makeLogRecord({}).__dict__)  # what is in a record before anybody puts more there


class CardFilter(logging.Filter):
    """Blanks card numbers: in message, arguments, exception, stack, and whatever `extra` put beside them.

    A card number is 12 to 19 digits that pass Luhn and begin as cards do, together or in groups.  Any other digits
    stay: amounts, order numbers, moments, phones.  One number in ten of that length passes by chance, and is blanked
    as well.  A security code is three digits like others, and is not found.

    Lets every record pass, and never raises.  An exception that has to be blanked stays as text only, without its
    traceback object: what draws local variables from that would draw the card again.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """True; the record says what it said, less the cards."""
        _blank_message(record)
        if isinstance(record.exc_info, tuple):
            said = record.exc_text or _drawn(record.exc_info)
            if (blanked := blank(said)) != said:
                record.exc_text, record.exc_info = blanked, None
        elif record.exc_text:
            record.exc_text = blank(record.exc_text)
        if record.stack_info:
            record.stack_info = blank(record.stack_info)
        for name, value in record.__dict__.items():
            if name not in OURS:
                record.__dict__[name] = _without_cards(value)
        return True


def blank(text: str) -> str:
    """The text with `<card>` for each card number."""
    return RUN.sub(_blanked, text)


def _blanked(run: re.Match[str]) -> str:
    """The run of digits without the groups that make up cards."""
    parts = GROUP.split(run[0])  # digits, gap, digits, ...
    groups = ["".join(str(decimal(digit)) for digit in group) for group in parts[::2]]
    cards = {n for start, end in _cards(groups) for n in range(start, end)}
    said = ""
    for n, group in enumerate(parts[::2]):
        joined = n in cards and n - 1 in cards
        said += "" if joined or n == 0 else parts[2 * n - 1]
        said += "" if joined else BLANK if n in cards else group
    return said


def _cards(groups: list[str]) -> Iterator[tuple[int, int]]:
    """Which neighbouring groups are a card number: all that may be one, for one may hide another."""
    for start in range(len(groups)):
        number = ""
        for end, group in enumerate(groups[start : start + LONGEST], start + 1):
            number += group
            if len(number) > LONGEST:
                break
            if is_card(number):
                yield start, end


def is_card(number: str) -> bool:
    """Whether these ASCII digits may be a card's."""
    begins = OF_MAESTRO if len(number) == SHORTEST else FIRST
    return len(number) >= SHORTEST and begins.match(number) is not None and luhn.is_valid(number)


def _blank_message(record: logging.LogRecord) -> None:
    """Formatted here where anything of it has to go: an argument may be a number, and is one no more."""
    try:
        said = record.getMessage()
    except Exception:  # noqa: BLE001  # what logging would print of it has the arguments as they are
        said = f"{record.msg} {record.args}"
        record.msg, record.args = blank(said), ()
        return
    blanked = blank(said)
    if blanked != said or _without_cards(record.args) is not record.args:
        record.msg, record.args = blanked, ()


def _without_cards(value: Any) -> Any:
    """The value itself where it shows no card; else what it shows, blanked."""
    try:
        said = str(value)
    except Exception:  # noqa: BLE001  # whoever shows it gets the same
        return value
    blanked = blank(said)
    return value if blanked == said else blanked


def _drawn(failed: Any) -> str:
    return logging.Formatter().formatException(failed)
