"""Gift cards and loyalty money over HTTP: what a storefront reads, and the older name it still posts to."""

from __future__ import annotations

from checkout_core.sandbox.shopfile import PACKAGED

from .browsers import PERSON, Shop, header, told

BAZAAR = PACKAGED / "grand_bazaar.toml"
TOO_MUCH = {"code": "PLENTY-0001", "amount": "999.00"}


def shop():
    return Shop(shop_file=BAZAAR)


def option(browser, payment_type):
    return next(o.pk for o in browser.shop.sandbox.shop.payment_options if o.payment_type == payment_type)


def test_a_storefront_reads_which_cards_pay_how_much_and_no_code():
    buyer = shop().browser("first", "mug", "t-shirt")
    buyer.reaches("PaymentOptionSelectionPage")
    before = told(buyer.gets())["pre_order"]
    assert "gift_cards" not in before
    buyer.posts("GiftCardPage", {"code": "LITTLE-0002"})
    response = buyer.posts("GiftCardPage", {"code": "plenty 0001", "amount": "10.00"})
    after = told(response)["pre_order"]
    assert after["gift_cards"] == [
        {"pk": 1, "masked": "0002", "amount": "25.00"}, {"pk": 2, "masked": "0001", "amount": "10.00"},
    ]  # fmt: skip
    assert after["gift_card_amount"] == "35.00"
    assert float(before["unpaid_amount"]) - float(after["unpaid_amount"]) == 35
    assert after["total_amount"] == before["total_amount"]
    assert b"PLENTY" not in response.body.upper()


def test_a_post_to_the_older_name_pays_with_loyalty_money():
    buyer = shop().browser("first", "mug", "t-shirt", account="grace")
    buyer.reaches("PaymentOptionSelectionPage")
    owed = buyer.order.totals.payable
    buyer.posts("LoyaltyMoneyUsagePage", {"loyalty_amount_to_use": str(owed)})
    buyer.posts("PaymentOptionSelectionPage", {"payment_option": option(buyer, "loyalty_money")})
    refused = told(buyer.posts("LoyaltyPaymentSelectedPage", {"agreement": False}))
    assert set(refused["errors"]) == {"agreement"}
    placed = told(buyer.posts("LoyaltyPaymentSelectedPage", {"agreement": True}))
    assert (placed["errors"], buyer.order.placed.receipt) == (None, "loyalty_money")


def test_a_card_that_is_refused_is_not_written_into_the_page_again():
    buyer = shop().browser("first", "mug", headers=PERSON)
    buyer.reaches("PaymentOptionSelectionPage")
    response = buyer.posts("GiftCardPage", TOO_MUCH)
    assert b"PLENTY" not in response.body.upper()
    assert "999.00" in response.body.decode()


def test_a_person_sees_the_pages_of_gift_cards():
    buyer = shop().browser("first", "mug", headers=PERSON)
    buyer.reaches("PaymentOptionSelectionPage")
    for page in ("GiftCardPage", "PaymentOptionSelectionPage"):
        assert buyer.gets(page).status == 200
    buyer.posts("GiftCardPage", {"code": "LITTLE-0002", "amount": "5.00"})
    page = buyer.gets("GiftCardUpdateAmountPage")
    assert page.status == 200
    assert "Gift cards" in buyer.gets().body.decode()


def test_a_person_chooses_the_card_to_take_off_and_none_is_where_nobody_chooses():
    buyer = shop().browser("first", "mug", headers=PERSON)
    buyer.reaches("PaymentOptionSelectionPage")
    assert '<input type="hidden" name="remove" value="">' in buyer.gets("GiftCardPage").body.decode()
    buyer.posts("GiftCardPage", {"code": "LITTLE-0002", "amount": "5.00"})
    html = buyer.gets("GiftCardPage").body.decode()
    assert 'name="remove" value="" checked>' in html
    assert 'name="remove" value="1">' in html
    buyer.posts("GiftCardPage", {"code": "PLENTY-0001", "amount": "6.00", "remove": ""})
    assert [card.masked for card in buyer.order.gift_cards.reservations] == ["0002", "0001"]
    buyer.posts("GiftCardPage", {"code": "", "amount": "", "remove": "1"})
    assert [card.masked for card in buyer.order.gift_cards.reservations] == ["0001"]


def test_a_person_whose_card_wants_a_code_is_led_to_where_it_is_said_and_may_ask_for_another():
    buyer = shop().browser("first", "mug", headers=PERSON)
    buyer.reaches("PaymentOptionSelectionPage")
    asks = "/orders/checkout/?page=GiftCardApplyPage"
    assert header(buyer.posts("GiftCardPage", {"code": "LITTLE-0002", "amount": "5.00"}), "location") != asks
    assert header(buyer.posts("GiftCardPage", {"code": "PHONE-0003"}), "location") == asks
    assert 'href="?page=GiftCardOtpResendPage"' in buyer.gets().body.decode()
    assert '<form method="post" action="?page=GiftCardOtpResendPage"' in (
        buyer.gets("GiftCardOtpResendPage").body.decode()
    )


def test_what_gift_cards_have_paid_alone_is_not_said_to_be_paid_by_card():
    buyer = shop().browser("first", "mug", headers=PERSON)
    form = buyer.reaches("CreditCardConfirmationPage")
    buyer.posts("GiftCardPage", {"code": "PLENTY-0001"})
    buyer.gets()  # and sees the new total
    page = buyer.posts("CreditCardConfirmationPage", form)
    assert buyer.order.placed.receipt == "free"
    html = buyer.asks("GET", header(page, "location")).body.decode()
    assert "Your order" in html
    assert "Card ending in" not in html
    assert "Paid by" not in html


def test_a_person_reads_which_ways_to_pay_there_are_before_those_that_there_are_not():
    buyer = shop().browser("first", "mug", headers=PERSON)
    buyer.reaches("PaymentOptionSelectionPage")
    page = buyer.gets().body.decode()
    heading = "<h2>Not available for your order</h2>"
    assert page.index("How do you want to pay?") < page.index('<button type="submit">') < page.index(heading)
    assert page.count(heading) == 1
    assert "Loyalty money</bdi>: <bdi>Your loyalty money does not pay for this order" in page
