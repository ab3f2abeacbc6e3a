"""What a host adds: pages and parts of its own, its own way to pay, and maps that are values."""

from __future__ import annotations

import asyncio

import pytest
from attrs import field, frozen

from checkout_core import (
    STANDARD,
    Check,
    Checkout,
    Invalid,
    Misconfigured,
    Page,
    Place,
    Settings,
    Visit,
    WayToPay,
    evolve,
    ref,
)  # fmt: skip
from checkout_core.effects import Deferred, Emit, OrderPlaced
from checkout_core.forms import Agreement, CardName, Flag, Pk
from checkout_core.order import CreditCard, Delivery, Payment
from checkout_core.pages import delivery
from checkout_core.pages._checks import basket_not_empty, buyer_named, shipping_chosen
from checkout_core.pages.beside import OrderNotePage
from checkout_core.pages.buyer import AddressSelectionPage, IndexPage
from checkout_core.pages.credit_card import BinNumberPage
from checkout_core.records import Record
from checkout_core.settings import RemoteService
from checkout_core.shop import PaymentOption

from .world import BY_BIKE, BY_CARD, BY_TRANSFER, SHOP, TO_THE_DOOR, Buyer, World, closed

PAPERS = ("red", "blue")


@frozen(slots=False)
class Wrapping:
    paper: str | None = None
    again: bool = False


@frozen
class WrappingForm:
    paper: CardName
    again: Flag = field(default=Flag(False))  # noqa: FBT003  # the type of the field


@frozen(slots=False)
class WrappingContext:
    papers: tuple[str, ...]
    chosen: str | None


class WrappingPage(Page[Wrapping, WrappingForm]):
    """Which paper to wrap it in."""

    requires = basket_not_empty, buyer_named
    sets = ref(Wrapping).paper, ref(Wrapping).again
    resets = ("PaymentOptionSelectionPage",)

    async def context(self, own: Wrapping, visit: Visit) -> WrappingContext:
        return WrappingContext(PAPERS, own.paper)

    async def process(self, own: Wrapping, form: WrappingForm, visit: Visit) -> Wrapping:
        if form.paper not in PAPERS:
            raise Invalid(paper="invalid")
        return evolve(own, paper=form.paper, again=form.again)


WRAPPED = STANDARD.insert(WrappingPage, after=AddressSelectionPage)


def test_a_page_of_the_hosts_own_stands_where_it_was_put(walks):
    buyer = walks(World(), WRAPPED)
    order = buyer.at("ShippingOptionSelectionPage")
    step = buyer.view(order)
    assert (step.page, step.context) == ("WrappingPage", WrappingContext(PAPERS, None))
    step = buyer.submit(order, WrappingPage, {"paper": "red"})
    assert (step.page, step.pre_order.more) == ("ShippingOptionSelectionPage", (Wrapping("red"),))
    assert buyer.view(step.pre_order, "WrappingPage").context == WrappingContext(PAPERS, "red")


def test_a_page_of_the_hosts_own_refuses_and_makes_void_like_any_other(walks):
    buyer = walks(World(), WRAPPED)
    order = buyer.submit(buyer.at("ShippingOptionSelectionPage"), "WrappingPage", {"paper": "red"}).pre_order
    for page, body in BY_TRANSFER[3:-1]:
        order = buyer.submit(order, page, body).raise_for_errors().pre_order
    refused = buyer.submit(order, "WrappingPage", {"paper": "green"})
    assert (refused.errors, refused.pre_order) == ({"paper": ("invalid",)}, order)
    assert buyer.submit(order, "WrappingPage", {"paper": "red"}).pre_order == order
    changed = buyer.submit(order, "WrappingPage", {"paper": "blue"}).pre_order
    assert changed == evolve(order, more=(Wrapping("blue"),), payment=None)


def test_a_part_of_the_hosts_own_comes_back_from_a_record_as_it_was():
    buyer = World().buyer(WRAPPED)
    body = {"paper": "blue", "again": "1"}
    order = buyer.submit(buyer.at("ShippingOptionSelectionPage"), "WrappingPage", body).pre_order
    codec = buyer.checkout.codec
    head, (_, lines) = codec.dumps(Record(order)), codec.dump_basket(order)
    elsewhere = Checkout(World().ports(), WRAPPED)  # another process, which has seen nothing yet
    read = elsewhere.codec.loads(head, lines).pre_order
    assert read == order
    assert read.more == (Wrapping("blue", again=True),)
    assert World().buyer(WRAPPED).view(read).page == "ShippingOptionSelectionPage"


def test_nobody_orders_past_a_page_that_was_not_answered(walks):
    buyer = walks(World(), WRAPPED)
    order = buyer.at("FundsTransferPage", BY_TRANSFER)  # an old tab posts all pages but that of the wrapping
    assert order.more == ()
    step = buyer.submit(order, "FundsTransferPage", {"agreement": "1"})
    assert (step.page, step.errors) == ("WrappingPage", closed("page_not_available"))
    assert (step.pre_order.placed, step.events) == (None, ())


class Hasty(Page[Wrapping, WrappingForm]):
    """Tells the world, and thinks better of it."""

    sets = (ref(Wrapping).paper,)

    async def process(self, own: Wrapping, form: WrappingForm, visit: Visit) -> Wrapping:
        await Emit(OrderPlaced("too early"))
        raise Invalid(paper="invalid")


def test_what_a_page_emitted_before_it_refused_is_not_told(walks):
    buyer = walks(World(), STANDARD.insert(Hasty, after=IndexPage))
    order = buyer.at("DeliveryOptionSelectionPage")
    step = buyer.submit(order, "Hasty", {"paper": "red"})
    assert (step.errors, step.pre_order) == ({"paper": ("invalid",)}, order)
    assert step.events == ()


@frozen(slots=False)
class Guesses:
    left: int = 2


class GuessPage(Page[Guesses, WrappingForm]):
    """A guess is spent, right or wrong."""

    sets = (ref(Guesses).left,)

    async def process(self, own: Guesses, form: WrappingForm, visit: Visit) -> Guesses:
        raise Invalid(evolve(own, left=own.left - 1), paper="wrong")


def test_a_refusal_keeps_what_it_says_and_nothing_else(walks):
    buyer = walks(World(), STANDARD.insert(GuessPage, after=IndexPage))
    order = buyer.at("DeliveryOptionSelectionPage")
    step = buyer.submit(order, "GuessPage", {"paper": "red"})
    assert (step.errors, step.page) == ({"paper": ("wrong",)}, "GuessPage")
    assert step.pre_order == evolve(order, more=(Guesses(1),))


@frozen(slots=False)
class OnAccount(Payment):
    reference: str | None = None
    agreed: bool = False


@frozen
class OnAccountForm:
    agreement: Agreement
    reference: CardName


class OnAccountPage(Page[OnAccount, OnAccountForm]):
    """The buyer's firm pays at the end of the month."""

    requires = basket_not_empty, shipping_chosen
    sets = ref(OnAccount).reference, ref(OnAccount).agreed
    pays = True

    async def process(self, own: OnAccount, form: OnAccountForm, visit: Visit) -> Place[OnAccount]:
        return Place(evolve(own, reference=form.reference, agreed=True), Deferred("funds_transfer", 300))


def test_a_way_to_pay_of_the_hosts_own_places_the_order_and_is_stored(walks):
    flow = STANDARD.pay_by("on_account", WayToPay(OnAccount, (OnAccountPage,)))
    firm = PaymentOption(33, "On account", "on-account", "on_account")
    buyer = walks(World(evolve(SHOP, payment_options=(*SHOP.payment_options, firm))), flow)
    step = buyer.submit(buyer.at("PaymentOptionSelectionPage"), "PaymentOptionSelectionPage", {"payment_option": 33})
    assert step.page == "OnAccountPage"
    step = buyer.submit(step.pre_order, "OnAccountPage", {"agreement": "1", "reference": "PO 7"})
    assert (step.page, step.pre_order.payment.reference) == ("ThankYouPage", "PO 7")
    codec = buyer.checkout.codec
    order = step.pre_order
    assert codec.loads(codec.dumps(Record(order)), codec.dump_basket(order)[1]).pre_order == order


def _asked_here(_: Delivery, visit: Visit) -> bool:
    return visit.settings.checkout_delivery_option_selection_page == "RemoteDeliveryOptionSelectionPage"


@frozen
class OptionForm:
    delivery_option: Pk


class RemoteDeliveryOptionSelectionPage(Page[Delivery, OptionForm]):
    """A host's own page, in the place of the map's."""

    requires = basket_not_empty, buyer_named, Check("another_delivery_page", _asked_here, "the shop asks here")
    sets = (ref(Delivery).option,)

    async def process(self, own: Delivery, form: OptionForm, visit: Visit) -> Delivery:
        return evolve(own, option=BY_BIKE)


@pytest.mark.parametrize("page", ["DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage"])
def test_the_setting_picks_which_of_two_pages_asks_for_the_delivery_option(walks, page):
    world = World()
    world.settings = _asking(page)
    buyer = walks(
        world, STANDARD.replace(delivery.RemoteDeliveryOptionSelectionPage, RemoteDeliveryOptionSelectionPage)
    )
    order = buyer.start().pre_order
    step = buyer.submit(order, "IndexPage", {"user_email": "ada@example.org"})
    assert step.page == page
    step = buyer.submit(step.pre_order, page, {"delivery_option": 1})
    chosen = BY_BIKE if page.startswith("Remote") else TO_THE_DOOR
    assert (step.page, step.pre_order.delivery.option) == ("AddressSelectionPage", chosen)


def _asking(page: str) -> Settings:
    return Settings(
        checkout_delivery_option_selection_page=page,
        remote_delivery_option_provider=RemoteService("https://options.example.org"),
    )


# Maps are values


def test_edits_of_a_map_leave_it_alone_and_touch_trunk_branches_and_what_is_beside():
    before = STANDARD.pages()
    shorter = STANDARD.without(OrderNotePage)
    moved = shorter.insert(OrderNotePage, after=AddressSelectionPage)
    replaced = STANDARD.replace(BinNumberPage, WrappingPage)
    assert STANDARD.pages() == before
    assert shorter.beside == tuple(page for page in STANDARD.beside if page is not OrderNotePage)
    assert moved.trunk[moved.trunk.index(AddressSelectionPage) + 1] is OrderNotePage
    assert replaced.payments["credit_card"].pages[0] is WrappingPage
    assert replaced.payments["credit_card"].part is CreditCard
    assert replaced.insert(BinNumberPage, after=WrappingPage).without(WrappingPage) == STANDARD


def test_a_way_to_pay_may_be_another_one_of_that_name():
    card_by_firm = STANDARD.pay_by("credit_card", WayToPay(OnAccount, (OnAccountPage,)))
    assert card_by_firm.payments["credit_card"].pages == (OnAccountPage,)
    assert list(card_by_firm.payments) == list(STANDARD.payments)
    assert STANDARD.payments["credit_card"].part is CreditCard


def test_the_map_names_the_parts_a_host_brings():
    assert STANDARD.host_parts() == ()
    assert WRAPPED.host_parts() == (Wrapping,)
    assert WRAPPED.insert(GuessPage, after=WrappingPage).host_parts() == (Wrapping, Guesses)


@pytest.mark.parametrize(
    "edit",
    [
        lambda: STANDARD.insert(WrappingPage, after=OnAccountPage),
        lambda: STANDARD.without(WrappingPage),
        lambda: STANDARD.replace(WrappingPage, OnAccountPage),
    ],
    ids=["insert", "without", "replace"],
)
def test_an_edit_at_a_page_that_is_not_on_the_map_is_an_error(edit):
    with pytest.raises((KeyError, ValueError), match="Page"):
        edit()


# Plain ports and async ones


def test_async_ports_are_refused_by_the_plain_methods_in_a_sentence_that_names_them():
    world = World()
    checkout = Checkout(world.ports(awaited=True))
    order = World().buyer().at("AddressSelectionPage")
    for step in (
        lambda: checkout.start(world.basket),
        lambda: checkout.submit(order, "IndexPage", {}),
        lambda: checkout.view(order),
    ):
        with pytest.raises(Misconfigured, match=r"^async ports \(.*\) need asubmit, aview or AsyncCheckoutService$"):
            step()
    assert world.asked == {}


def test_one_async_port_among_plain_ones_is_awaited_and_refused_by_name():
    class Cards:
        async def find_card(self, bin_number, /):
            await asyncio.sleep(0)
            return World().find_card(bin_number)

    checkout = Checkout(World().ports(cards=Cards()))
    order = World().buyer().at("BinNumberPage", BY_CARD)
    step = asyncio.run(checkout.asubmit(order, "BinNumberPage", {"bin_number": "542119"}))
    assert step.page == "InstallmentSelectionPage"
    with pytest.raises(Misconfigured, match=r"Cards\.find_card"):
        checkout.view(order)


def test_both_drivers_come_to_the_same_order_and_ask_the_same():
    worlds = World(), World()
    orders = [Buyer(world, awaited=n > 0).at("CreditCardConfirmationPage", BY_CARD) for n, world in enumerate(worlds)]
    assert orders[0] == orders[1]
    assert worlds[0].asked == worlds[1].asked
