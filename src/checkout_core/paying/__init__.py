"""Taking money: the only package that names holds and transfers.

pay, ask, place       the ends of a step: saved, sent, applied
apply_outcome         what any outcome does to an order; pure, idempotent, never a step back
recover               what is due without any buyer; it asks and gives back, and never sends a payment
"""

from __future__ import annotations

from ._contracts import agreed, contract_text
from ._facts import (
    ASKABLE,
    DEFINITE,
    MOVING,
    WATCHED,
    ambiguous,
    awaiting,
    due_at,
    is_over,
    locks,
    moving,
    owed,
    verdict,
)
from ._outcomes import Told, apply_outcome, withdrawn
from ._recovery import hinted, recover, resolved
from ._returns import back_to, brings_token, return_token
from ._seals import digest, goods, items, numbered, seal
from ._steps import SLOT_FULL, USED_UP, allowed, ask, may_guess, pay, place, prepare

__all__ = [
    "ASKABLE", "DEFINITE", "MOVING", "SLOT_FULL", "USED_UP", "WATCHED", "Told", "agreed", "allowed", "ambiguous",
    "apply_outcome", "ask", "awaiting", "back_to", "brings_token", "contract_text", "digest", "due_at", "goods",
    "hinted", "is_over", "items", "locks", "may_guess", "moving", "numbered", "owed", "pay", "place", "prepare",
    "recover", "resolved", "return_token", "seal", "verdict", "withdrawn",
]  # fmt: skip
