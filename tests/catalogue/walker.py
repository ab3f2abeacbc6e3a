"""Walks through a checkout in a process of its own, and prints a digest of every record it came by.

    PYTHONHASHSEED=7 python walker.py

The lines are the same whatever the seed.
"""

from __future__ import annotations

import hashlib
import sys

from checkout_core import Checkout, Step
from checkout_core.records import Record
from checkout_core.sandbox import Bank, Sandbox
from checkout_core.sandbox.magic import DECLINED, THREE_D, TIMEOUT_TAKEN

STORIES = (("card, 3 instalments", "5421190000000009"), ("card", DECLINED), ("card", THREE_D), ("card", TIMEOUT_TAKEN),
           ("transfer", ""))  # fmt: skip


def main() -> None:
    for story, card in STORIES:
        shop = Sandbox(seed=1)
        shop.bank = Bank(token=shop.token, clock=shop.now)
        checkout = Checkout(shop.ports)
        step = checkout.start(shop.basket("mug", "t-shirt", "t-shirt"))
        step = checkout.submit(step.pre_order, "IndexPage", {"user_email": "ada@example.org"})
        printed(checkout, step)
        for page, body in shop.answers(story, *((card,) if card else ()), order=step.pre_order):
            step = checkout.submit(step.pre_order, page, body)
            printed(checkout, step)
            printed(checkout, checkout.view(step.pre_order))


def printed(checkout: Checkout, step: Step) -> None:
    """What would be stored, and what is shown."""
    head = checkout.codec.dumps(Record(step.pre_order, write_id="w"))
    _, lines = checkout.codec.dump_basket(step.pre_order)
    shown = repr((step.page, step.context, step.errors, step.context_list, step.events)).encode()
    sys.stdout.write(hashlib.sha256(head + lines + shown).hexdigest() + "\n")


if __name__ == "__main__":
    main()
