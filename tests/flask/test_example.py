"""The worked example: what a developer copies works, and keeps its orders in its own tables."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from functools import partial
from importlib import import_module
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from checkout_core.sandbox import Bank
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, TIMEOUT_TAKEN

from .buyer import HTML, Buyer
from .conftest import EXAMPLE, started

HOME = {
    "title": "Home", "first_name": "Ada", "last_name": "Lovelace", "phone": "+49 30 1234567", "line": "Weg 1",
    "postcode": "10115", "city": "Berlin",
}  # fmt: skip
CARD = {"card_holder": "Ada Lovelace", "card_month": "12", "card_year": "2099", "card_cvv": "739", "agreement": ""}
MUG, TEAPOT = "1", "2"


def rows_of(app, table):
    """All of it, with what belongs to each."""
    with app.extensions["shop_database"]() as db:
        found = db.scalars(select(table)).unique().all()
        for row in found:
            for name in table.__mapper__.relationships.keys():  # noqa: SIM118  # no dict
                getattr(row, name)
        return found


def flask(app, *command):
    """What `flask ...` prints."""
    told = app.test_cli_runner().invoke(args=command)
    assert told.exit_code == 0, told.output
    return told.output


@pytest.fixture
def buyer(app):
    return Buyer(app)


@pytest.fixture
def models(example):
    return import_module(f"{example.__package__}.models")


@pytest.fixture
def rows(app):
    return partial(rows_of, app)


@pytest.fixture
def bank(app, tmp_path):
    """The ledger, as another process would look into it."""
    return Bank(tmp_path / "instance" / "bank.sqlite")


def fills_a_basket(buyer, product=MUG, times=1):
    for _ in range(times):
        buyer.goes("/")
        buyer.sends(buyer.page.form(product=product))


def logs_in(buyer, password="sandbox"):
    buyer.goes("/login/")
    buyer.sends(account="ada", password=password)


def gives_an_address(buyer, **changes):
    buyer.clicks("Add an address")
    buyer.sends(**{**HOME, **changes})


def begins(buyer, product=MUG):
    """A guest, up to the addresses."""
    fills_a_basket(buyer, product)
    buyer.clicks("To the checkout")
    buyer.sends(user_email="ada@example.org")


def chooses_a_card(buyer, plan="At once", address="Home", shipping="Parcel"):
    buyer.sends(shipping_address=address, billing_address=address)
    buyer.sends(shipping_option=shipping)
    buyer.sends(payment_option="Card")
    buyer.sends(bin_number=APPROVED[:6])
    buyer.sends(installment=plan)


def comes_to_pay(buyer):
    begins(buyer)
    gives_an_address(buyer)
    chooses_a_card(buyer)


def test_a_guest_buys_and_the_order_is_a_row_of_the_shop(buyer, models, rows, bank):
    comes_to_pay(buyer)
    buyer.sends(card_number=APPROVED, **CARD)

    (order,) = rows(models.Order)
    assert (order.account, order.email, order.paid, order.shipping, order.total, order.state) == (
        None, "ada@example.org", True, 490, 1980, "new",
    )  # fmt: skip
    assert order.send_to == "Ada Lovelace\nWeg 1\n10115 Berlin"
    assert [(line.sku, line.quantity, line.unit_price) for line in order.lines] == [("mug", 1, 1490)]
    assert [(row.number, row.amount.minor) for row in bank.rows()] == [(order.number, 1980)]
    assert buyer.page.path.startswith("/orders/completed/")
    assert order.number in buyer.page.says


def test_the_order_page_is_drawn_by_the_templates_of_the_shop(buyer):
    comes_to_pay(buyer)
    buyer.sends(card_number=APPROVED, **CARD)

    assert "Thank you" in buyer.page.says
    assert "Cups travel in wool." in buyer.page.says
    assert buyer.page.links["Basket"] == "/basket/"


def test_a_customer_logs_in_on_the_way_and_buys_in_instalments(buyer, models, rows):
    fills_a_basket(buyer, TEAPOT)
    buyer.clicks("To the checkout")
    buyer.clicks("Log in, if you have an account")
    buyer.sends(account="ada", password="sandbox")
    assert "Addresses" in buyer.page.title
    gives_an_address(buyer, title="Work", city="Dublin")
    chooses_a_card(buyer, "3 instalments", "Work", "Parcel abroad")
    buyer.sends(card_number=APPROVED, **CARD)

    (order,) = rows(models.Order)
    assert (order.account, order.email, order.shipping, order.total) == ("ada", "ada@example.org", 1490, 6762)


def test_a_customer_finds_the_addresses_of_the_last_time(buyer, app):
    logs_in(buyer)
    fills_a_basket(buyer)
    buyer.clicks("To the checkout")
    gives_an_address(buyer)

    at_home = Buyer(app)
    logs_in(at_home)
    at_home.goes("/orders/checkout/")
    assert [label for label, _ in at_home.page.form().choices["shipping_address"]] == [
        "Home Ada Lovelace, Weg 1, 10115, Berlin"
    ]


def test_an_order_by_bank_transfer_waits_for_its_money(buyer, models, rows, bank):
    begins(buyer)
    gives_an_address(buyer)
    buyer.sends(shipping_address="Home", billing_address="Home")
    buyer.sends(shipping_option="Parcel")
    buyer.sends(payment_option="Bank transfer")
    buyer.sends(agreement="")

    (order,) = rows(models.Order)
    assert (order.paid, order.total) == (False, 1980)
    assert "DE89" in buyer.page.says
    assert bank.sends == 0


def test_an_order_that_is_told_twice_is_there_once_and_keeps_what_the_shop_wrote(
    example, monkeypatch, tmp_path, clock, models
):
    class AnswersLost(example.Orders):
        """The order is kept, and the connection breaks before the checkout hears of it."""

        def order_placed(self, number, order, /):
            super().order_placed(number, order)
            told.append(number)
            if len(told) == 1:
                raise ConnectionError

    told = []
    monkeypatch.setattr(example, "Orders", AnswersLost)
    with started(example, tmp_path) as app:
        buyer = Buyer(app)
        comes_to_pay(buyer)
        buyer.sends(card_number=APPROVED, **CARD)
        (order,) = rows_of(app, models.Order)
        with app.extensions["shop_database"].begin() as db:
            db.get(models.Order, order.number).state = "packed"
        clock.ahead += timedelta(minutes=1)
        flask(app, "checkout", "recover")

        assert told == [order.number] * 2
        (order,) = rows_of(app, models.Order)
        assert (order.state, len(order.lines), len(rows_of(app, models.OrderLine))) == ("packed", 1, 1)


def test_a_basket_that_was_changed_in_another_tab_is_not_paid(buyer, models, rows, bank):
    comes_to_pay(buyer)
    old_tab, form = buyer.page, buyer.page.form()
    fills_a_basket(buyer)
    buyer.page = old_tab
    buyer.sends(form, card_number=APPROVED, **CARD)

    assert "The price of your order has changed" in buyer.page.says
    assert "34.70 EUR" in buyer.page.says
    assert (bank.sends, rows(models.Order)) == (0, [])

    buyer.sends(card_number=APPROVED, **CARD)
    assert [order.total for order in rows(models.Order)] == [3470]


def test_a_second_browser_does_not_buy_what_was_bought(buyer, app, models, rows, bank):
    logs_in(buyer)
    fills_a_basket(buyer)
    buyer.clicks("To the checkout")
    gives_an_address(buyer)
    on_the_phone = Buyer(app)
    logs_in(on_the_phone)
    for browser in (buyer, on_the_phone):
        browser.goes("/orders/checkout/")
        chooses_a_card(browser)
    buyer.sends(card_number=APPROVED, **CARD)
    on_the_phone.sends(card_number=APPROVED, **CARD)

    assert on_the_phone.page.path == "/basket/"
    assert (bank.captures, len(rows(models.Order))) == (1, 1)


def test_what_is_put_into_a_basket_after_an_order_is_another_order(buyer, models, rows):
    comes_to_pay(buyer)
    buyer.sends(card_number=APPROVED, **CARD)
    buyer.goes("/basket/")
    assert "It is empty." in buyer.page.says

    begins(buyer, TEAPOT)
    gives_an_address(buyer)
    chooses_a_card(buyer)
    buyer.sends(card_number=APPROVED, **CARD)
    assert sorted(order.total for order in rows(models.Order)) == [1980, 5440]


def test_a_guest_does_not_see_or_take_the_address_of_another(buyer, app):
    begins(buyer)
    gives_an_address(buyer)
    (_, pk), *_ = buyer.page.form().choices["shipping_address"]

    other = Buyer(app)
    begins(other)
    assert "Lovelace" not in other.page.text
    gives_an_address(other, first_name="Grace", last_name="Hopper")
    form = other.page.form()
    assert [label.split(",")[0] for label, _ in form.choices["shipping_address"]] == ["Home Grace Hopper"]
    form.choices.clear()
    form.fields |= {"shipping_address": pk, "billing_address": pk}
    other.sends(form)
    assert "Addresses" in other.page.title
    assert "Lovelace" not in other.page.text


def test_after_the_logout_nothing_is_left_of_the_customer(buyer):
    logs_in(buyer)
    fills_a_basket(buyer)
    buyer.clicks("To the checkout")
    gives_an_address(buyer)
    buyer.goes("/")
    buyer.sends(buyer.page.forms[-1])

    buyer.goes("/orders/checkout/")
    assert (buyer.page.path, "It is empty." in buyer.page.says) == ("/basket/", True)
    begins(buyer)
    assert "Lovelace" not in buyer.page.text


def test_two_baskets_become_one_at_the_login(buyer, app):
    logs_in(buyer)
    fills_a_basket(buyer, times=2)
    guest = Buyer(app)
    fills_a_basket(guest)
    fills_a_basket(guest, TEAPOT)
    logs_in(guest)

    guest.goes("/basket/")
    assert [form.fields["quantity"] for form in guest.page.forms] == ["3", "1"]


def test_a_declined_card_may_be_followed_by_another(buyer, models, rows, bank):
    comes_to_pay(buyer)
    buyer.sends(card_number=INSUFFICIENT_FUNDS, **CARD)
    assert (rows(models.Order), bank.captures) == ([], 0)

    buyer.sends(card_number=APPROVED, **CARD)
    assert (len(rows(models.Order)), bank.captures) == (1, 1)


def test_an_answer_that_was_lost_is_found_by_the_operators_command(app, buyer, models, rows, bank, clock):
    comes_to_pay(buyer)
    buyer.sends(card_number=TIMEOUT_TAKEN, **CARD)
    assert (rows(models.Order), bank.captures) == ([], 1)
    (number,) = {row.number for row in bank.rows()}
    assert number in flask(app, "checkout", "attempts", "list", "--open")

    clock.ahead += timedelta(minutes=5)
    flask(app, "checkout", "recover")
    assert [order.number for order in rows(models.Order)] == [number]
    assert bank.captures == 1
    buyer.goes("/orders/checkout/")
    assert number in buyer.page.says


def test_an_address_is_asked_for_until_it_is_complete(buyer):
    begins(buyer)
    gives_an_address(buyer, postcode="  ")

    assert (buyer.page.status, buyer.page.path) == (400, "/addresses/new/")
    assert buyer.page.form().fields["last_name"] == "Lovelace"
    buyer.sends(postcode="10115", city="Cork")
    assert buyer.page.path == "/orders/checkout/"


def test_a_guest_without_a_checkout_gives_no_address(buyer):
    buyer.goes("/addresses/new/")

    assert buyer.page.path == "/basket/"


def test_a_wrong_password_and_a_wrong_account_are_told_alike(buyer):
    logs_in(buyer, password="guess")
    known = buyer.page.status, buyer.page.says
    buyer.goes("/login/")
    buyer.sends(account="eve", password="guess")

    assert (buyer.page.status, buyer.page.says) == known
    assert known[0] == 400


def test_a_page_of_another_site_changes_nothing(buyer):
    for site in ("cross-site", "same-site", "none"):
        told = buyer.asks("POST", "/basket/", data={"product": MUG, "more": 1}, headers={"Sec-Fetch-Site": site})
        assert told.status_code == 403
    buyer.goes("/basket/")
    assert "It is empty." in buyer.page.says


@pytest.mark.parametrize("sent", [{}, {"product": "x"}, {"product": "77"}, {"product": "1", "more": "-9"}])
def test_what_is_no_change_of_a_basket_changes_none(buyer, sent):
    told = buyer.asks("POST", "/basket/", data=sent)

    assert told.status_code in {303, 404}
    buyer.goes("/basket/")
    assert "It is empty." in buyer.page.says


def run(folder, *command):
    """`python -m flask --app examples/flask_shop/app ...` in that folder, a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", str(EXAMPLE), *command],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_another_process_sees_the_payment_that_this_one_has_begun(app, buyer, bank, tmp_path):
    comes_to_pay(buyer)
    buyer.sends(card_number=TIMEOUT_TAKEN, **CARD)
    (number,) = {row.number for row in bank.rows()}
    with run(tmp_path, "checkout", "attempts", "list", "--open") as process:
        told = process.stdout.read()

    assert process.returncode == 0, told
    assert number in told


def test_the_command_of_the_readme_serves_the_shop(tmp_path):
    with run(tmp_path, "run", "--port", "0") as process:
        try:
            lines = iter(process.stdout.readline, "")
            url = next(found[1] for line in lines if (found := re.search(r"Running on (http://\S+)", line)))
            with urlopen(url, timeout=30) as answer:
                page = answer.read().decode()
            with urlopen(Request(f"{url}/orders/checkout/", headers=HTML), timeout=30) as answer:
                sent_to = answer.url
        finally:
            process.terminate()

    assert "Put a mug into the basket" in page
    assert sent_to == f"{url}/basket/"
