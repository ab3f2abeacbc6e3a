"""Load, step, save: what real money needs around the engine."""

from __future__ import annotations

from ._aio import AsyncCheckoutService
from ._requests import Tell
from ._session import Conflict, Load, NotThere, Save, Send
from ._sync import CheckoutService

__all__ = ["AsyncCheckoutService", "CheckoutService", "Conflict", "Load", "NotThere", "Save", "Send", "Tell"]
