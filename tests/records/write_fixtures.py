"""Write the fixtures of today's schema: once, before it is released.

    python -m tests.records.write_fixtures

What is there stays as it is: a record of a released schema does not change any more.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from checkout_core.records import SCHEMA

from .checkouts import CHECKOUTS, a_codec

HERE = Path(__file__).parent


def stored(name: str) -> dict[str, object]:
    """Head and basket as JSON."""
    codec, record = a_codec(kept=0), CHECKOUTS[name]
    _, basket = codec.dump_basket(record.pre_order)
    return {"head": json.loads(codec.dumps(record)), "basket": json.loads(basket)}


def main() -> None:
    folder = HERE / f"v{SCHEMA}"
    folder.mkdir(exist_ok=True)
    for name in CHECKOUTS:
        path = folder / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(stored(name), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            sys.stdout.write(f"{path.name}\n")


if __name__ == "__main__":
    main()
