"""The sandbox's books of loyalty: what an order spends is debited once, and stays debited."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from checkout_core import Checkout
from checkout_core.money import Money
from checkout_core.order import AccountUsage, Buyer, CardPoints, Loyalty, evolve
from checkout_core.sandbox import HOLIDAY_STORE, Sandbox, load_shop
from checkout_core.sandbox._loyalty import LoyaltyBooks
from checkout_core.shop import Misconfigured
from checkout_core.stores import StoreUnavailable

FILE = load_shop(HOLIDAY_STORE)
PLAIN = Sandbox()
BASKET = PLAIN.basket("mug")
START = Checkout(PLAIN.ports).start(BASKET).pre_order


def lira(amount):
    return Money(amount, "TRY")


def order(*usages, points="0.00", account="ada"):
    """An order that spends so much of each label, and points."""
    accounts = tuple(AccountUsage(label, str(label), lira(amount)) for label, amount in usages)
    money = sum((usage.amount.minor for usage in accounts), 0)
    return evolve(
        START,
        buyer=Buyer(account, "ada@example.org", "+905551112233"),
        loyalty=Loyalty(accounts, CardPoints("LC-2001", lira(points), lira("0.01")) if lira(points) else None),
        totals=evolve(START.totals, loyalty_money=Money.of(money, "TRY"), loyalty_card=lira(points)),
    )


def balances(books, account="ada"):
    """Of each label, then of the card."""
    card = books.find_loyalty_card(account, "TRY")
    return [str(each.balance) for each in books.list_loyalty_accounts(account, "TRY")] + [card and str(card.points)]


@pytest.fixture(params=["memory", "file"])
def books(request, tmp_path):
    books = LoyaltyBooks(FILE.loyalty, *([tmp_path / "loyalty.sqlite"] if request.param == "file" else []))
    yield books
    books.close()


def test_before_anybody_bought_there_is_what_the_shop_file_says(books):
    assert balances(books) == ["60.00", "45.50", "40.00"]
    assert balances(books, "grace") == ["1000.00", None]
    assert balances(books, "nobody") == [None]


def test_in_another_currency_there_is_nothing(books):
    assert books.list_loyalty_accounts("ada", "EUR") == ()
    assert books.find_loyalty_card("ada", "EUR") is None


def test_an_order_is_debited_of_each_account_and_of_the_card(books):
    books.order_placed("N1", order((1, "60.00"), (2, "15.00"), points="12.50"))
    assert balances(books) == ["0.00", "30.50", "27.50"]
    books.order_placed("N2", order((2, "0.50")))
    assert balances(books) == ["0.00", "30.00", "27.50"]
    assert balances(books, "grace") == ["1000.00", None]


def test_an_order_that_is_told_again_is_debited_once(books):
    for _ in range(3):
        books.order_placed("N1", order((1, "10.00"), points="5.00"))
    assert balances(books) == ["50.00", "45.50", "35.00"]


def test_money_without_a_label_is_debited_too(books):
    books.order_placed("N1", order((None, "999.00"), account="grace"))
    assert balances(books, "grace") == ["1.00", None]


def test_no_more_is_debited_than_the_order_took(books):
    asked = order((1, "60.00"), (2, "45.50"))
    books.order_placed("N1", evolve(asked, totals=evolve(asked.totals, loyalty_money=lira("61.00"))))
    assert balances(books) == ["0.00", "44.50", "40.00"]


@pytest.mark.parametrize("spends", [order(), order((1, "10.00"), account=None)], ids=["nothing", "a guest"])
def test_an_order_that_spends_nothing_of_anybodys_writes_nothing(books, spends):
    books.order_placed("N1", spends)
    assert balances(books) == ["60.00", "45.50", "40.00"]


def test_a_balance_is_never_below_zero_whatever_the_shop_file_says_later(books):
    books.order_placed("N1", order((1, "70.00")))
    assert balances(books)[0] == "0.00"


def test_what_was_spent_is_spent_for_the_next_process_and_for_another_one_at_the_same_time(tmp_path):
    file = tmp_path / "loyalty.sqlite"
    one, other = LoyaltyBooks(FILE.loyalty, file), LoyaltyBooks(FILE.loyalty, file)
    one.order_placed("N1", order((1, "10.00")))
    assert balances(other)[0] == "50.00"
    one.close()
    next_one = Sandbox(FILE, loyalty=file)
    next_one.order_placed("N1", order((1, "10.00")))
    next_one.order_placed("N2", order((1, "10.00")))
    assert balances(next_one.loyalty)[0] == "40.00"
    assert balances(Sandbox(FILE).loyalty)[0] == "60.00"


def test_threads_that_tell_of_many_orders_at_once_lose_none(books):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: books.order_placed(f"N{n % 10}", order((1, "1.00"))), range(40)))
    assert balances(books)[0] == "50.00"


def test_books_that_cannot_be_written_debit_nothing_and_say_so(tmp_path):
    file = tmp_path / "loyalty.sqlite"
    books = LoyaltyBooks(FILE.loyalty, file)
    with sqlite3.connect(file) as db:
        db.execute("DROP TABLE spent")
    with pytest.raises(StoreUnavailable, match="nothing was debited"):
        books.order_placed("N1", order((1, "10.00")))


def test_another_programs_file_is_refused_by_name(tmp_path):
    file = tmp_path / "loyalty.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE theirs (x)")
    with pytest.raises(Misconfigured, match=r"loyalty\.sqlite cannot keep what was spent"):
        LoyaltyBooks(FILE.loyalty, file)
    (tmp_path / "text").write_text("This is no database, and long enough to be seen as none." * 20)
    with pytest.raises(Misconfigured, match="text cannot keep"):
        LoyaltyBooks(FILE.loyalty, tmp_path / "text")
    with pytest.raises(Misconfigured, match="cannot keep"):
        LoyaltyBooks(FILE.loyalty, tmp_path / "nowhere" / "loyalty.sqlite")
