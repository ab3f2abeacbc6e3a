"""The ready shop: products, options, customers, and a bank with a ledger of its own.  Nothing leaves this computer.

    shop = Sandbox()
    checkout = Checkout(shop.ports)
    step = checkout.start(shop.basket("mug", "t-shirt"))

`magic` has the cards the bank knows, `shop.toml` what the shop sells; both are to be read.
"""

from __future__ import annotations

from ._ledger import Call, LedgerRow, Ticket
from .bank import NATIVE, NO_KEYS, ORDER_NUMBER, Bank, BankGarbage, BankTimeout
from .magic import APPROVED, MAGIC, THREE_D
from .shopfile import DEFAULT, ShopFile, load_shop
from .world import Sandbox

__all__ = [
    "APPROVED", "DEFAULT", "MAGIC", "NATIVE", "NO_KEYS", "ORDER_NUMBER", "THREE_D", "Bank", "BankGarbage",
    "BankTimeout", "Call", "LedgerRow", "Sandbox", "ShopFile", "Ticket", "load_shop",
]  # fmt: skip
