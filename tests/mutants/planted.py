"""Bugs to plant, and the test that must turn red for each.

A mutant is a text of the source that is replaced.  Where the text is gone, the
mutant is stale, and the test of the mutants says so.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    says: str
    file: str  # below src/checkout_core
    text: str
    instead: str
    caught_by: str  # a test, below tests


MACHINE = "tests/test_machine.py::TestABuyer"
OUTCOMES = "tests/paying/test_outcomes.py"
MONEY = "tests/test_step_money.py"
RACES = "tests/test_step_races.py"
RETURNS = "tests/pages/test_three_d.py"
FLOW = "tests/flow"
RECOVERY = "tests/paying/test_recovery.py"
SETS = "tests/test_sets.py"

MUTANTS = (
    Mutant(
        "the intent is not saved before the bank hears of it",
        "service/_session.py",
        "        saved = await self.save(order)\n        self.paid = True",
        "        saved = order\n        self.paid = True",
        MACHINE,
    ),
    Mutant(
        "an outcome is applied to what we knew, not to the latest record",
        "service/_session.py",
        "            except Conflict:\n                order = await self.load()",
        "            except Conflict:\n                return new",
        RACES,
    ),
    Mutant(
        "recovery sends again what was not found",
        "paying.py",
        '    return evolve(a, state="not_executed", due_at=None)',
        '    return evolve(a, state="declined", due_at=None)',
        OUTCOMES,
    ),
    Mutant(
        "one inquiry that finds nothing is believed",
        "paying.py",
        '        return evolve(a, state="unknown", missed_at=now, due_at=now + apart)',
        '        return evolve(a, state="not_executed", missed_at=now, due_at=None)',
        OUTCOMES,
    ),
    Mutant(
        "an inquiry counts while the request may still take effect",
        "paying.py",
        "    if now < a.settled_by:\n        return evolve(a, due_at=a.settled_by)\n",
        "",
        OUTCOMES,
    ),
    Mutant(
        "money is not compared with the seal",
        "paying.py",
        "    return paid in a.seal.plans and paid in now.plans and a.seal.digest == now.digest",
        "    return True",
        OUTCOMES,
    ),
    Mutant(
        "the seal does not cover the basket",
        "paying.py",
        "order.basket.digest, order.basket.amount.minor, order.basket.currency",
        "order.basket.currency",
        OUTCOMES,
    ),
    Mutant(
        "a second capture stands beside the first",
        "paying.py",
        "            elif order.placed is None and _fits(order, a, row):",
        "            elif order.placed is not None:\n                continue\n            elif _fits(order, a, row):",
        OUTCOMES,
    ),
    Mutant(
        "money is judged while another attempt is moving",
        "paying.py",
        "            if order.placed is None and others:",
        "            if order.placed is None and others and False:",
        OUTCOMES,
    ),
    Mutant(
        "the same row of the ledger is accounted twice",
        "paying.py",
        "            if any(row.reference == reference for b in order.attempts for row in b.captures):",
        "            if any(row.reference == reference for row in a.captures):",
        OUTCOMES,
    ),
    Mutant(
        "a payment that may be moving locks nobody",
        "paying.py",
        'MOVING: frozenset[State] = frozenset({"intent", "unknown"})',
        "MOVING: frozenset[State] = frozenset()",
        OUTCOMES,
    ),
    Mutant(
        "nothing that is left over is given back",
        "paying.py",
        '            if row.reversal == "due":\n                order = await Apply',
        '            if row.reversal == "done":\n                order = await Apply',
        RECOVERY,
    ),
    Mutant(
        "a return is believed after the buyer has edited",
        "paying.py",
        "    if attempt.seal != seal(order):",
        "    if attempt.seal is None:",
        RETURNS,
    ),
    Mutant(
        "a page writes what it does not set",
        "pages/credit_card.py",
        "    sets = our.bin_number, our.card\n",
        "    sets = (our.bin_number,)\n",
        SETS,
    ),
    Mutant(
        "the page shown need not be open",
        "atlas.py",
        "                if not test(own, visit):\n                    break",
        "                if not test(own, visit):\n                    continue",
        FLOW,
    ),
    Mutant(
        "totals are not recomputed when shipping changes",
        "pricing.py",
        "        and order.shipping is before.shipping\n",
        "",
        MACHINE,
    ),
    Mutant(
        "a refused form changes the order",
        "engine.py",
        "        if refused.kept is not None:",
        '        visit = visit.at(evolve(order, number="X"))\n        if refused.kept is not None:',
        MACHINE,
    ),
    Mutant(
        "an attempt that came to nothing leaves its page answered",
        "atlas.py",
        "    if order.placed is not None or not any(a.state in ENDED for a in now):",
        "    if order is not before:",
        MONEY,
    ),
    Mutant(
        "a page that pays may be posted before its turn",
        "engine.py",
        "        if first is not row:",
        "        if first is None:",
        FLOW,
    ),
)
