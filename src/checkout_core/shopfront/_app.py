"""The shop's addresses, and the checkout's among them."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Flask, Response
from flask.sessions import SessionInterface
from werkzeug.exceptions import HTTPException

from ..flask import checkout_blueprint
from ..http import Site
from ..http._front import ALWAYS
from ..http._site import PATH
from ..sandbox import Sandbox
from ..service import CheckoutService
from ..stores import StoreUnavailable
from ._addresses import Addresses, Geography
from ._basket import Baskets
from ._front import SHOP, Front, Problem, Refusal, problem, refused, wants_page
from ._login import Logins
from ._products import Products
from ._shelf import Shelf
from ._start import Start

LOCALES: Final = ("tr",)


def create_app(
    sandbox: Sandbox,
    service: CheckoutService,
    shelf: Shelf,
    site: Site,
    secret_key: str | bytes,
    secure: bool = False,  # noqa: FBT001, FBT002  # the only switch
    *,
    sessions: SessionInterface | None = None,
) -> Flask:
    """The shop, with its checkout below `/orders/`; all of it once more below `/tr/`.

    `secure`: cookies travel over https only.  `sessions`: where they are kept; Flask's own signed cookie without it.
    """
    app = Flask(__name__)
    app.secret_key = secret_key
    app.config.update(SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_SAMESITE="None" if secure else "Lax")
    if sessions is not None:
        app.session_interface = sessions
    front = Front(sandbox, shelf, site, secure)
    shop, checkout = _shop(front, service), checkout_blueprint(service, front.caller, site=site)
    for locale in ("", *LOCALES):
        for part in (shop, checkout):
            app.register_blueprint(part, url_prefix=f"/{locale}", name=f"{part.name}_{locale}" if locale else part.name)
    app.add_url_rule("/favicon.ico", "icon", _no_icon)
    app.register_error_handler(HTTPException, _failed(front))
    app.register_error_handler(Problem, _problem(front))
    app.register_error_handler(Refusal, lambda wrong: refused(wrong.texts))
    app.register_error_handler(StoreUnavailable, _away(front))
    app.register_error_handler(Exception, _broken(front))
    app.after_request(_with_headers)
    return app


def _shop(front: Front, service: CheckoutService) -> Blueprint:
    products = Products(front)
    baskets, addresses, places = Baskets(front, products, service), Addresses(front), Geography(front)
    logins, start = Logins(front, products), Start(front, products)
    shop = Blueprint(SHOP, __name__)
    add = shop.add_url_rule
    add("/", "start", start.page)
    add("/products/", "products", products.list)
    add("/products/<pk>/", "product", products.one)
    add("/baskets/basket/", "basket", baskets.answer, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    add("/address/", "addresses", addresses.all, methods=["GET", "POST"])
    add("/address/detailed/", "detailed", addresses.all, methods=["GET"])
    add("/address/new/", "new_address", addresses.new, methods=["GET", "POST"])
    add("/address/<pk>/", "address", addresses.one, methods=["GET", "PATCH", "DELETE"])
    add("/address/country/", "countries", places.countries)
    add("/address/city/", "cities", places.cities)
    add("/address/township/", "townships", places.townships)
    add("/address/district/", "districts", places.districts)
    add("/users/login/", "login", logins.login, methods=["GET", "POST"])
    add("/users/logout/", "logout", logins.logout, methods=["POST"])
    add("/current_user/", "current_user", logins.current)
    add("/shippings/data-source-shipping-options/<pk>/", "data_source_options", products.sent_by)
    add("/shippings/data-source-shipping-options/<pk>", "data_source_options_of_storefronts", products.sent_by)
    for product in products.all():
        if PATH.fullmatch(product.absolute_url):
            add(product.absolute_url, f"product_{product.pk}", partial(products.at_its_address, product))
    return shop


def _no_icon() -> Response:
    """Browsers ask for one without being told to, and say so where there is none."""
    return Response(status=HTTPStatus.NO_CONTENT)


def _with_headers(response: Response) -> Response:
    for name, value in ALWAYS:
        response.headers.setdefault(name, value)
    return response


# What goes wrong


def _said(front: Front, status: HTTPStatus, detail: str) -> Response:
    if wants_page():
        return front.page("problem.html", status, status_phrase=status.phrase, detail=detail)
    return problem(status, detail)


def _problem(front: Front) -> Callable[[Problem], Response]:
    return lambda wrong: _said(front, wrong.status, wrong.detail)


def _failed(front: Front) -> Callable[[HTTPException], Response]:
    """What Flask and werkzeug refuse, in our form; a redirect to the address with its slash stays one."""

    def failed(wrong: HTTPException) -> Response:
        own = wrong.get_response()
        if own.status_code < HTTPStatus.BAD_REQUEST:
            return Response(own.get_data(), own.status_code, own.headers)
        response = _said(front, HTTPStatus(own.status_code), wrong.description or "")
        if "Allow" in own.headers:
            response.headers["Allow"] = own.headers["Allow"]
        return response

    return failed


def _away(front: Front) -> Callable[[StoreUnavailable], Response]:
    return lambda _: _said(front, HTTPStatus.SERVICE_UNAVAILABLE, "The shop is busy. Please try again in a moment.")


def _broken(front: Front) -> Callable[[Exception], Response]:
    """A mistake of ours: what and where, never the text of an exception, which may have personal data in it."""

    def broken(wrong: Exception) -> Response:
        frame = traceback.extract_tb(wrong.__traceback__)[-1]
        sys.stderr.write(f"shop: {type(wrong).__name__} at {frame.filename}:{frame.lineno}\n")
        return _said(front, HTTPStatus.INTERNAL_SERVER_ERROR, "This should not have happened. Please try again.")

    return broken
