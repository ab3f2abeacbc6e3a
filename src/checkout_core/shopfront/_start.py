"""The start page: what is sold, which cards do what, who may log in, which services may fail how."""

from __future__ import annotations

from typing import Final

from attrs import frozen
from flask import Response

from ..sandbox.magic import MAGIC
from ..sandbox.services import SAYS, SERVICES
from ._front import Front
from ._login import PASSWORD
from ._products import Products

LEDGER: Final = "ledger"  # what the shelf notes the bank's file under
SWITCH: Final = "services"  # and the address of the services; nothing where the shop asks none
INBOX: Final = "phones"  # and that of the phones; nothing where it sends no texts


@frozen
class Start:
    """/."""

    front: Front
    products: Products

    def page(self) -> Response:
        """The shop in one page."""
        file = self.front.sandbox.file
        sold = [(product, self.products.left(product)) for product in self.products.all()]
        cards = [(" ".join(_groups(number)), fate.says, fate.proof is not None) for number, fate in MAGIC.items()]
        return self.front.page(
            "start.html", sold=sold, cards=cards, customers=file.customers.values(), password=PASSWORD,
            ledger=self.front.shelf.noted(LEDGER), basket=self.front.shelf.basket(self.front.owner),
            services=self.front.shelf.noted(SWITCH), failures=SERVICES, says=SAYS,
            inbox=self.front.shelf.noted(INBOX),
        )  # fmt: skip


def _groups(number: str) -> list[str]:
    """As on a card."""
    return [number[at : at + 4] for at in range(0, len(number), 4)]
