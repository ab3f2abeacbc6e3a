"""The operator's commands on a host's own command line: its service is there, and nobody is asked which."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from checkout_core.cli import operator_commands
from checkout_core.effects import Refused
from checkout_core.stores import StoreUnavailable

from .conftest import Told
from .hosted import Hosted


class Host(Hosted):
    """A program `flask` with a command of its own, and `checkout` with ours."""

    def __init__(self, monkeypatch, *name):
        super().__init__(monkeypatch)
        self.program = click.Group("flask", commands=[click.Command("own"), operator_commands(self.service, *name)])

    def does(self, *args, typed=None):
        return Told(CliRunner().invoke(self.program, args, input=typed, prog_name="flask"))


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    return Host(monkeypatch)


def test_there_are_the_commands_that_look_after_something_and_no_others(host):
    told = host.does("checkout", "--help")
    (listed,) = (part for part in told.out.split("Commands:\n")[1:])

    assert [line.split()[0] for line in listed.splitlines()] == [
        "attempts", "forget", "order", "outbox", "prune", "recover",
    ]  # fmt: skip
    assert "payments and messages" in told.out


def test_a_payment_is_found_and_what_to_do_next_is_told_as_it_is_typed_here(host):
    host.for_a_person()
    (number,) = {row.number for row in host.shop.bank.rows()}
    listed = host.does("checkout", "attempts", "list", "--attention")
    shown = host.does("checkout", "attempts", "show", number)

    assert (listed.code, listed.lines("next")) == (0, [f"flask checkout attempts show {number}"])
    assert f"flask checkout attempts resolve --as captured --reason TEXT {number}" in shown.lines("next")[0]


def test_every_command_works_on_the_service_that_was_given(host):
    host.away["send_mail"] = Refused("no_such_mailbox")
    key = host.paid()
    (message,) = host.record(key).outbox
    del host.away["send_mail"]

    assert host.does("checkout", "outbox", "list", "--dead").lines("next") == [
        f"flask checkout outbox show {message.id}"
    ]
    assert host.does("checkout", "outbox", "retry", message.id).lines("delivered") == [message.id]
    assert host.does("checkout", "recover").lines("recover")[0].endswith("outboxes looked through: 0")
    assert host.does("checkout", "prune").lines("removed") == ["0 checkouts"]
    assert host.does("checkout", "forget", "ada@example.org", "--yes").code == 1  # its payment is watched
    host.shop.passes(days=30)
    host.does("checkout", "recover")
    assert host.does("checkout", "forget", "ada@example.org", "--yes").lines("removed") == ["1 checkout"]
    assert host.record(key) is None


def test_under_another_name_it_is_told_under_that_name(monkeypatch):
    host = Host(monkeypatch, "till")
    host.for_a_person()

    assert host.does("till", "attempts", "list", "--attention").lines("next")[0].startswith("flask till attempts show ")


def test_two_services_of_one_program_stay_apart(monkeypatch):
    one, other = Host(monkeypatch), Host(monkeypatch)
    one.paid()
    one.program.add_command(operator_commands(other.service, "other"))

    assert one.does("checkout", "attempts", "list").lines("shown") == ["1 attempt"]
    assert one.does("other", "attempts", "list").lines("shown") == ["0 attempts"]


def test_another_service_may_be_named(host, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    other = Hosted(monkeypatch)  # under the name that --service looks for
    other.for_a_person()
    told = host.does("checkout", "attempts", "list", "--attention", *other.options)

    assert told.lines("shown") == ["1 attempt"]
    assert told.lines("next")[0].startswith("checkout-core attempts show --service a_hosts_shop:service ")


def test_outside_of_it_a_command_asks_as_before(host, cli):
    told = cli("attempts", "list")

    assert (told.code, "--db FILE or --service MODULE:NAME" in told.err) == (2, True)


def test_a_command_that_is_mistyped_is_told_with_the_one_that_was_meant(host):
    told = host.does("checkout", "recovr")

    assert told.code == 2
    assert "there is no command 'recovr'; did you mean recover?" in told.err


def test_a_store_that_is_away_is_one_sentence(host, monkeypatch):
    def away(*_):
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(host.store, "keys", away)
    told = host.does("checkout", "attempts", "list")

    assert (told.code, told.out) == (1, "")
    assert told.err == "Error: the disk is full\n"


def test_what_should_not_happen_says_how_to_see_where_it_did(host, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("4111111111111111")

    monkeypatch.setattr(host.store, "keys", broken)
    told = host.does("checkout", "attempts", "list")
    assert (told.code, told.out) == (1, "")
    assert told.err == "Error: this should not happen (ZeroDivisionError); CHECKOUT_CORE_DEBUG=1 shows where it did\n"

    monkeypatch.setenv("CHECKOUT_CORE_DEBUG", "1")
    seen = CliRunner().invoke(host.program, ["checkout", "attempts", "list"])
    assert isinstance(seen.exception, ZeroDivisionError)


def test_an_interrupt_ends_it_as_the_host_ends_its_own(host):
    told = host.does("checkout", "recover", "--every", "60")

    assert told.code == 0
    assert told.lines("stopped") == ["after 3 rounds; nothing is lost"]


def bare(code, without=()):
    blocked = f"import sys; sys.modules.update(dict.fromkeys({tuple(without)!r}))\n"
    return subprocess.run([sys.executable, "-c", blocked + code], capture_output=True, text=True, check=False)


def test_to_import_the_package_costs_no_extra():
    told = bare("import checkout_core.cli, sys; print({'click', 'rich'} & sys.modules.keys())")

    assert (told.stdout, told.stderr) == ("set()\n", "")


@pytest.mark.parametrize("extra", ["click", "rich"])
def test_without_the_extra_one_sentence_says_what_to_install(extra):
    told = bare(
        "import checkout_core.cli\n"
        "try: checkout_core.cli.operator_commands\n"
        "except ModuleNotFoundError as missing: print(missing)",
        [extra],
    )

    assert (told.stdout, told.stderr) == (
        "the command line needs an extra: pip install 'checkout-core[cli]'\n", ""
    )  # fmt: skip


def test_the_package_has_no_other_name_that_is_made_on_demand():
    with pytest.raises(ImportError):
        from checkout_core.cli import operator_command  # noqa: F401, PLC0415
