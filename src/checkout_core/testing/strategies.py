"""Checkouts for hypothesis: `@given(pre_orders())` draws what may stand in a record, in every state of payment.

What is drawn hangs together (sums are sums, one currency, at most one receipt),
but no flow need be able to lead there: texts, times and numbers are any.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..effects import CommitHold, Event, OnAttention, OrderPlaced, PostHook, ReleaseHold, SendMail, SendSms
from ..money import Money
from ..order import (
    Address,
    Attempt,
    Basket,
    Buyer,
    Capture,
    Challenge,
    Chosen,
    CreditCard,
    Deferred,
    Delivery,
    DeliveryRange,
    FundsTransfer,
    GroupChoice,
    Holding,
    Kind,
    Line,
    Payment,
    Placed,
    Plan,
    PreOrder,
    Resolved,
    Schedule,
    Seal,
    Shipping,
    ShippingChoice,
    State,
    Totals,
    evolve,
)
from ..pricing import totals
from ..records import Answer, Message, Record, Shown
from ..shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    District,
    Installment,
    PickupLocation,
    RetailStore,
    Township,
)
from ._basics import (
    CURRENCIES,
    amounts,
    counts,
    maybe_moments,
    maybe_texts,
    moments,
    pks,
    rates,
    some_texts,
    texts,
)  # fmt: skip
from ._drawn_offers import discounts, extras, loyalties

STATES: tuple[State, ...] = get_args(State)
RECEIPTS: tuple[State, ...] = ("captured", "deferred")  # of a placed order; one of them at most
NEVER_PAID: tuple[State, ...] = tuple(state for state in STATES if state not in RECEIPTS)
SENT: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != "deferred")
BACK: Mapping[State, tuple[str, ...]] = {"reversing": ("due", "refund"), "reversed": ("done",)}  # how its rows go back
WITH_MONEY: frozenset[State] = frozenset({"captured", "parked", "unplaced", *BACK})

countries = st.builds(Country, pks, texts, texts)
cities = st.builds(City, pks, texts, pks)
townships = st.builds(Township, pks, texts, pks)
districts = st.builds(District, pks, texts, pks, pks)
banks = st.builds(Bank, pks, texts, texts, maybe_texts)
bank_accounts = st.builds(BankAccount, pks, banks, texts, texts, st.sampled_from(CURRENCIES), texts, st.integers())
installments = st.builds(Installment, pks, counts, texts, rates)
cards = st.builds(
    Card, pks, texts, texts, banks, st.builds(CardType, pks, texts, texts, maybe_texts),
    st.sampled_from(["credit", "debit", "prepaid"]), st.booleans(), st.lists(installments, max_size=2).map(tuple),
)  # fmt: skip

buyers = st.builds(Buyer, maybe_texts, maybe_texts, maybe_texts)
addresses = st.builds(
    Address, st.none() | pks, *[texts] * 4, countries, cities, texts, st.none() | townships, st.none() | districts,
    *[maybe_texts] * 6, st.booleans(), st.booleans(),
)  # fmt: skip
delivery_options = st.builds(
    DeliveryOption, pks, texts, texts, st.sampled_from(["customer", "retail_store", "pickup_location"]), st.integers(),
    st.none() | pks,
)  # fmt: skip
places = countries, cities, st.none() | townships, st.none() | districts
retail_stores = st.builds(RetailStore, pks, texts, texts, *places, maybe_texts, texts, st.booleans(), st.none() | pks)
pickup_locations = st.builds(PickupLocation, texts, texts, texts, *places, maybe_texts, texts)
deliveries = st.builds(
    Delivery, st.none() | delivery_options, st.none() | addresses, st.none() | addresses, st.none() | retail_stores,
    st.none() | pickup_locations,
)  # fmt: skip
delivery_ranges = st.builds(DeliveryRange, moments, moments, pks, counts)
schedules = st.builds(Schedule, st.none() | delivery_ranges, st.none() | st.booleans())

chosen = st.builds(Chosen, pks, texts, texts, texts, maybe_texts)
credit_cards = st.builds(CreditCard, chosen, maybe_texts, st.none() | cards, st.none() | installments, maybe_texts)
funds_transfers = st.builds(FundsTransfer, chosen, st.none() | bank_accounts, st.booleans())
payments: SearchStrategy[Payment | None] = st.none() | credit_cards | funds_transfers

maybe_holdings = st.none() | st.builds(Holding, texts, st.sampled_from(["asked", "held", "committed", "released"]))
deferrals = st.builds(Deferred, st.sampled_from(["funds_transfer", "free"]), st.sampled_from([300, 400]))
maybe_resolutions = st.none() | st.builds(Resolved, *[texts] * 3, moments)
sent = st.sampled_from(SENT)
handed = st.dictionaries(texts, texts, max_size=2)
challenges = st.builds(Challenge, *[texts] * 4, moments, moments, st.integers(0, 9), st.integers(0, 99), st.booleans())
events: SearchStrategy[Event] = st.one_of(
    st.builds(OrderPlaced, texts), st.builds(SendMail, texts, texts), st.builds(PostHook, texts, texts),
    st.builds(SendSms, texts, texts, st.none() | challenges), st.builds(OnAttention, texts, texts),
    st.builds(CommitHold, texts), st.builds(ReleaseHold, texts),
)  # fmt: skip
messages = st.builds(Message, texts, events, maybe_texts, maybe_moments, st.integers(0, 30), maybe_texts)
answers = st.builds(Answer, *[texts] * 3, st.dictionaries(texts, some_texts, max_size=2))


@cache
def lines(currency: str) -> SearchStrategy[Line]:
    """A line of the basket, priced in that currency."""
    return st.builds(
        Line, pks, texts, texts, counts, amounts(currency), st.integers(0, 10_000), rates, texts, maybe_texts,
        st.integers(0, 3_000), st.dictionaries(texts, texts, max_size=2), st.lists(pks, max_size=2).map(tuple),
        st.none() | pks, st.none() | amounts(currency),
    )  # fmt: skip


@cache
@st.composite
def baskets(draw: DrawFn, currency: str, max_size: int = 3) -> Basket:
    """A basket of up to `max_size` lines, with its sums; other lines have another digest."""
    drawn = tuple(draw(st.lists(lines(currency), max_size=max_size)))
    return Basket.of(draw(texts), sha256(repr(drawn).encode()).hexdigest(), drawn, currency, draw(maybe_texts))


@cache
def shippings(currency: str) -> SearchStrategy[Shipping]:
    """With an option at its price, with one for each group of goods, or none chosen yet."""
    choices = st.builds(
        ShippingChoice, pks, texts, texts, amounts(currency), maybe_texts, maybe_texts, some_texts,
        st.dictionaries(texts, texts, max_size=2), st.booleans(),
    )  # fmt: skip
    of_a_group = st.builds(
        GroupChoice, texts, pks, texts, amounts(currency), st.lists(pks, max_size=2).map(tuple), maybe_texts,
        st.booleans(),
    )  # fmt: skip
    groups = st.lists(of_a_group, max_size=2).map(tuple)
    return (
        st.builds(Shipping, choices) | st.builds(Shipping, st.none(), groups) | st.builds(Shipping, by_attribute=groups)
    )


@cache
def seals(currency: str) -> SearchStrategy[Seal]:
    """Of one plan or several."""
    plans = st.builds(Plan, counts, amounts(currency))
    return st.builds(Seal, texts, st.lists(plans, min_size=1, max_size=3).map(tuple))


@cache
def captures(currency: str, state: State) -> SearchStrategy[tuple[Capture, ...]]:
    """Rows of the ledger, as an attempt in that state has them: one at least where its money was taken."""
    if state not in WITH_MONEY:
        return st.just(())
    reversals = st.sampled_from(BACK[state]) if state in BACK else st.none()
    rows = st.builds(
        Capture, texts, amounts(currency), counts, reversals, maybe_texts, st.integers(0, 20), maybe_texts
    )  # fmt: skip
    return st.lists(rows, min_size=1, max_size=2).map(tuple)


@cache
@st.composite
def attempts(draw: DrawFn, currency: str, states: tuple[State, ...] = STATES, n: int = 1) -> Attempt:
    """The n-th try to take money, in one of those states."""
    state = draw(st.sampled_from(states))
    free = state == "deferred" or (state in {"preparing", "abandoned"} and draw(st.booleans()))  # asks no provider
    since = draw(moments)
    return Attempt(
        n, draw(texts), draw(texts), "" if free else draw(texts), "deferred" if free else draw(sent),
        draw(seals(currency)), state, since, since + timedelta(seconds=30), since + timedelta(seconds=90),
        draw(maybe_moments), draw(handed), draw(maybe_texts), draw(maybe_moments),
        draw(captures(currency, state)), draw(maybe_holdings), draw(deferrals) if free else None,
        draw(st.booleans()), draw(st.sampled_from(["shop", "provider"])), draw(maybe_moments), draw(maybe_moments),
        draw(maybe_moments), draw(st.integers(0, 20)), draw(some_texts), draw(maybe_texts),
        draw(maybe_resolutions),
    )  # fmt: skip


@st.composite
def pre_orders(
    draw: DrawFn,
    *,
    ways: SearchStrategy[Payment | None] = payments,
    more: SearchStrategy[tuple[object, ...]] = st.just(()),  # noqa: B008  # a strategy is a value
    keys: SearchStrategy[str] = texts,
) -> PreOrder:
    """A checkout at any point: `ways` draws how it is paid, `more` the host's own parts.

    Of its attempts one at most is the receipt of the placed order, and that is the last one.
    """
    currency = draw(st.sampled_from(CURRENCIES))
    zero = Money.zero(currency)
    order = PreOrder(
        draw(keys), draw(baskets(currency)), Totals(zero, zero, zero, zero), draw(buyers), draw(deliveries),
        draw(shippings(currency)), draw(ways), draw(extras(currency)), draw(more), (), draw(maybe_texts), None,
        draw(st.integers(0, 3)), draw(schedules), loyalty=draw(loyalties(currency)),
    )  # fmt: skip
    order = evolve(order, discounts=draw(discounts(order.basket, order.shipping)))
    order = evolve(order, totals=totals(order, draw(st.sampled_from(["up", "half_up"]))))
    tried = tuple(draw(attempts(currency, NEVER_PAID, n)) for n in range(1, draw(st.integers(0, 2)) + 1))
    return draw(placed(evolve(order, attempts=tried))) if draw(st.booleans()) else evolve(order, attempts=tried)


@st.composite
def placed(draw: DrawFn, order: PreOrder) -> PreOrder:
    """The order on one more attempt, which is for what is left to the way to pay, and took it."""
    sums = order.totals
    paid = draw(attempts(sums.total.currency, RECEIPTS, len(order.attempts) + 1))
    plan = evolve(paid.seal.plans[0], amount=sums.payable)
    rows = tuple(evolve(row, amount=plan.amount) if n == 0 else row for n, row in enumerate(paid.captures))
    paid = evolve(paid, seal=evolve(paid.seal, plans=(plan, *paid.seal.plans[1:])), captures=rows)
    free = paid.receipt
    receipt = free.why if free else rows[0].reference
    status = free.status if free else 400
    block = Placed(paid.number, sums.total, sums, plan, receipt, status, draw(moments), paid.seal.digest)
    return evolve(order, attempts=(*order.attempts, paid), number=paid.number, placed=block)


def records(orders: SearchStrategy[PreOrder] | None = None) -> SearchStrategy[Record]:
    """Of those orders, with messages on their way out, and all else that a service remembers."""
    of = pre_orders() if orders is None else orders
    shown = st.builds(Shown, texts, st.sampled_from(CURRENCIES).flatmap(amounts))
    return st.builds(
        Record, of, st.lists(messages, max_size=2).map(tuple), some_texts, st.lists(answers, max_size=2).map(tuple),
        st.lists(shown, max_size=2).map(tuple), maybe_moments, texts, maybe_moments,
    )  # fmt: skip
