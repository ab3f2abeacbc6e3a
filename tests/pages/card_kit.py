"""A buyer with a card: cards and plans, orders on the way to paying, and a shop whose bank does what a test says."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import timedelta

from checkout_core import Basket, Checkout, Ports, PreOrder, Settings, evolve
from checkout_core.effects import (
    Callback,
    Cancelled,
    Capabilities,
    Captured,
    CardSecrets,
    Declined,
    HandedOut,
    NotFound,
    Order,
    Outcome,
    Rejected,
    Reversed,
    Settled,
    Unknown,
    Verified,
)
from checkout_core.money import Money
from checkout_core.order import Address
from checkout_core.page import Visit
from checkout_core.pages.credit_card import (
    BinNumberPage,
    CreditCardConfirmationPage,
    CreditCardThreeDSecurePage,
    InstallmentSelectionPage,
)
from checkout_core.paying import apply_outcome, prepare
from checkout_core.shop import Bank as Issuer
from checkout_core.shop import Card, CardType, Installment, Shop

from .kit import BASKET, BY_CARD, HOME, NOW, SHOP, order, visit

BIN, INSTALLMENTS = BinNumberPage.__name__, InstallmentSelectionPage.__name__
CONFIRMATION, THREE_D = CreditCardConfirmationPage.__name__, CreditCardThreeDSecurePage.__name__

MASTERCARD, VISA, AMEX = (
    CardType(1, "MasterCard", "mastercard"),
    CardType(2, "Visa", "visa"),
    CardType(3, "Amex", "amex"),
)
FIRST, SECOND = Issuer(1, "First Bank", "first"), Issuer(2, "Second Bank", "second")
AT_ONCE, IN_THREE, IN_SIX = (
    Installment(11, 1, "At once"),
    Installment(13, 3, "3 parts", 50_000),
    Installment(16, 6, "6 parts", 90_000),
)
GOLD = Card(101, "Gold", "gold", FIRST, MASTERCARD, installments=(AT_ONCE, IN_THREE, IN_SIX))
CAREFUL = Card(  # its issuer insists on 3-D Secure, and has the same three parts under a key of its own
    102, "Careful", "careful", SECOND, VISA, three_d=True,
    installments=(Installment(21, 1), Installment(23, 3, "three", 50_000)),
)  # fmt: skip
DEBIT = Card(103, "Debit", "debit", FIRST, VISA, "debit", installments=(Installment(31, 1),))
AMERICAN = Card(104, "Blue", "blue", SECOND, AMEX, installments=(Installment(41, 1), Installment(43, 3, "", 40_000)))
GIFT = Card(105, "Gift", "gift", FIRST, MASTERCARD, "prepaid", installments=(Installment(51, 1),))
OTHER = Card(
    199,
    "Other",
    "other",
    Issuer(99, "Other", "other"),
    CardType(99, "Other", "other"),
    installments=(Installment(91, 1),),
)
CARDS = {"542119": GOLD, "542120": CAREFUL, "411111": DEBIT, "378282": AMERICAN, "54211988": GIFT}
CARD_SHOP: Shop = evolve(SHOP, cards=(OTHER,))

WIDE = {48 + n: 0xFF10 + n for n in range(10)}  # the digits of full width

NUMBER, CVV = "5421190000000009", "737"
CAREFUL_NUMBER, AMEX_NUMBER, STRANGE_NUMBER = "5421200000000006", "378282246310005", "4000000000000002"
PAYING: Mapping[str, object] = {
    "card_number": "5421 1900 0000 0009", "card_holder": "ADA LOVELACE", "card_month": "12", "card_year": "2028",
    "card_cvv": CVV, "agreement": True,
}  # fmt: skip
CAREFUL_PAYING = {**PAYING, "card_number": CAREFUL_NUMBER}
MD = "md-1"
IN_FLIGHT = timedelta(seconds=60)
ABLE = Capabilities(IN_FLIGHT, sandbox=True)


def without_plans(card: Card) -> Card:
    return evolve(card, installments=())


def chosen(plan: Installment | None = AT_ONCE, bin_number: str = "542119", **parts: object) -> PreOrder:
    """An order of 125.00 TRY and interest, for which card and plan are chosen."""
    return order(
        payment=evolve(BY_CARD, bin_number=bin_number, card=without_plans(CARDS[bin_number]), installment=plan), **parts
    )


def card_visit(of: PreOrder, **settings: object) -> Visit:
    """What a page may look at in a shop with cards, of which a bank takes the money."""
    return evolve(visit(of, shop=CARD_SHOP, settings=Settings(**settings)), gateways={"bank": ABLE})


def handed_out(of: PreOrder, md: str = MD) -> PreOrder:
    """The same order while its buyer is at the bank."""
    tried, _ = prepare(card_visit(of), of, "three_d")
    return apply_outcome(tried, len(tried.attempts), HandedOut({"md": md, "url": "https://bank.example/"}), NOW)[0]


# A bank

Answer = Outcome | Exception | Callable[[Order], Outcome]


class Bank:
    """A gateway that answers as `will` says, and approves when that is used up.  `ledger` is the truth."""

    def __init__(self, capabilities: Capabilities = ABLE) -> None:
        self.capabilities = capabilities
        self.will: deque[Answer] = deque()
        self.meanwhile: deque[Callable[[], object]] = deque()  # what happens elsewhere while a transfer is on its way
        self.ledger: dict[str, list[Captured]] = {}  # what stands, by order number
        self.calls: list[tuple[str, Order]] = []  # transfers, in their order
        self.cards: list[CardSecrets] = []
        self.returned: list[Mapping[str, str]] = []
        self.again: list[CardSecrets | None] = []  # what came with the last calls of 3-D Secure
        self.asked: list[str] = []  # numbers of inquiries
        self.voided: list[tuple[str, str]] = []
        self.refunded: list[tuple[str, Money, str]] = []
        self.cleared: set[str] = set()  # references that are too late to void
        self.cancelled: set[str] = set()  # numbers whose session is closed
        self.messages: dict[bytes, Verified] = {}  # what is the provider's, by its bytes
        self.dead = False  # it answers no inquiry, no void and no refund

    @property
    def net(self) -> int:
        """How often money was taken and not given back."""
        return sum(map(len, self.ledger.values()))

    def take(self, order: Order, amount: object = None) -> Captured:
        """Money is taken, whoever hears of it."""
        rows = sum(map(len, self.ledger.values())) + len(self.voided)
        row = Captured(f"r{rows + 1}", amount or order.amount, order.installments)
        self.ledger.setdefault(order.number, []).append(row)
        return row

    def _does(self, method: str, order: Order) -> Outcome:
        self.calls.append((method, order))
        while self.meanwhile:
            self.meanwhile.popleft()()
        answer = self.will.popleft() if self.will else self.take
        if isinstance(answer, Exception):
            raise answer
        return answer(order) if callable(answer) else answer

    def sale(self, order: Order, card: CardSecrets, /) -> Outcome:
        self.cards.append(card)
        return self._does("sale", order)

    def start_three_d(self, order: Order, card: CardSecrets, /) -> Outcome:
        self.cards.append(card)
        if not self.will:
            self.will.append(HandedOut({"md": f"md-{len(self.calls) + 1}", "url": "https://bank.example/"}))
        return self._does("start_three_d", order)

    def finish_three_d(self, order: Order, returned: Mapping[str, str], card: CardSecrets | None, /) -> Outcome:
        self.returned.append(returned)
        self.again.append(card)
        return self._does("finish_three_d", order)

    def start_session(self, order: Order, /) -> Outcome:
        if not self.will:
            self.will.append(HandedOut({"session": f"s-{len(self.calls) + 1}", "url": "https://bank.example/"}))
        return self._does("start_session", order)

    def cancel_session(self, order: Order, /) -> Outcome:
        if not self.will:
            self.will.append(self.close)
        return self._does("cancel_session", order)

    def close(self, order: Order) -> Outcome:
        """Nobody can pay with that number's session any more, unless somebody has."""
        if order.number in self.ledger:
            return Unknown("paid")
        self.cancelled.add(order.number)
        return Cancelled()

    def inquire(self, number: str, /) -> tuple[Captured, ...] | Cancelled | NotFound:
        self.asked.append(number)
        if self.dead:
            raise TimeoutError
        return tuple(self.ledger.get(number, ())) or (Cancelled() if number in self.cancelled else NotFound())

    def void(self, reference: str, key: str, /) -> Reversed | Settled:
        self.voided.append((reference, key))
        if self.dead:
            raise TimeoutError
        if reference in self.cleared:
            return Settled(reference)
        return self._gives_back(reference)

    def refund(self, reference: str, amount: Money, key: str, /) -> Reversed:
        self.refunded.append((reference, amount, key))
        if self.dead:
            raise TimeoutError
        return self._gives_back(reference)

    def _gives_back(self, reference: str) -> Reversed:
        for rows in self.ledger.values():
            rows[:] = [row for row in rows if row.reference != reference]
        return Reversed(reference)

    def verify(self, callback: Callback, /) -> Verified | Rejected:
        return self.messages.get(callback.body, Rejected("unknown_message"))


def declines(code: str) -> Declined:
    return Declined(code)


class World:
    """The ports of a shop; every table is there to be changed."""

    def __init__(self, **settings: object) -> None:
        self.now = NOW
        self.monotonic = 1000.0  # seconds
        self.settings = Settings(**settings)
        self.shop = CARD_SHOP
        self.cards = dict(CARDS)
        self.basket: Basket = BASKET
        self.bank = Bank()
        self.placed: list[tuple[str, PreOrder]] = []
        self.broken: Exception | None = None  # what the port of orders answers with

    @property
    def ports(self) -> Ports:
        return Ports(
            shop=lambda: self.shop, settings=lambda: self.settings, clock=lambda: self.now, key=lambda: "co-2",
            basket=self, buyers=self, cards=self, orders=self, gateways={"bank": self.bank},
        )  # fmt: skip

    @property
    def checkout(self) -> Checkout:
        return Checkout(self.ports)

    def passes(self, time: timedelta) -> None:
        self.now += time
        self.monotonic += time.total_seconds()

    def sleeps(self, seconds: float) -> None:
        """A pause of a request that waits for another one."""
        self.passes(timedelta(seconds=seconds))

    def read_basket(self, key: str, known_digest: str, /) -> Basket | None:
        return None if self.basket.digest == known_digest else self.basket

    def list_addresses(self, account: str | None, key: str, /) -> tuple[Address, ...]:
        return (HOME,)

    def find_card(self, bin_number: str, /) -> Card | None:
        return self.cards.get(bin_number)

    def order_placed(self, number: str, order: PreOrder, /) -> None:
        if self.broken is not None:
            raise self.broken
        self.placed.append((number, order))
