"""A check that two pages share is asked of each page's own part, however it is annotated."""

from __future__ import annotations

from attrs import frozen

from checkout_core import STANDARD, Check, Empty, Page, Visit, evolve, ref
from checkout_core.pages.buyer import IndexPage
from checkout_core.pages.delivery import DeliveryOptionSelectionPage

from .world import World


@frozen(slots=False)
class Open:
    ready: bool = True
    seen: bool = False


@frozen(slots=False)
class Shut:
    ready: bool = False
    seen: bool = False


def _ready(own: object, _: Visit) -> bool:
    return isinstance(own, Open | Shut) and own.ready


ready = Check("not_ready", _ready, "the part is ready")


class OpenPage(Page[Open, Empty]):
    requires = (ready,)
    sets = (ref(Open).seen,)

    async def process(self, own: Open, form: Empty, visit: Visit) -> Open:
        return evolve(own, seen=True)


class ShutPage(Page[Shut, Empty]):
    requires = (ready,)
    sets = (ref(Shut).seen,)


def test_a_check_that_holds_of_one_part_does_not_open_a_page_of_another():
    flow = STANDARD.insert(OpenPage, after=IndexPage).insert(ShutPage, after=OpenPage)
    buyer = World().buyer(flow)
    order = buyer.submit(buyer.start().pre_order, "IndexPage", {"user_email": "ada@example.org"}).pre_order
    assert buyer.view(order).page == "OpenPage"
    assert buyer.submit(order, "OpenPage", {}).page == DeliveryOptionSelectionPage.__name__
