"""`checkout-core serve`: two processes that begin, end and come back together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from time import monotonic, sleep

import pytest

from checkout_core.sandbox import APPROVED, THREE_D, Ledger
from checkout_core.sandbox.magic import TIMEOUT_TAKEN

from .served import PATIENCE, READY, Browser, Served, serving
from .shop import MUG

WARDROBE = 1008


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid):
    """Whether it is, soon."""
    until = monotonic() + PATIENCE
    while is_there(pid) and monotonic() < until:
        sleep(0.02)
    return not is_there(pid)


def takings(folder):
    with Ledger(folder / "demo.bank.sqlite").book() as book:
        return [row.state for row in book.rows()]


def test_one_line_says_where_both_are_and_a_signal_ends_both(tmp_path):
    with serving(tmp_path) as served:
        assert READY.fullmatch(served.first_line)
        assert (served.ledger, served.pid) == ("demo.bank.sqlite", served.popen.pid)
        (bank,) = served.banks()
        browser = Browser(served.url)
        assert "<title>" in browser.ask("GET", "/", headers={"Accept": "text/html"})[2]
        assert "demo.bank.sqlite" in browser.ask("GET", "/", headers={"Accept": "text/html"})[2]

        assert served.ended() == (0, "", "")
        assert gone(bank)


def test_an_interrupt_at_the_keyboard_ends_both_as_well(tmp_path):
    with serving(tmp_path) as served:
        (bank,) = served.banks()

        assert served.ended(signal.SIGINT) == (0, "", "")
        assert gone(bank)


@pytest.mark.parametrize("session", ["osessionid", "flask"])
def test_a_shop_that_was_killed_comes_back_with_baskets_sessions_orders_and_its_banks_address(tmp_path, session):
    with serving(tmp_path, "--fast", "--session", session) as served:
        browser = Browser(served.url)
        placed = browser.buys(APPROVED)
        link = placed["context_list"][-1]["page_context"]["redirect_url"]
        browser.until_placed()
        browser.post("/baskets/basket/", {"product": MUG, "quantity": 3})
        bank, (old,) = served.bank, served.banks()
        served.ended(signal.SIGKILL)
        assert gone(old)

    with serving(tmp_path, "--fast", "--session", session) as served:
        browser.url = served.url
        basket = browser.get("/baskets/basket/")["basket"]
        assert [(item["product"]["pk"], item["quantity"]) for item in basket["basketitem_set"]][-1] == (MUG, 3)
        assert served.bank == bank
        assert browser.get(f"{link}?format=json")["order"]["number"] == placed["pre_order"]["number"]
        assert len(browser.get("/address/")["results"]) == 1
    assert takings(tmp_path) == ["captured"]


def test_a_bank_that_died_is_started_again_where_it_was(tmp_path):
    with serving(tmp_path, "--fast") as served:
        (old,) = served.banks()
        os.kill(old, signal.SIGKILL)
        until = monotonic() + PATIENCE
        while not set(served.banks()) - {old} and monotonic() < until:
            sleep(0.02)
        (new,) = set(served.banks()) - {old}
        Browser(served.bank).ask("GET", "/three-d") if _listens(served.bank) else pytest.fail("nobody listens")

        browser = Browser(served.url)
        browser.buys(APPROVED)
        browser.until_placed()
        assert is_there(new)
        code, _, said = served.ended()
    assert (code, said) == (0, "shop: the bank: the process died, and is started again\n")
    assert takings(tmp_path) == ["captured"]


def test_services_that_others_run_are_a_process_beside_the_bank_with_failures_to_switch_on(tmp_path):
    with serving(tmp_path, "--fast", "--shop", "department_store", "--guest-addresses") as served:
        both = served.banks()
        assert len(both) == 2
        browser, services = Browser(served.url), Browser(served.services)
        assert f"{served.services}/switch" in browser.ask("GET", "/", headers={"Accept": "text/html"})[2]
        browser.post("/baskets/basket/", {"product": WARDROBE, "quantity": 1})
        browser.get("/orders/checkout/")
        browser.answers("IndexPage", user_email="ada@example.org")
        browser.answers("DeliveryOptionSelectionPage", delivery_option=1)

        assert services.post("/switch", {"prices": "down"})["prices"] == "down"
        down = browser.answers("AddressSelectionPage", shipping_address=11, billing_address=11)
        assert down["context_list"][-1]["page_name"] == "RemotePriceCalculationPage"
        assert down["pre_order"]["shipping_address"]["pk"] == 11

        services.post("/switch", {"prices": None})
        sound = browser.get("/orders/checkout/")
        assert sound["context_list"][-1]["page_name"] == "DataSourceShippingOptionSelectionPage"
        assert sound["pre_order"]["basket"]["total_amount"] == "8450.00"
        assert {each["service"] for each in services.get("/asked")["asked"]} == {"prices", "carriers"}
        where = served.services
        assert served.ended() == (0, "", "")
        assert all(gone(pid) for pid in both)

    with serving(tmp_path, "--fast", "--shop", "department_store") as served:
        assert served.services == where


def _listens(url):
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), 1).close()
        except OSError:
            sleep(0.02)
        else:
            return True
    return False


def test_money_whose_answer_was_lost_becomes_an_order_without_the_buyer(tmp_path):
    with serving(tmp_path, "--fast") as served:
        browser = Browser(served.url)
        answer = browser.buys(TIMEOUT_TAKEN)
        assert answer["error_codes"] == {"non_field_errors": ["payment_pending"]}
        browser.until_placed()

    assert takings(tmp_path) == ["captured"]


def test_the_buyer_is_sent_to_the_banks_own_page(tmp_path):
    with serving(tmp_path, "--fast") as served:
        browser = Browser(served.url)
        answer = browser.buys(THREE_D)
        assert answer["context_list"][-1]["page_context"]["redirect_url"] == "/orders/redirect-three-d/"
        form = browser.ask("GET", "/orders/redirect-three-d/")[2]

    assert f'action="{served.bank}/' in form
    assert f"{served.url}orders/checkout/?page=CreditCardThreeDSecurePage" in form


def test_what_browsers_know_the_shop_and_the_bank_as_is_what_they_are_sent_to(tmp_path):
    public = ("--public", "https://shop.example/", "--bank-public", "https://bank.example")
    with serving(tmp_path, "--fast", *public) as served:
        browser = Browser(served.url)
        browser.buys(THREE_D)
        form = browser.ask("GET", "/orders/redirect-three-d/")[2]

    assert 'action="https://bank.example/' in form
    assert "https://shop.example/orders/checkout/?page=CreditCardThreeDSecurePage" in form


def test_guests_are_given_the_shop_files_addresses_where_that_is_wanted(tmp_path):
    with serving(tmp_path, "--guest-addresses") as served:
        assert Browser(served.url).get("/address/")["count"] == 2


def test_what_is_asked_for_is_in_no_log(tmp_path):
    with serving(tmp_path) as served:
        browser = Browser(served.url)
        for path in ("/?email=ada@example.org", "/products/?q=5421190000000009", "/nowhere/?x=1", "/%ff"):
            browser.ask("GET", path)

        assert served.ended() == (0, "", "")


def test_the_secret_is_for_nobody_elses_eyes(tmp_path):
    with serving(tmp_path):
        assert (tmp_path / "demo.key").stat().st_mode & 0o777 == 0o600
    before = (tmp_path / "demo.key").read_bytes()
    with serving(tmp_path):
        assert (tmp_path / "demo.key").read_bytes() == before


# What will not do


def said(folder, *options):
    """Exit status, and the sentence."""
    served = Served(folder, *options)
    out, err = served.popen.communicate(timeout=PATIENCE)
    assert served.first_line + out == ""
    assert err.count("\n") == 1, err
    return served.popen.returncode, err


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, sentence = said(tmp_path, "--port", str(taken.getsockname()[1]))

    assert code == 1
    assert "cannot listen on 127.0.0.1" in sentence


@pytest.mark.parametrize("name", ["demo.sqlite", "demo.shop.sqlite", "demo.key"])
def test_a_file_that_will_not_do_is_said_in_a_sentence_and_left_alone(tmp_path, name):
    (tmp_path / name).write_bytes(b"not ours")
    code, sentence = said(tmp_path)

    assert code == 1
    assert name in sentence
    assert (tmp_path / name).read_bytes() == b"not ours"


@pytest.mark.parametrize(
    "options",
    [
        ("--public", "shop.example"),
        ("--bank-public", "bank.example"),
        ("--shop", "nowhere.toml"),
        ("--host", "no.such.host.invalid"),
    ],
)
def test_options_that_will_not_do_are_said_in_a_sentence(tmp_path, options):
    assert said(tmp_path, *options)[0] == 1


def test_without_flask_the_command_names_the_extra(tmp_path):
    code = "import sys; sys.modules['flask'] = None; from checkout_core.cli import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", code, "serve", "--db", "demo.sqlite"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=PATIENCE,
    )  # fmt: skip

    assert result.returncode == 1
    assert result.stderr == "checkout-core: serve needs an extra: pip install 'checkout-core[flask]'\n"
    assert list(tmp_path.iterdir()) == []
