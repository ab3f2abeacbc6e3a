"""What a buyer has said about paying: one class a way to pay, thrown away whole when another is chosen."""

from __future__ import annotations

from attrs import frozen

from ..shop import BankAccount, Card, Installment, PaymentChoice
from .attempts import Reward
from .challenges import Challenge


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
class Campaign:
    """What the bank of a card has to offer with it."""

    code: str
    name: str
    interest_free: tuple[int, ...] = ()  # instalment counts that cost nothing with it


@frozen(slots=False)
class CreditCard(Payment):
    """`card` is kept without its plans; they are asked for when they are shown or chosen from.

    Campaigns and rewards are None where nobody asked for them yet, and empty where the bank has none.
    """

    bin_number: str | None = None
    card: Card | None = None
    installment: Installment | None = None
    mask: str | None = None  # first six and last four digits of the card last tried
    campaigns: tuple[Campaign, ...] | None = None
    campaigns_of: str | None = None  # mask of the card they were asked for
    selected_campaign: Campaign | None = None
    rewards: tuple[Reward, ...] | None = None
    rewards_of: str | None = None
    selected_rewards: tuple[Reward, ...] | None = None


@frozen(slots=False)
class FundsTransfer(Payment):
    bank_account: BankAccount | None = None
    agreed: bool = False
    reference_code: str | None = None  # of the gateway: the buyer puts it on the transfer
    reference_of: str | None = None  # digest of what it was asked for


@frozen(slots=False)
class PayOnDelivery(Payment):
    choice: PaymentChoice | None = None
    phone: str | None = None  # E.164
    challenge: Challenge | None = None  # of the last code that was sent
    verified: bool = False
    agreed: bool = False


@frozen(slots=False)
class Redirection(Payment):
    """What the buyer's browser said when it was sent off."""

    browser_installments: tuple[int, ...] = ()
    browser_client_type: str | None = None
    sent_off: bool = False  # to the provider's page, and has not chosen how to pay again


@frozen(slots=False)
class GarantiPay(Payment):
    bin_number: str | None = None  # the one that stands for all of Garanti Pay
    card: Card | None = None  # carries the instalments; kept without them


@frozen(slots=False)
class LoyaltyMoney(Payment):
    """Nothing to say but which option it was: loyalty money covers the order."""

    agreed: bool = False


@frozen(slots=False)
class GiftCardPayment(Payment):
    """As LoyaltyMoney: gift cards cover the order."""

    agreed: bool = False
