"""Which pages, in which order.  A Flow is a value; a host edits a copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from .order import PLACES, Payment, PreOrder
from .page import Page

AnyPage: TypeAlias = type[Page[Any, Any]]


@frozen
class WayToPay:
    """The pages of one way to pay, the part they fill, and what they ask of a gateway."""

    part: type[Payment]
    pages: tuple[AnyPage, ...]
    kinds: frozenset[str] = frozenset()  # of transfers: "sale", "three_d"; none where no gateway is needed


@frozen
class Flow:
    """The map: the trunk every buyer walks, a branch for each way to pay, and the pages beside."""

    trunk: tuple[AnyPage, ...]
    payments: Mapping[str, WayToPay]  # by payment type
    beside: tuple[AnyPage, ...]  # may be posted at any time and block nothing
    end: AnyPage  # shows the placed order
    nowhere: AnyPage  # shown after a page beside the flow was posted

    def pages(self) -> tuple[AnyPage, ...]:
        """Every page on the map."""
        branches = (page for way in self.payments.values() for page in way.pages)
        return (*self.trunk, *branches, *self.beside, self.end, self.nowhere)

    def host_parts(self) -> tuple[type[object], ...]:
        """The parts that pages of the host keep in `PreOrder.more`."""
        ours = {PreOrder, *PLACES, *(way.part for way in self.payments.values())}
        return tuple({page.part: None for page in self.pages() if page.part not in ours})

    def without(self, page: AnyPage) -> Flow:
        """The map without that page."""
        return self._each(page, lambda p: () if p is page else (p,))

    def insert(self, page: AnyPage, *, after: AnyPage) -> Flow:
        """The map with `page` behind `after`."""
        return self._each(after, lambda p: (p, page) if p is after else (p,))

    def replace(self, page: AnyPage, by: AnyPage) -> Flow:
        """The map with `by` in the place of `page`."""
        return self._each(page, lambda p: (by,) if p is page else (p,))

    def pay_by(self, payment_type: str, way: WayToPay) -> Flow:
        """The map with another way to pay."""
        return evolve(self, payments={**self.payments, payment_type: way})

    def _each(self, at: AnyPage, edit: Callable[[AnyPage], tuple[AnyPage, ...]]) -> Flow:
        if at not in self.pages():
            raise KeyError(f"{at.__name__} is not on the map")

        def edited(pages: tuple[AnyPage, ...]) -> tuple[AnyPage, ...]:
            return tuple(new for page in pages for new in edit(page))

        payments = {kind: evolve(way, pages=edited(way.pages)) for kind, way in self.payments.items()}
        return evolve(self, trunk=edited(self.trunk), payments=payments, beside=edited(self.beside))
