"""What a shop file says of the goods: products, who supplies them, what is only counted."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from ..money import Money
from ..order import Line
from ..shop import DataSource
from ._rows import Row, Table, unique


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
        price = _price(row, "price", currency)
        source = row.one("data_source", sources, optional=True)
        return Product(
            pk, row.text("sku"), row.text("name"), price, row.whole("weight"), row.whole_or_none("stock"),
            row.rate("tax_rate"), row.text_or_none("absolute_url") or "", row.text_or_none("image"),
            row.whole("length", absent=0), row.texts_by_key("attributes"), row.wholes("categories"),
            source.pk if source else None,
            _price(row, "remote_price", currency) if "remote_price" in row.written else None,
        )  # fmt: skip

    return {each.sku: each for each in Table.of(rows, "products", product).active}


def _price(row: Row, key: str, currency: str) -> Money:
    mistakes = len(row.mistakes)
    price = row.money(key)
    if len(row.mistakes) == mistakes and price.currency != currency:
        row.refuse(key, f"is in {price.currency}, and the shop sells in {currency}")
    return price


def coupons_of(file: Row) -> Mapping[str, int]:
    """How often each may be used, by its code."""
    rows = file.rows("coupons")
    unique(rows, "code")
    uses = {}
    for row in rows:
        uses[row.text("code")] = row.whole("uses", least=1)
        row.done()
    return uses
