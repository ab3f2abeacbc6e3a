"""One HoldsPort in front of several: items of some kinds are kept elsewhere, such as money on gift cards.

    holds = HoldsByKind(SqliteHolds("shop.sqlite", clock), gift_card=service)

All of an op is kept or nothing: what one keeper has taken is let go where another lacks something.  Said again, an op
is answered as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from inspect import iscoroutinefunction

from ..effects import HoldsPort, Item, Refused
from ..shop import Misconfigured


class HoldsByKind:
    """A HoldsPort.  `rest` keeps all that nobody else is named for, and marks which op has something elsewhere.

    The marks tell, when an op is committed, who has a part in it: a keeper is asked for nothing it never had.  They
    are holds of `rest` as well, so they are as lasting as these, and no other op takes them over.

    Raises Misconfigured for a keeper whose methods are async.
    """

    def __init__(self, rest: HoldsPort, **keepers: HoldsPort) -> None:
        self._rest, self._keepers = rest, keepers
        for keeper in (rest, *keepers.values()):
            if iscoroutinefunction(keeper.take_hold):
                raise Misconfigured("HoldsByKind is sync: its keepers are, too")

    def take_hold(self, op: str, owner: str, items: tuple[Item, ...], until: datetime, /) -> tuple[Item, ...]:
        """As TakeHold.  A keeper that fails is raised, and what others have taken is not let go: nobody knows yet."""
        there = self._rest.take_hold(op, owner, tuple(i for i in items if i.kind not in self._keepers), until)
        if there:
            return there
        for kind, keeper in self._keepers.items():
            theirs = tuple(item for item in items if item.kind == kind)
            if not theirs:
                continue
            gone = self._rest.take_hold(_mark(op, kind), owner, (Item(kind, op, 1),), until)
            lacking = theirs if gone else keeper.take_hold(op, owner, theirs, until)
            if lacking:
                self.release_hold(op)
                return lacking
        return ()

    def commit_hold(self, op: str, /) -> None:
        """As CommitHold, of all who have a part in it, each told whatever befell the others.

        Raises what one of them did that may yet succeed, so that all are told again; else Refused where one refused.
        """
        _all_told(self._committing(op))

    def _committing(self, op: str) -> Iterator[Exception | None]:
        yield _failure(self._rest, "commit_hold", op)
        for kind, keeper in self._keepers.items():
            marked = _failure(self._rest, "commit_hold", _mark(op, kind))
            if not isinstance(marked, Refused):
                yield marked or _failure(keeper, "commit_hold", op)

    def release_hold(self, op: str, /) -> None:
        """As ReleaseHold, told to all, also to who never had a part in it: what was asked of them may be late."""
        _all_told(self._releasing(op))

    def _releasing(self, op: str) -> Iterator[Exception | None]:
        yield _failure(self._rest, "release_hold", op)
        for kind, keeper in self._keepers.items():
            yield _failure(self._rest, "release_hold", _mark(op, kind))
            yield _failure(keeper, "release_hold", op)


def _mark(op: str, kind: str) -> str:
    return f"{op}|{kind}"


def _failure(keeper: HoldsPort, method: str, op: str) -> Exception | None:
    try:
        (keeper.commit_hold if method == "commit_hold" else keeper.release_hold)(op)
    except Exception as failed:  # noqa: BLE001  # raised when all were told
        return failed
    return None


def _all_told(told: Iterator[Exception | None]) -> None:
    """Raises one that failed, where any did: before all, one that did not say never."""
    failed = [each for each in told if each is not None]
    for each in sorted(failed, key=lambda each: isinstance(each, Refused)):
        raise each
