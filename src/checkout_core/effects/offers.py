"""What is asked about offers: coupons of a buyer, what a code stands for; or the host's own engine of them."""

from __future__ import annotations

from typing import Protocol

from attrs import field, frozen

from ..order import Discounts, PreOrder
from ._kinds import Query, RemoteQuery, Unavailable


@frozen
class Coupon:
    """A coupon of an account."""

    pk: str  # what the buyer names it by
    offer: int  # of the snapshot
    code: str | None = None  # of a bulk coupon: the one of many codes that is this buyer's
    uses: int = 1  # that there are of it, gone ones among them


@frozen
class Voucher:
    """What a code stands for."""

    code: str  # as the shop spells it
    offer: int  # of the snapshot
    uses: int | None = None  # that there are of this code, gone ones among them; None: as many as the offer has


@frozen
class ListCoupons(Query[tuple[Coupon, ...]]):
    """The coupons of that account; those that are switched off or taken back are not among them."""

    account: str


@frozen
class FindVoucher(Query["Voucher | None"]):
    """The voucher of that code, however the buyer spelt it; None where there is none."""

    code: str


class OffersPort(Protocol):
    def list_coupons(self, account: str, /) -> tuple[Coupon, ...]: ...
    def find_voucher(self, code: str, /) -> Voucher | None: ...


@frozen
class AskDiscounts(RemoteQuery[Discounts]):
    """What the host's own engine of promotions takes off this order.

    Each coupon and code of the buyer's is among what it applied, with an amount of nothing where it gives samples
    only, or among what it refused; one it says nothing of is refused.  The `basis` of the answer is not looked at.
    """

    basis: str
    order: PreOrder = field(eq=False)


class PromotionsPort(Protocol):
    def ask_discounts(self, basis: str, order: PreOrder, /) -> Discounts | Unavailable: ...
