"""Who is at the browser: a customer who has logged in, or a guest; and which basket is theirs."""

from __future__ import annotations

from flask import current_app, session
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from .models import Basket, BasketItem, Customer

DATABASE = "shop_database"  # among the app's extensions


def database() -> sessionmaker[Session]:
    """The shop's."""
    found: sessionmaker[Session] = current_app.extensions[DATABASE]
    return found


def customer(db: Session) -> Customer | None:
    """None for a guest."""
    return db.get(Customer, session.get("account", ""))


def open_basket(db: Session) -> Basket | None:
    """The one that is being filled; None where there is none, or the last one was bought."""
    who = customer(db)
    theirs = Basket.key == session.get("basket") if who is None else Basket.account == who.account
    return db.scalar(select(Basket).where(theirs, Basket.order_number.is_(None)))


def filled_basket(db: Session) -> Basket:
    """The one that is being filled, a new one where there is none."""
    basket = open_basket(db)
    if basket is None:
        who = customer(db)
        basket = Basket(account=None if who is None else who.account)
        db.add(basket)
        db.flush()
        if who is None:
            session["basket"] = basket.key
    return basket


def put(basket: Basket, product_id: int, quantity: int) -> None:
    """So many of that product in the basket; none takes it out."""
    item = next((item for item in basket.items if item.product_id == product_id), None)
    if item is None and quantity > 0:
        basket.items.append(BasketItem(product_id=product_id, quantity=quantity))
    elif item is not None and quantity > 0:
        item.quantity = quantity
    elif item is not None:
        basket.items.remove(item)


def log_in(db: Session, who: Customer) -> None:
    """From now on this customer; what the guest has put into a basket comes along."""
    before = open_basket(db)
    session["account"] = who.account
    session.pop("basket", None)
    if before is None:
        return
    own = open_basket(db)
    if own is None:
        before.account = who.account
        return
    quantities = {item.product_id: item.quantity for item in own.items}
    for item in before.items:
        put(own, item.product_id, quantities.get(item.product_id, 0) + item.quantity)
    db.delete(before)
