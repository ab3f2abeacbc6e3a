"""The phones of the sandbox's buyers, as a process over HTTP on this computer: a service of texts, and their inbox.

    python -m checkout_core.sandbox.smsd --ledger texts.sqlite

    curl http://127.0.0.1:49152/messages?phone=905551112233
    curl -H 'content-type: application/json' -d '{"failure": "down"}' http://127.0.0.1:49152/switch

/ is the inbox for people, the newest text first.  `integrations.HttpSms` is the client: it posts to /messages.
It prints one JSON line when it is ready, {"port": 49152, "pid": 4711}, and ends on SIGTERM.  The texts hold codes, and
so does the ledger, which is not the shop's but its peer's.  Nothing a client sends is ever logged.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from threading import Event
from typing import Final
from urllib.parse import parse_qs, urlsplit

from ..integrations._strict import NotStrict, strict_object
from ..shop import Misconfigured
from ._bank_pages import HEADERS, page
from ._httpd import Handler, Server, serve, until_told
from ._texts import Text, Texts

NAME: Final = "Sandbox phones"
LONGEST: Final = 16_384  # bytes of a request
LONGEST_TEXT: Final = 1_600  # characters: ten texts in one, as far as phones go
MESSAGES, SWITCH, INBOX = "/messages", "/switch", "/"
FAILURES: Final = ("down", "500", "lost")  # lost: the text comes, and nobody hears of it
NAMED: Final = "idempotency-key"
NAMES: Final = re.compile(r"[\x21-\x7e]{1,255}")
PHONE: Final = re.compile(r"\+[0-9]{6,15}")
MOST: Final = 100  # texts that are shown


class _Desk(Handler):
    """One request."""

    server: _Server
    usage = "post JSON to /messages or /switch, or get /messages?phone="

    def get(self) -> None:
        asked = urlsplit(self.path)
        named = "".join(parse_qs(asked.query).get("phone", [])[:1]).strip()  # a + in a query is a space
        phone = named and f"+{named.removeprefix('+')}"
        if asked.path == MESSAGES:
            found = self.server.texts.newest(phone, MOST)
            told = [{"id": each.name, "phone": each.phone, "text": each.says, "at": each.at} for each in found]
            self.answer(200, {"messages": told})
        elif asked.path == SWITCH:
            self.answer(200, {"failure": self.server.failure})
        elif asked.path == INBOX:
            self.write(200, HEADERS.items(), _inbox(self.server.texts.newest(phone, MOST), phone))
        else:
            self.answer(404, {"error": self.usage})

    def post(self) -> None:
        body = self.json_body(LONGEST)
        if body is None:
            return
        try:
            told = strict_object(body)
            if self.path == SWITCH:
                self._switched(told.get("failure"))
            elif self.path == MESSAGES:
                self._taken(_read(self.headers.get(NAMED, ""), told.get("phone"), told.get("text")))
            else:
                self.answer(404, {"error": self.usage})
        except NotStrict as wrong:
            self.answer(400, {"error": str(wrong)})

    def _switched(self, failure: object) -> None:
        if failure is not None and failure not in FAILURES:
            raise NotStrict(f"a failure is one of {', '.join(FAILURES)}, or null")
        self.server.failure = None if failure is None else str(failure)
        self.answer(200, {"failure": failure})

    def _taken(self, text: Text) -> None:
        failure = self.server.failure
        if failure == "down":
            self.close_connection = True
        elif failure == "500":
            self.answer(500, {"error": "a failure that was switched on"})
        elif not self.server.texts.take(text):
            self.answer(409, {"error": f"that {NAMED} is another text's"})
        elif failure == "lost":
            self.close_connection = True
        else:
            self.answer(200, {"id": text.name})


def _read(name: str, phone: object, text: object) -> Text:
    """Raises NotStrict, which quotes nothing."""
    if not NAMES.fullmatch(name):
        raise NotStrict(f"{NAMED}: one word, the same where a text is posted again")
    if not isinstance(phone, str) or not PHONE.fullmatch(phone):
        raise NotStrict("phone: as +905551112233")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_TEXT or not text.replace("\n", "").isprintable():
        raise NotStrict(f"text: 1 to {LONGEST_TEXT} characters that can be shown")
    return Text(name, phone, text, datetime.now(UTC).isoformat(timespec="seconds"))


def _inbox(texts: tuple[Text, ...], phone: str) -> bytes:
    """What came, for people to read."""
    articles = "\n".join(_article(each) for each in texts) or "<p>Nothing has come yet.</p>"
    all_of_them = ' or <a href="/">at all phones</a>' if phone else ""
    look = f'<p><a href="">Look again</a>{all_of_them}</p>'
    return page(f"Texts to {phone}" if phone else "Texts", f"{look}\n{articles}", NAME)


def _article(text: Text) -> str:
    at = datetime.fromisoformat(text.at)
    return (
        f'<article>\n<h2><a href="/?phone={escape(text.phone[1:])}">{escape(text.phone)}</a></h2>\n'
        f'<p>{escape(text.says)}</p>\n<time datetime="{escape(text.at)}">{at:%d %B %Y, %H:%M:%S} UTC</time>\n</article>'
    )


class _Server(Server):
    def __init__(self, texts: Texts, port: int, ended: Event) -> None:
        super().__init__("smsd", _Desk, port, ended)
        self.texts = texts
        self.failure: str | None = None


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 after SIGTERM or SIGINT, 2 where it cannot start."""
    given = _parser().parse_args(arguments)
    ended = until_told()
    try:
        texts = Texts(given.ledger)
        server = _Server(texts, given.port, ended)
    except (Misconfigured, OSError) as wrong:
        sys.stderr.write(f"smsd: {wrong}\n")
        return 2
    serve(server, until_eof=given.until_eof)
    texts.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("smsd", description="The phones of the sandbox's buyers, on this computer.")
    add = parser.add_argument
    add("--ledger", type=Path, required=True, metavar="FILE", help="SQLite; made if it is not there; it holds codes")
    add("--port", type=int, default=0, help="0: any that is free")
    add("--until-eof", action="store_true", help="end with whoever holds the other end of stdin, however they end")
    return parser


if __name__ == "__main__":
    sys.exit(main())
