"""What the sandbox's bank may be told to promise: presets, and every combination a test may want.

    Bank(capabilities=preset("order_number", callback="partial", last_call="provider"))

Each of the three differs in what becomes of a request that is sent twice; all can do the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from itertools import product
from types import MappingProxyType
from typing import Final, Literal

from attrs import evolve

from ..effects import Capabilities

MINUTE: Final = timedelta(seconds=60)  # short, for people who watch; real banks say up to a quarter of an hour

NATIVE: Final = Capabilities(
    MINUTE, idempotency="native", refund=True, kinds=frozenset({"sale", "three_d", "session"}), cancel=True,
    callback="full", sandbox=True,
)  # fmt: skip
"""The same key gets the same answer, and takes nothing twice."""
ORDER_NUMBER: Final = evolve(NATIVE, idempotency="order_number")
"""A number that has taken money is refused with an answer that does not say what became of the first request."""
NO_KEYS: Final = evolve(NATIVE, idempotency="none")
"""Every request takes money."""

HOSTED: Final = evolve(NATIVE, kinds=frozenset({"session", "plans"}), last_call="provider")
"""A page of the bank's on which the buyer pays, in one of the bank's plans."""
GARANTI: Final = evolve(HOSTED, kinds=frozenset({"session"}), signed_return=True)
"""Garanti Pay: a signed form leads to its page, and a signed one back."""
CARD_OFFERS: Final = evolve(NATIVE, kinds=NATIVE.kinds | {"campaigns", "rewards", "card_tokens"})
"""Cards whose bank has campaigns, and points to pay with; and cards that are found again."""
TRANSFERS: Final = evolve(NATIVE, kinds=NATIVE.kinds | {"reference"})
"""Transfers that it tells by a code."""

BANKS: Final[Mapping[str, Capabilities]] = MappingProxyType(
    {"bank": NATIVE, "cards": CARD_OFFERS, "hosted": HOSTED, "garanti": GARANTI, "transfers": TRANSFERS}
)
"""The gateways that a shop file may name, and what each promises."""
PRESETS: Final[Mapping[str, Capabilities]] = MappingProxyType(
    {"native": NATIVE, "order_number": ORDER_NUMBER, "no_keys": NO_KEYS}
)

CALLBACKS: Final[tuple[Literal["full", "partial", "none"], ...]] = ("full", "partial", "none")
LAST_CALLS: Final[tuple[Literal["shop", "provider"], ...]] = ("shop", "provider")


def preset(
    name: str,
    *,
    callback: Literal["full", "partial", "none"] = "full",
    last_call: Literal["shop", "provider"] = "shop",
    lag: timedelta = timedelta(0),
    in_flight: timedelta = MINUTE,
    gives_back: Literal["void and refund", "void", "refund", "nothing"] = "void and refund",
    kinds: AbstractSet[str] = frozenset(),
) -> Capabilities:
    """The preset of that name with these promises instead, and with those kinds beside its own.

    Raises KeyError for a name that is none of PRESETS.
    """
    return evolve(
        PRESETS[name], callback=callback, last_call=last_call, lag=lag, max_in_flight=in_flight,
        void="void" in gives_back, refund="refund" in gives_back, kinds=PRESETS[name].kinds | kinds,
    )  # fmt: skip


MATRIX: Final[tuple[Capabilities, ...]] = tuple(
    evolve(able, callback=callback, last_call=last_call)
    for able, callback, last_call in product(PRESETS.values(), CALLBACKS, LAST_CALLS)
)
"""Every idempotency with every coverage of callbacks and every maker of the last call."""
