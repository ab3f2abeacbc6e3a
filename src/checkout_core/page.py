"""What a page is: a flat, stateless class, and what it is given and may return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeAlias, TypeVar, get_args

from attrs import field, frozen

from .effects import Browser, Capabilities, CardSecrets, Deferred
from .money import Money
from .order import CardToSave, Field, Payment, Plan, PreOrder, evolve, finder
from .settings import Settings
from .shop import Shop

PartT = TypeVar("PartT")
FormT = TypeVar("FormT")
Codes: TypeAlias = Mapping[str, tuple[str, ...]]  # field -> error codes


@frozen(slots=False)  # a host evolves it, with whichever evolve it knows
class Caller:
    """Who is asking; made by the adapter, believed by the engine."""

    account: str | None = None  # None: a guest
    email: str | None = None  # of the account
    phone: str | None = None  # of the account, E.164
    client: str = "web"  # web, ios, android, instore
    ip: str | None = None
    locale: str = "en"
    session: str = ""  # of the browser or kiosk: who was shown which total
    basket: str | None = None  # key of the basket of this session now; None: the one the checkout began with
    segment: str | None = None  # of buyers, as the shop groups them
    orders: int | None = None  # that the account has placed before; None: nobody knows
    currency: str | None = None  # ISO 4217, as the buyer asked for it; what is sold in it the host decides
    origin: str = ""  # where this buyer's browser finds the shop: https://shop.example/tr; empty where nobody knows
    accept: str | None = None  # header of the request
    user_agent: str | None = None  # header of the request


GUEST = Caller()


@frozen(slots=False)
class Visit:
    """All a page may look at without awaiting."""

    order: PreOrder
    shop: Shop
    settings: Settings
    now: datetime
    caller: Caller
    gateways: Mapping[str, Capabilities] = field(factory=dict)  # by name
    ways: Mapping[str, type[Payment]] = field(factory=dict)  # the part of each payment type
    has: frozenset[str] = frozenset()  # the ports that were given
    shown: Money | None = None  # the total this buyer was last asked to pay; None where that is not known
    declines: Mapping[str, int] = field(factory=dict)  # of payments lately, in any checkout, by "email" and "ip"

    def at(self, order: PreOrder) -> Visit:
        """The same visit of another state of the order."""
        return evolve(self, order=order)


@frozen
class Check:
    """A fact a page asks for.  `says` is for people; `mended_by` is the page that would make it true.

    Several where one of them is for this buyer and the others are closed.
    """

    code: str
    test: Callable[[Any, Visit], bool]
    says: str
    mended_by: str | tuple[str, ...] | None = None

    @property
    def mends(self) -> tuple[str, ...]:
        """The pages of `mended_by`."""
        if self.mended_by is None:
            return ()
        return (self.mended_by,) if isinstance(self.mended_by, str) else self.mended_by


class Invalid(Exception):  # a fact about the input, not a fault of ours
    """The buyer's input is refused: `raise Invalid(card_number="expired")`.

    A part or PreOrder given first is kept nevertheless: a spent guess, a card
    that turned out to be another one.
    """

    def __init__(self, kept: object = None, /, **codes: str | tuple[str, ...]) -> None:
        super().__init__(codes)
        self.kept = kept
        self.codes: Codes = {name: (code,) if isinstance(code, str) else code for name, code in codes.items()}


# How a step may end, beside returning the part


@frozen
class Pay(Generic[PartT]):
    """Take money for what `own` says.  After it no page code runs."""

    own: PartT
    kind: Literal["sale", "three_d", "session"]
    secrets: CardSecrets | None = None  # of a card
    plans: tuple[Plan, ...] = ()  # all that are offered, where the buyer chooses at the provider's
    browser: Browser = field(factory=Browser)
    back: str | None = None  # the page a provider's page sends the buyer's browser to
    save: CardToSave | None = None


@frozen
class Ask(Generic[PartT]):
    """Finish what the awaiting attempt began.  `returned` is what the buyer's browser brought back: claims."""

    own: PartT
    returned: Mapping[str, str] = field(repr=False)


@frozen
class Place(Generic[PartT]):
    """Place the order on a receipt that needs no provider."""

    own: PartT
    receipt: Deferred


@frozen
class Empty:
    """Nothing to read, or nothing to show."""


EMPTY = Empty()


class Page(Generic[PartT, FormT]):
    """One step of a checkout.  Flat and stateless: all it knows is passed in, all it does is returned or awaited."""

    part: ClassVar[type[Any]]  # of PartT
    form: ClassVar[type[Any]]  # of FormT

    requires: ClassVar[tuple[Check, ...]] = ()  # may the buyer be here
    skip_if: ClassVar[tuple[Check, ...]] = ()  # there is no answer to give
    sets: ClassVar[tuple[Any, ...]] = ()  # of Field; Any because ref() is typed as an instance
    resets: ClassVar[tuple[str, ...]] = ()  # pages whose answers a new answer here makes void
    post_order: ClassVar[bool] = False  # on the route when paying an existing order again
    pays: ClassVar[bool] = False  # done when the order is placed
    returns: ClassVar[bool] = False  # posted from a provider's page: what authenticates it, it brings itself
    guesses: ClassVar[bool] = False  # its posts may guess at codes: the shop's limits count them by client
    next_page: ClassVar[str | None] = None  # where the computed rule cannot say it; a test counts these

    _answers: ClassVar[tuple[tuple[str, object], ...]] = ()  # of `sets`, those of this page's own part

    def __init_subclass__(cls) -> None:
        cls.part, cls.form = get_args(cls.__orig_bases__[0])  # type: ignore[attr-defined]  # Generic puts it there
        cls._answers = tuple((f.name, f.empty) for f in cls.sets if f.owner is cls.part)

    async def still_valid(self, own: PartT, visit: Visit) -> bool:
        """Is the earlier answer still good?  Queries only."""
        return True

    async def context(self, own: PartT, visit: Visit) -> object:
        """What the page shows: a frozen class with the seeds' names.  Queries only."""
        return EMPTY

    async def auto(self, own: PartT, visit: Visit) -> FormT | None:
        """The one possible input, to submit on the buyer's behalf; None shows the page.  Queries only."""
        return None

    async def process(
        self, own: PartT, form: FormT, visit: Visit
    ) -> PartT | PreOrder | Pay[PartT] | Ask[PartT] | Place[PartT]:
        """The part with the answer in it, the PreOrder where more is touched, or the end of a step.

        Raises Invalid to refuse.  Runs before anything is undone; awaits queries and Emit only.
        """
        return own

    # These follow from `sets` and `resets`.  Override with a reason.

    def done(self, own: PartT, visit: Visit) -> bool:
        """An answer of this page's own part differs from the empty one."""
        for name, empty in self._answers:
            answer = getattr(own, name)
            if answer is not empty and (empty is None or answer != empty):
                return True
        return False

    def undo(self, order: PreOrder) -> PreOrder:
        """The order without the answers of this page; the same object where there were none."""
        for f in self.sets:
            order = emptied(order, f)
        return order

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """Whether what this page has changed, or lost, makes the answers void that `resets` names."""
        return True


def emptied(order: PreOrder, f: Field) -> PreOrder:
    """The order with that field as it was before any answer."""
    part = finder(f.owner)(order)
    if part is None or getattr(part, f.name) == f.empty:
        return order
    return order.put(evolve(part, **{f.name: f.empty}))
