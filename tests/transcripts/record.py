"""Write down what is answered now, and print what that changes.

    python -m tests.transcripts.record              # all stories
    python -m tests.transcripts.record forged       # those whose name has that in it

Look at the difference before you keep it: a transcript says what is right.
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from . import goods
from .carriers import InValues
from .form import Transcript, written
from .shop import LARGER, PLAIN, Scene
from .stories import STORIES

FOLDER = Path(__file__).parent / "recorded"


def file_of(story):
    """Where its transcript is: by the module and the name of the story."""
    return FOLDER / f"{story.__module__.rpartition('.')[2]}-{story.__name__}.txt"


def told(story, carrier=InValues):
    """The transcript of the story, as that carrier brings it about."""
    scene = Scene(carrier, LARGER if story in goods.STORIES else PLAIN)
    try:
        story(scene)
    finally:
        scene.carrier.close()
    return Transcript(story.__doc__, tuple(scene.parts))


def difference(before, after, name):
    return "\n".join(difflib.unified_diff(before.split("\n"), after.split("\n"), name, "now", lineterm="", n=2))


def main(names):
    FOLDER.mkdir(exist_ok=True)
    wanted = [story for story in STORIES if not names or any(name in story.__name__ for name in names)]
    for story in wanted:
        path, now = file_of(story), written(told(story))
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if now != before:
            sys.stdout.write(f"{difference(before, now, path.name)}\n" if before else f"new: {path.name}\n")
            path.write_text(now, encoding="utf-8")
    if not names:
        for path in sorted(set(FOLDER.iterdir()) - {file_of(story) for story in STORIES}):
            sys.stdout.write(f"gone: {path.name}\n")
            path.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
