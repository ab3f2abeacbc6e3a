"""Bugs to plant around what moves money: saving, sending, hearing, telling."""

from __future__ import annotations

from .mutant import Mutant

MACHINE = "tests/test_machine.py::TestABuyer"
RACES = "tests/test_step_races.py"
SENDERS = "tests/test_step_senders.py"
HOLDING = "tests/service/test_holding.py"
HOOKS = "tests/service/test_webhooks.py"
TOKENS = "tests/service/test_tokens.py"
NUMBERS = "tests/service/test_numbers.py"
LOGS = "tests/secrets/test_logs.py"

IN_SERVICE = (
    Mutant(
        "a message about one request ends another one on its number",
        "-",
        "service/_tasks.py",
        " and not ambiguous(order, order.attempts[n - 1], said):",
        ":",
        HOOKS,
    ),
    Mutant(
        "the intent is not saved before the bank hears of it",
        "I6",
        "service/_session.py",
        "        saved = await self.save(order)\n        self.paid = True",
        "        saved = order\n        self.paid = True",
        MACHINE,
    ),
    Mutant(
        "an outcome is applied to what we knew, not to the latest record",
        "I3",
        "service/_session.py",
        "                self.events = []  # whoever saved may have told it all\n                order = await self.load()",  # noqa: E501  # as it stands
        "                return new",
        RACES,
    ),
    Mutant(
        "a sender does not look at its deadline",
        "I6",
        "service/_session.py",
        "        return NotSent() if self._monotonic() > until else await Send(effect, until)",
        "        return await Send(effect, until)",
        SENDERS,
    ),
    Mutant(
        "a number that another checkout has is used all the same",
        "I1",
        "service/_session.py",
        "        if saved is Saved.TAKEN:\n            raise NumberTaken(self.key)\n",
        "",
        NUMBERS,
    ),
    Mutant(
        "a commit leaves before the shop knows the order",
        "I13",
        "service/_outbox.py",
        "_untold(session.record, done) if message.event.after_order else None",
        "None",
        HOLDING,
    ),
    Mutant(
        "an order the shop refuses keeps its money",
        "I3",
        "service/_outbox.py",
        "        if refused is not None and order.placed is not None:",
        "        if refused is not None and order.placed is None:",
        "tests/service/test_deciding.py",
    ),
    Mutant(
        "a code leaves twice",
        "I13",
        "service/_outbox.py",
        "    if message.claim is not None and message.event.urgent:",
        "    if message.claim is not None and message.tries and message.event.urgent:",
        "tests/secrets/test_otp_page.py",
    ),
    Mutant(
        "what a signature does not cover is believed",
        "I18",
        "service/_tasks.py",
        '        if covered == "full" and said is not None',
        "        if said is not None",
        HOOKS,
    ),
    Mutant(
        "a message about another gateway's number is believed",
        "I18",
        "service/_tasks.py",
        "if (a.gateway, a.number) == (gateway, message.number)]",
        "if a.number == message.number]",
        HOOKS,
    ),
    Mutant(
        "a message that nobody can be told of yet is dropped",
        "I19",
        "service/_tasks.py",
        '            await Park(f"{gateway}|{found.number}", found.id, self.checkout.ports.clock())\n',
        "",
        HOOKS,
    ),
    Mutant(
        "a message is heard as often as it comes",
        "I13",
        "service/_tasks.py",
        "            if digest in session.record.inbox:",
        "            if digest in ():",
        HOOKS,
    ),
    Mutant(
        "a token pays whatever is posted with it",
        "I20",
        "service/_requests.py",
        "        if answer.given != given:",
        "        if not answer.given:",
        TOKENS,
    ),
    Mutant(
        "a store that did not answer has saved",
        "I6",
        "service/_session.py",
        "                saved = await self._look_again(record)",
        "                saved = Saved.WON",
        RACES,
    ),
    Mutant(
        "a message that did not get through is struck off",
        "I13",
        "service/_outbox.py",
        "            done[message.id] = _again(message, session.checkout.ports.clock())",
        "            done[message.id] = None",
        HOLDING,
    ),
    Mutant(
        "logs show cards",
        "I16",
        "service/_logs.py",
        "    return value if blanked == said else blanked",
        "    return value",
        LOGS,
    ),
    Mutant(
        "a parked message of a record that does not read ends the round",
        "I15",
        "service/_tasks.py",
        "await self.minded(key, partial(self._matched, gateway, Verified(number, last.id), last))",
        "await self._matched(gateway, Verified(number, last.id), last, key)",
        "tests/service/test_webhooks.py",
    ),
    Mutant(
        "only so many parked messages are looked at",
        "I15",
        "service/_tasks.py",
        "        while parked := await ListParked(page, last):",
        "        if parked := await ListParked(page, last):",
        "tests/service/test_webhooks.py",
    ),
)
