"""What a buyer asks of the service, as coroutines of effects: the drivers run them, the explorer schedules them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from ..atlas import current
from ..checkout import PageName, page_name
from ..driver import Steps, arun
from ..effects import Event, ReadBasket
from ..engine import IN_PROGRESS, Step, read_form
from ..keyring import Keyring
from ..money import Money
from ..order import Basket, PreOrder, same
from ..page import Caller, Codes, Invalid
from ..paying import again_key, awaiting, due_at, moving, verdict, waits_for_money
from ..records import Answer, Record, Shown
from ..shop import Misconfigured
from ._effects import Find, Pause
from ._outbox import deliver
from ._session import Conflict, NotThere, NumberTaken, with_answer, with_shown
from ._tasks import Tasks

TRIES: Final = 5  # after a conflict
KEY_BYTES: Final = 18  # of a checkout's key: 144 bits
FIRST_LOOK, LONGEST = 0.05, 0.5  # seconds between looks at a payment that is under way
NOT_SENT: Codes = {"non_field_errors": ("message_not_sent",)}


class Requests(Tasks):
    """The service's core.  Nothing in it knows threads or loops."""

    async def saving(self, order: PreOrder) -> str:
        """The key of a checkout that is kept from now on.  Raises Conflict where the key is taken."""
        session = self.session(order.key)
        session.record = Record(order)
        await session.save(order)
        return order.key

    async def entering(self, checkout: str | None, caller: Caller, take: Callable[[str], Steps[Step]]) -> Step | None:
        """What `take` makes of this session's checkout: the one it remembers, or a new one of `caller.basket`.

        None where there is no basket, or nothing in it.  A placed order is shown until the buyer fills another basket.
        """
        step = None
        if checkout is not None:
            try:
                step = await take(checkout)
            except NotThere:  # nobody's any more, or another buyer's
                checkout = None
        if step is not None and (step.pre_order.placed is None or caller.basket in {None, step.pre_order.basket.key}):
            return step
        basket = None if caller.basket is None else await ReadBasket(caller.basket, "")
        if basket is None or not basket.lines:
            return step
        return await take(await self._begun(basket, caller, checkout))

    async def _begun(self, basket: Basket, caller: Caller, before: str | None) -> str:
        """The key of a new checkout, the same one for all requests of a session that come at once."""
        keyring, key = self.checkout.ports.keyring, None
        if keyring is not None and caller.session:
            mac = keyring.mac("checkout", caller.session, caller.account or "", basket.key, before or "")
            key = base64.urlsafe_b64encode(mac[:KEY_BYTES]).decode().rstrip("=")
        step = await arun(self.checkout.start_steps(basket, caller, key), self.session(key or "").answer)
        try:
            return await self.saving(step.pre_order)
        except Conflict:  # another request of the same session was first
            return step.pre_order.key

    async def paying_again(self, name: str, caller: Caller) -> Step:
        """Where the buyer stands in paying an order that stands without money.

        `name` is the key of a checkout, or an order number: that alone opens an account's own orders, and no guest's.
        One that is paid is shown.  Raises NotThere for another buyer's and for none alike.
        """
        key = await Find(name)
        order = await self.session(name if key is None else key).load()
        hidden = order.placed is None and order.again is None
        if hidden or order.buyer.account != caller.account or (key is not None and caller.account is None):
            raise NotThere(name)
        if not waits_for_money(order):  # paid at once, or the checkout that pays it
            return await self.viewing(order.key, None, caller)
        try:
            return await self.viewing(again_key(order), None, caller)
        except NotThere:
            session = self.session(again_key(order))
            step = await arun(self.checkout.pay_again_steps(order, caller), session.answer)
        with suppress(Conflict):  # another tab was first
            await self.saving(step.pre_order)
        return await self.viewing(step.pre_order.key, None, caller)

    async def viewing(self, key: str, page: PageName | None, caller: Caller) -> Step:
        """Where the buyer stands; what refreshing changed is saved."""
        return await self._stepping(key, caller, lambda order, _: self.checkout.view_steps(order, page, caller))

    async def posting(self, key: str, page: PageName, body: object, caller: Caller, token: str | None = None) -> Step:
        """Where the buyer stands after posting `body`; the same again, for the same post with the same token."""
        if token is not None:
            return await self._once(key, page, body, caller, token)
        return await self._posted(key, page, body, caller, None)

    async def _posted(
        self, key: str, page: PageName, body: object, caller: Caller, shown: Money | None, token: str | None = None
    ) -> Step:
        def submit(order: PreOrder, seen: Money | None) -> Steps[Step]:
            return self.checkout.submit_steps(order, page, body, caller, shown or seen)

        def view(order: PreOrder, _: Money | None) -> Steps[Step]:
            return self.checkout.view_steps(order, None, caller)

        given = None if token is None else (token, self._digest_of(page, body, caller))
        step = await self._stepping(key, caller, submit, view, given)
        if step.errors == IN_PROGRESS and self.checkout.map.collects(page_name(page), step.pre_order):
            return await self._awaited(key, caller, step)
        return step

    async def _stepping(
        self,
        key: str,
        caller: Caller,
        ask: Callable[[PreOrder, Money | None], Steps[Step]],
        view: Callable[[PreOrder, Money | None], Steps[Step]] | None = None,
        given: tuple[str, str] | None = None,
    ) -> Step:
        """Load, step, save.  Raises NotThere also where the checkout is another buyer's.

        A step without a payment has no effect before its save: after a conflict
        it is run again from a fresh load, and nobody notices.  One with a payment
        has saved its outcome; only what to show is computed again.
        """
        left: list[Event] = []
        passed_over = 0
        looked = False
        for _ in range(TRIES):
            session = self.session(key, passed_over)
            order = await session.load()
            if self._anothers(order, caller):
                raise NotThere(key)
            due = due_at(order)
            if due is not None and due <= self.checkout.ports.clock() and not looked:
                looked = True  # whoever meets a payment that is overdue looks after it
                await self.minded(key, self.recovering)
                session = self.session(key, passed_over)
                order = await session.load()
            try:
                step = await arun(ask(order, _seen(session.record, caller)), session.answer)
                changed = bool(session.events) or not same(step.pre_order, session.record.pre_order)
                noted = _noted(session.record, caller, step, pays=self.checkout.map.rows[step.page].pays)
                if given is not None and (changed or session.version > session.loaded):
                    noted = with_answer(noted, Answer(*given, step.page, step.errors))
                if changed or noted is not session.record:
                    session.record = noted
                    await session.save(step.pre_order)
            except NumberTaken:
                passed_over += 1
                continue
            except Conflict:
                left += session.left
                if session.paid and view is not None:
                    ask = view
                continue
            step.events = (*left, *session.left)
            step.version = session.version
            if session.record.outbox and any(m.event.urgent for m in await deliver(session)):
                step.errors = NOT_SENT
            return step
        raise Conflict(key)

    def _anothers(self, order: PreOrder, caller: Caller) -> bool:
        """Another buyer's, and cannot be made this one's: it is placed, pays an order, or its money may be moving."""
        if order.buyer.account == caller.account:
            return False
        return (
            order.placed is not None
            or order.again is not None
            or moving(order, self.checkout.ports.clock()) is not None
        )

    async def _awaited(self, key: str, caller: Caller, step: Step) -> Step:
        """What became of the payment that is under way, or that it still is after the shop's `answer_wait`."""
        until = self.monotonic() + self.checkout.ports.settings().answer_wait.total_seconds()
        wait, n = FIRST_LOOK, len(step.pre_order.attempts)
        while self.monotonic() + wait <= until:
            await Pause(wait)
            wait = min(2 * wait, LONGEST)
            order = await self.session(key).load()
            if moving(order, self.checkout.ports.clock()) is None:
                step = await self.viewing(key, self._handed_out(order, caller), caller)
                if step.pre_order.placed is None and not step.errors and n <= len(step.pre_order.attempts):
                    step.errors = verdict(step.pre_order, n)
                return step
        return step

    def _handed_out(self, order: PreOrder, caller: Caller) -> str | None:
        """The page that shows what the first click was handed: the second click is answered with the same."""
        if awaiting(order) is None:
            return None
        return current(self.checkout.map, self.checkout.visit(order, caller), going_out=True).name

    # Step tokens: the client's own proof of what it was shown, and that it means to post it once

    def token(self, step: Step) -> str:
        """What a client hands back with the post of the page shown.  Raises Misconfigured where there is no keyring."""
        total = step.pre_order.totals.payable
        parts = (_digest(step.pre_order.key), str(step.version), step.page, str(total.minor), total.currency)
        return self._keyring().seal_token("step", parts)

    def _keyring(self) -> Keyring:
        keyring = self.checkout.ports.keyring
        if keyring is None:
            raise Misconfigured("a step token needs Ports(keyring=Keyring(...))")
        return keyring

    async def _once(self, key: str, page: PageName, body: object, caller: Caller, token: str) -> Step:
        parts = self._keyring().open_token(token, "step")
        if parts is None or len(parts) != TOKEN_PARTS or (parts[0], parts[2]) != (_digest(key), page_name(page)):
            return await self._refused(key, caller, "out_of_date")
        digest, given = _digest(token), self._digest_of(page, body, caller)
        session = self.session(key)
        await session.load()
        answer = next((each for each in session.record.answers if each.token == digest), None)
        if answer is None:
            return await self._posted(key, page, body, caller, Money.of(int(parts[3]), parts[4]), digest)
        if answer.given != given:
            return await self._refused(key, caller, "key_reused")
        step = await self.viewing(key, answer.page, caller)
        step.errors = answer.errors
        return step

    async def _refused(self, key: str, caller: Caller, code: str) -> Step:
        step = await self.viewing(key, None, caller)
        step.errors = {"step_token": (code,)}
        return step

    def _digest_of(self, page: PageName, body: object, caller: Caller) -> str:
        """Of what was posted, as far as it shows: no digest of a card number is ever kept."""
        row = self.checkout.map.rows.get(page_name(page))
        if row is None:
            return _digest(page_name(page))
        try:
            return _digest(f"{row.name}|{read_form(row, body, self.checkout.ports.settings())!r}")
        except Invalid as refused:
            return _digest(f"{row.name}|{sorted(refused.codes)}")


TOKEN_PARTS: Final = 5


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _seen(record: Record, caller: Caller) -> Money | None:
    """The total that this session was last asked to pay."""
    if not caller.session:
        return None
    session = _digest(caller.session)
    return next((each.total for each in record.shown if each.session == session), None)


def _noted(record: Record, caller: Caller, step: Step, *, pays: bool) -> Record:
    """The record that knows which total this session is being asked to pay."""
    total = step.pre_order.totals.payable
    if not caller.session or not pays or _seen(record, caller) == total:
        return record
    return with_shown(record, Shown(_digest(caller.session), total))
