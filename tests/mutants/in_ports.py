"""Bugs to plant in what the core rests on: stores, holds, codes for a phone, signatures of a bank."""

from __future__ import annotations

from .mutant import Mutant

STORE = "tests/stores/test_contract.py"
HOLDS = "tests/stores/test_holds.py"
CODES = "tests/secrets/test_challenges.py"
GARANTI = "tests/sandbox/test_garanti.py"
REDIRECTION = "tests/pages/test_redirection.py"

IN_PORTS = (
    Mutant(
        "a save wins over whatever was saved meanwhile",
        "I22",
        "stores/sqlite.py",
        "            if not db.execute(NEXT if expected else FIRST, (head, due, key, expected)).rowcount:\n",
        "            (now,) = db.execute('SELECT max(version) FROM checkout WHERE key = ?', (key,)).fetchone()\n"
        "            if not db.execute(NEXT if now else FIRST, (head, due, key, now or expected)).rowcount:\n",
        f"{STORE}::test_who_expects_another_version_has_lost_and_changed_nothing",
    ),
    Mutant(
        "what is let go is put back by its number, whoever has it",
        "I10",
        "stores/memory_holds.py",
        '            if known.state != "committed":\n                self._let_go(op, known, "released")',
        "            for item in known.items:\n"
        "                if (item.kind, item.subject) in self._there:\n"
        "                    self._there[item.kind, item.subject] += item.quantity\n"
        '            if known.state != "committed":\n                self._let_go(op, known, "released")',
        f"{HOLDS}::test_what_is_released_is_free_once",
    ),
    Mutant(
        "what was let go before it was taken is taken after all",
        "I10",
        "stores/memory_holds.py",
        'wanted if known.state == "released" else ()',
        'wanted if known.state == "released" and known.asked else ()',
        f"{HOLDS}::test_an_op_that_was_released_before_it_was_taken_came_late",
    ),
    Mutant(
        "a guess is compared before it is counted",
        "I17",
        "challenges.py",
        '        self._spend(\n            (f"guess|{challenge.nonce}"',
        "        codes = map(_code, self.keyring.macs(PURPOSE, *self._about(challenge)))\n"
        "        if any(hmac.compare_digest(code, said) for code in codes):\n"
        "            return True\n"
        '        self._spend(\n            (f"guess|{challenge.nonce}"',
        CODES,
    ),
    Mutant(
        "which fields a return has signed is read in the return",
        "I18",
        "sandbox/_garanti.py",
        "        right = [hmac.compare_digest(self._hash(label, fixed, told, each), told",
        '        named = [name for name in dict(given).get("hashparams", "").split(":") if name] or [*fixed]\n'
        "        said = {name: dict(given)[name] for name in named if name in dict(given)}\n"
        "        right = [hmac.compare_digest(self._hash(label, said, said, each), told",
        GARANTI,
    ),
    Mutant(
        "whoever looks at a return address uses it up",
        "-",
        "paying/_steps.py",
        'attempt.kind == "session" and end.returned and',
        'attempt.kind == "session" and',
        f"{REDIRECTION}::test_an_address_that_somebody_looks_at_before_the_buyer_uses_nothing_up",
    ),
)
