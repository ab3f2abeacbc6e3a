"""A request and its answer as values: what every web framework has, and nothing of any.

    Request("GET", "/orders/checkout/", "page=BinNumberPage", {"cookie": "..."})

What a request says is parsed when somebody asks, and nothing in it is believed to be well formed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final
from urllib.parse import quote

from attrs import field, frozen

from ..page import Caller
from ..texts import ENGLISH

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
PROBLEM: Final = "application/problem+json"

LANGUAGE: Final = re.compile(r"\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2})\s*(?:;.*)?")
LONGEST_TOLD: Final = 2048  # of browserUserAgent and browserAcceptHeader, EMV 3-D Secure 2.2
CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
COOKIE: Final = re.compile(r"[!-+\--:<-~]{0,4096}")  # what a cookie's value is made of, RFC 6265


def _mounted(root: str) -> str:
    """As it may stand in an address: a prefix that takes any segment takes line ends and backslashes too."""
    inside = root.strip("/")
    return f"/{quote(inside, safe='/%~', errors='replace')}" if inside else ""


@frozen(slots=False)
class Request:
    """What came in."""

    method: str  # GET, POST
    path: str  # behind `root`, decoded, begins with "/"
    query: str = field(default="", repr=False)  # as it was sent
    headers: Mapping[str, str] = field(factory=dict, repr=False)  # names in lower case; repeated ones joined by ", "
    body: bytes = field(default=b"", repr=False)  # may be cut off behind LONGEST bytes
    root: str = field(default="", converter=_mounted)  # where the host has mounted us: "", or "/tr"
    host: str = ""  # and port, as the buyer's browser knows it
    secure: bool = True  # it came over https
    ip: str | None = None
    language: str | None = None  # as the host knows it; else the browser is believed

    @cached_property
    def cookies(self) -> Mapping[str, str]:
        """By name; of one that is there twice the first, which is the one of the longer path."""
        found: dict[str, str] = {}
        for pair in self.headers.get("cookie", "").split(";"):
            name, _, value = pair.strip().partition("=")
            if name and COOKIE.fullmatch(value):
                found.setdefault(name, value)
        return found

    @property
    def scripted(self) -> bool:
        """A storefront's script sent it, and would follow a redirect without telling anybody."""
        return self.headers.get("x-requested-with") == "XMLHttpRequest"

    @property
    def wants_html(self) -> bool:
        """A person's browser sent it."""
        accepted = self.headers.get("accept", "")
        return not self.scripted and "text/html" in accepted and JSON not in accepted

    @property
    def locale(self) -> str:
        """`language`, or the first of `Accept-Language`; English for none: storefronts send the text `undefined`."""
        if self.language is not None:
            return self.language
        first = self.headers.get("accept-language", "").split(",")[0]
        found = LANGUAGE.fullmatch(first)
        return found[1] if found and found[1].lower() != "undefined" else ENGLISH

    @property
    def currency(self) -> str | None:
        """`X-Currency` as an ISO 4217 code; None for what looks like none."""
        told = self.headers.get("x-currency", "")
        return told.upper() if CURRENCY.fullmatch(told) else None

    @property
    def caller(self) -> Caller:
        """Who asks, as far as the request itself tells: a host adds account, basket and session."""
        return Caller(
            ip=self.ip, locale=self.locale, currency=self.currency, origin=self.origin,
            accept=self._told("accept"), user_agent=self._told("user-agent"),
        )  # fmt: skip

    @property
    def origin(self) -> str:
        """Where this browser finds what the host has mounted: scheme, host and mount."""
        return f"{'https' if self.secure else 'http'}://{self.host}{self.root}"

    def _told(self, header: str) -> str | None:
        """As a provider takes it."""
        told = self.headers.get(header, "")[:LONGEST_TOLD]
        return told if told.isprintable() and told else None


@frozen
class Response:
    """What goes out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)
    checkout: str | None = None  # the key that this browser's session is to remember
