"""A process that has imported all there is to import, and is copied for whoever asks: a process in milliseconds.

Whoever is to be copied serves, `python them.py` say, and does for each request what it would do as a process alone:

    serve(does)                                 # does(*words) ends with a code, or with None, which is 0

    with Zygote([sys.executable, "them.py"], cwd=ROOT) as zygote:
        ended = zygote.asks("two", "words")     # of a copy that lived for that one request: its code, what it printed

A copy is a process like any other: it may be killed, and it leaves nothing behind in the next.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TextIO

from attrs import frozen


@frozen
class Ended:
    """How a copy came to its end: what it returned, or minus the signal that killed it; what it wrote."""

    returncode: int
    stdout: str
    stderr: str


def answering() -> TextIO:
    """Where the answers go; from now on what is printed is none, and goes to stderr."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def serve(does: Callable[..., int | None], answers: TextIO | None = None) -> None:
    """Until nobody asks any more.  Only the main thread may be there."""
    answers = answers or answering()
    for asked in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                os.dup2(out.fileno(), 1)
                os.dup2(err.fileno(), 2)
                _lives(does, json.loads(asked))
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            answers.write(json.dumps([code, _written(out), _written(err)]) + "\n")
            answers.flush()


def _lives(does: Callable[..., int | None], words: Sequence[str]) -> None:
    """As a process alone would: nothing of the one it was copied from is run when it ends."""
    code: int | None = 1
    try:
        code = does(*words)
    except BaseException:  # noqa: BLE001  # it would end a process
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)


def _written(file) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


class Zygote:
    """It, from outside.  Ends with the block."""

    def __init__(self, command: Sequence[str | Path], cwd: Path) -> None:
        self._process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def asks(self, *words: str) -> Ended:
        """Raises AssertionError where the zygote itself is gone."""
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "there is nobody to copy: it wrote why to stderr"
        return Ended(*json.loads(answer))
