"""What people see: every page, its form, what is wrong with it, and what comes after."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from functools import cache

import jinja2
import pytest
from attrs import evolve, frozen

from checkout_core.checkout import Checkout
from checkout_core.forms import Flag, Pk
from checkout_core.forms.drawn import BY_MACHINES, fields_of
from checkout_core.http._drawing import CSP, FOLDER, SCRIPT, STYLE, hand_over_csp
from checkout_core.http._fields import NOT_DRAWN
from checkout_core.http._messages import Request
from checkout_core.http._site import Site
from checkout_core.money import Money
from checkout_core.order import PreOrder
from checkout_core.order import evolve as changed
from checkout_core.page import Page as CheckoutPage
from checkout_core.sandbox import CARD_OFFERS, DEPARTMENT_STORE, GRAND_BAZAAR, HOLIDAY_STORE, Bank, Sandbox, Wishes
from checkout_core.sandbox.magic import APPROVED, INSUFFICIENT_FUNDS, REWARDED, THREE_D, TIMEOUT_TAKEN
from checkout_core.shop import PaymentOption
from checkout_core.standard import STANDARD
from checkout_core.texts import field_label, page_title
from checkout_core.titles import FIELD_LABELS, PAGE_TITLES

from .browser import LOOKING, TOKEN, TYPED, Counter, Page, checked, rounds, with_two_deliveries

NAMES = [page.__name__ for page in STANDARD.pages()]
BANK = "https://bank.example/three-d/?t=1&u=2"
ANYHOW = {"use_three_d", "save", "card_name"}  # not asked for here: the walk's bank insists, and its buyer is a guest


@cache
def drawn():
    """Each page of the map, as walks of the sandbox come to it."""
    by_card, by_transfer = Counter(with_two_deliveries()), Counter()
    card = ("IndexPage", TYPED), *by_card.shop.answers("card, 3 instalments", THREE_D)
    pages = [by_card.look()]
    for counter, answers in ((by_card, card), (by_transfer, (card[0], *by_transfer.shop.answers("transfer")))):
        for page, body in answers:
            pages += [counter.look(page), counter.post(page, body)]
    beside = Counter()
    pages += [beside.look("OrderNotePage"), beside.look("AddressClearPage"), beside.post("OrderNotePage", {})]
    walked = (
        *in_the_department_store(),
        *in_the_holiday_store(),
        *on_hosted_pages(),
        *with_offers_of_the_bank(),
        *at_the_door(),
        *with_gift_cards_and_loyalty_money(),
    )
    return {step.page: (counter.html(step), step) for counter, step in (*walked, *((by_card, each) for each in pages))}


ASKED = [  # the pages that ask how it is delivered, and how it is sent; and which delivery is chosen
    ("DeliveryOptionSelectionPage", "DataSourceShippingOptionSelectionPage", "store"),
    ("DeliveryOptionSelectionPage", "AttributeBasedShippingOptionSelectionPage", "locker"),
    ("RemoteDeliveryOptionSelectionPage", "RemoteShippingOptionSelectionPage", "scheduled"),
    ("RemoteDeliveryOptionSelectionPage", "RemoteShippingOptionSelectionPage", "address"),
]


def in_the_department_store():
    """The pages that only a larger shop asks: of each setting one walk."""
    for delivery, shipping, option in ASKED:
        counter = Counter(Sandbox(DEPARTMENT_STORE, seed=1))
        counter.shop.settings = evolve(
            counter.shop.settings, checkout_delivery_option_selection_page=delivery,
            checkout_shipping_option_selection_page=shipping,
        )  # fmt: skip
        for page, body in (("IndexPage", TYPED), *counter.shop.answers("transfer", delivery=option)):
            yield counter, counter.look(page)
            counter.post(page, body).raise_for_errors()
            if page == "AddressSelectionPage":
                counter.shop.basket("wardrobe")  # whose price others know
                yield counter, counter.look("RemotePriceCalculationPage")
                counter.shop.basket("mug", "t-shirt")


def on_hosted_pages():
    """The pages of ways to pay on a page of the provider's."""
    ways = {"redirection": ["RedirectionPaymentSelectedPage"], "gpay": ["GPaySelectionPage", "GPayRedirectPage"]}
    for payment_type, pages in ways.items():
        shop = Sandbox(seed=1)
        option = PaymentOption(61, payment_type, payment_type, payment_type, "bank")
        shop.shop = changed(shop.shop, payment_options=(*shop.shop.payment_options, option))
        shop.settings = evolve(shop.settings, gpay_bin_number=APPROVED[:6])
        counter = Counter(shop)
        answers = [body for body in shop.answers("transfer") if not body[0].startswith(("Payment", "FundsTransfer"))]
        for page, body in (("IndexPage", TYPED), *answers, ("PaymentOptionSelectionPage", {"payment_option": 61})):
            counter.post(page, body).raise_for_errors()
        for page in pages:
            yield counter, counter.look(page)
            step = counter.post(page, {"agreement": True} if payment_type == "redirection" else {})
        yield counter, step


def at_the_door():
    """What is paid how at the door, and the phone that is verified before."""
    for slug in ("at-the-door", "at-the-door-verified"):
        shop = Sandbox(GRAND_BAZAAR, seed=1)
        counter = Counter(shop)
        (pk,) = (option.pk for option in shop.shop.payment_options if option.slug == slug)
        answers = [body for body in shop.answers("transfer") if not body[0].startswith(("Payment", "FundsTransfer"))]
        for page, body in (("IndexPage", TYPED), *answers, ("PaymentOptionSelectionPage", {"payment_option": pk})):
            step = counter.post(page, body).raise_for_errors()
        yield counter, step
        if step.page == "SendSmsPage":
            yield counter, counter.post("SendSmsPage", {"phone_number": "05321234567"})
            code = shop.challenges.code_of(counter.look().pre_order.payment.challenge)
            yield counter, counter.post("VerifySmsPage", {"verify_code": code.reveal()})


def chosen(counter, slug):
    """The page that comes where the buyer, ready to pay, takes the option of that slug."""
    (pk,) = (option.pk for option in counter.shop.shop.payment_options if option.slug == slug)
    return counter.post("PaymentOptionSelectionPage", {"payment_option": pk}).raise_for_errors()


def with_gift_cards_and_loyalty_money():
    """Gift cards, one of which asks for a code; and what pays alone where nothing else is left to pay."""
    shop = Sandbox(GRAND_BAZAAR, seed=1)
    counter = Counter(shop, caller=shop.caller("grace"))
    order = counter.look().pre_order
    for page, body in shop.answers("transfer", order=order):
        if not page.startswith(("Payment", "FundsTransfer")):
            counter.post(page, body).raise_for_errors()
    counter.post("GiftCardPage", {"code": "PHONE-0003"}).raise_for_errors()
    for page in ("GiftCardApplyPage", "GiftCardOtpResendPage"):
        yield counter, counter.look(page)
    code = shop.challenges.code_of(counter.look().pre_order.gift_cards.applying.challenge)
    counter.post("GiftCardApplyPage", {"otp": code.reveal()}).raise_for_errors()
    for page in ("GiftCardPage", "GiftCardUpdateAmountPage"):
        yield counter, counter.look(page)
    yield counter, chosen(counter, "gift-card")
    counter.post("GiftCardPage", {"remove": 1}).raise_for_errors()
    whole = str(counter.look().pre_order.totals.total)
    counter.post("LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": whole}).raise_for_errors()
    yield counter, chosen(counter, "loyalty-money")


def with_offers_of_the_bank():
    """Campaigns and points of a card that has both."""
    shop = Sandbox(seed=1, bank=Bank(capabilities=CARD_OFFERS))
    counter = Counter(shop)
    for page, body in (("IndexPage", TYPED), *shop.answers("card, 3 instalments", REWARDED)):
        if page == "CreditCardConfirmationPage":
            for aside, asked in (
                ("CampaignListPage", "CampaignSelectionPage"),
                ("RewardListPage", "RewardSelectionPage"),
            ):
                yield counter, counter.look(aside)
                counter.post(aside, body).raise_for_errors()
                yield counter, counter.look(asked)
        counter.post(page, body).raise_for_errors()


EVERYTHING = Wishes(
    voucher="WELCOME2024", coupons=("501",), samples=("tea",), gift="Happy holidays!", bags=2, loyalty="10", points="5",
)  # fmt: skip


def in_the_holiday_store():
    """The pages beside the flow, of a member who wants all there is."""
    shop = Sandbox(HOLIDAY_STORE, seed=1)
    counter = Counter(shop, caller=shop.caller("ada"))
    shop.basket("mug", "mug", "mug", "t-shirt", "teapot")
    order = counter.look().pre_order
    for page, body in shop.answers("card", order=order, wishes=EVERYTHING):
        yield counter, counter.look(page)
        counter.post(page, body).raise_for_errors()
        if page == "SampleProductPage":
            yield from ((counter, counter.look(aside)) for aside in ("GiftBoxIndexPage", "OrderSelectionPage"))


def page_of(name):
    return Page(drawn()[name][0])


def mounted(root):
    return Request("GET", "/orders/checkout/", headers={"accept-language": "tr-TR,tr;q=0.9"}, root=root)


# Every page


def test_every_page_of_the_map_is_drawn():
    assert drawn().keys() == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_one_document_with_one_heading(name):
    page = page_of(name)

    assert [len(page.all(tag)) for tag in ("html", "head", "title", "header", "main", "h1", "style")] == [1] * 7
    assert page.one("html").attrs["lang"] == "en"
    assert page.one("h1").text == page_title(name)
    assert page.one("title").text == f"{page_title(name)} - Example Shop"
    assert page.one("main") in page.one("h1").inside


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_no_script_and_nothing_of_others(name):
    page = page_of(name)
    links = [value for e in page.elements for key, value in e.attrs.items() if key in {"href", "src", "action"}]

    assert page.all("script") + page.all("link") + page.all("img") == []
    assert [key for e in page.elements for key in e.attrs if key.startswith("on") or key == "style"] == []
    assert [link for link in links if not re.fullmatch(r"\?[\w=]*|#[\w-]+|/[\w./?=-]*", link)] == []


@pytest.mark.parametrize("name", NAMES)
def test_ids_are_there_once_and_labels_belong_to_controls(name):
    page = page_of(name)
    ids = [e.attrs["id"] for e in page.elements if "id" in e.attrs]
    said = [place for e in page.elements for place in e.attrs.get("aria-describedby", "").split()]
    controls = {e.attrs["id"] for e in page.controls}

    assert len(ids) == len(set(ids))
    assert {e.attrs["for"] for e in page.all("label")} == controls
    assert set(said) <= set(ids)
    assert all(label.text.strip() for label in page.all("label") + page.all("legend"))


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_drawn_but_those_that_nobody_types(name):
    row = Checkout(Sandbox(seed=1).ports).map.rows[name]
    fields = {field.name for field in fields_of(row.form) if field.kind not in BY_MACHINES}

    drawn_as = {e.attrs["name"].partition("[")[0] for e in page_of(name).all("input") + page_of(name).all("textarea")}
    assert drawn_as - {"csrf_token", "lower", "upper"} == fields - NOT_DRAWN - ANYHOW


def test_pages_and_fields_of_the_map_have_a_name_of_their_own():
    fields = {
        field.name for page in STANDARD.pages() for field in fields_of(page.form) if field.kind not in BY_MACHINES
    }

    assert set(NAMES) == PAGE_TITLES.keys()
    assert fields <= FIELD_LABELS.keys()


@pytest.mark.parametrize("text", sorted({*FIELD_LABELS.values(), *PAGE_TITLES.values()}))
def test_a_name_is_plain_english(text):
    assert text.isascii()
    assert text[0].isupper()
    assert "_" not in text


def test_what_a_host_adds_is_called_by_its_own_name_in_words():
    assert (page_title("GiftBoxPage"), page_title("gift_box"), page_title("Page")) == ("Gift box", "Gift box", "Page")
    assert (field_label("gift_message"), field_label("x")) == ("Gift message", "X")


# The form


@pytest.mark.parametrize(
    ("name", "kind", "hints"),
    [
        ("user_email", "email", {"autocomplete": "email"}),
        ("phone_number", "tel", {"autocomplete": "tel"}),
        ("bin_number", "text", {"inputmode": "numeric", "maxlength": "8"}),
        ("card_number", "text", {"inputmode": "numeric", "autocomplete": "cc-number"}),
        ("card_holder", "text", {"autocomplete": "cc-name"}),
        ("card_month", "text", {"inputmode": "numeric", "autocomplete": "cc-exp-month"}),
        ("card_year", "text", {"inputmode": "numeric", "autocomplete": "cc-exp-year"}),
        ("card_cvv", "text", {"inputmode": "numeric", "autocomplete": "cc-csc"}),
        ("agreement", "checkbox", {"required": None, "value": "true"}),
        ("shipping_address", "radio", {"required": None}),
    ],
)
def test_a_browser_knows_what_to_offer_for_a_field(name, kind, hints):
    (control, *_) = [e for name_of in NAMES for e in page_of(name_of).named(name)]

    assert control.attrs["type"] == kind
    assert hints.items() <= control.attrs.items()


def test_a_note_is_typed_in_lines_and_comes_back_as_it_was():
    counter = Counter()
    counter.post("OrderNotePage", {"notes": "\nPlease ring.\nTwice."})
    page = counter.page(counter.look("OrderNotePage"))

    assert page.one("textarea").attrs["maxlength"] == "320"
    assert page.filled_in({}) == ("OrderNotePage", {"csrf_token": TOKEN, "notes": "Please ring.\nTwice."})


def test_the_form_is_for_its_page_and_brings_the_token_of_the_browser():
    form = page_of("BinNumberPage").one("form")

    assert form.attrs == {"method": "post", "action": "?page=BinNumberPage", "novalidate": None}
    assert page_of("BinNumberPage").one("input", name="csrf_token").attrs["value"] == TOKEN


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ShippingOptionSelectionPage", ["Standard", "In two to four days", "29.90 TL", "Express", "59.90 TL"]),
        ("InstallmentSelectionPage", ["At once", "125.00 TL", "3 instalments", "3 x 43.75 TL", "131.25 TL"]),
        ("AddressSelectionPage", ["Home", "12 Example Street, Flat 3", "Work", "Floor 4"]),
        ("PaymentOptionSelectionPage", ["Credit card", "Bank transfer"]),
        ("FundsTransferChoicePage", ["Example Bank", "TR33 0006 1005 1978 6457 8413 26"]),
        ("DeliveryOptionSelectionPage", ["To my address", "To my neighbour"]),
    ],
)
def test_choices_have_a_name_a_price_and_what_helps_to_choose(name, told):
    fieldset = page_of(name).all("fieldset")[0]

    assert [each for each in told if each not in fieldset.text] == []


def test_the_first_choice_is_ticked_then_the_one_that_stands_then_what_was_just_refused():
    counter = Counter()
    step = counter.to("ShippingOptionSelectionPage")
    assert checked(counter.page(step), "shipping_option") == ["21"]

    counter.post("ShippingOptionSelectionPage", {"shipping_option": 22})
    again = counter.look("ShippingOptionSelectionPage")
    assert checked(counter.page(again), "shipping_option") == ["22"]
    assert checked(counter.page(again, posted={"shipping_option": "21"}), "shipping_option") == ["21"]
    assert checked(counter.page(again, posted={"shipping_option": "99"}), "shipping_option") == ["22"]


@pytest.mark.parametrize(
    "name", ["DeliveryOptionSelectionPage", "AddressSelectionPage", "PaymentOptionSelectionPage",
             "InstallmentSelectionPage", "FundsTransferChoicePage"],
)  # fmt: skip
def test_the_standing_answer_is_ticked(name):
    counter = Counter(with_two_deliveries())
    step = counter.to(name, "transfer" if name == "FundsTransferChoicePage" else "card")
    field = counter.page(step).all("input", type="radio")[-1].attrs
    last = {e.attrs["name"]: e.attrs["value"] for e in counter.page(step).all("input", type="radio")}
    counter.post(name, last)

    assert checked(counter.page(counter.look(name)), field["name"]) == [field["value"]]


def test_what_a_buyer_has_told_stands_in_the_form():
    counter = Counter()
    counter.post("IndexPage", TYPED)
    page = counter.page(counter.look("IndexPage"))

    assert page.filled_in({})[1] == {
        "csrf_token": TOKEN, "user_email": "ada@example.org", "phone_number": "+905321234567"
    }  # fmt: skip


def test_a_refused_field_says_so_beside_itself_and_above_and_keeps_what_was_typed():
    counter = Counter()
    typed = {"user_email": "ada at home", "phone_number": "12"}
    page = counter.page(counter.post("IndexPage", typed), posted=typed)
    alert, (email,) = page.one("div", role="alert"), page.named("user_email")
    links = [e.attrs["href"] for e in page.all("a") if alert in e.inside]

    assert email.attrs["value"] == "ada at home"
    assert email.attrs["aria-invalid"] == "true"
    assert page.one("p", id="field-user_email-error").text == "Please enter a valid e-mail address."
    assert "autofocus" in alert.attrs
    assert "field-user_email-error" in email.attrs["aria-describedby"].split()
    assert links == ["#field-user_email", "#field-phone_number"]
    assert {link[1:] for link in links} <= {e.attrs["id"] for e in page.controls}
    assert page.one("title").text.startswith("Please check: ")


def test_a_refused_choice_is_linked_to_its_first_radio():
    counter = Counter()
    counter.to("ShippingOptionSelectionPage")
    page = counter.page(
        counter.post("ShippingOptionSelectionPage", {"shipping_option": "99"}), {"shipping_option": "99"}
    )
    (link,) = [e for e in page.all("a") if page.one("div", role="alert") in e.inside]

    assert link.attrs["href"] == f"#{page.named('shipping_option')[0].attrs['id']}"
    assert page.one("fieldset").attrs["aria-describedby"] == "field-shipping_option-error"


def test_a_buyer_who_fills_in_what_is_drawn_has_an_order_by_card():
    seen, step = rounds(Counter(with_two_deliveries()))

    assert seen == [
        "IndexPage", "DeliveryOptionSelectionPage", "AddressSelectionPage", "ShippingOptionSelectionPage",
        "PaymentOptionSelectionPage", "BinNumberPage", "InstallmentSelectionPage", "CreditCardConfirmationPage",
    ]  # fmt: skip
    assert step.pre_order.placed.total == Money("125.00", "TRY")


def test_a_buyer_who_fills_in_what_is_drawn_has_an_order_by_transfer():
    seen, step = rounds(Counter(), payment_option="32")

    assert seen[-2:] == ["FundsTransferChoicePage", "FundsTransferPage"]
    assert step.pre_order.placed.status == 300


@pytest.mark.parametrize(
    ("delivery", "shipping", "typed", "met"),
    [
        (
            "3", "DataSourceShippingOptionSelectionPage", {},
            ["AddressSelectionPage", "SlotSelectionPage", "DataSourceShippingOptionSelectionPage"],
        ),
        (
            "2", "AttributeBasedShippingOptionSelectionPage", {},
            ["RetailStoreSelectionPage", "AttributeBasedShippingOptionSelectionPage", "ReservationSelectionPage"],
        ),
        (
            "4", "ShippingOptionSelectionPage",
            {"remote_id": "L-101", "shipping_option": "25", "delivery_date": "2026-12-01"},
            ["PickupLocationSelectionPage", "ShippingOptionSelectionPage"],
        ),
    ],
)  # fmt: skip
def test_a_buyer_of_the_larger_shop_who_fills_in_what_is_drawn_has_an_order(delivery, shipping, typed, met):
    counter = Counter(Sandbox(DEPARTMENT_STORE, seed=1))
    counter.shop.basket("mug", "lamp")
    counter.shop.settings = evolve(counter.shop.settings, checkout_shipping_option_selection_page=shipping)
    seen, step = rounds(counter, delivery_option=delivery, payment_option="32", **typed)

    assert seen[2 : 2 + len(met)] == met
    assert step.pre_order.placed.status == 300
    assert (step.pre_order.schedule.delivery_range is None) is (delivery == "4")
    option = step.pre_order.shipping.option
    assert (option.given if option else {}) == {name: typed[name] for name in ("delivery_date",) if name in typed}


def test_groups_of_which_an_option_has_the_number_of_another_group_have_ids_of_their_own():
    counter = Counter(Sandbox(DEPARTMENT_STORE, seed=1))
    shop, keys = counter.shop.shop, iter((9, 1, 2, 3, 4))
    options = tuple(evolve(option, pk=next(keys)) for option in shop.data_source_shipping_options)
    counter.shop.shop = evolve(shop, data_source_shipping_options=options)
    counter.shop.basket("mug", "lamp")
    for page, body in (
        ("IndexPage", TYPED), ("DeliveryOptionSelectionPage", {"delivery_option": 1}),
        ("AddressSelectionPage", {"shipping_address": 11, "billing_address": 11}),
    ):  # fmt: skip
        counter.post(page, body)
    page = counter.page(counter.look("DataSourceShippingOptionSelectionPage"))
    ids = [e.attrs["id"] for e in page.controls]

    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("name", ["OrderNotePage", "AddressClearPage"])
def test_the_form_of_a_page_beside_the_flow_is_taken(name):
    counter = Counter()
    counter.to("ShippingOptionSelectionPage")
    step = counter.post(*counter.page(counter.look(name)).filled_in(TYPED))

    assert (step.ok, step.page) == (True, "EmptyPage")
    assert step.pre_order.extras.notes == ("Please ring.\nTwice." if name == "OrderNotePage" else None)
    assert (step.pre_order.delivery.shipping_address is None) == (name == "AddressClearPage")


def test_nobody_is_asked_for_three_d_secure_where_it_comes_anyhow_or_where_there_is_none():
    asked, anyhow, never = Counter(), Counter(), Counter()
    never.shop.settings = evolve(never.shop.settings, three_d_secure_enabled=False, three_d_secure_rules=())
    steps = (each.to("CreditCardConfirmationPage", card=card) for each, card in (
        (asked, APPROVED), (anyhow, THREE_D), (never, APPROVED)
    ))  # fmt: skip

    shown = [
        bool(each.page(step).named("use_three_d")) for each, step in zip((asked, anyhow, never), steps, strict=True)
    ]
    assert shown == [True, False, False]


def test_an_agreement_is_beside_its_contracts():
    for name in ("CreditCardConfirmationPage", "FundsTransferPage"):
        links = [e.attrs["href"] for e in page_of(name).all("a")]

        assert {f"/orders/contract/?contract_name={each}" for each in ("info", "sales")} <= set(links)


def test_a_shop_with_no_address_offers_no_form_but_a_way_to_add_one():
    counter = Counter()
    counter.shop.addresses = {}
    page = counter.page(counter.goes(("IndexPage", TYPED)))

    assert page.all("form") == []
    assert "/address/new/" in [e.attrs["href"] for e in page.all("a")]


def test_a_shop_without_a_page_for_addresses_links_to_none():
    counter = Counter(site=Site())

    assert "Add an address" not in counter.page(counter.goes(("IndexPage", TYPED))).one("main").text


# Where the buyer stands


def trail(page):
    """The steps; with where they lead, where they do."""
    items = [e for e in page.elements if e.tag in {"a", "span"} and any(each.tag == "ol" for each in e.inside)]
    return [(e.text, e.attrs.get("href", e.attrs.get("aria-current"))) for e in items]


def test_the_steps_are_named_in_their_order_and_lead_back():
    assert trail(page_of("AddressSelectionPage")) == [
        ("Contact", "?page=IndexPage"), ("Delivery", "?page=DeliveryOptionSelectionPage"), ("Addresses", "step")
    ]  # fmt: skip


def test_an_earlier_page_that_is_looked_at_leads_on_too():
    counter = Counter()
    counter.to("PaymentOptionSelectionPage")

    assert trail(counter.page(counter.look("AddressSelectionPage")))[2:] == [
        ("Addresses", "step"), ("Shipping", "?page=ShippingOptionSelectionPage"),
        ("Way to pay", "?page=PaymentOptionSelectionPage"),
    ]  # fmt: skip


def test_a_refused_form_shows_the_same_steps_as_before():
    counter = Counter()
    shown = trail(counter.page(counter.to("CreditCardConfirmationPage")))

    assert trail(counter.page(counter.post("CreditCardConfirmationPage", {}), posted={"agreement": ""})) == shown
    assert len(shown) == 8


def test_a_member_is_not_led_back_to_who_buys():
    shop = Sandbox(seed=1)
    counter = Counter(shop, caller=shop.caller("ada"))
    step = counter.look()

    assert step.page == "AddressSelectionPage"
    assert [text for text, _ in trail(counter.page(step))] == ["Delivery", "Addresses"]


def test_a_page_beside_the_flow_is_reached_by_a_link_and_leads_back():
    links = {e.text: e.attrs["href"] for e in page_of("BinNumberPage").all("a")}
    note = page_of("OrderNotePage")

    assert links["Add a note to the order"] == "?page=OrderNotePage"
    assert {e.text: e.attrs["href"] for e in note.all("a")}["Back to the checkout"] == "?"
    assert "Add a note to the order" not in note.one("main").text


def test_all_links_are_below_where_the_host_has_mounted_us():
    counter = Counter()
    step = counter.to("CreditCardConfirmationPage")
    page = counter.page(step, request=mounted("/tr"))
    links = [e.attrs["href"] for e in page.all("a")]

    assert [link for link in links if link[0] not in "?#" and not link.startswith("/tr/")] == []


def test_the_language_is_that_of_the_request():
    counter = Counter()

    assert counter.page(counter.look(), request=mounted("")).one("html").attrs["lang"] == "tr-TR"


# What it costs


def sums(page):
    goods, costs = (table for table in page.all("table") if page.one("details") not in table.inside)
    return [[e.text for e in page.all("tr") if table in e.inside] for table in (costs, goods)]


def test_the_basket_and_what_it_costs_are_beside_every_form():
    counter = Counter()
    first, last = counter.look(), counter.to("CreditCardConfirmationPage", "card, 3 instalments")

    assert sums(counter.page(first)) == [["Goods95.10 TL", "Total95.10 TL"], ["Mug x 135.10 TL", "T-shirt x 160.00 TL"]]
    assert sums(counter.page(last))[0] == [
        "Goods95.10 TL", "Shipping29.90 TL", "Interest6.25 TL", "Total131.25 TL", "Instalments3 x 43.75 TL"
    ]  # fmt: skip
    assert counter.page(last).one("button").text == "Place the order: 131.25 TL"


# While money moves, and when nothing can be answered


def test_who_waits_for_the_bank_sees_no_form_and_may_look_again():
    counter = Counter()
    answers = tuple(counter.shop.answers("card", TIMEOUT_TAKEN))
    step = counter.goes(("IndexPage", TYPED), *answers)

    for shown in (step, counter.look(), counter.look("AddressSelectionPage")):
        page = counter.page(shown, posted=answers[-1][1])
        assert shown.errors
        assert page.all("form") == []
        assert [e.attrs["href"] for e in page.all("a", **{"class": "button"})] == ["?"]
        assert all("href" not in (where or "") and where in {None, "step"} for _, where in trail(page))


def test_a_declined_card_is_told_once_and_may_be_tried_again():
    counter = Counter()
    answers = tuple(counter.shop.answers("card", INSUFFICIENT_FUNDS))
    step = counter.goes(("IndexPage", TYPED), *answers)
    said = "There is not enough money on this card. Please use another card."

    for shown in (step, counter.look()):
        page = counter.page(shown)
        assert [e.text for e in page.all("li") if page.one("div", role="alert") in e.inside] == [said]
        assert page.one("form").attrs["action"] == "?page=CreditCardConfirmationPage"


def test_an_empty_basket_leads_to_the_basket_and_a_closed_shop_to_the_login():
    empty, closed = Counter(), Counter()
    empty.shop.basket()
    closed.shop.settings = evolve(closed.shop.settings, can_guest_purchase=False)
    pages = [counter.page(counter.look()) for counter in (empty, closed)]

    assert [page.all("form") for page in pages] == [[], []]
    assert [page.one("a", **{"class": "button"}).attrs["href"] for page in pages] == [
        "/baskets/basket/",
        "/users/login/",
    ]
    assert "Your basket is empty." in pages[0].one("main").text
    assert "Please log in" in pages[1].one("main").text


def test_the_way_to_the_bank_is_a_link():
    page = page_of("CreditCardThreeDSecurePage")

    assert page.all("form") == []
    assert page.one("a", **{"class": "button"}).attrs["href"] == "/orders/redirect-three-d/"


# The order, the bank's form, what went wrong, what is agreed to


def ordered(story, card=None):
    counter = Counter()
    return counter, counter.goes(("IndexPage", TYPED), *counter.shop.answers(story, *([card] if card else [])))


def test_an_order_is_shown_with_all_that_was_agreed():
    counter, step = ordered("card, 3 instalments")
    order = step.pre_order
    text = Page(counter.drawing.completed(order, LOOKING)).one("main").text

    wanted = (
        order.placed.number, "Mug x 1", "131.25 TL", "12 Example Street", "1 Analytical Engine Square", "Standard",
        "Credit card", "0009", "ada@example.org", "+905321234567", "Instalments",
    )  # fmt: skip
    assert [each for each in wanted if each not in text] == []
    assert "IBAN" not in text
    assert order.payment.mask not in text


def test_who_pays_by_transfer_is_told_where_to_and_under_which_reference():
    counter, step = ordered("transfer")
    page = Page(counter.drawing.completed(step.pre_order, LOOKING))
    told = dict(zip([e.text for e in page.all("dt")], [e.text for e in page.all("dd")], strict=True))

    assert told["IBAN"] == "TR33 0006 1005 1978 6457 8413 26"
    assert told["Account holder"] == "Example Shop Ltd."
    assert (told["Reference"], told["Amount"]) == (step.pre_order.placed.number, "125.00 TL")
    assert page.one("main").text in counter.page(step).one("main").text.replace("Thank you\n", "Your order\n", 1)


def test_who_had_nothing_to_pay_is_not_told_to_transfer_it():
    counter, step = ordered("transfer")
    order = step.pre_order
    free = evolve(order, placed=evolve(order.placed, status=400))

    assert "IBAN" not in Page(counter.drawing.completed(free, LOOKING)).one("main").text


def test_a_checkout_without_an_order_has_no_order_page():
    counter = Counter()
    with pytest.raises(ValueError, match="placed order"):
        counter.drawing.completed(counter.look().pre_order, LOOKING)


def test_the_bank_s_form_is_the_only_one_and_works_without_script():
    fields = {"md": "a&b", "TermUrl": "https://shop.example/orders/checkout/?page=X&n=1", "submit": "clobbers"}
    page = Page(Counter().drawing.hand_over(BANK, fields, LOOKING))
    form = page.one("form")

    assert form.attrs == {"method": "post", "action": BANK}
    assert {e.attrs["name"]: e.attrs["value"] for e in page.all("input", type="hidden") if form in e.inside} == fields
    assert form in page.one("button", type="submit").inside
    assert page.one("script").text == SCRIPT
    assert page.all("link") == []


@pytest.mark.parametrize(
    "action",
    ["/orders/", "javascript:alert(1)", "//bank.example/", "https:///x", "", "https://a b/", "https://a\\@b/",
     "https://bank.example/\n", "data:text/html,x", "https://a;script-src*/", "https://a'/", "https://me@bank.example/"],
)  # fmt: skip
def test_no_form_goes_to_what_is_no_address(action):
    with pytest.raises(ValueError, match="no absolute address"):
        Counter().drawing.hand_over(action, {}, LOOKING)
    with pytest.raises(ValueError, match="no absolute address"):
        hand_over_csp(action)


def test_what_went_wrong_is_said_with_what_to_do():
    drawing = Counter().drawing
    known, unknown = (Page(drawing.sorry(404, code, mounted("/tr"))) for code in ("csrf_failed", "of_nobody"))

    assert "load the page again" in known.one("main").text
    assert "Please go back to the checkout" in unknown.one("main").text
    assert unknown.one("a", **{"class": "button"}).attrs["href"] == "/tr/orders/checkout/"


def test_a_contract_is_told_in_paragraphs():
    page = Page(
        Counter().drawing.contract("Contract of sale", "One.\r\n\r\nTwo\nand <b>three</b>.\n \n\n\nFour.", LOOKING)
    )

    assert page.one("h1").text == "Contract of sale"
    assert [e.text for e in page.all("p")] == ["One.", "Two\nand <b>three</b>.", "Four."]


# The policy


def digest(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_lets_in_what_the_pages_have_and_nothing_else():
    page = page_of("CreditCardConfirmationPage")
    rules = dict(rule.split(" ", 1) for rule in CSP.split("; "))

    assert rules == {
        "default-src": "'none'", "style-src": f"'self' {digest(page.one('style').text)}", "img-src": "'self'",
        "font-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'self'", "form-action": "'self'",
    }  # fmt: skip


def test_the_policy_of_the_bank_s_form_lets_it_go_there_by_its_script():
    page = Page(Counter().drawing.hand_over(BANK, {}, LOOKING))
    rules = dict(rule.split(" ", 1) for rule in hand_over_csp(BANK).split("; "))

    assert rules["script-src"] == digest(page.one("script").text)
    assert rules["form-action"].split() == ["https://bank.example", "https:"]
    assert hand_over_csp("http://127.0.0.1:8001/3d").split("form-action ")[1].split()[0] == "http://127.0.0.1:8001"


# Templates of a host


@frozen
class WrapForm:
    paper: Pk
    ribbon: Flag


@frozen
class Paper:
    pk: int
    name: str
    price: Money


@frozen(slots=False)
class WrapContext:
    papers: tuple[Paper, ...]
    deadline: str


class GiftWrapPage(CheckoutPage[PreOrder, WrapForm]):
    """A page of a host's."""

    sets = ()

    async def context(self, own, visit):
        return WrapContext((Paper(1, "Plain", Money("1.00", "TRY")), Paper(2, "Gold", Money("2.50", "TRY"))), "Noon")


def test_a_page_of_a_host_is_drawn_from_its_form_and_context():
    shop = Sandbox(seed=1)
    flow = evolve(STANDARD, beside=(*STANDARD.beside, GiftWrapPage))
    counter = Counter(shop)
    counter.checkout = Checkout(shop.ports, flow)
    counter.drawing = evolve(counter.drawing, map=counter.checkout.map)
    page = counter.page(counter.checkout.view(counter.look().pre_order, "GiftWrapPage"))

    assert page.one("h1").text == "Gift wrap"
    assert [e.text for e in page.all("legend")] == ["Paper"]
    assert [e.text for e in page.all("dd")] == ["Noon"]
    assert "2.50 TL" in page.one("fieldset").text
    assert page.filled_in({"ribbon": True, "paper": "2"})[1] == {"csrf_token": TOKEN, "paper": "2", "ribbon": "true"}


def test_a_host_overrides_one_template_or_one_block_of_it():
    ours = "{% extends 'checkout/page.html' %}{% block heading %}{{ site.name }}: {{ super() }}{% endblock %}"
    host = jinja2.DictLoader({"checkout/binnumberpage.html": ours, "checkout/sorry.html": "{{ said }}, {{ title }}"})
    counter = Counter(loader=host)

    assert counter.page(counter.look()).one("h1").text == "Contact"
    page = counter.page(counter.to("BinNumberPage"))
    assert page.one("h1").text == "Example Shop: Your card"
    assert page.named("bin_number")
    assert counter.drawing.sorry(404, "a", LOOKING).endswith(b", This did not work")


def test_a_host_changes_one_block_of_every_page():
    ours = "{% extends 'checkout_core/checkout/page.html' %}{% block bought %}<p>Ours.</p>{% endblock %}"
    counter = Counter(loader=jinja2.DictLoader({"checkout/page.html": ours}))
    page = counter.page(counter.look())

    assert "Ours." in [e.text for e in page.all("p")]
    assert page.all("section") == []
    assert page.named("user_email")


def test_a_template_of_a_host_that_misspells_a_name_is_told():
    counter = Counter(loader=jinja2.DictLoader({"checkout/page.html": "{{ titel }}"}))

    with pytest.raises(jinja2.UndefinedError, match="titel"):
        counter.html(counter.look())


def test_without_jinja2_one_sentence_says_what_to_install(monkeypatch):
    counter = Counter()
    step = counter.look()
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'checkout-core\[html\]'"):
        counter.html(step)


# The look


def brightness(colour):
    """Relative luminance, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((brightness(one), brightness(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_can_be_told_apart_by_everybody(scheme):
    block = re.findall(r":root\{[^}]*\}", STYLE)[scheme]
    colours = dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block))
    text = [("ink", "page"), ("ink", "card"), ("soft", "page"), ("act", "page"), ("act", "card"), ("bad", "page"),
            ("on", "act")]  # fmt: skip

    assert [pair for pair in text if contrast(*(colours[name] for name in pair)) < 4.5] == []
    assert contrast(colours["line"], colours["page"]) >= 3


def test_what_is_touched_is_big_enough():
    tall = {int(height) for height in re.findall(r"min-height:(\d+)px", STYLE)}

    assert min(tall) == 44


def test_every_template_is_used():
    names = {path.stem for path in FOLDER.glob("*.html")}

    assert names == {
        "base", "page", "macros", "completed", "handover", "onward", "sorry", "contract",
        "slotselectionpage", "reservationselectionpage", "remotepricecalculationpage",
    }  # fmt: skip
