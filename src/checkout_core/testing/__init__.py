"""The test kit: play a page with a script of answers.  `checkout_core.testing.strategies` needs the extra `testing`."""

from __future__ import annotations

from ._play import Unscripted, play

__all__ = ["Unscripted", "play"]
