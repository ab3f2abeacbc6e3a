"""Admin-written rules and calculators: what they are asked, and what they answer.

Frozen classes whose fields are the parameters, registered in plain dicts by slug:
`SHIPPING_RULES | {"vip-rule": VipOnly}`.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from ..money import Money
from ..order import Parcel
from ..page import Visit


@frozen
class Explained:
    """A rule as a tree: what it asks, whether that holds, and the same of the rules inside it."""

    says: str
    holds: bool
    inside: tuple[Explained, ...] = ()


class Rule(Protocol):
    """May this be offered?  Pure; `code` is the error code of a refusal."""

    @property
    def code(self) -> str: ...
    def applies(self, visit: Visit, parcel: Parcel, /) -> bool: ...
    def explain(self, visit: Visit, parcel: Parcel, /) -> Explained: ...


class Calculator(Protocol):
    """What does it cost?  In the currency of the basket; raises Misconfigured where it cannot."""

    async def price(self, parcel: Parcel, /) -> Money: ...
