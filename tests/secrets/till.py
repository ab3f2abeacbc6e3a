"""A shop whose gateway does what a test says, and a spy on all that passes: effects, records, logs, errors."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
import traceback
from contextlib import suppress
from datetime import timedelta

import attrs
from cryptography.fernet import Fernet

from checkout_core import Checkout, Settings
from checkout_core.effects import (
    Capabilities,
    Captured,
    HandedOut,
    NotFound,
    Rejected,
    Reversed,
    Unknown,
    Verified,
    Verify,
)  # fmt: skip
from checkout_core.keyring import Keyring
from checkout_core.sandbox import Sandbox
from checkout_core.service import AsyncCheckoutService, CheckoutService
from checkout_core.service._session import Session
from checkout_core.stores import SqliteHolds, SqliteStore
from checkout_core.stores.vault import CardVault

from .kit import OLD

KEY = Fernet.generate_key()
CONFIRMATION, THREE_D = "CreditCardConfirmationPage", "CreditCardThreeDSecurePage"
ABLE = Capabilities(timedelta(minutes=1), card_twice=True, refund=True)


class Teller:
    """A gateway that approves.  `says` has, by method, what it answers once instead: a value, or a callable."""

    def __init__(self, able=ABLE):
        self.capabilities = able
        self.says, self.cards, self.rows = {}, [], {}

    def _answers(self, method, order, card, usual):
        self.cards.append((method, card))
        says = self.says.pop(method, None)
        return usual() if says is None else says(order, card) if callable(says) else says

    def _takes(self, order):
        row = Captured(f"r-{len(self.rows) + 1}", order.amount, order.installments)
        self.rows.setdefault(order.number, []).append(row)
        return row

    def sale(self, order, card, /):
        return self._answers("sale", order, card, lambda: self._takes(order))

    def start_three_d(self, order, card, /):
        handed = HandedOut({"md": f"md-{order.key}", "url": "https://bank.example/"})
        return self._answers("start_three_d", order, card, lambda: handed)

    def finish_three_d(self, order, returned, card, /):
        return self._answers("finish_three_d", order, card, lambda: self._takes(order))

    def start_session(self, order, /):
        return Unknown("no_session")

    cancel_session = start_session

    def inquire(self, number, /):
        return tuple(self.rows.get(number, ())) or NotFound()

    def void(self, reference, key, /):
        return Reversed(reference)

    def refund(self, reference, amount, key, /):
        return Reversed(reference)

    def verify(self, callback, /):
        number = callback.headers.get("number")
        return Verified(number, "m-1") if number else Rejected(callback.body.decode())


class World:
    """Orders, mail, hooks, alerts: what they were told.  `broken` is raised by all of them."""

    def __init__(self):
        self.told, self.broken = [], None

    def _hears(self, *what):
        self.told.append(what)
        if self.broken is not None:
            raise self.broken

    order_placed = send_mail = post_hook = on_attention = lambda self, *what: self._hears(*what)


class Ear(logging.Handler):
    """Hears all there is, and draws exceptions with every local variable, as crash reporters do."""

    def __init__(self):
        super().__init__(logging.NOTSET)
        self.heard = []

    def emit(self, record):
        self.heard += [logging.Formatter().format(record), repr(record.__dict__)]
        if record.exc_info:
            self.heard.append(drawn(record.exc_info[1]))


def drawn(failed):
    """With locals."""
    return "".join(traceback.TracebackException.from_exception(failed, capture_locals=True).format())


class Till:
    """One buyer at one shop, with everything that passes written down."""

    def __init__(self, folder, number, kind, able=ABLE):
        self.folder, self.kind = folder, kind
        self.sandbox = Sandbox(seed=1, settings=Settings(three_d_secure_enabled=True))
        card = attrs.evolve(self.sandbox.shop.card("other"), three_d=False)
        self.sandbox.find_card = lambda _: card
        clock = self.sandbox.now
        path = folder / "checkouts.sqlite"
        self.store, self.holds = SqliteStore(path), SqliteHolds(path, clock)
        self.teller, self.world = Teller(able), World()
        self.vault = CardVault(self.store, (KEY,), clock)
        self.seen, self.failed = [], []  # values that passed, and exceptions that came out
        self.ports = attrs.evolve(
            self.sandbox.ports, gateways={"bank": self.teller}, orders=self.world, mail=self.world, hooks=self.world,
            alerts=self.world, vault=self.vault, holds=self.holds, limits=self.holds, keyring=Keyring((OLD,)),
        )  # fmt: skip
        self.restart()
        self.key = self._at_the_card(number)

    def restart(self):
        """Another process, which is spied on as well."""
        self.checkout = Checkout(self.ports)
        self.service = self.kind(self.checkout, self.store)
        seen, requests, perform = self.seen, self.service.requests, self.service.perform

        class Spied(Session):
            async def answer(self, effect):
                seen.append(effect)
                answer = await super().answer(effect)
                seen.extend((answer, self.record))
                return answer

        requests.session = lambda key, passed_over=0: Spied(self.checkout, key, requests.monotonic, passed_over)
        if self.kind is CheckoutService:

            def performed(effect):
                answer = perform(effect)
                seen.extend((effect, answer))
                return answer
        else:

            async def performed(effect):
                answer = await perform(effect)
                seen.extend((effect, answer))
                return answer

        self.service.perform = performed

    def close(self):
        self.store.close()
        self.holds.close()

    def _at_the_card(self, number):
        order = self.checkout.start(self.sandbox.basket("mug")).pre_order
        order = self.checkout.submit(order, "IndexPage", {"user_email": "ada@example.org"}).pre_order
        key = self.run(lambda: self.service.save(order))
        for page, body in self.sandbox.answers("card", number):
            if page == CONFIRMATION:
                return key
            self.run(lambda page=page, body=body: self.service.post(key, page, body))
        raise AssertionError("no card page")

    def run(self, ask):
        """The answer of the service, or the exception; both are remembered."""
        try:
            if self.kind is AsyncCheckoutService:

                async def whole():
                    return await ask()

                answer = asyncio.run(whole())
            else:
                answer = ask()
        except Exception as failed:  # noqa: BLE001  # what came out is what is looked at
            self.failed.append(failed)
            return None
        self.seen.append(answer)
        return answer

    def posts(self, page, body, token=None):
        return self.run(lambda: self.service.post(self.key, page, body, token=token))

    def recovers(self):
        for _ in range(4):
            self.sandbox.passes(minutes=10)
            self.run(self.service.recover_once)
            self.run(self.service.relay_once)

    def order(self):
        stored = self.store.get(self.key)
        return self.checkout.codec.loads(stored.head, stored.basket).pre_order

    @property
    def states(self):
        return [a.state for a in self.order().attempts]

    def written(self):
        """Every byte on the disk, the write-ahead log's too."""
        files = sorted(self.folder.iterdir())
        assert any(file.name.endswith("-wal") for file in files)
        return b"\n".join(file.read_bytes() for file in files)

    def shown(self):
        """Whatever passed, as it may be shown."""
        for value in (*self.seen, *self.world.told, self.service, self.service.__dict__, self.checkout.__dict__):
            yield repr(value)
            yield str(value)
            for part in ("errors", "context_list", "events"):
                yield repr(getattr(value, part, None))

    def pickled(self):
        """Whatever passed and lets itself be stored."""
        for value in (*self.seen, *self.world.told):
            if isinstance(value, Verify):  # the provider's words, as they came; nobody stores them
                continue
            out = io.BytesIO()
            with suppress(TypeError, AttributeError, pickle.PicklingError):  # as far as it came
                pickle.dump(value, out)
            yield out.getvalue()
