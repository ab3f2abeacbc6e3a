"""A code that was sent to a phone, as it is kept: everything but the code."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ._values import evolve


@frozen(slots=False)
class Challenge:
    """The code follows from this and a key of the server's.  It counts for this checkout, phone and purpose only."""

    checkout: str
    phone: str  # E.164
    purpose: str
    nonce: str
    sent_at: datetime
    expires_at: datetime  # from then on it does not count
    guesses_left: int  # of this code
    total_left: int  # of this checkout, phone and purpose; a new code does not start it again
    passed: bool = False


def guessed(challenge: Challenge) -> Challenge:
    """The challenge with a guess spent, to be asked about and kept whatever the answer; below 0 there was none left."""
    return evolve(challenge, guesses_left=challenge.guesses_left - 1, total_left=challenge.total_left - 1)
