"""What is said to people and to other programs, after the save: mail, SMS, webhooks, alarms.

A message has an id that stays the same when it is delivered again; who consumes it knows repeats by that.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from attrs import frozen

from ..order import Challenge, PreOrder
from ._kinds import Event, Secret


@frozen
class SendMail(Event):
    """The mail of that template about that order, to its buyer."""

    template: str  # order_placed, order_paid, payment_reversed
    number: str

    with_order: ClassVar[bool] = True
    with_id: ClassVar[bool] = True
    after_order: ClassVar[bool] = True
    optional: ClassVar[bool] = True


class MailPort(Protocol):
    def send_mail(self, template: str, number: str, id: str, order: PreOrder, /) -> None: ...  # noqa: A002  # what it is


@frozen
class SendSms(Event):
    """A text to a phone; `{code}` in it becomes the challenge's code on the way out, which is stored nowhere.

    Leaves before the answer, and is never sent again by itself.
    """

    phone: str  # E.164
    text: str
    challenge: Challenge | None = None

    with_id: ClassVar[bool] = True
    urgent: ClassVar[bool] = True


class SmsPort(Protocol):
    def send_sms(self, phone: str, text: Secret, id: str, /) -> None: ...  # noqa: A002  # what it is


@frozen
class PostHook(Event):
    """Another program of the shop's is told what happened to that order."""

    topic: str  # order.placed, order.paid, payment.reversed
    number: str

    with_order: ClassVar[bool] = True
    with_id: ClassVar[bool] = True
    after_order: ClassVar[bool] = True
    optional: ClassVar[bool] = True


class HooksPort(Protocol):
    def post_hook(self, topic: str, number: str, id: str, order: PreOrder, /) -> None: ...  # noqa: A002  # what it is


@frozen
class OnAttention(Event):
    """Somebody must look at the payment of that number: what could be done by itself was done."""

    number: str
    why: str

    optional: ClassVar[bool] = True


class AlertsPort(Protocol):
    def on_attention(self, number: str, why: str, /) -> None: ...
