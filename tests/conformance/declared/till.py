"""Pay at the till of a store.

    CashRegister [-> CashRegisterInstallmentSelection] -> CashRegisterComplete

The last shows a barcode; the till takes the money and tells us.  Beside: SendBarcodeSms, SendCheckoutUrlSms.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay
from checkout_core.shop import Installment

from ._checks import handed_out, number_drawn


@frozen(slots=False)
class CashRegister(Payment):
    is_installment_active: bool = False  # the option's configuration
    staff_id: str | None = None
    store_id: str | None = None
    installment: Installment | None = None
    no_installment: bool = False  # the buyer says so
    barcode_sent_to: tuple[str, ...] = ()  # phones; when is in the message log


@frozen(slots=False)
class CheckoutUrl:
    sent_to: tuple[str, ...] = ()  # phones


our = ref(CashRegister)


def _installments_active(own: CashRegister, _: Visit) -> bool:
    return own.is_installment_active


def _installment_settled(own: CashRegister, _: Visit) -> bool:
    return not own.is_installment_active or own.installment is not None or own.no_installment


def _in_store(_: object, visit: Visit) -> bool:
    return visit.caller.client == "instore"


installments_active = Check("no_installments", _installments_active, "the option has instalments")
installment_settled = Check(
    "installment_required", _installment_settled, "instalments are chosen, or refused",
    "CashRegisterInstallmentSelectionPage",
)  # fmt: skip
in_store = Check("not_in_store", _in_store, "the client stands in a store")


class CashRegisterPage(Page[CashRegister, Empty]):
    """Agree, for a buyer whom a member of staff serves.  Hands out the number the till asks for."""

    requires = ready_to_pay
    sets = our.staff_id, our.store_id, ref(PreOrder).number
    pays = True


class CashRegisterInstallmentSelectionPage(Page[CashRegister, Empty]):
    """In how many parts, or expressly in none."""

    requires = *ready_to_pay, number_drawn, handed_out, installments_active
    sets = our.installment, our.no_installment


class CashRegisterCompletePage(Page[CashRegister, Empty]):
    """The barcode; when the till has told of the money, the order is placed."""

    requires = *ready_to_pay, number_drawn, handed_out, installment_settled


class SendBarcodeSmsPage(Page[CashRegister, Empty]):
    """The barcode to the buyer's phone."""

    requires = in_store, number_drawn
    sets = (our.barcode_sent_to,)


class SendCheckoutUrlSmsPage(Page[CheckoutUrl, Empty]):
    """The checkout to the buyer's phone, to go on there."""

    requires = (in_store,)
    sets = (ref(CheckoutUrl).sent_to,)
