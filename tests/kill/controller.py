"""Who starts the processes, kills them with SIGKILL at random moments, and starts them again.

Moments are counted in what was done, not in seconds: so many clicks, and then up to a few hundredths of a second into
whatever is done next, or the next answer of a port that nobody has saved yet.  A seed says who is killed and when by
that count; which click that meets is the scheduler's.
"""

from __future__ import annotations

import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import attrs

from .stage import CLIENTS, DOES, IN_FLIGHT, KEEPER, MOMENTS, MUGS, PROCESSES, Host, Stage
from .wreck import Report, end

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds in which somebody must do something
BUYERS = range(400)
MOMENT = 0.03  # seconds: about as long as a click takes
AIMED = 0.5  # of the rounds
LONG = 400  # things done: for so long a moment is waited for


class Controller:
    """One run in that folder."""

    def __init__(self, stage: Stage) -> None:
        self.dice = random.Random(f"{stage.seed}|controller")
        self.reads, writes = os.pipe()
        self.ears = socket.create_server(("127.0.0.1", 0))
        self.stage = attrs.evolve(stage, ticks=writes, hooks=self.ears.fileno(), began=time.time())
        self.lives: dict[str, int] = {}
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.kills = 0

    def opens(self) -> None:
        """The bank, the shop's goods, the buyers at the door, and then everybody."""
        self.stage = attrs.evolve(self.stage, bank_port=self.bank())
        host = Host(self.stage)
        host.holds.put("stock", "mug", MUGS)
        host.tables.come((f"checkout-{n:03d}", self.dice.choice((1, 2, 3)), self.dice.choice((0, 1))) for n in BUYERS)
        for name in PROCESSES:
            self.starts(name)

    def bank(self) -> int:
        """The bank's port, once it is ready; the same as before, if it was there."""
        options = {
            "--ledger": self.stage.file("bank.sqlite"), "--port": self.stage.bank_port, "--preset": self.stage.preset,
            "--callback": self.stage.callback, "--last-call": self.stage.last_call, "--in-flight": IN_FLIGHT,
        }  # fmt: skip
        if self.stage.messages:
            options |= {"--hook": f"http://127.0.0.1:{self.ears.getsockname()[1]}/", "--hook-wait": 0.2}
        flat = [str(each) for option in options.items() for each in option]
        process = self._popen("bank", "checkout_core.sandbox.bankd", flat)
        ready = process.stdout.readline()
        assert ready, f"the bank does not start: {self.log('bank')}"
        return int(ready.split('"port": ')[1].split(",")[0])

    def starts(self, name: str) -> None:
        if name == "bank":
            self.bank()
            return
        module = "keeper" if name == KEEPER else "client"
        self._popen(name, f"tests.kill.{module}", [name, str(self.lives.get(name, 0))])

    def _popen(self, name, module, arguments):
        self.lives[name] = self.lives.get(name, 0) + 1
        with self.stage.file(f"{name}.log").open("a") as log:
            process = self.running[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT,
                env=self.stage.environment(), pass_fds=(self.stage.ticks, self.stage.hooks),
            )  # fmt: skip
        return process

    def kills_some(self) -> None:
        """Or all, or the bank, or the bank and one; whoever died is started again.

        Half of them are those who have just come to one of MOMENTS.
        """
        aimed = self.dice.random() < AIMED
        self.until(self.dice.randint(4, 24), everybody=self.dice.random() < 0.5)
        if aimed:
            one = self.who(self.dice.choice(MOMENTS))
        else:
            one = self.dice.choice(PROCESSES)
            time.sleep(self.dice.uniform(0, MOMENT))  # the moment itself: nothing waits for it
        weights = (90, 0, 10, 0) if aimed else (70, 16, 4, 10)
        for name in (victims := self.dice.choices(((one,), ("bank",), (one, "bank"), PROCESSES), weights)[0]):
            self.kill(name)
            self.kills += 1
        for name in victims:
            self.starts(name)

    def until(self, count: int, *, everybody: bool) -> None:
        """So many clicks were answered from now on, and everybody has done something, if that is wanted.

        Fails where somebody has ended by themselves, and where nobody does anything.
        """
        self.forgets()
        missing = set(PROCESSES) if everybody else set()
        for name, what in self.does():
            missing.discard(name)
            count -= name in CLIENTS and what == "clicked"
            if count <= 0 and not missing:
                return

    def who(self, what: str) -> str:
        """Who comes to that moment first from now on; or clicks, where nobody comes to it for long."""
        self.forgets()
        for n, (name, did) in enumerate(self.does()):
            if did == what or n > LONG:
                return name
        raise AssertionError("nobody is there")

    def forgets(self) -> None:
        """What was done while we were starting somebody."""
        while select.select([self.reads], [], [], 0)[0]:
            os.read(self.reads, 4096)

    def does(self):
        """Who has done what, each as it is done.  Raises AssertionError as `until`."""
        while True:
            ready, _, _ = select.select([self.reads], [], [], PATIENCE)
            assert ready, f"nobody has done anything for {PATIENCE} s: {self.logs()}"
            for each in os.read(self.reads, 4096):
                yield PROCESSES[each % len(PROCESSES)], DOES[each // len(PROCESSES)]
            for name, process in self.running.items():
                assert process.poll() is None, f"{name} ended with {process.returncode}: {self.log(name)}"

    def kill(self, name: str) -> None:
        process = self.running[name]
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert process.returncode == -signal.SIGKILL, f"{name} ended by itself: {self.log(name)}"

    def closes(self) -> None:
        """Everybody dies a last time; the bank, whose faults are over, is for the caller to start."""
        for name in list(self.running):
            with suppress(AssertionError):
                self.kill(name)
        self.running.clear()

    def log(self, name: str) -> str:
        """The end of what that process wrote to stderr."""
        return self.stage.file(f"{name}.log").read_text()[-3000:]

    def logs(self) -> str:
        return "\n".join(f"{name}: {self.log(name)}" for name in self.running)

    def gone(self) -> None:
        os.close(self.reads)
        os.close(self.stage.ticks)
        self.ears.close()


def run(stage: Stage, kills: int, told=lambda _: None) -> Report:
    """What is left after so many kills.  Raises AssertionError, with the seed, where anything is wrong.

    `told` hears of every tenth kill.
    """
    began, tens = time.monotonic(), 0
    controller = Controller(stage)
    try:
        controller.opens()
        while controller.kills < kills:
            controller.kills_some()
            if controller.kills // 10 > tens:
                tens = controller.kills // 10
                told(f"seed {stage.seed}: {controller.kills} kills, {time.monotonic() - began:.1f} s")
        controller.closes()
        controller.starts("bank")
        report = end(controller.stage)
    finally:
        controller.closes()
        controller.gone()
    return attrs.evolve(report, kills=controller.kills, seconds=time.monotonic() - began)
