"""One schedule, as it is played: several requests at once, each stopped at every effect that others can see.

    run = Run(stage)
    while not run.over:
        run.do(run.options()[0])

Single-threaded and without chance: the same events make the same run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeVar

from ..driver import Steps
from ..driver import run as run_through
from ..effects import (
    AskReference,
    CountTaken,
    Effect,
    Hold,
    Inquire,
    NotSent,
    ReadBasket,
    Refund,
    Transfer,
    Void,
)  # fmt: skip
from ..engine import Step
from ..records import Record
from ..service import Awaited, Find, Load, Pause, Save, Send, Tell
from ..service._effects import Due, Keys, ListParked
from ..service._settling import Settling
from ._brought import brought, forgery, told
from ._purse import GIFT_CARD, Quiet
from ._scenario import Banker, Edit, Get, Hook, Passes, PayAgain, Post, Return, Scenario, Settle, Work
from ._stage import PURSES, Named, Stage, shared
from ._task import Asked, Event, Flying, Heard, Task, What, memorable, unheard

T = TypeVar("T")

READS: Final = (Load, Due, Find, Keys, ListParked, Inquire, CountTaken, ReadBasket, Pause, *PURSES)
LOSABLE: Final = (Save, Send, Transfer, Hold, Tell)  # what takes effect though its answer is lost
BUDGET: Final = {"crash": "crash", "lose": "lose", "fail": "lose", "half": "lose", "torn": "lose", "late": "late"}
SILENT: Final[Mapping[What, Quiet]] = {"half": "before", "torn": "after"}


class Run:
    """A schedule so far."""

    def __init__(self, stage: Stage, scenario: Scenario | None = None) -> None:
        """`scenario`: another race on the same stage."""
        stage.set_back()
        scenario = scenario or stage.scenario
        self.stage = stage
        self.scenario = scenario
        self.world = stage.world
        self.service = stage.service()
        self.tasks = [Task(n, act) for n, act in enumerate(scenario.race)]
        self.flying: list[Flying] = []
        self.sent: list[Asked] = []
        self.heard: list[Heard] = []
        self.sends: Counter[tuple[str, str, str]] = Counter()  # payments that left, by number, key and kind
        self.shown = set(stage.shown)  # totals that a buyer saw
        self.faults = self.edits = 0
        self.passed_over = False  # time went by while somebody was in the middle of something
        self.current: int | None = None  # the request that acted last
        self._left = Counter({"crash": scenario.crashes, "lose": scenario.losses, "late": scenario.lates})
        self._switches = scenario.switches
        self.began = self.world.now
        self._baskets_change = any(isinstance(act, Edit) for act in scenario.race)
        self._books: tuple[object, ...] | None = None
        self._worker = Named(stage.checkout, self.world.seconds, "worker")

    # What may happen next

    @property
    def over(self) -> bool:
        """Nobody is left who could do anything."""
        return not self.flying and not any(task.goes_on for task in self.tasks)

    def options(self) -> list[Event]:
        """Every way to go on, the request that is in the middle of something first."""
        going = sorted((task for task in self.tasks if task.goes_on), key=lambda task: task.n != self.current)
        alone = self.scenario.in_order or self._switches == 0
        if alone and going and (self.scenario.in_order or self._is_busy()):
            del going[1:]
        events: list[Event] = []
        for task in going:
            events.append(Event("go", task.n))
            events += self._faults(task)
        events += [Event("arrive", n) for n in range(len(self.flying))]
        return events

    def _is_busy(self) -> bool:
        return self.current is not None and self.tasks[self.current].goes_on

    def _faults(self, task: Task) -> list[Event]:
        effect, events = task.pending, list[Event]()
        if effect is None:
            return events
        # To die is to do no more.  At once after what others can see, or later: that is the same
        if self._left["crash"] and task.changed and task.n == self.current:
            events.append(Event("crash", task.n))
        if self._left["lose"] and not isinstance(effect, Pause | CountTaken | ReadBasket):
            events += [Event("lose", task.n)] if isinstance(effect, LOSABLE) else []
            events.append(Event("fail", task.n))
            if isinstance(effect, Hold) and self.world.has(GIFT_CARD):
                events += [Event(what, task.n) for what in SILENT]
        if self._left["late"] and isinstance(effect, Send):
            events.append(Event("late", task.n))
        return events

    # What happens

    def do(self, event: Event) -> None:
        """That, and whatever follows from it that nobody else can see."""
        if event.what == "arrive":
            self._arrives(self.flying[event.who])
            return
        task = self.tasks[event.who]
        if self._is_busy() and self.current != task.n and self._switches is not None:
            self._switches -= 1
        self.current = task.n
        if event.what != "go":
            self.faults += 1
            self._left[BUDGET[event.what]] -= 1
        if event.what == "crash":
            task.state = "crashed"
            if task.steps is not None:
                task.steps.close()
            return
        if task.state == "new":
            self._begins(task)
        if task.pending is not None:
            self._performed(task, task.pending, event.what)

    def _begins(self, task: Task) -> None:
        task.steps = self._steps(task)
        if task.steps is None:
            task.state = "done"
            return
        task.state = "waiting"
        self._goes_on(task, task.steps, task.steps.send, None)

    def _steps(self, task: Task) -> Steps[Any] | None:  # noqa: C901, PLR0911  # an act each
        """What it does; None where all of it is done at once."""
        clock = (lambda: task.slept) if self.scenario.stopped else self.world.seconds
        requests, keys = Named(self.stage.checkout, clock, f"request-{task.n}"), self.stage.keys
        match task.act:
            case Post(page, body, buyer, caller):
                row = self.stage.checkout.map.rows.get(page)
                self.edits += row is not None and not row.pays  # they have something else in mind
                return requests.posting(keys[buyer], page, body, caller or self.scenario.caller)
            case Get(page, buyer, caller):
                return requests.viewing(keys[buyer], page, caller or self.scenario.caller)
            case Return() as act:
                returned, who = self._at_the_bank(act), self.scenario.caller
                return None if returned is None else requests.posting(keys[act.buyer], act.page, returned, who)
            case Hook(forged):
                messages = self.world.bank.messages()
                return told(requests, tuple(map(forgery, messages)) if forged else messages) if messages else None
            case Work(does, after):
                self.move(self.began + after)
                if does == "relay":
                    return requests.each_due(100, requests.relaying)
                return requests.recovering_all(100) if does == "recover" else requests.sweeping(100)
            case PayAgain(buyer):
                return requests.paying_again(keys[buyer], self.scenario.caller)
            case Settle() as act:
                return self._settling(Settling(requests), act)
            case Banker(does):
                self.decides(does)
            case Passes(time):
                self.passes(time)
            case Edit(skus, buyer):
                self.edits += 1
                self.world.shop.basket(*skus, key=f"basket-{buyer}")
        return None

    def _settling(self, operator: Settling, act: Settle) -> Steps[Awaited]:
        key = self.stage.keys[act.buyer]
        if act.does == "refuse":
            return operator.refusing(key, "grace", "three days without money")
        stood = self.record(key).pre_order.placed
        assert stood is not None
        return operator.confirming(key, stood.plan.amount, "grace", "bank statement")

    def _at_the_bank(self, act: Return) -> Mapping[str, str] | None:
        """What the browser brings back; None where no page is open, or nobody comes back."""
        number = self.record(self.stage.keys[act.buyer]).pre_order.number
        ticket = self.world.bank.ticket(number) if number is not None else None
        if ticket is None:
            return None
        self._books = None
        returned = brought(self.world.bank, ticket, act)
        return returned if act.comes_back else None

    def _goes_on(self, task: Task, steps: Steps[Any], resume: Callable[[Any], object], value: object) -> None:
        """To the next effect that others can see; those they cannot are performed at once."""
        task.pending = None
        try:
            while True:
                effect = resume(value)
                assert isinstance(effect, Effect)
                if shared(effect) and (self._baskets_change or not isinstance(effect, ReadBasket)):
                    break
                try:
                    resume, value = steps.send, self._perform(effect)
                except Exception as failed:  # noqa: BLE001  # the coroutine decides
                    resume, value = steps.throw, failed
        except StopIteration as stop:
            task.state, task.result = "done", stop.value
            if isinstance(stop.value, Step):
                self.shown.add((stop.value.pre_order.key, stop.value.pre_order.totals.payable))
        except Exception as failed:  # noqa: BLE001  # an invariant says which may be
            task.state, task.failed = "done", failed
        else:
            task.pending, task.since = effect, len(self.heard)
            if isinstance(effect, Pause):
                task.ready = self.world.now + timedelta(seconds=effect.seconds)
            if isinstance(effect, Send):
                self._is_asked(effect)

    def _is_asked(self, send: Send) -> None:
        order = send.transfer.order
        key = self.world.store.find(order.number)
        self.sent.append(Asked(send, None if key is None else self.record(key), self.world.now))
        self.sends[order.number, order.key, type(send.transfer).__name__] += 1

    def _performed(self, task: Task, effect: Effect[Any], what: What) -> None:
        assert task.steps is not None
        resume: Callable[[Any], object] = task.steps.send
        try:
            answer = self._answer(task, effect, what)
        except Exception as failed:  # noqa: BLE001  # the coroutine decides
            resume, answer = task.steps.throw, failed
        task.changed = not isinstance(effect, READS)
        task.memory = hash((task.memory, self.world.now, memorable(answer)))
        self._goes_on(task, task.steps, resume, answer)

    def _answer(self, task: Task, effect: Effect[Any], what: What) -> object:
        if isinstance(effect, Transfer | Send | AskReference):
            self._books = None
        if isinstance(effect, Pause):
            task.slept += effect.seconds
            self.move(task.ready or self.world.now)
            return None
        if isinstance(effect, Send) and self._clock_of(task) > effect.until:
            return NotSent()  # what every driver promises
        if what in {"go", "lose"}:
            answer = self._perform(effect, task.since, lost=what == "lose")
            if what == "go":
                task.answers += [(effect, answer)] if isinstance(effect, Send) else []
                return answer
        if what in SILENT:
            return self._halved(effect, SILENT[what])
        if what == "late" and isinstance(effect, Send):
            by = self.world.now + self.scenario.able.max_in_flight
            self.flying.append(Flying(effect.transfer, effect.transfer.order.key, by))
        return unheard(effect)

    def _perform(self, effect: Effect[Any], since: int | None = None, *, lost: bool = False) -> Any:  # noqa: ANN401  # whatever it is answered
        answer = self.service.perform(effect)
        if isinstance(effect, Inquire | Void | Refund):
            before = len(self.heard) if since is None else since
            self.heard.append(Heard(effect, None if lost else answer, self.world.now, before))
        return answer

    def _halved(self, effect: Effect[Any], silent: Quiet) -> Any:  # noqa: ANN401  # whatever it is answered
        """What has a part in two ledgers, while the second one does not answer."""
        self.world.purse.silent = silent
        try:
            return self._perform(effect)
        finally:
            self.world.purse.silent = None

    def _clock_of(self, task: Task) -> float:
        return task.slept if self.scenario.stopped else self.world.seconds()

    def _arrives(self, flying: Flying) -> None:
        self.flying.remove(flying)
        self._books = None
        self.stage.checkout.answers.perform(flying.transfer)

    # Time, and the shop's workers

    def move(self, to: datetime) -> None:
        """The clock shows at least that; what is under way has arrived by its time."""
        if to <= self.world.now:
            return
        self.passed_over |= any(task.state == "waiting" for task in self.tasks)
        for each in sorted(self.flying, key=lambda flying: flying.by):
            if each.by <= to:
                self.world.now = max(self.world.now, each.by)
                self._arrives(each)
        self.world.now = to

    def passes(self, time: timedelta) -> None:
        """So much later; the workers have seen to whatever became due."""
        end = self.world.now + time
        while (due := self.due()) is not None and due <= end:
            self.move(due)
            self.works()
        self.move(end)

    def works(self, *, sweep: bool = False) -> None:
        """The workers, once through."""
        self._books = None
        worker = self._worker
        self.runs(worker.sweeping(1000) if sweep else worker.recovering_all(100))
        self.runs(worker.each_due(100, worker.relaying))

    def posts(self, buyer: int, page: str, body: object) -> Step:
        """A buyer posts, and nobody else does anything."""
        self._books = self.current = None
        step: Step = self.runs(self._worker.posting(self.stage.keys[buyer], page, body, self.scenario.caller))
        self.shown.add((step.pre_order.key, step.pre_order.totals.payable))
        return step

    def pays_again(self, buyer: int) -> None:
        """A buyer looks at how their order may be paid, which stands without money; it is begun where it was not."""
        step: Step = self.runs(self._worker.paying_again(self.stage.keys[buyer], self.scenario.caller))
        self.shown.add((step.pre_order.key, step.pre_order.totals.payable))

    def runs(self, steps: Steps[T]) -> T:
        """What that returns, run through at once."""

        def perform(effect: Effect[Any]) -> Any:  # noqa: ANN401  # whatever it is answered
            if isinstance(effect, Send):
                self._is_asked(effect)
            return self._perform(effect)

        return run_through(steps, perform)

    def decides(self, does: Literal["accept", "refuse", "clear"]) -> None:
        """The bank's operator, on all that waits for them."""
        self._books = None
        bank = self.world.bank
        for row in bank.rows():
            if row.state == "review" and does == "accept":
                bank.accepts(row.reference)
            elif row.state == "review" and does == "refuse":
                bank.refuses(row.reference)
            elif row.state == "authorised" and does == "accept":
                bank.settle(row.reference)
            elif row.state == "captured" and does == "clear":
                bank.clear(row.reference)

    def due(self) -> datetime | None:
        """When somebody must look next."""
        looks = (record.due_at for record in self.records().values())
        return min((at for at in looks if at is not None), default=None)

    # What is so

    def record(self, key: str) -> Record:
        """As it is stored now."""
        stored = self.world.store.get(key, None)
        assert stored is not None
        return self.stage.read(stored.head, stored.basket)

    def payer_of(self, buyer: int) -> str:
        """The key of the checkout that pays that buyer's order."""
        return self.stage.keys[self.scenario.buyers + buyer]

    def records(self) -> dict[str, Record]:
        """All that are stored, by key."""
        return {key: self.record(key) for key in self.stage.keys if self.world.store.get(key, None) is not None}

    def mark(self) -> int:
        """Equal where the same futures are possible: the same world, and requests that were told the same."""
        tasks = tuple(
            (task.state, task.memory, task.ready, task.changed) if task.goes_on else task.state for task in self.tasks
        )
        first = self.current if self._left["crash"] or self._switches is not None else None
        flying = tuple((each.key, each.by) for each in self.flying)
        return hash((
            tasks, first, flying, self.world_mark(), tuple(sorted(self._left.items())), self._switches,
            frozenset(self.sends.items()),
        ))  # fmt: skip

    def world_mark(self) -> int:
        """Equal where the same is stored, taken and told, and as much has gone wrong."""
        if self._books is None:
            self._books = self.world.books()
        return hash((self.world.mark(), self._books, bool(self.faults), self.edits, self.passed_over))
