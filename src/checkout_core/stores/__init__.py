"""Where records live: one read and one compare-and-set a step.  And what there is only so much of."""

from __future__ import annotations

from ._sqlite_file import NotAStore, StoreTooNew
from ._store import AnswerLost, Parked, Saved, Store, Stored, StoreUnavailable, microseconds
from .by_kind import HoldsByKind
from .memory import MemoryStore
from .memory_holds import MemoryHolds
from .sqlite import SqliteStore
from .sqlite_holds import SqliteHolds

__all__ = [
    "AnswerLost", "HoldsByKind", "MemoryHolds", "MemoryStore", "NotAStore", "Parked", "Saved", "SqliteHolds",
    "SqliteStore", "Store", "StoreTooNew", "StoreUnavailable", "Stored", "microseconds",
]  # fmt: skip
