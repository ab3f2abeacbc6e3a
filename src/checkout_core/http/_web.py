"""The checkout over HTTP: a request in, a response out, and nothing in between but effects.

    web = Web(service.requests, site=Site(name="Example Shop"))
    response = service.run(web.answering(request, caller, session.get("checkout")))

The same coroutine serves threads and event loops.  Whatever comes in, it raises nothing that input can cause.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from attrs import evolve

from ..effects import Callback
from ..page import Caller
from ..records import RecordBroken, RecordTooNew
from ..service import Conflict
from ..service._requests import Requests
from ..stores import StoreUnavailable
from . import _again, _checkout, _orders
from ._drawing import Drawing
from ._front import CHECKOUT, Front, problem, told
from ._messages import Request, Response
from ._reading import LONGEST, Unreadable, pairs_of
from ._site import Site

if TYPE_CHECKING:
    from jinja2 import BaseLoader

COMPLETED: Final = re.compile(r"/orders/completed/([^/]{1,300})/(pay/)?")
HOOK: Final = re.compile(r"/orders/hooks/([A-Za-z0-9_.-]{1,64})/")
PAGES: Final = {
    CHECKOUT: _checkout.checkout,
    "/orders/redirect-three-d/": _orders.to_the_bank,
    "/orders/redirection/": _orders.to_a_hosted_page,
    "/orders/gpay-redirect/": _orders.to_a_hosted_page,
    "/orders/contract/": _orders.contract,
    "/csrf_token/": _orders.csrf_token,
}
log = logging.getLogger("checkout_core")


class Web:
    """All addresses that are the checkout's own.  One object serves all threads.

    `templates` is asked for `checkout/<page_slug>.html` and the other templates before our own are.
    """

    def __init__(
        self, requests: Requests, site: Site | None = None, templates: BaseLoader | None = None, *, draws: bool = True
    ) -> None:
        """`draws`: people get pages; without it everybody gets JSON, and Jinja2 is not needed."""
        site = site or Site()
        drawing = Drawing(site=site, map=requests.checkout.map, loader=templates) if draws else None
        self.front = Front(requests, site, drawing)

    async def answering(self, request: Request, caller: Caller, checkout: str | None = None) -> Response:
        """The answer; `checkout` is the key that this browser's session remembers."""
        request = evolve(request, language=caller.locale)
        caller = evolve(caller, origin=self.front.site.public or caller.origin or request.origin)
        try:
            return await self._routed(request, caller, checkout)
        except (StoreUnavailable, Conflict, RecordTooNew, RecordBroken) as down:
            log.warning("%s %s is not answered: %s", request.method, request.path, type(down).__name__)
            response = problem(self.front, request, HTTPStatus.SERVICE_UNAVAILABLE, "not_available_now")
            return Response(response.status, (*response.headers, ("Retry-After", "5")), response.body)

    async def _routed(self, request: Request, caller: Caller, checkout: str | None) -> Response:
        path, hook, link = request.path, HOOK.fullmatch(request.path), COMPLETED.fullmatch(request.path)
        if hook is not None:
            return await self._hook(request, hook[1])
        if path not in PAGES and link is None:
            return problem(self.front, request, HTTPStatus.NOT_FOUND, "not_found")
        pays = link is not None and link[2] is not None
        allowed = ("GET", "HEAD", "POST") if path == CHECKOUT else ("POST",) if pays else ("GET", "HEAD")
        if request.method not in allowed:
            refused = problem(self.front, request, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed")
            return Response(refused.status, (*refused.headers, ("Allow", ", ".join(allowed))), refused.body)
        if link is not None and pays:
            return await _again.pay(self.front, request, caller, await _orders.order_of(self.front, link[1]))
        if link is not None:
            return await _orders.completed(self.front, request, link[1])
        return await PAGES[path](self.front, request, caller, checkout)

    async def _hook(self, request: Request, gateway: str) -> Response:
        """A provider's message, stored before it is answered; of an order or of none, the answer is the same."""
        if len(request.body) > LONGEST:
            return problem(self.front, request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")
        try:
            query = tuple(pairs_of(request.query))
        except Unreadable:
            return problem(self.front, request, HTTPStatus.BAD_REQUEST, "callback_rejected")
        callback = Callback(request.body, request.headers, query)
        received = await self.front.requests.receiving(gateway, callback)
        if received.code == "callback_rejected":
            return problem(self.front, request, HTTPStatus.BAD_REQUEST, "callback_rejected")
        return told({"status": "received"})
