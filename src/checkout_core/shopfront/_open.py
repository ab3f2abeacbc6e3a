"""A shop that is open: its bank, the services it asks, its server, and whoever looks after payments, on one database.

Beside `demo.sqlite` there are `demo.shop.sqlite` with baskets and addresses, `demo.bank.sqlite` with the bank's ledger,
`demo.loyalty.sqlite` with what was spent of loyalty money and points, `demo.gift-cards.sqlite` with what was of gift
cards, `demo.texts.sqlite` with what came to phones, `demo.sessions` and `demo.key`.  Together they are the shop: after
a restart nothing is missing.
"""

from __future__ import annotations

import hmac
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import attrs
from attrs import frozen
from cachelib import FileSystemCache

from ..checkout import Checkout
from ..effects import Capabilities
from ..flask import ServerSessions
from ..http import Site
from ..integrations import HttpSms
from ..keyring import Keyring
from ..order import PreOrder, evolve
from ..sandbox import RemoteBank, Sandbox, preset
from ..sandbox._loyalty import LoyaltyBooks
from ..sandbox.gift_service import GiftCardService
from ..sandbox.presets import BANKS, MINUTE
from ..sandbox.services import quotes_at, settings_at
from ..sandbox.shopfile import ShopFile
from ..sandbox.smsd import MESSAGES
from ..service import CheckoutService
from ..settings import Settings
from ..shop import Misconfigured
from ..stores import SqliteHolds, SqliteStore
from ._app import create_app
from ._beside import BANK, GIFT_CARDS, PHONES, SERVICES, Beside
from ._server import Rounds, Server
from ._shelf import Shelf
from ._start import INBOX, LEDGER, SWITCH

SECRET_BYTES: Final = 32
NAME: Final = "Sandbox shop"
LOOPBACK: Final = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}  # noqa: S104  # where it listens is the caller's choice
BANK_PORT: Final = "bank_port"  # what the shelf notes it under
SERVICES_PORT: Final = "services_port"
PHONES_PORT: Final = "phones_port"
GIFT_CARDS_PORT: Final = "gift_cards_port"
ASKED: Final = 3.0  # seconds for a service to answer
FAST_ASKED: Final = 1.0
FAST: Final = timedelta(seconds=2)  # how long a request may be on its way to a hurried bank


@frozen(kw_only=True)
class Plan:
    """What is to be opened."""

    db: Path
    file: ShopFile
    path: Path  # of that file
    public: str | None = None  # origin under which browsers know the shop
    bank_public: str | None = None  # address under which they know the bank's pages
    session: str = "osessionid"  # whose cookie: osessionid, flask
    fast: bool = False  # short waits and high caps
    guest_addresses: bool = False
    preset: str = "native"  # what the bank promises

    def beside(self, what: str) -> Path:
        """`demo.bank.sqlite` for demo.sqlite."""
        return self.db.with_name(f"{self.db.stem}.{what}{self.db.suffix}")

    @property
    def settings(self) -> Settings:
        """The shop file's; in a hurry, with horizons that people sit through."""
        if not self.fast:
            return self.file.settings
        return evolve(
            self.file.settings, answer_wait=timedelta(seconds=2), send_budget=timedelta(seconds=2),
            unknown_patience=timedelta(seconds=5),
            inquiry_waits=tuple(timedelta(seconds=seconds) for seconds in (0.2, 0.5, 1, 2, 5)),
            attempts_per_checkout=1000, attempts_per_client=100_000,
        )  # fmt: skip

    @property
    def promises(self) -> Capabilities:
        """The bank's."""
        return preset(self.preset, in_flight=FAST if self.fast else MINUTE)

    def promised(self, name: str) -> Capabilities:
        """What another bank promises, by the name payment options call it."""
        return attrs.evolve(BANKS[name], max_in_flight=self.promises.max_in_flight)

    @property
    def sends_texts(self) -> bool:
        """Some phone is to be verified."""
        options, cards = self.file.shop.payment_options, self.file.gift_cards
        return any(each.config.sms_verification for each in options) or any(each.phone for each in cards)


@frozen
class Opened:
    """Where it is."""

    url: str
    bank: Beside
    ledger: Path
    services: Beside | None  # None: the shop asks nobody
    phones: Beside | None  # None: it sends no texts


@frozen
class Orders:
    """An OrdersPort: what an order spends is debited before anything else, then its basket is submitted."""

    loyalty: LoyaltyBooks
    shelf: Shelf

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        """As OrdersPort; told again after a failure, neither does it twice."""
        self.loyalty.order_placed(number, order)
        self.shelf.order_placed(number, order)


@contextmanager
def opened(plan: Plan, listening: socket.socket) -> Iterator[Opened]:
    """The shop, answering on that socket as long as the block lasts, with its bank.

    Raises Misconfigured, NotAStore, StoreTooNew, StoreUnavailable and OSError for files and addresses that will not do.
    """
    with ExitStack() as closing:
        secret = secret_of(plan.db.with_name(f"{plan.db.stem}.key"))
        store = SqliteStore(plan.db)
        closing.callback(store.close)
        stock = SqliteHolds(plan.db, _now)
        closing.callback(stock.close)
        shelf = Shelf(plan.beside("shop"), plan.file, guest_addresses=plan.guest_addresses)
        closing.callback(shelf.close)
        host, port = listening.getsockname()[:2]
        _origin(plan.bank_public or "http://127.0.0.1")  # before there is a bank to be stopped
        hooks = f"{_address(LOOPBACK.get(host, host), port)}orders/hooks/"
        bank = _beside(BANK, _bank_options(plan, "bank", hooks), BANK_PORT, shelf, closing)
        shelf.note(LEDGER, str(plan.beside("bank")))
        services, phones = _services(plan, shelf, closing), _phones(plan, shelf, closing)
        asked = services.url if services else ""
        shelf.note(SWITCH, asked)
        shelf.note(INBOX, phones.url if phones else "")
        sandbox = Sandbox(
            plan.file, settings=settings_at(asked, plan.settings), stock=stock, now=_now, keyring=Keyring((secret,)),
            quotes=quotes_at(asked, plan.file.truth, timeout=FAST_ASKED if plan.fast else ASKED) if services else None,
            loyalty=plan.beside("loyalty"), gift_cards=_gift_cards(plan, secret, shelf, closing),
        )  # fmt: skip
        closing.callback(sandbox.loyalty.close)
        orders = Orders(sandbox.loyalty, shelf)
        others = _other_banks(plan, hooks, shelf, closing)
        gateways = {name: RemoteBank(each.url, plan.promised(name)) for name, each in others.items()}
        gateways["bank"] = RemoteBank(bank.url, plan.promises)
        ports = attrs.evolve(sandbox.ports, basket=shelf, buyers=shelf, orders=orders, gateways=gateways)
        if phones is not None:
            ports = attrs.evolve(ports, sms=HttpSms(f"{phones.url}{MESSAGES}"))
        service = CheckoutService(Checkout(ports), store)
        site = Site(
            name=NAME,
            new_address="/address/new/",
            public=plan.public,
            origins=(_origin(plan.bank_public or bank.url), *(each.url for each in others.values())),
        )
        app = create_app(
            sandbox, service, shelf, site, hmac.digest(secret, b"flask", "sha256"),
            (plan.public or "").startswith("https://"), sessions=_sessions(plan),
        )  # fmt: skip
        for part in (Rounds(service, 0.2 if plan.fast else 1.0), Server(listening, app)):
            part.start()
            closing.callback(part.stop)
        yield Opened(_address(host, port), bank, plan.beside("bank"), services, phones)


def secret_of(path: Path) -> bytes:
    """What sessions, links and step tokens are signed with: kept in that file, which is made if it is not there.

    Nobody else may read it.  Raises OSError, also for a file that is too short to keep a secret.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        with suppress(FileExistsError):  # another process was first: its secret is the one
            path.hardlink_to(draft)
        draft.unlink()
    secret = path.read_bytes().strip()
    if len(secret) < SECRET_BYTES:
        raise OSError(f"{path} is no secret; take it away, and a new one is made")
    return secret


def _now() -> datetime:
    return datetime.now(UTC)


def _sessions(plan: Plan) -> ServerSessions | None:
    if plan.session == "flask":
        return None
    return ServerSessions(FileSystemCache(str(plan.db.with_name(f"{plan.db.stem}.sessions")), threshold=0))


def _bank_options(plan: Plan, name: str, hooks: str) -> tuple[str, ...]:
    """Of the bank that payment options call so; its ledger is `demo.hosted.sqlite`."""
    wait = ("--hook-wait", "0.2") if plan.fast else ()
    public = ("--public", plan.bank_public) if plan.bank_public and name == "bank" else ()
    in_flight = plan.promises.max_in_flight.total_seconds()
    ledger = ("--ledger", str(plan.beside(name)))
    told = ("--preset", plan.preset, "--in-flight", str(in_flight), "--hook", f"{hooks}{name}/")
    return (*ledger, *told, *wait, *public)


def _other_banks(plan: Plan, hooks: str, shelf: Shelf, closing: ExitStack) -> dict[str, Beside]:
    """Those that options of the shop name beside "bank": each a process with books of its own."""
    named = {option.gateway for option in plan.file.shop.payment_options}
    return {
        name: _beside(BANK, _bank_options(plan, name, hooks), f"{name}_port", shelf, closing)
        for name in BANKS if name in named and name != "bank"
    }  # fmt: skip


def _gift_cards(plan: Plan, secret: bytes, shelf: Shelf, closing: ExitStack) -> GiftCardService | None:
    if not plan.file.gift_cards:
        return None
    word = f"shop:{hmac.digest(secret, b'gift cards', 'sha256').hex()}"
    told = plan.db.with_name(f"{plan.db.stem}.gift-cards.auth")
    with os.fdopen(os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(word)
    options = ("--shop", str(plan.path), "--ledger", str(plan.beside("gift-cards")), "--auth", str(told))
    return GiftCardService(_beside(GIFT_CARDS, options, GIFT_CARDS_PORT, shelf, closing).url, word)


def _services(plan: Plan, shelf: Shelf, closing: ExitStack) -> Beside | None:
    if plan.file.truth.is_empty:
        return None
    return _beside(SERVICES, ("--shop", str(plan.path)), SERVICES_PORT, shelf, closing)


def _phones(plan: Plan, shelf: Shelf, closing: ExitStack) -> Beside | None:
    if not plan.sends_texts:
        return None
    return _beside(PHONES, ("--ledger", str(plan.beside("texts"))), PHONES_PORT, shelf, closing)


def _beside(who: str, options: tuple[str, ...], noted: str, shelf: Shelf, closing: ExitStack) -> Beside:
    """At the port it had the last time, if it can be had."""
    process = Beside(who, options, int(shelf.noted(noted) or 0))
    closing.callback(process.stop)
    shelf.note(noted, str(process.port))
    return process


def _origin(address: str) -> str:
    """Raises Misconfigured for what is no address of a page."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise Misconfigured(f"{address!r} is no address of a bank; write https://bank.example")
    return f"{parts.scheme}://{parts.netloc}"


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
