"""Pay on a page of the provider's.

RedirectionPaymentSelected -> RedirectionPageComplete

The last page is the way there, and the return from it.
"""

from __future__ import annotations

from attrs import frozen

from ..effects import AskPlans, Unavailable
from ..forms import Agreement, ClientType, InstallmentCounts
from ..order import Plan, PreOrder, Redirection, evolve, ref
from ..page import EMPTY, Ask, Empty, Invalid, Page, Pay, Visit
from ..paying import awaiting
from ..pricing import unpaid
from ..rules.installments import narrowed
from ._checks import must_be_identified, ready_to_pay
from ._hosted import ON_THE_WAY, HostedReturn, browser_of, came_back, handed_out, number_drawn, plans_of

our = ref(Redirection)


@frozen
class RedirectionForm:
    agreement: Agreement
    browser_installments: InstallmentCounts | None = None
    browser_client_type: ClientType | None = None


async def _plans(counts: tuple[int, ...], visit: Visit) -> tuple[Plan, ...]:
    """What the provider offers for so much, of it what the shop's filters leave and the browser can show.

    Nothing leaves the one plan.

    Raises Invalid where the provider does not answer.
    """
    gateway = visit.order.payment.option.gateway if visit.order.payment else None
    able = visit.gateways.get(gateway or "")
    if gateway is None or able is None or "plans" not in able.kinds:
        return ()
    listed = await AskPlans(gateway, unpaid(visit.order))
    if isinstance(listed, Unavailable):
        raise Invalid(non_field_errors="not_available_now")
    offered = narrowed(None, listed, visit).plans
    return plans_of((each for each in offered if not counts or each.installment_count in counts), visit)


class RedirectionPaymentSelectedPage(Page[Redirection, RedirectionForm]):
    """Agree, and get the address of the provider's page, on which the buyer may choose a plan."""

    requires = ready_to_pay
    sets = ref(PreOrder).number, our.browser_installments, our.browser_client_type, our.sent_off
    pays = True
    post_order = True

    async def process(self, own: Redirection, form: RedirectionForm, visit: Visit) -> Pay[Redirection]:
        must_be_identified(visit)
        counts = form.browser_installments or ()
        plans = await _plans(counts, visit)
        sent = evolve(
            own, browser_installments=counts, browser_client_type=form.browser_client_type, sent_off=True
        )  # fmt: skip
        browser = browser_of(visit, form.browser_client_type)
        return Pay(sent, "session", plans=plans, browser=browser, back="RedirectionPageCompletePage")


@frozen(slots=False)
class RedirectionContext:
    redirect_url: str
    is_iframe: bool  # the provider lets its page be shown within another


class RedirectionPageCompletePage(Page[Redirection, HostedReturn]):
    """The way to the provider's page, and the return from it.  The ledger is asked, whatever the return claims."""

    requires = *ready_to_pay, number_drawn, handed_out
    returns = True
    post_order = True

    async def context(self, own: Redirection, visit: Visit) -> RedirectionContext | Empty:
        waiting = awaiting(visit.order)
        return RedirectionContext(ON_THE_WAY, waiting.handed.get("iframe") == "true") if waiting else EMPTY

    async def process(self, own: Redirection, form: HostedReturn, visit: Visit) -> Ask[Redirection]:
        return await came_back(own, form, visit)
