"""A race to be explored: who comes, from where on, against which bank, and what may go wrong.

    Scenario("two clicks", race=(pays(), pays()), able=NO_KEYS, crashes=1)

Acts are values: what a buyer posts, what the shop's workers do, what the bank and time do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from attrs import field, frozen

from ..checkout import Checkout
from ..effects import Capabilities
from ..page import GUEST, Caller
from ..ports import Ports
from ..sandbox import APPROVED, NATIVE, Sandbox
from ..sandbox._stories import FIRST
from ..sandbox.world import NOON, card_form
from ..settings import Settings

Posted: TypeAlias = tuple[str, Mapping[str, object]]  # a page, and what is posted to it

PAYS: Final = "CreditCardConfirmationPage"
RETURNS: Final = "CreditCardThreeDSecurePage"
TRANSFERS: Final = "FundsTransferPage"
AGREED: Final[Mapping[str, object]] = {"agreement": True}


@frozen
class Post:
    """A buyer posts a page."""

    page: str
    body: Mapping[str, object] = field(repr=False)
    buyer: int = 0
    caller: Caller | None = field(default=None, repr=False)  # None: the scenario's


@frozen
class Get:
    """A buyer looks."""

    page: str | None = None
    buyer: int = 0
    caller: Caller | None = field(default=None, repr=False)  # None: the scenario's


@frozen
class Return:
    """A buyer goes through the bank's page, if one is open, and their browser comes back with what it was given."""

    page: str = RETURNS
    buyer: int = 0
    card: str = APPROVED  # for a page that asks for one
    comes_back: bool = True  # else the window is closed after the page
    installments: int | None = None  # of the plans that the page offers; the first one without it


@frozen
class Hook:
    """The bank posts all that it has to tell; or somebody posts it who has changed what it says."""

    forged: bool = False


@frozen
class Banker:
    """The bank's operator sees to all that waits for them."""

    does: Literal["accept", "refuse", "clear"]  # clear: too late to void


@frozen
class Work:
    """A worker of the shop's, not sooner than so long after the beginning."""

    does: Literal["recover", "relay", "sweep"] = "recover"
    after: timedelta = timedelta(0)


@frozen
class Passes:
    """Time passes, whoever is in the middle of something; workers look after all that becomes due."""

    time: timedelta


@frozen
class Edit:
    """The basket is another one from now on."""

    skus: tuple[str, ...]
    buyer: int = 0


@frozen
class PayAgain:
    """A buyer begins to pay their order, which stands without money."""

    buyer: int = 0


@frozen
class Settle:
    """The shop's operator says of a buyer's order that its transfer came, or that the shop waits no longer."""

    does: Literal["confirm", "refuse"]
    buyer: int = 0


Act: TypeAlias = Post | Get | Return | Hook | Banker | Work | Passes | Edit | PayAgain | Settle


def pays(card: str = APPROVED, buyer: int = 0, **more: object) -> Post:
    """The post that pays with that card of the sandbox's."""
    return Post(PAYS, {**card_form(card, NOON.year + 3), **more}, buyer)


def transfers(buyer: int = 0) -> Post:
    """The post that agrees to pay by bank transfer."""
    return Post(TRANSFERS, AGREED, buyer)


def by_card(card: str = APPROVED) -> tuple[Posted, ...]:
    """All that a buyer of the sandbox's shop posts before they pay with that card."""
    return _until(PAYS, "card", card)


def by_transfer() -> tuple[Posted, ...]:
    """All that a buyer of the sandbox's shop posts before they agree to pay by bank transfer."""
    return _until(TRANSFERS, "transfer", APPROVED)


def _until(last: str, story: str, card: str) -> tuple[Posted, ...]:
    posted: list[Posted] = [FIRST]
    for page, body in Sandbox(seed=1).answers(story, card):
        if page == last:
            break
        posted.append((page, body))
    return tuple(posted)


def _again() -> tuple[Posted, ...]:
    return *by_card(), (PAYS, pays().body)


@frozen
class Scenario:
    """Everything about a race but its schedule.

    `compose` makes the composition under test of the world's ports; a host replaces the ports that are its own.
    Every buyer has posted `before` when the race begins.  Whoever has no order when it is over, and all has come to
    rest, posts `again`, and must get one.
    """

    name: str
    race: tuple[Act, ...]
    before: tuple[Posted, ...] = field(factory=by_card, repr=False)
    again: tuple[Posted, ...] = field(factory=_again, repr=False)
    able: Capabilities = field(default=NATIVE, repr=False)
    compose: Callable[[Ports], Checkout] = field(default=Checkout, repr=False)
    settings: Settings | None = field(default=None, repr=False)
    owed: tuple[Posted, ...] | None = field(default=None, repr=False)
    """Of orders that stand without money: what their buyers have posted to pay them, nothing where they begin in the
    race.  What pays the order of buyer n is the checkout of buyer `buyers + n`.  None: nobody pays again.
    """
    skus: tuple[str, ...] = ("mug",)  # in the basket of every buyer
    buyers: int = 1
    caller: Caller = field(default=GUEST, repr=False)  # every buyer is them, and has a checkout of their own
    there: Mapping[tuple[str, str], int] | None = None
    """("stock", "mug"): 1.  Without it nothing is held.  Of tenders in minor units: what is on the gift card of that
    code, ("gift_card", "PLENTY0001"): 5000; on an account, ("loyalty_money", "ada"), or its card ("loyalty_card").
    """
    refuses: bool = False  # the shop's own tables take no order

    in_order: bool = False  # one after another: a program, no race
    crashes: int = 0  # requests that die, at most
    losses: int = 0  # calls of store, bank or port that are lost, or whose answers are
    lates: int = 0  # payments that reach the bank when nobody waits any more
    switches: int | None = None  # away from a request in its middle, at most; None: as many as there can be
    stopped: bool = False  # who is passed over by time does not notice: a machine that was suspended
