"""What every way to pay by card shares: the BIN, the plans, the scheme, 3-D Secure."""

from __future__ import annotations

from attrs import frozen

from ..effects import FindCard
from ..money import MILLION, Money
from ..order import evolve
from ..page import Visit
from ..pricing import unpaid, with_interest
from ..rules.three_d import needed
from ..shop import Card, Installment

CVV_OF_AMEX = 4  # digits; every other scheme has 3
AMEX = ("34", "37")  # how its numbers begin


async def card_of(bin_number: str, visit: Visit) -> Card:
    """The card a BIN stands for, with its plans; the shop's default card where nobody knows the BIN.

    Raises Misconfigured where the shop has no default card.
    """
    return await FindCard(bin_number) or visit.shop.card(visit.settings.default_card_slug)


def without_plans(card: Card) -> Card:
    """The card as it is kept in the PreOrder."""
    return evolve(card, installments=())


def same_price(plan: Installment | None, plans: tuple[Installment, ...]) -> Installment | None:
    """The one of `plans` that costs as much in as many parts, whatever it is called; None where there is none."""
    if plan is None:
        return None
    terms = plan.installment_count, plan.interest_rate
    return next((each for each in plans if (each.installment_count, each.interest_rate) == terms), None)


def cvv_length(card_number: str) -> int:
    """How many digits are printed on cards of that scheme."""
    return CVV_OF_AMEX if card_number.startswith(AMEX) else 3


def fraction(rate: int) -> str:
    """A rate in millionths as the documents write it: "0.050000" is 5 %."""
    whole, rest = divmod(rate, MILLION)
    return f"{whole}.{rest:06d}"


@frozen(slots=False)
class PlanShown:
    pk: int
    installment_count: int
    label: str
    price_with_accrued_interest: Money
    monthly_price_with_accrued_interest: Money  # the last one takes the rest
    interest_rate: str  # a fraction of the amount


def plans_shown(plans: tuple[Installment, ...], visit: Visit) -> tuple[PlanShown, ...]:
    """Each plan with what it costs altogether and a month."""
    due, rounding = unpaid(visit.order), visit.settings.interest_rounding
    shown = []
    for each in plans:
        amount = with_interest(due, each, rounding)
        monthly = amount.part(max(1, each.installment_count), rounding)  # nothing keeps an admin's table from saying 0
        rate = fraction(each.interest_rate)
        shown.append(PlanShown(each.pk, each.installment_count, each.label, amount, monthly, rate))
    return tuple(shown)


def three_d_wanted(card: Card | None, visit: Visit, *, asked: bool = False) -> bool:
    """The issuer insists; or the shop has 3-D Secure, and the buyer asks for it or one of the shop's rules does."""
    issuer = card is not None and card.three_d
    return issuer or (asked and visit.settings.three_d_secure_enabled) or needed(visit)
