"""The phones of the sandbox's buyers: texts as they came, in SQLite, each once however often it was posted.

The texts hold codes.  These are the books of somebody else, the company that sends texts: of the shop's own files no
code is in any.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

from attrs import frozen

from ..shop import Misconfigured
from ._files import Foreign, prepare

PATIENCE: Final = 30.0  # seconds to wait for another process's transaction, which takes milliseconds
APPLICATION: Final = 0x436B5478  # "CkTx" in the file's header
TABLE: Final = (
    "CREATE TABLE texts (seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, says TEXT NOT NULL,"
    " at TEXT NOT NULL)"
)
SCHEMA: Final = (
    TABLE,
    "CREATE INDEX texts_by_phone ON texts (phone)",
    f"PRAGMA application_id = {APPLICATION}",
)
TAKE: Final = "INSERT INTO texts (name, phone, says, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
NAMED: Final = "SELECT name, phone, says, at FROM texts WHERE name = ?"
NEWEST: Final = "SELECT name, phone, says, at FROM texts WHERE ? IN ('', phone) ORDER BY seq DESC LIMIT ?"


@frozen
class Text:
    """One, as it came."""

    name: str  # the same where it is posted again
    phone: str  # E.164
    says: str
    at: str  # ISO 8601, UTC


class Texts:
    """Those in that file, which is made if it is not there.  Threads may share one, processes the file.

    Raises Misconfigured where the file cannot be one, or is another program's; its methods raise sqlite3.Error.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock = Lock()
        try:
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            weakref.finalize(self, self._db.close)
            with self._books() as db:
                prepare(db, APPLICATION, SCHEMA)
        except (sqlite3.Error, Foreign) as wrong:
            raise Misconfigured(f"{path} cannot keep texts: {wrong}") from None

    def take(self, text: Text) -> bool:
        """It is there, once, and on the disk; False where another one has its name."""
        with self._books() as db:
            db.execute(TAKE, (text.name, text.phone, text.says, text.at))
            _, phone, says, _ = db.execute(NAMED, (text.name,)).fetchone()
        return (phone, says) == (text.phone, text.says)

    def newest(self, phone: str, most: int) -> tuple[Text, ...]:
        """The newest first; of all phones where that is empty."""
        with self._books() as db:
            return tuple(Text(*row) for row in db.execute(NEWEST, (phone, most)))

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _books(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing, one at a time."""
        with self._lock, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
