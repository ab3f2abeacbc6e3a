"""Take a PreOrder one step further.  Pure: what it needs of the world it awaits.

    refresh -> checks -> form -> process -> the end of a step -> void answers undone -> totals -> auto -> what to show

The engine knows no page by name; standard.py does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from attrs import frozen

from .atlas import Map, Row, after_an_end, current
from .effects import Deferred, Effect, Event, ReadBasket
from .forms import read
from .order import Buyer, Delivery, Discounts, Extras, GiftCards, Loyalty, PreOrder, Schedule, Shipping, evolve, same
from .page import Ask, Codes, Invalid, Pay, Place, Visit
from .paying import SLOT_FULL, USED_UP, allowed, ask, awaiting, closed, may_guess, moving, pay, place, verdict
from .pricing import goods_owed, totals, unmoved
from .rules.offers import discounted
from .rules.quotes import requoted
from .rules.slots import group_of
from .settings import Settings

FREE = Deferred("free", 400)
MAX_HOPS = 20  # pages answered by auto() in one step; more is a page that leaves itself undone
NO_CODES: Codes = {}
BELOW_MINIMUM: Codes = {"non_field_errors": ("below_minimum_order",)}
EXTRAS_CHANGED: Codes = {"non_field_errors": ("extras_changed",)}
IN_PROGRESS: Codes = {"non_field_errors": ("payment_in_progress",)}
NO_PRICE: Codes = {"non_field_errors": ("shipping_price_unavailable",)}
NOT_AVAILABLE: Codes = {"non_field_errors": ("page_not_available",)}
NO_SLOT: Codes = {"non_field_errors": (SLOT_FULL,)}
NO_USE: Codes = {"non_field_errors": (USED_UP,)}
GIVEN_UP: Codes = {"non_field_errors": ("order_given_up",)}
PENDING: Codes = {"non_field_errors": ("payment_pending",)}
PRICE_CHANGED: Codes = {"non_field_errors": ("price_changed",)}
UNKNOWN_PAGE: Codes = {"page": ("unknown",)}


class Shown(NamedTuple):
    """A page and what it shows."""

    page: str
    context: object


class NotTheirs(LookupError):
    """The order is another buyer's, or there is none; nobody is told which."""


class Triple(NamedTuple):
    pre_order: PreOrder
    page: str
    context: object


class Step(Triple):
    """Where the buyer stands now; unpacks to `(pre_order, page, context)`.

    `errors` are codes by field, `context_list` the pages a storefront needs to
    redraw, `events` what left with the step.
    """

    errors: Codes
    context_list: tuple[Shown, ...]
    events: tuple[Event, ...]
    version: int = 0  # of the record it shows, where there is one

    def __new__(
        cls, pre_order: PreOrder, page: str, context: object, errors: Codes = NO_CODES,
        context_list: tuple[Shown, ...] = (), events: tuple[Event, ...] = (),
    ) -> Self:  # fmt: skip
        self = tuple.__new__(cls, (pre_order, page, context))
        self.errors, self.context_list, self.events = errors, context_list, events
        return self

    @property
    def ok(self) -> bool:
        """Nothing was refused or declined."""
        return not self.errors

    def raise_for_errors(self) -> Step:
        """Itself.  Raises Invalid with the errors where there are any."""
        if self.errors:
            raise Invalid(**self.errors)
        return self


@frozen
class Placing(Effect[PreOrder]):
    """The order was placed without a provider: these events leave with the save."""

    order: PreOrder
    events: tuple[Event, ...]


@frozen
class Forget(Effect[None]):
    """The input was refused: what its page emitted does not leave."""


# The world as it is now


def sealed(visit: Visit) -> bool:
    """Placed, given up, or its money may be moving: nothing about it may change."""
    order = visit.order
    return order.placed is not None or closed(order) or moving(order, visit.now) is not None


def sealed_by(order: PreOrder) -> Codes:
    """What a buyer is told who would change it."""
    if order.placed is not None:
        return NO_CODES
    return GIVEN_UP if closed(order) else IN_PROGRESS


async def refresh(flow: Map, visit: Visit) -> Visit:
    """Basket and buyer as they are now.  An order that stands has a basket of its own, and its buyer.

    Raises NotTheirs where another buyer pays that again.
    """
    order = visit.order
    new, caller = order, visit.caller
    if order.again is not None:
        if order.buyer.account != caller.account:
            raise NotTheirs(order.key)
        return visit
    if order.buyer.account != caller.account:
        buyer = Buyer(caller.account, caller.email, caller.phone)
        new = evolve(new, buyer=buyer, delivery=Delivery(), shipping=Shipping(), payment=None, number=None)
        new = evolve(new, extras=Extras(), more=(), schedule=Schedule())  # nothing of one buyer is shown to another
        new = evolve(new, discounts=Discounts(), loyalty=Loyalty(), gift_cards=GiftCards())
        new = evolve(new, basket=order.basket.as_listed())  # nor what a price is at the other's address
    key = caller.basket or order.basket.key
    basket = await ReadBasket(key, order.basket.digest if key == order.basket.key else "")
    if basket is not None:
        new = evolve(new if basket.currency == order.basket.currency else without_amounts(new), basket=basket)
    if new is order and not order.shipping.outdated:
        return await offered(visit)  # a promotion may have begun, or be over
    return await keep_valid(visit.at(new), flow.route(new), order)


def without_amounts(order: PreOrder) -> PreOrder:
    """The order without what was asked for in a currency that its basket is no longer sold in."""
    extras = evolve(order.extras, gift_box=None, bags=None)
    return evolve(order, extras=extras, discounts=Discounts(), loyalty=Loyalty(), gift_cards=GiftCards())


def without_slot(order: PreOrder) -> PreOrder:
    """The order without its slot, and without the bags that the shop has put in with it."""
    bags = order.extras.bags
    extras = evolve(order.extras, bags=None) if bags is not None and bags.with_slot else order.extras
    return evolve(order, schedule=Schedule(), extras=extras)


async def keep_valid(visit: Visit, rows: Sequence[Row], before: PreOrder) -> Visit:
    """Shipping priced again if that may have changed; answers of `rows` no longer good undone; totals.

    A slot of another group is none any more: the page it was chosen on may be closed by now.
    """
    if visit.order.again is not None:
        return await still_answered(priced(visit, before), rows)
    slot = visit.order.schedule.delivery_range
    if slot is not None and slot.group != group_of(visit.order.delivery):
        visit = visit.at(without_slot(visit.order))
    order = visit.order
    moved = order.basket is not before.basket or order.delivery is not before.delivery
    asked = [row for row in rows if row.type.part is Shipping]
    if order.shipping.choices and (moved or asked or order.shipping.outdated):
        shipping = await requoted(visit, before)
        if shipping is not order.shipping:
            visit = visit.at(evolve(order, shipping=shipping))
        if len(shipping.choices) < len(order.shipping.choices):  # what is gone takes along what rests on it
            for row in asked:
                visit = visit.at(row.voided(visit.order))
    return await still_answered(priced(await offered(visit), before), rows)


async def still_answered(visit: Visit, rows: Sequence[Row]) -> Visit:
    """Without the answers of `rows` that are no longer good."""
    for row in rows:
        own = row.part(visit.order)
        if not row.lasting and row.answered(own, visit) and not await row.page.still_valid(own, visit):
            visit = priced(visit.at(row.undone(visit.order)), visit.order)
    return visit


async def offered(visit: Visit, *, sure: bool = False) -> Visit:
    """With the shop's offers applied again where what they rest on has moved, or always to be `sure`.

    An order that stands keeps those that it was placed with.
    """
    order = visit.order
    if order.again is not None:
        return visit
    now = await discounted(visit, sure=sure)
    return visit if now is order.discounts else priced(visit.at(evolve(order, discounts=now)), order)


def priced(visit: Visit, before: PreOrder) -> Visit:
    """With totals that follow from the rest; nothing is computed where nothing moved."""
    order = visit.order
    if unmoved(order, before):
        return visit
    now = totals(order, visit.settings.interest_rounding)
    return visit if now == order.totals else visit.at(evolve(order, totals=now))


# One step


async def submit(flow: Map, visit: Visit, name: str, body: object) -> Step:
    """The buyer posts `body`, a mapping or the page's form, to the page of that name."""
    row, before = flow.rows.get(name), visit.order
    locked = sealed(visit)
    if not locked:
        visit = await refresh(flow, visit)
    if row is None or locked:
        errors = UNKNOWN_PAGE if row is None else sealed_by(before)
        return await show(flow, visit, current(flow, visit), errors)
    if row.pays:
        visit = await offered(visit, sure=True)  # first: samples rest on offers
        asides = [each for each in flow.asides if flow.leads_to(each, visit.order)]
        visit = await keep_valid(visit, (*asides, *flow.before(row, visit.order)), visit.order)
        errors = hindered(flow, visit, row, before)
        if errors:
            return await turned_away(flow, visit, errors)
    if not flow.leads_to(row, visit.order) or not row.open(row.part(visit.order), visit):
        return await turned_away(flow, visit, heard_again(row, visit.order) or NOT_AVAILABLE)
    return await take(flow, visit, row, body)


def hindered(flow: Map, visit: Visit, row: Row, before: PreOrder) -> Codes:
    """Why the page that pays may not be answered now; `before`, the order as the buyer saw it."""
    order, least = visit.order, visit.settings.minimum_order_amount
    of_ours = least is not None and least.currency == order.basket.currency
    hindrances = (
        (before.schedule.delivery_range is not None and order.schedule.delivery_range is None, NO_SLOT),
        (order.totals != before.totals or visit.shown not in {None, order.totals.payable}, PRICE_CHANGED),
        (current(flow, visit) is not row, NOT_AVAILABLE),  # an answer before it is missing, or was just undone
        (order.extras != before.extras, EXTRAS_CHANGED),
        (least is not None and of_ours and order.again is None and goods_owed(order) < least, BELOW_MINIMUM),
        (order.shipping.outdated, NO_PRICE),
    )
    return next((codes for there, codes in hindrances if there), NO_CODES)


def heard_again(row: Row, order: PreOrder) -> Codes:
    """What a return that comes a second time was told the first time, where the payment has come to nothing by it."""
    over = row.type.returns and order.attempts and order.attempts[-1].returned is not None
    return told(order) if over else NO_CODES


async def turned_away(flow: Map, visit: Visit, errors: Codes) -> Step:
    """The page the buyer has to go to.

    What needs no buyer is answered: a storefront that does not know such a page would post the next one for ever.
    """
    visit, here, _ = await answered(flow, visit, going_out=False)
    return await show(flow, visit, here, errors)


async def take(flow: Map, visit: Visit, row: Row, body: object) -> Step:
    """The answer to a page that is open: read, processed, carried out, and what comes of it shown."""
    order = visit.order
    own = row.part(order)
    try:
        form = read_form(row, body, visit.settings)
        if row.type.guesses:
            await may_guess(visit)
        result = await row.process(own, form, visit)
        if result.__class__ is Pay:
            await allowed(visit)
    except Invalid as refused:
        if refused.kept is not None:
            visit = priced(visit.at(order.put(refused.kept)), order)
            own = row.part(visit.order)
        else:
            await Forget()
        if not row.open(own, visit):
            return await show(flow, visit, current(flow, visit), refused.codes)
        return await show(flow, visit, row, refused.codes, flow.since(row, current(flow, visit), visit.order))
    visit, errors = await finish(flow, visit, row, result)
    if row.beside:
        return await show(flow, visit, flow.rows[row.type.next_page] if row.type.next_page else flow.nowhere)
    if errors:
        return await show(flow, visit, current(flow, visit), errors)
    visit, here, errors = await answered(flow, visit, going_out=row.pays)
    return await show(flow, visit, here, errors, flow.between(row, here, visit.order))


def read_form(row: Row, body: object, settings: Settings) -> Any:
    """The form of that page.  Raises Invalid for what is none."""
    if isinstance(body, row.form):
        return body
    if body.__class__ is dict or isinstance(body, Mapping):  # to ask the abstract class takes longer
        return read(row.form, body, settings)
    raise Invalid(non_field_errors="invalid")


async def view(flow: Map, visit: Visit, name: str | None = None) -> Step:
    """The page of that name if its checks hold; else, or without a name, the current one."""
    locked = sealed(visit)
    if not locked:
        visit = await refresh(flow, visit)
    if visit.order.placed is not None:
        return await show(flow, visit, flow.end)
    visit, here, errors = await answered(flow, visit, going_out=False)
    if locked:
        errors = sealed_by(visit.order)
    chain = flow.between(None, here, visit.order)
    if name is not None:
        row = flow.rows.get(name)
        if row is not None and flow.leads_to(row, visit.order) and row.open(row.part(visit.order), visit):
            return await show(flow, visit, row, errors, chain if row in chain else (*chain, row))
        errors = UNKNOWN_PAGE if row is None else NOT_AVAILABLE
    return await show(flow, visit, here, errors, chain)


async def finish(flow: Map, visit: Visit, row: Row, result: Any) -> tuple[Visit, Codes]:
    """What `process` returned, carried out; and what the buyer must be told of it."""
    before, kind = visit.order, result.__class__
    if kind is Pay and not before.totals.payable:
        kind, result = Place, Place(result.own, FREE)
    if kind is Pay:
        return await ended(flow, visit, await pay(visit, result))
    if kind is Ask:
        waiting = awaiting(before)
        order = after_an_end(flow, before, await ask(visit, result))
        if order.placed or waiting is None:
            return visit.at(order), NO_CODES
        still = order.attempts[waiting.n - 1].state == "awaiting"  # the ledger knows nothing of it, yet
        return visit.at(order), PENDING if still else verdict(order, waiting.n)
    if kind is Place:
        return await ended(flow, visit, await Placing(*await place(visit, result)))
    if same(result, row.part(before)):  # the same answer again voids nothing
        return visit, NO_CODES
    after = row.moved(before, before.put(result))
    return await keep_valid(visit.at(after), flow.behind(row, after), before), NO_CODES


async def ended(flow: Map, visit: Visit, order: PreOrder) -> tuple[Visit, Codes]:
    """The order after a payment was tried, and what the buyer must be told; what was used up meanwhile is not in it."""
    visit, codes = visit.at(after_an_end(flow, visit.order, order)), told(order)
    if codes != NO_USE:
        return visit, codes
    now = await offered(visit)
    dearer = now.order.totals != visit.order.totals
    return now, {"non_field_errors": (USED_UP, *PRICE_CHANGED["non_field_errors"])} if dearer else codes


def told(order: PreOrder) -> Codes:
    """What the buyer must be told of the last attempt; nothing of one that placed the order."""
    return NO_CODES if order.placed is not None else verdict(order, len(order.attempts))


async def answered(flow: Map, visit: Visit, *, going_out: bool) -> tuple[Visit, Row, Codes]:
    """Answered for the buyer as far as that goes: the page that is current then, and why its own answer was refused."""
    row = current(flow, visit, going_out=going_out)
    for _ in range(MAX_HOPS):
        own = row.part(visit.order)
        form = None
        if row.auto and not moving(visit.order, visit.now) and row.open(own, visit) and not row.done(own, visit):
            form = await row.auto(own, visit)
        if form is None:
            return visit, row, NO_CODES
        try:
            result = await row.process(own, form, visit)
        except Invalid as refused:  # the buyer has to see to it after all
            return visit, row, refused.codes
        visit, _none = await finish(flow, visit, row, result)
        row = current(flow, visit, going_out=going_out)
    raise RuntimeError(f"{row.name}.auto() leaves its page undone")


async def show(flow: Map, visit: Visit, row: Row, errors: Codes = NO_CODES, listed: tuple[Row, ...] = ()) -> Step:
    """That page with its context, and the contexts of the pages listed with it; by default of it alone."""
    order = visit.order
    context = await row.context(row.part(order), visit)
    if row is flow.nowhere:
        return Step(order, row.name, context, errors)
    shown: list[Shown] = []
    for each in listed or (row,):
        own = each.part(order)
        if each is row:
            shown.append(Shown(row.name, context))
        elif each.open(own, visit) and (each is flow.first or not each.skipped(own, visit)):
            shown.append(Shown(each.name, await each.context(own, visit)))
    return Step(order, row.name, context, errors, tuple(shown))
