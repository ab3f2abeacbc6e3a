"""A Starlette app that sells two mugs: copy `checkout_route` into yours, and say in `who` who your buyers are.

    pip install 'checkout-core[html]' starlette itsdangerous uvicorn
    uvicorn starlette_shop:app --app-dir examples       # then open http://127.0.0.1:8000/orders/checkout/

Everything else here is a sandbox to try it with.  FastAPI is a Starlette, and takes the same route.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, MutableMapping
from typing import Any

import starlette.requests
from attrs import evolve
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.routing import Route

from checkout_core import Checkout, MemoryStore
from checkout_core.http import LONGEST, Request, Site, Web
from checkout_core.page import Caller
from checkout_core.sandbox import Sandbox
from checkout_core.service import AsyncCheckoutService

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]  # what is not served is refused in words
JOINED = {"cookie": "; "}  # HTTP/2 may send each cookie in a header of its own
Who = Callable[[Request, MutableMapping[str, Any]], Caller]


def checkout_route(service: AsyncCheckoutService, who: Who, site: Site | None = None) -> Route:
    """All addresses of the checkout.  It takes every path, so it is the last of your routes."""
    web = Web(service.requests, site)

    async def answer(sent: starlette.requests.Request) -> Response:
        body = b""
        async for chunk in sent.stream():
            body = (body + chunk)[: LONGEST + 1]
        request = Request(
            sent.method,
            f"/{sent.path_params['path'].rstrip('/')}/",
            sent.scope["query_string"].decode("ascii", "surrogateescape"),
            {name: JOINED.get(name, ", ").join(sent.headers.getlist(name)) for name in sent.headers},
            body,
            root=sent.scope["root_path"],
            host=sent.headers.get("host", ""),
            secure=sent.scope["scheme"] == "https",
            ip=sent.client.host if sent.client else None,
        )
        caller = who(request, sent.session)
        answered = await service.run(web.answering(request, caller, sent.session.get("checkout")))
        if answered.checkout is not None and sent.session.get("checkout") != answered.checkout:
            sent.session["checkout"] = answered.checkout
        response = Response(answered.body, answered.status)
        for name, value in answered.headers:
            response.headers.append(name, value)
        return response

    return Route("/{path:path}", answer, methods=METHODS)


def who(request: Request, session: MutableMapping[str, Any]) -> Caller:
    """What this shop's session knows: a browser, and its basket.  An account and its e-mail address go here, too."""
    browser = session.setdefault("browser", secrets.token_hex(16))
    return evolve(request.caller, session=browser, basket="basket-1")


sandbox = Sandbox()
sandbox.basket("mug", "mug")
service = AsyncCheckoutService(Checkout(sandbox.ports), MemoryStore())
app = Starlette(
    routes=[checkout_route(service, who, Site(name="Two mugs"))],
    middleware=[Middleware(SessionMiddleware, secret_key=secrets.token_hex(32))],
)
