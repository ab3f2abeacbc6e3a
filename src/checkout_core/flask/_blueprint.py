"""The checkout's addresses as a Flask blueprint: Flask's request to ours, our response to Flask's."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from functools import partial
from typing import Final
from urllib.parse import urlencode

from attrs import evolve
from flask import Blueprint, Response, current_app, request, session
from werkzeug.datastructures import Headers

from ..http import LONGEST, Request, Site, Web
from ..page import Caller
from ..service import CheckoutService

CHECKOUT: Final = "checkout"  # in the session: the key of its checkout
BROWSER: Final = "checkout_browser"  # in a session that has no id of its own: which browser this is
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # which of them are served, `http` says
RULES: Final = (
    "/orders/checkout/",
    "/orders/completed/<signed>/",
    "/orders/completed/<signed>/pay/",
    "/orders/redirect-three-d/",
    "/orders/redirection/",
    "/orders/gpay-redirect/",
    "/orders/contract/",
    "/orders/hooks/<gateway>/",
    "/csrf_token/",
)


def checkout_blueprint(
    service: CheckoutService,
    caller: Callable[[Request], Caller],
    *,
    site: Site | None = None,
    name: str = "checkout",
) -> Blueprint:
    """All addresses of the checkout, to be registered at any prefix, also at several.

    `caller` is called within Flask's request, and adds account, basket and session to `request.caller`.  The key of the
    checkout stays in Flask's session.  Templates of the app named `checkout/<page_slug>.html` replace ours.
    """
    blueprint = Blueprint(name, __name__)
    webs: list[Web] = []  # made with the first request, for the app's templates are not known before

    def view(rule: str, **_: str) -> Response:
        if not webs:
            webs.append(Web(service.requests, site, current_app.jinja_loader))
        asked = _request(rule)
        who = _known(caller(asked))
        answered = service.run(webs[0].answering(asked, who, session.get(CHECKOUT)))
        if answered.checkout is not None:
            _remember(answered.checkout, who)
        response = Response(answered.body, answered.status)
        response.headers = Headers(answered.headers)  # a redirect has no type, which Flask would make one up for
        return response

    for rule in RULES:
        endpoint = rule.split("/")[-2].strip("<>") if "<" in rule else rule.strip("/").replace("/", "-")
        blueprint.add_url_rule(
            rule, endpoint, partial(view, rule), methods=METHODS, strict_slashes=False, merge_slashes=False,
            provide_automatic_options=False,
        )  # fmt: skip
    return blueprint


def _request(rule: str) -> Request:
    """Flask's request of that rule: what stands before the rule in its path is where we are mounted."""
    parts = f"{request.path.rstrip('/')}/".split("/")
    own = rule.count("/")
    return as_request(f"/{'/'.join(parts[-own:])}", f"{request.script_root}{'/'.join(parts[:-own])}", _body())


def as_request(path: str, root: str = "", body: bytes = b"") -> Request:
    """Flask's request as a value, for that path below that root."""
    return Request(
        request.method,
        path,
        request.query_string.decode("ascii", "surrogateescape"),
        {name.lower(): value for name, value in request.headers.items()},
        body,
        root,
        request.host,
        request.is_secure,
        request.remote_addr,
    )


def _body() -> bytes:
    """What was sent, up to a byte too many; also where the host has looked at it before us.

    The app's own limit does not count here: it answers 413, which a storefront repeats.
    """
    request.max_content_length = sys.maxsize  # None would be the app's
    body = request.stream.read(LONGEST + 1) or request.get_data()[: LONGEST + 1]
    return body or urlencode(list(request.form.items(multi=True))).encode()


def _known(caller: Caller) -> Caller:
    """The caller with a session, by which it is known who was shown which total."""
    if caller.session:
        return caller
    return evolve(caller, session=getattr(session, "sid", None) or session.get(BROWSER) or secrets.token_hex(16))


def _remember(checkout: str, who: Caller) -> None:
    """That this browser is in that checkout; nothing is written where it was known.

    Who is in none gets no session: a bank posts the buyer back without the cookie, and a new one would replace it.
    """
    if session.get(CHECKOUT) != checkout:
        session[CHECKOUT] = checkout
        if not hasattr(session, "sid"):
            session.setdefault(BROWSER, who.session)
