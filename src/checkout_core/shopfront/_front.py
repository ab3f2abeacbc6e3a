"""What every page of the shop works with: who asks, what they sent, and how an answer is made.

People get pages, scripts get JSON.  A refused input is 400 with texts by field, as storefronts read them; everything
else that goes wrong is RFC 9457.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias

from attrs import evolve, frozen
from flask import Response, make_response, redirect, render_template, request, session, url_for
from markupsafe import Markup

from ..flask import ServerSession
from ..flask._blueprint import as_request
from ..http import LONGEST, Request, Site
from ..http._drawing import STYLE as CHECKOUTS
from ..http._messages import HTML, JSON, PROBLEM
from ..http._reading import CSRF, CSRF_COOKIE, CSRF_FIELD, Unreadable, body_of, is_ours
from ..page import Caller, Codes
from ..sandbox import Sandbox
from ..texts import text_of
from ..wire import JsonObject
from ._shelf import Owner, Shelf, of_account, of_visit

Texts: TypeAlias = Mapping[str, tuple[str, ...]]  # by field

STYLE: Final = CHECKOUTS + (Path(__file__).parent / "templates" / "shop" / "shop.css").read_text(encoding="utf-8")
HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
CSP: Final = (
    f"default-src 'none'; style-src 'sha256-{HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HIDDEN: Final = Markup('<input type="hidden" name="{}" value="{}">')
VISIT_BYTES: Final = 16
CHECKOUT: Final = "orders/checkout/"
NOBODY: Final = ("/orders/hooks/", "/csrf_token/")  # machines ask, without a session; no new one for each time
SHOP: Final = "shop"  # the blueprint at the root


class Refusal(Exception):
    """Nothing was done, and this is why: sentences by field, for 400."""

    def __init__(self, texts: Texts) -> None:
        super().__init__(texts)
        self.texts = texts


class Problem(Exception):
    """Nothing was done, whatever the fields say: a status, and a sentence."""

    def __init__(self, status: HTTPStatus, detail: str) -> None:
        super().__init__(status, detail)
        self.status, self.detail = status, detail


@frozen
class Front:
    """The shop, as its pages see it; what belongs to this request is asked of Flask."""

    sandbox: Sandbox
    shelf: Shelf
    site: Site
    secure: bool  # cookies travel over https only

    # Who asks

    @property
    def account(self) -> str | None:
        """Who has logged in; None for a guest, and for a customer the shop file does not have any more."""
        known = session.get("account")
        return known if known in self.sandbox.file.customers else None

    @property
    def owner(self) -> Owner | None:
        """Whose basket and addresses this session sees; None for a guest of whom nothing is kept yet."""
        if self.account is not None:
            return of_account(self.account)
        return of_visit(session["visit"]) if "visit" in session else None

    def keeper(self) -> Owner:
        """As `owner`; a guest is given a visit, for now there is something to keep."""
        self.visit()
        owner = self.owner
        assert owner is not None  # noqa: S101  # there is a visit
        return owner

    def visit(self) -> str:
        """What tells this browser from others."""
        if "visit" not in session:
            session["visit"] = secrets.token_urlsafe(VISIT_BYTES)
        return str(session["visit"])

    def caller(self, asked: Request) -> Caller:
        """Who asks the checkout.  The shop sells in one currency, whichever is asked for."""
        if asked.path.startswith(NOBODY):
            return asked.caller
        owner, account = self.keeper(), self.account
        checkout = self.checkout_key
        if checkout is not None and session.get("begun") != checkout:
            self.shelf.begun(checkout, owner)
            session["begun"] = checkout
        customer = None if account is None else self.sandbox.file.customers[account]
        return evolve(
            asked.caller,
            account=account,
            email=None if customer is None else customer.email,
            phone=None if customer is None else customer.phone,
            segment=None if customer is None else customer.segment,
            orders=None
            if customer is None or customer.orders is None
            else customer.orders + self.shelf.placed_by(owner),
            session=self.visit(),
            basket=self.shelf.key_of(owner),
            currency=self.sandbox.file.currency,
        )

    def enter(self, checkout: str) -> None:
        """The session is in that checkout from now on."""
        session["checkout"] = checkout

    @property
    def checkout_key(self) -> str | None:
        """Of the checkout this session is in; None where it is in none."""
        known = session.get("checkout")
        return None if known is None else str(known)

    # What they sent

    def fields(self) -> Mapping[str, object]:
        """The body's, a form's or JSON's.  Raises Problem for one that cannot be read, or that a foreign page sent."""
        asked = asked_with_body()
        try:
            fields = body_of(asked)
        except Unreadable as wrong:
            too_large = wrong.code == "body_too_large"
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE if too_large else HTTPStatus.BAD_REQUEST,
                f"The body is longer than {LONGEST} bytes." if too_large else
                "The body cannot be read. Please send a form, or a JSON object.",
            ) from None  # fmt: skip
        if request.method == "POST" and not is_ours(asked, fields):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                "This form is out of date, or another site has sent it. Please load the page again, and send it then.",
            )
        return fields

    # How it is answered

    @property
    def checkout(self) -> str:
        """The address of the checkout, under the same mount."""
        return f"{link('start')}{CHECKOUT}"

    def page(self, template: str, status: int = HTTPStatus.OK, **shown: object) -> Response:
        """A page for people, with the token that its forms send back; of a form that was refused, with 200."""
        token = request.cookies.get(CSRF_COOKIE, "")
        known = CSRF.fullmatch(token) is not None
        token = token if known else secrets.token_urlsafe(VISIT_BYTES)
        shown |= {"style": STYLE, "site": self.site, "account": self.account, "checkout": self.checkout, "link": link}
        drawn = render_template(f"shop/{template}", csrf=HIDDEN.format(CSRF_FIELD, token), **shown)
        response = make_response(drawn.encode("utf-8", "replace"), status)  # what was no UTF-8 comes back as surrogates
        response.headers["Content-Type"] = HTML
        response.headers["Content-Security-Policy"] = CSP
        if not known:
            response.set_cookie(CSRF_COOKIE, token, max_age=31_536_000, samesite="Lax", secure=self.secure)
        return response


def link(page: str, pk: int | None = None) -> str:
    """The address of a page of the shop, under the mount that was asked."""
    return url_for(f"{request.blueprint or SHOP}.{page}", pk=pk)


def asked() -> Request:
    """The request as a value, without its body."""
    return as_request(request.path)


def asked_with_body() -> Request:
    """The request as a value.  Raises werkzeug's RequestEntityTooLarge."""
    request.max_content_length = LONGEST
    return as_request(request.path, body=request.get_data())


def wants_page() -> bool:
    """A person asks."""
    return asked().wants_html


def told(shown: JsonObject, status: int = HTTPStatus.OK, kind: str = JSON) -> Response:
    """JSON."""
    return Response(json.dumps(shown, separators=(",", ":"), allow_nan=False), status, mimetype=kind)


def problem(status: HTTPStatus, detail: str) -> Response:
    """RFC 9457."""
    shown: JsonObject = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return told(shown, status, PROBLEM)


def refused(texts: Texts) -> Response:
    """400, with sentences by field."""
    return told({field: list(said) for field, said in texts.items()}, HTTPStatus.BAD_REQUEST)


def to(address: str) -> Response:
    """On to another page; the browser asks for it with GET."""
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def listed(rows: list[JsonObject]) -> Response:
    """All there are, in the envelope that storefronts page through."""
    return told({"count": len(rows), "next": None, "previous": None, "results": list(rows)})


def session_id() -> str | None:
    """What the cookie of this session says; None where the cookie is the session."""
    return session.sid if isinstance(session, ServerSession) else None


def renewed() -> None:
    """Nothing of the session is left, and whoever knew its id knows nothing any more."""
    session.clear()
    if isinstance(session, ServerSession):
        session.rotate()


def texts_of(codes: Codes) -> Texts:
    """What the codes say, in the language that is asked for."""
    locale = asked().locale
    return {field: tuple(text_of(code, locale, field) for code in said) for field, said in codes.items()}
