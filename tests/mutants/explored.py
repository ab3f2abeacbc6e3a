"""Bugs to plant, the race that finds each, and the invariant that names it.

As in `planted`, a mutant is a text of the source that is replaced.
"""

from __future__ import annotations

from typing import NamedTuple


class Mutant(NamedTuple):
    says: str
    file: str  # below src/checkout_core
    text: str
    instead: str
    caught_by: str  # an invariant
    race: tuple[str, str]  # a kind of gateway, and the name of a race or program


NATIVE, NUMBERS, NO_KEYS = "native", "order_number", "no_keys"
SESSION, TASKS, OUTBOX = "service/_session.py", "service/_tasks.py", "service/_outbox.py"
OUTCOMES, RECOVERY, SEALS, STEPS = "paying/_outcomes.py", "paying/_recovery.py", "paying/_seals.py", "paying/_steps.py"

MUTANTS = (
    Mutant(
        "the bank is called before the attempt is saved",
        SESSION,
        "        saved = await self.save(order)\n        self.paid = True",
        "        saved = order\n        self.paid = True",
        "I6",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "an outcome is lost to a conflict",
        SESSION,
        "                self.events = []  # whoever saved may have told it all\n                order = await self.load()",  # noqa: E501  # as it stands
        "                return order",
        "I19",
        (NATIVE, "a click and a worker"),
    ),
    Mutant(
        "what was not saved is told with the next save",
        SESSION,
        "                self.events = []  # whoever saved may have told it all\n",
        "",
        "I13",
        (NATIVE, "two clicks and a zombie"),
    ),
    Mutant(
        "a sender that slept past its deadline sends",
        SESSION,
        "        return NotSent() if self._monotonic() > until else await Send(effect, until)",
        "        return await Send(effect, until)",
        "I6.time",
        (NATIVE, "two clicks and a zombie"),
    ),
    Mutant(
        "a save whose answer was lost counts as won",
        SESSION,
        "                saved = await self._look_again(record)",
        "                saved = Saved.WON",
        "I19",
        (NATIVE, "two clicks on a bad line"),
    ),
    Mutant(
        "a message that is left in the outbox makes nobody look",
        SESSION,
        "*(m.due_at or now for m in record.outbox if m.dead is None)",
        "*()",
        "I14",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "an attempt that was saved makes nobody look",
        STEPS,
        "        due_at=send_by + settings.inquiry_waits[0], receipt=receipt,",
        "        due_at=None, receipt=receipt,",
        "I14",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "every attempt has a new number",
        SEALS,
        "        if not burnt and all(a.seal == wanted for a in last)",
        "        if False and all(a.seal == wanted for a in last)",
        "I1.seal",
        (NATIVE, "two clicks, one suspended"),
    ),
    Mutant(
        "every attempt has a new key",
        SEALS,
        "    if before and before[-1].state not in DEFINITE and before[-1].kind == kind:",
        "    if False:",
        "I1",
        (NATIVE, "two clicks, one suspended"),
    ),
    Mutant(
        "a number whose money went back is used again",
        SEALS,
        "        burnt = any(row.reversal for a in last for row in a.captures)",
        "        burnt = False",
        "L2",
        (NUMBERS, "half is taken, later"),
    ),
    Mutant(
        "money is not compared with the seal",
        SEALS,
        "    if paid not in a.seal.plans or a.seal.digest != digest(order):\n        return False\n",
        "    return True\n",
        "I20",
        (NATIVE, "half is taken"),
    ),
    Mutant(
        "the seal does not cover the basket",
        SEALS,
        "order.basket.digest, order.basket.amount.minor, order.basket.currency",
        "order.basket.currency",
        "I4",
        (NATIVE, "other goods at the same price"),
    ),
    Mutant(
        "the last call of 3-D Secure is made though the buyer has edited",
        STEPS,
        "    if attempt.seal.digest != seal(order).digest or seal(order).plans[0] not in attempt.seal.plans:",
        "    if False:",
        "I6.seal",
        (NATIVE, "a return and an edit"),
    ),
    Mutant(
        "a payment that may be moving locks nobody",
        "engine.py",
        "    return visit.order.placed is not None or moving(visit.order, visit.now) is not None",
        "    return visit.order.placed is not None",
        "I7",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "the form of another card may come back",
        STEPS,
        '        if a.state == "awaiting" and a.last_call == "shop":\n'
        '            order = put(order, evolve(a, state="abandoned", due_at=None))\n'
        '        elif a.state == "awaiting" or (',
        "        if (",
        "I7",
        (NATIVE, "back, and the same card"),
    ),
    Mutant(
        "recovery sends again",
        RECOVERY,
        '    if a.state == "unplaced":\n        return await secured(visit, order, a.n)',
        '    if a.kind == "session" and a.state == "unknown":\n        from ..effects import StartSession\n'
        "        return await applied(visit, a.n, await StartSession(order_of(a)))",
        "I6.time",
        (NATIVE, "the bank's page"),
    ),
    Mutant(
        "one look at the ledger is believed",
        OUTCOMES,
        '        return evolve(a, state="unknown" if a.state == "intent" else a.state, missed_at=now, due_at=now + apart)',  # noqa: E501  # as it stands
        '        return evolve(a, state="not_executed", missed_at=now, due_at=now + LOOK_AGAIN)',
        "I9.twice",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "a look counts while what was sent may still take effect",
        OUTCOMES,
        "    if now < a.settled_by or a.state in",
        "    if a.state in",
        "I9.twice",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "a second capture stands beside the first",
        OUTCOMES,
        '    rows = tuple(evolve(each, reversal="due", why=why) if each is row else each for each in a.captures)',
        "    rows = a.captures",
        "I2",
        (NO_KEYS, "two clicks, one suspended"),
    ),
    Mutant(
        "the same row of the ledger is accounted twice",
        OUTCOMES,
        "        if b.gateway == a.gateway and any(paid.reference in {row.reference, row.known_as} for row in b.captures):",  # noqa: E501  # as it stands
        "        if False:",
        "L1",
        (NATIVE, "two clicks and a zombie"),
    ),
    Mutant(
        "too late to void counts as given back",
        OUTCOMES,
        '"done" if isinstance(outcome, Reversed) else "refund"',
        '"done"',
        "I3",
        (NATIVE, "too late to void"),
    ),
    Mutant(
        "nothing that is left over is given back",
        RECOVERY,
        "    for n in sorted(back):\n",
        "    for n in ():\n",
        "L1",
        (NATIVE, "half is taken"),
    ),
    Mutant(
        "money is asked back again without a look whether it was given",
        RECOVERY,
        "        if row.tries > 1:",
        "        if row.tries > 100:",
        "I6.back",
        (NATIVE, "half is taken"),
    ),
    Mutant(
        "a try to give back is not counted before it is made",
        RECOVERY,
        "    if back - counted:",
        "    if False:",
        "I6.back",
        (NATIVE, "half is taken"),
    ),
    Mutant(
        "who looks is not saved first",
        RECOVERY,
        "        order = await _claimed(visit, order)\n",
        "        pass\n",
        "L1",
        (NATIVE, "two clicks"),
    ),
    Mutant(
        "a hint about what seems to be over is never followed",
        RECOVERY,
        " or (a.state in DEFINITE and not owed(a))",
        "",
        "L1",
        (NATIVE, "forged webhooks"),
    ),
    Mutant(
        "a message is believed beyond what its signature covers",
        TASKS,
        '        if covered == "full" and said is not None and',
        "        if said is not None and",
        "I3",
        (NATIVE, "forged webhooks"),
    ),
    Mutant(
        "what is held for a payment that came to nothing is not let go",
        OUTCOMES,
        "            events += (ReleaseHold(a.hold.op),)\n",
        "",
        "I10",
        (NATIVE, "decline, then another card"),
    ),
    Mutant(
        "what is held for an order is never sold",
        OUTCOMES,
        "*((CommitHold(hold.op),) if hold else ())",
        "*()",
        "I10",
        (NATIVE, "sale of held goods"),
    ),
    Mutant(
        "an attempt that nobody heard of is left as it is",
        RECOVERY,
        '    if a.state == "preparing" or (_ours(a)',
        "    if (_ours(a)",
        "L1",
        (NATIVE, "sale of held goods"),
    ),
    Mutant(
        "goods that are gone are sold",
        STEPS,
        'NotHeld(LACKING.get(lacking[0].kind, "not_available_now")) if lacking else Secured()',
        "Secured()",
        "I11",
        (NATIVE, "held goods are gone"),
    ),
    Mutant(
        "mail leaves before the shop knows of the order",
        OUTBOX,
        "        order = _untold(session.record, done) if message.event.after_order else None",
        "        order = None",
        "I13.order",
        (NATIVE, "two clicks on a bad line"),
    ),
    Mutant(
        "a message that was not delivered is struck off",
        OUTBOX,
        "            done[message.id] = _again(message, session.checkout.ports.clock())\n",
        "            done[message.id] = None\n",
        "I13",
        (NATIVE, "two clicks on a bad line"),
    ),
    Mutant(
        "an order that the shop refuses keeps its money",
        OUTBOX,
        "                return done, never.code",
        "                return done, None",
        "I13.order",
        (NATIVE, "an order the shop refuses"),
    ),
    Mutant(
        "a card number is kept with the order",
        "pages/credit_card.py",
        '        own = evolve(own, mask=f"{number[:6]}******{number[-4:]}")',
        "        own = evolve(own, mask=number)",
        "I16",
        (NATIVE, "two clicks"),
    ),
)
