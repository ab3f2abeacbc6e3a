"""A host's own composition, as one writes it: a page of the provider's to pay on, and coupons.

buyer -> HostedPage -> the bank's page -> HostedReturnPage
"""

from __future__ import annotations

import attrs
from attrs import frozen

from checkout_core import STANDARD, Ask, Check, Checkout, Flow, Invalid, Page, Pay, Ports, Visit, WayToPay, evolve, ref
from checkout_core.forms import Agreement, CardName, ReturnField
from checkout_core.order import Extras, Payment
from checkout_core.pages._checks import basket_not_empty, ready_to_pay
from checkout_core.paying import awaiting
from checkout_core.shop import PaymentOption
from checkout_core.testing import by_card

HOSTED, HOSTED_RETURN, COUPON = "HostedPage", "HostedReturnPage", "CouponPage"
OPTION = PaymentOption(90, "On the bank's page", "hosted", "hosted", gateway="bank")


@frozen(slots=False)
class Hosted(Payment):
    agreed: bool = False


@frozen
class AgreementForm:
    agreement: Agreement


class HostedPage(Page[Hosted, AgreementForm]):
    """Agree, and go to the bank's page."""

    requires = ready_to_pay
    sets = (ref(Hosted).agreed,)
    pays = True

    async def process(self, own: Hosted, form: AgreementForm, visit: Visit) -> Pay[Hosted]:
        return Pay(evolve(own, agreed=True), "session")


def _handed_out(_: Hosted, visit: Visit) -> bool:
    return awaiting(visit.order) is not None


handed_out = Check("not_started", _handed_out, "the bank waits for the buyer", HOSTED)


@frozen
class ReturnForm:
    session: ReturnField | None = None
    success: ReturnField | None = None


class HostedReturnPage(Page[Hosted, ReturnForm]):
    """Back from the bank's page: the ledger is asked, whatever the browser says."""

    requires = basket_not_empty, handed_out

    async def process(self, own: Hosted, form: ReturnForm, visit: Visit) -> Ask[Hosted]:
        attempt = awaiting(visit.order)
        if attempt is None or attempt.handed.get("session") != form.session:
            raise Invalid(session="callback_rejected")
        return Ask(own, {})


@frozen
class CouponForm:
    coupon: CardName


class CouponPage(Page[Extras, CouponForm]):
    """A coupon of which there are only so many."""

    requires = (basket_not_empty,)
    sets = (ref(Extras).coupons,)

    async def process(self, own: Extras, form: CouponForm, visit: Visit) -> Extras:
        return evolve(own, coupons=(form.coupon,))


FLOW: Flow = attrs.evolve(
    STANDARD.pay_by("hosted", WayToPay(Hosted, (HostedPage, HostedReturnPage), kinds=frozenset({"session"}))),
    beside=(*STANDARD.beside, CouponPage),
)


def compose(ports: Ports) -> Checkout:
    """The host's pages, and a shop that offers them."""
    shop = ports.shop()
    offered = attrs.evolve(shop, payment_options=(*shop.payment_options, OPTION))
    return Checkout(attrs.evolve(ports, shop=lambda: offered), FLOW)


def by_hosted():
    """All that a buyer posts before they agree to go to the bank's page."""
    trunk = [each for each in by_card() if each[0] not in {"BinNumberPage", "InstallmentSelectionPage"}]
    return *trunk[:-1], ("PaymentOptionSelectionPage", {"payment_option": OPTION.pk})
