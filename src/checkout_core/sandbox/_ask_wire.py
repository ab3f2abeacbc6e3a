"""What the bank's process hears and says beside payments: plans, campaigns, rewards, codes for transfers.

An answer is read as strictly as a request: whatever is no complete answer raises NotStrict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from ..effects import Secret
from ..integrations._strict import NotStrict
from ..money import minor_digits
from ..order import Campaign, Reward
from ..shop import Installment
from ._details import rewards, rewards_told
from ._reading import card_of, lines, money, text
from .bank import Bank

Told: TypeAlias = dict[str, object]

MOST: Final = 40  # of a list
CODE: Final = re.compile(r"[!-~]{1,64}")
NAME: Final = re.compile(r"[^\x00-\x1f\ud800-\udfff]{1,200}")
REFERENCE: Final = re.compile(r"RF[0-9]{8,12}")
RATES: Final = 10_000_000  # millionths
COUNTS: Final = 99


def asking(method: str, told: Mapping[str, object]) -> Callable[[Bank], Told]:
    """What to do with the bank, and what to answer.  Raises ValueError for what is not as agreed."""
    match method:
        case "ask_plans":
            amount = money(told)
            return lambda bank: {"plans": [_plan_told(plan) for plan in bank.ask_plans(amount)]}
        case "ask_campaigns":
            number = Secret(text(told, "card_number"))
            return lambda bank: {"campaigns": [_campaign_told(each) for each in bank.ask_campaigns(number)]}
        case "ask_rewards":
            card, currency = card_of(told["card"]), text(told, "currency")
            minor_digits(currency)
            return lambda bank: {"currency": currency, "rewards": rewards_told(bank.ask_rewards(card, currency))}
        case _:
            return _referring(told)


def _referring(told: Mapping[str, object]) -> Callable[[Bank], Told]:
    number, amount, iban, site = text(told, "number"), money(told), text(told, "iban"), text(told, "site")
    email = None if told["email"] is None else text(told, "email")
    addresses = lines(told["addresses"])

    def refer(bank: Bank) -> Told:
        return {"number": number, "code": bank.ask_reference(number, amount, iban, email, addresses, site)}

    return refer


def _plan_told(plan: Installment) -> Told:
    return {
        "pk": plan.pk, "installments": plan.installment_count, "label": plan.label, "interest_rate": plan.interest_rate
    }  # fmt: skip


def _campaign_told(campaign: Campaign) -> Told:
    return {"code": campaign.code, "name": campaign.name, "interest_free": list(campaign.interest_free)}


# What RemoteBank believes of an answer


def plans(told: Mapping[str, object]) -> tuple[Installment, ...]:
    """Each count once."""
    found = tuple(
        Installment(
            _whole(each["pk"], 1, 10**9), _whole(each["installments"], 1, COUNTS), _text(each["label"], NAME),
            _whole(each["interest_rate"], 0, RATES),
        )
        for each in _each(told, "plans", ("pk", "installments", "label", "interest_rate"))
    )  # fmt: skip
    if len({plan.installment_count for plan in found}) != len(found):
        raise NotStrict("plans have a count twice")
    return found


def campaigns(told: Mapping[str, object]) -> tuple[Campaign, ...]:
    """Each code once."""
    found = []
    for each in _each(told, "campaigns", ("code", "name", "interest_free")):
        free = each["interest_free"]
        if not isinstance(free, list) or len(free) > MOST:
            raise NotStrict("interest_free is no list of a few")
        counts = tuple(_whole(count, 1, COUNTS) for count in free)
        found.append(Campaign(_text(each["code"], CODE), _text(each["name"], NAME), counts))
    if len({campaign.code for campaign in found}) != len(found):
        raise NotStrict("campaigns have a code twice")
    return tuple(found)


def offered_rewards(told: Mapping[str, object], currency: str) -> tuple[Reward, ...]:
    """In the currency that was asked for."""
    if told.keys() != {"currency", "rewards"} or told["currency"] != currency:
        raise NotStrict("no rewards of that currency")
    return rewards(told["rewards"], currency)


def reference(told: Mapping[str, object], number: str) -> str:
    """The code for that number."""
    if told.keys() != {"number", "code"} or told["number"] != number:
        raise NotStrict("no code for that number")
    return _text(told["code"], REFERENCE)


def _each(told: Mapping[str, object], name: str, fields: tuple[str, ...]) -> list[Told]:
    listed = told.get(name)
    if told.keys() != {name} or not isinstance(listed, list) or len(listed) > MOST:
        raise NotStrict(f"{name} are no list of a few")
    for each in listed:
        if not isinstance(each, dict) or each.keys() != set(fields):
            raise NotStrict(f"one of {name} has the fields {', '.join(fields)}")
    return listed


def _text(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise NotStrict("a text that is not in its format")
    return value


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise NotStrict("a whole number is not in its format")
    return value
