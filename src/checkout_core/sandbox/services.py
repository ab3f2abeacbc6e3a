"""What services the shop does not run answer, and how they fail: down, slow, garbled, wrong.

    services = Services(file.truth, "TRY")
    services.switch({"prices": "down", "carriers": None})       # None: sound again
    services.asked                                              # all that was asked, in its order

One book behind both the process `servicesd` and the sandbox's own ports: what is true of the one is true of the other.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final, Literal
from urllib.parse import urlsplit

from attrs import frozen

from ..integrations import HttpQuotes
from ..integrations._strict import NotStrict
from ..money import Money
from ..order import evolve
from ..settings import RemoteService, Settings
from ._service_wire import CARRIERS, DELIVERY, PICKUP, PRICES, SHIPPING, question_of, said
from ._truth import Truth

Failure = Literal["down", "slow", "500", "garbage", "currency", "negative", "price", "vanishes"]
Told = dict[str, object]

HOST: Final = "services.invalid"  # what a shop file calls them, wherever they are; nobody has a name in .invalid
INSIDE: Final = f"http://{HOST}"
MOST: Final = 10_000  # questions that are remembered
DEARER: Final = 1000  # minor units
OF_ALL: Final[tuple[Failure, ...]] = ("down", "slow", "500", "garbage")
OF_AMOUNTS: Final[tuple[Failure, ...]] = ("currency", "negative", "price")
SERVICES: Final[Mapping[str, tuple[Failure, ...]]] = {
    PRICES: (*OF_ALL, *OF_AMOUNTS, "vanishes"),
    CARRIERS: (*OF_ALL, *OF_AMOUNTS),
    SHIPPING: (*OF_ALL, *OF_AMOUNTS, "vanishes"),
    DELIVERY: (*OF_ALL, "vanishes"),
    PICKUP: (*OF_ALL, "vanishes"),
}
"""How each may fail."""
SAYS: Final[Mapping[Failure, str]] = {
    "down": "the connection is closed", "slow": "the answer takes longer than anybody waits", "500": "HTTP 500",
    "garbage": "half of the JSON", "currency": "another currency", "negative": "amounts below 0",
    "price": f"{DEARER} minor units more", "vanishes": "the first one is not there any more",
}  # fmt: skip


class Down(ConnectionError):
    """The connection ends without an answer."""


class Slow(TimeoutError):
    """Nobody waits so long."""


@frozen
class Asked:
    """A question that came, and how it failed."""

    service: str
    about: str  # how many pieces were in the parcel; which pickup point
    failed: Failure | None


@frozen
class Answer:
    """As HTTP tells it."""

    status: int
    body: bytes
    content_type: str = "application/json"


class Services:
    """All of them.  Threads may share one."""

    def __init__(self, truth: Truth, currency: str) -> None:
        self.truth, self._currency = truth, currency
        self._switched: dict[str, Failure] = {}
        self._asked: deque[Asked] = deque(maxlen=MOST)

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The last questions, in their order."""
        return tuple(self._asked)

    @property
    def switched(self) -> Mapping[str, str | None]:
        """How each fails now."""
        return {service: self._switched.get(service) for service in SERVICES}

    def switch(self, failures: Mapping[str, object]) -> None:
        """From now on; a service that is not named goes on as it does.

        Raises NotStrict for a service there is none of, and for a failure it does not have; then nothing changes.
        """
        found: dict[str, Failure] = {}
        for service, failure in failures.items():
            if service not in SERVICES:
                raise NotStrict(f"the services are {', '.join(SERVICES)}")
            known = next((each for each in SERVICES[service] if each == failure), None)
            if known is not None:
                found[service] = known
            elif failure is not None:
                raise NotStrict(f"{service} may be {', '.join(SERVICES[service])}, or null: sound again")
        self._switched = {name: how for name, how in self._switched.items() if name not in failures} | found

    def answer(self, path: str, body: bytes) -> Answer:
        """What is said to a POST there.  Raises Down and Slow."""
        service, _, carrier = path.removeprefix("/").partition("/")
        if service not in SERVICES or carrier not in (self.truth.carriers if service == CARRIERS else ("",)):
            return _refusal(404, "there is no such service")
        try:
            question = question_of(service, carrier, body, self._currency)
        except NotStrict as wrong:
            return _refusal(400, str(wrong))
        failure = self._switched.get(service)
        self._asked.append(Asked(service, question.about, failure))
        if failure == "down":
            raise Down
        if failure == "slow":
            raise Slow
        if failure == "500":
            return Answer(500, b"<html><title>Internal server error</title></html>", "text/html")
        told = said(question, self.truth, self._currency)
        spoil = SPOILT.get(failure) if failure else None
        written = json.dumps(spoil(told, self._currency) if spoil else told).encode()
        return Answer(200, written[: len(written) // 2] if failure == "garbage" else written)

    # In this process

    def quotes(self) -> HttpQuotes:
        """The ports: as over HTTP, without it."""
        return quotes_at(INSIDE, self.truth, post=self._posted)

    def _posted(self, service: RemoteService, body: bytes) -> bytes:
        answer = self.answer(urlsplit(service.url).path, body)
        if answer.status != 200:  # noqa: PLR2004  # as HttpQuotes
            raise NotStrict(f"HTTP {answer.status}")
        return answer.body


def quotes_at(
    url: str, truth: Truth, *, timeout: float = 3, post: Callable[[RemoteService, bytes], bytes] | None = None
) -> HttpQuotes:
    """The ports that ask the services at that address."""
    carriers = {name: RemoteService(f"{url}/{CARRIERS}/{name}") for name in truth.carriers}
    return HttpQuotes(services=carriers, pickup=RemoteService(f"{url}/{PICKUP}"), timeout=timeout, post=post)


def settings_at(url: str, settings: Settings) -> Settings:
    """The settings, asking at that address whatever the shop file says is at http://services.invalid."""

    def moved(service: RemoteService | None) -> RemoteService | None:
        if service is None or urlsplit(service.url).hostname != HOST:
            return service
        return RemoteService(url + urlsplit(service.url).path, service.headers)

    return evolve(
        settings,
        basket_item_remote_price_client_conf=moved(settings.basket_item_remote_price_client_conf),
        remote_delivery_option_provider=moved(settings.remote_delivery_option_provider),
        remote_shipping_option_provider=moved(settings.remote_shipping_option_provider),
    )


def _refusal(status: int, why: str) -> Answer:
    return Answer(status, json.dumps({"error": why}).encode())


# How a sound answer is spoilt


def _other_currency(told: Told, currency: str) -> Told:
    return told | {"currency": "EUR" if currency != "EUR" else "USD"}


def _negative(told: Told, currency: str) -> Told:
    return _amounts(told, lambda _: f"-{Money.of(100, currency)}")


def _dearer(told: Told, currency: str) -> Told:
    return _amounts(told, lambda amount: str(Money(amount or "0", currency) + Money.of(DEARER, currency)))


def _without_the_first(told: Told, currency: str) -> Told:
    match told:
        case {"prices": dict(prices)}:
            return told | {"prices": dict(list(prices.items())[1:])}
        case {"pickup_location": _}:
            return {"pickup_location": None}
        case _:
            return {name: value[1:] if isinstance(value, list) else value for name, value in told.items()}


def _amounts(told: Told, change: Callable[[str | None], str]) -> Told:
    match told:
        case {"prices": dict(prices)}:
            return told | {"prices": {pk: change(amount) for pk, amount in prices.items()}}
        case {"shipping_options": list(options)}:
            return told | {"shipping_options": [option | {"amount": change(option["amount"])} for option in options]}
        case {"amount": str(amount)}:
            return told | {"amount": change(amount)}
        case _:
            return told


SPOILT: Final[Mapping[Failure, Callable[[Told, str], Told]]] = {
    "currency": _other_currency, "negative": _negative, "price": _dearer, "vanishes": _without_the_first,
}  # fmt: skip
