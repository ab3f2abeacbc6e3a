"""What a payment by card tells of the buyer's browser: what it said itself, and what its request says; never kept."""

from __future__ import annotations

from checkout_core import Caller
from checkout_core.effects import Browser

from .card_kit import CAREFUL, CAREFUL_PAYING, CONFIRMATION, IN_THREE, PAYING, THREE_D, World, chosen

READY = chosen(IN_THREE)
SAID = {
    "browser_java_enabled": False, "browser_language": "tr-TR", "browser_color_depth": "24",
    "browser_screen_height": "1080", "browser_screen_width": 1920, "browser_time_zone": "-180",
    "client_time": "2026-11-21T15:00:00+03:00",
}  # fmt: skip
CALLER = Caller(ip="198.51.100.7", accept="text/html", user_agent="Browser/1.0")
TOLD = Browser(
    "198.51.100.7", "text/html", "Browser/1.0", "false", "tr-TR", "24", "1080", "1920", "-180",
    "2026-11-21T15:00:00+03:00",
)  # fmt: skip


def test_what_the_browser_says_and_its_request_are_told_with_the_payment():
    world = World()
    assert world.checkout.submit(READY, CONFIRMATION, {**PAYING, **SAID}, CALLER).page == "ThankYouPage"
    assert world.bank.calls[0][1].details.browser == TOLD


def test_for_3d_secure_they_are_told_with_the_first_call_and_kept_nowhere():
    world = World()
    of = chosen(CAREFUL.installments[0], "542120")
    step = world.checkout.submit(of, CONFIRMATION, {**CAREFUL_PAYING, **SAID}, CALLER)
    ((method, told),) = world.bank.calls
    assert (step.page, method, told.details.browser) == (THREE_D, "start_three_d", TOLD)
    kept = repr(step.pre_order)
    assert not any(word in kept for word in ("198.51.100.7", "text/html", "Browser/1.0", "tr-TR", "1920", "15:00"))


def test_who_says_nothing_is_asked_nothing():
    world = World()
    world.checkout.submit(READY, CONFIRMATION, PAYING)
    assert world.bank.calls[0][1].details.browser == Browser()


def test_of_a_longer_header_the_beginning_is_told():
    world = World()
    caller = Caller(accept="a" * 5000, user_agent="b" * 2048)
    world.checkout.submit(READY, CONFIRMATION, PAYING, caller)
    told = world.bank.calls[0][1].details.browser
    assert (told.accept, told.user_agent) == ("a" * 2048, "b" * 2048)


def test_what_no_browser_says_is_refused_and_nothing_is_sent():
    world = World()
    body = {**PAYING, "browser_language": "x" * 2049, "browser_time_zone": "a\x00b", "client_time": "yesterday"}
    step = world.checkout.submit(READY, CONFIRMATION, body, CALLER)
    assert step.errors.keys() == {"browser_language", "browser_time_zone", "client_time"}
    assert world.bank.calls == []
