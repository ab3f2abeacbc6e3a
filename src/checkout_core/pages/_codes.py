"""A code that was sent to a phone, said back: counted, compared, and kept as counted whatever comes of it."""

from __future__ import annotations

from collections.abc import Callable

from ..effects import CheckCode
from ..forms import OneTimeCode
from ..order import Challenge, evolve, guessed
from ..page import Invalid, Visit


async def said_back(
    challenge: Challenge, code: OneTimeCode, visit: Visit, field: str, kept: Callable[[Challenge], object]
) -> Challenge:
    """The challenge, passed; it is good for nothing else after that.

    `kept` makes the part of a challenge that has the guess in it.  Raises Invalid, by `field`: for a wrong code, for
    one that came too late, and without asking where no guess is left.
    """
    spent = guessed(challenge)
    if min(spent.guesses_left, spent.total_left) < 0:
        raise Invalid(**{field: "otp_exhausted"})
    if not await CheckCode(spent, code):
        raise Invalid(kept(spent), **{field: "otp_invalid" if visit.now < spent.expires_at else "otp_expired"})
    return evolve(spent, passed=True)
