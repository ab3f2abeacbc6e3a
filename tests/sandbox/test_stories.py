"""A story for every way to pay: posted as it is told, it ends in the order, and the books say what paid."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import STANDARD, Checkout, CheckoutService, MemoryStore
from checkout_core.effects import Secret
from checkout_core.money import Money
from checkout_core.page import GUEST
from checkout_core.sandbox import APPROVED, DEFAULT, GRAND_BAZAAR, THREE_D, Sandbox, Wishes, load_shop
from checkout_core.sandbox._paid_stories import STORIES, code_in, fullest, page_back, read_story, who_pays
from checkout_core.sandbox.inbox import Inbox
from checkout_core.sandbox.magic import INSUFFICIENT_FUNDS
from checkout_core.sandbox.world import NOON

FILE = load_shop(GRAND_BAZAAR)
TOTAL = "121.49"  # of a mug and a T-shirt, sent the usual way


class Buyer:
    """One in that shop, who posts stories."""

    def __init__(self, shop, account=None, key="basket-1"):
        self.shop, self.who = shop, shop.caller(account) if account else GUEST
        self.service = CheckoutService(Checkout(shop.ports), MemoryStore())
        self.start = self.service.checkout.start(shop.basket("mug", "t-shirt", key=key), self.who).pre_order
        self.key, self.pages = self.service.save(self.start), []
        if account is None:
            self.posts("IndexPage", {"user_email": "ada@example.org"})

    def posts(self, page, body):
        self.step = self.service.post(self.key, page, body, self.who)
        assert not self.step.errors, (page, body, self.step.errors)
        self.pages.append(page)

    def told(self, story, card=APPROVED, **given):
        return self.shop.answers(story, card, self.start, looks=lambda: self.step.pre_order, **given)

    def walks(self, story, card=APPROVED, **given):
        """What it cost by the way to pay, and what the bank has taken."""
        for page, body in self.told(story, card, **given):
            self.posts(page, body)
        assert self.step.page == "ThankYouPage"
        return str(self.step.pre_order.placed.totals.payable), [str(row.amount) for row in self.shop.bank.rows()]


@pytest.fixture
def shop():
    return Sandbox(FILE, seed=1)


def test_every_way_to_pay_of_the_map_has_a_story():
    assert STORIES.keys() == STANDARD.payments.keys()


@pytest.mark.parametrize("option", FILE.shop.payment_options, ids=lambda option: option.slug)
@pytest.mark.parametrize("card", [APPROVED, THREE_D])
def test_each_way_to_pay_of_the_largest_shop_ends_in_an_order(shop, option, card):
    kind = option.payment_type
    buyer = Buyer(shop, who_pays(kind, FILE))
    payable, taken = buyer.walks(STORIES[kind], card, option=option.slug)

    assert buyer.step.pre_order.placed.totals.total == Money(TOTAL, "TRY") + buyer.step.pre_order.totals.payment_fee
    assert buyer.step.pre_order.payment.option.slug == option.slug
    assert taken == ([payable] if kind in {"credit_card", "redirection", "gpay"} else [])
    assert payable != "0.00" or kind in {"gift_card", "loyalty_money"}


@pytest.mark.parametrize(
    ("story", "takes"),
    [("card, 3 instalments", "127.57"), ("redirection, 3 instalments", "123.32"), ("gpay, 3 instalments", "127.57")],
)
def test_instalments_are_chosen_on_whichever_page_offers_them(shop, story, takes):
    assert Buyer(shop).walks(story) == (takes, [takes])


def test_each_option_at_the_door_asks_what_it_asks(shop):
    pages = {}
    for option in ("at-the-door", "cash-at-the-door", "at-the-door-verified"):
        buyer = Buyer(shop, key=option)
        buyer.walks("pay on delivery", option=option)
        pages[option] = buyer.pages[buyer.pages.index("PaymentOptionSelectionPage") + 1 : -1]
    assert pages == {
        "at-the-door": ["PayOnDeliveryPaymentChoicePage"],
        "cash-at-the-door": [],
        "at-the-door-verified": ["SendSmsPage", "VerifySmsPage"],
    }


def test_a_gift_card_pays_a_part_and_a_bank_card_the_rest(shop):
    assert Buyer(shop).walks("card", wishes=Wishes(gift_card="LITTLE-0002")) == ("96.49", ["96.49"])


@pytest.mark.parametrize("code", ["PHONE-0003", "phone0003"])
def test_a_gift_card_with_a_phone_asks_for_the_code_that_came_there(shop, code):
    buyer = Buyer(shop)
    buyer.walks("gift card", wishes=Wishes(gift_card=code))

    assert "GiftCardApplyPage" in buyer.pages
    assert [told.to for told in shop.inbox.of("sms")] == ["+905321234567"]


def test_loyalty_money_that_is_wished_for_pays_so_much(shop):
    assert Buyer(shop, "ada").walks("card", wishes=Wishes(loyalty="20.00")) == ("101.49", ["101.49"])


def test_all_that_is_owed_is_asked_when_it_is_known(shop):
    buyer = Buyer(shop, "grace")
    buyer.walks("loyalty money")

    assert buyer.step.pre_order.totals.loyalty_money == Money(TOTAL, "TRY")
    with pytest.raises(ValueError, match="how much is owed nobody knows here"):
        shop.answers("loyalty money", order=buyer.start)


@pytest.mark.parametrize("story", ["redirection", "gpay"])
def test_a_buyer_comes_back_from_the_page_of_their_own_payment(shop, story):
    buyers = [Buyer(shop, key=f"basket-{n}") for n in range(2)]
    walks = [buyer.told(story) for buyer in buyers]
    for answers in zip(*walks, strict=True):  # one after the other at every page, also at the bank's
        for buyer, answer in zip(buyers, answers, strict=True):
            buyer.posts(*answer)

    assert [buyer.step.page for buyer in buyers] == ["ThankYouPage", "ThankYouPage"]
    assert {row.number for row in shop.bank.rows()} == {buyer.step.pre_order.placed.number for buyer in buyers}


def test_a_card_the_banks_page_declines_takes_nothing(shop):
    buyer = Buyer(shop)
    page, returned = [*_posting(buyer, buyer.told("redirection", INSUFFICIENT_FUNDS))][-1]
    step = buyer.service.post(buyer.key, page, returned)

    assert (page, returned["success"]) == ("RedirectionPageCompletePage", "false")
    assert not step.ok
    assert shop.bank.rows() == ()


def _posting(buyer, answers):
    """All answers; each but the return is posted."""
    for page, body in answers:
        if page != "RedirectionPageCompletePage":
            buyer.posts(page, body)
        yield page, body


# What cannot be told


@pytest.mark.parametrize("story", ["cash", "transfer, 3 instalments", "card, three instalments", "", "Card"])
def test_what_is_no_story_is_refused_with_those_there_are(story):
    with pytest.raises(ValueError, match=r"^no story '.*'; there are: card; transfer; pay on delivery; .* gpay, 3 in"):
        read_story(story)


def test_an_option_of_another_type_is_none_for_the_story(shop):
    with pytest.raises(ValueError, match="no payment option of type redirection called 'at-the-door'"):
        shop.answers("redirection", option="at-the-door")


def test_instalments_that_the_banks_page_does_not_offer_are_refused_there(shop):
    buyer = Buyer(shop)
    with pytest.raises(LookupError, match="the page offers 1, 3, 6"):
        buyer.walks("redirection, 5 instalments")
    assert shop.bank.rows() == ()


def test_without_a_text_there_is_no_code_to_say():
    inbox = Inbox()
    inbox.send_sms("+905551112233", Secret("Your parcel 1234567 is on its way"), "s-1")
    with pytest.raises(LookupError, match="no text with a code has come"):
        code_in(inbox)
    for n, text in enumerate(("Your code is 111111.", "222222", "Thank you!")):
        inbox.send_sms("+905551112233", Secret(text), f"s-{n + 2}")
    assert code_in(inbox) == "222222"


def test_the_gift_card_that_pays_all_wants_no_code_is_not_over_and_has_the_most_on_it():
    assert fullest(FILE.gift_cards, "TRY", NOON).code.reveal() == "PLENTY0001"
    assert fullest(FILE.gift_cards, "EUR", NOON).code.reveal() == "ABROAD0005"
    over = tuple(attrs.evolve(card, expires_at=NOON) for card in FILE.gift_cards if card.amount.minor > 2_500)
    assert fullest((*over, *FILE.gift_cards[1:2]), "TRY", NOON).code.reveal() == "LITTLE0002"
    by_phone = tuple(card for card in FILE.gift_cards if card.phone)
    with pytest.raises(ValueError, match="no gift card that pays without a code"):
        fullest(by_phone, "TRY", NOON)


def test_who_has_the_most_loyalty_money_pays_with_it_and_anybody_in_any_other_way():
    assert who_pays("loyalty_money", FILE) == "grace"
    assert {who_pays(kind, FILE) for kind in STORIES if kind != "loyalty_money"} == {None}
    with pytest.raises(ValueError, match="no customer with loyalty money"):
        who_pays("loyalty_money", load_shop(DEFAULT))


def test_the_address_of_a_return_names_its_page():
    assert page_back({"page": "GPayCompletePage", "gpay": "true"}) == "GPayCompletePage"
    assert page_back({"md": "1"}) == "CreditCardThreeDSecurePage"
