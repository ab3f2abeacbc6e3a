"""A card is kept encrypted, for minutes, taken once, and without its CVV."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import sqlite3
import subprocess
import sys
import traceback
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from cryptography.fernet import Fernet

from checkout_core import Misconfigured
from checkout_core.effects import CardSecrets, Secret
from checkout_core.stores import AnswerLost, MemoryStore, SqliteStore, StoreUnavailable
from checkout_core.stores.vault import CardVault

from .kit import NOON, Clock, alone, disguises

NUMBER, HOLDER, CVV = "5421190000000009", "CANARY HOLDER", "7391"
CARD = CardSecrets(Secret(NUMBER), HOLDER, 11, 2031, Secret(CVV))
KEPT = CardSecrets(Secret(NUMBER), HOLDER, 11, 2031, None)
OLD, NEW = Fernet.generate_key(), Fernet.generate_key()
UNTIL = NOON + timedelta(minutes=10)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    made = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "checkouts.sqlite")
    with closing(made) as opened:
        yield opened


@pytest.fixture
def vault(store, clock):
    return CardVault(store, (OLD,), clock)


def test_a_card_comes_back_once_and_without_its_cvv(vault):
    handle = vault.keep_card(CARD, UNTIL)
    assert vault.take_card(handle) == KEPT
    assert vault.take_card(handle) is None


def test_another_worker_of_the_same_store_and_keys_takes_it(vault, store, clock):
    handle = vault.keep_card(CARD, UNTIL)
    assert CardVault(store, (OLD,), clock).take_card(handle) == KEPT
    assert vault.take_card(handle) is None


@pytest.mark.parametrize(("minutes", "card"), [(9.99, KEPT), (10, None), (11, None)])
def test_a_card_is_gone_when_its_time_is(vault, clock, minutes, card):
    handle = vault.keep_card(CARD, UNTIL)
    clock.passes(minutes=minutes)
    assert vault.take_card(handle) == card


@pytest.mark.parametrize("handle", ["", " ", "card", "\0", "a" * 43])
def test_a_handle_that_was_never_given_opens_nothing(vault, handle):
    vault.keep_card(CARD, UNTIL)
    assert vault.take_card(handle) is None


def test_handles_are_many_and_long(vault):
    handles = {vault.keep_card(CARD, UNTIL) for _ in range(50)}
    assert len(handles) == 50
    assert {len(handle) for handle in handles} == {43}


def test_of_many_who_take_one_card_one_gets_it(vault):
    handle = vault.keep_card(CARD, UNTIL)
    ready, got = Barrier(8), []

    def take():
        ready.wait()
        got.append(vault.take_card(handle))

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == [KEPT, *[None] * 7]


class Seen(MemoryStore):
    """Remembers what it was given; `fails` is raised instead of an answer."""

    def __init__(self):
        super().__init__()
        self.kept, self.fails = [], None

    def keep(self, handle, sealed, until, now=None, /):
        self.kept.append((handle, sealed, until))
        if self.fails is not None:
            raise self.fails
        super().keep(handle, sealed, until, now)

    def take(self, handle, now, /):
        taken = super().take(handle, now)
        if self.fails is not None:
            raise self.fails
        return taken


@pytest.fixture
def seen():
    return Seen()


def test_what_is_stored_tells_nothing_of_the_card_and_never_twice_the_same(seen, clock):
    vault = CardVault(seen, (OLD,), clock)
    handles = [vault.keep_card(CARD, UNTIL), vault.keep_card(CARD, UNTIL)]
    assert [handle for handle, *_ in seen.kept] == handles
    (_, one, until), (_, other, _) = seen.kept
    assert (until, one == other) == (UNTIL, False)
    said = Fernet(OLD).decrypt(one).decode()
    assert NUMBER in said
    assert not alone(CVV).search(said)
    for word in (*disguises(NUMBER), *disguises(HOLDER)):
        assert word.encode() not in one


def test_a_process_that_dies_leaves_the_encrypted_card_only(tmp_path):
    """No key is in the file, and without one there is nothing to be read of it, in the write-ahead log neither."""
    path = tmp_path / "checkouts.sqlite"
    code = f"""
import os
from datetime import UTC, datetime, timedelta
from checkout_core.effects import CardSecrets, Secret
from checkout_core.stores import SqliteStore
from checkout_core.stores.vault import CardVault
now = datetime(2026, 11, 21, 12, tzinfo=UTC)
vault = CardVault(SqliteStore({str(path)!r}), ({OLD!r},), lambda: now)
card = CardSecrets(Secret({NUMBER!r}), {HOLDER!r}, 11, 2031, Secret({CVV!r}))
print(vault.keep_card(card, now + timedelta(minutes=10)), flush=True)
os._exit(9)
"""
    died = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert died.returncode == 9, died.stderr
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) > 1  # the write-ahead log is still there
    assert b"gAAAA" in written  # the ciphertext
    for word in (*disguises(NUMBER), *disguises(HOLDER), OLD.decode()):
        assert word.encode() not in written
    with closing(SqliteStore(path)) as store:
        assert CardVault(store, (OLD,), Clock()).take_card(died.stdout.strip()) == KEPT


# Keys


def test_after_a_change_of_keys_cards_that_are_kept_open_until_the_old_key_is_out(vault, store, clock):
    one, other = vault.keep_card(CARD, UNTIL), vault.keep_card(CARD, UNTIL)
    assert CardVault(store, (NEW, OLD), clock).take_card(one) == KEPT
    assert CardVault(store, (NEW,), clock).take_card(other) is None


def test_the_first_key_encrypts(seen, clock):
    CardVault(seen, (NEW, OLD), clock).keep_card(CARD, UNTIL)
    assert Fernet(NEW).decrypt(seen.kept[0][1])


def test_a_card_no_key_opens_is_told_to_the_log_and_to_nobody_else(vault, store, clock, caplog):
    handle = vault.keep_card(CARD, UNTIL)
    with caplog.at_level(logging.DEBUG):
        assert CardVault(store, (NEW,), clock).take_card(handle) is None
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("checkout_core", "WARNING")
    assert handle not in caplog.text


POOR = {
    "no tuple": (), "no list": [], "no bytes": b"", "no text": "", "one key": OLD, "its text": OLD.decode(),
    "short": (b"short",), "no base64": (b"\0" * 32,), "None": (None,), "a second one that is none": (OLD, "x"),
}  # fmt: skip


@pytest.mark.parametrize("keys", POOR.values(), ids=POOR)
def test_a_vault_without_good_keys_says_how_to_make_one_and_quotes_none(store, clock, keys):
    with pytest.raises(Misconfigured, match=r"Fernet\.generate_key\(\)") as refused:
        CardVault(store, keys, clock)
    assert OLD.decode() not in "".join(traceback.format_exception(refused.value))


def test_a_key_may_be_text(store, clock):
    vault = CardVault(store, (OLD.decode(),), clock)
    assert vault.take_card(vault.keep_card(CARD, UNTIL)) == KEPT


# Who can write to the store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkouts.sqlite"


def changed(path, statement, *values):
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement, values)
        db.commit()


def test_a_card_that_was_moved_to_another_handle_is_not_given_out(path, clock):
    with closing(SqliteStore(path)) as store:
        vault = CardVault(store, (OLD,), clock)
        mine, theirs = vault.keep_card(CARD, UNTIL), vault.keep_card(CARD, UNTIL)
        changed(path, "UPDATE safe SET sealed = (SELECT sealed FROM safe WHERE handle = ?)", theirs)
        assert vault.take_card(mine) is None
        assert vault.take_card(theirs) == KEPT


def test_a_card_whose_time_somebody_prolonged_is_not_given_out(path, clock):
    with closing(SqliteStore(path)) as store:
        vault = CardVault(store, (OLD,), clock)
        handle = vault.keep_card(CARD, UNTIL)
        changed(path, "UPDATE safe SET until = until * 2")
        clock.passes(minutes=10)
        assert vault.take_card(handle) is None


@pytest.mark.parametrize("sealed", [b"", b"gAAAA", json.dumps(["h", 1, NUMBER, HOLDER, 1, 2030]).encode(), b"\0" * 100])
def test_bytes_that_the_vault_did_not_write_are_no_card(store, vault, sealed):
    store.keep("h", sealed, UNTIL)
    assert vault.take_card("h") is None


# A store that fails


def test_where_the_store_lost_its_answer_the_card_is_gone(seen, clock):
    vault = CardVault(seen, (OLD,), clock)
    handle = vault.keep_card(CARD, UNTIL)
    seen.fails = AnswerLost("it may be gone")
    assert vault.take_card(handle) is None


def test_a_store_that_is_away_is_told_of_and_no_traceback_has_the_card(seen, clock):
    vault = CardVault(seen, (OLD,), clock)
    seen.fails = StoreUnavailable("the disk is full")
    for ask in (lambda: vault.keep_card(CARD, UNTIL), lambda: vault.take_card("h")):
        with pytest.raises(StoreUnavailable) as failed:
            ask()
        drawn = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
        ours = drawn[drawn.index("vault.py") :]
        assert "<secret>" in ours or "take_card" in ours
        assert not [word for word in (NUMBER, HOLDER, OLD.decode()) if word in ours]


def test_a_vault_shows_nothing_and_is_never_stored(vault):
    assert repr(vault) == "<CardVault>"
    for keep in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="never stored"):
            keep(vault)


def test_without_the_extra_the_module_imports_and_a_vault_says_what_to_install():
    code = """
import sys
sys.modules["cryptography"] = sys.modules["cryptography.fernet"] = None
from checkout_core.stores import MemoryStore
from checkout_core.stores.vault import CardVault
try:
    CardVault(MemoryStore(), ("key",), None)
except ImportError as missing:
    print(missing)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (said.stdout, said.stderr) == ("a vault needs cryptography: pip install 'checkout-core[vault]'\n", "")
