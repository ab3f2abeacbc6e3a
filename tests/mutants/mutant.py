"""What a planted bug is: a text of the source that is replaced, and the test that must turn red."""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    says: str
    breaks: str  # an invariant of docs/reliability.md; "-" where no money, goods or secrets are at stake
    file: str  # below src/checkout_core
    text: str  # stands there once
    instead: str
    caught_by: str  # a test, below the repository
