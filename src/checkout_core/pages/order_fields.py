"""What else the shop wants to know with an order, of which only its own schema knows the questions.

OrderSelection -> Empty, any time, and it blocks nothing.
"""

from __future__ import annotations

from attrs import frozen

from ..forms import JsonText, fitted, read_back
from ..order import Extras, evolve, ref
from ..page import Page, Visit
from ..shop import ExtraField


@frozen
class OrderSelectionForm:
    extra_field: JsonText


@frozen(slots=False)
class OrderSelectionContext:
    schema: tuple[ExtraField, ...] | None  # None: any JSON is taken
    extra_field: object  # the answer that stands, as JSON


class OrderSelectionPage(Page[Extras, OrderSelectionForm]):
    """The answers, as the schema of the shop wants them; without a schema any JSON, kept as it is."""

    sets = (ref(Extras).extra_field,)

    async def context(self, own: Extras, visit: Visit) -> OrderSelectionContext:
        standing = None if own.extra_field is None else read_back(own.extra_field)
        return OrderSelectionContext(visit.shop.order_schema, standing)

    async def process(self, own: Extras, form: OrderSelectionForm, visit: Visit) -> Extras:
        schema, text = visit.shop.order_schema, str(form.extra_field)
        kept = text if schema is None else fitted(schema, text, visit.settings, "extra_field")
        return evolve(own, extra_field=kept)
