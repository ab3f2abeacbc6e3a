"""Ways to pay of which the documents give the name of one page, and no more.

    PayLaterComplete · SavedCardSelection · B2B · WalletSelection

Each pays, so that none is a dead end; what may follow SavedCardSelection and WalletSelection is still to be found.
"""

from __future__ import annotations

from attrs import frozen

from checkout_core.order import Payment, ref
from checkout_core.page import Empty, Page
from checkout_core.pages._checks import ready_to_pay

from ._checks import account_known


@frozen(slots=False)
class PayLater(Payment):
    """Nothing to say but which option it was."""


@frozen(slots=False)
class SavedCard(Payment):
    card_token: str | None = None


@frozen(slots=False)
class B2B(Payment):
    division: int | None = None  # pk; of the company that buys


@frozen(slots=False)
class Wallet(Payment):
    """Nothing to say but which option it was."""


class PayLaterCompletePage(Page[PayLater, Empty]):
    """Agree, and the order is placed; the lender may still have to approve."""

    requires = ready_to_pay
    pays = True


class SavedCardSelectionPage(Page[SavedCard, Empty]):
    """One of the cards the buyer saved in this shop."""

    requires = *ready_to_pay, account_known
    sets = (ref(SavedCard).card_token,)
    pays = True


class B2BPage(Page[B2B, Empty]):
    """Agree, and the order is placed on the company's account."""

    requires = *ready_to_pay, account_known
    sets = (ref(B2B).division,)
    pays = True


class WalletSelectionPage(Page[Wallet, Empty]):
    """Agree, and go on in the wallet."""

    requires = ready_to_pay
    pays = True
