"""The sandbox as a host: baskets, buyers, cards, a clock, and what buyers of each story post."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from checkout_core import Checkout, CheckoutService, MemoryStore, Settings
from checkout_core.effects import PORTS, Secret, method_of
from checkout_core.money import Money
from checkout_core.sandbox import APPROVED, GRAND_BAZAAR, THREE_D, Bank, Sandbox, magic
from checkout_core.sandbox.inbox import Told
from checkout_core.shop import Misconfigured
from checkout_core.stores import SqliteHolds

from .shopfiles import TEXT, edited

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def walked(shop, story, card=APPROVED, **given):
    """The last step of a buyer of that story."""
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    step = service.checkout.start(shop.basket("mug", "t-shirt"), **given)
    key = service.save(step.pre_order)
    if not step.pre_order.buyer.email:
        service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    for page, body in shop.answers(story, card):
        step = service.post(key, page, body, **given)
    return step


# ---------------------------------------------------------------- the ports


def test_the_sandbox_is_all_that_a_checkout_needs():
    shop = Sandbox(GRAND_BAZAAR)  # the one that has gift cards, too
    Checkout(shop.ports)
    for name, (_, effects) in PORTS.items():
        if name in {"vault", "promotions"}:
            continue  # one wants an extra, and a bank that wants the card twice; the other is instead of the offers
        assert all(callable(getattr(getattr(shop.ports, name), method_of(effect))) for effect in effects)


def test_a_basket_has_a_line_for_each_product_and_counts_what_comes_twice():
    basket = Sandbox().basket("mug", "t-shirt", "mug")
    assert [(line.sku, line.quantity) for line in basket.lines] == [("mug", 2), ("t-shirt", 1)]
    assert (basket.amount, basket.weight, basket.quantity) == (Money("130.20", "TRY"), 1000, 3)


def test_the_same_products_make_the_same_basket_in_every_process():
    assert Sandbox().basket("mug", "t-shirt") == Sandbox().basket("mug", "t-shirt")


def test_other_products_numbers_or_prices_are_another_digest():
    dearer = Sandbox(edited(('price = "35.10 TRY"', 'price = "35.11 TRY"')))
    shop = Sandbox()
    digests = [
        shop.basket().digest,
        shop.basket("mug").digest,
        shop.basket("mug", "mug").digest,
        shop.basket("t-shirt").digest,
        dearer.basket("mug").digest,
    ]
    assert len(set(digests)) == 5


def test_a_basket_is_read_unless_it_is_known():
    shop = Sandbox()
    first = shop.basket("mug", key="b")
    assert shop.read_basket("b", first.digest) is None
    second = shop.basket("mug", "mug", key="b")
    assert shop.read_basket("b", first.digest) == second


def test_a_basket_nobody_filled_and_a_product_nobody_sells_are_told():
    shop = Sandbox()
    with pytest.raises(KeyError, match="basket-9"):
        shop.read_basket("basket-9", "")
    with pytest.raises(KeyError, match="did you mean mug"):
        shop.basket("mugg")


def test_guests_and_members_pick_from_address_books():
    shop = Sandbox()
    assert [address.pk for address in shop.list_addresses(None, "co")] == [11, 12]
    assert [address.pk for address in shop.list_addresses("ada", "co")] == [11, 12]
    assert [address.pk for address in shop.list_addresses("grace", "co")] == [13, 14]
    assert shop.list_addresses("nobody", "co") == ()


def test_a_customer_logs_in_with_what_the_file_says():
    caller = Sandbox().caller("grace")
    assert (caller.account, caller.email, caller.phone) == ("grace", "grace@example.org", "+442079460123")


def test_a_card_is_the_one_of_the_tables_as_they_are_now():
    shop = Sandbox()
    (known,) = (card for card in shop.shop.cards if card.slug == "example-card")
    assert shop.find_card("542119") == known
    changed = evolve(known, installments=())
    shop.shop = evolve(shop.shop, cards=(changed,))
    assert shop.find_card("542119") == changed
    assert shop.find_card("542120") is None


def test_settings_are_those_of_the_file_unless_others_are_given():
    assert Sandbox().ports.settings().default_country_code == "TR"
    assert Sandbox(settings=Settings()).ports.settings() == Settings()


def test_what_a_test_assigns_is_seen_at_the_next_step():
    shop = Sandbox()
    ports = shop.ports
    shop.settings = Settings(can_guest_purchase=False)
    shop.shop = evolve(shop.shop, version="2")
    assert (ports.settings().can_guest_purchase, ports.shop().version) == (False, "2")


def test_a_wrong_shop_file_makes_no_sandbox():
    with pytest.raises(Misconfigured, match=r"products\[0\]\.price"):
        Sandbox(TEXT.replace('"35.10 TRY"\nweight', "35.10\nweight", 1))


# ---------------------------------------------------------------- clock and keys


def test_time_passes_when_it_is_told_to():
    shop = Sandbox()
    clock = shop.ports.clock
    assert clock() == NOON
    assert shop.passes(seconds=30, minutes=1) == clock() == NOON + timedelta(seconds=90)


def test_a_clock_of_the_hosts_is_read_and_never_moved():
    shop = Sandbox(now=lambda: NOON)
    assert shop.ports.clock() == NOON
    with pytest.raises(TypeError):
        shop.passes(seconds=1)


def test_keys_are_unguessable_unless_there_is_a_seed():
    assert len({Sandbox().ports.key() for _ in range(50)}) == 50
    assert len(Sandbox().ports.key()) == 22  # 128 bits in base 64
    first, second = Sandbox(seed=1), Sandbox(seed=1)
    keys = [first.ports.key() for _ in range(3)]
    assert keys == [second.ports.key() for _ in range(3)]
    assert len({*keys, Sandbox(seed=2).ports.key()}) == 4


def test_a_seed_makes_the_same_tickets_too():
    mds = set()
    for _ in range(2):
        shop = Sandbox(seed=7)
        walked(shop, "card", THREE_D)
        mds.add(shop.bank.ticket().md)
    assert len(mds) == 1


# ---------------------------------------------------------------- stories


@pytest.mark.parametrize(
    ("story", "card", "total"),
    [
        ("card, 3 instalments", APPROVED, "131.25"),
        ("card, 1 instalment", APPROVED, "125.00"),
        ("card", magic.APPROVED_AMEX, "125.00"),
        ("card", magic.APPROVED_DEBIT, "125.00"),
        ("card", magic.APPROVED_TROY, "125.00"),
        ("card, 6 instalments", THREE_D, "136.25"),
        ("transfer", APPROVED, "125.00"),
    ],
)
def test_a_story_ends_with_the_order(story, card, total):
    shop = Sandbox()
    step = walked(shop, story, card)
    assert step.page == "ThankYouPage"
    assert step.pre_order.placed.total == Money(total, "TRY")
    assert shop.bank.captures == (story != "transfer")


def test_the_stories_read_as_a_buyer_walks():
    shop = Sandbox()
    assert [page for page, _ in shop.answers("card, 3 instalments")] == [
        "AddressSelectionPage",
        "ShippingOptionSelectionPage",
        "PaymentOptionSelectionPage",
        "BinNumberPage",
        "InstallmentSelectionPage",
        "CreditCardConfirmationPage",
    ]
    assert [page for page, _ in shop.answers("transfer")][-2:] == ["FundsTransferChoicePage", "FundsTransferPage"]
    bodies = dict(shop.answers("card, 3 instalments"))
    assert bodies["AddressSelectionPage"] == {"shipping_address": 11, "billing_address": 12}
    assert bodies["ShippingOptionSelectionPage"] == {"shipping_option": 21}
    assert bodies["PaymentOptionSelectionPage"] == {"payment_option": 31}
    assert bodies["InstallmentSelectionPage"] == {"installment": 3}


@pytest.mark.parametrize(
    ("card", "last"),
    [
        (THREE_D, "CreditCardThreeDSecurePage"),
        (magic.THREE_D_FAILED, "CreditCardThreeDSecurePage"),
        (magic.THREE_D_ABANDONED, "CreditCardConfirmationPage"),
        (magic.THREE_D_DOWN, "CreditCardConfirmationPage"),
        (APPROVED, "CreditCardConfirmationPage"),
    ],
)
def test_a_buyer_comes_back_from_the_bank_where_the_bank_sent_them(card, last):
    shop = Sandbox()
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    key = service.save(service.checkout.start(shop.basket("mug")).pre_order)
    service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    posted = []
    for page, body in shop.answers("card", card):
        service.post(key, page, body)
        posted.append(page)
    assert posted[-1] == last


def test_a_buyer_comes_back_with_the_ticket_of_their_own_payment():
    shop = Sandbox()
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    walks = []
    for n in range(2):
        order = service.checkout.start(shop.basket("mug", key=f"b{n}")).pre_order
        key = service.save(order)
        service.post(key, "IndexPage", {"user_email": "ada@example.org"})
        walks.append((key, shop.answers("card", THREE_D, order)))
    for _ in range(7):
        for key, answers in walks:
            page, body = next(answers)
            step = service.post(key, page, body)
            assert not step.errors
    assert [service.get(key).page for key, _ in walks] == ["ThankYouPage", "ThankYouPage"]


def test_a_member_picks_from_their_own_address_book():
    shop = Sandbox()
    order = Checkout(shop.ports).start(shop.basket("mug"), shop.caller("grace")).pre_order
    assert dict(shop.answers("card", order=order))["AddressSelectionPage"] == {
        "shipping_address": 13,
        "billing_address": 14,
    }


def test_a_shop_with_several_ways_to_deliver_asks_for_one_and_one_account_answers_itself():
    collecting = edited(
        ("sort_order = 1\nactive = false", "sort_order = 1"), ("pk = 72\n", "pk = 72\nactive = false\n")
    )
    store = '[[retail_stores]]\npk = 1\nname = "Moda"\naddress = "1 Market Street"\ncountry = 1\ncity = 34\n'
    shop = Sandbox(f"{collecting}\n{store}")
    pages = dict(shop.answers("transfer"))
    assert pages["DeliveryOptionSelectionPage"] == {"delivery_option": 1}
    assert "FundsTransferChoicePage" not in pages
    assert walked(shop, "transfer").page == "ThankYouPage"


@pytest.mark.parametrize(
    ("story", "card"),
    [("cash", APPROVED), ("card, 4 instalments", APPROVED), ("card, 3 instalments", magic.APPROVED_TROY)],
)
def test_a_story_this_shop_cannot_tell_is_refused_before_it_begins(story, card):
    with pytest.raises(ValueError, match=r"story|instalments|cannot be paid in"):
        Sandbox().answers(story, card)


def test_a_shop_that_lacks_what_a_story_needs_says_so():
    shop = Sandbox()
    by_transfer = tuple(option for option in shop.shop.payment_options if option.payment_type == "funds_transfer")
    shop.shop = evolve(shop.shop, payment_options=by_transfer)
    with pytest.raises(ValueError, match="credit_card"):
        shop.answers("card")
    shop.addresses[None] = ()
    with pytest.raises(ValueError, match="no address"):
        shop.answers("transfer")


def one_order():
    """A shop, its service, and the last step of a guest who has paid by card."""
    shop = Sandbox()
    service = CheckoutService(Checkout(shop.ports), MemoryStore())
    key = service.save(service.checkout.start(shop.basket("mug")).pre_order)
    service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    for page, body in shop.answers("card"):
        step = service.post(key, page, body)
    return shop, service, step


def test_the_host_is_told_of_every_order():
    shop, service, step = one_order()
    service.relay_once()
    assert shop.told == [step.pre_order.placed.number]
    assert shop.orders[shop.told[0]].placed == step.pre_order.placed


def test_a_bank_on_a_file_is_the_same_bank_for_the_next_sandbox(tmp_path):
    walked(Sandbox(bank=Bank(tmp_path / "bank.sqlite")), "card")
    assert Sandbox(bank=Bank(tmp_path / "bank.sqlite")).bank.captures == 1


# ---------------------------------------------------------------- what there is only so much of


def test_what_was_sold_is_gone_for_the_next_sandbox_on_that_file(tmp_path):
    file, left = tmp_path / "shop.sqlite", []
    for _ in range(2):
        shop = Sandbox(stock=SqliteHolds(file, lambda: NOON))
        left.append(shop.stock.left("stock", "mug"))
        service = CheckoutService(Checkout(shop.ports), MemoryStore())
        key = service.save(service.checkout.start(shop.basket("mug", "mug")).pre_order)
        service.post(key, "IndexPage", {"user_email": "ada@example.org"})
        for page, body in shop.answers("card"):
            service.post(key, page, body)
        service.relay_once()
    assert left == [120, 118]
    assert Sandbox().stock.left("stock", "mug") == 120


def test_of_what_nobody_counts_there_is_as_much_as_is_asked_for():
    shop = Sandbox(edited(("stock = 120", "")))
    assert shop.stock.left("stock", "mug") is None
    assert walked(shop, "card").page == "ThankYouPage"


# ---------------------------------------------------------------- what was told


def test_the_inbox_has_what_was_told_as_often_as_it_came():
    shop = Sandbox()
    order = walked(shop, "card").pre_order
    assert {told.kind for told in shop.inbox.messages} <= {"mail", "hook"}
    before = len(shop.inbox.messages)
    for _ in range(2):
        shop.inbox.send_mail("order_placed", "N1", "m-1", order)
    shop.inbox.send_sms("+905551234567", Secret("4711 is the code"), "s-1")
    shop.inbox.post_hook("order.placed", "N1", "h-1", order)
    shop.inbox.on_attention("N1", "no_void")
    assert shop.inbox.messages[before:] == [
        *[Told("mail", "ada@example.org", "order_placed N1", "m-1")] * 2,
        Told("sms", "+905551234567", "4711 is the code", "s-1"), Told("hook", "order.placed", "N1", "h-1"),
        Told("alert", "N1", "no_void"),
    ]  # fmt: skip
    assert [told.id for told in shop.inbox.of("mail")][-2:] == ["m-1", "m-1"]


def test_an_order_is_told_to_the_buyer_once_and_to_the_hosts_hook_once():
    shop, service, step = one_order()
    while service.relay_once():
        pass
    number = step.pre_order.placed.number
    assert [(told.kind, told.to) for told in shop.inbox.messages if number in told.says] == [
        ("mail", "ada@example.org"), ("hook", "order.placed"),
    ]  # fmt: skip
    assert len({told.id for told in shop.inbox.messages}) == len(shop.inbox.messages)
