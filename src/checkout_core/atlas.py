"""A flow, compiled: each page as the engine reads it, and the one rule that says which page is next.

Nobody writes a next page.  The current page is the first on the route that is
open, not skipped and not done.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from itertools import zip_longest
from typing import cast

from attrs import frozen

from .flow import AnyPage, Flow, WayToPay
from .forms import plan
from .order import Field, Payment, PreOrder, Schedule, evolve, finder
from .page import Check, Page, Visit
from .paying import SLOT_FULL, USED_UP, awaiting


class Row:
    """A page, looked up once."""

    __slots__ = (
        "auto", "beside", "context", "done", "form", "lasting", "name", "page", "part", "pays", "process", "questions",
        "resets", "skips", "type",
    )  # fmt: skip

    def __init__(self, page: AnyPage, *, beside: bool, bits: dict[tuple[object, object], int]) -> None:
        self.type = page
        self.page = made = page()
        self.name = page.__name__
        self.form = page.form
        self.part = finder(page.part)
        self.beside = beside
        self.pays = page.pays
        self.done, self.process, self.context = made.done, made.process, made.context
        self.auto = None if page.auto is Page.auto else made.auto
        self.lasting = page.still_valid is Page.still_valid  # an answer here cannot go stale
        self.skips = tuple(c.test for c in page.skip_if)
        self.questions = tuple((c.test, bits.setdefault((c.test, page.part), 1 << len(bits))) for c in page.requires)
        self.resets: tuple[Row, ...] = ()  # all whose answers rest on this one's
        plan(cast("Hashable", page.form))  # TypeError at start, not at the first post

    def open(self, own: object, visit: Visit) -> bool:
        """Whether the buyer may be here."""
        if own is None:
            return False
        for check in self.type.requires:  # noqa: SIM110  # all() makes a generator, and every step asks this
            if not check.test(own, visit):
                return False
        return True

    def skipped(self, own: object, visit: Visit) -> bool:
        """Whether there is no answer to give."""
        for test in self.skips:  # noqa: SIM110  # as in open
            if test(own, visit):
                return True
        return False

    def answered(self, own: object, visit: Visit) -> bool:
        """Whether there is an answer, and the buyer may be here."""
        return own is not None and self.done(own, visit) and self.open(own, visit)

    def undone(self, order: PreOrder) -> PreOrder:
        """The order without the answer of this page, and without those that rest on it."""
        return self.moved(order, self.page.undo(order))

    def moved(self, before: PreOrder, order: PreOrder) -> PreOrder:
        """What this page has made of `before`, without the answers that are void by it."""
        return self.voided(order) if self.page.voids(before, order) else order

    def voided(self, order: PreOrder) -> PreOrder:
        """The order without the answers that rest on this page's."""
        for row in self.resets:
            order = row.page.undo(order)
        return order


class Route:
    """The trunk and one branch, with what every step asks of it."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.steps = tuple((row, row.part, row.done) for row in rows)  # calling what is in a slot takes longer
        self.places = {row: n for n, row in enumerate(rows)}
        self.behind = {row: rows[n + 1 :] for row, n in self.places.items()}


class Map:
    """A flow, compiled."""

    def __init__(self, flow: Flow) -> None:
        bits: dict[tuple[object, object], int] = {}  # a check and what it is asked of
        beside = {*flow.beside, flow.end, flow.nowhere}
        self.flow = flow
        self.rows: Mapping[str, Row] = {
            page.__name__: Row(page, beside=page in beside, bits=bits) for page in flow.pages()
        }
        self.end = self.rows[flow.end.__name__]
        self.nowhere = self.rows[flow.nowhere.__name__]
        self.asides = tuple(row for row in self._rows(flow.beside) if not row.lasting)  # whose answers can go stale
        trunk = self._rows(flow.trunk)
        self.first = trunk[0]  # says who buys; a storefront needs it even where it is skipped
        self._routes: dict[type[object], Route] = {type(None): Route(trunk)}
        self._routes.update((way.part, Route(trunk + self._rows(way.pages))) for way in flow.payments.values())
        payment = Field(PreOrder, "payment")
        self.chooser = next((row.name for row in trunk if payment in row.type.sets), None)
        chooser = tuple(self.rows[name] for name in (self.chooser,) if name is not None)
        self._again: dict[type[object], Route] = {type(None): Route(chooser)}
        self._again.update((way.part, Route(chooser + self._rows(way.pages))) for way in again(flow).values())
        for row in self.rows.values():
            row.resets = tuple(self._resets(row.type, set()))

    def _rows(self, pages: Iterable[AnyPage]) -> tuple[Row, ...]:
        return tuple(self.rows[page.__name__] for page in pages)

    def _resets(self, page: AnyPage, seen: set[str]) -> Iterable[Row]:
        for name in page.resets:
            if name not in seen:
                seen.add(name)
                yield self.rows[name]
                yield from self._resets(self.rows[name].type, seen)

    def on(self, order: PreOrder) -> Route:
        """The trunk, and the branch of the way to pay that was chosen."""
        if order.again is not None:
            return self._again.get(order.payment.__class__) or self._again[type(None)]
        return self._routes[order.payment.__class__]

    def leads_to(self, row: Row, order: PreOrder) -> bool:
        """Whether the page is there for this order: to one that is paid again there is little left to say."""
        if order.again is None or row in self.on(order).places:
            return True
        return row.beside and row.type.post_order and issubclass(row.type.part, Payment)

    def route(self, order: PreOrder) -> tuple[Row, ...]:
        """The pages of the trunk, and of that branch."""
        return self.on(order).rows

    def place(self, row: Row, order: PreOrder) -> int:
        """Where on the route a page stands; its end for a page that is not on it."""
        places = self.on(order).places
        return places.get(row, len(places))

    def collects(self, name: str, order: PreOrder) -> bool:
        """Whether the page of that name takes money, or stands behind one that does."""
        places, row = self.on(order).places, self.rows.get(name)
        first = min((place for each, place in places.items() if each.pays), default=len(places))
        return row is not None and (row.pays or places.get(row, -1) >= first)

    def between(self, after: Row | None, row: Row, order: PreOrder) -> tuple[Row, ...]:
        """The route behind `after`, or from its beginning, up to and with that page."""
        begin = 0 if after is None else self.place(after, order) + 1
        return (*self.route(order)[begin : self.place(row, order)], row)

    def since(self, row: Row, now: Row, order: PreOrder) -> tuple[Row, ...]:
        """The route from `row` on, up to and with the current page; `row` alone where that does not come later."""
        if self.place(row, order) >= self.place(now, order):
            return (row,)
        return row, *self.between(row, now, order)

    def before(self, row: Row, order: PreOrder) -> tuple[Row, ...]:
        """The route before that page."""
        return self.route(order)[: self.place(row, order)]

    def behind(self, row: Row, order: PreOrder) -> tuple[Row, ...]:
        """The route after that page; all of it for a page beside the flow."""
        return self.route(order) if row.beside else self.on(order).behind.get(row, ())


def again(flow: Flow) -> Mapping[str, WayToPay]:
    """The ways to pay an order that stands: those all of whose pages are there for it."""
    return {kind: way for kind, way in flow.payments.items() if all(page.post_order for page in way.pages)}


def current(flow: Map, visit: Visit, *, going_out: bool = False) -> Row:
    """The first page on the route that is open, not skipped and not done.

    `going_out`: what was handed out (a 3-D form, a hosted page) counts as the
    paying page's answer.  Only the step that handed it out says so; a plain view
    shows the page before, or the buyer who pressed Back would be sent off again.
    """
    order = visit.order
    if order.placed is not None:
        return flow.end
    paid = going_out and awaiting(order) is not None
    last = None
    held = 0  # bits of the checks that hold: pages share them, and each is asked once
    for row, part, done in flow.on(order).steps:
        own = part(order)
        if own is None:
            continue
        for test, bit in row.questions:
            if not held & bit:
                if not test(own, visit):
                    break
                held |= bit
        else:
            if row.skips and row.skipped(own, visit):
                continue
            last = row
            if not (paid if row.pays else done(own, visit)):
                return row
    return last or flow.first


ENDED = frozenset({"declined", "cancelled", "abandoned"})


def after_an_end(flow: Map, before: PreOrder, order: PreOrder) -> PreOrder:
    """The order without the answers of the pages that pay, where an attempt has come to nothing since `before`.

    Without its slot, too, where that was full; and with offers to be applied again where one was used up.
    """
    now = [a for a, then in zip_longest(order.attempts, before.attempts) if a is not then]
    if order.placed is not None or not any(a.state in ENDED for a in now):
        return order
    for row in flow.route(order):
        if row.pays:
            order = row.undone(order)
    if any(a.code == SLOT_FULL for a in now):  # nothing else has to be chosen again
        order = evolve(order, schedule=Schedule())
    if any(a.code == USED_UP for a in now):
        order = evolve(order, discounts=evolve(order.discounts, basis=""))
    return order


@frozen
class Explained:
    """One check of a page: does it hold, and which page would mend it."""

    check: str
    says: str
    holds: bool
    mended_by: str | None


def explain(flow: Map, visit: Visit, name: str) -> tuple[Explained, ...]:
    """Each check of the page of that name.  Raises KeyError for a page that is not on the map."""
    row = flow.rows[name]
    own = row.part(visit.order)
    if own is None:
        return (Explained("other_payment", "the buyer pays this way", holds=False, mended_by=flow.chooser),)
    found = ((check, check.test(own, visit)) for check in row.type.requires)
    return tuple(Explained(c.code, c.says, holds, None if holds else _mends(flow, visit, c)) for c, holds in found)


def _mends(flow: Map, visit: Visit, check: Check) -> str | None:
    """The page that would make it true: of several, the one that is open to this buyer, or else the first."""
    rows = [flow.rows[name] for name in check.mends if name in flow.rows]
    open_now = (row.name for row in rows if row.open(row.part(visit.order), visit))
    return next(open_now, rows[0].name if rows else None)
