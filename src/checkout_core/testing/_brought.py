"""What comes from outside: a browser from the bank's page, the bank's messages, and what somebody made of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import evolve

from ..effects import Callback
from ..sandbox import Bank
from ..sandbox._papers import Ticket
from ..service import Received
from ..service._requests import Requests
from ._scenario import Return


def brought(bank: Bank, ticket: Ticket, act: Return) -> Mapping[str, str] | None:
    """What the buyer's browser brings from the page of that ticket, with the fields of the address it was sent to.

    None where it is not sent back.
    """
    return bank.brought_back(ticket, act.card, installments=act.installments)


async def told(requests: Requests, callbacks: tuple[Callback, ...]) -> tuple[tuple[Callback, Received], ...]:
    """What became of each."""
    return tuple([(callback, await requests.receiving("bank", callback)) for callback in callbacks])


def forgery(message: Callback) -> Callback:
    """A genuine message that now says that its number was paid; its signature is the old one."""
    told = json.loads(message.body)
    paid = {"reference": "B999999", "minor": 6500, "currency": "TRY", "installments": 1}
    changed = {**{name: told[name] for name in ("id", "number", "at")}, "state": "captured", **paid}
    return evolve(message, body=json.dumps(changed, separators=(",", ":")).encode())
