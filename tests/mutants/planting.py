"""Plants a bug in a package that is imported: its functions go on with the code of the changed text.

That is the package with another text in it as long as nothing ran at import that is changed; what runs at import, a
constant or a default or a class body, is told from what does not, and takes a package that is imported anew.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType

import checkout_core

from .mutant import Mutant

SOURCE = Path(checkout_core.__file__).parent
IS_FUNCTION = 0x1  # CO_OPTIMIZED: neither a module nor a class body
Pair = tuple[CodeType, CodeType]  # as it is written, and as it is planted


def texts(mutant: Mutant) -> tuple[str, str]:
    """The module as it is, and with the bug in it.  Raises AssertionError where the mutant is stale."""
    source = (SOURCE / mutant.file).read_text(encoding="utf-8")
    times = source.count(mutant.text)
    assert times == 1, f"stale: {mutant.file} has {mutant.text!r} {times} times"
    return source, source.replace(mutant.text, mutant.instead)


class RunsAtImport(Exception):
    """What is changed has run when the package is imported."""


def changed(mutant: Mutant) -> tuple[Pair, ...]:
    """The functions that are not what they were.  Raises RunsAtImport where something else is changed."""
    old, new = (compile(text, SOURCE / mutant.file, "exec", dont_inherit=True) for text in texts(mutant))
    return tuple(_pairs(old, new))


def plant(pairs: Iterable[Pair]) -> None:
    """From now on, and until this process ends, whoever calls one of those functions runs the planted code."""
    living = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
    planted = 0
    for before, after in pairs:
        for function in living:
            if function.__code__ == before:
                function.__code__ = after
                planted += 1
    assert planted, "none of the functions is there"


def _pairs(old: CodeType, new: CodeType) -> Iterator[Pair]:
    if _bare(old) == _bare(new):
        return
    if old.co_flags & IS_FUNCTION:
        yield old, new
    elif _alone(old) != _alone(new):
        raise RunsAtImport
    inner = _defined(old), _defined(new)
    if len(inner[0]) == len(inner[1]):  # else a function that defines others: those it will define are the new ones
        for before, after in zip(*inner, strict=True):
            yield from _pairs(before, after)


def _alone(code: CodeType) -> CodeType:
    """Without what is defined in it, and wherever in the file it stands."""
    return _placed_nowhere(code, lambda inner: inner.co_qualname)


def _bare(code: CodeType) -> CodeType:
    """Wherever in the file it stands, and all that is defined in it too."""
    return _placed_nowhere(code, _bare)


def _placed_nowhere(code: CodeType, inner: Callable[[CodeType], object]) -> CodeType:
    constants = tuple(inner(each) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_consts=constants, co_firstlineno=1, co_linetable=b"")


def _defined(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]
