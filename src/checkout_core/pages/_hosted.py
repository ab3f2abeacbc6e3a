"""What every way to pay on a provider's page shares: what may be paid there, and what a return has to prove.

A return brings claims.  It must know the token of its address, and be signed where the provider signs; what became of
the money the ledger says, whichever address the browser came back to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from ..effects import Browser, Callback, Rejected, Verify
from ..forms import Others, returned
from ..order import Attempt, Plan
from ..page import Ask, Check, Invalid, PartT, Visit
from ..paying import OURS, RETURN_TOKEN, another_message, awaiting, brings_token
from ..pricing import unpaid, with_interest
from ..shop import Installment

ON_THE_WAY: Final = "/orders/redirection/"  # leads on to the provider's page, and works from the session alone
LONGEST_HEADER: Final = 2048  # of browserUserAgent and browserAcceptHeader, EMV 3-D Secure 2.2
RENAMED: Final = {"Token": "token", "Result": "result"}  # of TeqPay; the documents name them in lower case


def _handed_out(_: object, visit: Visit) -> bool:
    waiting = awaiting(visit.order)
    return waiting is not None and waiting.kind == "session"


def _number_drawn(_: object, visit: Visit) -> bool:
    return visit.order.number is not None


number_drawn = Check("number_required", _number_drawn, "the order has its number")
handed_out = Check("payment_not_started", _handed_out, "the provider waits for the buyer on a page of its own")


def plans_of(installments: Iterable[Installment], visit: Visit) -> tuple[Plan, ...]:
    """What may be paid at the provider's: each count once, with its interest; nothing where no plan is given."""
    due, rounding = unpaid(visit.order), visit.settings.interest_rounding
    offered: dict[int, Plan] = {}
    for each in installments:
        plan = Plan(each.installment_count, with_interest(due, each, rounding))
        offered.setdefault(plan.installments, plan)
    return tuple(offered.values())


def browser_of(visit: Visit, client_type: str | None = None) -> Browser:
    """What is known of the buyer's browser without asking it; of a header that is longer, its beginning."""
    caller = visit.caller
    accept, agent = (header and header[:LONGEST_HEADER] for header in (caller.accept, caller.user_agent))
    return Browser(caller.ip, accept, agent, client_type=client_type)


@frozen
class HostedReturn:
    """Whatever the provider's page lets the browser bring, under names that are the provider's."""

    brought: Others = field(factory=lambda: Others({}), repr=False)


async def came_back(own: PartT, form: HostedReturn, visit: Visit) -> Ask[PartT]:
    """The end of a step that asks what became of the payment.

    Raises Invalid for a return that is not the awaiting payment's, or not the provider's, or another one than came
    before with the same token.
    """
    attempt = awaiting(visit.order)
    fields = returned(form.brought, visit.settings)
    if attempt is None or not _known(attempt, fields, visit):
        raise Invalid(non_field_errors="callback_rejected")
    message = {name: text for name, text in fields.items() if name not in OURS}
    able = visit.gateways.get(attempt.gateway)
    if able is not None and able.signed_return and not await _signed(attempt, message):
        raise Invalid(non_field_errors="callback_rejected")
    claims = {RENAMED.get(name, name): text for name, text in message.items()}
    if len(claims) < len(message) or another_message(attempt, claims):
        raise Invalid(non_field_errors="callback_rejected")
    return Ask(own, claims)


def _known(attempt: Attempt, fields: Mapping[str, str], visit: Visit) -> bool:
    """It brings the token; where the shop gives none, no session but the one that was handed out."""
    if visit.settings.use_one_time_token:
        return brings_token(visit.order, attempt, fields.get(RETURN_TOKEN))
    handed = attempt.handed.get("session")
    return fields.get("session", handed) == handed


async def _signed(attempt: Attempt, message: Mapping[str, str]) -> bool:
    """The provider has signed it, and it is about that payment."""
    answer = await Verify(attempt.gateway, Callback(b"", query=tuple(message.items())))
    return not isinstance(answer, Rejected) and answer.number == attempt.number
