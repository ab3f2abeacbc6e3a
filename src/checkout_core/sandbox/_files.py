"""Whose a SQLite file is: made ours where it is empty, and left alone where it is not ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


class Foreign(Exception):  # a fact about the file, not a fault of ours
    """Not ours to write into."""


def prepare(db: sqlite3.Connection, application: int, schema: Sequence[str], version: int = 0) -> None:
    """The tables of that application are there; to be called within a transaction.

    `schema` sets `application_id`, and `user_version` where there is a `version`.  Raises Foreign for the file of
    another program, and of another version.
    """
    (found,) = db.execute("PRAGMA application_id").fetchone()
    (made,) = db.execute("PRAGMA user_version").fetchone()
    if found == application:
        if made != version:
            raise Foreign("another release made it; start a new one")
        return
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if found or tables:
        raise Foreign("it is another program's")
    for statement in schema:
        db.execute(statement)
