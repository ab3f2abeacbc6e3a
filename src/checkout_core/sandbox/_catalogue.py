"""What the sandbox answers of its products, and of coupons and vouchers: two ports, out of the shop file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from attrs import define

from ..effects import Coupon, Voucher
from ..effects import Product as Sold
from ..stores import MemoryHolds, SqliteHolds
from ._goods import Product
from ._promotions import Promotions

Stock: TypeAlias = MemoryHolds | SqliteHolds


@define
class Catalogue:
    """A ProductsPort and an OffersPort.  What it rests on may be assigned, as the tables of the sandbox."""

    products: Mapping[str, Product]  # by sku
    promotions: Promotions
    stock: Stock  # what is left of the products

    def find_product(self, sku: str, currency: str, /) -> Sold | None:
        """As ProductsPort: goods, and what is sold beside them."""
        product = self.products.get(sku)
        return None if product is None or product.price.currency != currency else self._sold(product)

    def list_products(self, pks: tuple[int, ...], currency: str, /) -> tuple[Sold, ...]:
        """As ProductsPort."""
        by_pk = {each.pk: each for each in self.products.values() if each.price.currency == currency}
        return tuple(self._sold(by_pk[pk]) for pk in pks if pk in by_pk)

    def list_coupons(self, account: str, /) -> tuple[Coupon, ...]:
        """As OffersPort."""
        return self.promotions.coupons.get(account, ())

    def find_voucher(self, code: str, /) -> Voucher | None:
        """As OffersPort: of the codes that are no offer's only one."""
        return self.promotions.voucher(code)

    def _sold(self, product: Product) -> Sold:
        left = self.stock.left("stock", product.sku)
        return Sold(
            product.pk, product.sku, product.name, product.price, product.product_type, left is None or left > 0,
            product.absolute_url, product.image,
        )  # fmt: skip
