"""What offers, coupons and codes lack is said when a Checkout is put together."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout, Misconfigured, evolve
from checkout_core.order import Discounts
from checkout_core.rules.benefits import FixedAmount, Percentage
from checkout_core.shop import Offer
from checkout_core.stores import MemoryHolds

from .world import NOW, SHOP, World, lira

TENTH = Offer(1, "A tenth off", Percentage(100_000))
FIVE = Offer(2, "Five off", FixedAmount(lira("5.00")), offer_type="coupon")
LAST = Offer(3, "The last", FixedAmount(lira("10.00")), offer_type="voucher", code="LAST", uses=1)
EACH = Offer(4, "One each", FixedAmount(lira("1.00")), offer_type="voucher", code="EACH", uses_per_buyer=1)
HOSTS = Offer(5, "The host's codes", FixedAmount(lira("2.00")), offer_type="voucher")


class Knowing:
    """A port of offers, and a host's own engine of them."""

    def list_coupons(self, account, /):
        return ()

    def find_voucher(self, code, /):
        return None

    def ask_discounts(self, basis, order, /):
        return Discounts()


@pytest.mark.parametrize(
    ("offers", "missing", "sentences"),
    [
        ((TENTH,), {"offers", "slots", "holds"}, ()),
        ((evolve(LAST, uses=None),), {"offers", "slots", "holds"}, ()),
        ((FIVE,), {"offers"}, ("offer 2 (Five off): give Ports(offers=...), which knows whose its coupons are",)),
        (
            (HOSTS,),
            {"offers", "slots", "holds"},
            ("offer 5 (The host's codes): it has no code; give it one, or Ports(offers=...), which knows its codes",),
        ),
        *(
            (
                (offer,),
                {"slots", "holds"},
                (
                    f"offer {offer.pk} ({offer.name}): give Ports(slots=...), which counts how often it was used",
                    f"offer {offer.pk} ({offer.name}): give Ports(holds=...), which keeps the use that is paid for",
                ),
            )
            for offer in (FIVE, LAST, EACH, evolve(TENTH, uses=1))
        ),
        (
            (LAST, evolve(EACH, code=" last ")),
            set(),
            (
                "offer 3 (The last): the code 'LAST' is another offer's, too",
                "offer 4 (One each): the code ' last ' is another offer's, too",
            ),
        ),
        ((TENTH, TENTH), set(), ("Offer 1 is there 2 times",)),
    ],
)
def test_what_offers_need_is_said_when_a_checkout_is_put_together(offers, missing, sentences):
    holds = MemoryHolds(lambda: NOW)
    ports = World(evolve(SHOP, offers=offers)).ports(offers=Knowing(), holds=holds, slots=holds)
    plain = World().ports()
    ports = attrs.evolve(ports, **{name: getattr(plain, name) for name in missing})
    if not sentences:
        Checkout(ports)
        return
    with pytest.raises(Misconfigured) as said:
        Checkout(ports)
    assert tuple(str(said.value).splitlines()) == sentences


def test_a_host_with_an_engine_of_its_own_needs_none_of_it():
    ports = World(evolve(SHOP, offers=(FIVE, LAST, EACH, HOSTS))).ports(promotions=Knowing())
    Checkout(ports)
