"""What a store keeps for one checkout, and its stored form.

    codec = Codec(payments=(CreditCard, FundsTransfer), events=(OrderPlaced,))
    known = codec.known(key)
    stored = store.get(key, known.basket)
    record = codec.loads(stored.head, stored.basket, known)

A record is stored as a head and, apart from it, the lines of the basket, which
the head names: a step that leaves the basket alone reads and writes as much at
1000 lines as at one.
"""

from __future__ import annotations

from ._codec import Codec, Known, basket_name
from ._record import (
    SCHEMA, UPGRADES, Answer, Message, Record, RecordBroken, RecordTooNew, Shown, Unstorable, Upgrade,
)  # fmt: skip

__all__ = [
    "SCHEMA", "UPGRADES", "Answer", "Codec", "Known", "Message", "Record", "RecordBroken", "RecordTooNew", "Shown",
    "Unstorable", "Upgrade", "basket_name",
]  # fmt: skip
