"""How hypothesis runs here.

`mutants`: a planted bug has to be found, not made small.
"""

from __future__ import annotations

from hypothesis import Phase, settings

settings.register_profile("default", deadline=None)
settings.register_profile("mutants", deadline=None, phases=(Phase.explicit, Phase.generate), database=None)
settings.load_profile("default")
