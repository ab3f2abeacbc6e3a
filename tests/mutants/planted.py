"""Bugs to plant, the test that must turn red for each, and the law of docs/reliability.md it breaks.

A mutant is a text of the source that is replaced.  Where the text is gone, the
mutant is stale, and the test of the mutants says so.
"""

from __future__ import annotations

from .in_http import IN_HTTP
from .in_offers import IN_OFFERS
from .in_pages import IN_PAGES
from .in_paying import IN_PAYING
from .in_ports import IN_PORTS
from .in_service import IN_SERVICE
from .mutant import Mutant

MUTANTS: tuple[Mutant[str], ...] = (*IN_PAYING, *IN_SERVICE, *IN_PORTS, *IN_PAGES, *IN_HTTP, *IN_OFFERS)
