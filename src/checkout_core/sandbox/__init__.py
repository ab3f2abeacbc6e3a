"""The ready shop: products, options, customers, and a bank with a ledger of its own.  Nothing leaves this computer.

    shop = Sandbox()
    checkout = Checkout(shop.ports)
    step = checkout.start(shop.basket("mug", "t-shirt"))

`magic` has the cards the bank knows, `presets` what it promises, `shop.toml` what the shop sells; all are to be read.
`bankd` is the bank as a process of its own, and RemoteBank the gateway to it; `servicesd` are services a shop does not
run, for `Sandbox(DEPARTMENT_STORE)`, a larger shop, or `Sandbox(HOLIDAY_STORE)`, with offers, loyalty and gifts.
"""

from __future__ import annotations

from ._ledger import Ledger
from ._papers import Call, LedgerRow, Notice, Reference, Ticket
from .bank import Bank, BankGarbage, BankTimeout
from .magic import APPROVED, MAGIC, THREE_D
from .presets import (
    CARD_OFFERS, GARANTI, HOSTED, MATRIX, NATIVE, NO_KEYS, ORDER_NUMBER, PRESETS, TRANSFERS, preset,
)  # fmt: skip
from .remote import RemoteBank
from .services import Services
from .shopfile import DEFAULT, DEPARTMENT_STORE, GRAND_BAZAAR, HOLIDAY_STORE, ShopFile, find_shop, load_shop
from ._wishes import Wishes
from .world import Sandbox

__all__ = [
    "APPROVED", "CARD_OFFERS", "DEFAULT", "DEPARTMENT_STORE", "GARANTI", "GRAND_BAZAAR", "HOLIDAY_STORE", "HOSTED",
    "MAGIC", "MATRIX", "NATIVE", "NO_KEYS", "ORDER_NUMBER", "PRESETS", "THREE_D", "TRANSFERS", "Bank", "BankGarbage",
    "BankTimeout", "Call", "Ledger", "LedgerRow", "Notice", "Reference", "RemoteBank", "Sandbox", "Services",
    "ShopFile", "Ticket", "Wishes", "find_shop", "load_shop", "preset",
]  # fmt: skip
