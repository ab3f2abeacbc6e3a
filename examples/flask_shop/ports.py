"""The shop's tables as the checkout asks for them: one small class a port, none of them knows Flask."""

from __future__ import annotations

import hashlib

from attrs import frozen
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from checkout_core import Basket, Line, Money, PreOrder
from checkout_core.order import Address
from checkout_core.shop import Card

from . import models
from .options import CARDS, CITIES, CURRENCY, country_of

PAID = 400  # of an order's status; 300 waits for its money


@frozen
class Baskets:
    sessions: sessionmaker[Session]

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        """One that was bought, or is gone, is empty: what else was to be bought with it buys nothing."""
        with self.sessions() as db:
            basket = db.get(models.Basket, key)
            items = basket.items if basket is not None and basket.order_number is None else ()
            lines = tuple(
                Line(
                    item.product_id, item.product.sku, item.product.name, item.quantity,
                    Money.of(item.product.price, CURRENCY), item.product.weight,
                )
                for item in items
            )  # fmt: skip
        digest = hashlib.sha256(repr(lines).encode()).hexdigest()
        return None if digest == known_digest else Basket.of(key, digest, lines, CURRENCY)


@frozen
class Buyers:
    sessions: sessionmaker[Session]

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        """A customer's; a guest's own, which are those of this checkout."""
        own = models.Address.checkout == key if account is None else models.Address.account == account
        newest_first = select(models.Address).where(own).order_by(models.Address.id.desc())
        with self.sessions() as db:
            return tuple(map(_address, db.scalars(newest_first)))


def _address(row: models.Address) -> Address:
    city = next(city for city in CITIES if city.pk == row.city)
    return Address(
        row.id, row.title, row.first_name, row.last_name, row.phone, country_of(city), city, row.line,
        postcode=row.postcode,
    )  # fmt: skip


@frozen
class Cards:
    def find_card(self, bin_number: str, /) -> Card | None:
        """By its first six digits; for all others the checkout takes the card of DEFAULT_CARD_SLUG."""
        return CARDS.get(bin_number[:6])


@frozen
class Orders:
    sessions: sessionmaker[Session]

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        """Perhaps told twice, so the row of that number is inserted or updated; `state` is left alone."""
        placed, to = order.placed, order.delivery.shipping_address
        if placed is None:  # an order that is told of is placed
            raise ValueError(number)
        row = models.Order(
            number=number, account=order.buyer.account, email=order.buyer.email, placed_at=placed.at,
            paid=placed.status == PAID, shipping=placed.totals.shipping.minor, total=placed.total.minor,
            send_to="" if to is None else f"{to.first_name} {to.last_name}\n{to.line}\n{to.postcode} {to.city.name}",
        )  # fmt: skip
        row.lines = [
            models.OrderLine(
                position=n, sku=line.sku, name=line.name, quantity=line.quantity, unit_price=line.unit_price.minor
            )
            for n, line in enumerate(order.basket.lines, 1)
        ]
        with self.sessions.begin() as db:
            db.merge(row)
            basket = db.get(models.Basket, order.basket.key)
            if basket is not None:
                basket.order_number = number
