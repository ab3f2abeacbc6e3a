"""The test kit: play a page with a script of answers, and a whole composition with every schedule.

    play(steps, *script)            one page
    explore(scenario)               every schedule of a small race; swarm(scenario, seeds): long ones by chance
    replay(scenario, events)        one schedule
    Scenario(..., owed=())          orders that stand without money are paid, or given up
    WAYS                            how each way to pay is gone, as steps that a race is made of

`checkout_core.testing.strategies` needs the extra `testing`.
"""

from __future__ import annotations

from ._always import ALWAYS
from ._explore import Explored, explore
from ._finally import FINALLY
from ._play import Unscripted, play
from ._replay import Failed, replay
from ._run import Run
from ._scenario import (
    AGREED, PAYS, RETURNS, TRANSFERS, Banker, Edit, Get, Hook, Passes, PayAgain, Post, Return, Scenario, Settle, Work,
    by_card, by_transfer, pays, transfers,
)  # fmt: skip
from ._stage import Stage
from ._swarm import Swarmed, drawn, swarm
from ._task import Event
from ._watch import Broken
from ._ways import WAYS, Way, with_all_ways

__all__ = [
    "AGREED", "ALWAYS", "FINALLY", "PAYS", "RETURNS", "TRANSFERS", "WAYS", "Banker", "Broken", "Edit", "Event",
    "Explored", "Failed", "Get", "Hook", "Passes", "PayAgain", "Post", "Return", "Run", "Scenario", "Settle", "Stage",
    "Swarmed", "Unscripted", "Way", "Work", "by_card", "by_transfer", "drawn", "explore", "pays", "play", "replay",
    "swarm", "transfers", "with_all_ways",
]  # fmt: skip
