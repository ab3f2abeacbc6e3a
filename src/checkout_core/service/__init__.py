"""Load, step, save: what real money needs around the engine; and what an operator asks of it."""

from __future__ import annotations

from ._aio import AsyncCheckoutService
from ._cases import AttemptRow, Case, Counters, Look, MessageRow, ParkedRow, Reason, TransactionRow
from ._effects import Find, Load, OfStore, Pause, Save, Send, Tell
from ._logs import CardFilter
from ._operator import Fate, Forgotten, Kept, Operator, Outlook, Pruned, Said
from ._session import LEASE, Conflict, NotThere
from ._settling import Awaited, Impossible
from ._sync import CheckoutService
from ._tasks import Received

__all__ = [
    "LEASE", "AsyncCheckoutService", "AttemptRow", "Awaited", "CardFilter", "Case", "CheckoutService", "Conflict",
    "Counters", "Fate", "Find", "Forgotten", "Impossible", "Kept", "Load", "Look", "MessageRow", "NotThere",
    "OfStore", "Operator", "Outlook", "ParkedRow", "Pause", "Pruned", "Reason", "Received", "Said", "Save", "Send",
    "Tell", "TransactionRow",
]  # fmt: skip
