"""Pay by card.

    BinNumber -> InstallmentSelection -> CreditCardConfirmation [-> CreditCardThreeDSecure]

The issuer may insist on 3-D Secure, and so may the shop.
"""

from __future__ import annotations

from attrs import asdict, field, frozen

from ..effects import CardSecrets
from ..forms import (
    Agreement,
    BinNumber,
    BrowserText,
    CardHolder,
    CardMonth,
    CardName,
    CardNumber,
    CardYear,
    ClientTime,
    Cvv,
    Flag,
    Pk,
    ReturnField,
)  # fmt: skip
from ..money import Money
from ..order import CreditCard, PreOrder, evolve, ref
from ..page import EMPTY, Ask, Check, Empty, Invalid, Page, Pay, Visit
from ..paying import awaiting, verdict
from ..shop import CardType, Installment
from ._cards import PlanShown, card_of, cvv_length, plans_shown, same_price, three_d_wanted, without_plans
from ._checks import basket_not_empty, identity_number_missing, shipping_chosen
from ._standing import with_standing

our = ref(CreditCard)
HAND_OVER = "/orders/redirect-three-d/"  # draws the bank's form and posts it


def _card_known(own: CreditCard, _: Visit) -> bool:
    return own.card is not None


def _installment_chosen(own: CreditCard, _: Visit) -> bool:
    return own.installment is not None


def _handed_out(_: CreditCard, visit: Visit) -> bool:
    return awaiting(visit.order) is not None


card_known = Check("bin_number_required", _card_known, "the card's bank is known", "BinNumberPage")
installment_chosen = Check(
    "installment_required", _installment_chosen, "instalments are chosen", "InstallmentSelectionPage"
)
handed_out = Check("three_d_not_started", _handed_out, "the bank waits for the buyer", "CreditCardConfirmationPage")


@frozen
class BinNumberForm:
    bin_number: BinNumber


class BinNumberPage(Page[CreditCard, BinNumberForm]):
    """The first digits of the card tell its bank, its scheme and its plans."""

    requires = basket_not_empty, shipping_chosen
    sets = our.bin_number, our.card
    resets = ("InstallmentSelectionPage",)

    async def process(self, own: CreditCard, form: BinNumberForm, visit: Visit) -> CreditCard:
        card = await card_of(form.bin_number, visit)
        return evolve(own, bin_number=form.bin_number, card=without_plans(card))


@frozen
class InstallmentForm:
    installment: Pk


@frozen(slots=False)
class InstallmentContext:
    card_type: CardType
    installments: tuple[PlanShown, ...]
    installment_messages: tuple[str, ...] = ()


async def _plans(own: CreditCard, visit: Visit) -> tuple[Installment, ...]:
    return (await card_of(own.bin_number or "", visit)).installments


class InstallmentSelectionPage(Page[CreditCard, InstallmentForm]):
    """In how many parts, and what that costs."""

    requires = basket_not_empty, shipping_chosen, card_known
    sets = (our.installment,)

    async def still_valid(self, own: CreditCard, visit: Visit) -> bool:
        chosen = own.installment
        return chosen is not None and any(
            plan.pk == chosen.pk and same_price(chosen, (plan,)) for plan in await _plans(own, visit)
        )

    async def context(self, own: CreditCard, visit: Visit) -> InstallmentContext:
        card = await card_of(own.bin_number or "", visit)
        plans = with_standing(own.installment, card.installments)
        return InstallmentContext(card.card_type, plans_shown(plans, visit))

    async def process(self, own: CreditCard, form: InstallmentForm, visit: Visit) -> CreditCard:
        for plan in await _plans(own, visit):
            if plan.pk == form.installment:
                return evolve(own, installment=plan)
        raise Invalid(installment="invalid")


@frozen
class CardForm:
    card_number: CardNumber
    card_holder: CardHolder = field(repr=False)
    card_month: CardMonth = field(repr=False)
    card_year: CardYear = field(repr=False)
    card_cvv: Cvv
    agreement: Agreement
    save: Flag
    use_three_d: Flag
    card_name: CardName | None = None
    client_time: ClientTime | None = None
    browser_java_enabled: BrowserText | None = None
    browser_language: BrowserText | None = None
    browser_color_depth: BrowserText | None = None
    browser_screen_height: BrowserText | None = None
    browser_screen_width: BrowserText | None = None
    browser_time_zone: BrowserText | None = None


@frozen(slots=False)
class ConfirmationContext:
    total_amount: Money
    installment_count: int
    three_d_secure_required: bool
    notice: str | None  # code of what became of the last attempt


def _refusals(own: CreditCard, form: CardForm, visit: Visit) -> dict[str, str]:
    """What a single field cannot know."""
    codes = {}
    if (form.card_year, form.card_month) < (visit.now.year, visit.now.month):
        codes["card_year"] = "expired"
    if len(form.card_cvv.reveal()) != cvv_length(form.card_number.reveal()):
        codes["card_cvv"] = "invalid"
    if form.save:
        codes["save"] = "guests_cannot_save" if visit.order.buyer.is_guest else "not_available"
        if not form.card_name:
            codes["card_name"] = "required"
    if identity_number_missing(visit.order, visit.order.totals.total, visit.settings):
        codes["non_field_errors"] = "identity_number_required"
    return codes


async def _as_shown(own: CreditCard, number: str, visit: Visit) -> CreditCard:
    """`own` for the card that was really given.

    Raises Invalid where it belongs to another bank that does not offer the same
    plan: the buyer would pay another price than the one shown.
    """
    shown = own.bin_number or ""
    real = number[: len(shown)]
    if real == shown:
        return own
    card = await card_of(real, visit)
    plan = same_price(own.installment, card.installments)
    other = evolve(own, bin_number=real, card=without_plans(card), installment=plan)
    if plan is not None:
        return other
    raise Invalid(other, card_number="price_changed")


class CreditCardConfirmationPage(Page[CreditCard, CardForm]):
    """Agree, and pay.  What becomes of it is an outcome; the answers stand."""

    requires = basket_not_empty, shipping_chosen, card_known, installment_chosen
    sets = our.mask, our.bin_number, our.card, our.installment
    pays = True

    async def context(self, own: CreditCard, visit: Visit) -> ConfirmationContext:
        order = visit.order
        codes = verdict(order, len(order.attempts)) if order.attempts else {}
        notice = next(iter(codes.get("non_field_errors", ())), None)
        count = own.installment.installment_count if own.installment else 1
        return ConfirmationContext(order.totals.payable, count, three_d_wanted(own.card, visit), notice)

    async def process(self, own: CreditCard, form: CardForm, visit: Visit) -> Pay[CreditCard]:
        if codes := _refusals(own, form, visit):
            raise Invalid(**codes)
        number = form.card_number.reveal()
        own = await _as_shown(own, number, visit)
        own = evolve(own, mask=f"{number[:6]}******{number[-4:]}")
        secrets = CardSecrets(form.card_number, form.card_holder, form.card_month, form.card_year, form.card_cvv)
        return Pay(own, "three_d" if three_d_wanted(own.card, visit, asked=form.use_three_d) else "sale", secrets)

    def undo(self, order: PreOrder) -> PreOrder:
        """Card and instalments stay: other pages asked for them."""
        own = order.payment
        return order.put(evolve(own, mask=None)) if isinstance(own, CreditCard) and own.mask else order


@frozen
class ThreeDReturn:
    """What a browser brings back from the bank.  All of it is claims; `md` says which attempt it is for."""

    md: ReturnField | None = None
    success: ReturnField | None = None
    three_d_secure: ReturnField | None = None
    xid: ReturnField | None = None
    eci: ReturnField | None = None
    cavv: ReturnField | None = field(default=None, repr=False)
    mdStatus: ReturnField | None = None  # noqa: N815  # the wire's name
    status: ReturnField | None = None
    paymentId: ReturnField | None = None  # noqa: N815  # the wire's name
    conversationData: ReturnField | None = None  # noqa: N815  # the wire's name
    conversationId: ReturnField | None = None  # noqa: N815  # the wire's name
    liqpay_token: ReturnField | None = field(default=None, repr=False)


@frozen(slots=False)
class ThreeDContext:
    redirect_url: str


class CreditCardThreeDSecurePage(Page[CreditCard, ThreeDReturn]):
    """The way to the bank, and the return from it.  The bank is asked, whatever the return claims."""

    requires = basket_not_empty, handed_out
    returns = True

    async def context(self, own: CreditCard, visit: Visit) -> ThreeDContext | Empty:
        return ThreeDContext(HAND_OVER) if awaiting(visit.order) else EMPTY

    async def process(self, own: CreditCard, form: ThreeDReturn, visit: Visit) -> Ask[CreditCard]:
        attempt = awaiting(visit.order)
        if attempt is None or form.md is None or attempt.handed.get("md") != form.md:
            raise Invalid(md="callback_rejected")
        return Ask(own, {name: value for name, value in asdict(form).items() if value is not None})
