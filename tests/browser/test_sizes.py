"""The pages on small screens, with large letters, and under a thumb."""

from __future__ import annotations

from math import hypot

import pytest

from .conftest import DESKTOP, PHONE
from .visitor import CARD

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LARGER = "document.documentElement.style.fontSize = '200%'"
TARGETS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")]
    .map((element) => {
        const said = element.closest("label.option, label.tick") || element;
        const { x, y, width, height } = said.getBoundingClientRect();
        const inText = element.matches("a") && element.closest("p, li")?.innerText.trim() !== element.innerText.trim();
        return { said: said.innerText.trim() || element.name, x, y, width, height, inText };
    })
    .filter(({ width, height }) => width && height)"""
SMALL, LARGE = 24, 44  # CSS pixels: WCAG 2.2, target size, minimum and enhanced


@pytest.fixture
def walks(enters):
    """A checkout by card; `see` is called with every page on the way."""

    def walks(name, see, **like):
        guest = enters(name, **like)
        guest.passes = lambda page: see(guest, page)
        guest.comes_to_pay(CARD)
        guest.presses("Place the order")
        guest.sees("Your order")
        see(guest, "order")

    return walks


@pytest.mark.parametrize("width", [320, 390])  # 320 is what is left of a desktop magnified four times
def test_no_page_scrolls_sideways_on_a_phone(walks, width):
    wider = {}
    walks(f"phone-{width}", lambda guest, page: wider.update({page: guest.page.evaluate(SIDEWAYS)}),
          **PHONE | {"viewport": {"width": width, "height": 700}})  # fmt: skip
    assert wider == dict.fromkeys(wider, 0)


@pytest.mark.parametrize("like", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_letters_of_twice_the_size_push_nothing_out_of_a_page(walks, like, request):
    wider = {}

    def see(guest, page):
        guest.page.evaluate(LARGER)
        guest.looks(page)
        wider[page] = guest.page.evaluate(SIDEWAYS)

    walks(f"large-{request.node.callspec.id}", see, **like)
    assert wider == dict.fromkeys(wider, 0)


def test_what_is_pressed_is_as_large_as_a_thumb(walks):
    """All have 24 px, or that much room; those of the checkout itself have 44 px."""
    tight, low = [], []

    def see(guest, page):
        targets = guest.page.evaluate(TARGETS)
        tight.extend((page, target["said"]) for target in targets if is_tight(target, targets))
        if "/orders/" in guest.page.url:
            low.extend((page, each["said"]) for each in targets if each["height"] < LARGE and not each["inText"])

    walks("thumb", see, **PHONE)
    assert (tight, low) == ([], [])


def is_tight(target, targets):
    """Whether it is under 24 px, and a circle of that size around its middle touches another target."""
    if target["inText"] or min(target["width"], target["height"]) >= SMALL:
        return False
    x, y = target["x"] + target["width"] / 2, target["y"] + target["height"] / 2
    return any(
        each is not target
        and hypot(
            x - min(max(x, each["x"]), each["x"] + each["width"]),
            y - min(max(y, each["y"]), each["y"] + each["height"]),
        )
        < SMALL / 2
        for each in targets
    )
