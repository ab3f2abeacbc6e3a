"""A code comes to a phone: the served shop sends it to the service of texts, and people read it there."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from .served import PATIENCE, Browser, listed, serving
from .shop import HOME, MUG

PHONE = "+905321234567"
VERIFIED = 43


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bazaar")


@pytest.fixture(scope="module")
def served(folder):
    with serving(folder, "--fast", "--shop", "grand_bazaar") as running:
        yield running


def asked(url, method="GET", path="/", body=None):
    """What the phones answer: status, text."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def texts(served, phone=PHONE):
    return [each["text"] for each in json.loads(asked(served.texts, path=f"/messages?phone={phone}")[1])["messages"]]


def at_the_phone(served):
    """A guest who has chosen to pay at the door, phone verified; and what the shop says."""
    browser = Browser(served.url)
    browser.post("/baskets/basket/", {"product": MUG, "quantity": 1})
    browser.get("/orders/checkout/")
    step = browser.answers("IndexPage", user_email="ada@example.org")
    address = browser.post("/address/", HOME)["pk"]
    while (page := page_of(step)) != "PaymentOptionSelectionPage":
        step = browser.answers(page, **answer_to(page, step, address))
    return browser, browser.answers("PaymentOptionSelectionPage", payment_option=VERIFIED)


def answer_to(page, step, address):
    """The first of everything."""
    match page:
        case "DeliveryOptionSelectionPage":
            return {"delivery_option": listed(step, "delivery_options")[0]["pk"]}
        case "AddressSelectionPage":
            return {"shipping_address": address, "billing_address": address}
        case "ShippingOptionSelectionPage":
            return {"shipping_option": listed(step, "shipping_options")[0]["pk"]}
        case "SampleProductPage":
            return {"sample_products": ""}
        case _:
            raise AssertionError(page)


def page_of(step):
    return step["context_list"][-1]["page_name"]


def test_the_code_from_the_inbox_verifies_the_phone_and_the_order_is_placed(served):
    browser, step = at_the_phone(served)
    assert (page_of(step), step["errors"]) == ("SendSmsPage", None)
    step = browser.answers("SendSmsPage", phone_number="05321234567")
    assert (page_of(step), step["errors"]) == ("VerifySmsPage", None)
    (text,) = texts(served)
    code = re.fullmatch(r"Your code is ([0-9]{6})\.", text)[1]
    assert code in asked(served.texts)[1]
    assert code not in json.dumps(step)

    step = browser.answers("VerifySmsPage", verify_code=f"{(int(code) + 1) % 10**6:06}")
    assert list(step["errors"]) == ["verify_code"]
    step = browser.answers("VerifySmsPage", verify_code=code)
    assert page_of(step) == "PayOnDeliveryPage"
    step = browser.answers("PayOnDeliveryPage", agreement="true", paymentType="pay_on_delivery")
    assert page_of(step) == "ThankYouPage"


def test_a_service_that_does_not_answer_is_told_to_the_buyer_who_may_go_on_when_it_does(served):
    phone = "+905321234568"
    browser, _ = at_the_phone(served)
    try:
        for failure in ("500", "down"):
            asked(served.texts, "POST", "/switch", json.dumps({"failure": failure}))
            step = browser.answers("SendSmsPage", phone_number=phone)
            assert step["error_codes"] == {"non_field_errors": ["message_not_sent"]}
            phone = f"+{int(phone) + 1}"
    finally:
        asked(served.texts, "POST", "/switch", json.dumps({"failure": None}))
    assert texts(served, phone) == []
    assert browser.answers("SendSmsPage", phone_number=phone)["errors"] is None
    assert len(texts(served, phone)) == 1


def test_the_start_page_leads_to_the_phones(served):
    page = Browser(served.url).ask("GET", "/", headers={"Accept": "text/html"})[2]
    assert f'href="{served.texts}/"' in page


def test_a_code_that_was_sent_is_in_no_file_of_the_shops(served, folder):
    phone = "+905321230000"
    browser, _ = at_the_phone(served)
    browser.answers("SendSmsPage", phone_number=phone)
    (text,) = texts(served, phone)
    code = re.search(r"[0-9]{6}", text)[0].encode()
    files = [file for file in folder.rglob("*") if file.is_file()]
    holding = {file.name for file in files if alone(code).search(file.read_bytes())}
    assert {name.partition("-")[0] for name in holding} == {"demo.texts.sqlite"}  # it, or what it is written ahead in


def alone(code):
    """Not in the middle of a longer number."""
    return re.compile(rb"(?<![0-9])" + code + rb"(?![0-9])")
