"""Where the buyer is reached: e-mail addresses and phone numbers, in the one form in which they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, validate_email

from ..settings import Settings
from ._cards import holds_card
from ._shapes import CARD_NUMBER, INVALID, TOO_LONG

_EMAIL: Final = re.compile(  # a part of what email-validator takes, and leaves alone; it is asked about the rest
    r"(?=[^@]{1,64}@[^@]{1,63}\Z)[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}"
).fullmatch
_LONGEST_EMAIL: Final = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
_RESERVED: Final = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)


def email(raw: object, _: Settings) -> object:
    """An ASCII address in lower case: what every mailer and bank can carry, and what compares equal.

    Reserved domains such as `.test` and `.example` are taken, for test shops use them.
    """
    if not isinstance(raw, str):
        return INVALID
    text = raw.strip()
    if len(text) > _LONGEST_EMAIL:
        return TOO_LONG
    lower = text.lower()
    if holds_card(text):
        return CARD_NUMBER
    if text.isascii() and _EMAIL(lower) and not lower.endswith(_RESERVED):
        return lower
    try:
        checked = validate_email(
            text, strict=True, allow_smtputf8=False, check_deliverability=False, test_environment=True
        )
    except ValueError:
        return INVALID
    return checked.ascii_email.lower() if checked.ascii_email else INVALID


_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_LENGTHS_OF_E164: Final = range(8, 17)  # the plus, and 7 to 15 digits
_TURKISH: Final = r"^(05)\d{9}$"  # the documented pattern; such a number says its country
_LONGEST_PHONE: Final = 32  # twice what E.164 has, for patterns that take spaces


@lru_cache(maxsize=64)  # a pattern a shop, all of which a process may serve
def _phone_pattern(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern).fullmatch


@lru_cache(maxsize=256)  # all there are
def _trunk_zero(region: str) -> tuple[str, Callable[[str], object]] | None:
    """The prefix of a country, and what tells a 0 with a number of that country after it; None where 0 means more.

    For these there is nothing to find out: it spares the parser of phonenumbers, which is as slow as five forms.
    """
    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if known is None or known.general_desc is None or known.country_code is None:
        return None
    shared = phonenumbers.region_code_for_country_code(known.country_code) != region
    if shared or not known.national_prefix_for_parsing == known.national_prefix == "0":
        return None
    prefix = f"+{known.country_code}"
    lengths = (n for n in known.general_desc.possible_length if len(prefix) + n in _LENGTHS_OF_E164)
    rest = f"(?=(?:{'|'.join(f'.{{{n}}}' for n in lengths)})\\Z)(?!0)(?:{known.general_desc.national_number_pattern})"
    return prefix, re.compile(f"(?!(?:{known.international_prefix}))0{rest}").fullmatch


def phone(raw: object, settings: Settings) -> object:
    """E.164 of a number that may be somebody's.

    Raises re.error where the setting is no pattern, of which the shop is told when it starts.
    """
    text = raw.strip() if isinstance(raw, str) else ""
    if len(text) > _LONGEST_PHONE or not text.isascii():
        return INVALID
    if _E164(text):
        return _possible(text, None)
    if not text or not _phone_pattern(settings.user_phone_regex)(text):
        return INVALID
    country = settings.default_country_code or ("TR" if settings.user_phone_regex == _TURKISH else "")
    known = _trunk_zero(region := country.upper())
    return known[0] + text[1:] if known and known[1](text) else _possible(text, region)


def _possible(text: str, region: str | None) -> object:
    """E.164 that stays as it is when read again: a 0 too many may leave a number that means another one."""
    written = _written(text, region)
    return written if written and (written == text or _written(written, None) == written) else INVALID


def _written(text: str, region: str | None) -> str | None:
    """Not valid, possible: the documented sample 05999999999 is in no range that was ever given out."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if _E164(written) else None
