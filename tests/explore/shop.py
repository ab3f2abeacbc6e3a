"""A host's own composition, as one writes it: a page of the provider's to pay on, and a voucher of few uses.

buyer -> HostedPage -> the bank's page -> HostedReturnPage
"""

from __future__ import annotations

import attrs
from attrs import frozen

from checkout_core import STANDARD, Ask, Check, Checkout, Flow, Invalid, Page, Pay, Ports, Visit, WayToPay, evolve, ref
from checkout_core.forms import Agreement, ReturnField
from checkout_core.order import Payment
from checkout_core.pages._checks import basket_not_empty, ready_to_pay
from checkout_core.paying import awaiting
from checkout_core.rules.benefits import Percentage
from checkout_core.shop import Offer, PaymentOption
from checkout_core.testing import by_card

HOSTED, HOSTED_RETURN, VOUCHER = "HostedPage", "HostedReturnPage", "VoucherCodePage"
WELCOME = Offer(7, "Welcome", Percentage(100_000), offer_type="voucher", code="WELCOME", uses=1)
WELCOMES = {("coupon", f"offer|{WELCOME.pk}"): 1}
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


FLOW: Flow = STANDARD.pay_by(
    "hosted", WayToPay(Hosted, (HostedPage, HostedReturnPage), kinds=frozenset({"session"}))
)  # fmt: skip


def compose(ports: Ports) -> Checkout:
    """The host's pages, and a shop that offers them."""
    shop = ports.shop()
    offered = attrs.evolve(shop, payment_options=(*shop.payment_options, OPTION))
    return Checkout(attrs.evolve(ports, shop=lambda: offered), FLOW)


def with_a_voucher(ports: Ports) -> Checkout:
    """A shop in which one order may be a tenth cheaper."""
    shop = attrs.evolve(ports.shop(), offers=(WELCOME,))
    return compose(attrs.evolve(ports, shop=lambda: shop))


def by_hosted():
    """All that a buyer posts before they agree to go to the bank's page."""
    trunk = [each for each in by_card() if each[0] not in {"BinNumberPage", "InstallmentSelectionPage"}]
    return *trunk[:-1], ("PaymentOptionSelectionPage", {"payment_option": OPTION.pk})
