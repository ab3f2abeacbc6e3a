"""Magic cards: what the sandbox's bank does with which number.  There is no other card it takes money from.

    bank.sale(order, card)      # with TIMEOUT_TAKEN: the money is gone, and no answer comes

All numbers pass Luhn, and the shop file knows their BINs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import frozen

from ..order import Campaign, RewardType
from ..shop import Installment

End = Literal[
    "approved", "declined", "authorised", "review", "partial", "overcharged", "answer_lost", "request_lost", "late",
    "duplicate_number", "garbage", "fewer_rewards", "unoffered", "tampered",
]  # fmt: skip
Proof = Literal["passed", "failed", "abandoned", "down"]


@frozen
class Fate:
    """What becomes of a card."""

    says: str
    end: End = "approved"
    code: str | None = None  # why, of a decline
    proof: Proof | None = None  # how 3-D Secure goes, where the issuer insists; where only the shop asks, it passes


# Of an issuer that does not insist on 3-D Secure

APPROVED: Final = "5421190000000009"
INSUFFICIENT_FUNDS: Final = "5421190000000017"
TIMEOUT_TAKEN: Final = "5421190000000025"
TIMEOUT_NOT_TAKEN: Final = "5421190000000033"
DUPLICATE_NUMBER: Final = "5421190000000041"
GARBAGE: Final = "5421190000000058"
DO_NOT_HONOR: Final = "5421190000000066"
EXPIRED_CARD: Final = "5421190000000074"
INCORRECT_CVC: Final = "5421190000000082"
LOST_CARD: Final = "5421190000000090"
STOLEN_CARD: Final = "5421190000000108"
LIMIT_EXCEEDED: Final = "5421190000000116"
NOT_PERMITTED: Final = "5421190000000124"
DECLINED: Final = "5421190000000132"
AUTHORISED: Final = "5421190000000140"
UNDER_REVIEW: Final = "5421190000000157"
PARTIAL: Final = "5421190000000165"
OVERCHARGED: Final = "5421190000000173"
TIMEOUT_TAKEN_LATE: Final = "5421190000000181"
REWARDED: Final = "5421190000000199"
FEWER_REWARDS: Final = "5421190000000207"
CAMPAIGN: Final = "5421190000000215"
UNOFFERED: Final = "5421190000000223"
TAMPERED: Final = "5421190000000231"
APPROVED_DEBIT: Final = "4111111111111111"
APPROVED_AMEX: Final = "378282246310005"  # 15 digits, CVV of 4
APPROVED_TROY: Final = "9792030000000000"

# Of one that does

THREE_D: Final = "5421200000000006"
THREE_D_FAILED: Final = "5421200000000014"
THREE_D_ABANDONED: Final = "5421200000000022"
THREE_D_INSUFFICIENT_FUNDS: Final = "5421200000000030"
THREE_D_TIMEOUT_TAKEN: Final = "5421200000000048"
THREE_D_TIMEOUT_NOT_TAKEN: Final = "5421200000000055"
THREE_D_DOWN: Final = "5421200000000063"
THREE_D_TIMEOUT_TAKEN_LATE: Final = "5421200000000071"


def _declined(code: str) -> Fate:
    return Fate(f"declined: {code}", "declined", code)


MAGIC: Final[Mapping[str, Fate]] = MappingProxyType(
    {
        APPROVED: Fate("approved"),
        APPROVED_DEBIT: Fate("approved: a debit card, paid at once"),
        APPROVED_AMEX: Fate("approved: American Express"),
        APPROVED_TROY: Fate("approved: Troy"),
        INSUFFICIENT_FUNDS: _declined("insufficient_funds"),
        DO_NOT_HONOR: _declined("do_not_honor"),
        EXPIRED_CARD: _declined("expired_card"),
        INCORRECT_CVC: _declined("incorrect_cvc"),
        LOST_CARD: _declined("lost_card"),
        STOLEN_CARD: _declined("stolen_card"),
        LIMIT_EXCEEDED: _declined("limit_exceeded"),
        NOT_PERMITTED: _declined("not_permitted"),
        DECLINED: _declined("declined"),
        TIMEOUT_TAKEN: Fate("the money is taken, and no answer comes", "answer_lost"),
        TIMEOUT_NOT_TAKEN: Fate("the request does not arrive, and no answer comes", "request_lost"),
        TIMEOUT_TAKEN_LATE: Fate("no answer comes, and the money is taken when nobody waits any more", "late"),
        AUTHORISED: Fate("kept for the shop, and taken when the bank's operator settles it", "authorised"),
        UNDER_REVIEW: Fate("taken, and looked at for fraud until the bank's operator decides", "review"),
        PARTIAL: Fate("approved for half of what was asked", "partial"),
        OVERCHARGED: Fate("approved, and 1.00 more is taken than was asked", "overcharged"),
        DUPLICATE_NUMBER: Fate("sent twice on the way: taken, and the answer says: number used", "duplicate_number"),
        REWARDED: Fate("approved: a card with points of both kinds to pay with"),
        FEWER_REWARDS: Fate("approved, and half of the points are used that were asked for", "fewer_rewards"),
        CAMPAIGN: Fate("approved: a card whose bank has campaigns"),
        UNOFFERED: Fate("approved: on the bank's own page, in instalments that nobody offered", "unoffered"),
        TAMPERED: Fate("approved: what the browser brings back from the bank's own page was changed", "tampered"),
        GARBAGE: Fate("something on the way answers what is no answer; nothing is taken", "garbage"),
        THREE_D: Fate("3-D Secure passed, approved", proof="passed"),
        THREE_D_FAILED: Fate("3-D Secure failed", proof="failed"),
        THREE_D_ABANDONED: Fate("the buyer does not come back from 3-D Secure", proof="abandoned"),
        THREE_D_INSUFFICIENT_FUNDS: Fate(
            "3-D Secure passed, then declined: insufficient_funds", "declined", "insufficient_funds", "passed"
        ),
        THREE_D_TIMEOUT_TAKEN: Fate("3-D Secure passed, taken, and no answer comes", "answer_lost", None, "passed"),
        THREE_D_TIMEOUT_NOT_TAKEN: Fate(
            "3-D Secure passed, the last request does not arrive", "request_lost", None, "passed"
        ),
        THREE_D_TIMEOUT_TAKEN_LATE: Fate(
            "3-D Secure passed, no answer comes, and the money is taken later", "late", None, "passed"
        ),
        THREE_D_DOWN: Fate("3-D Secure does not answer when it is started", proof="down"),
    }
)

CAMPAIGNS: Final[Mapping[str, tuple[Campaign, ...]]] = MappingProxyType(
    {
        CAMPAIGN: (
            Campaign("no-interest", "3 or 6 instalments without interest", (3, 6)),
            Campaign("double-points", "Double points"),
        ),
        REWARDED: (Campaign("double-points", "Double points"),),
    }
)
"""What the bank of a card has to offer with it."""
REWARDS: Final[Mapping[str, Mapping[RewardType, int]]] = MappingProxyType(
    {REWARDED: {"general": 5_000, "special": 2_000}, FEWER_REWARDS: {"general": 5_000}}
)
"""What is on a card to pay with before any of it is used: minor units of whichever currency is asked for."""
PLANS: Final = (
    Installment(1, 1, "paid at once"), Installment(2, 3, "3 instalments", 15_000),
    Installment(3, 6, "6 instalments", 30_000),
)  # fmt: skip
"""In which instalments the bank lets pay on its page."""

STRANGER: Final = _declined("test_mode_live_card")  # perhaps somebody's: this bank is no place for it
REVIEW_REFUSED: Final = "declined"  # the code of a review that ends badly; the money goes back
UNPROVEN: Final = _declined("three_d_required")
REJECTED: Final = _declined("callback_rejected")
UNFINISHED: Final[Mapping[Proof | None, Fate]] = MappingProxyType(
    {"failed": _declined("three_d_failed"), "abandoned": _declined("three_d_abandoned")}
)

CODES: Final = frozenset(
    fate.code for fate in (*MAGIC.values(), STRANGER, UNPROVEN, REJECTED, *UNFINISHED.values()) if fate.code
)  # every code this bank declines with
