"""One POST to one address: no redirect is followed, and whoever takes too long is left."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from socket import socket
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

from attrs import frozen

from ..service import LEASE
from ..shop import Misconfigured
from ._loopback import is_loopback

AGENT: Final = "checkout-core"


@frozen
class Answer:
    """What came back; `body` is None where it is longer than was asked for, or ended too early."""

    status: int
    content_type: str
    body: bytes | None


def endpoint(url: str, who: str) -> SplitResult:
    """The address, taken apart.  Raises Misconfigured, beginning with `who`; it quotes no password."""
    try:
        at = urlsplit(url)
        host, _ = at.hostname, at.port
    except ValueError as why:
        raise Misconfigured(f"{who}({url!r}): {why}") from why
    if not host or at.scheme not in {"https", "http"} or not url.isascii() or " " in url:
        raise Misconfigured(f"{who}({url!r}): give https://host/path")
    if at.username is not None or at.fragment:
        raise Misconfigured(f"{who}: an URL with a user, a password or a fragment is not posted to; leave them out")
    if at.scheme == "http" and not is_loopback(host):
        raise Misconfigured(f"{who}({url!r}): give https; http is for the own machine")
    return at


def timely(timeout: float, who: str) -> None:
    """Raises Misconfigured for a timeout that outlasts the lease of what is told, beginning with `who`."""
    longest = LEASE.total_seconds() / 4
    if not 0 < timeout <= longest:
        raise Misconfigured(f"{who}(timeout={timeout}): give more than 0 and at most {longest:g} seconds")


def posted(
    at: SplitResult, body: bytes, headers: Mapping[str, str], tls: ssl.SSLContext, timeout: float, *, most: int = 0
) -> Answer:
    """The answer, and of its body at most so many bytes; none of it without `most`.

    `timeout`: seconds, of connecting to one address, of shaking hands, of posting and of the whole answer, each.
    Raises what the network raises: OSError, http.client.HTTPException.
    """
    host, port = at.hostname or "", at.port
    way = (
        HTTPSConnection(host, port, timeout=timeout, context=tls)
        if at.scheme == "https"
        else HTTPConnection(host, port, timeout=timeout)
    )
    way.response_class = _Timely
    path = (at.path or "/") + (f"?{at.query}" if at.query else "")
    try:
        way.request("POST", path, body, {"user-agent": AGENT, **headers})
        with way.getresponse() as answer:
            read = answer.read(most + 1) if most else b""
            whole = len(read) <= most and not answer.length
            return Answer(answer.status, answer.headers.get("content-type", ""), read if whole else None)
    finally:
        way.close()


class _Timely(HTTPResponse):
    """An answer that is there in time, or none: the socket's own timeout begins anew with every byte that comes."""

    def __init__(self, sock: socket, debuglevel: int = 0, method: str | None = None, url: str | None = None) -> None:
        super().__init__(sock, debuglevel, method, url)
        self.fp.close()
        self.fp = BufferedReader(_Hurried(sock))


class _Hurried(RawIOBase):
    """What comes out of a socket until its timeout is over, counted from now."""

    def __init__(self, sock: socket) -> None:
        self._sock, self._until = sock, monotonic() + (sock.gettimeout() or 0)
        self._raw = sock.makefile("rb", buffering=0)  # the connection lets go of the socket before the body is read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int | None:  # type: ignore[override]  # Buffer has no name before 3.12
        """Raises TimeoutError."""
        left = self._until - monotonic()
        if left <= 0:
            raise TimeoutError("whoever is asked takes too long to answer")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
