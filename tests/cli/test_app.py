"""What holds for every command: one sentence where something goes wrong, never a traceback."""

from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
from importlib.metadata import version

import click
import pytest

from checkout_core.cli._app import App
from checkout_core.sandbox.magic import APPROVED

COMMANDS = ("attempts", "check", "explain", "forget", "graph", "order", "outbox", "ports", "prune", "recover", "serve",
            "walk")  # fmt: skip
COMMAND = (sys.executable, "-c", "from checkout_core.cli import main; main()")


def fails(wrong):
    """A command line with one command, which raises that."""

    @click.command()
    def fail():
        raise wrong

    return App("checkout-core", commands=[fail])


def test_the_version_is_the_packages(cli):
    told = cli("--version")

    assert (told.code, told.out) == (0, f"checkout-core {version('checkout-core')}\n")


def test_help_names_every_command(cli):
    told = cli("--help")

    assert told.code == 0
    assert re.findall(r"^  (\w+)  +\S", told.out.partition("Commands:")[2], re.MULTILINE) == [*COMMANDS]
    assert [command for command in COMMANDS if cli(command, "--help").code != 0] == []


@pytest.mark.parametrize(
    ("group", "commands"), [("attempts", ["list", "resolve", "show"]), ("outbox", ["list", "retry", "show"])]
)
def test_help_of_a_group_names_every_command_of_it(cli, group, commands):
    told = cli(group, "--help")

    assert told.code == 0
    assert re.findall(r"^  (\w+)  +\S", told.out.partition("Commands:")[2], re.MULTILINE) == commands
    assert [command for command in commands if cli(group, command, "--help").code != 0] == []


def test_no_command_at_all_shows_the_help(cli):
    told = cli()

    assert told.code == 2
    assert told.out.startswith("Usage: checkout-core [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["wlk"], "there is no command 'wlk'; did you mean walk? see checkout-core --help"),
        (["WALK"], "there is no command 'WALK'; did you mean walk? see checkout-core --help"),
        (["zzz"], f"there is no command 'zzz'; there are {', '.join(COMMANDS)}; see checkout-core --help"),
        (["outbox", "lst"], "there is no command 'lst'; did you mean list? see checkout-core outbox --help"),
    ],
)
def test_an_unknown_command_is_told_with_the_one_that_was_meant(cli, args, says):
    told = cli(*args)

    assert (told.code, told.out, told.err) == (2, "", f"checkout-core: {says}\n")


@pytest.mark.parametrize(
    ("args", "about"),
    [
        (["--verbose"], "--version"),
        (["walk", "--scirpt", "x"], "--script"),
        (["walk", "--db"], "--db"),
        (["graph", "x"], "(x)"),
        (["check"], "SHOPFILE"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_told_in_one_sentence(cli, args, about):
    told = cli(*args)

    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert about in told.err
    assert told.err.endswith("--help\n")


def test_whatever_else_happens_is_one_sentence_that_quotes_nothing(cli):
    told = cli("fail", command=fails(ZeroDivisionError(f"paying with {APPROVED}")))

    assert (told.code, told.out) == (1, "")
    assert told.err == (
        "checkout-core: this should not happen (ZeroDivisionError); CHECKOUT_CORE_DEBUG=1 shows where it did\n"
    )


def test_the_traceback_is_there_for_who_asks(cli, monkeypatch):
    monkeypatch.setenv("CHECKOUT_CORE_DEBUG", "1")
    told = cli("fail", command=fails(ZeroDivisionError("by nothing")))

    assert told.code == 1
    assert told.err.startswith("Traceback")
    assert "ZeroDivisionError: by nothing" in told.err


def test_stopping_is_no_failure_to_explain(cli):
    told = cli("fail", command=fails(KeyboardInterrupt()))

    assert (told.code, told.err.strip()) == (1, "checkout-core: stopped")


def test_what_the_library_logs_is_told_without_its_traceback(cli):
    @click.command()
    def logs():
        try:
            raise ZeroDivisionError
        except ZeroDivisionError:
            logging.getLogger("checkout_core").exception("OrderPlaced is not delivered")

    told = cli("logs", command=App("checkout-core", commands=[logs]))

    assert told.err == "checkout-core: OrderPlaced is not delivered\n"


def test_ctrl_c_leaves_cleanly_and_says_how_to_go_on(tmp_path):
    db = tmp_path / "shop.sqlite"
    with subprocess.Popen(
        [*COMMAND, "walk", "--db", str(db)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        out = ""
        while "user_email (" not in out:
            out += process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 1
    assert err.strip().startswith(f"checkout-core: no order yet; go on with: checkout-core walk --db {db} --key=")
    assert err.strip().count("\n") == 0


def test_a_reader_who_has_seen_enough_gets_no_traceback():
    with subprocess.Popen([*COMMAND, "ports", "--stub"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        err = process.stderr.read()

    assert err == b""


def test_a_terminal_that_lacks_letters_gets_question_marks():
    environment = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    told = subprocess.run(
        [*COMMAND, "walk", "--buyer", "ada"], env=environment, input=b"", capture_output=True, check=False
    )

    assert b"?stanbul" in told.stdout
    assert b"Traceback" not in told.stderr
