"""The sandbox's bank: a gateway with a ledger of its own, which is the truth in every test.

    bank = Bank("bank.sqlite", capabilities=ORDER_NUMBER)
    bank.captures, bank.sends, bank.rows(), bank.messages()

What a card does is in `magic`, what the bank promises in `presets`.  It keeps the last four digits of a card and no
more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from ..effects import (
    Callback,
    Cancelled,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    Order,
    Rejected,
    Replayed,
    Reversed,
    Row,
    Secret,
    Settled,
    Unknown,
    Verified,
)
from ..money import Money
from ..order import Campaign, Reward
from ..shop import Installment
from ..stores._store import MICROSECOND
from ._branch import SENDS
from ._desk import Desk
from ._extras import code_of, rewards
from ._lobby import Lobby
from ._outcomes import Statement, fate_of
from ._papers import Call, Going, Reference, Style
from .magic import CAMPAIGNS, MAGIC, PLANS, REJECTED, STRANGER, UNPROVEN, End, Fate

A = TypeVar("A")


class BankTimeout(TimeoutError):
    """No answer came.  Whether the request arrived, the ledger knows."""


class BankGarbage(ValueError):
    """What came is no answer."""


class Bank(Lobby):
    """The gateway.  A card or a fault that loses a request or an answer raises BankTimeout or BankGarbage."""

    unreachable: AbstractSet[str] = frozenset()
    """Methods whose requests do not arrive, while a test says so: `bank.unreachable = {"inquire"}`."""
    answers_lost: AbstractSet[str] = frozenset()
    """Methods whose requests take effect and whose answers do not come."""
    garbled: AbstractSet[str] = frozenset()
    """Methods of which something on the way answers what is no answer; nothing takes effect."""
    late: AbstractSet[str] = frozenset()
    """Methods, of those that may move money, whose requests take effect when `arrives` says so; no answer comes."""

    def sale(self, order: Order, card: CardSecrets, /) -> Row | Declined | Replayed | Unknown:
        number = card.number.reveal()
        fate = MAGIC.get(number, STRANGER)
        fate = fate if fate.proof is None else UNPROVEN
        return self._sent(Going("sale", order, number[-4:], fate), fate.end, Desk.sale)

    def start_three_d(self, order: Order, card: CardSecrets, /) -> HandedOut | Declined | Replayed | Unknown:
        number = card.number.reveal()
        fate = MAGIC.get(number, STRANGER)
        lost: End = "request_lost" if fate.proof == "down" else "approved"  # the rest is the last call's
        return self._sent(Going("start_three_d", order, number[-4:], fate), lost, Desk.start)

    def finish_three_d(
        self, order: Order, returned: Mapping[str, str], card: CardSecrets | None = None, /
    ) -> Row | Declined | Unknown:
        """Of what came back `md` is looked at, and nothing else: what was decided at the bank, the bank knows."""
        md = returned.get("md", "")
        with self.desk() as desk:
            ticket = desk.presented(order, md)
        fate = fate_of(ticket) if ticket else REJECTED
        if self.capabilities.card_twice and (ticket is None or card is None or not _same(card, ticket.last_four)):
            self._called("finish_three_d", order.number, order.key)
            return Unknown("card_needed")
        lost: End = "approved" if self.capabilities.last_call == "provider" else fate.end
        going = Going("finish_three_d", order, ticket.last_four if ticket else "", fate, md)
        return self._sent(going, lost, Desk.finish_three_d)

    def start_session(
        self, order: Order, /, *, style: Style | None = None
    ) -> HandedOut | Declined | Replayed | Unknown:
        """A page of the bank's, where `pays` takes the money; of another style than the bank's if one is given."""
        if "session" not in self.capabilities.kinds:
            self._called("start_session", order.number, order.key)
            return Unknown("no_session")
        style = style or self.style
        if style == "garanti" and order.details.back is None:
            self._called("start_session", order.number, order.key)
            return Unknown("no_way_back")
        page = Fate("a page of the bank's")
        return self._sent(Going("start_session", order, "", page, style=style), "approved", Desk.start)

    def cancel_session(self, order: Order, /) -> Cancelled | Unknown:
        return self._asked("cancel_session", order.number, order.key, lambda desk: desk.cancel(order))

    def inquire(self, number: str, /) -> tuple[Row, ...] | Declined | Cancelled | NotFound | Unknown:
        said = self.statement(number)
        return said if isinstance(said, Unknown) else said.outcome()

    def statement(self, number: str) -> Statement | Unknown:
        """What `inquire` is made from, for who wants to see the entries."""
        return self._asked("inquire", number, "", lambda desk: desk.statement(number))

    def void(self, reference: str, key: str, /) -> Reversed | Settled | Unknown:
        return self._asked("void", reference, key, lambda desk: desk.void(reference, key))

    def refund(self, reference: str, amount: Money, key: str, /) -> Reversed | Unknown:
        return self._asked("refund", reference, key, lambda desk: desk.refund(reference, amount, key))

    def verify(self, callback: Callback, /) -> Verified | Rejected:
        """Whose message it is, by the secrets of this bank; nothing is asked of the ledger.

        Where returns are signed, one that comes as a query is what a browser has brought.
        """
        if self.capabilities.signed_return and callback.query:
            return self.garanti.verify(callback)
        return self._notices.verify(callback)

    # Beside payments

    def ask_plans(self, amount: Money, /) -> tuple[Installment, ...]:
        """In which instalments the bank lets pay on its page, `magic.PLANS`."""
        return self._asked("ask_plans", "", "", lambda _: PLANS)

    def ask_campaigns(self, card_number: Secret, /) -> tuple[Campaign, ...]:
        """What the bank of that card has to offer with it, `magic.CAMPAIGNS`."""
        return self._asked("ask_campaigns", "", "", lambda _: CAMPAIGNS.get(card_number.reveal(), ()))

    def ask_rewards(self, card: CardSecrets, currency: str, /) -> tuple[Reward, ...]:
        """What is left on that card to pay with, of `magic.REWARDS`."""
        return self._asked("ask_rewards", "", "", lambda desk: rewards(desk.book, card.number.reveal(), currency))

    def ask_reference(
        self, number: str, amount: Money, iban: str, email: str | None, addresses: tuple[str, ...], site: str, /
    ) -> str:
        """What the buyer puts on the transfer: the same code while amount and account are, and then another."""
        asked = Reference("", number, amount, iban, email, addresses, site, "open")
        return self._asked("ask_reference", number, "", lambda desk: code_of(desk.book, asked))

    # The wire

    def _called(self, method: str, number: str, key: str) -> None:
        with self._ledger.book() as book:
            book.note(Call(method, number, key))
        if method in self.unreachable:
            raise BankTimeout
        if method in self.garbled:
            raise BankGarbage

    def _asked(self, method: str, number: str, key: str, ask: Callable[[Desk], A]) -> A:
        self._called(method, number, key)
        with self.desk() as desk:
            answer = ask(desk)
        if method in self.answers_lost:
            raise BankTimeout
        return answer

    def _sent(self, going: Going, end: End, ask: Callable[[Desk, Going], tuple[A, bool]]) -> A | Unknown:
        self._called(going.method, going.order.number, going.order.key)
        if end == "request_lost":
            raise BankTimeout
        if end == "garbage":
            raise BankGarbage
        if end == "late" or going.method in self.late & SENDS:
            with self.desk() as desk:
                desk.book.set_off(going, desk.now + self.late_by // MICROSECOND)
            raise BankTimeout
        with self.desk() as desk:
            answer, new = ask(desk, going)
        if going.method in self.answers_lost or (new and end == "answer_lost"):
            raise BankTimeout
        return Unknown("duplicate_number") if new and end == "duplicate_number" else answer


def _same(card: CardSecrets, last_four: str) -> bool:
    return card.number.reveal()[-4:] == last_four
