"""The page on looking after payments shows what the commands print."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click
import pytest

from checkout_core.cli._app import app
from checkout_core.effects import Refused

from .hosted import Hosted

PAGE = Path(__file__).parents[2] / "docs" / "operating.md"
WIDTH = 116


def commands(group, *before):
    """Every command there is, by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield " ".join((*before, name))


def shown():
    """Each command of the page with what the page says it prints."""
    (block,) = re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for part in block.split("$ checkout-core ")[1:]:
        line, _, out = part.partition("\n")
        yield shlex.split(line), out.rstrip("\n")


@pytest.fixture
def shop(monkeypatch):
    """As the page tells: an answer that was lost for days, and an address that the mail server refuses."""
    hosted = Hosted(monkeypatch)
    monkeypatch.setitem(sys.modules, "myshop", hosted.module)
    hosted.away["send_mail"] = Refused("no_such_mailbox")
    hosted.for_a_person()
    return hosted


def test_the_commands_print_what_the_page_shows(cli, shop, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    printed = []
    for args, _ in shown():
        if args[:2] == ["outbox", "retry"]:
            del shop.away["send_mail"]  # somebody has mended it
        told = cli(*args)
        printed.append("\n".join(line.rstrip() for line in (told.out + told.err).splitlines()))

    assert printed == [out for _, out in shown()]


def test_the_table_names_every_command_that_looks_after_something():
    table = re.findall(r"^\| `([a-z]+(?: [a-z]+)?)[^`]*`", PAGE.read_text("utf-8"), re.MULTILINE)
    walking = {"walk", "explain", "graph", "check", "ports", "serve"}

    assert sorted(table) == sorted({*commands(app)} - walking)
