"""Shop files with something changed, and what is wrong with them."""

from __future__ import annotations

import pytest

from checkout_core.rules.load import Mistakes
from checkout_core.sandbox import DEFAULT, load_shop
from checkout_core.shop import Misconfigured

TEXT = DEFAULT.read_text("utf-8")


def edited(*edits):
    """The default file with these replacements of text that is there: `(old, new)`, the first one of each."""
    text = TEXT
    for old, new in edits:
        assert old in text
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
