"""When the buyer has to prove who they are: rules for 3-D Secure.

    AmountLimit(Money("1000.00", "TRY"))

One rule that fires is enough.  The table has the names of the shop's setting THREE_D_SECURE_RULES.
"""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from ..money import Money
from ..page import Visit
from ..shop import Misconfigured
from . import Explained
from ._parameters import known_currencies, listed, not_negative, some, told


class ThreeDRule(Protocol):
    """Is this payment one to prove?  Pure; asked once the plan is chosen, so totals are with interest."""

    def fires(self, visit: Visit, /) -> bool: ...
    def explain(self, visit: Visit, /) -> Explained: ...


def needed(visit: Visit) -> bool:
    """Whether the shop insists: 3-D Secure is switched on, and a rule fires."""
    settings = visit.settings
    return settings.three_d_secure_enabled and any(rule.fires(visit) for rule in settings.three_d_secure_rules)


@frozen
class AmountLimit:
    """The total is above the limit; a total in another currency never is, so a shop writes one limit a currency."""

    limit: Money

    def __attrs_post_init__(self) -> None:
        not_negative(self.limit)

    def fires(self, visit: Visit, /) -> bool:
        total = visit.order.totals.payable
        return total.currency == self.limit.currency and total.minor > self.limit.minor

    def explain(self, visit: Visit, /) -> Explained:
        says = f"total above {told(self.limit)}; here {told(visit.order.totals.payable)}"
        return Explained(says, self.fires(visit))


@frozen
class OnlyGuestUser:
    """The buyer has no account."""

    def fires(self, visit: Visit, /) -> bool:
        return visit.order.buyer.is_guest

    def explain(self, visit: Visit, /) -> Explained:
        return Explained("the buyer is a guest", self.fires(visit))


@frozen
class PaymentCurrency:
    """Paid in one of these currencies, ISO 4217."""

    currencies: frozenset[str] = field(validator=[some, known_currencies])

    def fires(self, visit: Visit, /) -> bool:
        return visit.order.totals.total.currency in self.currencies

    def explain(self, visit: Visit, /) -> Explained:
        says = f"currency one of {listed(self.currencies)}; here {visit.order.totals.total.currency}"
        return Explained(says, self.fires(visit))


@frozen
class PosSlugs:
    """The money is taken by one of these gateways, by name."""

    pos_slugs: frozenset[str] = field(validator=some)

    def fires(self, visit: Visit, /) -> bool:
        return _gateway(visit) in self.pos_slugs

    def explain(self, visit: Visit, /) -> Explained:
        says = f"gateway one of {listed(self.pos_slugs)}; here {_gateway(visit) or 'none'}"
        return Explained(says, self.fires(visit))


def _gateway(visit: Visit) -> str | None:
    payment = visit.order.payment
    return payment.option.gateway if payment else None


@frozen
class TrialLimit:
    """Declined that often already in this checkout, whatever the card."""

    trial_limit: int

    def __attrs_post_init__(self) -> None:
        if self.trial_limit < 1:
            raise Misconfigured("trial_limit wants 1 or more; 0 would fire always")

    def fires(self, visit: Visit, /) -> bool:
        return _declines(visit) >= self.trial_limit

    def explain(self, visit: Visit, /) -> Explained:
        return Explained(f"declined at least {self.trial_limit} times; here {_declines(visit)}", self.fires(visit))


def _declines(visit: Visit) -> int:
    return sum(attempt.state == "declined" for attempt in visit.order.attempts)


THREE_D_RULES: dict[str, type[ThreeDRule]] = {
    "amount_limit": AmountLimit,
    "only_guest_user": OnlyGuestUser,
    "payment_currency": PaymentCurrency,
    "check_pos_slug_three_d_only": PosSlugs,
    "trial_limit": TrialLimit,
}
