"""The client of the service of gift cards: what a host's own adapter should be like.

    service = GiftCardService("http://127.0.0.1:49152", "shop:word")
    Ports(gift_cards=service, holds=HoldsByKind(holds, gift_card=service), ...)

Any status but 200, an answer to another question, and one that is not written as agreed is no answer: what asks for a
card is told Unavailable, what holds money fails and is asked again.
"""

from __future__ import annotations

import json
import ssl
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import uuid4

from ..effects import GiftCard, Item, Refused, Secret
from ..integrations._posting import endpoint, posted
from ..integrations._strict import NotStrict, strict_object
from ._gift_wire import (
    ASK,
    COMMIT,
    FIND,
    GUID,
    HOLD,
    ID_HEADER,
    RELEASE,
    VERSION,
    VERSION_HEADER,
    Told,
    card_of,
    cards_told,
)  # fmt: skip

LONGEST: Final = 65_536  # bytes of an answer
OK: Final = 200


class NoAnswer(Exception):  # a fact about the world, not a fault of ours
    """The service did not answer, or not as agreed; nobody knows what it has done."""


class GiftCardService:
    """A GiftCardsPort and a HoldsPort over HTTP.  Threads may share one.

    `auth`: `user:password`.  `timeout`: seconds.  Raises Misconfigured for an address that is none; its methods raise
    NoAnswer.
    """

    def __init__(self, url: str, auth: str, *, timeout: float = 10) -> None:
        self._url, self._timeout = url.rstrip("/"), timeout
        endpoint(self._url, "GiftCardService")
        self._auth = f"Basic {b64encode(auth.encode()).decode()}"
        self._tls = ssl.create_default_context()

    def find_gift_card(self, code: Secret, currency: str, /) -> GiftCard | None:
        """As FindGiftCard."""
        return self._card(FIND, {"code": code.reveal(), "currency": currency})

    def ask_gift_card(self, token: str, currency: str, /) -> GiftCard | None:
        """As AskGiftCard."""
        return self._card(ASK, {"token": token, "currency": currency})

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        """As TakeHold."""
        said: Told = {"op": op, "owner": owner, "cards": cards_told(items), "until": until.isoformat()}
        lacking = self._asked(HOLD, said).get("lacking")
        if not isinstance(lacking, list) or not {item.subject for item in items}.issuperset(map(str, lacking)):
            raise NoAnswer(HOLD)
        return tuple(item for item in items if item.subject in lacking)

    def commit_hold(self, op: str, /) -> None:
        """As CommitHold."""
        match self._asked(COMMIT, {"op": op}):
            case {"result": "done"}:
                return
            case {"result": "refused", "code": str(code)}:
                raise Refused(code)
            case _:
                raise NoAnswer(COMMIT)

    def release_hold(self, op: str, /) -> None:
        """As ReleaseHold."""
        if self._asked(RELEASE, {"op": op}).get("result") != "done":
            raise NoAnswer(RELEASE)

    def _card(self, path: str, told: Told) -> GiftCard | None:
        answer = self._asked(path, told)
        try:
            return card_of(answer["card"])
        except (KeyError, NotStrict):
            raise NoAnswer(path) from None

    def _asked(self, path: str, told: Told) -> Mapping[str, object]:
        guid = str(uuid4())
        headers = {
            "content-type": "application/json", "authorization": self._auth, VERSION_HEADER: VERSION, ID_HEADER: guid,
        }  # fmt: skip
        at, body = endpoint(f"{self._url}{path}", "GiftCardService"), json.dumps(told).encode()
        try:
            answer = posted(at, body, headers, self._tls, self._timeout, most=LONGEST)
            read = strict_object(answer.body or b"") if answer.status == OK else {}
        except Exception as failed:  # noqa: BLE001  # its text may quote what was sent
            raise NoAnswer(f"{path}: {type(failed).__name__}") from None
        if read.get("version") != VERSION or read.get(GUID) != guid:
            raise NoAnswer(f"{path}: HTTP {answer.status}")
        return read
