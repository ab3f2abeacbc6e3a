"""What a buyer has said about paying: one class a way to pay, thrown away whole when another is chosen."""

from __future__ import annotations

from attrs import frozen

from ..shop import BankAccount, Card, Installment


@frozen(slots=False)
class Chosen:
    """The payment option as it was shown."""

    pk: int
    name: str
    slug: str
    payment_type: str
    gateway: str | None = None


@frozen(slots=False)
class Payment:
    """What every way to pay begins with.  A host's own way to pay is a subclass, named in its flow."""

    option: Chosen


@frozen(slots=False)
class CreditCard(Payment):
    """`card` is kept without its plans; they are asked for when they are shown or chosen from."""

    bin_number: str | None = None
    card: Card | None = None
    installment: Installment | None = None
    mask: str | None = None  # first six and last four digits of the card last tried


@frozen(slots=False)
class FundsTransfer(Payment):
    bank_account: BankAccount | None = None
    agreed: bool = False
