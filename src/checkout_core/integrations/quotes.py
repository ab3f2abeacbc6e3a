"""Services the shop does not run are asked by HTTP: prices, what sending costs, options, pickup points.

    quotes = HttpQuotes(services={"carrier": RemoteService("https://carrier.example/price")}, timeout=3)
    ports = Ports(..., quotes=quotes, pickup=quotes)

One POST of JSON a question, never a second one; no redirect is followed.  Whatever is no complete answer in time is
Unavailable, and the reason names neither the address nor what was sent or said.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from functools import cache
from http.client import HTTPException
from typing import Final, TypeAlias, TypeVar

from attrs import field, frozen

from ..effects import RemoteShippingOption, Unavailable
from ..money import Money
from ..order import Parcel
from ..settings import RemoteService
from ..shop import DeliveryOption, Misconfigured, PickupLocation
from ._posting import endpoint, posted
from ._quoting import (
    parcel_json,
    pickup_json,
    read_delivery_options,
    read_pickup_location,
    read_price,
    read_prices,
    read_shipping_options,
)
from ._strict import NotStrict

Post: TypeAlias = Callable[[RemoteService, bytes], bytes]  # raises OSError, HTTPException, ValueError: no answer
R = TypeVar("R")

LONGEST: Final = 262_144  # bytes of an answer
OK: Final = 200
JSON: Final = "application/json"
OURS: Final = ("content-length", "transfer-encoding", "connection", "host")  # headers that are not the shop's to say


@frozen(kw_only=True, eq=False)
class HttpQuotes:
    """A QuotesPort and a PickupPort.  One object serves all threads.

    `services`: those that price a parcel, by the name that calculators call them.  The other addresses are settings.
    `pickup`: who knows the pickup points.

    `timeout`: seconds, of connecting to one address, of shaking hands, of posting and of the whole answer, each.  A
    buyer waits meanwhile.  `post`: who carries a body to a service and its answer back; HTTP where it is left out.
    """

    services: Mapping[str, RemoteService] = field(factory=dict)
    pickup: RemoteService | None = None
    timeout: float = 3
    tls: ssl.SSLContext | None = None
    post: Post | None = None

    def __attrs_post_init__(self) -> None:
        """Raises Misconfigured, also for an URL that is not https and leaves the machine."""
        if self.timeout <= 0:
            raise Misconfigured(f"HttpQuotes(timeout={self.timeout}): give more than 0 seconds")
        if self.post is None:
            for service in (*self.services.values(), *((self.pickup,) if self.pickup else ())):
                endpoint(service.url, "HttpQuotes")

    # The ports

    def ask_prices(
        self, service: RemoteService, parcel: Parcel, products: tuple[int, ...], /
    ) -> Mapping[int, Money] | Unavailable:
        currency = parcel.basket.currency
        return self._ask(service, parcel_json(parcel, products), lambda body: read_prices(body, currency, products))

    def ask_shipping_price(self, service: str, parcel: Parcel, /) -> Money | Unavailable:
        known = self.services.get(service)
        if known is None:
            return Unavailable(f"HttpQuotes(services=...) has no {service!r}")
        return self._ask(known, parcel_json(parcel), lambda body: read_price(body, parcel.basket.currency))

    def ask_shipping_options(
        self, service: RemoteService, parcel: Parcel, /
    ) -> tuple[RemoteShippingOption, ...] | Unavailable:
        currency = parcel.basket.currency
        return self._ask(service, parcel_json(parcel), lambda body: read_shipping_options(body, currency))

    def ask_delivery_options(
        self, service: RemoteService, parcel: Parcel, /
    ) -> tuple[DeliveryOption, ...] | Unavailable:
        return self._ask(service, parcel_json(parcel), read_delivery_options)

    def find_pickup_location(self, remote_id: str, /) -> PickupLocation | Unavailable | None:
        if self.pickup is None:
            return Unavailable("HttpQuotes(pickup=...) was not given")
        return self._ask(self.pickup, pickup_json(remote_id), lambda body: read_pickup_location(body, remote_id))

    # The wire

    def _ask(self, service: RemoteService, body: bytes, read: Callable[[bytes], R]) -> R | Unavailable:
        """What `read` makes of the answer; Unavailable where it raises NotStrict, and where there is none."""
        post = self.post or self._posted
        try:
            return read(post(service, body))
        except NotStrict as wrong:
            return Unavailable(str(wrong))  # which quotes nothing
        except TimeoutError:
            return Unavailable("no answer in time")
        except (OSError, HTTPException, ValueError) as failed:
            return Unavailable(type(failed).__name__)  # its text may have the address in it, or a header

    def _posted(self, service: RemoteService, body: bytes) -> bytes:
        given = {name.lower(): value for name, value in service.headers.items() if name.lower() not in OURS}
        headers = {"content-type": JSON, "accept": JSON, **given}
        try:
            at = endpoint(service.url, "HttpQuotes")
        except Misconfigured:
            raise NotStrict("the address of the service is not https") from None
        answer = posted(at, body, headers, self.tls or _default_tls(), self.timeout, most=LONGEST)
        if answer.status != OK:
            raise NotStrict(f"HTTP {answer.status}")
        if answer.content_type.partition(";")[0].strip().lower() != JSON:
            raise NotStrict("no JSON")
        if answer.body is None:
            raise NotStrict(f"not the whole answer, or more than {LONGEST} bytes")
        return answer.body


@cache  # reads the computer's certificates
def _default_tls() -> ssl.SSLContext:
    return ssl.create_default_context()
