"""Processes that use a store's file, each doing one thing that `writer.py` knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WRITER = Path(__file__).with_name("writer.py")
posix = pytest.mark.skipif(sys.platform == "win32", reason="kills, forks and limits as POSIX has them")


def running(*arguments: object) -> subprocess.Popen[str]:
    """One that has begun."""
    command = [sys.executable, WRITER, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def told_by(*arguments: object) -> str:
    """What one that has ended well wrote."""
    (told,) = told_by_all([running(*arguments)])
    return told


def told_by_all(processes: list[subprocess.Popen[str]]) -> list[str]:
    """What each wrote, when all have ended well."""
    told = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return told
