"""What every way to pay by card shares: the BIN, the plans, the scheme, 3-D Secure."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..effects import CardSecrets, FindCard
from ..money import MILLION, Money
from ..order import CreditCard, evolve
from ..page import Visit
from ..paying import declines
from ..pricing import interest_free, plan_chosen, unpaid, with_interest
from ..rules.installments import Narrowed, narrowed
from ..rules.three_d import counted_by, needed
from ..shop import Card, Installment
from ._card_offers import offers

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


def plans_for(card: Card, visit: Visit) -> Narrowed:
    """The plans of that card that are offered for this order, and what the buyer is told of them.

    Whoever shows plans, chooses among them or judges one again asks this.
    """
    return narrowed(card, card.installments, visit)


def bank_offers(own: CreditCard, visit: Visit) -> tuple[str, ...]:
    """What the bank may have beside plans: codes of `texts`, and the names of campaigns once it was asked for them."""
    codes = {}
    if offers("campaigns", visit) and own.campaigns != ():  # it was asked, and has none
        codes["campaigns"] = "campaigns_of_the_bank"
    if offers("rewards", visit) and own.rewards != ():
        codes["rewards"] = "rewards_of_the_card"
    return *codes.values(), *dict.fromkeys(each.name for each in own.campaigns or ())


def same_price(plan: Installment | None, plans: tuple[Installment, ...]) -> Installment | None:
    """The one of `plans` that costs as much in as many parts, whatever it is called; None where there is none."""
    if plan is None:
        return None
    terms = plan.installment_count, plan.interest_rate
    return next((each for each in plans if (each.installment_count, each.interest_rate) == terms), None)


def cvv_length(card_number: str) -> int:
    """How many digits are printed on cards of that scheme."""
    return CVV_OF_AMEX if card_number.startswith(AMEX) else 3


def card_codes(card: CardSecrets, now: datetime) -> dict[str, str]:
    """What is wrong with a card that no single field can know: it is over, or its CVV is that of another scheme."""
    codes = {}
    if (card.year, card.month) < (now.year, now.month):
        codes["card_year"] = "expired"
    if card.cvv is not None and len(card.cvv.reveal()) != cvv_length(card.number.reveal()):
        codes["card_cvv"] = "invalid"
    return codes


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
    """Each plan with what it costs altogether and a month.

    A campaign makes the plan free that stands: whoever chooses another one chooses without it.
    """
    due, rounding, payment = unpaid(visit.order), visit.settings.interest_rounding, visit.order.payment
    chosen = plan_chosen(payment)
    shown = []
    for each in plans:
        free = chosen is not None and each.pk == chosen.pk and interest_free(payment, each)
        amount = due if free else with_interest(due, each, rounding)
        monthly = amount.part(max(1, each.installment_count), rounding)  # nothing keeps an admin's table from saying 0
        rate = fraction(0 if free else each.interest_rate)
        shown.append(PlanShown(each.pk, each.installment_count, each.label, amount, monthly, rate))
    return tuple(shown)


async def three_d_wanted(card: Card | None, visit: Visit, *, asked: bool = False) -> bool:
    """The issuer insists; or the shop has 3-D Secure, and the buyer asks for it or one of the shop's rules does.

    How often payments of this buyer were declined lately is asked where a rule counts that.
    """
    settings = visit.settings
    if card is not None and card.three_d:
        return True
    if not settings.three_d_secure_enabled or asked:
        return asked and settings.three_d_secure_enabled
    if by := counted_by(settings.three_d_secure_rules):
        visit = evolve(visit, declines=await declines(visit, by))
    return needed(visit)
