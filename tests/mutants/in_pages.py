"""Bugs to plant in pages, prices, codes and the sandbox's bank."""

from __future__ import annotations

from .mutant import Mutant

MACHINE = "tests/test_machine.py::TestABuyer"
MONEY = "tests/test_step_money.py"
FLOW = "tests/flow"
SETS = "tests/test_sets.py"
TOKENS = "tests/service/test_tokens.py"
BANK = "tests/sandbox/test_bank.py"
CODES = "tests/secrets/test_challenges.py"
NOTICES = "tests/sandbox/test_notices.py"

IN_PAGES = (
    Mutant(
        "another total than the shown one is taken",
        "I20",
        "engine.py",
        " or visit.shown not in {None, order.totals.payable}, PRICE_CHANGED",
        ", PRICE_CHANGED",
        TOKENS,
    ),
    Mutant(
        "cards may be tried out without an end",
        "-",
        "engine.py",
        "        if result.__class__ is Pay:\n            await allowed(visit)\n",
        "",
        "tests/service/test_caps.py",
    ),
    Mutant(
        "a page writes what it does not set",
        "-",
        "pages/credit_card.py",
        "    sets = our.bin_number, our.card\n",
        "    sets = (our.bin_number,)\n",
        SETS,
    ),
    Mutant(
        "the page shown need not be open",
        "-",
        "atlas.py",
        "                if not test(own, visit):\n                    break",
        "                if not test(own, visit):\n                    continue",
        FLOW,
    ),
    Mutant(
        "totals are not recomputed when shipping changes",
        "I5",
        "pricing.py",
        "        and order.shipping is before.shipping\n",
        "",
        MACHINE,
    ),
    Mutant(
        "a refused form changes the order",
        "I9",
        "engine.py",
        "        if refused.kept is not None:",
        '        visit = visit.at(evolve(order, number="X"))\n        if refused.kept is not None:',
        FLOW,
    ),
    Mutant(
        "an attempt that came to nothing leaves its page answered",
        "-",
        "atlas.py",
        "    if order.placed is not None or not any(a.state in ENDED for a in now):",
        "    if order is not before:",
        MONEY,
    ),
    Mutant(
        "a page that pays may be posted before its turn",
        "-",
        "engine.py",
        "(current(flow, visit) is not row, NOT_AVAILABLE)",
        "(current(flow, visit) is None, NOT_AVAILABLE)",
        FLOW,
    ),
    Mutant(
        "a bank that has seen the number before has refused it",
        "I2",
        "sandbox/bank.py",
        'return Unknown("duplicate_number") if new',
        'return Declined("duplicate_number") if new',
        BANK,
    ),
    Mutant(
        "a code may be guessed as often as one likes",
        "I17",
        "challenges.py",
        " or min(challenge.guesses_left, challenge.total_left) < 0:",
        ":",
        CODES,
    ),
    Mutant(
        "a signature covers less than it says",
        "I18",
        "sandbox/_notices.py",
        "for name in SIGNED).encode()",
        "for name in SIGNED[:1]).encode()",
        NOTICES,
    ),
)
