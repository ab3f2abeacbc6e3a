"""Pay on Garanti Pay's page, with whichever card the buyer has there.

    GPaySelection -> GPayRedirect -> GPayComplete

One BIN stands for all those cards: its plans are what may be paid.  The last page is the way there, and the return.
"""

from __future__ import annotations

from typing import Final

from attrs import field, frozen

from ..effects import FindCard
from ..forms import Others
from ..order import GarantiPay, PreOrder, evolve, ref
from ..page import EMPTY, Ask, Check, Empty, Invalid, Page, Pay, Visit
from ..paying import awaiting, numbered
from ._cards import plans_for, without_plans
from ._checks import must_be_identified, ready_to_pay
from ._hosted import HostedReturn, browser_of, came_back, handed_out, number_drawn, plans_of

HAND_OVER: Final = "/orders/gpay-redirect/"  # draws Garanti's form and posts it
NO_BODY: Final = frozenset({"csrf_token", "csrfmiddlewaretoken", "step_token"})  # of any form, and no answer

our = ref(GarantiPay)


def _card_known(own: GarantiPay, _: Visit) -> bool:
    return own.card is not None


card_known = Check(
    "gpay_card_required", _card_known, "the card that stands for Garanti Pay is known", "GPaySelectionPage"
)


@frozen
class EmptyBody:
    """Nothing to say; whatever is said is refused."""

    posted: Others = field(factory=lambda: Others({}), repr=False)


class GPaySelectionPage(Page[GarantiPay, EmptyBody]):
    """Finds the card that carries the plans, and draws the order number; without the card neither stands."""

    requires = ready_to_pay
    sets = our.bin_number, our.card, ref(PreOrder).number
    post_order = True

    async def process(self, own: GarantiPay, form: EmptyBody, visit: Visit) -> PreOrder:
        if not form.posted.keys() <= NO_BODY:
            raise Invalid(non_field_errors="unknown_field")
        code = visit.settings.gpay_bin_number
        card = await FindCard(code)
        if card is None:
            return evolve(visit.order.put(evolve(own, bin_number=None, card=None)), number=None)
        order = visit.order.put(evolve(own, bin_number=code, card=without_plans(card)))
        return evolve(order, number=numbered(order))


class GPayRedirectPage(Page[GarantiPay, Empty]):
    """Begin, with all plans of that card, and get the form of Garanti's page."""

    requires = *ready_to_pay, number_drawn, card_known
    resets = ("GPaySelectionPage",)  # where a payment that failed begins again, as documented
    pays = True
    post_order = True

    async def process(self, own: GarantiPay, form: Empty, visit: Visit) -> Pay[GarantiPay]:
        must_be_identified(visit)
        card = await FindCard(own.bin_number or "")
        if card is None:
            raise Invalid(non_field_errors="not_available_now")
        plans = plans_of(plans_for(card, visit).plans, visit)
        return Pay(own, "session", plans=plans, browser=browser_of(visit), back="GPayCompletePage")


@frozen(slots=False)
class GPayContext:
    redirect_url: str


class GPayCompletePage(Page[GarantiPay, HostedReturn]):
    """The way to Garanti's page, and the return from it: `gpay`, `success`, `gpinstallment` and what else is signed.

    They are verified, and then the ledger is asked: instalments that were not offered go back.
    """

    requires = *ready_to_pay, number_drawn, card_known, handed_out
    returns = True
    post_order = True

    async def context(self, own: GarantiPay, visit: Visit) -> GPayContext | Empty:
        return GPayContext(HAND_OVER) if awaiting(visit.order) else EMPTY

    async def process(self, own: GarantiPay, form: HostedReturn, visit: Visit) -> Ask[GarantiPay]:
        return await came_back(own, form, visit)
