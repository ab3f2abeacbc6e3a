"""A small shop in Flask, and its checkout: `flask --app examples/flask_shop/app run`.

Everything it keeps is in the folder `instance`: its own tables, the checkout's, and the ledger of a bank that is a toy.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from attrs import evolve
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.security import generate_password_hash

from checkout_core import Caller, Checkout, CheckoutService, Ports, SqliteStore
from checkout_core.cli import operator_commands
from checkout_core.flask import checkout_blueprint
from checkout_core.http import Request, Site
from checkout_core.keyring import Keyring
from checkout_core.links import Links
from checkout_core.sandbox import Bank

from .models import Customer, Product, now, opened
from .options import SETTINGS, SHOP
from .ports import Baskets, Buyers, Cards, Orders
from .shop import shop
from .visitor import DATABASE, customer, database, open_basket

SITE = Site(name="Cups and Pots", basket="/basket/", login="/login/", new_address="/addresses/new/")
KEY_BYTES = 32


def create_app(folder: str = "instance") -> Flask:
    """The shop, whose files are in that folder."""
    home = Path(folder)
    home.mkdir(exist_ok=True)
    secret = kept_secret(home / "secret")
    app = Flask(__name__)
    app.config.update(SECRET_KEY=secret[:KEY_BYTES], SESSION_COOKIE_SAMESITE="Lax")
    app.extensions[DATABASE] = sessions = opened(f"sqlite:///{home / 'shop.sqlite'}")
    stock_up(sessions)
    app.register_blueprint(shop)
    mount_checkout(app, sessions, home, Keyring((secret[KEY_BYTES:],)))
    return app


def mount_checkout(app: Flask, sessions: sessionmaker[Session], home: Path, keyring: Keyring) -> CheckoutService:
    """All of the checkout there is in this app."""
    ports = Ports(
        shop=lambda: SHOP, settings=lambda: SETTINGS, clock=now, key=lambda: secrets.token_urlsafe(16),
        basket=Baskets(sessions), buyers=Buyers(sessions), cards=Cards(), orders=Orders(sessions),
        gateways={"bank": Bank(home / "bank.sqlite")}, keyring=keyring, signer=Links(keyring=keyring, clock=now),
    )  # fmt: skip
    service = CheckoutService(Checkout(ports), SqliteStore(home / "checkout.sqlite"))
    app.register_blueprint(checkout_blueprint(service, caller, site=SITE))
    app.cli.add_command(operator_commands(service))
    return service


def caller(request: Request) -> Caller:
    """Who asks the checkout for something."""
    with database()() as db:
        who, basket = customer(db), open_basket(db)
        known = request.caller if basket is None else evolve(request.caller, basket=basket.key)
        return known if who is None else evolve(known, account=who.account, email=who.email, phone=who.phone)


def kept_secret(path: Path) -> bytes:
    """Two keys, made at the first start: of cookies, and of what the checkout signs."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(2 * KEY_BYTES))
    return path.read_bytes()


def stock_up(sessions: sessionmaker[Session]) -> None:
    """Something to sell, and somebody who may log in, at the first start."""
    with sessions.begin() as db:
        if db.get(Product, 1) is None:
            db.add_all(
                (
                    Product(id=1, sku="mug", name="Mug", price=1490, weight=400),
                    Product(id=2, sku="teapot", name="Teapot", price=4950, weight=1200),
                    Customer(
                        account="ada", email="ada@example.org", phone="+493012345678",
                        password=generate_password_hash("sandbox"),
                    ),
                )
            )  # fmt: skip
