"""The shop's own tables: products, customers, baskets, addresses, orders.  The checkout keeps its own elsewhere.

Amounts are cents, weights grams.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


class Table(DeclarativeBase):
    """All tables."""


class Product(Table):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    price: Mapped[int]
    weight: Mapped[int] = mapped_column(default=0)


class Customer(Table):
    __tablename__ = "customer"
    account: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str]
    phone: Mapped[str | None]
    password: Mapped[str]  # hashed


class Basket(Table):
    __tablename__ = "basket"
    key: Mapped[str] = mapped_column(primary_key=True, default=lambda: secrets.token_urlsafe(16))
    account: Mapped[str | None] = mapped_column(ForeignKey("customer.account"), index=True)
    order_number: Mapped[str | None]  # once it was bought
    items: Mapped[list[BasketItem]] = relationship(order_by="BasketItem.product_id", cascade="all, delete-orphan")


class BasketItem(Table):
    __tablename__ = "basket_item"
    basket_key: Mapped[str] = mapped_column(ForeignKey("basket.key"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    quantity: Mapped[int]
    product: Mapped[Product] = relationship()


class Address(Table):
    """Of a customer, or of one guest's checkout: a guest has no address book."""

    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str | None] = mapped_column(ForeignKey("customer.account"), index=True)
    checkout: Mapped[str | None] = mapped_column(index=True)
    title: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone: Mapped[str]
    city: Mapped[int]  # of `options.CITIES`
    line: Mapped[str]
    postcode: Mapped[str]


class Order(Table):
    __tablename__ = "orders"
    number: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str | None] = mapped_column(ForeignKey("customer.account"), index=True)
    email: Mapped[str | None]
    placed_at: Mapped[datetime]
    paid: Mapped[bool]  # or to be paid by bank transfer
    shipping: Mapped[int]
    total: Mapped[int]
    send_to: Mapped[str]
    state: Mapped[str] = mapped_column(default="new")  # the shop's own: new, packed, sent
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", cascade="all, delete-orphan")


class OrderLine(Table):
    """As it was bought, whatever becomes of the product."""

    __tablename__ = "order_line"
    number: Mapped[str] = mapped_column(ForeignKey("orders.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    unit_price: Mapped[int]


def opened(url: str) -> sessionmaker[Session]:
    """The database of that address, its tables made where they lack."""
    engine = create_engine(url)
    Table.metadata.create_all(engine)
    return sessionmaker(engine)


def now() -> datetime:
    """In UTC, and says so."""
    return datetime.now(UTC)
