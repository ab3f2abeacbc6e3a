"""Texts to phones, through a service that takes them over HTTP.

    sms = HttpSms("https://texts.shop.example/messages", token=Secret("..."))
    ports = Ports(..., sms=sms, challenges=challenges)

A text leaves while its buyer waits, and is never sent again by itself: whoever got none asks for another.  The service
has `idempotency-key` all the same, for what stands between us and it may repeat a post.
"""

from __future__ import annotations

import hashlib
import json
import re
import ssl
from typing import Final
from urllib.parse import SplitResult

from attrs import field, frozen

from ..effects import Refused, Secret
from ..shop import Misconfigured
from ._posting import endpoint, posted, timely
from .hooks import HEARD, NotHeard

OF_OURS: Final = range(400, 500)  # HTTP: what was posted is wrong
TOKEN: Final = re.compile(r"[\x21-\x7e]+")  # what a header can hold, in one word


@frozen(kw_only=True, eq=False)
class HttpSms:
    """A SmsPort: posts {"phone": "+905551112233", "text": "..."} to one URL.  One object serves all threads.

    `token` goes along as `authorization: Bearer`.  `timeout`: seconds, of connecting to one address, of shaking hands,
    of posting and of the whole answer, each; the buyer waits for all of that, so at most 15.
    """

    url: str = field(kw_only=False)
    token: Secret | None = None
    tls: ssl.SSLContext = field(factory=ssl.create_default_context)
    timeout: float = 5
    _at: SplitResult = field(init=False)

    @_at.default
    def _parsed(self) -> SplitResult:
        return endpoint(self.url, "HttpSms")

    def __attrs_post_init__(self) -> None:
        """Raises Misconfigured, also for an URL that is not https and leaves the machine; it quotes no token."""
        timely(self.timeout, "HttpSms")
        if self.token is not None and not TOKEN.fullmatch(self.token.reveal()):
            raise Misconfigured("HttpSms(token=...): give one word of ASCII")

    def send_sms(self, phone: str, text: Secret, id: str, /) -> None:  # noqa: A002  # what it is
        """The service has answered 2xx.

        Raises Refused("sms_422"), with the status, where it will not take this text; NotHeard for any other answer, a
        redirect too, which is not followed; and what the network raises.  None of these quotes text or phone.
        """
        headers = {"content-type": "application/json", "idempotency-key": message_name(id)}
        if self.token is not None:
            headers["authorization"] = f"Bearer {self.token.reveal()}"
        body = json.dumps({"phone": phone, "text": text.reveal()}).encode()
        status = posted(self._at, body, headers, self.tls, self.timeout).status
        if status in OF_OURS:
            raise Refused(f"sms_{status}")
        if status not in HEARD:
            raise NotHeard(f"{self._at.hostname} answered {status}")


def message_name(id: str) -> str:  # noqa: A002  # what it is
    """Of the message with that id.  A digest: the id begins with the checkout's key, which nobody may guess."""
    return f"sms_{hashlib.sha256(id.encode()).hexdigest()[:32]}"
