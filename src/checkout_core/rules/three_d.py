"""When the buyer has to prove who they are: rules for 3-D Secure.

    AmountLimit(Money("1000.00", "TRY"))

One rule that fires is enough.  The table has the names of the shop's setting THREE_D_SECURE_RULES.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, Protocol

from attrs import field, frozen

from ..money import Money
from ..page import Visit
from ..paying import MOST_COUNTED
from ..shop import Misconfigured
from . import Explained
from ._parameters import known_currencies, listed, not_negative, some, told


class ThreeDRule(Protocol):
    """Is this payment one to prove?  Pure; asked once the plan is chosen, so totals are with interest."""

    def fires(self, visit: Visit, /) -> bool: ...
    def explain(self, visit: Visit, /) -> Explained: ...


def counted_by(rules: Iterable[ThreeDRule]) -> frozenset[str]:
    """By what the rules count declines in other checkouts: "email", "ip"."""
    return frozenset(filter(None, (getattr(rule, "counts", None) for rule in rules)))  # a host's rule may, too


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


MASTERPASS = frozenset({"masterpass", "masterpass_rest"})  # payment types


@frozen
class MasterpassAmountLimit:
    """As AmountLimit, of payments by Masterpass only."""

    limit: Money

    def __attrs_post_init__(self) -> None:
        not_negative(self.limit)

    def fires(self, visit: Visit, /) -> bool:
        payment = visit.order.payment
        by_masterpass = payment is not None and payment.option.payment_type in MASTERPASS
        return by_masterpass and AmountLimit(self.limit).fires(visit)

    def explain(self, visit: Visit, /) -> Explained:
        return Explained(f"by Masterpass, {AmountLimit(self.limit).explain(visit).says}", self.fires(visit))


@frozen
class OnlyGuestUser:
    """The buyer has no account."""

    def fires(self, visit: Visit, /) -> bool:
        return visit.order.buyer.is_guest

    def explain(self, visit: Visit, /) -> Explained:
        return Explained("the buyer is a guest", self.fires(visit))


@frozen
class IsFirstOrder:
    """The buyer has not ordered before, as far as anybody knows: a guest, and an account nobody told of, have not."""

    def fires(self, visit: Visit, /) -> bool:
        return not visit.caller.orders

    def explain(self, visit: Visit, /) -> Explained:
        known = visit.caller.orders
        here = "nobody knows of any" if known is None else known
        return Explained(f"no order placed before; here {here}", self.fires(visit))


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
        _one_or_more(self.trial_limit)

    def fires(self, visit: Visit, /) -> bool:
        return _declines(visit) >= self.trial_limit

    def explain(self, visit: Visit, /) -> Explained:
        return Explained(f"declined at least {self.trial_limit} times; here {_declines(visit)}", self.fires(visit))


def _declines(visit: Visit) -> int:
    return sum(attempt.state == "declined" for attempt in visit.order.attempts)


@frozen
class TrialLimitPerUserEmail:
    """Declined that often lately, in whichever checkout: counted by the buyer's e-mail address."""

    trial_limit: int

    counts: ClassVar[Literal["email"]] = "email"

    def __attrs_post_init__(self) -> None:
        _one_or_more(self.trial_limit)

    def fires(self, visit: Visit, /) -> bool:
        return _lately(visit, self.counts) >= self.trial_limit

    def explain(self, visit: Visit, /) -> Explained:
        here = _lately(visit, self.counts)
        return Explained(
            f"declined at least {self.trial_limit} times by e-mail address; here {here}", self.fires(visit)
        )


@frozen
class TrialLimitPerRemoteAddr:
    """As TrialLimitPerUserEmail, counted by the address the buyer's requests come from; a till is not counted."""

    trial_limit: int

    counts: ClassVar[Literal["ip"]] = "ip"

    def __attrs_post_init__(self) -> None:
        _one_or_more(self.trial_limit)

    def fires(self, visit: Visit, /) -> bool:
        return _lately(visit, self.counts) >= self.trial_limit

    def explain(self, visit: Visit, /) -> Explained:
        here = _lately(visit, self.counts)
        return Explained(f"declined at least {self.trial_limit} times by address; here {here}", self.fires(visit))


def _lately(visit: Visit, counted_by: str) -> int:
    """Declines of this checkout are known for certain; those of others as far as the page has asked."""
    return max(_declines(visit), visit.declines.get(counted_by, 0))


def _one_or_more(trial_limit: int) -> None:
    if trial_limit < 1:
        raise Misconfigured("trial_limit wants 1 or more; 0 would fire always")
    if trial_limit > MOST_COUNTED:
        raise Misconfigured(f"trial_limit wants {MOST_COUNTED} or less: nobody counts further")


THREE_D_RULES: dict[str, type[ThreeDRule]] = {
    "amount_limit": AmountLimit,
    "masterpass_amount_limit": MasterpassAmountLimit,
    "check_pos_slug_three_d_only": PosSlugs,
    "trial_limit_per_user_email": TrialLimitPerUserEmail,
    "trial_limit_per_remote_addr": TrialLimitPerRemoteAddr,
    "only_guest_user": OnlyGuestUser,
    "is_first_order": IsFirstOrder,
    "payment_currency": PaymentCurrency,
    "trial_limit": TrialLimit,  # ours
}
