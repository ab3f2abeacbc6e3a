"""What goes with the goods for nothing: the buyer takes some of the samples that offers give, or none.

    [a shipping option] -> SampleProduct -> [a reservation] -> PaymentOptionSelection

What was chosen stands while each of it is offered and in stock.  What was declined is all that was offered then: a
buyer who wanted none of it is asked again only when there is something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from ..effects import ListProducts, Product
from ..forms import Pks
from ..money import Money
from ..order import Extras, Sample, SampleOffer, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ._checks import basket_not_empty, shipping_chosen

our = ref(Extras)


def _nothing_offered(_: Extras, visit: Visit) -> bool:
    return not visit.order.discounts.samples


nothing_offered = Check("no_samples", _nothing_offered, "no sample is offered")


@frozen
class SampleProductForm:
    sample_products: Pks


@frozen(slots=False)
class Picture:
    image: str


@frozen(slots=False)
class SampleProduct:
    """A product as storefronts know one; it costs nothing, and `price` is what it costs otherwise."""

    pk: int
    name: str
    sku: str
    base_code: str
    in_stock: bool
    price: Money | None  # None, as below, of one that was chosen and is not sold any more
    retail_price: Money | None
    currency_type: str  # try
    product_type: str
    absolute_url: str
    productimage_set: tuple[Picture, ...]
    is_selected: bool


@frozen(slots=False)
class SampleProductContext:
    sample_products: tuple[SampleProduct, ...]
    allowed_quantity: int  # of all offers together


async def _in_stock(visit: Visit) -> dict[int, Product]:
    """The samples that may be taken now, by key, in the order of the offers."""
    keys = _offered(visit)
    if not keys:
        return {}
    products = await ListProducts(keys, visit.order.basket.currency)
    return {product.pk: product for product in products if product.in_stock}


def _offered(visit: Visit) -> tuple[int, ...]:
    return tuple(dict.fromkeys(pk for offer in visit.order.discounts.samples for pk in offer.products))


def _allowed(chosen: Iterable[int], offers: Sequence[SampleOffer]) -> bool:
    """Each can be had by an offer that gives it, and none gives more than it allows.

    Where several give the same product, one that was had by the first moves to another to make room.
    """
    by: list[list[int]] = [[] for _ in offers]

    def place(pk: int, tried: set[int]) -> bool:
        for n, offer in enumerate(offers):
            if pk not in offer.products or n in tried:
                continue
            tried.add(n)
            if len(by[n]) < offer.allowed_quantity:
                by[n].append(pk)
                return True
            for other in by[n]:
                if place(other, tried):
                    by[n][by[n].index(other)] = pk
                    return True
        return False

    return all(place(pk, set()) for pk in chosen)


def _shown(product: Product, *, is_selected: bool) -> SampleProduct:
    return SampleProduct(
        product.pk, product.name, product.sku, product.sku, product.in_stock, product.price, product.price,
        product.price.currency.lower(), product.product_type, product.absolute_url,
        (Picture(product.image),) if product.image else (), is_selected,
    )  # fmt: skip


def _as_chosen(sample: Sample, visit: Visit) -> SampleProduct:
    """One that is neither offered nor in stock any more, as far as it was kept."""
    currency = visit.order.basket.currency.lower()
    return SampleProduct(
        sample.pk, sample.name, sample.sku, sample.sku, False, None, None, currency, "0", "", (), True  # noqa: FBT003  # fields in their order
    )  # fmt: skip


class SampleProductPage(Page[Extras, SampleProductForm]):
    """Take some of the samples, or say that none is wanted.  Where none is in stock, none is what is said."""

    requires = basket_not_empty, shipping_chosen
    skip_if = (nothing_offered,)
    sets = our.sample_products, our.unwanted_sample_products

    async def still_valid(self, own: Extras, visit: Visit) -> bool:
        if not own.sample_products:
            return set(_offered(visit)) <= set(own.unwanted_sample_products)
        chosen = [sample.pk for sample in own.sample_products]
        if not _allowed(chosen, visit.order.discounts.samples):
            return False
        return (await _in_stock(visit)).keys() >= set(chosen)

    async def context(self, own: Extras, visit: Visit) -> SampleProductContext:
        offered, chosen = await _in_stock(visit), {sample.pk: sample for sample in own.sample_products}
        gone = (_as_chosen(sample, visit) for pk, sample in chosen.items() if pk not in offered)
        listed = (_shown(product, is_selected=pk in chosen) for pk, product in offered.items())
        allowed = sum(offer.allowed_quantity for offer in visit.order.discounts.samples)
        return SampleProductContext((*gone, *listed), allowed)

    async def auto(self, own: Extras, visit: Visit) -> SampleProductForm | None:
        return None if await _in_stock(visit) else SampleProductForm(Pks(()))

    async def process(self, own: Extras, form: SampleProductForm, visit: Visit) -> Extras:
        chosen = form.sample_products
        if not chosen:
            return evolve(own, sample_products=(), unwanted_sample_products=_offered(visit))
        offered = await _in_stock(visit)
        if not offered.keys() >= set(chosen):
            raise Invalid(sample_products="invalid")
        if not _allowed(chosen, visit.order.discounts.samples):
            raise Invalid(sample_products="too_many")
        samples = tuple(Sample(pk, offered[pk].sku, offered[pk].name) for pk in chosen)
        return evolve(own, sample_products=samples, unwanted_sample_products=())
