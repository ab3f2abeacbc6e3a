"""What is asked of the shop's catalogue: products that are no line of the basket."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from ..money import Money
from ._kinds import Query


@frozen
class Product:
    """A product as the shop sells it now."""

    pk: int
    sku: str
    name: str
    price: Money
    product_type: str = "0"  # "miscellaneous" is what is sold beside the goods: bags, boxes
    in_stock: bool = True
    absolute_url: str = ""
    image: str | None = None


@frozen
class FindProduct(Query["Product | None"]):
    """The active product of that sku, priced in that currency; None where there is none."""

    sku: str
    currency: str


@frozen
class ListProducts(Query[tuple[Product, ...]]):
    """The active ones of these products, by pk, in the order asked for, priced in that currency."""

    pks: tuple[int, ...]
    currency: str


class ProductsPort(Protocol):
    def find_product(self, sku: str, currency: str, /) -> Product | None: ...
    def list_products(self, pks: tuple[int, ...], currency: str, /) -> tuple[Product, ...]: ...
