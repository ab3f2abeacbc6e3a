"""Gift cards that pay for a part of an order, or for all of it.

GiftCard -> a code goes to the card's phone -> GiftCardApply, GiftCardOtpResend      beside the flow, any time
GiftCardUpdateAmount                                                                 beside, for a card that is there

A card is known by its token.  Its code is sent to its service and kept nowhere.  What is reserved here is a wish:
money is held by `paying` when the order is paid.
"""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..effects import AskGiftCard, Emit, FindGiftCard, GiftCard, NewChallenge, SendSms, Unavailable
from ..forms import Amount, GiftCardCode, OneTimeCode, Pk
from ..money import Money, total
from ..order import Applying, Challenge, GiftCards, Reservation, evolve, ref
from ..page import EMPTY, Check, Empty, Invalid, Page, Visit
from ..pricing import gift_cards_cap
from ._codes import said_back

our = ref(GiftCards)
PORTS = frozenset({"gift_cards", "holds"})  # what is not held might be spent twice
PHONE_PORTS = frozenset({"challenges", "sms"})
UNKNOWN = "gift_card_invalid"  # unknown, used up, over, another currency's, somebody else's: one answer
NO_ANSWER = "gift_cards_unavailable"
STALE = "gift_card_balance_too_old"
SHOWN = 4  # characters of a code


def _taken(own: GiftCards, visit: Visit) -> bool:
    """Without a service the page is open to whoever has something to take back."""
    return bool(own.reservations) or visit.has >= PORTS


def _waiting(own: GiftCards, _: Visit) -> bool:
    return own.applying is not None


def _reserved(own: GiftCards, _: Visit) -> bool:
    return bool(own.reservations)


gift_cards_taken = Check("gift_cards_off", _taken, "gift cards may pay in this shop")
code_awaited = Check("gift_card_code_not_sent", _waiting, "a code was sent for a gift card", "GiftCardPage")
card_reserved = Check("gift_card_required", _reserved, "a gift card is reserved", "GiftCardPage")


# How much


def _read(text: str | None, visit: Visit) -> Money | None:
    """The amount in the basket's currency.  Raises Invalid for decimals that it lacks, and for nothing."""
    try:
        amount = None if text is None else Money(text, visit.order.basket.currency)
    except ValueError:
        raise Invalid(amount="invalid") from None
    if amount is not None and not amount:
        raise Invalid(amount="invalid")
    return amount


def _room(others: tuple[Reservation, ...], visit: Visit) -> Money:
    """What one more card may pay beside the others."""
    cap = gift_cards_cap(visit.order, visit.settings.gift_card_config.max_amount_per_order)
    return max(cap - total((each.amount for each in others), cap.currency), Money.zero(cap.currency))


def _fitting(wanted: Money | None, balance: Money, others: tuple[Reservation, ...], visit: Visit) -> Money:
    """What is reserved: as much as is wanted or, where nobody says, as the card has and the order takes.

    Raises Invalid for more than that, and where the order takes nothing.
    """
    room = _room(others, visit)
    if not room:
        raise Invalid(amount="nothing_left_to_pay")
    if wanted is None:
        return min(balance, room)
    if wanted > balance:
        raise Invalid(amount="above_balance")
    if wanted > room:
        raise Invalid(amount="above_cap")
    return wanted


def _others(own: GiftCards, token: str, visit: Visit) -> tuple[Reservation, ...]:
    """All but the card of that token.  Raises Invalid where the shop lets one card pay, and another does."""
    others = tuple(each for each in own.reservations if each.token != token)
    if others and not visit.settings.gift_card_config.multi_card_enabled:
        raise Invalid(code="one_gift_card_only")
    return others


def _believed(asked_at: datetime, visit: Visit) -> bool:
    return visit.now < asked_at + visit.settings.gift_card_config.balance_cache_ttl


def _added(own: GiftCards, card: GiftCard, wanted: Money | None, visit: Visit) -> GiftCards:
    """With that card among the reservations, the last to be charged."""
    others = _others(own, card.token, visit)
    pk = max((each.pk for each in own.reservations), default=0) + 1
    amount = _fitting(wanted, card.balance, others, visit)
    new = Reservation(pk, card.token, card.masked, amount, card.balance, visit.now)
    return evolve(own, reservations=(*others, new), applying=None)


async def _asked(query: FindGiftCard | AskGiftCard, visit: Visit) -> GiftCard | None:
    """The card, with something on it in the basket's currency; no more of its code than its last characters.

    Raises Invalid where nobody answers, and where the answer shows the code.
    """
    card = await query
    if isinstance(card, Unavailable):
        raise Invalid(non_field_errors=NO_ANSWER)
    if card is None or card.balance.currency != visit.order.basket.currency or card.balance.minor <= 0:
        return None
    if isinstance(query, FindGiftCard) and query.code.reveal() in _plain(card.token):
        raise Invalid(non_field_errors=NO_ANSWER)  # a token that is the code would be written down
    return GiftCard(card.token, card.masked[-SHOWN:], card.balance, card.phone)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


# GiftCardPage


@frozen
class GiftCardForm:
    code: GiftCardCode | None = None
    amount: Amount | None = None
    remove: Pk | None = None


@frozen(slots=False)
class ReservedCard:
    pk: int
    masked: str
    amount: Money  # reserved
    used: Money  # of it this order takes
    balance: Money


@frozen(slots=False)
class AwaitedCard:
    """A card whose code is awaited."""

    masked: str
    phone: str  # its last two digits
    balance: Money


@frozen(slots=False)
class GiftCardContext:
    gift_cards: tuple[ReservedCard, ...]
    applying: AwaitedCard | None
    room: Money  # that one more card may pay
    multi_card_enabled: bool


def _shown(card: Applying) -> AwaitedCard:
    return AwaitedCard(card.masked, f"*{card.challenge.phone[-2:]}", card.balance)


class GiftCardPage(Page[GiftCards, GiftCardForm]):
    """The reserved gift cards; add one by its code, or take one off."""

    requires = (gift_cards_taken,)
    sets = our.reservations, our.applying
    guesses = True

    async def still_valid(self, own: GiftCards, visit: Visit) -> bool:
        """As the shop's bounds are now; what is on a card is asked when it is held."""
        config, cap = visit.settings.gift_card_config, gift_cards_cap(visit.order, None)
        most = config.max_amount_per_order
        bounded = most is not None and bool(most) and most.currency == cap.currency
        return (
            visit.has >= PORTS
            and (config.multi_card_enabled or len(own.reservations) < 2)  # noqa: PLR2004  # one
            and not (bounded and most is not None and visit.order.totals.gift_cards > most)
        )

    async def context(self, own: GiftCards, visit: Visit) -> GiftCardContext:
        left = visit.order.totals.gift_cards
        shown: list[ReservedCard] = []
        for each in own.reservations:
            used = min(each.amount, left)
            left = left - used
            shown.append(ReservedCard(each.pk, each.masked, each.amount, used, each.balance))
        return GiftCardContext(
            tuple(shown), _shown(own.applying) if own.applying else None, _room(own.reservations, visit),
            visit.settings.gift_card_config.multi_card_enabled,
        )  # fmt: skip

    async def process(self, own: GiftCards, form: GiftCardForm, visit: Visit) -> GiftCards:
        if form.remove is not None:
            left = tuple(each for each in own.reservations if each.pk != form.remove)
            return evolve(own, reservations=left)
        if form.code is None:
            raise Invalid(code="required")
        if not visit.has >= PORTS:
            raise Invalid(non_field_errors="gift_cards_off")
        wanted = _read(form.amount, visit)
        card = await _asked(FindGiftCard(form.code, visit.order.basket.currency), visit)
        if card is None:
            raise Invalid(code=UNKNOWN)
        same = next((each for each in own.reservations if each.token == card.token), None)
        if same is not None:  # another spelling of a card that is there
            return own if _believed(same.asked_at, visit) else _asked_again(own, same, card, visit)
        if card.phone is None:
            return _added(own, card, wanted, visit)
        return await self._sent(own, card, card.phone, wanted, visit)

    async def _sent(self, own: GiftCards, card: GiftCard, phone: str, wanted: Money | None, visit: Visit) -> GiftCards:
        """With the card waiting for the code that goes to its phone; one that is on its way will do."""
        _fitting(wanted, card.balance, _others(own, card.token, visit), visit)  # before anything is sent
        if not visit.has >= PHONE_PORTS:
            raise Invalid(non_field_errors=NO_ANSWER)
        before = own.applying
        if before is not None and before.token == card.token and visit.now < before.challenge.expires_at:
            return own
        challenge = await NewChallenge(
            visit.order.key, phone, _purpose(card.token), before.challenge if before else None
        )  # fmt: skip
        await Emit(SendSms(phone, visit.settings.gift_card_sms_text, challenge))
        return evolve(own, applying=Applying(card.token, card.masked, card.balance, visit.now, challenge, wanted))


def _purpose(token: str) -> str:
    return f"gift_card|{token}"


def _asked_again(own: GiftCards, same: Reservation, card: GiftCard, visit: Visit) -> GiftCards:
    """The reservation with the balance of now, which may be less."""
    fresh = evolve(same, balance=card.balance, amount=min(same.amount, card.balance), asked_at=visit.now)
    return evolve(own, reservations=tuple(fresh if each is same else each for each in own.reservations))


# GiftCardApplyPage


@frozen
class GiftCardApplyForm:
    otp: OneTimeCode
    amount: Amount | None = None


class GiftCardApplyPage(Page[GiftCards, GiftCardApplyForm]):
    """The code from the message, and how much of the card to use."""

    requires = (code_awaited,)
    sets = our.reservations, our.applying
    guesses = True

    async def context(self, own: GiftCards, visit: Visit) -> AwaitedCard | Empty:
        return _shown(own.applying) if own.applying else EMPTY

    async def process(self, own: GiftCards, form: GiftCardApplyForm, visit: Visit) -> GiftCards:
        waiting = own.applying
        if waiting is None:
            raise Invalid(otp="gift_card_code_not_sent")
        wanted = _read(form.amount, visit) or waiting.amount

        def kept(challenge: Challenge) -> GiftCards:
            return evolve(own, applying=evolve(waiting, challenge=challenge))

        passed = await said_back(waiting.challenge, form.otp, visit, "otp", kept)
        try:
            card = await _asked(AskGiftCard(waiting.token, visit.order.basket.currency), visit)
            if card is not None:
                return _added(own, card, wanted, visit)
        except Invalid as refused:  # the guess is spent whatever the reason, and the code may be said again
            raise Invalid(kept(evolve(passed, passed=False)), **refused.codes) from None
        raise Invalid(evolve(own, applying=None), non_field_errors=UNKNOWN)


# GiftCardUpdateAmountPage


@frozen
class GiftCardUpdateForm:
    pk: Pk
    amount: Amount


class GiftCardUpdateAmountPage(Page[GiftCards, GiftCardUpdateForm]):
    """Another amount of a card that is reserved.  Its balance is believed for a while; then it is added again."""

    requires = (card_reserved,)
    sets = (our.reservations,)

    async def process(self, own: GiftCards, form: GiftCardUpdateForm, visit: Visit) -> GiftCards:
        wanted = _read(form.amount, visit)
        which = next((each for each in own.reservations if each.pk == form.pk), None)
        if which is None:
            raise Invalid(pk="invalid")
        others = tuple(each for each in own.reservations if each is not which)
        if not _believed(which.asked_at, visit):
            raise Invalid(evolve(own, reservations=others), non_field_errors=STALE)
        amount = _fitting(wanted, which.balance, others, visit)
        now = tuple(evolve(each, amount=amount) if each is which else each for each in own.reservations)
        return evolve(own, reservations=now)


# GiftCardOtpResendPage


@frozen(slots=False)
class GiftCardResendContext:
    """`retry_after`: seconds until another code may be sent."""

    masked: str
    phone: str
    retry_after: int


def _retry_after(waiting: Applying, visit: Visit) -> int:
    left = waiting.challenge.sent_at + visit.settings.gift_card_config.otp_resend_cooldown - visit.now
    return max(0, -int(-left.total_seconds() // 1))


class GiftCardOtpResendPage(Page[GiftCards, Empty]):
    """Another code to the same phone, once the cool-down is over; `retry_after` tells how long it still is."""

    requires = (code_awaited,)
    sets = (our.applying,)

    async def context(self, own: GiftCards, visit: Visit) -> GiftCardResendContext | Empty:
        if own.applying is None:
            return EMPTY
        shown = _shown(own.applying)
        return GiftCardResendContext(shown.masked, shown.phone, _retry_after(own.applying, visit))

    async def process(self, own: GiftCards, form: Empty, visit: Visit) -> GiftCards:
        waiting = own.applying
        if waiting is None:
            raise Invalid(non_field_errors="gift_card_code_not_sent")
        if _retry_after(waiting, visit):
            raise Invalid(non_field_errors="otp_resend_too_soon")
        before = waiting.challenge
        challenge = await NewChallenge(visit.order.key, before.phone, before.purpose, before)
        await Emit(SendSms(before.phone, visit.settings.gift_card_sms_text, challenge))
        return evolve(own, applying=evolve(waiting, challenge=challenge))
