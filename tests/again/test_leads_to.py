"""Which pages there are for an order that stands and is paid again."""

from __future__ import annotations

import pytest

from checkout_core import STANDARD
from checkout_core.atlas import Map
from checkout_core.order import Again, Chosen, CreditCard, PayOnDelivery
from tests.pages.kit import order

MAP = Map(STANDARD)
BY_CARD = CreditCard(Chosen(31, "Card", "card", "credit_card", "bank"))
AT_THE_DOOR = PayOnDelivery(Chosen(41, "Door", "door", "pay_on_delivery"))


def led_to(payment):
    paid_again = order(payment=payment, again=Again("N-1", "co-0"))
    return {name for name, row in MAP.rows.items() if MAP.leads_to(row, paid_again)}


@pytest.mark.parametrize(
    ("page", "there"),
    [
        ("PaymentOptionSelectionPage", True),
        ("CreditCardConfirmationPage", True),
        ("CampaignListPage", True),  # beside the flow, and of the way to pay
        ("RewardListPage", False),  # of the way to pay, and not for an order that stands
        ("GiftCardPage", False),  # what pays beside it is fixed
        ("VoucherCodePage", False),
        ("AddressSelectionPage", False),
        ("GPaySelectionPage", False),  # of another way to pay
    ],
)
def test_an_order_that_is_paid_again_has_the_pages_of_its_way_to_pay_that_are_for_it(page, there):
    assert (page in led_to(BY_CARD)) is there


def test_a_way_to_pay_that_is_not_there_as_a_whole_leads_nowhere():
    assert not led_to(AT_THE_DOOR) & {page.__name__ for page in STANDARD.payments["pay_on_delivery"].pages}


def test_before_an_order_stands_every_page_may_be_there():
    assert all(MAP.leads_to(row, order(payment=BY_CARD)) for row in MAP.rows.values())
