"""What the explorer has found, each as the schedule that showed it."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from checkout_core.sandbox import preset
from checkout_core.sandbox.magic import INSUFFICIENT_FUNDS
from checkout_core.testing import (
    AGREED,
    Event,
    Passes,
    Post,
    Return,
    Run,
    Scenario,
    Stage,
    Work,
    pays,
    replay,
)  # fmt: skip

from .scenarios import KINDS, TO_HOSTED, programs, races
from .shop import HOSTED, HOSTED_RETURN, compose
from .ways import ways


@pytest.mark.parametrize("kind", KINDS)
def test_a_buyer_is_told_once_that_the_order_stands_though_a_worker_was_quicker_than_the_request(kind):
    """The request lost its save, found the order placed, and saved its mails with what it showed."""
    run = replay(races(kind)["two clicks and a zombie"], (Event("go", 0, 3), Event("go", 2)))
    assert sum(told.port == "mail" for told in run.world.told.values()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_hint_about_a_payment_that_is_over_is_followed_once(kind):
    """It was due for ever, every hour, and the ledger was never asked."""
    run = replay(races(kind)["forged webhooks"], (Event("go", 0, 3), Event("go", 1)))
    assert run.due() is None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("half is taken", (Event("go", 0, 3), Event("crash", 0), Event("go", 1), Event("go", 2, 7), Event("crash", 2))),
        (
            "too late to void",
            (
                Event("go", 0, 3),
                Event("crash", 0),
                Event("go", 1),
                Event("go", 2, 2),
                Event("go", 3, 7),
                Event("crash", 3),
            ),
        ),
    ],
)
def test_whoever_finds_money_to_give_back_counts_the_try_before_it_is_made(kind, name, events):
    """A worker died between the bank's yes and its save; the next one asked for the money again without a look."""
    replay(programs(kind, 2)[name], events)


def test_a_second_try_after_a_replayed_answer_is_reckoned_from_the_buyers_click():
    """The deadline moved on with every read of the record: a request that slept 20 minutes sent, long past send_by."""
    times = [Work("relay", after=timedelta(minutes=4)), Work("recover", after=timedelta(minutes=24))]
    race = pays(INSUFFICIENT_FUNDS), times[0], pays(), times[1]
    events = (
        Event("go", 0, 3), Event("go", 1), Event("go", 2), Event("fail", 2), Event("go", 2, 3), Event("go", 3)
    )  # fmt: skip
    replay(Scenario("a replayed decline", race, losses=1), events)


def test_a_second_try_after_a_replayed_answer_is_not_made_beside_another_payment():
    """Another tab had begun to pay meanwhile: two payments were open at once."""
    race = (
        pays(INSUFFICIENT_FUNDS), Work("recover", after=timedelta(minutes=4)), pays(), pays(), pays(use_three_d=True)
    )  # fmt: skip
    events = Event("go", 0, 3), Event("go", 1, 4), Event("go", 2, 2), Event("go", 3, 5), Event("go", 4, 2)
    run = replay(Scenario("a replayed decline, and another tab", race), events)
    assert run.world.bank.captures == 1


def test_a_worker_that_slept_gives_back_what_another_has_given_back_under_the_same_key():
    """No bug: what was decided before it slept is done again, and the bank knows the key."""
    race = races("native")["two clicks and a zombie"].race[:1]
    scenario = Scenario("asleep", (*race, Passes(timedelta(minutes=4))))
    assert replay(attrs.evolve(scenario), (Event("go", 0, 2), Event("go", 1))).world.bank.captures == 1


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_a_buyer_is_at_is_not_closed_with_the_one_of_their_first_click(kind):
    """Two clicks share a key; the worker closed what the first had opened, and the second's page with it."""
    race = Post(HOSTED, AGREED), Work("recover", after=timedelta(seconds=6)), Return(HOSTED_RETURN)
    able = preset(kind, last_call="provider")
    run = Run(Stage(Scenario("two clicks", race, able=able, compose=compose, before=TO_HOSTED, in_order=True)))
    while not run.over:
        run.do(run.options()[0])
    assert run.world.bank.captures == 1


def test_nothing_is_closed_of_a_payment_that_handed_nothing_out():
    race = pays(), Work("relay", after=timedelta(minutes=4)), pays(), Passes(timedelta(hours=2))
    run = replay(Scenario("a sale", race), (Event("go", 0, 2), Event("go", 1), Event("go", 2, 9), Event("go", 3)))
    assert run.record(run.stage.keys[0]).pre_order.attempts[0].state in {"superseded", "not_executed"}
    assert "cancel_session" not in [call.method for call in run.world.bank.calls()]


@pytest.mark.parametrize(
    ("name", "events"),
    [
        (
            "a bad line",
            (Event("go", 0, 9), Event("go", 1, 5), Event("crash", 1), Event("go", 2, 4), Event("fail", 2)),
        ),
        (
            "a click and a worker",
            (Event("go", 0, 6), Event("go", 2, 5), Event("go", 0, 5), Event("go", 1, 5), Event("crash", 1)),
        ),
    ],
)
def test_money_goes_back_a_second_time_on_an_answer_of_the_ledger_that_is_younger_than_the_first(name, events):
    """The look failed, or was older than the try of a worker that died: it was given back on no word of the ledger."""
    replay(ways("native")[f"rewards, and the bank uses less: {name}"], events)


def test_no_card_is_saved_for_an_order_that_the_shop_refuses():
    """The message left before the shop had said whether it takes the order."""
    run = replay(ways("native")["card to save: refused by the shop"], (Event("go", 0),))
    assert not run.world.saved


def test_what_was_committed_and_is_taken_again_is_not_held():
    """No bug of the core: the explorer counted it, where two clicks share the session that both have been handed."""
    events = Event("go", 0, 6), Event("go", 1, 2), Event("go", 2, 5)
    replay(ways("native")["redirection: two clicks on a bad line"], events)
