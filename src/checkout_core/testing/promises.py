"""Does the provider keep what a gateway promises for it?  Asked of the real thing, at a test account.

    acme = Account(AcmePay(...), approved=CARD, declined=OTHER, amount=..., other=..., new=digits)
    assert broken(acme) == {}
    unasked(acme)                   # promises that nobody can look into with what the account can do

A table of promises, each with what it follows from in `Capabilities` and what an account must be able to do for it to
be asked.  It moves money: never ask where it is real.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from ..effects import Capabilities
from . import _kept as kept
from ._account import Account, BrokenPromise

__all__ = ["PROMISES", "Account", "BrokenPromise", "Promise", "broken", "promised", "unasked"]


@frozen
class Promise:
    """`asked` raises BrokenPromise where it is not kept."""

    follows: Callable[[Capabilities], bool]  # is it made
    asked: Callable[[Account], None]
    needs: tuple[str, ...] = ("ledger",)  # of an Account


def _sale(able: Capabilities) -> bool:
    return "sale" in able.kinds


def _native(able: Capabilities) -> bool:
    return _sale(able) and able.idempotency == "native"


def _three_d(able: Capabilities) -> bool:
    return "three_d" in able.kinds


def _session(able: Capabilities) -> bool:
    return "session" in able.kinds


def _signed(able: Capabilities) -> bool:
    return _sale(able) and able.callback != "none"


PAGE: Final = ("ledger", "pays")
PROMISES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "inquiry: a number that nobody sent is not found": Promise(lambda _: True, kept.unheard_of),
        "lag: what was taken is in the ledger, as it was asked for": Promise(_sale, kept.taken),
        "a decline has taken nothing": Promise(_sale, kept.declined),
        "max_in_flight: nothing takes effect later": Promise(_sale, kept.in_time, ("ledger", "waits", "late")),
        "native: a key takes money once": Promise(_native, kept.key_once),
        "native: a key is for one amount": Promise(_native, kept.key_for_one_amount),
        "native: a key that was declined takes nothing": Promise(_native, kept.key_declined),
        "order_number: a number takes money once": Promise(
            lambda able: _sale(able) and able.idempotency == "order_number", kept.number_once
        ),
        "number_max, key_max: the longest are told from each other": Promise(_sale, kept.longest),
        "void: what was taken goes back": Promise(lambda able: _sale(able) and able.void, kept.voided),
        "void: what is not there does not go back": Promise(lambda able: able.void, kept.voided_nothing, ()),
        "refund: what is too late to void goes back": Promise(
            lambda able: _sale(able) and able.void and able.refund, kept.refunded, ("ledger", "clears")
        ),
        "refund: what was taken goes back": Promise(
            lambda able: _sale(able) and able.refund and not able.void, kept.refunded
        ),
        "session: the page takes the money, once": Promise(_session, kept.session, PAGE),
        "three_d: the last call takes the money, once": Promise(
            lambda able: _three_d(able) and able.last_call == "shop", kept.last_call_of_shop, PAGE
        ),
        "three_d: the page takes the money, and the last call none": Promise(
            lambda able: _three_d(able) and able.last_call == "provider", kept.last_call_of_provider, PAGE
        ),
        "three_d: a return that is none takes nothing": Promise(_three_d, kept.forged_return),
        "three_d: a return pays for its own payment only": Promise(_three_d, kept.return_of_another, PAGE),
        "card_twice: the last call takes nothing without the card": Promise(
            lambda able: _three_d(able) and able.card_twice, kept.card_needed, PAGE
        ),
        "cancel: what was closed takes nothing": Promise(
            lambda able: able.cancel and (_session(able) or _three_d(able)), kept.closed, PAGE
        ),
        "cancel: what was paid is not closed": Promise(
            lambda able: able.cancel and (_session(able) or able.last_call == "provider"), kept.paid_and_closed, PAGE
        ),
        "session_ttl: what was handed out is over": Promise(
            lambda able: _session(able) or _three_d(able), kept.over, (*PAGE, "waits")
        ),
        "callback: a message is of its number, and no changed one is believed": Promise(
            _signed, kept.messages, ("messages", "signature")
        ),
        "full: a message says what the ledger says": Promise(
            lambda able: _sale(able) and able.callback == "full", kept.message_in_full, ("messages",)
        ),
    }
)


def promised(able: Capabilities) -> tuple[str, ...]:
    """The names of all that follows from these capabilities."""
    return tuple(name for name, promise in PROMISES.items() if promise.follows(able))


def unasked(at: Account) -> tuple[str, ...]:
    """What is promised and cannot be asked with what that account can do."""
    return tuple(name for name in promised(at.able) if not _can_be_asked(PROMISES[name], at))


def broken(at: Account) -> Mapping[str, str]:
    """Every promise that was asked and is not kept, and what was seen instead; nothing where all are kept."""
    found = {}
    for name in promised(at.able):
        if _can_be_asked(PROMISES[name], at):
            try:
                PROMISES[name].asked(at)
            except AssertionError as wrong:
                found[name] = str(wrong)
    return found


def _can_be_asked(promise: Promise, at: Account) -> bool:
    return all(map(at.can, promise.needs))
