"""What is sold: a list, and each product by its key or by the address that baskets link to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from attrs import frozen
from flask import Response

from ..forms import PARSERS, Pk
from ..http._messages import JSON
from ..order import Basket, Discounts
from ..sandbox._goods import Product
from ..wire import JsonObject, basket_json
from ..wire.basket import NOTHING_OFF
from ._front import Front, Problem, listed, told, wants_page

MOST: Final = 100_000  # of one product in a basket, where nobody counts how many there are


@frozen
class Products:
    front: Front

    def list(self) -> Response:
        """GET /products/."""
        return listed([self.shown(product) for product in self.all()])

    def all(self) -> Iterator[Product]:
        """Those that buyers see; bags and boxes are sold by the checkout."""
        return (product for product in self.front.sandbox.file.products.values() if product.for_baskets)

    def one(self, pk: str) -> Response:
        """GET /products/<pk>/."""
        return self._answer(self.of_pk(pk))

    def at_its_address(self, product: Product) -> Response:
        """GET at the address that baskets link to."""
        return self._answer(product)

    def sent_by(self, pk: str) -> Response:
        """GET /shippings/data-source-shipping-options/<pk>: how that vendor sends; an empty array where there is none.

        Without an amount: that depends on the basket, and on the address.
        """
        source = PARSERS[Pk](pk, self.front.sandbox.settings)
        options: list[JsonObject] = [
            {"pk": each.pk, "name": each.name, "data_source": each.data_source, "description": each.description}
            for each in self.front.sandbox.shop.data_source_shipping_options
            if each.data_source is not None and each.data_source == source
        ]
        return Response(json.dumps(options, separators=(",", ":")), mimetype=JSON)

    def _answer(self, product: Product | None) -> Response:
        if product is None:
            raise Problem(HTTPStatus.NOT_FOUND, "There is no such product.")
        if wants_page():
            return self.front.page("product.html", product=product, left=self.left(product))
        return told(self.shown(product))

    def of_pk(self, written: object) -> Product | None:
        """The product that is meant; None where there is none."""
        pk = PARSERS[Pk](written, self.front.sandbox.settings)
        return next((each for each in self.all() if each.pk == pk), None)

    def left(self, product: Product) -> int | None:
        """How many there are that nobody has bought or is paying for; None where nobody counts."""
        return self.front.sandbox.stock.left("stock", product.sku)

    def may_have(self, product: Product) -> int:
        """How many of it a basket may have."""
        left = self.left(product)
        return MOST if left is None else min(left, MOST)

    def shown(self, product: Product) -> JsonObject:
        """The product as in a basket, and what its own page says beside that."""
        left = self.left(product)
        (item,) = items_of(Basket.of("", "", (product.line(1),), product.price.currency))
        inside = item["product"]
        assert isinstance(inside, dict)  # noqa: S101  # as basket_json makes it
        return {
            **inside,
            "base_code": product.sku,
            "attributes_kwargs": {},
            "extra_attributes": {},
            "in_stock": left is None or left > 0,
            "stock": left,
            "unit_type": "qty",
            "product_type": product.product_type,
            "price_type": "default",
            "is_ready_to_basket": True,
            "form_schema": None,
        }


def items_of(basket: Basket, discounts: Discounts = NOTHING_OFF) -> list[JsonObject]:
    """Its lines, as in every basket's JSON."""
    items = basket_json(basket, discounts)["basketitem_set"]
    assert isinstance(items, list)  # noqa: S101  # as basket_json makes it
    return [item for item in items if isinstance(item, dict)]
