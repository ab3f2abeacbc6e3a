"""The checkout over HTTP, as values: any framework hands in a Request and sends out the Response.

    web = Web(service.requests, site=Site(name="Example Shop"))
    response = service.run(web.answering(Request("GET", "/orders/checkout/"), caller, checkout_key))

What a host is asked for beside its ports is `Site`.
"""

from __future__ import annotations

from ._messages import Request, Response
from ._reading import LONGEST
from ._site import Site
from ._web import Web

__all__ = ["LONGEST", "Request", "Response", "Site", "Web"]
