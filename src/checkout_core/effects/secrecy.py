"""What only this shop knows: codes sent to a phone, a card between two calls, the signature on a link."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from attrs import field, frozen

from ..order import Challenge
from ._kinds import Hold, Query, Secret
from .payments import CardSecrets


@frozen
class NewChallenge(Query[Challenge]):
    """A code that nobody has seen yet, for that phone and purpose, of that checkout.

    `before` is the one it replaces: its total of guesses goes on.
    """

    checkout: str
    phone: str  # E.164
    purpose: str
    before: Challenge | None = None
    lifetime: timedelta | None = None  # how long it counts; None: as long as codes do


@frozen
class CheckCode(Query[bool]):
    """Is that the code of the challenge?  Of one in which this guess is counted: `CheckCode(guessed(challenge), code)`.

    The page keeps that challenge whatever the answer, which leaves after the save.
    """

    challenge: Challenge
    guess: Secret = field(hash=False)  # or six digits could be read off a hash


@frozen
class CodeOf(Query[Secret]):
    """The code of the challenge, on its way out to the phone."""

    challenge: Challenge


class ChallengesPort(Protocol):
    def new_challenge(
        self, checkout: str, phone: str, purpose: str, before: Challenge | None, lifetime: timedelta | None, /
    ) -> Challenge: ...
    def check_code(self, challenge: Challenge, guess: Secret, /) -> bool: ...
    def code_of(self, challenge: Challenge, /) -> Secret: ...


@frozen
class KeepCard(Hold[str]):
    """An unguessable handle, under which the card lies encrypted until then.  The CVV is not kept."""

    card: CardSecrets
    until: datetime


@frozen
class TakeCard(Hold["CardSecrets | None"]):
    """The card of that handle, once; None when it was taken, its time is over or nobody kept it."""

    handle: str


@frozen
class SignLink(Query[str]):
    """What stands in the address of that order's page: one path segment, made by nobody else."""

    number: str


class SignerPort(Protocol):
    def sign_link(self, number: str, /) -> str: ...


class VaultPort(Protocol):
    def keep_card(self, card: CardSecrets, until: datetime, /) -> str: ...
    def take_card(self, handle: str, /) -> CardSecrets | None: ...
