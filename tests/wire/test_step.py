from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from attrs import evolve

from checkout_core.effects import CardSecrets, Secret
from checkout_core.order import Basket, Buyer
from checkout_core.sandbox import DEPARTMENT_STORE, GRAND_BAZAAR, HOLIDAY_STORE, magic
from checkout_core.standard import STANDARD
from checkout_core.wire import page_slug

GOLDEN = Path(__file__).parent / "confirmation.json"
CARDS = sorted(magic.MAGIC)
COLLECTED = [  # what is bought with a mug, who asks how it is delivered and sent, and how it is delivered
    (("wardrobe",), "", "DataSource", "address"),
    ((), "", "AttributeBased", "locker"),
    ((), "Remote", "Remote", "scheduled"),
    ((), "", "", "store"),
]


@pytest.fixture(scope="module")
def walks(make):
    """Checkouts of every end: paid, declined, handed out, unknown, by transfer, refused on the way."""
    babble = make.Walk()
    for page in (page.__name__ for page in STANDARD.pages()):
        babble.post(page, {"payment_option": "x", "user_email": "x", "notes": "x" * 999})
    babble.post("NoSuchPage", {}).post("OrderNotePage", {"notes": "ring"}).post("AddressClearPage", {})
    far = [
        make.Walk(
            "mug", *goods, shop_file=DEPARTMENT_STORE,
            settings={
                "checkout_delivery_option_selection_page": f"{ask}DeliveryOptionSelectionPage",
                "checkout_shipping_option_selection_page": f"{send}ShippingOptionSelectionPage",
            },
        ).goes("transfer", delivery=delivery)
        for goods, ask, send, delivery in COLLECTED
    ]  # fmt: skip
    offered = make.Walk(*["t-shirt"] * 5, who="ada", shop_file=HOLIDAY_STORE)
    for page in STANDARD.beside:
        offered.post(page.__name__, {"voucher_code": "nobody knows it"})
    offered.goes("transfer")
    paid = [make.Walk().goes("card, 3 instalments" if card[:4] == "5421" else "card", card) for card in CARDS]
    return [babble, offered, make.Walk().goes("transfer"), *far, *paid, *in_the_grand_bazaar(make)]


def in_the_grand_bazaar(make):
    """Each way to pay that only the largest shop has, up to its end."""
    agreed = {"agreement": True}
    settings = {"loyalty_money_enabled": True, "gpay_bin_number": magic.APPROVED[:6]}

    def begins(**who):
        return make.Walk("mug", shop_file=GRAND_BAZAAR, settings=settings, **who)

    door = begins().chooses("at-the-door").post("PayOnDeliveryPaymentChoicePage", {"payment_choice": "card"})
    verified = begins().chooses("at-the-door-verified").post("SendSmsPage", {"phone_number": "05321234567"})
    verified.post("VerifySmsPage", {"verify_code": "------"})
    verified.post("VerifySmsPage", {"verify_code": verified.code(verified.order.payment.challenge)})
    sent_on = begins().chooses("hosted-page").post("RedirectionPaymentSelectedPage", agreed)
    at_garanti = begins().chooses("garanti-pay").post("GPaySelectionPage", {}).post("GPayRedirectPage", {})
    gifts = begins()
    gifts.post("GiftCardPage", {"code": "PHONE-0003"}).post("GiftCardOtpResendPage", {})
    gifts.chooses("at-the-door").post("GiftCardPage", {"code": "PHONE-0003"})
    gifts.post("GiftCardPage", {}).post("GiftCardApplyPage", {}).post("GiftCardOtpResendPage", {})
    gifts.post("GiftCardApplyPage", {"otp": gifts.code(gifts.order.gift_cards.applying.challenge)})
    gifts.post("GiftCardUpdateAmountPage", {"pk": 1})
    gifts.post("GiftCardUpdateAmountPage", {"pk": 1, "amount": "10.00"}).post("GiftCardPage", {"code": "PLENTY-0001"})
    gifts.chooses("gift-card").post("GiftCardPaymentPage", agreed)
    loyal = begins(who="ada").chooses("transfer-with-a-code")
    loyal.post("LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": str(loyal.order.totals.total)})
    loyal.chooses("loyalty-money").post("LoyaltyMoneyPage", agreed)
    door.post("PayOnDeliveryPage", agreed)
    verified.post("PayOnDeliveryPage", agreed)
    return [door, verified, sent_on, at_garanti, gifts, loyal]


def objects(json_value):
    """Every object in it."""
    if isinstance(json_value, dict):
        yield json_value
        json_value = list(json_value.values())
    if isinstance(json_value, list):
        for inside in json_value:
            yield from objects(inside)


def contexts(answer):
    return {page["page_name"]: page["page_context"] for page in answer["context_list"]}


# The answer


def test_the_whole_answer_is_as_it_was_agreed_upon(make):
    step = make.step(errors={"non_field_errors": ("insufficient_funds",)}, context_list=make.shown())

    text = json.dumps(make.said(step), indent=2, ensure_ascii=False) + "\n"

    assert text == GOLDEN.read_text(encoding="utf-8")


def test_a_step_that_is_fine_has_no_errors_and_no_redirect(make):
    answer = make.said(make.step())

    assert (answer["errors"], answer["error_codes"], answer["context_list"]) == (None, None, [])
    assert answer["template_name"] == "orders/checkout.html"
    assert "redirect_url" not in answer


def test_what_was_refused_is_told_in_texts_by_field_and_in_codes_beside(make):
    errors = {"bin_number": ("invalid",), "notes": ("too_long", "of_the_host"), "non_field_errors": ("declined",)}

    answer = make.said(make.step(errors=errors))

    assert answer["errors"] == {
        "bin_number": ["Please enter a valid bin number."],
        "notes": ["This text is too long. Please shorten it.", "of_the_host"],
        "non_field_errors": ["Transaction failed. Please try again."],
    }
    assert answer["error_codes"] == {field: list(codes) for field, codes in errors.items()}


@pytest.mark.parametrize("name", ["IndexPage", "PaymentOptionSelectionPage", "My_Own_Page"])
def test_a_slug_is_the_name_in_lower_case_without_separators(name):
    assert re.fullmatch(r"[a-z]+", page_slug(name))
    assert page_slug("ThankYouPage") == "thankyoupage"


def test_a_guest_nobody_knows_gets_the_template_with_the_login(make):
    def template(buyer, page):
        return make.said(make.step(make.order(buyer=buyer), page=page))["template_name"]

    unknown, guest, member = Buyer(), Buyer(None, "ada@example.org"), Buyer("7", "m@example.org")

    assert template(unknown, "IndexPage") == template(unknown, "MyIndexPage") == "orders/index.html"
    assert template(guest, "AddressSelectionPage") == template(member, "AddressSelectionPage") == "orders/checkout.html"
    # A guest may be back there: to mend the address, or because the shop no longer sells to guests
    assert template(guest, "IndexPage") == "orders/index.html"
    assert template(member, "IndexPage") == "orders/checkout.html"


def test_an_empty_basket_sends_the_buyer_to_the_basket(make):
    empty = Basket.of("77", "other", (), "TRY")
    placed = make.Walk().goes("card", magic.APPROVED).order

    assert make.said(make.step(make.order(basket=empty)))["redirect_url"] == "/baskets/basket/"
    assert "redirect_url" not in make.said(make.step(evolve(placed, basket=empty)))


def test_a_basket_emptied_in_another_tab_sends_the_buyer_to_the_basket(make):
    walk = make.Walk()
    walk.shop.basket()

    assert walk.post("DeliveryOptionSelectionPage", {}).answers[-1]["redirect_url"] == "/baskets/basket/"


# What the storefront's client needs of every answer


def test_the_walks_meet_every_page_and_every_end(walks):
    answers = [answer for walk in walks for answer in walk.answers]
    met = {name for answer in answers for name in contexts(answer)}
    told = {code for answer in answers for codes in (answer["error_codes"] or {}).values() for code in codes}

    of_some_gateways = {"CampaignListPage", "CampaignSelectionPage", "RewardListPage", "RewardSelectionPage"}
    never_shown = {"AddressClearPage", "EmptyPage", "GiftBoxIndexPage"} | of_some_gateways
    assert {page.__name__ for page in STANDARD.pages()} - met == never_shown
    assert told >= {"payment_pending", "page_not_available", "unknown", "too_long", "three_d_failed", "do_not_honor"}


def test_a_page_context_is_always_an_object(walks):
    for walk in walks:
        for answer in walk.answers:
            assert [page for page in answer["context_list"] if type(page["page_context"]) is not dict] == []
            assert [page for page in answer["context_list"] if page["page_slug"] != page["page_name"].lower()] == []


def test_primary_keys_are_numbers(walks):
    for walk in walks:
        for answer in walk.answers:
            order = answer["pre_order"]
            basket = order["basket"]  # whose key is the host's, and may be a text
            with_key = [each for each in objects(answer) if "pk" in each and each is not basket]
            made = [each for each in (order["shipping_address"], order["shipping_option"]) if each and not each["pk"]]
            coupons = [each for each in with_key if "is_applied" in each]  # a client posts their keys back as texts
            known = [*made, *coupons]
            assert [each for each in with_key if type(each["pk"]) is not int and each not in known] == []
            assert [each for each in coupons if type(each["pk"]) is not str] == []
            assert all(each["pk"] is None for each in made)


def test_an_address_made_from_a_place_and_an_option_of_many_groups_have_no_key(walks):
    orders = [answer["pre_order"] for walk in walks for answer in walk.answers]
    kinds = {
        order["delivery_option"]["delivery_option_type"] for order in orders if _keyless(order, "shipping_address")
    }

    assert kinds == {"retail_store", "pickup_location"}
    assert {
        name
        for order in orders
        if _keyless(order, "shipping_option")
        for name in ("data_source_shipping_options", "attribute_based_shipping_options")
        if name in order
    } == {"data_source_shipping_options", "attribute_based_shipping_options"}


def _keyless(order, name):
    return order[name] is not None and order[name]["pk"] is None


def test_errors_are_null_or_lists_of_sentences_by_field(walks):
    for walk in walks:
        for answer in walk.answers:
            errors, codes = answer["errors"], answer["error_codes"]
            assert (errors is None) == (codes is None)
            for field, texts in (errors or {}).items():
                assert len(texts) == len(codes[field]) > 0
                assert [text for text in texts if type(text) is not str or text in codes[field]] == []


LISTS = (
    ("delivery_options", "delivery_option"), ("shipping_options", "shipping_option"),
    ("payment_options", "payment_option"), ("installments", "installment"),
    ("addresses", "shipping_address"), ("addresses", "billing_address"),
)  # fmt: skip


@pytest.mark.parametrize(("listed", "chosen"), LISTS)
def test_what_was_chosen_is_among_what_is_listed_and_equal_to_it(walks, listed, chosen):
    """Otherwise a client posts its choice again, without end."""
    compared = 0
    for walk in walks:
        for answer in walk.answers:
            choice = answer["pre_order"][chosen]
            for context in contexts(answer).values():
                if choice is not None and choice["pk"] is not None and listed in context:
                    assert [each for each in context[listed] if each["pk"] == choice["pk"]] == [choice]
                    compared += 1
    assert compared


def test_a_post_does_not_list_the_delivery_options_beside_the_instalments(walks):
    """A client that sees both takes the answer for a whole one, and forgets the instalments."""
    for walk in walks:
        posts = walk.answers[1::2]
        assert [set(contexts(each)) for each in posts if {"DeliveryOptionSelectionPage", "InstallmentSelectionPage"}
                <= set(contexts(each))] == []  # fmt: skip


def test_a_post_of_a_page_beside_the_flow_lists_nothing(make):
    walk = make.Walk().post("OrderNotePage", {"notes": "ring"})

    assert (walk.answers[-2]["context_list"], walk.answers[-2]["pre_order"]["notes"]) == ([], "ring")


# What nobody is told


def test_neither_the_card_nor_our_keys_nor_what_the_bank_handed_out_are_told(make, walks):
    for walk in walks:
        order = walk.order
        private = {order.key, order.basket.key, order.basket.digest}
        for attempt in order.attempts:
            private |= {attempt.key, attempt.seal.digest, *attempt.handed.values()}
            private |= {row.reference for row in attempt.captures}
        if order.payment is not None and getattr(order.payment, "mask", None):
            private.add(order.payment.mask)
        private |= {*CARDS, *(card[6:] for card in CARDS), '"123"', '"1234"', "Ada Lovelace"}
        for answer in walk.answers:
            text = json.dumps(answer, ensure_ascii=False)
            assert [each for each in private if each and each in text] == []


def test_secrets_that_found_their_way_into_an_order_are_not_told(make):
    """Every text of an order that buyers have no business with is a canary."""
    walk = make.Walk().goes("card", magic.THREE_D_ABANDONED)
    (attempt,) = walk.order.attempts
    attempt = evolve(
        attempt, key="CANARY1", gateway="CANARY2", code="CANARY3", handed={"CANARY4": "CANARY5"},
        seal=evolve(attempt.seal, digest="CANARY6"),
    )  # fmt: skip
    payment = evolve(walk.order.payment, mask="CANARY7", option=evolve(walk.order.payment.option, gateway="CANARY8"))
    basket = evolve(walk.order.basket, key="CANARY9", digest="CANARY0")
    host = CardSecrets(Secret("CANARYA"), "CANARYB", 1, 2030, Secret("CANARYC"))
    order = evolve(
        walk.order, key="CANARYD", attempts=(attempt,), payment=payment, basket=basket, more=(host,),
        buyer=evolve(walk.order.buyer, account="CANARYE"),
    )  # fmt: skip

    assert "CANARY" not in json.dumps(make.said(make.step(order, context_list=make.shown())))
