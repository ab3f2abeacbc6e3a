"""The shop's own pages: what is sold, the basket, a new address, the login."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, session
from sqlalchemy import select
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response

from . import visitor
from .models import Address, Customer, Product
from .options import CITIES, COUNTRIES
from .visitor import database

MOST = 99  # of one product
CHECKOUT = "/orders/checkout/"
ADDRESS = ("title", "first_name", "last_name", "phone", "line", "postcode")

shop = Blueprint("shop", __name__)


@shop.before_request
def from_our_own_pages() -> None:
    """Another site's page may not fill a basket here, or log anybody in."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        abort(403)


@shop.get("/")
def products() -> str:
    """What is sold."""
    with database()() as db:
        return render_template(
            "products.html", products=db.scalars(select(Product)).all(), customer=visitor.customer(db)
        )


@shop.get("/basket/")
def basket() -> str:
    """What is in it."""
    with database()() as db:
        found = visitor.open_basket(db)
        return render_template("basket.html", items=found.items if found else ())


@shop.post("/basket/")
def change_basket() -> Response:
    """`quantity` of it, or as many `more`."""
    product_id, quantity, more = (request.form.get(name, type=int) for name in ("product", "quantity", "more"))
    with database().begin() as db:
        product = db.get(Product, product_id or 0) or abort(404)
        filling = visitor.filled_basket(db)
        there = sum(item.quantity for item in filling.items if item.product_id == product.id)
        visitor.put(filling, product.id, min(MOST, there + (more or 0) if quantity is None else quantity))
    return redirect("/basket/", 303)


@shop.route("/addresses/new/", methods=["GET", "POST"])
def new_address() -> Response | str | tuple[str, int]:
    """Of the customer; of a guest for the checkout this browser is in, and no other."""
    with database().begin() as db:
        who = visitor.customer(db)
        if who is None and "checkout" not in session:
            return redirect(CHECKOUT, 303)
        given = {name: request.form.get(name, "").strip()[:100] for name in ADDRESS}
        city = request.form.get("city", type=int)
        if all(given.values()) and any(city == each.pk for each in CITIES):
            owner = {"checkout": session["checkout"]} if who is None else {"account": who.account}
            db.add(Address(city=city, **owner, **given))
            return redirect(CHECKOUT, 303)
    page = render_template("address.html", given=given, city=city, cities=CITIES, countries=COUNTRIES)
    return page if request.method == "GET" else (page, 400)


@shop.route("/login/", methods=["GET", "POST"])
def login() -> Response | str | tuple[str, int]:
    """Back to the checkout, for who came from there."""
    if request.method == "GET":
        return render_template("login.html")
    with database().begin() as db:
        who = db.get(Customer, request.form.get("account", ""))
        if who is not None and check_password_hash(who.password, request.form.get("password", "")):
            visitor.log_in(db, who)
            return redirect(CHECKOUT if "checkout" in session else "/", 303)
    return render_template("login.html", wrong=True), 400


@shop.post("/logout/")
def logout() -> Response:
    """With the key of the checkout: whoever sits down at this browser next begins anew."""
    session.clear()
    return redirect("/", 303)
