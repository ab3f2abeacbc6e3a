"""The tables of a store's file, version by version: those of the store and those of the holds.

A moment is in microseconds since 1970, UTC.
"""

from __future__ import annotations

APPLICATION = 0x436B4F74  # "CkOt" in the file's header: ours, not another program's

CHECKOUTS = (
    # the basket by itself: writing a head does not touch its pages, leaving it out does not read them
    "CREATE TABLE basket (key TEXT PRIMARY KEY, name TEXT NOT NULL, lines BLOB NOT NULL)",
    "CREATE TABLE checkout (key TEXT PRIMARY KEY, version INTEGER NOT NULL, due_at INTEGER, head BLOB NOT NULL)",
    "CREATE INDEX checkout_due ON checkout (due_at, key) WHERE due_at IS NOT NULL",
    f"PRAGMA application_id = {APPLICATION}",
    "PRAGMA user_version = 1",
)
STOCK = (
    "CREATE TABLE stock (kind TEXT, subject TEXT, quantity INTEGER NOT NULL CHECK (quantity >= 0),"
    " PRIMARY KEY (kind, subject)) WITHOUT ROWID"
)
HELD = (
    "CREATE TABLE held (kind TEXT, subject TEXT, op TEXT, quantity INTEGER NOT NULL,"
    " PRIMARY KEY (kind, subject, op)) WITHOUT ROWID"
)
NAMES_AND_HOLDS = (
    "CREATE TABLE name (name TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX name_key ON name (key)",
    "CREATE TABLE parked (name TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (name, id))",
    "CREATE INDEX parked_at ON parked (at, name, id)",
    "CREATE TABLE safe (handle TEXT PRIMARY KEY, until INTEGER NOT NULL, sealed BLOB NOT NULL)",
    "CREATE INDEX safe_until ON safe (until)",
    STOCK,
    # of every op there ever was; `asked` is a digest of what for, NULL where it was released before it was taken
    "CREATE TABLE hold (op TEXT PRIMARY KEY, owner TEXT, asked TEXT, until INTEGER, state TEXT NOT NULL)",
    # what is kept now, by those ops that are held
    HELD,
    "CREATE INDEX held_op ON held (op)",
    "CREATE TABLE spent (subject TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER NOT NULL)",
    "CREATE INDEX spent_subject ON spent (subject, at)",
    "CREATE INDEX spent_until ON spent (until)",
    "PRAGMA user_version = 2",
)

GONE = (
    # how much of a subject was ever committed, since there is this table: of a slot, whose quota the shop tells
    "CREATE TABLE gone (kind TEXT, subject TEXT, quantity INTEGER NOT NULL, PRIMARY KEY (kind, subject)) WITHOUT ROWID",
    "PRAGMA user_version = 3",
)

TABLES = (CHECKOUTS, NAMES_AND_HOLDS, GONE)  # each makes its version of the one before, the first of an empty file
SCHEMA = len(TABLES)
