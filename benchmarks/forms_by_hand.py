"""The card's form read by hand, into a dict: the same fields and codes, and rules as strict for what a guest posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from checkout_core.effects import Secret
from checkout_core.page import Invalid
from checkout_core.pages.credit_card import CardForm

LONGEST_HOLDER = 64
is_number = re.compile(
    r"3[47][0-9]{13}|(?!3[47])[1-9][0-9]{15}|(?:35|4[0-9]|5[0678]|6[0-9])[0-9]{17}"
).fullmatch  # fmt: skip
is_month = re.compile(r"0?[1-9]|1[0-2]").fullmatch
is_year = re.compile(r"20[0-9]{2}").fullmatch
is_cvv = re.compile(r"[0-9]{3,4}").fullmatch
PLAIN = bytes.maketrans(b"0123456789", bytes(range(10)))
TWICE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
YES = frozenset({"true", "True", "on", "1"})
NOT_ASKED = (
    "card_name", "client_time", "browser_java_enabled", "browser_language", "browser_color_depth",
    "browser_screen_height", "browser_screen_width", "browser_time_zone",
)  # fmt: skip


def card(body: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:  # noqa: C901  # a branch a field
    """The values, and the codes of what is wrong.  The fields of no guest are looked for, and not read."""
    values: dict[str, object] = {}
    codes: dict[str, str] = {}
    number = "".join(text(body, "card_number").split()).replace("-", "")
    if not is_number(number):
        codes["card_number"] = "invalid" if number else "required"
    else:
        digits = number.encode()[::-1]
        if (sum(digits[::2].translate(PLAIN)) + sum(digits[1::2].translate(TWICE))) % 10:
            codes["card_number"] = "checksum"
        values["card_number"] = number
    holder = normalize("NFC", text(body, "card_holder"))
    if not holder.replace(" ", "").isalpha():
        codes["card_holder"] = "invalid" if holder else "required"
    elif len(holder) > LONGEST_HOLDER:
        codes["card_holder"] = "too_long"
    values["card_holder"] = " ".join(holder.split())
    for name, fits in (("card_month", is_month), ("card_year", is_year)):
        if fits(given := text(body, name)):
            values[name] = int(given)
        else:
            codes[name] = "invalid" if given else "required"
    cvv = text(body, "card_cvv")
    if not is_cvv(cvv):
        codes["card_cvv"] = "invalid" if cvv else "required"
    values["card_cvv"] = cvv
    agreed = body.get("agreement")
    if agreed is not True and agreed not in YES:
        codes["agreement"] = "required"
    values["agreement"] = True
    for name in ("save", "use_three_d"):
        flag = body.get(name)
        values[name] = flag is True or flag in YES
    for name in NOT_ASKED:
        values[name] = body.get(name)
    return values, codes


def text(body: Mapping[str, object], name: str) -> str:
    """What was typed, without blanks around it; nothing where it is no text."""
    given = body.get(name)
    return given.strip() if isinstance(given, str) else ""


def must_agree(form: CardForm, right: Mapping[str, object], invalid: Invalid, wrong: Mapping[str, object]) -> None:
    """Raises AssertionError where hand and library do not read the same: they would not be comparable."""
    values, none = card(right)
    by_library = {name: getattr(form, name) for name in values}
    revealed = {name: value.reveal() if isinstance(value, Secret) else value for name, value in by_library.items()}
    codes = {name: (code,) for name, code in card(wrong)[1].items()}
    if none or revealed != values or codes != invalid.codes:
        raise AssertionError((none, values, codes, invalid.codes))
