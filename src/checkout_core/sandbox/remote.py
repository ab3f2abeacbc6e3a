"""The gateway to the bank's process: what a host's own adapter should be like.

    bank = RemoteBank("http://127.0.0.1:49152", NATIVE)
    bank.sale(order, card)

Money is believed where every field of the answer is there, in its format, and what was asked for; a decline where its
code is on the list.  All else is Unknown: nothing is sent twice, no redirect is followed, no answer is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Final, TypeVar

from ..effects import (
    Callback,
    Cancelled,
    Capabilities,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    Order,
    Rejected,
    Replayed,
    Reversed,
    Row,
    Secret,
    Settled,
    Unavailable,
    Unknown,
    Verified,
)
from ..integrations._strict import NotStrict, strict_object
from ..money import Money
from ..order import Campaign, Reward
from ..shop import Installment, Misconfigured
from ._answers import Told, declined, given_back, inquired, is_answer, taken, unknown
from ._ask_wire import campaigns, offered_rewards, plans, reference
from ._details import details_told, rewards_told
from ._garanti import Garanti
from ._notices import KNOWN_TO_ALL, Notices, usable
from ._papers import Style

A = TypeVar("A")

LONGEST: Final = 65_536  # bytes of an answer
OK: Final = 200
ADDRESS: Final = re.compile(r"http://(127\.0\.0\.1|localhost):([0-9]{1,5})/?")  # cards stay on this computer
GIVEN: Final = re.compile(r"[!-~]{1,500}")
LONG: Final = re.compile(r"[ -~]{1,12000}")  # what is JSON or HTML
LONG_ONES: Final = frozenset({"form", "html"})


class RemoteBank:
    """A gateway over HTTP.  Threads may share one: every request has a connection of its own."""

    def __init__(
        self,
        url: str,
        capabilities: Capabilities,
        *,
        secrets: Sequence[str] = (KNOWN_TO_ALL,),
        connect: float = 3.0,
        read: float = 30.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        style: Style | None = None,
    ) -> None:
        """`connect` and `read`: seconds to wait for a connection, and then for each part of the answer.

        `style`: what the page of a session is to be like, by default as `Bank` has it.

        Raises Misconfigured for an address off this computer, and for a blank secret.
        """
        found = ADDRESS.fullmatch(url)
        if found is None:
            raise Misconfigured(f"{url!r} is no address of bankd; give http://127.0.0.1: and the port it has printed")
        self.capabilities = capabilities
        self._host, self._port, self._connect, self._read = found[1], int(found[2]), connect, read
        self._notices = Notices(capabilities.callback, usable(secrets), clock)
        self._garanti = Garanti(usable(secrets), clock)
        self._style: Style | None = style or ("garanti" if capabilities.signed_return else None)

    def sale(self, order: Order, card: CardSecrets, /) -> Row | Declined | Replayed | Unknown:
        def read(told: Told) -> Row | Declined | Replayed | Unknown:
            return Replayed() if is_answer(told, order, "replayed") else taken(told, order)

        return self._ask("sale", _paid(order) | {"card": _card(card)}, read)

    def start_three_d(self, order: Order, card: CardSecrets, /) -> HandedOut | Declined | Replayed | Unknown:
        return self._ask("start_three_d", _paid(order) | {"card": _card(card)}, lambda told: self._handed(told, order))

    def finish_three_d(
        self, order: Order, returned: Mapping[str, str], card: CardSecrets | None, /
    ) -> Row | Declined | Unknown:
        body = _paid(order) | {"returned": dict(returned), "card": None if card is None else _card(card)}
        return self._ask("finish_three_d", body, lambda told: taken(told, order))

    def start_session(self, order: Order, /) -> HandedOut | Declined | Replayed | Unknown:
        style: dict[str, object] = {} if self._style is None else {"style": self._style}
        return self._ask("start_session", _paid(order) | style, lambda told: self._handed(told, order))

    def cancel_session(self, order: Order, /) -> Cancelled | Unknown:
        def read(told: Told) -> Cancelled | Unknown:
            return Cancelled() if is_answer(told, order, "cancelled") else unknown(told, order)

        return self._ask("cancel_session", _paid(order), read)

    def inquire(self, number: str, /) -> tuple[Row, ...] | Declined | Cancelled | NotFound | Unknown:
        return self._ask("inquire", {"number": number}, lambda told: inquired(told, number))

    def void(self, reference: str, key: str, /) -> Reversed | Settled | Unknown:
        about: dict[str, object] = {"reference": reference, "key": key}

        def read(told: Told) -> Reversed | Settled | Unknown:
            if told == about | {"result": "settled"}:
                return Settled(reference)
            return given_back(told, about, reference)

        return self._ask("void", about, read)

    def refund(self, reference: str, amount: Money, key: str, /) -> Reversed | Unknown:
        about: dict[str, object] = {"reference": reference, "key": key}
        body = about | {"minor": amount.minor, "currency": amount.currency}
        return self._ask("refund", body, lambda told: given_back(told, about, reference))

    def verify(self, callback: Callback, /) -> Verified | Rejected:
        if self.capabilities.signed_return and callback.query:
            return self._garanti.verify(callback)
        return self._notices.verify(callback)

    # Beside payments

    def ask_plans(self, amount: Money, /) -> tuple[Installment, ...] | Unavailable:
        body = {"minor": amount.minor, "currency": amount.currency}
        return _offered(self._ask("ask_plans", body, plans))

    def ask_campaigns(self, card_number: Secret, /) -> tuple[Campaign, ...] | Unavailable:
        return _offered(self._ask("ask_campaigns", {"card_number": card_number.reveal()}, campaigns))

    def ask_rewards(self, card: CardSecrets, currency: str, /) -> tuple[Reward, ...] | Unavailable:
        body = {"card": _card(card), "currency": currency}
        return _offered(self._ask("ask_rewards", body, lambda told: offered_rewards(told, currency)))

    def ask_reference(
        self, number: str, amount: Money, iban: str, email: str | None, addresses: tuple[str, ...], site: str, /
    ) -> str | Unavailable:
        body = {
            "number": number, "minor": amount.minor, "currency": amount.currency, "iban": iban, "email": email,
            "addresses": list(addresses), "site": site,
        }  # fmt: skip
        return _offered(self._ask("ask_reference", body, lambda told: reference(told, number)))

    def _handed(self, told: Told, order: Order) -> HandedOut | Declined | Replayed | Unknown:
        if is_answer(told, order, "replayed"):
            return Replayed()
        if not is_answer(told, order, "handed_out", "given"):
            return declined(told, order)
        given = told["given"]
        if not isinstance(given, dict) or not given or not given.keys() <= self.capabilities.handed:
            raise NotStrict("handed out is what may not be kept")
        forms = {name: LONG if name in LONG_ONES else GIVEN for name in given}
        if not all(isinstance(value, str) and forms[name].fullmatch(value) for name, value in given.items()):
            raise NotStrict("what is handed out is not in its format")
        return HandedOut(given)

    # The wire

    def _ask(self, method: str, body: Mapping[str, object], read: Callable[[Told], A]) -> A | Unknown:
        """What `read` makes of the answer; Unknown where it raises ValueError, and where there is none."""
        try:
            return read(strict_object(self._post(method, json.dumps(body).encode())))
        except (OSError, HTTPException, ValueError) as failed:
            return Unknown(str(failed) if isinstance(failed, NotStrict) else type(failed).__name__)

    def _post(self, method: str, body: bytes) -> bytes:
        connection = HTTPConnection(self._host, self._port, timeout=self._connect)
        try:
            connection.connect()
            connection.sock.settimeout(self._read)
            connection.request("POST", f"/{method}", body, {"content-type": "application/json", "connection": "close"})
            response = connection.getresponse()
            if response.status != OK or response.headers.get_all("content-type") != ["application/json"]:
                raise NotStrict(f"HTTP {response.status}, and no answer")
            answer = response.read(LONGEST + 1)
            if len(answer) > LONGEST or response.length:  # too long, or the connection ended before the answer did
                raise NotStrict("not the whole answer")
            return answer
        finally:
            connection.close()


def _offered(answer: A | Unknown) -> A | Unavailable:
    return Unavailable(answer.reason) if isinstance(answer, Unknown) else answer


# What is sent


def _paid(order: Order) -> dict[str, object]:
    told: dict[str, object] = {
        "number": order.number, "key": order.key, "minor": order.amount.minor, "currency": order.amount.currency,
        "installments": order.installments,
    }  # fmt: skip
    beside: dict[str, object] = {"rewards": rewards_told(order.rewards), "details": details_told(order.details)}
    return told | {name: value for name, value in beside.items() if value}


def _card(card: CardSecrets) -> dict[str, object]:
    return {
        "number": card.number.reveal(), "holder": card.holder, "month": card.month, "year": card.year,
        "cvv": None if card.cvv is None else card.cvv.reveal(),
    }  # fmt: skip
