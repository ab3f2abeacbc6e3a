"""Lead a buyer through a shop's checkout to exactly one paid order."""

from __future__ import annotations

from .checkout import Checkout
from .engine import Shown, Step
from .flow import Flow, WayToPay
from .money import Money
from .order import Basket, Line, PreOrder, evolve, ref
from .page import EMPTY, GUEST, Ask, Caller, Check, Empty, Invalid, Page, Pay, Place, Visit
from .ports import Ports
from .service import AsyncCheckoutService, CheckoutService
from .settings import Settings
from .shop import Misconfigured, Shop
from .standard import STANDARD
from .stores import MemoryStore, SqliteStore

__all__ = [
    "EMPTY", "GUEST", "STANDARD", "Ask", "AsyncCheckoutService", "Basket", "Caller", "Check", "Checkout",
    "CheckoutService", "Empty", "Flow", "Invalid", "Line", "MemoryStore", "Misconfigured", "Money", "Page", "Pay",
    "Place", "Ports", "PreOrder", "Settings", "Shop", "Shown", "SqliteStore", "Step", "Visit", "WayToPay", "evolve",
    "ref",
]  # fmt: skip
