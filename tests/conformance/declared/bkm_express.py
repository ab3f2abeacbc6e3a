"""Pay with BKM Express, whose widget asks for the card.

    BexSelection -> BexBinNumber -> BexInstallmentSelection -> BexNonce -> BexComplete

The ticket is in the attempt the first page begins; its seal carries every plan, choosing one narrows it.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay
from checkout_core.shop import Card, Installment

from ._checks import card_known, handed_out


@frozen(slots=False)
class BkmExpress(Payment):
    bin_number: str | None = None
    card: Card | None = None
    installment: Installment | None = None
    nonce: str | None = None  # the widget's receipt, for this attempt and ticket


our = ref(BkmExpress)


def _nonce_stored(own: BkmExpress, _: Visit) -> bool:
    return own.nonce is not None


nonce_stored = Check("nonce_required", _nonce_stored, "BKM Express has told of the payment", "BexNoncePage")


class BexSelectionPage(Page[BkmExpress, Empty]):
    """Agree, and get a ticket."""

    requires = ready_to_pay
    sets = (ref(PreOrder).number,)
    pays = True
    post_order = True


class BexBinNumberPage(Page[BkmExpress, Empty]):
    """The widget with the ticket; it tells the BIN of the card."""

    requires = *ready_to_pay, handed_out
    sets = our.bin_number, our.card
    resets = ("BexInstallmentSelectionPage",)
    post_order = True


class BexInstallmentSelectionPage(Page[BkmExpress, Empty]):
    """In how many parts; the widget names the count."""

    requires = *ready_to_pay, handed_out, card_known
    sets = (our.installment,)
    resets = ("BexNoncePage",)
    post_order = True


class BexNoncePage(Page[BkmExpress, Empty]):
    """Wait for the widget, which tells of the payment."""

    requires = *ready_to_pay, handed_out
    sets = (our.nonce,)
    post_order = True


class BexCompletePage(Page[BkmExpress, Empty]):
    """The ledger is asked, and the order is placed."""

    requires = *ready_to_pay, handed_out, nonce_stored
    post_order = True
