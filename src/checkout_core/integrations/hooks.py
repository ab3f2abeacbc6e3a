"""Other programs of the shop's are told, by HTTP, in the manner of Standard Webhooks; and how they know it was us.

    hooks = SignedHooks("https://erp.shop.example/orders", secrets=(Secret("whsec_..."),))

    if not signed_by((Secret("whsec_..."),), request.headers, request.body, datetime.now(UTC)):
        return 401

A post that is lost is posted again under the same `webhook-id`; who consumes it remembers the ids it has dealt with.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import SplitResult

from attrs import field, frozen

from ..effects import Refused, Secret
from ..order import PreOrder, Totals
from ..shop import Misconfigured
from ..wire import JsonObject
from ._letters import given_back, receipt_of
from ._posting import endpoint, posted, timely

PREFIX: Final = "whsec_"
SIZES: Final = range(24, 65)  # bytes of a secret, by Standard Webhooks
TOLERANCE: Final = timedelta(minutes=5)  # between the two clocks; an older post may be somebody's recording
HEARD: Final = range(200, 300)
GONE: Final = 410  # HTTP: and will not come back
REVERSED: Final = "payment.reversed"
SECONDS: Final = re.compile(r"[0-9]{1,12}").fullmatch


class NotHeard(RuntimeError):
    """Whoever was told answered, and has not taken it; a hook is posted again later, a text is not."""


@frozen(kw_only=True, eq=False)
class SignedHooks:
    """A HooksPort: one consumer's URL.  One object serves all threads.

    `secrets`: "whsec_" and base64 of 24 to 64 bytes.  Each signs, so to change one, put the new one beside it, and
    take the old one out when every consumer knows the new one.

    `timeout`: seconds, of connecting to one address, of shaking hands, of posting and of the whole answer, each; at
    most a quarter of the outbox's lease of 60 s, for whoever takes longer is told twice.
    """

    url: str = field(kw_only=False)
    secrets: Sequence[Secret]
    tls: ssl.SSLContext = field(factory=ssl.create_default_context)
    timeout: float = 10
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _at: SplitResult = field(init=False)
    _keys: tuple[bytes, ...] = field(init=False, repr=False)

    @_at.default
    def _parsed(self) -> SplitResult:
        return endpoint(self.url, "SignedHooks")

    @_keys.default
    def _read(self) -> tuple[bytes, ...]:
        return _keys_of(self.secrets)

    def __attrs_post_init__(self) -> None:
        """Raises Misconfigured, also for an URL that is not https and leaves the machine, and for a bad secret."""
        timely(self.timeout, "SignedHooks")

    def post_hook(self, topic: str, number: str, id: str, order: PreOrder, /) -> None:  # noqa: A002  # what it is
        """The consumer has answered 2xx.

        Raises Refused("gone") for 410; NotHeard for any other answer, a redirect too, which is not followed; and what
        the network raises.
        """
        now, name = self.clock(), webhook_id(id)
        body = json.dumps(payload(topic, number, name, order, now), separators=(",", ":")).encode()
        at = str(int(now.timestamp()))
        signatures = " ".join(_signature(key, name, at, body) for key in self._keys)
        headers = {
            "content-type": "application/json",
            "webhook-id": name, "webhook-timestamp": at, "webhook-signature": signatures,
        }  # fmt: skip
        status = posted(self._at, body, headers, self.tls, self.timeout).status
        if status == GONE:
            raise Refused("gone")
        if status not in HEARD:
            raise NotHeard(f"{self._at.hostname} answered {status}")


def payload(topic: str, number: str, name: str, order: PreOrder, now: datetime) -> JsonObject:
    """What is told: nothing about the buyer, nothing to pay with.

    `id` of the post, the same in a repeat; `type`: the topic; `at`: when the order was placed, of other topics when
    it is told; `number` of the order, or of the payment that was given back; `total` in the notation of the
    `currency`, of payment.reversed all that went back so far; `status` of the order that stands, 300 or 400;
    `receipt` it stands on: captured, funds_transfer, free.  The latter two are null where no order stands, and `total`
    is, too, unless money went back.

    Of an order that has any of it, and only then: `discounts`, each with its `name` and the `amount` off the goods and
    off `shipping`; `payment_fee`, `bags` and `gift_box`, what they cost; `loyalty_points` and `loyalty_money`, what
    they pay of the `total`, and `payable`, what is left to the way to pay.
    """
    block = order.placed
    amount = given_back(order, number) if topic == REVERSED else None if block is None else block.total
    return {
        "id": name,
        "type": topic,
        "at": (now if block is None or topic == REVERSED else block.at).astimezone(UTC).isoformat(),
        "number": number,
        "total": None if amount is None else str(amount),
        "currency": order.totals.total.currency,
        "status": None if block is None else block.status,
        "receipt": receipt_of(order),
        **({} if block is None or topic == REVERSED else _made_up_of(order, block.totals)),
    }


def _made_up_of(order: PreOrder, totals: Totals) -> JsonObject:
    """What there is of all that is neither goods nor sending them."""
    said: JsonObject = {}
    if order.discounts.applied:
        said["discounts"] = [
            {"name": each.name, "amount": str(each.amount), "shipping": str(each.shipping)}
            for each in order.discounts.applied
        ]
    beside = (("payment_fee", totals.payment_fee), ("bags", totals.bags), ("gift_box", totals.gift_box))
    paid = (("loyalty_points", totals.loyalty_card), ("loyalty_money", totals.loyalty_money))
    said |= {what: str(amount) for what, amount in (*beside, *paid) if amount}
    return said if totals.payable == totals.total else {**said, "payable": str(totals.payable)}


def webhook_id(id: str) -> str:  # noqa: A002  # what it is
    """Of the post of that message.  A digest: the id begins with the checkout's key, which nobody may guess."""
    return f"msg_{hashlib.sha256(id.encode()).hexdigest()[:32]}"


def signed_by(secrets: Sequence[Secret], headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether one who knows one of the secrets has signed that body, within five minutes of `now`.

    For consumers.  `body` as it came, to the byte.  Raises Misconfigured for a bad secret, never for what was posted.
    """
    keys = _keys_of(secrets)
    told = {name.lower(): value for name, value in headers.items()}
    name, at, given = (told.get(f"webhook-{what}", "") for what in ("id", "timestamp", "signature"))
    if not name or not SECONDS(at) or abs(now.timestamp() - int(at)) > TOLERANCE.total_seconds():
        return False
    wanted = [_signature(key, name, at, body).encode() for key in keys]
    return any(hmac.compare_digest(one.encode(), other) for one in given.split() for other in wanted)


def _signature(key: bytes, name: str, at: str, body: bytes) -> str:
    signed = hmac.digest(key, f"{name}.{at}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"


def _keys_of(secrets: Sequence[Secret]) -> tuple[bytes, ...]:
    """Raises Misconfigured, and quotes none of them."""
    if not secrets:
        raise Misconfigured("webhooks are signed: give at least one secret")
    return tuple(_key(n, secret.reveal()) for n, secret in enumerate(secrets, 1))


def _key(n: int, text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in SIZES:
        raise Misconfigured(
            f"secret {n} of {PREFIX}... is not base64 of {SIZES[0]} to {SIZES[-1]} bytes: "
            "make one with base64.b64encode(secrets.token_bytes(32))"
        )
    return key
