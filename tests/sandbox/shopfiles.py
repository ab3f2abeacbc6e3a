"""Shop files with something changed, and what is wrong with them."""

from __future__ import annotations

import pytest

from checkout_core.rules.load import Mistakes
from checkout_core.sandbox import DEFAULT, HOLIDAY_STORE, load_shop
from checkout_core.shop import Misconfigured

TEXT = DEFAULT.read_text("utf-8")
HOLIDAYS = HOLIDAY_STORE.read_text("utf-8")


def edited(*edits, text=TEXT):
    """The default file, or that text, with these replacements of what is there: `(old, new)`, the first of each."""
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes(text):
    with pytest.raises(Misconfigured) as caught:
        load_shop(text)
    assert str(caught.value).count("\n") == len(caught.value.mistakes) - 1
    return list(caught.value.mistakes)


def told(text):
    """All mistakes of a file, if it has any."""
    try:
        load_shop(text)
    except Mistakes as wrong:
        return wrong.mistakes
    return ()
