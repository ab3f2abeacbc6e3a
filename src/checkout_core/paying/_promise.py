"""What is promised to a shop of the money its gateway takes: it follows from what the gateway promises.

    print(promise(gateway.capabilities).always)       # one capture for each sealed payment; ...

The explorer checks it: I1 and I1.seal are `always`, I2 and I3 `finally_`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen

from ..effects import Capabilities

FENCES: Final[Mapping[str, str]] = {  # by what becomes of a request that is sent twice
    "native": "one capture for each sealed payment; once edited, the earlier number may still bring one",
    "order_number": "one capture for each number; a second number follows an edit or a sender that was paused",
    "none": "a second capture may come while a sender is paused",
}
BESIDE: Final = "; a page of the provider's that the buyer has left may bring another"
AN_ORDER: Final = "an order exactly where money stayed, to the amount; what came beside it is given back"


@frozen
class Promise:
    """Two sentences without a full stop."""

    always: str  # at any moment
    finally_: str  # once faults are over and every horizon has passed


def promise(able: Capabilities) -> Promise:
    """What holds of money that is taken by such a gateway."""
    if not able.inquiry:
        return Promise("nothing", "a shop that pays by it is refused when it is made: a lost answer was never settled")
    page = "session" in able.kinds or ("three_d" in able.kinds and able.last_call == "provider")
    back = "" if able.void or able.refund else " by a person, who is called"
    return Promise(FENCES[able.idempotency] + (BESIDE if page else ""), AN_ORDER + back)
