"""What belongs to somebody else is as if it were not there, and two tabs of one buyer lose nothing."""

from __future__ import annotations

import pytest

from checkout_core import evolve
from checkout_core.order import Buyer
from checkout_core.page import Caller

from ..money_kit import Watched
from ..pages.kit import ABROAD, HOME
from ..service.host import Host

ADDRESSES = "AddressSelectionPage"


class Books(Host):
    """Each buyer has two addresses, at home and abroad, and no two buyers have one of the same key."""

    def __init__(self, **store):
        super().__init__(**store)
        self.shop.addresses = {
            whose: (evolve(HOME, pk=100 * n + 1, title=f"of {whose or 'a guest'}"), evolve(ABROAD, pk=100 * n + 2))
            for n, whose in enumerate((None, "ada", "grace"), 1)
        }

    def home(self, account):
        return self.shop.addresses[account][0].pk


NOBODYS = 999


@pytest.mark.parametrize("field", ["shipping_address", "billing_address"])
@pytest.mark.parametrize(("account", "owner"), [("ada", "grace"), ("grace", "ada"), (None, "ada"), ("ada", None)])
def test_an_address_of_somebody_else_is_refused_exactly_as_one_that_is_not_there(account, owner, field):
    host = Books()
    key = host.begun(account=account)
    own = host.home(account)
    before = host.record(key)
    said = [
        host.posts(key, ADDRESSES, {"shipping_address": own, "billing_address": own, field: pk}, account)
        for pk in (host.home(owner), NOBODYS)
    ]
    shown = [repr((step.page, step.errors, step.context, step.context_list, step.pre_order)) for step in said]
    assert shown[0] == shown[1]
    assert said[0].errors == {field: ("invalid",)}
    assert host.record(key) == before


def test_the_email_address_of_a_member_opens_nothing_to_a_guest_and_tells_nothing():
    shown = []
    for email in ("ada@example.org", "zoe@example.org"):
        host = Books()
        assert host.shop.caller("ada").email == "ada@example.org", "one of them is a member's"
        key = host.begun(email=email)
        step = host.service.get(key)
        assert step.pre_order.buyer == Buyer(None, email)
        shown.append(repr((step.page, step.errors, step.context, step.context_list)).replace(email, "?"))
        mine = host.home("ada")
        assert not host.posts(key, ADDRESSES, {"shipping_address": mine, "billing_address": mine}).ok
    assert shown[0] == shown[1]


def test_who_logs_in_at_a_guests_checkout_takes_over_nothing_of_the_guests():
    host = Books()
    key = host.begun()
    for page, body in host.shop.answers("transfer", order=host.order(key)):
        if page == "FundsTransferPage":
            break
        host.posts(key, page, body)
    step = host.service.get(key, None, host.shop.caller("grace"))
    order = step.pre_order
    assert order.buyer.account == "grace"
    assert (order.delivery.shipping_address, order.payment, order.number) == (None, None, None)
    assert "of grace" in repr(step.context_list)
    assert "of a guest" not in repr((step.context, step.context_list, order))


def test_answers_of_two_tabs_at_once_both_stand():
    store = Watched()
    host = Host(store=store)
    key = host.begun()
    step = host.service.get(key)
    book = host.shop.addresses[None]
    chosen = {"shipping_address": book[0].pk, "billing_address": book[0].pk}
    store.before.append(lambda: host.posts(key, "OrderNotePage", {"notes": "ring twice"}))
    assert host.posts(key, ADDRESSES, chosen).ok
    order = host.order(key)
    assert (order.extras.notes, order.delivery.shipping_address) == ("ring twice", book[0])
    assert step.page == ADDRESSES


def test_an_answer_from_an_older_view_is_taken_on_the_latest_state_or_refused():
    store = Watched()
    host = Books(store=store)
    key = host.begun()
    for page, body in host.shop.answers("card", order=host.order(key)):
        if page == "PaymentOptionSelectionPage":
            break
        host.posts(key, page, body)
    _, abroad = host.shop.addresses[None]
    store.before.append(
        lambda: host.posts(key, ADDRESSES, {"shipping_address": abroad.pk, "billing_address": abroad.pk})
    )
    step = host.posts(key, "ShippingOptionSelectionPage", {"shipping_option": 22})  # to this country only
    assert step.errors == {"shipping_option": ("invalid",)}
    assert host.order(key).delivery.shipping_address == abroad


def test_a_caller_is_who_the_host_says_and_no_input_makes_them_another():
    host = Host()
    key = host.begun()
    body = {"user_email": "ada@example.org", "account": "ada", "customer": 1, "caller": {"account": "ada"}}
    step = host.service.post(key, "IndexPage", body, Caller(ip="192.0.2.1"))
    assert step.pre_order.buyer == Buyer(None, "ada@example.org")
