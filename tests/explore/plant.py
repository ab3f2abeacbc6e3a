"""Explores a race in which a bug is planted; prints the invariant that names it.

python tests/explore/plant.py 7         # of tests/mutants/explored.py, the eighth
python tests/explore/plant.py           # and then its number, line by line: each is planted in a copy of this process
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).parents[2]
MOST = 8000  # runs


class Planted(SourceFileLoader):
    """The module with another text in it."""

    def __init__(self, name: str, path: str, text: str, instead: str) -> None:
        super().__init__(name, path)
        self.text, self.instead = text, instead

    def get_code(self, fullname: str):
        source = Path(self.path).read_text()
        if source.count(self.text) != 1:
            raise SystemExit(f"stale: {self.path} has {self.text!r} {source.count(self.text)} times")
        return compile(source.replace(self.text, self.instead), self.path, "exec")


class Finder(MetaPathFinder):
    def __init__(self, file: str, text: str, instead: str) -> None:
        self.name = "checkout_core." + file.removesuffix(".py").replace("/", ".")
        self.path = str(ROOT / "src" / "checkout_core" / file)
        self.text, self.instead = text, instead

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        loader = Planted(fullname, self.path, self.text, self.instead)
        return spec_from_file_location(fullname, self.path, loader=loader)


def main(n: str) -> None:
    """In a package that is imported anew."""
    from tests.mutants.explored import MUTANTS  # noqa: PLC0415  # not before the path leads there

    mutant = MUTANTS[int(n)]
    sys.meta_path.insert(0, Finder(mutant.file, mutant.text, mutant.instead))
    print(explored(*mutant.caught_by))  # to whoever planted it


def copied(n: str) -> None:
    """In the package as it lives.  Raises RunsAtImport."""
    from tests.mutants.explored import MUTANTS  # noqa: PLC0415  # not before the path leads there
    from tests.mutants.planting import changed, plant  # noqa: PLC0415  # as above

    mutant = MUTANTS[int(n)]
    plant(changed(mutant))
    print(explored(*mutant.caught_by))  # to whoever planted it


def explored(kind: str, name: str) -> str:
    """The invariant that breaks."""
    from checkout_core.testing import Failed, explore  # noqa: PLC0415  # not before the bug is planted
    from tests.explore.again import programs_again, races_again  # noqa: PLC0415  # not before the bug is planted
    from tests.explore.scenarios import programs, races  # noqa: PLC0415  # as above
    from tests.explore.ways import ways  # noqa: PLC0415  # as above

    again = {**programs_again(kind, 2), **races_again(kind)}
    scenario = {**programs(kind, 2), **races(kind), **ways(kind), **again}[name]
    try:
        explore(scenario, most=MOST, shrink=False)
    except Failed as failed:
        return failed.invariant
    return "nothing"


def serves() -> None:
    """All is imported that a copy needs."""
    from tests.explore import again, scenarios, ways  # noqa: F401, PLC0415  # not before the path leads there
    from tests.mutants import explored, planting  # noqa: F401, PLC0415  # as above
    from tests.zygote import serve  # noqa: PLC0415  # as above

    serve(copied)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    main(sys.argv[1]) if sys.argv[1:] else serves()
