"""Three ways to take a request to the checkout: as a value, through Flask, through Starlette.

A framework adds headers of its own to an answer; those are left out here, by name, and nothing else is.
"""

from __future__ import annotations

import asyncio
import importlib.util
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from flask import Flask
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.routing import Mount

from checkout_core import CheckoutService
from checkout_core.flask import checkout_blueprint
from checkout_core.http import Request, Web
from checkout_core.service import AsyncCheckoutService

from .form import Answered
from .shop import HOST, SITE

IP = "203.0.113.9"
ROOT = "/tr"  # where every carrier has mounted the checkout once more
SESSION = "session"  # the cookie of Flask's and Starlette's own sessions
OF_THE_SERVER = frozenset({"content-length", "date", "server"})
OF_THE_SESSION = ("vary", "Cookie")  # it depends on the session's cookie
RECIPE = Path(__file__).parents[2] / "examples" / "starlette_shop.py"


def split(target):
    """Root, path and query as a host finds them in the target of a request."""
    path, _, query = target.partition("?")
    root = ROOT if path.startswith(f"{ROOT}/") else ""
    path = unquote(path.removeprefix(root), errors="surrogateescape")
    return root, f"{path.rstrip('/')}/", query


def ours(asked, status, headers, body, browser):
    """The answer without what the framework added; its session's cookie is kept for the next request."""
    kept = []
    for name, value in ((name.lower(), value) for name, value in headers):
        if name == "set-cookie" and value.startswith(f"{SESSION}="):
            browser.kept[SESSION] = value.partition("=")[2].partition(";")[0]
        elif name not in OF_THE_SERVER and (name, value) != OF_THE_SESSION:
            kept.append((name, value))
    return Answered(status, tuple(kept), b"" if asked.method == "HEAD" else body)


def with_session(headers, browser):
    """The request's headers, as this browser sends them to a framework."""
    told = dict(headers)
    if SESSION in browser.kept:
        cookies = [told["cookie"]] if "cookie" in told else []
        told["cookie"] = "; ".join([*cookies, f"{SESSION}={browser.kept[SESSION]}"])
    return told


class InValues:
    """No framework: the host is these lines."""

    name = "values"

    def __init__(self, scene):
        waiting = scene.waiting
        self.scene = scene
        self.service = CheckoutService(scene.checkout, scene.store, monotonic=waiting.monotonic, sleep=waiting.sleep)
        self.web = Web(self.service.requests, SITE)

    def sends(self, asked, browser):
        root, path, query = split(asked.target)
        request = Request(asked.method, path, query, dict(asked.headers), asked.body, root, HOST, secure=True, ip=IP)
        answering = self.web.answering(request, self.scene.caller(request), browser.kept.get("checkout"))
        answered = self.service.run(answering)
        if answered.checkout is not None:
            browser.kept["checkout"] = answered.checkout
        return ours(asked, answered.status, answered.headers, answered.body, browser)

    def close(self):
        """Nothing is open."""


class ThroughFlask:
    """The blueprint, at the root and below ROOT, with Flask's own sessions."""

    name = "flask"

    def __init__(self, scene):
        waiting = scene.waiting
        service = CheckoutService(scene.checkout, scene.store, monotonic=waiting.monotonic, sleep=waiting.sleep)
        app = Flask(__name__)
        app.secret_key = "of no use to anybody"
        blueprint = checkout_blueprint(service, scene.caller, site=SITE)
        app.register_blueprint(blueprint)
        app.register_blueprint(blueprint, url_prefix=ROOT, name="below")
        self.client = app.test_client(use_cookies=False)

    def sends(self, asked, browser):
        path, _, query = asked.target.partition("?")
        headers = with_session(asked.headers, browser)
        answered = self.client.open(
            path, method=asked.method, query_string=query, base_url=f"https://{HOST}", data=asked.body,
            headers=headers, environ_overrides={"REMOTE_ADDR": IP},
        )  # fmt: skip
        return ours(asked, answered.status_code, answered.headers, answered.data, browser)

    def close(self):
        """Nothing is open."""


class ThroughStarlette:
    """The recipe of `examples/`, at the root and below ROOT, on an event loop."""

    name = "starlette"

    def __init__(self, scene):
        waiting = scene.waiting
        service = AsyncCheckoutService(scene.checkout, scene.store, monotonic=waiting.monotonic, sleep=waiting.asleep)
        route = recipe().checkout_route(service, lambda request, _: scene.caller(request), SITE)
        self.app = Starlette(
            routes=[Mount(ROOT, routes=[route]), route],
            middleware=[Middleware(SessionMiddleware, secret_key="of no use to anybody", https_only=True)],
        )
        self.runner = asyncio.Runner()

    def sends(self, asked, browser):
        status, headers, body = self.runner.run(asgi(self.app, asked, with_session(asked.headers, browser)))
        return ours(asked, status, headers, body, browser)

    def close(self):
        self.runner.close()


@cache
def recipe():
    """The example as a module, as a user has it."""
    spec = importlib.util.spec_from_file_location("starlette_shop", RECIPE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def asgi(app, asked, headers):
    """What an ASGI server does with one request: status, headers and body of the answer.

    `headers`: a dict, or pairs where a name is there several times.
    """
    pairs = headers.items() if isinstance(headers, dict) else headers
    path, _, query = asked.target.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": asked.method, "scheme": "https",
        "path": unquote(path, errors="surrogateescape"), "raw_path": path.encode(), "root_path": "",
        "query_string": query.encode("ascii", "surrogateescape"), "server": (HOST, 443), "client": (IP, 50000),
        "headers": [(b"host", HOST.encode()), *((name.encode(), v.encode("latin-1")) for name, v in pairs)],
    }  # fmt: skip
    half = len(asked.body) // 2
    parts = [
        {"type": "http.request", "body": asked.body[:half], "more_body": True},
        {"type": "http.request", "body": asked.body[half:], "more_body": False},
    ]
    sent = []

    async def receive():
        return parts.pop(0) if parts else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    told = [(name.decode(), value.decode("latin-1")) for name, value in start["headers"]]
    return start["status"], told, b"".join(message.get("body", b"") for message in rest)


CARRIERS = (InValues, ThroughFlask, ThroughStarlette)
