"""Money on its way: totals, the seal, attempts, and the placed order.

`Totals` is written by pricing only, the rest by paying only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from attrs import Factory, field, frozen

from ..money import Money

State = Literal[
    "preparing",  # saved; holds are being taken, and nobody has heard of a payment
    "intent",  # saved; nobody knows yet whether it was sent
    "awaiting",  # a form, a session or a ticket was handed out; the buyer may pay, or never
    "authorised",  # the bank keeps the money for us; not taken
    "review",  # taken, and looked at for fraud
    "unknown",  # sent, and no definite answer
    "parked",  # captured; judged when another attempt that is moving has ended
    "unplaced",  # captured, and fits; what had been let go meanwhile is being held again
    "captured",  # the receipt of the placed order
    "deferred",  # the order is placed on a receipt that needs no provider
    "declined",
    "not_executed",  # twice not found in the ledger; its number is not retired
    "cancelled",  # the provider has closed what was handed out
    "abandoned",  # ended before the last call, which is ours and is never made
    "superseded",  # the buyer moved on, and the provider may still take the money: it is watched
    "replayed",  # its answer told of a request, or of money, that another attempt accounts for
    "reversing",  # money that may not stand
    "reversed",
]
Kind = Literal["sale", "three_d", "session", "deferred"]


def _nothing(totals: Totals) -> Money:
    return Money.zero(totals.total.currency)


NOTHING: Money = Factory(_nothing, takes_self=True)
RewardType = Literal["general", "special"]


@frozen(slots=False)
class Totals:
    """total == lines - discounts + shipping - shipping_discount + payment_fee + bags + gift_box + interest.

    Of it loyalty_card, loyalty_money and gift_cards pay their part, and the way to pay takes the rest, `payable`.
    """

    lines: Money
    shipping: Money
    interest: Money
    total: Money
    discounts: Money = field(default=NOTHING)
    shipping_discount: Money = field(default=NOTHING)
    bags: Money = field(default=NOTHING)
    gift_box: Money = field(default=NOTHING)
    loyalty_card: Money = field(default=NOTHING)
    loyalty_money: Money = field(default=NOTHING)
    payment_fee: Money = field(default=NOTHING)  # of paying at the door
    gift_cards: Money = field(default=NOTHING)

    @property
    def payable(self) -> Money:
        """What is left for the way to pay."""
        return self.total - self.loyalty_card - self.loyalty_money - self.gift_cards


@frozen(slots=False)
class Reward:
    """Points of a bank card that are worth so much."""

    type: RewardType
    amount: Money


@frozen(slots=False)
class Plan:
    """One way to take the money: in so many parts, so much altogether, of which rewards of the card pay a part."""

    installments: int
    amount: Money
    rewards: tuple[Reward, ...] = ()


@frozen(slots=False)
class Seal:
    """What an attempt is for: a digest of all the order will say, and every plan that was offered for it."""

    digest: str
    plans: tuple[Plan, ...]


@frozen(slots=False)
class Agreed:
    """A contract as the buyer was shown it."""

    contract: str  # its slug
    digest: str  # SHA-256 of its text, hexadecimal


@frozen(slots=False)
class Deferred:
    """A receipt that needs no provider: the money comes later, or there is none to come.

    `status` is the order's: 300 payment_waiting, 400 approved.
    """

    why: Literal["funds_transfer", "free", "pay_on_delivery", "loyalty_money", "gift_card"]
    status: Literal[300, 400]


@frozen(slots=False)
class Holding:
    """What is kept for this attempt: the goods of the seal, uses of coupons, the slot, money of other tenders."""

    op: str  # by which it is held, committed and released, however often that is said
    state: Literal["asked", "held", "committed", "released"] = "asked"


@frozen(slots=False)
class Capture:
    """A row of the provider's ledger that we know of, accounted once, for ever."""

    reference: str
    amount: Money
    installments: int
    reversal: Literal["due", "refund", "done"] | None = None  # refund: too late to void
    why: str | None = None  # it goes back
    tries: int = 0  # to give it back
    known_as: str | None = None  # its reference in the ledger, where an operator told of it before the ledger did
    rewards: tuple[Reward, ...] = ()  # of the amount
    card_token: str | None = None  # the card may be charged by again, where the buyer asked for it


@frozen(slots=False)
class CardToSave:
    """The buyer wants to find this card again; its token comes with the money."""

    account: str
    name: str
    bin_number: str
    last_four: str


@frozen(slots=False)
class Resolved:
    """What an operator said of an attempt."""

    said: str
    operator: str
    reason: str
    at: datetime


@frozen(slots=False)
class Attempt:
    """One try to take money."""

    n: int  # 1, 2, ...
    number: str
    key: str  # idempotency key
    gateway: str  # empty where no provider is asked
    kind: Kind
    seal: Seal
    state: State
    since: datetime
    send_by: datetime  # past it nothing is sent any more
    settled_by: datetime  # past it nothing that was sent can still take effect, or be missing in the ledger
    due_at: datetime | None = None  # when somebody must look
    handed: Mapping[str, str] = field(factory=dict)  # what the provider gave for later; no card field
    code: str | None = None  # why it came to nothing
    missed_at: datetime | None = None  # first time its ledger did not know it, after `settled_by`
    captures: tuple[Capture, ...] = ()
    hold: Holding | None = None  # None: nothing need be kept
    receipt: Deferred | None = None  # where no provider is asked
    native: bool = False  # its gateway answers a key once and for all
    last_call: Literal["shop", "provider"] = "shop"  # who takes the money of what was handed out
    open_until: datetime | None = None  # how long what is handed out can be used
    locks_until: datetime | None = None  # without an answer; then the buyer may pay another way.  None: never
    watch_until: datetime | None = None  # its number is looked at, also when it seems to be over
    asked: int = 0  # how often the ledger was asked
    said: tuple[str, ...] = ()  # what contradicts what stands, each once
    attention: str | None = None  # why somebody must look who can do more than we
    resolved: Resolved | None = None
    agreed: tuple[Agreed, ...] = ()  # when it began
    save: CardToSave | None = None
    returned: str | None = None  # digest of what a browser brought back first


@frozen(slots=False)
class Placed:
    """The order, once there is a receipt for it.  Never changes; the PreOrder around it does not either."""

    number: str
    total: Money
    totals: Totals
    plan: Plan
    receipt: str  # reference in the ledger, or why none is needed
    status: Literal[300, 400]  # payment_waiting, approved
    at: datetime
    digest: str  # of the seal
    agreed: tuple[Agreed, ...] = ()

    @property
    def id(self) -> int:
        """Stands for the order where only a number will do: 52 bits of its order number's digest; JavaScript has 53."""
        return int(hashlib.sha256(self.number.encode()).hexdigest()[:13], 16)
