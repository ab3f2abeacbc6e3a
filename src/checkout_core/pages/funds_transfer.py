"""Pay by bank transfer: the order is placed now, the money comes later.

FundsTransferChoice -> FundsTransfer

Some gateways tell transfers by a code.  It is asked for a number, an amount, an account and a buyer, and is good for
those alone: where one of them moves, the account is chosen again, and the code is another one.
"""

from __future__ import annotations

import hashlib

from attrs import frozen

from ..effects import AskReference, Deferred, Unavailable
from ..forms import Agreement, Pk
from ..money import Money
from ..order import FundsTransfer, PreOrder, evolve, ref
from ..page import Check, Invalid, Page, Place, Visit
from ..paying import in_one_line, numbered
from ..shop import BankAccount
from ._checks import must_be_identified, ready_to_pay
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


def _question(own: FundsTransfer, visit: Visit, account: BankAccount, number: str) -> AskReference | None:
    """What the code is asked for; None where the gateway has none, or where there is no gateway."""
    able = visit.gateways.get(own.option.gateway or "")
    if able is None or own.option.gateway is None or "reference" not in able.kinds:
        return None
    order, delivery = visit.order, visit.order.delivery
    addresses = tuple(in_one_line(a) for a in (delivery.shipping_address, delivery.billing_address) if a is not None)
    return AskReference(
        own.option.gateway, number, order.totals.payable, account.iban, order.buyer.email, addresses,
        visit.caller.origin,
    )  # fmt: skip


def _said(asked: AskReference) -> str:
    """Digest of what a code is good for; from which of the shop's addresses it was asked does not matter."""
    said = (asked.gateway, asked.number, asked.amount.minor, asked.amount.currency, asked.iban, asked.email)
    return hashlib.sha256(repr((*said, *asked.addresses)).encode()).hexdigest()[:32]


class FundsTransferChoicePage(Page[FundsTransfer, BankAccountForm]):
    """Choose the account to transfer to; the only one there is is taken without asking.  Draws the order number."""

    requires = ready_to_pay
    sets = our.bank_account, our.reference_code, our.reference_of, ref(PreOrder).number

    async def still_valid(self, own: FundsTransfer, visit: Visit) -> bool:
        if own.bank_account is None or own.bank_account not in _accounts(visit):
            return False
        number = visit.order.number or ""
        asked = _question(own, visit, own.bank_account, number)
        if asked is None:
            return own.reference_code is None
        used = any(a.number == number for a in visit.order.attempts)  # the order will get another one
        return not used and own.reference_of == _said(asked)

    async def context(self, own: FundsTransfer, visit: Visit) -> BankAccountContext:
        return BankAccountContext(with_standing(own.bank_account, _accounts(visit)))

    async def auto(self, own: FundsTransfer, visit: Visit) -> BankAccountForm | None:
        accounts = _accounts(visit)
        alone = len(accounts) == 1 and own.option.gateway is None  # a gateway may have more to ask
        return BankAccountForm(Pk(accounts[0].pk)) if alone else None

    async def process(self, own: FundsTransfer, form: BankAccountForm, visit: Visit) -> PreOrder:
        account = next((a for a in _accounts(visit) if a.pk == form.bank_account), None)
        if account is None:
            raise Invalid(bank_account="invalid")
        number = numbered(visit.order, able=visit.gateways.get(own.option.gateway or ""))
        asked = _question(own, visit, account, number)
        if asked is None:
            chosen = evolve(own, bank_account=account, reference_code=None, reference_of=None)
        else:
            code = await asked
            if isinstance(code, Unavailable) or not code:
                raise Invalid(bank_account="not_available_now")
            chosen = evolve(own, bank_account=account, reference_code=code, reference_of=_said(asked))
        return evolve(visit.order.put(chosen), number=number)


@frozen
class AgreementForm:
    agreement: Agreement


@frozen(slots=False)
class FundsTransferContext:
    bank_account: BankAccount | None
    number: str | None
    total_amount: Money
    reference_code: str | None = None  # to be put on the transfer


class FundsTransferPage(Page[FundsTransfer, AgreementForm]):
    """Show where to transfer how much under which number; agree, and the order is placed, waiting for the money."""

    requires = *ready_to_pay, account_chosen
    sets = (our.agreed,)
    pays = True

    async def context(self, own: FundsTransfer, visit: Visit) -> FundsTransferContext:
        order = visit.order
        return FundsTransferContext(own.bank_account, order.number, order.totals.payable, own.reference_code)

    async def process(self, own: FundsTransfer, form: AgreementForm, visit: Visit) -> Place[FundsTransfer]:
        must_be_identified(visit)
        agreed = evolve(own, agreed=True)
        if not visit.order.totals.payable:  # there is nothing to wait for
            return Place(agreed, Deferred("free", 400))
        return Place(agreed, Deferred("funds_transfer", 300))
