"""Pay with Masterpass, whose script keeps the cards; of the number we see the BIN.

    MasterpassBinNumber -> MasterpassInstallment -> MasterpassOrderNo -> MasterpassComplete

Its younger sister is in masterpass_rest.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, PreOrder, ref
from checkout_core.page import Check, Empty, Page, Visit
from checkout_core.pages._checks import ready_to_pay
from checkout_core.shop import Card, Installment

from ._checks import card_known, installment_chosen, number_drawn


@frozen(slots=False)
class Masterpass(Payment):
    bin_number: str | None = None
    card: Card | None = None
    is_stored_card: bool = False
    is_mastercard: bool = False
    installment: Installment | None = None
    three_d: bool | None = None  # None: not decided yet
    remote_addr: str | None = None


our = ref(Masterpass)


def _three_d_decided(own: Masterpass, _: Visit) -> bool:
    return own.three_d is not None


three_d_decided = Check(
    "three_d_not_decided", _three_d_decided, "it is decided whether 3-D Secure is needed", "MasterpassOrderNoPage"
)


class MasterpassBinNumberPage(Page[Masterpass, Empty]):
    """The BIN of the card the script was given, and whether it is one of the stored."""

    requires = ready_to_pay
    sets = our.bin_number, our.card, our.is_stored_card, our.is_mastercard
    resets = ("MasterpassInstallmentPage",)
    post_order = True


class MasterpassInstallmentPage(Page[Masterpass, Empty]):
    """In how many parts."""

    requires = *ready_to_pay, card_known
    sets = (our.installment,)
    post_order = True


class MasterpassOrderNoPage(Page[Masterpass, Empty]):
    """The number the script names, and whether it goes through 3-D Secure."""

    requires = *ready_to_pay, card_known, installment_chosen
    sets = our.three_d, our.remote_addr, ref(PreOrder).number
    post_order = True


class MasterpassCompletePage(Page[Masterpass, Empty]):
    """What the script brings back; the ledger is asked, and the order is placed."""

    requires = *ready_to_pay, card_known, installment_chosen, number_drawn, three_d_decided
    pays = True
    post_order = True
