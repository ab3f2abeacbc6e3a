"""What a sandbox shop has told: mail, texts, webhooks, alarms, each as often as it came.

shop.inbox.messages          # in their order; a repeated one is there twice, with the same id
shop.inbox.of("sms")
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from ..effects import Secret
from ..order import PreOrder

Kind: TypeAlias = Literal["mail", "sms", "hook", "alert"]


@frozen
class Told:
    """One message."""

    kind: Kind
    to: str  # whom it is for: an address, a phone, a topic; of an alarm the order number
    says: str  # a template, a text, an order number, why somebody must look
    id: str = ""  # the same where it is told again


class Inbox:
    """The ports mail, sms, hooks and alerts of a shop whose buyers can be watched while they read."""

    def __init__(self) -> None:
        self.messages: list[Told] = []

    def of(self, kind: Kind) -> tuple[Told, ...]:
        """Those of that kind."""
        return tuple(told for told in self.messages if told.kind == kind)

    # The ports

    def send_mail(self, template: str, number: str, id: str, order: PreOrder, /) -> None:  # noqa: A002  # what it is
        self.messages.append(Told("mail", order.buyer.email or "", f"{template} {number}", id))

    def send_sms(self, phone: str, text: Secret, id: str, /) -> None:  # noqa: A002  # what it is
        self.messages.append(Told("sms", phone, text.reveal(), id))

    def post_hook(self, topic: str, number: str, id: str, order: PreOrder, /) -> None:  # noqa: A002  # what it is
        self.messages.append(Told("hook", topic, number, id))

    def on_attention(self, number: str, why: str, /) -> None:
        self.messages.append(Told("alert", number, why))
