"""A browser at one of the bank's pages: what it has sent, read strictly, and what it is answered.

Whatever a browser sends, a page comes of it that says what to do next.  The shop's address is the shop's to say, as at
real banks: it is read strictly, and nothing goes there but what the shop sees anyway.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from attrs import frozen

from ._bank_pages import refused

FORM: Final = "application/x-www-form-urlencoded"
MOST_FIELDS: Final = 100
KNOWN_BY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")  # a ticket
ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000}", re.IGNORECASE)

AGAIN: Final = "Go back to the shop and start the payment again."


@frozen
class Visit:
    """One request: `path` is one of the bank's, `kind` the content type of what was posted."""

    method: str
    path: str
    query: str
    kind: str
    body: bytes

    def fields(self, names: Collection[str]) -> Mapping[str, str]:
        """Those of the form, or of the query where nothing is posted; others are nobody's business here.

        Raises Wrong for what is no form, and for one of ours that is there twice.
        """
        if self.method == "POST" and self.kind.partition(";")[0].strip().lower() != FORM:
            raise Wrong(415, "The shop has not sent you here in the way it should: a form is wanted.")
        text = self.body.decode("utf-8", "replace") if self.method == "POST" else self.query
        try:
            sent = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError:
            raise Wrong(400, "The shop has sent too many fields.") from None
        ours = [(name, value) for name, value in sent if name in names]
        if len(dict(ours)) != len(ours):
            raise Wrong(400, "The shop has sent a field twice, so that it is not clear which one it means.")
        return dict(ours)


@frozen
class Answer:
    """A page; `allow` are the methods that would have been right, `location` where the browser is sent."""

    status: int
    page: bytes
    allow: str | None = None
    location: str | None = None


class Wrong(Exception):
    """A sentence for the buyer, and one that says what to do."""

    def __init__(self, status: int, why: str, then: str = AGAIN) -> None:
        super().__init__(why)
        self.status, self.why, self.then = status, why, then

    @property
    def answer(self) -> Answer:
        return refusal(self.status, self.why, self.then)


def refusal(status: int, why: str, then: str = AGAIN, allow: str | None = None) -> Answer:
    """A page for who has asked for something else."""
    return Answer(status, refused(why, then), allow)


def is_address(text: str) -> bool:
    """An absolute http or https address without a user's name, in the characters of RFC 3986."""
    if not ADDRESS.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
