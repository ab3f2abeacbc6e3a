"""A step is its order, its page, its input and the answers of the world, and gives the same bytes everywhere."""

from __future__ import annotations

import builtins
import io
import os
import random
import secrets
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from ..pages.card_kit import CONFIRMATION, PAYING, World
from .kit import BY_CARD, BY_TRANSFER, looked, posted, walked_to

WALKER = Path(__file__).with_name("walker.py")
REACHED = (
    (time, "time"), (time, "time_ns"), (time, "monotonic"), (time, "monotonic_ns"), (time, "perf_counter"),
    (time, "sleep"), (random, "random"), (random.Random, "random"), (random.Random, "getrandbits"), (os, "urandom"),
    (secrets, "token_hex"), (secrets, "token_bytes"), (uuid, "uuid4"), (os, "getenv"), (os, "open"), (os, "getpid"),
    (builtins, "open"), (io, "open"), (socket, "socket"), (socket, "create_connection"), (socket, "getaddrinfo"),
)  # fmt: skip


@pytest.mark.parametrize("way", [BY_CARD, BY_TRANSFER], ids=["card", "transfer"])
def test_a_walk_touches_no_clock_no_chance_no_file_and_no_network(way, monkeypatch):
    checkout, touched = World().checkout, []

    def touches(name):
        def touch(*_, **__):
            touched.append(name)
            raise AssertionError(f"{name} is touched")

        return touch

    with monkeypatch.context() as patch:
        for module, name in REACHED:
            patch.setattr(module, name, touches(name))
        order = walked_to(checkout, way[-1][0], way)
        looked(checkout, order)
        step, _ = posted(checkout, order, *way[-1])
    assert (step.page, touched) == ("ThankYouPage", [])


def test_the_same_order_page_input_and_answers_give_the_same_step():
    first, second = World().checkout, World().checkout
    order = walked_to(first, CONFIRMATION, BY_CARD)
    assert posted(first, order, CONFIRMATION, PAYING) == posted(second, order, CONFIRMATION, PAYING)


def walked(seed: str) -> list[str]:
    env = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, WALKER], capture_output=True, text=True, check=True, env=env, timeout=120)
    return done.stdout.split()


def test_processes_with_other_hash_seeds_write_the_same_bytes():
    first, *others = (walked(seed) for seed in ("0", "1", "4711"))
    assert len(first) > 40
    assert others == [first, first]
