"""What a shop file says of the goods: products, and who supplies them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import field, frozen

from ..money import Money
from ..order import Line
from ..shop import DataSource
from ._rows import Row, Table, unique

SOLD: Final = "0"  # the type of goods
BESIDE: Final = "miscellaneous"  # of what is sold beside them: bags, boxes


@frozen
class Product:
    """What is sold, and how many there are: None where nobody counts."""

    pk: int
    sku: str
    name: str
    price: Money
    weight: int  # grams
    stock: int | None
    tax_rate: int = 0  # millionths, included in the price
    absolute_url: str = ""
    image: str | None = None
    length: int = 0  # millimetres, of the longest side
    attributes: Mapping[str, str] = field(factory=dict, hash=False)
    categories: tuple[int, ...] = ()
    data_source: int | None = None
    remote_price: Money | None = None  # what the sandbox's own service of prices says, where that knows it
    product_type: str = SOLD

    @property
    def for_baskets(self) -> bool:
        """Buyers see it and put it into their baskets."""
        return self.product_type == SOLD

    def line(self, quantity: int) -> Line:
        """So many of it in a basket."""
        return Line(
            self.pk, self.sku, self.name, quantity, self.price, self.weight, self.tax_rate, self.absolute_url,
            self.image, self.length, self.attributes, self.categories, self.data_source,
        )  # fmt: skip


def data_sources_of(file: Row) -> Table[DataSource]:
    def source(row: Row, pk: int) -> DataSource:
        return DataSource(pk, row.text("name"))

    return Table.of(file.rows("data_sources"), "data_sources", source)


def products_of(file: Row, currency: str, sources: Table[DataSource]) -> Mapping[str, Product]:
    """By sku."""
    rows = file.rows("products")
    unique(rows, "sku")

    def product(row: Row, pk: int) -> Product:
        price = price_of(row, "price", currency)
        source = row.one("data_source", sources, optional=True)
        return Product(
            pk, row.text("sku"), row.text("name"), price, row.whole("weight"), row.whole_or_none("stock"),
            row.rate("tax_rate"), row.text_or_none("absolute_url") or "", row.text_or_none("image"),
            row.whole("length", absent=0), row.texts_by_key("attributes"), row.wholes("categories"),
            source.pk if source else None,
            price_of(row, "remote_price", currency) if "remote_price" in row.written else None,
            row.choice("product_type", (SOLD, BESIDE), SOLD),
        )  # fmt: skip

    return {each.sku: each for each in Table.of(rows, "products", product).active}


def price_of(row: Row, key: str, currency: str) -> Money:
    """The amount written there, which is in the shop's currency."""
    mistakes = len(row.mistakes)
    price = row.money(key)
    if len(row.mistakes) == mistakes and price.currency != currency:
        row.refuse(key, f"is in {price.currency}, and the shop sells in {currency}")
    return price
