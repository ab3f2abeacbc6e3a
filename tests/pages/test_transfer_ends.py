"""An order by bank transfer: the mail that says how to pay it, and the goods that wait for the money."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, Step, evolve
from checkout_core.stores import MemoryHolds

from .card_kit import World
from .kit import BY_TRANSFER, OURS, lira, order

READY = order(payment=evolve(BY_TRANSFER, bank_account=OURS), number="AAAABBBBCCCCDDDD")
PAGE = "FundsTransferPage"


class Mail:
    """What was sent, and what of the order could be written in it.  It is down while `broken`."""

    def __init__(self):
        self.sent, self.broken = [], False

    def send_mail(self, template, number, message, placed, /):
        if self.broken:
            raise ConnectionError("nobody answers")
        self.sent.append((template, number, message, placed))


class Shop:
    """A shop with a mug and a shirt, that mails and, if it is so configured, keeps goods for an order."""

    def __init__(self, *, holds: bool = True, mugs: int = 1):
        self.world, self.mail, self.store = World(), Mail(), MemoryStore()
        self.holds = MemoryHolds(lambda: self.world.now)
        self.holds.put("stock", "mug", mugs)
        self.holds.put("stock", "t-shirt", 1)
        kept = {"holds": self.holds} if holds else {}
        self.service = CheckoutService(Checkout(attrs.evolve(self.world.ports, mail=self.mail, **kept)), self.store)
        self.key = self.service.save(READY)

    def agrees(self) -> Step:
        return self.service.post(self.key, PAGE, {"agreement": True})

    @property
    def left(self):
        return self.holds.left("stock", "mug"), self.holds.left("stock", "t-shirt")


def test_the_buyer_gets_one_mail_that_can_say_how_much_to_which_account_under_which_number():
    shop = Shop()
    step = shop.agrees()
    assert (step.page, step.pre_order.placed.status) == ("ThankYouPage", 300)
    shop.agrees()  # the double click
    ((template, number, message, placed),) = shop.mail.sent
    assert (template, number, placed.buyer.email) == ("order_placed", READY.number, "ada@example.org")
    assert (placed.placed.total, placed.payment.bank_account) == (lira("125.00"), OURS)
    assert message.startswith(shop.key)


def test_a_mail_that_does_not_get_through_is_sent_later_and_keeps_no_order_back():
    shop = Shop()
    shop.mail.broken = True
    assert shop.agrees().page == "ThankYouPage"
    assert ([number for number, _ in shop.world.placed], shop.mail.sent) == ([READY.number], [])
    shop.mail.broken = False
    shop.world.passes(shop.world.settings.inquiry_waits[-1])
    shop.service.relay_once()
    assert [number for _, number, _, _ in shop.mail.sent] == [READY.number]


@pytest.mark.parametrize(("holds", "left"), [(True, (0, 0)), (False, (1, 1))], ids=["it keeps goods", "it does not"])
def test_goods_of_a_transfer_are_kept_where_the_shop_is_so_configured(holds, left):
    shop = Shop(holds=holds)
    assert (shop.agrees().page, shop.left) == ("ThankYouPage", left)


def test_a_transfer_for_goods_that_are_gone_is_no_order_and_keeps_nothing():
    shop = Shop(mugs=0)
    step = shop.agrees()
    assert (step.page, step.errors, step.pre_order.placed) == (PAGE, {"non_field_errors": ("out_of_stock",)}, None)
    assert (shop.left, shop.mail.sent, shop.world.placed) == ((0, 1), [], [])


def test_without_a_service_goods_of_a_transfer_are_kept_too():
    shop = Shop()
    step = shop.service.checkout.submit(READY, PAGE, {"agreement": True})
    assert (step.page, [a.state for a in step.pre_order.attempts], shop.left) == ("ThankYouPage", ["deferred"], (0, 0))
