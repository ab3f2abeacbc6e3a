"""For whom: rules about the buyer.

    OrderHistoryRule(at_most=0)      # a first order

Who is asking is what the host says of the caller: it is believed, and not kept.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ..order import Parcel
from ..page import Visit
from . import Explained
from ._parameters import among, between, bounds, counted, some


@frozen
class MembersRule:
    """Only buyers with an account; with `members` false, only those without."""

    members: bool = True

    @property
    def code(self) -> str:
        return "members_only" if self.members else "guests_only"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return visit.order.buyer.is_guest is not self.members

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        wanted = "a member" if self.members else "a guest"
        here = "a guest" if visit.order.buyer.is_guest else "a member"
        return Explained(f"the buyer is {wanted}; here {here}", self.applies(visit, parcel))


@frozen
class SegmentRule:
    """The buyer is in one of these segments; who is in no segment is in none of them."""

    segments: frozenset[str] = field(validator=some)
    exclude: bool = False

    code: ClassVar[str] = "segment_not_served"

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        return (visit.caller.segment in self.segments) is not self.exclude

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        says = f"segment {among(self.segments, exclude=self.exclude)}; here {visit.caller.segment or 'none'}"
        return Explained(says, self.applies(visit, parcel))


@frozen
class OrderHistoryRule:
    """The buyer has placed so many orders before.

    A number nobody knows is outside all bounds.  So is a guest's, unless the host knows it: a guest may have bought a
    hundred times, and what is for newcomers would be for everybody who logs out.
    """

    at_least: int | None = None
    at_most: int | None = None

    code: ClassVar[str] = "order_history_out_of_range"

    def __attrs_post_init__(self) -> None:
        bounds(self.at_least, self.at_most)

    def applies(self, visit: Visit, parcel: Parcel, /) -> bool:
        orders = visit.caller.orders
        return orders is not None and counted(orders, self.at_least, self.at_most)

    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained:
        orders = visit.caller.orders
        says = f"orders before {between(self.at_least, self.at_most)}; here {'unknown' if orders is None else orders}"
        return Explained(says, self.applies(visit, parcel))
