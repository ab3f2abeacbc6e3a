"""Pay by bank transfer: the order is placed now, the money comes later.

FundsTransferChoice -> FundsTransfer
"""

from __future__ import annotations

from attrs import frozen

from ..effects import Deferred
from ..forms import Agreement, Pk
from ..money import Money
from ..order import FundsTransfer, PreOrder, evolve, ref
from ..page import Check, Invalid, Page, Place, Visit
from ..paying import numbered
from ..shop import BankAccount
from ._checks import identity_number_missing, ready_to_pay
from ._standing import with_standing

our = ref(FundsTransfer)


def _account_chosen(own: FundsTransfer, _: Visit) -> bool:
    return own.bank_account is not None


account_chosen = Check(
    "bank_account_required", _account_chosen, "the buyer knows which account to transfer to", "FundsTransferChoicePage"
)


@frozen
class BankAccountForm:
    bank_account: Pk


@frozen(slots=False)
class BankAccountContext:
    bank_accounts: tuple[BankAccount, ...]


def _accounts(visit: Visit) -> tuple[BankAccount, ...]:
    """Those that take the order's currency."""
    return tuple(a for a in visit.shop.bank_accounts if a.currency == visit.order.basket.currency)


class FundsTransferChoicePage(Page[FundsTransfer, BankAccountForm]):
    """Choose the account to transfer to; the only one there is is taken without asking.  Draws the order number."""

    requires = ready_to_pay
    sets = our.bank_account, ref(PreOrder).number

    async def still_valid(self, own: FundsTransfer, visit: Visit) -> bool:
        return own.bank_account in _accounts(visit)

    async def context(self, own: FundsTransfer, visit: Visit) -> BankAccountContext:
        return BankAccountContext(with_standing(own.bank_account, _accounts(visit)))

    async def auto(self, own: FundsTransfer, visit: Visit) -> BankAccountForm | None:
        accounts = _accounts(visit)
        alone = len(accounts) == 1 and own.option.gateway is None  # a gateway may have more to ask
        return BankAccountForm(Pk(accounts[0].pk)) if alone else None

    async def process(self, own: FundsTransfer, form: BankAccountForm, visit: Visit) -> PreOrder:
        for account in _accounts(visit):
            if account.pk == form.bank_account:
                order = visit.order.put(evolve(own, bank_account=account))
                return evolve(order, number=numbered(order))
        raise Invalid(bank_account="invalid")


@frozen
class AgreementForm:
    agreement: Agreement


@frozen(slots=False)
class FundsTransferContext:
    bank_account: BankAccount | None
    number: str | None
    total_amount: Money


class FundsTransferPage(Page[FundsTransfer, AgreementForm]):
    """Show where to transfer how much under which number; agree, and the order is placed, waiting for the money."""

    requires = *ready_to_pay, account_chosen
    sets = (our.agreed,)
    pays = True

    async def context(self, own: FundsTransfer, visit: Visit) -> FundsTransferContext:
        return FundsTransferContext(own.bank_account, visit.order.number, visit.order.totals.payable)

    async def process(self, own: FundsTransfer, form: AgreementForm, visit: Visit) -> Place[FundsTransfer]:
        if identity_number_missing(visit.order, visit.order.totals.total, visit.settings):
            raise Invalid(non_field_errors="identity_number_required")
        agreed = evolve(own, agreed=True)
        if not visit.order.totals.payable:  # there is nothing to wait for
            return Place(agreed, Deferred("free", 400))
        return Place(agreed, Deferred("funds_transfer", 300))
