"""What is asked about the shop's own stores: what lies there, and how full their slots are."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from ._kinds import Query
from .holds import Item


@frozen
class StoresWithStock(Query[tuple[int, ...]]):
    """Of these stores those that have all the items in stock, by pk."""

    stores: tuple[int, ...]
    items: tuple[Item, ...]


class StoresPort(Protocol):
    def stores_with_stock(self, stores: tuple[int, ...], items: tuple[Item, ...], /) -> tuple[int, ...]: ...


@frozen
class CountTaken(Query[tuple[int, ...]]):
    """How many of each subject are gone or kept for somebody else than `owner`; in the order of the subjects."""

    kind: str  # "slot"
    subjects: tuple[str, ...]
    owner: str  # key of the checkout


class SlotsPort(Protocol):
    def count_taken(self, kind: str, subjects: tuple[str, ...], owner: str, /) -> tuple[int, ...]: ...
