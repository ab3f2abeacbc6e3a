"""What the buyer has earned before, and pays with: money on loyalty accounts, points of a loyalty card.

LoyaltyMoneyUsage, LoyaltyCard -> Empty      any time, block nothing

Both only say how much is wanted.  How much the order takes, `pricing` says each time, and that it is there still,
`paying` asks when it is held.
"""

from __future__ import annotations

from attrs import field, frozen

from ..effects import FindLoyaltyCard, ListLoyaltyAccounts, LoyaltyAccount, LoyaltyCard, Unavailable
from ..forms import AccountUsages, Amount, Others, masked
from ..money import Money, total
from ..order import AccountUsage, CardPoints, Loyalty, PreOrder, evolve, ref
from ..page import Check, Invalid, Page, Visit
from ..pricing import account_usages, goods_owed, points_cap

our = ref(Loyalty)
PORTS = frozenset({"loyalty", "holds"})  # what is not held might be spent twice
NO_ANSWER = "loyalty_unavailable"
FLAT, BY_LABEL = "loyalty_amount_to_use", "account_usages"


def _money_pays(own: Loyalty, visit: Visit) -> bool:
    """Switched off, the page is open to whoever has something to take back."""
    return bool(own.accounts) or _money_enabled(visit)


def _money_enabled(visit: Visit) -> bool:
    return visit.settings.loyalty_money_enabled and visit.has >= PORTS


money_pays = Check("loyalty_money_disabled", _money_pays, "loyalty money may pay in this shop")


def _read(text: str, visit: Visit, name: str) -> Money:
    """The amount in the basket's currency.  Raises Invalid for decimals that it lacks."""
    try:
        return Money(text, visit.order.basket.currency)
    except ValueError:
        raise Invalid(**{name: "invalid"}) from None


# Loyalty money


@frozen
class LoyaltyMoneyForm:
    loyalty_amount_to_use: Amount | None = None
    account_usages: AccountUsages | None = None
    posted: Others = field(factory=lambda: Others({}), repr=False)  # null is an answer, and to say nothing is none


@frozen(slots=False)
class LoyaltyMoneyAccount:
    label_id: int | None
    label: str
    balance: Money


@frozen(slots=False)
class LoyaltyMoneyContext:
    balance: Money | None  # None: nobody can say now
    accounts: tuple[LoyaltyMoneyAccount, ...]  # in the order in which they are debited
    loyalty_amount_to_use: Money  # that was asked for; the order may take less


async def _accounts(visit: Visit) -> tuple[LoyaltyAccount, ...] | Unavailable:
    """What the buyer has in the basket's currency, in the order in which it is debited; a guest has none."""
    account, currency = visit.order.buyer.account, visit.order.basket.currency
    if account is None or not _money_enabled(visit):
        return ()
    listed = await ListLoyaltyAccounts(account, currency)
    if isinstance(listed, Unavailable):
        return listed
    zero = Money.zero(currency)
    ours = (each for each in listed if each.balance.currency == currency)
    return tuple(
        LoyaltyAccount(each.label_id, each.label, max(each.balance, zero), each.priority)
        for each in sorted(ours, key=_turn)
    )


def _turn(account: LoyaltyAccount) -> tuple[int, bool, int]:
    """The lowest priority first; of equal ones by label, money without one last."""
    return account.priority, account.label_id is None, account.label_id or 0


def _asked(own: Loyalty, visit: Visit) -> Money:
    return total((usage.amount for usage in own.accounts), visit.order.basket.currency)


def _owed(order: PreOrder) -> Money:
    """What the order comes to before loyalty money."""
    return order.totals.total - order.totals.interest - order.totals.loyalty_card


def _spread(amount: Money, accounts: tuple[LoyaltyAccount, ...]) -> tuple[AccountUsage, ...]:
    """`amount`, each account emptied before the next is touched."""
    used: list[AccountUsage] = []
    for account in accounts:
        part = min(amount, account.balance)
        amount = amount - part
        used.append(AccountUsage(account.label_id, account.label, part))
    if amount:
        raise Invalid(**{FLAT: "above_balance"})
    return tuple(used)


def _by_label(usages: AccountUsages, accounts: tuple[LoyaltyAccount, ...], visit: Visit) -> tuple[AccountUsage, ...]:
    """What was asked for of each label, which may be named several times."""
    asked: dict[int | None, Money] = {}
    for label, text in usages:
        amount = _read(text, visit, BY_LABEL)
        asked[label] = asked[label] + amount if label in asked else amount
    theirs = {account.label_id: account for account in accounts}
    if not asked.keys() <= theirs.keys():
        raise Invalid(**{BY_LABEL: "invalid"})
    if any(amount > theirs[label].balance for label, amount in asked.items()):
        raise Invalid(**{BY_LABEL: "above_balance"})
    return tuple(AccountUsage(key, each.label, asked[key]) for key, each in theirs.items() if key in asked)


class LoyaltyMoneyUsagePage(Page[Loyalty, LoyaltyMoneyForm]):
    """How much loyalty money pays: an amount, or an amount of each label.  Nothing, or null, takes it back.

    The way to pay is dropped where it would have to take another amount.
    """

    requires = (money_pays,)
    sets = (our.accounts,)
    resets = ("PaymentOptionSelectionPage",)

    async def still_valid(self, own: Loyalty, visit: Visit) -> bool:
        """Without an answer the standing one stays; it is asked again when it is held."""
        if not _money_enabled(visit):
            return False
        accounts = await _accounts(visit)
        if isinstance(accounts, Unavailable):
            return True
        left = {account.label_id: account.balance for account in accounts}
        used = account_usages(visit.order)
        return all(usage.label_id in left and usage.amount <= left[usage.label_id] for usage in used)

    async def context(self, own: Loyalty, visit: Visit) -> LoyaltyMoneyContext:
        accounts = await _accounts(visit)
        if isinstance(accounts, Unavailable):
            return LoyaltyMoneyContext(None, (), _asked(own, visit))
        return LoyaltyMoneyContext(
            total((account.balance for account in accounts), visit.order.basket.currency),
            tuple(LoyaltyMoneyAccount(each.label_id, each.label, each.balance) for each in accounts),
            _asked(own, visit),
        )

    async def process(self, own: Loyalty, form: LoyaltyMoneyForm, visit: Visit) -> Loyalty:
        flat, usages = form.loyalty_amount_to_use, form.account_usages
        if flat is None and usages is None and form.posted.keys().isdisjoint({FLAT, BY_LABEL}):
            raise Invalid(**{FLAT: "required"})
        name = FLAT if flat is not None else BY_LABEL
        amounts = [_read(text, visit, name) for text in ((flat,) if flat is not None else (t for _, t in usages or ()))]
        wanted = total(amounts, visit.order.basket.currency)
        if not wanted:
            return evolve(own, accounts=())
        accounts = await _accounts(visit)
        if isinstance(accounts, Unavailable):
            raise Invalid(non_field_errors=NO_ANSWER)
        used = _spread(wanted, accounts) if usages is None or flat is not None else _by_label(usages, accounts, visit)
        if wanted > _owed(visit.order):
            raise Invalid(**{name: "above_total"})
        return evolve(own, accounts=tuple(usage for usage in used if usage.amount))

    def voids(self, before: PreOrder, after: PreOrder) -> bool:
        """What is asked for beyond what the order comes to changes nothing."""
        owed, currency = _owed(before), before.basket.currency
        asked = (total((usage.amount for usage in o.loyalty.accounts), currency) for o in (before, after))
        then, now = (min(amount, owed) for amount in asked)
        return then != now


# Points


@frozen
class LoyaltyCardForm:
    selected_loyalty_amount: Amount


@frozen(slots=False)
class LoyaltyCardContext:
    card_number: str | None
    loyalty_total_amount: Money  # on the card
    loyalty_amount: Money  # of it this order may take
    selected_loyalty_amount: Money


async def _card(visit: Visit) -> LoyaltyCard | Unavailable | None:
    """The buyer's, with points of the basket's currency; its number as it may be kept."""
    account, currency = visit.order.buyer.account, visit.order.basket.currency
    if account is None or not visit.has >= PORTS:
        return None
    card = await FindLoyaltyCard(account, currency)
    if card is None or isinstance(card, Unavailable):
        return card
    if card.points.currency != currency:
        return None
    return LoyaltyCard(masked(card.card_number), max(card.points, Money.zero(currency)))


def _least(visit: Visit) -> Money:
    return visit.settings.minimum_order(visit.order.basket.currency)


def _redeems(visit: Visit) -> bool:
    """The basket is large enough for points; a bound in another currency says nothing about it."""
    owed, least = goods_owed(visit.order), visit.settings.customer_loyalty_card_service.minimum_basket_amount_for_redeem
    return least is None or least.currency != owed.currency or owed >= least


class LoyaltyCardPage(Page[Loyalty, LoyaltyCardForm]):
    """How many points pay, as money; nothing takes them back.  Shown to everybody, also without a card."""

    sets = (our.card,)
    post_order = True  # as documented; the way to pay is all that an order leaves open, so it is closed all the same

    async def still_valid(self, own: Loyalty, visit: Visit) -> bool:
        """Without an answer the standing one stays; it is asked again when it is held."""
        chosen, card = own.card, await _card(visit)
        if chosen is None or chosen.least != _least(visit) or not _redeems(visit):
            return False
        if isinstance(card, Unavailable):
            return True
        return card is not None and (
            card.card_number == chosen.card_number and visit.order.totals.loyalty_card <= card.points
        )

    async def context(self, own: Loyalty, visit: Visit) -> LoyaltyCardContext:
        zero, card = Money.zero(visit.order.basket.currency), await _card(visit)
        selected = own.card.amount if own.card else zero
        if card is None or isinstance(card, Unavailable):
            return LoyaltyCardContext(own.card.card_number if own.card and card else None, zero, zero, selected)
        usable = min(card.points, points_cap(visit.order, _least(visit))) if _redeems(visit) else zero
        return LoyaltyCardContext(card.card_number, card.points, usable, selected)

    async def process(self, own: Loyalty, form: LoyaltyCardForm, visit: Visit) -> Loyalty:
        name = "selected_loyalty_amount"
        amount = _read(form.selected_loyalty_amount, visit, name)
        if not amount and own.card is not None:
            return evolve(own, card=None)
        card = await _card(visit)
        if isinstance(card, Unavailable):
            raise Invalid(non_field_errors=NO_ANSWER)
        if card is None:
            raise Invalid(non_field_errors="loyalty_card_required")
        if not amount:
            return own
        if not _redeems(visit):
            raise Invalid(**{name: "basket_below_minimum"})
        if amount > card.points:
            raise Invalid(**{name: "above_balance"})
        if amount > points_cap(visit.order, _least(visit)):
            raise Invalid(**{name: "above_cap"})
        return evolve(own, card=CardPoints(card.card_number, amount, _least(visit)))
