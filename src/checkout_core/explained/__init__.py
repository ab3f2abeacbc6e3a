"""Totals that explain themselves: a tree from what is to be paid down to the lines, each number with its reason.

    tree = explain_totals(order)
    print(tree)                                     # plain text, fit for a bug report
    tree.parts[0].money, tree.parts[0].reason       # the total, and why

By value only: an old record explains itself without the shop's tables, its settings or a clock.
"""

from __future__ import annotations

from ._amount import NAMES, Amount, Code, Said, Value, told
from ._steps import explain_totals

__all__ = ["NAMES", "Amount", "Code", "Said", "Value", "explain_totals", "told"]
