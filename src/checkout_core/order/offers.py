"""What the shop's promotions did to an order, kept by value: totals read this and nothing else."""

from __future__ import annotations

from attrs import frozen

from ..money import Money


@frozen(slots=False)
class Use:
    """One use of an offer, or of a code, of which there are only so many; held while the buyer pays."""

    subject: str  # "offer|7", "code|WELCOME", "offer|7|" and a digest of who buys
    most: int  # uses there are, gone ones among them


@frozen(slots=False)
class LineShare:
    """What of a discount falls on one line."""

    line: int  # its place in the basket, from 0
    amount: Money


@frozen(slots=False)
class Discount:
    """One offer, as it was applied."""

    offer: int  # its key
    name: str
    amount: Money  # off the goods; the sum of `lines`
    shipping: Money  # off what sending them costs
    lines: tuple[LineShare, ...] = ()
    coupon: str | None = None  # key of the coupon it came by
    code: str | None = None  # voucher code it came by
    uses: tuple[Use, ...] = ()
    says: str = ""  # what the offer gives, for people: "10 % off"; empty where nobody said


@frozen(slots=False)
class SampleOffer:
    """Products of which the buyer may take some as samples."""

    offer: int
    products: tuple[int, ...]
    allowed_quantity: int


@frozen(slots=False)
class Upsell:
    """An offer that is near: so much more, and it applies."""

    offer: int
    message: str
    required: Money
    partial: Money  # that there is already

    @property
    def remaining(self) -> Money:
        """What is still missing."""
        return self.required - self.partial


@frozen(slots=False)
class NotApplied:
    """A coupon or a voucher code of the buyer's that takes nothing off now, and why: an error code."""

    code: str  # of a coupon its key
    why: str


@frozen(slots=False)
class Discounts:
    """The result of all offers.  Written by the engine; no page writes it."""

    applied: tuple[Discount, ...] = ()  # in the order in which they were applied
    samples: tuple[SampleOffer, ...] = ()
    upsells: tuple[Upsell, ...] = ()
    refused: tuple[NotApplied, ...] = ()
    basis: str = ""  # digest of all that this was made from; the same basis, the same result
