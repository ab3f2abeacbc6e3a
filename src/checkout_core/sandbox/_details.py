"""What is new in a payment beside its amount, as JSON: rewards, and the details of a first call.

    told = details_told(order.details)      # only what somebody has said
    details(told, "TRY")                    # the same again, each value in its format

The wire and the ledger write it the same way, and read it as strictly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

import attrs

from ..effects import Back, Browser, Details
from ..integrations._strict import NotStrict
from ..money import Money
from ..order import Plan, Reward, RewardType

Told: TypeAlias = dict[str, object]

MOST: Final = 10**15  # minor units
MOST_INSTALLMENTS: Final = 99
MOST_PLANS: Final = 40
TYPES: Final[Mapping[str, RewardType]] = {"general": "general", "special": "special"}
BROWSER: Final = tuple(each.name for each in attrs.fields(Browser))
LONGEST: Final = 512  # characters a browser may say of itself
UNFIT: Final = re.compile(r"[\x00-\x1f\ud800-\udfff]")
NAMES: Final = ("plans", "campaign", "save_card", "back", "browser", "email")
ADDRESS: Final = re.compile(r"(?:https?://|/)[!-~]{1,2000}", re.IGNORECASE)
FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "campaign": re.compile(r"[!-~]{1,64}"), "success": ADDRESS, "failure": ADDRESS,
    "email": re.compile(r"[^\x00-\x20\ud800-\udfff]{3,254}"),
    "browser": re.compile(r"[^\x00-\x1f\ud800-\udfff]{0,512}"),
}  # fmt: skip


def rewards_told(rewards: Sequence[Reward]) -> list[Told]:
    """In minor units of the payment's currency."""
    return [{"type": each.type, "minor": each.amount.minor} for each in rewards]


def rewards(told: object, currency: str) -> tuple[Reward, ...]:
    """Each kind once.  Raises NotStrict."""
    if not isinstance(told, list) or len(told) > len(TYPES):
        raise NotStrict("rewards are no list of a few")
    found = []
    for each in told:
        one = _object(each, ("type", "minor"), "a reward")
        if not isinstance(one["type"], str) or one["type"] not in TYPES:
            raise NotStrict("a reward of an unknown type")
        found.append(Reward(TYPES[one["type"]], Money.of(_whole(one["minor"], 1, MOST), currency)))
    if len({each.type for each in found}) != len(found):
        raise NotStrict("rewards have a type twice")
    return tuple(found)


def details_told(given: Details) -> Told:
    """Without what nobody has said; what a browser says is cut where it is too long to be meant."""
    said: Mapping[str, str | None] = attrs.asdict(given.browser)
    browser = {name: UNFIT.sub("?", text[:LONGEST]) for name, text in said.items() if text is not None}
    told: Told = {
        "plans": [
            {"installments": plan.installments, "minor": plan.amount.minor, "rewards": rewards_told(plan.rewards)}
            for plan in given.plans
        ],
        "campaign": given.campaign, "save_card": given.save_card,
        "back": None if given.back is None else {"success": given.back.success, "failure": given.back.failure},
        "browser": browser, "email": given.email,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


def details(told: object, currency: str) -> Details:
    """The details.  Raises NotStrict."""
    given = _object(told, (), "details", NAMES)
    if "save_card" in given and given["save_card"] is not True:
        raise NotStrict("save_card is not in its format")
    return Details(
        _plans(given.get("plans", []), currency), _text(given, "campaign"), "save_card" in given,
        _back(given.get("back")), _browser(given.get("browser", {})), _text(given, "email"),
    )  # fmt: skip


def _plans(told: object, currency: str) -> tuple[Plan, ...]:
    if not isinstance(told, list) or len(told) > MOST_PLANS:
        raise NotStrict("plans are no list of a few")
    found = []
    for each in told:
        one = _object(each, ("installments", "minor", "rewards"), "a plan")
        amount = Money.of(_whole(one["minor"], 1, MOST), currency)
        found.append(Plan(_whole(one["installments"], 1, MOST_INSTALLMENTS), amount, rewards(one["rewards"], currency)))
    return tuple(found)


def _back(told: object) -> Back | None:
    if told is None:
        return None
    given = _object(told, ("success", "failure"), "back")
    return Back(_text(given, "success") or "", _text(given, "failure") or "")


def _browser(told: object) -> Browser:
    given = _object(told, (), "browser", BROWSER)
    if not all(isinstance(text, str) and FORMS["browser"].fullmatch(text) for text in given.values()):
        raise NotStrict("browser is not in its format")
    return Browser(**cast("dict[str, str]", given))


def _object(told: object, wanted: Sequence[str], what: str, optional: Sequence[str] = ()) -> Told:
    if not isinstance(told, dict) or not set(wanted) <= told.keys() <= {*wanted, *optional}:
        raise NotStrict(f"{what} has the fields {', '.join((*wanted, *optional))}")
    return told


def _text(told: Told, name: str) -> str | None:
    value = told.get(name)
    if name in told and not (isinstance(value, str) and FORMS[name].fullmatch(value)):
        raise NotStrict(f"{name} is not in its format")
    return cast("str | None", value)


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise NotStrict("a whole number is not in its format")
    return value
