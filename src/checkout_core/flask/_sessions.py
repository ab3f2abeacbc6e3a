r"""Sessions that are kept on the server, under the cookie that storefronts know: `osessionid`.

    app.session_interface = ServerSessions(cachelib.FileSystemCache("sessions"))

A storefront reads the cookie's value as `\w+` and sends it alone when a bank posts the buyer back, so Flask's own
signed cookie will not do.  What is kept is JSON, in any of cachelib's caches.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from cachelib import BaseCache
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

SID: Final = re.compile(r"[A-Za-z0-9]{32}")
TWO_WEEKS: Final = timedelta(days=14)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What is known of a browser.  Values are what JSON has."""

    def __init__(self, sid: str, kept: Mapping[str, Any], *, new: bool) -> None:
        def changed(session: CallbackDict[str, Any]) -> None:
            self.modified = True

        super().__init__(kept, changed)
        self.sid = sid
        self.new = new
        self.modified = False
        self.before: str | None = None  # the id it had: gone when this one is kept

    def rotate(self) -> None:
        """From now on under another id: whoever knew the one before the login knows nothing."""
        self.before = self.before or self.sid
        self.sid, self.modified = _sid(), True


class ServerSessions(SessionInterface):
    """Gives every browser a session of its own.  A cookie that names none is answered with a new one."""

    def __init__(self, cache: BaseCache, *, cookie: str = "osessionid", lifetime: timedelta = TWO_WEEKS) -> None:
        self._cache, self._cookie, self._lifetime = cache, cookie, lifetime

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """The session of that cookie; an empty one for a cookie that was not made here, or has expired."""
        sid = request.cookies.get(self._cookie, "")
        kept = self._cache.get(sid) if SID.fullmatch(sid) else None
        if isinstance(kept, str):
            return ServerSession(sid, json.loads(kept), new=False)
        return ServerSession(_sid(), {}, new=True)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Kept, and told to the browser, where anything changed."""
        if not isinstance(session, ServerSession) or not session.modified:
            return
        seconds = int(self._lifetime.total_seconds())
        self._cache.set(session.sid, json.dumps(dict(session)), timeout=seconds)
        if session.before is not None:
            self._cache.delete(session.before)
        secure = self.get_cookie_secure(app)
        response.set_cookie(  # a bank's page posts across sites: such a cookie must be None, and then Secure
            self._cookie, session.sid, max_age=seconds, path="/", httponly=True, secure=secure,
            samesite="None" if secure else "Lax",
        )  # fmt: skip
        response.headers.add("Vary", "Cookie")


def _sid() -> str:
    return secrets.token_hex(16)
