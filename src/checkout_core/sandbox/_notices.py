"""The bank's messages: written, signed, and told from everything that is none.

    notices = Notices("full", ("the secret we share",), clock)
    notices.verify(notices.signed(notice))      # Verified("N1", "M000001", Captured(...))

Signed are the raw bytes ("full"), or number, id and time of the message ("partial"), or nothing ("none").  Which fields
a message has is written here; what it says of itself is not asked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from attrs import frozen

from ..effects import Authorised, Callback, Cancelled, Captured, Declined, Rejected, Row, UnderReview, Verified
from ..integrations._strict import NotStrict, strict_object
from ..money import Money, minor_digits
from ..shop import Misconfigured
from ._details import rewards, rewards_told
from ._papers import Notice

SIGNATURE: Final = "x-bank-signature"
KNOWN_TO_ALL: Final = "what the sandbox's bank signs with, since it moves no real money"
TOLERANCE: Final = timedelta(seconds=300)
LONGEST: Final = 4096  # bytes of a body; ours have 200

SIGNED: Final = ("id", "number", "at")  # what a partial signature covers, in this order
OF_ROW: Final = ("reference",)
OF_MONEY: Final = ("reference", "minor", "currency", "installments")
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {  # of a message about that state; beside SIGNED and "state"
    "captured": OF_MONEY, "authorised": OF_ROW, "review": OF_ROW, "declined": ("code",), "cancelled": (),
    "reversed": OF_MONEY,
}  # fmt: skip
BESIDE: Final = ("rewards", "card_token")  # of money, where there are any
TEXTS: Final[Mapping[str, re.Pattern[str]]] = {
    "id": re.compile(r"M[0-9]{6,12}"), "number": re.compile(r"[A-Za-z0-9-]{1,36}"),
    "reference": re.compile(r"B[0-9]{6,12}"), "currency": re.compile(r"[A-Z]{3}"),
    "code": re.compile(r"[a-z0-9_]{1,40}"), "card_token": re.compile(r"[!-~]{1,64}"),
}  # fmt: skip
NUMBERS: Final[Mapping[str, tuple[int, int]]] = {
    "at": (1_000_000_000, 99_999_999_999), "minor": (1, 10**15), "installments": (1, 99)
}  # fmt: skip
HEXADECIMAL: Final = re.compile(r"[0-9a-f]{64}")


@frozen
class Notices:
    """Signs with the first of its secrets and takes a message that any of them has signed."""

    coverage: Literal["full", "partial", "none"]
    secrets: tuple[bytes, ...]
    clock: Callable[[], datetime]

    def signed(self, notice: Notice) -> Callback:
        """The message as it is posted now."""
        at = int(self.clock().timestamp())
        told: dict[str, object] = {
            "id": notice.id, "number": notice.number, "at": at, "state": notice.state,
            "reference": notice.reference, "minor": notice.amount.minor, "currency": notice.amount.currency,
            "installments": notice.installments, "code": notice.code,
        }  # fmt: skip
        wanted = [*SIGNED, "state", *FIELDS[notice.state]]
        if notice.state == "captured":  # where there are any
            told |= {"rewards": rewards_told(notice.rewards), "card_token": notice.card_token}
            wanted += [name for name in BESIDE if told[name]]
        body = json.dumps({name: told[name] for name in wanted}, separators=(",", ":")).encode()
        headers = {"content-type": "application/json"}
        if self.coverage != "none":
            headers[SIGNATURE] = _mac(self.secrets[0], self._covered(body, told)).decode()
        return Callback(body, headers)

    def verify(self, callback: Callback) -> Verified | Rejected:
        """Whose message it is; never an exception."""
        try:
            return self._verified(callback)
        except NotStrict as wrong:
            return Rejected(str(wrong))

    def _verified(self, callback: Callback) -> Verified:
        if callback.query:
            raise NotStrict("unknown parameters")
        if len(callback.body) > LONGEST:
            raise NotStrict("too long")
        signature = callback.headers.get(SIGNATURE, "")
        if self.coverage != "none" and not HEXADECIMAL.fullmatch(signature):
            raise NotStrict("no signature")
        if self.coverage == "full" and not self._authentic(signature, callback.body):
            raise NotStrict("wrong signature")
        told = read(callback.body)
        if self.coverage == "none":
            return Verified(str(told["number"]), str(told["id"]))
        if not self._authentic(signature, self._covered(callback.body, told)):
            raise NotStrict("wrong signature")
        if abs(self.clock().timestamp() - int(str(told["at"]))) > TOLERANCE.total_seconds():
            raise NotStrict("too old, or from the future")
        return Verified(str(told["number"]), str(told["id"]), _outcome(told))

    def _covered(self, body: bytes, told: Mapping[str, object]) -> bytes:
        """The bytes a signature is over.  No field of SIGNED has a line break: nothing moves from one to the next."""
        return body if self.coverage == "full" else "\n".join(str(told[name]) for name in SIGNED).encode()

    def _authentic(self, signature: str, covered: bytes) -> bool:
        given = signature.encode()
        return any([hmac.compare_digest(_mac(secret, covered), given) for secret in self.secrets])  # noqa: C419  # tries all


def usable(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """The secrets as bytes.  Raises Misconfigured where there is none, or one that anybody would guess."""
    if isinstance(secrets, str) or not secrets:
        raise Misconfigured("a bank needs a list of secrets to sign with, the current one first; give at least one")
    for secret in cast("Sequence[object]", secrets):  # what stands in a host's settings may be None
        if not isinstance(secret, str) or not secret.strip():
            raise Misconfigured("a secret to sign with is missing or blank; take it out of the list, or set it")
    return tuple(secret.encode() for secret in secrets)


def read(body: bytes) -> Mapping[str, object]:
    """The fields of a message, each in its format.  Raises ValueError (NotStrict) for everything else."""
    told = strict_object(body)
    if not isinstance(told.get("state"), str):
        raise NotStrict("no message")
    wanted = {*SIGNED, "state", *FIELDS.get(str(told["state"]), ("an unknown state",))}
    beside = told.keys() & set(BESIDE) if told["state"] == "captured" else set()
    if told.keys() - beside != wanted:
        raise NotStrict("not the fields of such a message")
    for name in wanted - {"state"}:
        if not _in_format(name, told[name]):
            raise NotStrict(f"{name} is not in its format")
    if "card_token" in beside and not _in_format("card_token", told["card_token"]):
        raise NotStrict("card_token is not in its format")
    used = rewards(told.get("rewards", []), str(told.get("currency")))
    if sum(each.amount.minor for each in used) > int(str(told.get("minor", 0))):
        raise NotStrict("more rewards than money")
    return told


def _in_format(name: str, value: object) -> bool:
    if name in NUMBERS:
        least, most = NUMBERS[name]
        return type(value) is int and least <= value <= most
    if not isinstance(value, str) or not TEXTS[name].fullmatch(value):
        return False
    if name == "currency":
        try:
            minor_digits(value)
        except ValueError:
            return False
    return True


def _outcome(told: Mapping[str, object]) -> Row | Declined | Cancelled | None:
    reference = str(told.get("reference"))
    match told["state"]:
        case "captured":
            amount = Money.of(int(str(told["minor"])), str(told["currency"]))
            token = None if "card_token" not in told else str(told["card_token"])
            used = rewards(told.get("rewards", []), amount.currency)
            return Captured(reference, amount, int(str(told["installments"])), used, token)
        case "authorised":
            return Authorised(reference)
        case "review":
            return UnderReview(reference)
        case "declined":
            return Declined(str(told["code"]))
        case "cancelled":
            return Cancelled()
        case _:
            return None  # given back: a reason to ask


def _mac(secret: bytes, covered: bytes) -> bytes:
    return hmac.new(secret, covered, hashlib.sha256).hexdigest().encode()
