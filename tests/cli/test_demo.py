"""`make demo`, as the Makefile has it, in a process of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from checkout_core.sandbox import Bank

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "guest_card.toml"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder it wrote into, and what it printed."""
    build = tmp_path_factory.mktemp("build")
    line = re.search(r"^WALK := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    binary, *args = shlex.split(line)
    assert binary == ".venv/bin/checkout-core"
    command = [Path(sys.executable).with_name("checkout-core"), *(arg.replace("build", str(build)) for arg in args)]
    return build, subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "COLUMNS": "120"},
    )


def test_it_ends_with_the_order_and_one_capture(demo):
    build, run = demo

    assert (run.returncode, run.stderr) == (0, "")
    assert "approved (400)" in run.stdout
    assert "3 instalments, 131.25 TRY" in run.stdout
    assert run.stdout.rstrip().endswith("1 capture, 131.25 TRY")
    assert [str(row.amount) for row in Bank(build / "demo.bank.sqlite").rows()] == ["131.25"]


def test_it_shows_an_error_a_note_three_d_secure_and_a_double_click(demo):
    out = demo[1].stdout

    assert "user_email: Please enter a valid e-mail address. (invalid)" in out
    assert "notes Please ring twice." in out
    assert "waits for the buyer to pass 3-D Secure" in out
    assert out.count("posted     to CreditCardConfirmationPage") == 2


def test_it_leaves_no_card_number_anywhere(demo):
    build, run = demo
    number = re.search(r'card_number = "(\d+)"', SCRIPT.read_text())[1]

    assert number not in run.stdout + run.stderr
    assert all(number.encode() not in path.read_bytes() for path in build.iterdir())


def test_its_database_may_be_gone_on_with(demo):
    build, run = demo
    key = re.search(r"checkout +(\S+)\n", run.stdout)[1]
    command = [Path(sys.executable).with_name("checkout-core"), "explain", "ThankYouPage"]
    told = subprocess.run(
        [*command, "--db", build / "demo.sqlite", f"--key={key}"], capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert "holds: the order is placed" in told.stdout
