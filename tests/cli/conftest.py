"""The command line as click's runner sees it; answers as scripts."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from checkout_core.cli._app import app
from checkout_core.sandbox import DEFAULT
from checkout_core.sandbox.magic import APPROVED

from .kit import TO_PAYMENT, by_card


class Told:
    """What a command printed, and how it ended."""

    def __init__(self, result):
        self.code, self.out, self.err = result.exit_code, result.stdout, result.stderr

    @property
    def key(self):
        return re.search(r"checkout +(\S+?)(?:,|\n)", self.out)[1]

    def lines(self, label):
        """The lines under that label, each with those it runs on to."""
        text = re.sub(r"\n {12,}", " ", self.out)
        return [" ".join(line.split()[1:]) for line in text.splitlines() if line.split()[:1] == [label]]

    def pages(self):
        return re.findall(r"^(\w+Page) -", self.out, re.MULTILINE)


@pytest.fixture
def cli(monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")

    def run(*args, typed=None, command=app):
        return Told(CliRunner().invoke(command, [str(each) for each in args], input=typed))

    return run


@pytest.fixture
def script(tmp_path):
    """A script file with these answers."""

    def write(*answers, **head):
        lines = [f"{name} = {json.dumps(value)}" for name, value in head.items()]
        for page, body in answers:
            lines += ["[[answers]]", f"page = {json.dumps(page)}", "[answers.input]"]
            lines += [f"{name} = {json.dumps(value)}" for name, value in body.items()]
        path = tmp_path / "answers.toml"
        path.write_text("\n".join(lines), "utf-8")
        return path

    return write


@pytest.fixture
def to_order(script):
    """A script that ends in an order, unless the card says otherwise; `after` is posted then."""

    def write(number=APPROVED, parts=1, *, after=(), **head):
        return script(*TO_PAYMENT, *by_card(number, parts), *after, **head)

    return write


@pytest.fixture
def edited(tmp_path):
    """The sandbox's shop file with one text replaced by another."""

    def write(old, new):
        path = tmp_path / "shop.toml"
        before = DEFAULT.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new), "utf-8")
        return path

    return write


@pytest.fixture
def members_only(edited):
    return edited("CAN_GUEST_PURCHASE = true", "CAN_GUEST_PURCHASE = false")
