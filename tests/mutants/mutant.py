"""What a planted bug is: a text of the source that is replaced, and what must find it."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

Finder = TypeVar("Finder")


class Mutant(NamedTuple, Generic[Finder]):
    says: str
    breaks: str  # an invariant of docs/reliability.md; "-" where no money, goods or secrets are at stake
    file: str  # below src/checkout_core
    text: str  # stands there once
    instead: str
    caught_by: Finder  # a test, below the repository; or a race to explore: a kind of gateway, and its name
