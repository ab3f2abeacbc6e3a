"""Where a provider's page sends the buyer's browser back to, and the token by which the return is known.

The token follows from the checkout's key, which nobody but this buyer and the store have, so it is stored nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from ..effects import Back
from ..order import Attempt, PreOrder
from ..page import Visit
from ._seals import derived

CHECKOUT: Final = "/orders/checkout/"
TOKEN: Final = 32  # hexadecimal digits: 128 bits
RETURN_TOKEN: Final = "return_token"  # noqa: S105  # a field's name; providers call fields of their own `token`
WHICH: Final = "back"  # a field: which of the two addresses it was
OURS: Final = frozenset({"page", RETURN_TOKEN, "n", WHICH})  # what the addresses have in their query; none is signed


def back_to(visit: Visit, order: PreOrder, attempt: Attempt, page: str) -> Back:
    """The addresses of that page's returns: after a payment, and after none.

    With a token where USE_ONE_TIME_TOKEN says so, and with the order number where
    ORDERS_USE_ISOLATED_PRE_ORDER_ON_RETURN does; a path alone where nobody knows the shop's origin.
    """
    known = {"page": page}
    if visit.settings.use_one_time_token:
        known[RETURN_TOKEN] = return_token(order, attempt)
    if visit.settings.orders_use_isolated_pre_order_on_return:
        known["n"] = attempt.number
    here = f"{visit.caller.origin}{CHECKOUT}?" + "&".join(f"{name}={text}" for name, text in known.items())
    return Back(f"{here}&{WHICH}=success", f"{here}&{WHICH}=failure")  # letters and digits only: nothing to quote


def return_token(order: PreOrder, attempt: Attempt) -> str:
    """What a return to that attempt has to bring."""
    return derived(f"{order.key}|return|{attempt.n}|{attempt.key}", TOKEN)


def brings_token(order: PreOrder, attempt: Attempt, given: str | None) -> bool:
    """It is that attempt's; in constant time."""
    wanted = return_token(order, attempt)
    return hmac.compare_digest(wanted.encode(), (given or "").encode("utf-8", "surrogatepass"))


def message_of(brought: Mapping[str, str]) -> str:
    """A digest of what a browser brought back, in whichever order: the same for the same message."""
    return hashlib.sha256(repr(sorted(brought.items())).encode("utf-8", "surrogatepass")).hexdigest()[:TOKEN]


def another_message(attempt: Attempt, brought: Mapping[str, str]) -> bool:
    """The token is used up: something else came with it before.

    An address alone, as whoever checks links opens it, says nothing, and uses nothing up.
    """
    return bool(brought) and attempt.returned not in {None, message_of(brought)}
