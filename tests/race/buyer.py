"""One of the two processes: each round a buyer of its own pays for what there is one left of.

python -m tests.race.buyer CONTEST FOLDER NAME   # then a line a round: its number; "pay" once it says that it is ready
"""

from __future__ import annotations

import json
import sys

from .contests import CONTESTS
from .stage import Host


def main(contest: str, folder: str, name: str) -> None:
    host = Host(folder, CONTESTS[contest])
    for line in sys.stdin:
        host.turns(int(line))
        order, page, body = host.comes(name, int(line))
        key = host.service.save(order)
        tell("ready")
        sys.stdin.readline()
        step = host.service.post(key, page, body)
        after = step.pre_order
        stood = (after.delivery, after.shipping, after.payment) == (order.delivery, order.shipping, order.payment)
        tell(
            {
                "placed": after.placed is not None,
                "page": step.page,
                "errors": {field: list(codes) for field, codes in step.errors.items()},
                "attempts": len(after.attempts),
                "stood": stood,
                "has": host.contest.has(after),
            }
        )


def tell(what: object) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
