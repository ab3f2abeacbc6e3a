"""The basket: looked at, added to, set, emptied.  Nobody gets more of anything than there is.

What offers take off it, and its voucher, are those of the buyer's checkout; a first voucher begins one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import frozen
from flask import Response, request

from ..forms._shapes import REQUIRED, Bad, whole
from ..money import Money
from ..order import Basket, Discounts
from ..page import Caller
from ..sandbox._goods import Product
from ..service import CheckoutService
from ..wire import Json, JsonObject, basket_json
from ..wire.basket import NOTHING_OFF
from ._front import Front, Refusal, Texts, asked, link, refused, session_id, texts_of, to, told, wants_page
from ._products import MOST, Products, items_of
from ._shelf import TooMany

QUANTITY: Final = whole(rf"[0-9]{{1,{len(str(MOST))}}}", 0, MOST)
NOT_SOLD: Final = "There is no such product."
EMPTY: Final = "There is nothing in your basket yet."
VOUCHER: Final = "VoucherCodePage"


@frozen
class Baskets:
    """/baskets/basket/."""

    front: Front
    products: Products
    service: CheckoutService

    def answer(self) -> Response:
        """Whatever the method; a page has no other than GET and POST, and says which it means."""
        method = request.method
        if method in {"GET", "HEAD"}:
            return self._page({}) if wants_page() else self._json()
        fields = self.front.fields()
        if method == "POST" and fields.get("method") in ("put", "patch", "delete"):
            method = str(fields["method"]).upper()
        try:
            {"POST": self._add, "PUT": self._set, "PATCH": self._voucher, "DELETE": self._empty}[method](fields)
        except Refusal as wrong:
            return self._page(wrong.texts) if wants_page() else refused(wrong.texts)
        if wants_page():
            return to(link("basket"))
        return self._json({"osessionid": session_id()} if method in {"POST", "PUT"} else {})

    # What is done

    def _add(self, fields: Mapping[str, object]) -> None:
        self._put({"quantity": 1, **fields}, least=1)

    def _set(self, fields: Mapping[str, object]) -> None:
        self._put(fields, least=0)

    def _put(self, fields: Mapping[str, object], least: int) -> None:
        """More of a product, where that is at least one; else so many."""
        product, quantity = self.products.of_pk(fields.get("product")), _quantity(fields)
        wrong: dict[str, tuple[str, ...]] = {}
        if not _given(fields, "product"):
            wrong |= texts_of({"product": ("required",)})
        elif product is None:
            wrong["product"] = (NOT_SOLD,)
        if isinstance(quantity, Bad):
            wrong |= texts_of({"quantity": (quantity.code,)})
        elif quantity < least:
            wrong |= texts_of({"quantity": ("invalid",)})
        if not isinstance(fields.get("attributes") or {}, Mapping):
            wrong |= texts_of({"attributes": ("invalid",)})
        if wrong or product is None or isinstance(quantity, Bad):
            raise Refusal(wrong)
        try:
            self.front.shelf.put(
                self.front.keeper(), product.sku, quantity, self.products.may_have(product), more=least > 0
            )
        except TooMany as most:
            raise Refusal({"quantity": (_only(product, most.left),)}) from None

    def _voucher(self, fields: Mapping[str, object]) -> None:
        """As the checkout takes it; one that nobody has put in is taken out without a word."""
        removes = fields.get("remove_voucher_code") in (True, "true", "1")
        if not removes and not _given(fields, "voucher_code"):
            raise Refusal(texts_of({"voucher_code": ("required",)}))
        who, known = self._caller(), self.front.checkout_key
        if removes and known is None:
            return
        step = self.service.open(known, who)
        if step is None or step.pre_order.placed is not None:
            if removes:
                return
            raise Refusal({"voucher_code": (EMPTY,)})
        key = step.pre_order.key
        self.front.enter(key)
        step = self.service.post(key, VOUCHER, {"voucher_code": "" if removes else fields["voucher_code"]}, who)
        if step.errors:
            raise Refusal(texts_of(step.errors))

    def _empty(self, fields: Mapping[str, object]) -> None:
        owner = self.front.owner
        if owner is not None:
            self.front.shelf.empty(owner)

    # What is shown

    def _json(self, beside: Mapping[str, Json] | None = None) -> Response:
        return told({"basket": self.shown(), **(beside or {})})

    def _page(self, wrong: Texts) -> Response:
        basket = self.front.shelf.basket(self.front.owner)
        left = {line.sku: self._left(line.sku) for line in basket.lines}
        discounts, code = self._promoted(basket)
        sums = basket_json(basket, discounts)
        return self.front.page(
            "basket.html", basket=basket, left=left, wrong=wrong, most=MOST, sums=sums, code=code,
            promotes=bool(self.front.sandbox.shop.offers),
        )  # fmt: skip

    def shown(self) -> JsonObject:
        """The basket as in a checkout, and what its own address says beside that."""
        basket = self.front.shelf.basket(self.front.owner)
        discounts, code = self._promoted(basket)
        lacking: list[Json] = []
        for line in basket.lines:
            left = self._left(line.sku)
            if left is not None and left < line.quantity:
                lacking.append({"pk": line.pk, "name": line.name, "unavailable_quantity": line.quantity - left})
        items: list[Json] = [
            {
                **item,
                "id": line.pk,
                "attributes": {},
                "attributes_kwargs": {},
                "parent": None,
                "offer_badges": [],
                "price": str(line.unit_price),
                "retail_price": str(line.unit_price),
                "stock": self._left(line.sku),
                "discount_amount": item.get("discount_amount", str(Money.zero(basket.currency))),
            }
            for item, line in zip(items_of(basket, discounts), basket.lines, strict=True)
        ]
        return {
            "upsell_details": [],
            **basket_json(basket, discounts),
            "basketitem_set": items,
            "voucher_code": code,
            "unavailable_basket_products": lacking,
            "segment": None,
        }

    def _promoted(self, basket: Basket) -> tuple[Discounts, str | None]:
        """What the shop's offers take off it, and the voucher code: as the checkout says, or as one would that began.

        A shop without offers is asked nothing.
        """
        if not basket.lines or not self.front.sandbox.shop.offers:
            return NOTHING_OFF, None
        who, known = self._caller(), self.front.checkout_key
        step = None if known is None else self.service.open(known, who)
        if step is None or step.pre_order.placed is not None:
            step = self.service.checkout.start(basket, who)
        return step.pre_order.discounts, step.pre_order.extras.voucher_code

    def _caller(self) -> Caller:
        return self.front.caller(asked())

    def _left(self, sku: str) -> int | None:
        return self.front.sandbox.stock.left("stock", sku)


def _quantity(fields: Mapping[str, object]) -> int | Bad:
    if not _given(fields, "quantity"):
        return REQUIRED
    read = QUANTITY(fields["quantity"], None)  # type: ignore[arg-type]  # a whole number asks no setting
    return read if isinstance(read, int | Bad) else REQUIRED


def _given(fields: Mapping[str, object], name: str) -> bool:
    """Missing, null and blank are the same."""
    value = fields.get(name)
    return value is not None and not (isinstance(value, str) and not value.strip())


def _only(product: Product, left: int) -> str:
    if left <= 0:
        return f"{product.name} is sold out."
    return f"There {'is' if left == 1 else 'are'} only {left} of {product.name}. Please take fewer."
