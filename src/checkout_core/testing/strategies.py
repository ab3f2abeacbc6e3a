"""Checkouts for hypothesis: `@given(pre_orders())` draws what may stand in a record, in every state of payment.

What is drawn hangs together (sums are sums, one currency, at most one receipt),
but no flow need be able to lead there: texts, times and numbers are any.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Literal, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..effects import OrderPlaced
from ..money import Money, total
from ..order import (
    Address,
    Attempt,
    Basket,
    Buyer,
    Capture,
    Chosen,
    CreditCard,
    Delivery,
    Extras,
    FundsTransfer,
    Line,
    Payment,
    Placed,
    Plan,
    PreOrder,
    Seal,
    Shipping,
    ShippingChoice,
    State,
    Totals,
)
from ..records import Message, Record
from ..shop import Bank, BankAccount, Card, CardType, City, Country, DeliveryOption, District, Installment, Township

CURRENCIES = ("TRY", "EUR", "JPY", "KWD")  # of 2, 0 and 3 decimals
STATES: tuple[State, ...] = get_args(State)
NEVER_PAID: tuple[State, ...] = tuple(state for state in STATES if state != "captured")

texts = st.text(max_size=12)  # any Unicode, empty too
pks = st.integers(1, 2**40)
counts = st.integers(1, 12)
rates = st.integers(0, 1_000_000)  # millionths
maybe_texts = st.none() | texts
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC) | offsets)  # noqa: DTZ001  # hypothesis adds the zone

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
    DeliveryOption, pks, texts, texts, st.sampled_from(["customer", "retail_store", "pickup_location"]), st.integers()
)
deliveries = st.builds(Delivery, st.none() | delivery_options, st.none() | addresses, st.none() | addresses)
extras = st.builds(Extras, maybe_texts)

chosen = st.builds(Chosen, pks, texts, texts, texts, maybe_texts)
credit_cards = st.builds(CreditCard, chosen, maybe_texts, st.none() | cards, st.none() | installments, maybe_texts)
funds_transfers = st.builds(FundsTransfer, chosen, st.none() | bank_accounts, st.booleans())
payments: SearchStrategy[Payment | None] = st.none() | credit_cards | funds_transfers


def amounts(currency: str) -> SearchStrategy[Money]:
    """From nothing up to a hundred million minor units."""
    return st.integers(0, 10**8).map(lambda minor: Money.of(minor, currency))


def lines(currency: str) -> SearchStrategy[Line]:
    """A line of the basket, priced in that currency."""
    return st.builds(
        Line, pks, texts, texts, counts, amounts(currency), st.integers(0, 10_000), rates, texts, maybe_texts
    )


@st.composite
def baskets(draw: DrawFn, currency: str, max_size: int = 3) -> Basket:
    """A basket of up to `max_size` lines, with its sums; other lines have another digest."""
    drawn = tuple(draw(st.lists(lines(currency), max_size=max_size)))
    return Basket.of(draw(texts), sha256(repr(drawn).encode()).hexdigest(), drawn, currency)


def shippings(currency: str) -> SearchStrategy[Shipping]:
    """With an option at its price, or none chosen yet."""
    choices = st.builds(ShippingChoice, pks, texts, texts, amounts(currency), maybe_texts, maybe_texts)
    return st.builds(Shipping, st.none() | choices)


def seals(currency: str) -> SearchStrategy[Seal]:
    """Of one plan or several."""
    plans = st.builds(Plan, counts, amounts(currency))
    return st.builds(Seal, texts, st.lists(plans, min_size=1, max_size=3).map(tuple))


@st.composite
def attempts(draw: DrawFn, currency: str, states: tuple[State, ...] = STATES, n: int = 1) -> Attempt:
    """The n-th try to take money, in one of those states."""
    state = draw(st.sampled_from(states))
    since = draw(moments)
    paid = state in {"captured", "parked", "reversing", "reversed"}
    reversal = {"reversing": "due", "reversed": "done"}.get(state)
    captures = st.builds(Capture, texts, amounts(currency), counts, st.just(reversal))
    return Attempt(
        n, draw(texts), draw(texts), draw(texts), draw(st.sampled_from(["sale", "three_d"])), draw(seals(currency)),
        state, since, since + timedelta(seconds=30), since + timedelta(seconds=90), draw(st.none() | moments),
        draw(st.dictionaries(texts, texts, max_size=2)), draw(maybe_texts), draw(st.none() | moments),
        tuple(draw(st.lists(captures, min_size=1, max_size=2))) if paid else (),
    )  # fmt: skip


def totals_of(basket: Basket, shipping: Shipping, interest: Money) -> Totals:
    """What the order costs."""
    sent = shipping.option.shipping_amount if shipping.option else Money.zero(basket.currency)
    return Totals(basket.amount, sent, interest, total((basket.amount, sent, interest), basket.currency))


@st.composite
def pre_orders(
    draw: DrawFn,
    *,
    ways: SearchStrategy[Payment | None] = payments,
    more: SearchStrategy[tuple[object, ...]] = st.just(()),  # noqa: B008  # a strategy is a value
    keys: SearchStrategy[str] = texts,
) -> PreOrder:
    """A checkout at any point: `ways` draws how it is paid, `more` the host's own parts."""
    currency = draw(st.sampled_from(CURRENCIES))
    basket, shipping = draw(baskets(currency)), draw(shippings(currency))
    totals = totals_of(basket, shipping, draw(st.just(Money.zero(currency)) | amounts(currency)))
    tried = tuple(draw(attempts(currency, NEVER_PAID, n)) for n in range(1, draw(st.integers(0, 2)) + 1))
    number, placed = draw(maybe_texts), None
    if draw(st.booleans()):
        paid = draw(attempts(currency, ("captured",), len(tried) + 1))
        tried, number = (*tried, paid), paid.number
        status: Literal[300, 400] = draw(st.sampled_from([300, 400]))
        plan = paid.seal.plans[0]
        receipt = paid.captures[0].reference
        placed = Placed(number, plan.amount, totals, plan, receipt, status, draw(moments), paid.seal.digest)
    return PreOrder(
        draw(keys), basket, totals, draw(buyers), draw(deliveries), shipping, draw(ways), draw(extras), draw(more),
        tried, number, placed,
    )  # fmt: skip


def records(orders: SearchStrategy[PreOrder] | None = None) -> SearchStrategy[Record]:
    """Of those orders, with messages on their way out."""
    of = pre_orders() if orders is None else orders
    messages = st.builds(Message, texts, st.builds(OrderPlaced, texts))
    return st.builds(Record, of, st.lists(messages, max_size=2).map(tuple), st.none() | moments, texts)
