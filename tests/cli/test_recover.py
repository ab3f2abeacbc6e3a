"""`recover`, `prune` and `forget`; and where the checkouts are that a command works on."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

import pytest

from checkout_core import AsyncCheckoutService, evolve
from checkout_core.sandbox.magic import TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN

from .hosted import MODULE, Hosted


@pytest.fixture
def shop(monkeypatch):
    return Hosted(monkeypatch)


def test_one_round_asks_the_ledgers_and_delivers(cli, shop):
    shop.away = {"send_mail": ConnectionError()}
    key, paid = shop.paid(TIMEOUT_TAKEN), shop.paid()
    shop.shop.passes(minutes=5)
    shop.away = {}
    told = cli("recover", "--once", *shop.options)

    assert told.code == 0
    assert told.lines("recover") == ["2026-11-21 12:05:00 2 checkouts looked after; outboxes looked through: 1"]
    assert shop.order(key).placed is not None
    assert shop.record(paid).outbox == ()
    assert shop.shop.bank.captures == 2


def test_without_a_word_it_is_one_round_too(cli, shop):
    shop.paid()
    told = cli("recover", *shop.options)

    assert (told.code, told.err) == (0, "")
    assert told.lines("recover") == ["2026-11-21 12:00:00 0 checkouts looked after; outboxes looked through: 0"]


def test_round_after_round_until_interrupted(cli, shop):
    key = shop.paid(TIMEOUT_TAKEN)
    told = cli("recover", "--every", 30, *shop.options)

    assert (told.code, told.lines("stopped")) == (0, ["after 3 rounds; nothing is lost"])
    assert shop.pauses == [30, 30, 30]
    assert [line.split()[2] for line in told.lines("recover")] == ["0", "1", "0"]
    assert shop.order(key).placed is not None


def test_a_sweep_asks_about_every_checkout(cli, shop):
    for _ in range(3):
        shop.paid()
    asked = sum(call.method == "inquire" for call in shop.shop.bank.calls())
    told = cli("recover", "--sweep", *shop.options)

    assert told.lines("swept") == ["3 checkouts"]
    assert sum(call.method == "inquire" for call in shop.shop.bank.calls()) >= asked + 3


def test_a_round_that_is_full_says_that_more_may_be_due(cli, shop, monkeypatch):
    monkeypatch.setattr("checkout_core.cli._recover.LIMIT", 1)
    shop.paid(TIMEOUT_TAKEN)
    shop.shop.passes(minutes=5)

    assert cli("recover", *shop.options).lines("next") == ["more may be due: run it again"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--once", "--every", "5"), "--once and --every contradict each other: leave one out"),
        (("--every", "0"), "--every"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_told(cli, shop, words, says):
    told = cli("recover", *words, *shop.options)

    assert (told.code, told.out) == (2, "")
    assert says in told.err


# Clearing out


def test_prune_removes_what_is_old_and_over(cli, shop):
    old = shop.paid()
    shop.store.park("bank|4711", "evt-1", shop.shop.now())
    shop.paid(TIMEOUT_NOT_TAKEN)
    shop.away = {"send_mail": ConnectionError()}
    shop.paid()
    shop.shop.passes(days=91)
    shop.begun()
    told = cli("prune", *shop.options)

    assert (told.code, told.err) == (0, "")
    assert told.lines("removed") == ["1 checkout", "1 message about numbers nobody knows"]
    assert told.lines("kept") == [
        "1 changed since, 1 with a payment that is not over, 1 with a message that has not left"
    ]
    assert told.lines("next") == [
        "checkout-core attempts list --open --service a_hosts_shop:service",
        "checkout-core outbox list --service a_hosts_shop:service",
    ]
    assert shop.store.get(old) is None
    for line in told.lines("next"):
        assert cli(*line.split()[1:]).code == 0


def test_a_buyer_is_forgotten_after_a_question(cli, shop):
    mine, other = shop.paid(), shop.begun(email="eve@example.org")
    shop.shop.passes(minutes=5)
    told = cli("forget", "ada@example.org", *shop.options, typed="n\n")
    assert (told.code, told.err) == (1, "checkout-core: nothing was removed\n")

    told = cli("forget", "ADA@example.org", *shop.options, typed="y\n")
    assert (told.code, told.err, told.lines("removed")) == (0, "", ["1 checkout"])
    assert shop.store.get(mine) is None
    assert shop.store.get(other) is not None
    assert cli("forget", "ada@example.org", "--yes", *shop.options).lines("removed") == ["0 checkouts"]


def test_what_must_be_kept_is_named_with_the_moment_it_need_not(cli, shop):
    lost = shop.paid(TIMEOUT_NOT_TAKEN)
    told = cli("forget", "ada@example.org", "--yes", *shop.options)

    assert (told.code, told.lines("removed")) == (1, ["0 checkouts"])
    assert told.lines(shop.number(lost)) == ["attempt 1 is unknown from 2026-11-28 12:00:00"]
    assert told.err == "checkout-core: 1 checkout kept for now; run it again after 2026-11-28 12:00:00 UTC\n"


def test_what_a_person_must_see_to_first_is_named_so(cli, shop):
    shop.for_a_person()
    told = cli("forget", "ada@example.org", "--yes", *shop.options)

    assert told.err == "checkout-core: 1 checkout kept for now; 1 must be resolved first; then run it again\n"
    assert "when a person has resolved it" in told.out


def test_nobody_is_no_buyer(cli, shop):
    shop.begun()
    assert cli("forget", " ", "--yes", *shop.options).code == 2


# Where the checkouts are


def test_records_that_cannot_be_read_are_named(cli, shop):
    key = shop.begun()
    stored = shop.store.get(key)
    shop.store.save(key, stored.version, b"{", None, None)
    told = cli("forget", "ada@example.org", "--yes", *shop.options)

    assert told.code == 1
    assert told.lines("unread") == [f"1 record left alone: {key}"]
    assert told.err.splitlines()[-1].endswith("whether those that cannot be read are of this buyer, nobody can say")
    assert cli("prune", *shop.options).lines("unread") == [f"1 record left alone: {key}"]


def test_the_checkouts_of_walk_are_opened_by_their_database(cli, to_order, tmp_path):
    db = tmp_path / "shop.sqlite"
    key = cli("walk", "--db", db, "--script", to_order()).key
    listed = cli("attempts", "list", "--db", db)
    assert (listed.code, listed.lines("of")) == (0, ["1 checkout: 1 captured"])

    assert cli("attempts", "show", "--db", db, "--", key).code == 0
    assert cli("outbox", "list", "--db", db).lines("messages") == ["none"]
    assert cli("recover", "--db", db).code == 0
    assert cli("prune", "--db", db).lines("kept") == ["1 changed since"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        ((), 2, "--db FILE or --service MODULE:NAME says which checkouts are meant"),
        (("--shop", "x.toml"), 2, "--db FILE or --service MODULE:NAME says which checkouts are meant"),
        (("--db", "nowhere.sqlite"), 1, "there is no file nowhere.sqlite"),
        (("--service", "a:b", "--db", "x"), 2, "--service brings its own shop and database: leave --shop and --db out"),
        (("--service", "nocolon"), 2, "--service wants MODULE:NAME of a CheckoutService, or of a function"),
        (("--service", "no.such_module:x"), 1, "there is no module 'no.such_module', neither here nor"),
        (("--service", f"{MODULE}:servcie"), 1, f"module '{MODULE}' has no 'servcie'; did you mean service?"),
    ],
)
def test_where_no_checkouts_are_is_told_in_one_sentence(cli, shop, options, code, says):
    told = cli("attempts", "list", *options)

    assert (told.code, told.out, told.err.count("\n")) == (code, "", 1)
    assert says in told.err


def test_a_function_may_make_the_service(cli, shop):
    shop.module.make = lambda: shop.service
    shop.module.shops = type("Shops", (), {"first": shop.service})

    assert cli("attempts", "list", "--service", f"{MODULE}:make").code == 0
    assert cli("attempts", "list", "--service", f"{MODULE}:shops.first").code == 0


def _fails():
    raise RuntimeError("the password is swordfish")


async def _async():
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("what", "says"),
    [
        (_async, "is an async function"),
        (_fails, "raised RuntimeError when it was called"),
        (dict, "is no CheckoutService but of type dict"),
        ("text", "is no CheckoutService but of type str"),
        (lambda needed: needed, "raised TypeError when it was called"),
    ],
)
def test_what_is_no_service_is_refused_by_what_it_is(cli, shop, what, says):
    shop.module.service = what
    told = cli("recover", *shop.options)

    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert says in told.err
    assert "--service wants MODULE:NAME of a CheckoutService, or of a function that returns one" in told.err
    assert "swordfish" not in told.err


def test_an_async_service_is_refused_with_what_to_do(cli, shop):
    shop.module.service = AsyncCheckoutService(shop.service.checkout, shop.store)
    told = cli("recover", *shop.options)

    assert "is an AsyncCheckoutService: build a CheckoutService on the same store for the command line" in told.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import no_such_thing", "wants a module 'no_such_thing' that is not installed"),
        ("1 / 0", "cannot be imported (ZeroDivisionError); python -c 'import broken_shop' shows why"),
        ("]", "cannot be imported (SyntaxError); python -c 'import broken_shop' shows why"),
    ],
)
def test_a_module_here_that_does_not_import_says_why(cli, tmp_path, monkeypatch, text, says):
    (tmp_path / "broken_shop.py").write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "broken_shop", raising=False)
    told = cli("recover", "--service", "broken_shop:service")

    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert says in told.err


def test_settings_of_a_host_are_its_own(cli, shop):

    shop.shop.settings = evolve(shop.shop.settings, records_kept=timedelta(hours=1))
    shop.begun()
    shop.shop.passes(hours=2)

    assert cli("prune", *shop.options).lines("removed") == ["1 checkout"]
