"""Delivers the bank's messages to one address, again and again until it answers 2xx; the ledger knows what is left."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import urlsplit

from ..effects import Callback
from ..shop import Misconfigured
from ._branch import Branch

PATIENCE: Final = 5.0  # seconds for an answer
LONGEST_WAIT: Final = timedelta(minutes=1)


class Postman:
    """A message is told at least once; who gets it knows repeats by its id."""

    def __init__(self, bank: Branch, hook: str, wait: timedelta = timedelta(seconds=1)) -> None:
        """`wait`: after the first failure; doubled after each, up to LONGEST_WAIT.

        Raises Misconfigured for what is no address.
        """
        try:
            parts = urlsplit(hook)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError:
            raise Misconfigured(f"{hook!r} is no address") from None
        if not self._host or parts.scheme != "http" or parts.username is not None:
            raise Misconfigured(f"{hook!r} is no address to post to; give one like http://127.0.0.1:8000/hooks/bank/")
        self._bank, self._wait = bank, wait
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def goes(self, ended: Callable[[], bool] = lambda: False) -> int:
        """One round, cut short once it has `ended`; how many messages were delivered."""
        delivered = 0
        for notice in self._bank.outgoing():
            if ended():
                break
            taken = self._posted(self._bank.signed(notice))
            again = min(self._wait * 2 ** min(notice.tries, 20), LONGEST_WAIT)
            self._bank.told(notice, delivered=taken, again=again)
            delivered += taken
        return delivered

    def _posted(self, message: Callback) -> bool:
        connection = HTTPConnection(self._host, self._port, timeout=PATIENCE)
        try:
            connection.request("POST", self._path, message.body, dict(message.headers))
            return connection.getresponse().status // 100 == 2  # noqa: PLR2004  # 2xx
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
