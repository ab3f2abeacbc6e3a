"""Where the host's own pages are, and what it is called: all that http must know of a host beside its ports."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from attrs import field, frozen

from ..shop import Misconfigured

ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?")
PATH: Final = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*(?:[A-Za-z0-9._~-]+)?")


def _all(origins: Iterable[str]) -> frozenset[str]:
    return frozenset(origins)


@frozen(kw_only=True)
class Site:
    """Paths are the host's, below its mount, and begin with `/`; origins are scheme and host, without a path.

    Raises Misconfigured for what is neither.
    """

    name: str = "Checkout"
    """What the plain pages call the shop."""
    basket: str = "/baskets/basket/"
    """Where a buyer with nothing to buy is sent."""
    login: str = "/users/login/"
    new_address: str | None = None
    """The host's form for a new address; the plain pages link to it."""
    public: str | None = None
    """Origin that providers send the buyer's browser back to: the storefront's.  None: the one of the request."""
    origins: frozenset[str] = field(default=frozenset(), converter=_all)
    """Origins of providers that a buyer may be sent to.  None named: any that a gateway hands out, over https."""

    def __attrs_post_init__(self) -> None:
        paths = (self.basket, self.login, *([self.new_address] if self.new_address is not None else []))
        for path in paths:
            if not PATH.fullmatch(path):
                raise Misconfigured(f"Site: {path!r} is no path of the host's; it begins with / and has no host")
        for origin in (*([self.public] if self.public is not None else []), *self.origins):
            if not ORIGIN.fullmatch(origin):
                raise Misconfigured(f"Site: {origin!r} is no origin; write https://shop.example, without a path")

    def lets(self, url: str) -> bool:
        """Whether a buyer may be sent to that address, which a gateway has handed out."""
        found = re.match(rf"({ORIGIN.pattern})[/?]", url)
        if found is None or not url.isascii() or not url.isprintable() or "\\" in url:
            return False
        return found[1] in self.origins if self.origins else found[1].startswith("https://")
