"""Taking money: the only package that names holds and transfers.

pay, ask, place       the ends of a step: saved, sent, applied
apply_outcome         what any outcome does to an order; pure, idempotent, never a step back
recover               what is due without any buyer; it asks and gives back, and never sends a payment
"""

from __future__ import annotations

from ._again import again_key, closed, given_up, to_pay_again, transferred, waits_for_money
from ._contracts import agreed, contract_text, in_one_line
from ._declines import MOST_COUNTED, declines
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
from ._promise import Promise, promise
from ._recovery import hinted, recover, resolved
from ._returns import OURS, RETURN_TOKEN, WHICH, another_message, back_to, brings_token, message_of, return_token
from ._seals import digest, goods, items, numbered, seal
from ._steps import SLOT_FULL, USED_UP, allowed, ask, may_guess, pay, place, prepare
from ._transactions import Transaction, transactions

__all__ = [
    "ASKABLE", "DEFINITE", "MOST_COUNTED", "MOVING", "OURS", "RETURN_TOKEN", "SLOT_FULL", "USED_UP", "WATCHED",
    "WHICH", "Promise", "Told", "Transaction", "again_key", "agreed", "allowed", "ambiguous", "another_message",
    "apply_outcome", "ask", "awaiting", "back_to", "brings_token", "closed", "contract_text", "declines", "digest",
    "due_at", "given_up", "goods", "hinted", "in_one_line", "is_over", "items", "locks", "may_guess", "message_of",
    "moving", "numbered", "owed", "pay", "place", "prepare", "promise", "recover", "resolved", "return_token", "seal",
    "to_pay_again", "transactions", "transferred", "verdict", "waits_for_money", "withdrawn",
]  # fmt: skip
