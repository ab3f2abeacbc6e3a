"""Codes for a phone that are stored nowhere: each follows from a key of the server's and a nonce in the record.

    challenges = Challenges(keyring=keyring, clock=clock, nonce=lambda: secrets.token_urlsafe(16), limits=holds)
    ports = Ports(..., challenges=challenges, limits=holds, sms=sms)

A page counts a guess, asks, and keeps the count whatever the answer.  The answer leaves after the save that has the
count in it, and of several guesses at once one save wins: nobody learns of more guesses than there are.  With limits no
more are compared, either: each is spent there first, and stays spent where the page's count is forgotten, as with
another way to pay.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from typing import Final

from attrs import field, frozen

from .effects import LimitsPort, Refused, Secret
from .keyring import Keyring
from .order import Challenge
from .page import Invalid
from .shop import Misconfigured

DIGITS: Final = 6
PURPOSE: Final = "challenge"  # among all that the keyring's keys are for
SHORTEST_NONCE: Final = 22  # characters: 128 bits of base64
TOO_MANY: Final = "too_many_attempts"
DAY: Final = timedelta(days=1)
GUESS: Final = re.compile(r"[0-9]{6}")  # as text: no other digits, and no zero is lost


@frozen(kw_only=True, eq=False)
class Challenges:
    """A ChallengesPort without any state of its own: all workers that share keyring and limits are one.

    Keys may be changed while codes are on their way: the first one makes, all of them check.  The bounds are those of
    NIST SP 800-63B, or tighter.  Raises Misconfigured for bounds that let nobody through, and for async limits.
    """

    keyring: Keyring
    clock: Callable[[], datetime]  # aware
    nonce: Callable[[], str]  # unguessable, never the same twice
    limits: LimitsPort | None = field(default=None, repr=False)  # without it only the page counts, and guesses alone
    lifetime: timedelta = timedelta(seconds=180)
    guesses: int = 5  # at one code
    guesses_in_all: int = 15  # in one checkout, however many codes are sent
    codes: int = 3  # to one phone within `window`, of all checkouts
    codes_a_day: int = 10  # to one phone, and of one checkout to whatever phones
    window: timedelta = timedelta(minutes=15)

    def __attrs_post_init__(self) -> None:
        least = min(self.guesses, self.guesses_in_all, self.codes, self.codes_a_day)
        if least < 1 or min(self.lifetime, self.window) <= timedelta(0):
            raise Misconfigured("a challenge needs a guess, a code and a time above 0: see the bounds of Challenges")
        if self.limits is not None and iscoroutinefunction(self.limits.spend):
            raise Misconfigured("these Challenges are sync; give them limits that are, or write a ChallengesPort")

    def new_challenge(
        self, checkout: str, phone: str, purpose: str, before: Challenge | None, lifetime: timedelta | None = None, /
    ) -> Challenge:
        """As NewChallenge.  The total of `before` goes on, also where that was for another phone.

        Raises Invalid where no guess is left, or phone or checkout had too many codes: counted before one is sent, and
        whether or not it arrives.  Raises Misconfigured for a nonce that somebody might guess.
        """
        total = self.guesses_in_all if before is None else min(before.total_left, self.guesses_in_all)
        if total < 1:
            raise Invalid(non_field_errors=TOO_MANY)
        self._spend(
            (f"code|{phone}", self.codes, self.window), (f"codes|{phone}", self.codes_a_day, DAY),
            (f"codes|{checkout}", self.codes_a_day, DAY),
        )  # fmt: skip
        nonce, now = self.nonce(), self.clock()
        if len(nonce) < SHORTEST_NONCE:
            raise Misconfigured(f"a nonce has at least {SHORTEST_NONCE} characters: secrets.token_urlsafe(16)")
        until = now + (self.lifetime if lifetime is None else lifetime)
        return Challenge(checkout, phone, purpose, nonce, now, until, min(self.guesses, total), total)

    def check_code(self, challenge: Challenge, guess: Secret, /) -> bool:
        """As CheckCode; False for any code of one that is over, was passed, or has a guess too many counted.

        Raises Invalid where the limits count more guesses than there are: none is compared then.
        """
        if not self._counts(challenge) or min(challenge.guesses_left, challenge.total_left) < 0:
            return False
        said = guess.reveal()
        if not GUESS.fullmatch(said):
            return False
        self._spend(
            (f"guess|{challenge.nonce}", self.guesses, DAY),
            (f"guesses|{challenge.checkout}|{challenge.purpose}", self.guesses_in_all, DAY),
        )  # fmt: skip
        about = self._about(challenge)
        right = (hmac.compare_digest(_code(mac), said) for mac in self.keyring.macs(PURPOSE, *about))
        return any([*right])  # all are compared, whichever it was

    def code_of(self, challenge: Challenge, /) -> Secret:
        """As CodeOf.  Raises Refused for a code that does not count any more: no text is sent for it."""
        if not self._counts(challenge):
            raise Refused("code_expired")
        return Secret(_code(self.keyring.mac(PURPOSE, *self._about(challenge))))

    def _spend(self, *bounds: tuple[str, int, timedelta]) -> None:
        """Counted, each.  Raises Invalid for the first that is used up."""
        if self.limits is not None and not all(self.limits.spend(*each) for each in bounds):
            raise Invalid(non_field_errors=TOO_MANY)

    def _counts(self, challenge: Challenge) -> bool:
        return not challenge.passed and self.clock() < challenge.expires_at

    @staticmethod
    def _about(challenge: Challenge) -> tuple[str, ...]:
        return challenge.checkout, challenge.purpose, challenge.phone, challenge.nonce


def _code(mac: bytes) -> str:
    """256 bits make a number of six digits, none likelier than another by more than 2**-236."""
    return str(int.from_bytes(mac, "big") % 10**DIGITS).zfill(DIGITS)
