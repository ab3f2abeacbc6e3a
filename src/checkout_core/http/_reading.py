"""The fields of a request, whatever carries them, and what of a request cannot be read at all.

A name that is there twice has a list of texts for a value, which forms of one answer do not take: nobody chooses
between two.  A form without script posts an answer for each of several groups as `name[group]`, and what is read is
one object, `{"name": {group: answer}}`.  What is no UTF-8 keeps its bytes as surrogates, which no form takes either.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import parse_qsl

from ._messages import JSON, Request

LONGEST: Final = 65_536  # bytes of a body, and of a query; the longest form, a 3-D Secure return, has a tenth of that
MOST: Final = 200  # fields
DIGITS: Final = 20  # of a whole number in JSON, with its sign
FORM: Final = "application/x-www-form-urlencoded"
UTF_8: Final = frozenset({"", "utf-8", "utf8", "us-ascii"})
OF_A_GROUP: Final = re.compile(r"([a-z_]+)\[(.*)\]", re.DOTALL)
CSRF: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
CSRF_COOKIE, CSRF_FIELD, CSRF_HEADER = "csrftoken", "csrf_token", "x-csrftoken"


class Unreadable(ValueError):
    """The request as a whole says nothing that can be read; `code` is of `texts`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def media_type(request: Request) -> tuple[str, str]:
    """What the body says it is, and its charset, both in lower case."""
    told, *parameters = request.headers.get("content-type", "").lower().split(";")
    pairs = (parameter.strip().partition("=") for parameter in parameters)
    return told.strip(), next((value.strip('" ') for name, _, value in pairs if name == "charset"), "")


def query_of(request: Request) -> Mapping[str, object]:
    """The fields of the query.  Raises Unreadable."""
    return _collected(pairs_of(request.query))


def body_of(request: Request) -> Mapping[str, object]:
    """The fields of the body, a form's or JSON's; none of an empty one.  Raises Unreadable.

    Storefronts send `{}` as text where there is nothing to send.
    """
    if len(request.body) > LONGEST:
        raise Unreadable("body_too_large")
    kind, charset = media_type(request)
    if not request.body.strip():
        return {}
    if charset not in UTF_8:
        raise Unreadable("body_unreadable")
    if kind == JSON or (kind == "text/plain" and request.body.strip() == b"{}"):
        return _of_json(request.body)
    if kind in {FORM, ""}:
        return _grouped(_collected(pairs_of(request.body.decode("utf-8", "surrogateescape"))))
    raise Unreadable("body_unreadable")


def merged(request: Request) -> Mapping[str, object]:
    """What a provider's page has posted: in the query, in the body, or both.  Raises Unreadable."""
    query, body = query_of(request), body_of(request)
    both = {name: [query[name], body[name]] for name in query.keys() & body.keys()}
    return {**query, **body, **both}


def is_ours(request: Request, body: Mapping[str, object]) -> bool:
    """A page of ours, or of the storefront's, made the buyer's browser send this: cookie equals header or field.

    JSON cannot be sent across sites without being asked for.
    """
    if media_type(request)[0] == JSON:
        return True
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:  # also a subdomain that sets our cookie
        return False
    cookie = request.cookies.get(CSRF_COOKIE, "")
    told = request.headers.get(CSRF_HEADER) or body.get(CSRF_FIELD)
    known = CSRF.fullmatch(cookie) is not None and isinstance(told, str) and told.isascii()
    return known and hmac.compare_digest(cookie, str(told))


def pairs_of(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="surrogateescape", max_num_fields=MOST)
    except ValueError:
        raise Unreadable("body_unreadable") from None


def _collected(pairs: list[tuple[str, str]]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        before = found.get(name)
        found[name] = value if before is None else [*(before if isinstance(before, list) else [before]), value]
    return found


def _grouped(fields: Mapping[str, object]) -> Mapping[str, object]:
    """Answers by group as one object; a name that is also there without a group has a list, as one that is twice."""
    found: dict[str, object] = {}
    groups: dict[str, dict[str, object]] = {}
    for name, value in fields.items():
        match = OF_A_GROUP.fullmatch(name)
        if match is None:
            found[name] = value
        else:
            groups.setdefault(match[1], {})[match[2]] = value
    both = {name: [found[name], answers] for name, answers in groups.items() if name in found}
    return {**found, **groups, **both}


def _of_json(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refused, parse_int=_whole, parse_float=_exact
        )
    except (ValueError, RecursionError):
        raise Unreadable("body_unreadable") from None
    if not isinstance(told, dict):
        raise Unreadable("body_unreadable")
    return told


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A name that is there twice has both values, as in a form."""
    found: dict[str, object] = {}
    for name, value in pairs:
        found[name] = [found[name], value] if name in found else value
    return found


def _refused(text: str) -> object:
    raise Unreadable("body_unreadable")


def _exact(text: str) -> Decimal:
    """A fraction as it was written: no amount of money passes through a float."""
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent that no number has
        raise Unreadable("body_unreadable") from None


def _whole(text: str) -> int:
    if len(text) > DIGITS:
        raise Unreadable("body_unreadable")
    return int(text)
