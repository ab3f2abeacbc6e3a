"""What every route works with, and how its answers are made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Final

from attrs import field, frozen

from ..checkout import Checkout
from ..driver import Steps
from ..engine import Step
from ..links import Links
from ..page import Caller
from ..service._requests import Requests
from ..texts import text_of
from ..wire import JsonObject, Writer, json_text
from ._drawing import CSP, Drawing
from ._messages import HTML, JSON, PROBLEM, Request, Response
from ._reading import CSRF, CSRF_COOKIE
from ._site import Site

CHECKOUT: Final = "/orders/checkout/"
BY_FORM: Final = "by=form"  # the query of an address that a form of ours has led to
STEP_FIELD: Final = "step_token"  # field of the form of a page that pays
YEAR: Final = 31_536_000  # seconds
ALWAYS: Final = (
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "same-origin"),  # an order's address is its key
    ("X-Content-Type-Options", "nosniff"),
)


@frozen(slots=False)
class Front:
    """A checkout's service as the web sees it."""

    requests: Requests
    site: Site
    drawing: Drawing | None = field(repr=False)  # None: nobody draws pages
    writer: Writer = field(factory=Writer, repr=False)

    @cached_property
    def checkout(self) -> Checkout:
        """The service's."""
        return self.requests.checkout

    @cached_property
    def links(self) -> Links | None:
        """Who reads the links of order pages; None where nobody signs them here."""
        signer = self.checkout.ports.signer
        return signer if isinstance(signer, Links) else None

    async def entered(self, take: str | None, caller: Caller, remembered: str | None) -> Step | None:
        """Where the session's buyer stands; with `take`, at that page.  None where there is nothing to buy."""

        def viewing(key: str) -> Steps[Step]:
            return self.requests.viewing(key, take, caller)

        return await self.requests.entering(remembered, caller, viewing)

    def csrf(self, request: Request) -> str:
        """The token of this browser, or one for it to have."""
        told = request.cookies.get(CSRF_COOKIE, "")
        return told if CSRF.fullmatch(told) else self.checkout.ports.key()

    def step_token(self, step: Step) -> str:
        """What the form of a page that pays says it was drawn for: that total, once.  Empty for all other pages."""
        pays = self.checkout.map.rows[step.page].pays and step.pre_order.placed is None
        return self.requests.token(step) if pays and self.checkout.ports.keyring is not None else ""

    def draws(self, request: Request) -> Drawing | None:
        """Who draws the answer; None where it is JSON."""
        return self.drawing if request.wants_html else None


def told(answer: JsonObject, status: int = HTTPStatus.OK, kind: str = JSON) -> Response:
    """JSON in ASCII."""
    return told_text(json_text(answer), status, kind)


def told_text(text: str, status: int = HTTPStatus.OK, kind: str = JSON) -> Response:
    """As `told`, of what is JSON already."""
    return Response(status, (("Content-Type", kind), *ALWAYS), text.encode("ascii"))


def drawn(page: bytes, status: int = HTTPStatus.OK, csp: str = CSP) -> Response:
    """A page for people."""
    return Response(status, (("Content-Type", HTML), ("Content-Security-Policy", csp), *ALWAYS), page)


def sent_to(path: str, request: Request, status: int = HTTPStatus.SEE_OTHER) -> Response:
    """A redirect to a path of ours or of the host's, below its mount."""
    return Response(status, (("Location", f"{request.root}{path}"), *ALWAYS), b"")


def problem(front: Front, request: Request, status: int, code: str) -> Response:
    """A refusal outside the checkout's own address: RFC 9457, or a page that says the same."""
    drawing = front.draws(request)
    if drawing is not None:
        return drawn(drawing.sorry(status, code, request), status)
    text = text_of(code, request.locale)
    about: Mapping[str, str | int] = {
        "type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": text
    }  # fmt: skip
    return told(dict(about), status, PROBLEM)


def with_csrf(response: Response, token: str, request: Request) -> Response:
    """The answer, with that token for the browser to keep, unless it has it."""
    if request.cookies.get(CSRF_COOKIE) == token:
        return response
    secure = "; Secure" if request.secure else ""
    cookie = f"{CSRF_COOKIE}={token}; Max-Age={YEAR}; Path=/; SameSite=Lax{secure}"
    return Response(response.status, (*response.headers, ("Set-Cookie", cookie)), response.body, response.checkout)
