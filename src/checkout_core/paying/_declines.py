"""How often payments were declined lately, in whichever checkout: what the shop's rules for 3-D Secure may ask.

Whoever tries cards one after the other begins a new checkout for each; the e-mail address, or the address the requests
come from, mostly stays.  It is a hint and no promise: a decline that nobody was there to see, of which a message or the
ledger told, is not counted, nor is one where the count cannot be kept.  No payment ends because of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from ..effects import CountSpent, Spend
from ..order import PreOrder
from ..page import Visit

MOST_COUNTED: Final = 1000  # within the window


def _subjects(visit: Visit, order: PreOrder) -> Mapping[str, str]:
    """By what declines of this buyer are counted, and what the limits port calls it; a till is everybody's address."""
    email, caller = order.buyer.email, visit.caller
    found = {} if email is None else {"email": f"declined|email|{email.lower()}"}
    if caller.ip is not None and caller.client != "instore":
        found["ip"] = f"declined|ip|{caller.ip}"
    return found


async def declines(visit: Visit, by: Collection[str]) -> Mapping[str, int]:
    """How many there were within `attempts_window`, by each of `by` that is known here."""
    if "limits" not in visit.has:
        return {}
    asked = {name: subject for name, subject in _subjects(visit, visit.order).items() if name in by}
    return {name: await CountSpent(subject, visit.settings.attempts_window) for name, subject in asked.items()}


async def counted_if_declined(visit: Visit, order: PreOrder, n: int) -> PreOrder:
    """The order; attempt `n` is counted where it was declined and the shop has rules for 3-D Secure."""
    settings = visit.settings
    asked = settings.three_d_secure_enabled and settings.three_d_secure_rules and "limits" in visit.has
    if asked and order.attempts[n - 1].state == "declined":
        for subject in _subjects(visit, order).values():
            try:
                await Spend(subject, MOST_COUNTED, settings.attempts_window)
            except Exception:  # noqa: BLE001, S112  # whatever it is, the payment has ended, and the buyer is told that
                continue
    return order
