"""Bugs to plant around what comes in over HTTP: who is believed, who is shown what."""

from __future__ import annotations

from .mutant import Mutant

CHECKOUT = "tests/http/test_checkout.py"
LINKS = "tests/http/test_links.py"
RETURNS = "tests/http/test_returns.py"
ENTERING = "tests/service/test_entering.py"
WAITING = "tests/service/test_waiting.py"

IN_HTTP = (
    Mutant(
        "a form that another site has sent is taken",
        "-",
        "http/_checkout.py",
        "    if not returns and not is_ours(request, fields):",
        "    if False and not is_ours(request, fields):",
        CHECKOUT,
    ),
    Mutant(
        "a token that is empty equals a cookie that is not there",
        "-",
        "http/_reading.py",
        "    known = CSRF.fullmatch(cookie) is not None and isinstance(told, str) and told.isascii()",
        "    known = isinstance(told, str) and told.isascii()",
        "tests/http/test_reading.py",
    ),
    Mutant(
        "the signature on an order's address is not looked at",
        "-",
        "links.py",
        "        if not any(right) or not",
        "        if not",
        LINKS,
    ),
    Mutant(
        "an order's address never ends",
        "-",
        "links.py",
        "not -SKEW <= age < self.ttl.total_seconds()",
        "not -SKEW <= age",
        LINKS,
    ),
    Mutant(
        "whoever knows an order number gets the address of the order",
        "-",
        "http/_checkout.py",
        "    if order is None or not _known_by(order, number, fields):",
        "    if order is None:",
        RETURNS,
    ),
    Mutant(
        "a return in another browser takes over the checkout",
        "-",
        "http/_checkout.py",
        "        if there is not None:\n            return",
        "        if there is None:\n            return",
        RETURNS,
    ),
    Mutant(
        "an order that is placed is shown to whoever logs in",
        "-",
        "service/_requests.py",
        "            if self._anothers(order, caller):",
        "            if self._anothers(order, caller) and not order.attempts:",
        ENTERING,
    ),
    Mutant(
        "requests of one session that come at once begin a checkout each",
        "I2",
        "service/_requests.py",
        '        if keyring is not None and caller.session:\n            mac = keyring.mac("checkout"',
        '        if keyring is not None and not caller.session:\n            mac = keyring.mac("checkout"',
        ENTERING,
    ),
    Mutant(
        "the form of a page that pays does not say what it was drawn for",
        "I2",
        "http/_front.py",
        '        return self.requests.token(step) if pays and self.checkout.ports.keyring is not None else ""',
        '        return self.requests.token(step) if not pays and self.checkout.ports.keyring is not None else ""',
        CHECKOUT,
    ),
    Mutant(
        "a second click finds no way to the bank",
        "-",
        "service/_requests.py",
        "                step = await self.viewing(key, self._handed_out(order, caller), caller)",
        "                step = await self.viewing(key, None, caller)",
        WAITING,
    ),
    Mutant(
        "any post while the bank waits sends the buyer there again",
        "-",
        "engine.py",
        "going_out=row.pays)",
        "going_out=True)",
        CHECKOUT,
    ),
    Mutant(
        "what the buyer agreed to is read from the shop as it is when the money comes",
        "-",
        "paying/_steps.py",
        "        agreed=agreed(visit.shop, order), save=save,\n    )",
        "        save=save,\n    )",
        "tests/paying/test_contracts.py",
    ),
)
