"""What is asked of the shop's own tables: baskets, addresses, cards, orders."""

from __future__ import annotations

from typing import ClassVar, Protocol

from attrs import frozen

from ..order import Address, Basket, PreOrder
from ..shop import Card
from ._kinds import Event, Query


@frozen
class ReadBasket(Query["Basket | None"]):
    """The basket of that key as it is now; None where its digest is still `known_digest`."""

    key: str
    known_digest: str


class BasketPort(Protocol):
    def read_basket(self, key: str, known_digest: str, /) -> Basket | None: ...


@frozen
class ListAddresses(Query[tuple[Address, ...]]):
    """Of an account: its addresses, the primary one first, then the last changed; of a guest: this checkout's."""

    account: str | None
    key: str  # of the checkout


class BuyersPort(Protocol):
    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]: ...


@frozen
class FindCard(Query["Card | None"]):
    """The card that a BIN of 6 or 8 digits stands for; None where nobody knows it."""

    bin_number: str


class CardsPort(Protocol):
    def find_card(self, bin_number: str, /) -> Card | None: ...


@frozen
class SaveCard(Event):
    """The buyer of that account may charge this card again by its token; said once the shop has their order.

    Told until the port answers, so perhaps twice: insert or update by token.
    """

    account: str
    gateway: str  # whose token it is
    token: str
    bin_number: str
    last_four: str
    name: str  # the buyer's, for it

    after_order: ClassVar[bool] = True
    optional: ClassVar[bool] = True


class SavedCardsPort(Protocol):
    def save_card(
        self, account: str, gateway: str, token: str, bin_number: str, last_four: str, name: str, /
    ) -> None: ...


@frozen
class OrderPlaced(Event):
    """The order of that number stands.  Told until the port answers, so perhaps twice: insert or update by number.

    Raises Refused where the shop will never take it; then its money goes back.
    """

    number: str

    with_order: ClassVar[bool] = True
    for_ever: ClassVar[bool] = True


class OrdersPort(Protocol):
    def order_placed(self, number: str, order: PreOrder, /) -> None: ...


@frozen
class OrderPaid(Event):
    """The money for the order of that number has come, which stood without: `order.placed` says how it was paid.

    Told until the port answers, so perhaps twice.
    """

    number: str

    with_order: ClassVar[bool] = True
    for_ever: ClassVar[bool] = True


@frozen
class OrderRefused(Event):
    """No money comes for the order of that number: the shop has given it up."""

    number: str
    why: str

    for_ever: ClassVar[bool] = True


class SettlementsPort(Protocol):
    def order_paid(self, number: str, order: PreOrder, /) -> None: ...
    def order_refused(self, number: str, why: str, /) -> None: ...
