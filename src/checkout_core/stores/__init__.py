"""Where records live: one read and one compare-and-set a step."""

from __future__ import annotations

from ._store import Saved, Store, Stored, StoreUnavailable, microseconds
from .memory import MemoryStore
from .sqlite import NotAStore, SqliteStore, StoreTooNew

__all__ = [
    "MemoryStore", "NotAStore", "Saved", "SqliteStore", "Store", "StoreTooNew", "StoreUnavailable", "Stored",
    "microseconds",
]  # fmt: skip
