"""Pay by card.

    BinNumber -> InstallmentSelection -> CreditCardConfirmation [-> CreditCardThreeDSecure]

The issuer may insist on 3-D Secure, and so may the shop.  What the bank offers with the card stands in card_offers.py.
"""

from __future__ import annotations

from attrs import asdict, field, frozen
from attrs import evolve as with_

from ..effects import Browser, CardSecrets
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
from ..order import CardToSave, CreditCard, PreOrder, evolve, ref
from ..page import EMPTY, Ask, Check, Empty, Invalid, Page, Pay, Visit
from ..paying import awaiting, verdict
from ..shop import CardType, Installment
from ._card_offers import mask_of, offers, with_offers_of
from ._cards import (
    PlanShown,
    bank_offers,
    card_codes,
    card_of,
    plans_for,
    plans_shown,
    same_price,
    three_d_wanted,
    without_plans,
)
from ._checks import basket_not_empty, identity_number_missing, shipping_chosen
from ._hosted import browser_of
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
    post_order = True
    resets = "InstallmentSelectionPage", "CampaignListPage", "RewardListPage"

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
    return plans_for(await card_of(own.bin_number or "", visit), visit).plans


class InstallmentSelectionPage(Page[CreditCard, InstallmentForm]):
    """In how many parts, and what that costs.  Campaign and rewards were chosen at another price, and go."""

    requires = basket_not_empty, shipping_chosen, card_known
    sets = (our.installment,)
    post_order = True
    resets = "CampaignSelectionPage", "RewardSelectionPage"

    async def still_valid(self, own: CreditCard, visit: Visit) -> bool:
        chosen = own.installment
        return chosen is not None and any(
            plan.pk == chosen.pk and same_price(chosen, (plan,)) for plan in await _plans(own, visit)
        )

    async def context(self, own: CreditCard, visit: Visit) -> InstallmentContext:
        card = await card_of(own.bin_number or "", visit)
        offered = plans_for(card, visit)
        plans = plans_shown(with_standing(own.installment, offered.plans), visit)
        return InstallmentContext(card.card_type, plans, offered.messages + bank_offers(own, visit))

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
    has_campaigns: bool = False  # the gateway may be asked on CampaignListPage
    has_rewards: bool = False  # or on RewardListPage
    can_save_card: bool = False
    notice: str | None = None  # code of what became of the last attempt


def _can_save(visit: Visit) -> bool:
    """The buyer has an account, somebody keeps its cards, and the gateway gives a token for one."""
    return not visit.order.buyer.is_guest and "saved_cards" in visit.has and offers("card_tokens", visit)


def _refusals(form: CardForm, card: CardSecrets, visit: Visit) -> dict[str, str]:
    """What a single field cannot know."""
    codes = card_codes(card, visit.now)
    if form.save:
        if not _can_save(visit):
            codes["save"] = "guests_cannot_save" if visit.order.buyer.is_guest else "not_available"
        if not form.card_name:
            codes["card_name"] = "required"
    if identity_number_missing(visit.order, visit.settings):
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
    plan = same_price(own.installment, plans_for(card, visit).plans)
    other = evolve(own, bin_number=real, card=without_plans(card), installment=plan)
    if plan is not None:
        return other
    other = evolve(
        other, campaigns=None, campaigns_of=None, selected_campaign=None, rewards=None, rewards_of=None,
        selected_rewards=None,
    )  # fmt: skip
    raise Invalid(other, card_number="price_changed")


def _browser(form: CardForm, visit: Visit) -> Browser:
    """What the buyer's browser says of itself, and its request."""
    return with_(
        browser_of(visit), java_enabled=form.browser_java_enabled, language=form.browser_language,
        color_depth=form.browser_color_depth, screen_height=form.browser_screen_height,
        screen_width=form.browser_screen_width, time_zone=form.browser_time_zone,
        client_time=form.client_time.isoformat() if form.client_time else None,
    )  # fmt: skip


def _to_save(own: CreditCard, form: CardForm, visit: Visit) -> CardToSave | None:
    """The card, where it is to be found again: its token comes with the money."""
    account, mask = visit.order.buyer.account, own.mask or ""
    if not form.save or account is None:
        return None
    return CardToSave(account, form.card_name or "", mask[:6], mask[-4:])


class CreditCardConfirmationPage(Page[CreditCard, CardForm]):
    """Agree, and pay.  What becomes of it is an outcome; the answers stand."""

    requires = basket_not_empty, shipping_chosen, card_known, installment_chosen
    sets = (
        our.mask, our.bin_number, our.card, our.installment, our.campaigns, our.campaigns_of, our.selected_campaign,
        our.rewards, our.rewards_of, our.selected_rewards,
    )  # fmt: skip
    post_order = True
    pays = True

    async def context(self, own: CreditCard, visit: Visit) -> ConfirmationContext:
        order = visit.order
        codes = verdict(order, len(order.attempts)) if order.attempts else {}
        notice = next(iter(codes.get("non_field_errors", ())), None)
        count = own.installment.installment_count if own.installment else 1
        return ConfirmationContext(
            order.totals.payable, count, await three_d_wanted(own.card, visit),
            has_campaigns=offers("campaigns", visit), has_rewards=offers("rewards", visit),
            can_save_card=_can_save(visit), notice=notice,
        )  # fmt: skip

    async def process(self, own: CreditCard, form: CardForm, visit: Visit) -> Pay[CreditCard]:
        card = CardSecrets(form.card_number, form.card_holder, form.card_month, form.card_year, form.card_cvv)
        if codes := _refusals(form, card, visit):
            raise Invalid(**codes)
        own = await _as_shown(own, form.card_number.reveal(), visit)
        own = evolve(await with_offers_of(own, card, visit), mask=mask_of(form.card_number))
        proved = await three_d_wanted(own.card, visit, asked=form.use_three_d)
        browser, save = _browser(form, visit), _to_save(own, form, visit)
        return Pay(own, "three_d" if proved else "sale", card, browser=browser, save=save)

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
    post_order = True
    returns = True

    async def context(self, own: CreditCard, visit: Visit) -> ThreeDContext | Empty:
        return ThreeDContext(HAND_OVER) if awaiting(visit.order) else EMPTY

    async def process(self, own: CreditCard, form: ThreeDReturn, visit: Visit) -> Ask[CreditCard]:
        attempt = awaiting(visit.order)
        if attempt is None or form.md is None or attempt.handed.get("md") != form.md:
            raise Invalid(md="callback_rejected")
        return Ask(own, {name: value for name, value in asdict(form).items() if value is not None})
