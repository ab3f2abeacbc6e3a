"""Gift cards that pay: held before the bank is asked, charged with the order, let go without one."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from itertools import chain, permutations

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, evolve
from checkout_core.effects import Secret
from checkout_core.money import Money
from checkout_core.page import Caller
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.gift_cards import GiftCardBooks, SoldCard
from checkout_core.sandbox.magic import APPROVED, DECLINED, TIMEOUT_NOT_TAKEN, TIMEOUT_TAKEN
from checkout_core.sandbox.world import NOON, card_form
from checkout_core.service import Conflict
from checkout_core.settings import GiftCardConfig
from checkout_core.shop import PaymentOption
from checkout_core.stores import MemoryHolds, SqliteHolds

ADA, GRACE = Caller("ada", "ada@example.org"), Caller("grace", "grace@example.org")
CALLERS = {"a": ADA, "b": GRACE}
CARDS, PAYS, BY_CARD = "GiftCardPage", "CreditCardConfirmationPage", "GiftCardPaymentPage"
CODE, SECOND, PROVED = "PLENTY000001", "SECOND000002", "PHONE0000003"
PHONE = "+905321234567"
OPTIONS = (
    PaymentOption(81, "Gift cards", "gift-cards", "gift_card"),
    PaymentOption(82, "Loyalty money", "loyalty-money", "loyalty_money"),
)


def lira(amount):
    return Money(amount, "TRY")


class Service(GiftCardBooks):
    """The gift cards' own books; `away` names what does not answer."""

    away: frozenset[str] = frozenset()
    mute = False

    def take_hold(self, *given):
        return self._answers("take_hold", lambda: super(Service, self).take_hold(*given))

    def commit_hold(self, op, /):
        self._answers("commit_hold", lambda: super(Service, self).commit_hold(op))

    def release_hold(self, op, /):
        self._answers("release_hold", lambda: super(Service, self).release_hold(op))

    def _answers(self, what, do):
        if what in self.away and not self.mute:
            raise ConnectionError("nobody answers")
        answer = do()
        if what in self.away:
            raise ConnectionError("the answer is lost")
        return answer


class Shop:
    """A sandbox with gift cards: goods of 35.10, sent for 29.90."""

    def __init__(self, *, balance="50.00", store=None, until=None, **settings):
        self.sandbox, self.store = Sandbox(seed=1), store or MemoryStore()
        cards = (
            SoldCard(Secret(CODE), lira(balance), expires_at=until),
            SoldCard(Secret(SECOND), lira("40.00")),
            SoldCard(Secret(PROVED), lira("30.00"), PHONE),
        )
        self.cards = Service(cards, MemoryHolds(self.sandbox.now), self.sandbox.now)
        self.sandbox.gift_cards = self.cards
        given = {
            "gift_card_config": GiftCardConfig(multi_card_enabled=True), "answer_wait": timedelta(0),
            "loyalty_money_enabled": True, **settings,
        }  # fmt: skip
        self.sandbox.settings = evolve(self.sandbox.settings, **given)
        self.sandbox.shop = evolve(
            self.sandbox.shop, payment_options=(*self.sandbox.shop.payment_options, *OPTIONS)
        )  # fmt: skip
        self.service = CheckoutService(Checkout(self.sandbox.ports), self.store)

    def comes(self, *asides, key="co", caller=ADA, skus=("mug",)):
        """In front of the choice of a way to pay, with those gift cards reserved."""
        order = self.service.checkout.start(self.sandbox.basket(*skus, key=key), caller).pre_order
        key = self.service.save(order)
        for page, body in self.sandbox.answers("card", APPROVED, order):
            if page == "PaymentOptionSelectionPage":
                for aside in asides:
                    self.posts(key, *aside, caller=caller).raise_for_errors()
                return key
            self.posts(key, page, body, caller=caller).raise_for_errors()
        raise AssertionError("nobody is asked how to pay")

    def to_pay(self, *asides, key="co", caller=ADA, card=APPROVED):
        """In front of the page that takes the rest by card; what is posted there."""
        key = self.comes(*asides, key=key, caller=caller)
        option = next(o for o in self.sandbox.shop.payment_options if o.payment_type == "credit_card")
        self.posts(key, "PaymentOptionSelectionPage", {"payment_option": option.pk}, caller=caller).raise_for_errors()
        self.posts(key, "BinNumberPage", {"bin_number": card[:6]}, caller=caller).raise_for_errors()
        plan = self.sandbox._plan(card, 1)
        self.posts(key, "InstallmentSelectionPage", {"installment": plan.pk}, caller=caller).raise_for_errors()
        return key, PAYS, card_form(card, 2030)

    def posts(self, key, page, body, caller=ADA):
        return self.service.post(key, page, body, caller)

    def order(self, key, caller=ADA):
        return self.service.get(key, caller=caller).pre_order

    def left(self, code=CODE):
        return str(self.cards.left(self.cards.token(code)))

    def recovers(self, **passed):
        self.sandbox.passes(**passed)
        self.service.recover_once()
        self.service.relay_once()

    @property
    def taken(self):
        return [(str(row.amount), row.state) for row in self.sandbox.bank.rows()]


def adds(code=CODE, amount=None):
    return CARDS, {"code": code, **({"amount": amount} if amount else {})}


@pytest.fixture
def shop():
    return Shop()


def test_the_card_pays_the_rest_and_the_gift_card_is_charged_once_with_the_order(shop):
    key, page, body = shop.to_pay(adds(amount="20.00"), adds(SECOND, "5.00"))
    assert shop.left() == "50.00"  # reserved is not held
    step = shop.posts(key, page, body)
    assert (step.page, str(step.pre_order.placed.total)) == ("ThankYouPage", "65.00")
    assert shop.taken == [("40.00", "captured")]
    shop.service.relay_once()
    assert (shop.left(), shop.left(SECOND)) == ("30.00", "35.00")


def test_cards_that_cover_the_order_pay_it_without_anybody_else(shop):
    key = shop.comes(adds(amount="30.00"), adds(SECOND))
    shop.posts(key, "PaymentOptionSelectionPage", {"payment_option": 81}).raise_for_errors()
    step = shop.posts(key, BY_CARD, {"agreement": True})
    placed = step.pre_order.placed
    assert (step.page, placed.receipt, placed.status, str(placed.total)) == ("ThankYouPage", "gift_card", 400, "65.00")
    assert str(placed.totals.payable) == "0.00"
    shop.service.relay_once()
    assert (shop.left(), shop.left(SECOND), shop.taken) == ("20.00", "5.00", [])


def test_a_declined_card_lets_the_gift_card_go_once(shop):
    """GFT-02."""
    key, page, body = shop.to_pay(adds(amount="20.00"), card=DECLINED)
    step = shop.posts(key, page, body)
    assert (step.pre_order.placed, shop.left()) == (None, "50.00")
    for _ in range(2):
        shop.recovers(minutes=5)
        assert shop.left() == "50.00"
    again = shop.posts(key, page, card_form(APPROVED, 2030))
    assert again.pre_order.placed is not None
    shop.service.relay_once()
    assert shop.left() == "30.00"


@pytest.mark.parametrize(
    ("card", "placed", "left"), [(TIMEOUT_TAKEN, True, "30.00"), (TIMEOUT_NOT_TAKEN, False, "50.00")]
)
def test_a_card_payment_nobody_knows_of_keeps_the_gift_card_held_until_it_is_known(shop, card, placed, left):
    """GFT-02."""
    key, page, body = shop.to_pay(adds(amount="20.00"), card=card)
    shop.posts(key, page, body)
    assert shop.left() == "30.00"
    shop.recovers(seconds=6)
    for _ in range(8):
        shop.recovers(minutes=10)
    assert (shop.order(key).placed is not None, shop.left()) == (placed, left)


@pytest.mark.parametrize("first", ["a", "b"])
def test_of_two_checkouts_with_one_card_one_is_refused_and_its_bank_card_not_charged(first):
    """GFT-01."""
    shop = Shop(balance="50.00")
    came = {
        "a": (ADA, *shop.to_pay(adds(amount="40.00"), key="co-a", caller=ADA)),
        "b": (GRACE, *shop.to_pay(adds(amount="40.00"), key="co-b", caller=GRACE)),
    }
    caller, key, page, body = came.pop(first)
    assert shop.posts(key, page, body, caller=caller).pre_order.placed is not None
    ((caller, key, page, body),) = came.values()
    step = shop.posts(key, page, body, caller=caller)
    assert step.errors == {"non_field_errors": ("gift_card_balance_changed",)}
    assert shop.taken == [("25.00", "captured")]
    shop.service.relay_once()
    assert shop.left() == "10.00"


def test_one_who_waits_for_the_bank_holds_the_card_against_another(shop):
    key, page, body = shop.to_pay(adds(amount="40.00"), key="co-a", card=TIMEOUT_TAKEN)
    shop.posts(key, page, body)
    key, page, body = shop.to_pay(adds(amount="10.00"), key="co-b", caller=GRACE)
    assert shop.posts(key, page, body, caller=GRACE).pre_order.placed is not None  # what is not held is free


@pytest.mark.parametrize("mute", [False, True])
def test_a_charge_that_is_not_answered_is_said_again_and_the_order_stands(shop, mute):
    """GFT-04: the bank's money is taken, the service of gift cards is down."""
    key, page, body = shop.to_pay(adds(amount="20.00"))
    shop.cards.away, shop.cards.mute = frozenset({"commit_hold"}), mute
    step = shop.posts(key, page, body)
    assert step.pre_order.placed is not None
    for _ in range(30):  # more often than a message is tried that may be given up
        shop.recovers(hours=2)
    assert shop.left() == ("30.00" if mute else "50.00")  # the hold is over, and nobody needed the money
    shop.cards.away = frozenset()
    shop.recovers(hours=2)
    assert (shop.left(), shop.taken) == ("30.00", [("45.00", "captured")])


def test_a_charge_that_came_too_late_calls_a_person_at_once_and_the_order_stands(shop):
    """GFT-04: the service was down for longer than it holds, and the money has paid for another order since."""
    key, page, body = shop.to_pay(adds(amount="40.00"))
    shop.cards.away = frozenset({"commit_hold"})
    placed = shop.posts(key, page, body).pre_order.placed
    shop.recovers(days=1)
    shop.cards.away = frozenset()
    rival, page, body = shop.to_pay(adds(amount="40.00"), key="rival", caller=GRACE)
    assert shop.posts(rival, page, body, caller=GRACE).pre_order.placed is not None
    for _ in range(3):
        shop.recovers(hours=2)
    assert shop.order(key).placed == placed
    assert shop.left() == "10.00", "charged once, for the other order"
    assert [(told.to, told.says) for told in shop.sandbox.inbox.of("alert")][-1:] == [(placed.number, "hold_lost")]


@pytest.mark.parametrize("mute", [False, True])
def test_a_service_that_does_not_hold_the_money_ends_the_payment_before_the_bank_hears_of_it(shop, mute):
    key, page, body = shop.to_pay(adds(amount="20.00"))
    shop.cards.away, shop.cards.mute = frozenset({"take_hold"}), mute
    step = shop.posts(key, page, body)
    assert step.errors == {"non_field_errors": ("not_available_now",)}
    shop.cards.away = frozenset()
    shop.service.relay_once()
    assert (shop.taken, shop.left()) == ([], "50.00")
    assert shop.posts(key, page, body).pre_order.placed is not None


def test_a_card_that_is_over_meanwhile_is_charged_what_was_held(shop):
    """GFT-05: the hold protects its amount."""
    shop = Shop(until=NOON + timedelta(minutes=1))
    key, page, body = shop.to_pay(adds(amount="20.00"), card=TIMEOUT_TAKEN)
    shop.posts(key, page, body)
    for _ in range(8):
        shop.recovers(minutes=10)
    assert shop.order(key).placed is not None
    assert shop.left() == "30.00"
    late = Shop(until=NOON + timedelta(minutes=1))
    key, page, body = late.to_pay(adds(amount="20.00"))
    late.sandbox.passes(minutes=1)
    assert late.posts(key, page, body).errors == {"non_field_errors": ("gift_card_balance_changed",)}


def test_a_basket_that_grew_is_told_so_and_no_order_stands_with_an_unpaid_rest(shop):
    """GFT-03."""
    key = shop.comes(adds(amount="30.00"), adds(SECOND))
    shop.posts(key, "PaymentOptionSelectionPage", {"payment_option": 81}).raise_for_errors()
    shop.sandbox.basket("mug", "mug", key=shop.order(key).basket.key)
    step = shop.posts(key, BY_CARD, {"agreement": True})
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert (step.pre_order.placed, step.pre_order.payment, shop.left()) == (None, None, "50.00")
    assert len(step.pre_order.gift_cards.reservations) == 2
    gone = {each.slug: each.error_code for each in step.context.unavailable_options}
    assert gone["gift-cards"] == "amount_left_to_pay"


def test_a_basket_that_shrank_is_charged_less_and_the_rest_stays_on_the_last_card(shop):
    key = shop.comes(adds(amount="50.00"), adds(SECOND, "40.00"), skus=("mug", "mug"))
    shop.sandbox.basket("mug", key=shop.order(key).basket.key)
    shop.posts(key, "PaymentOptionSelectionPage", {"payment_option": 81}).raise_for_errors()
    assert shop.posts(key, BY_CARD, {"agreement": True}).pre_order.placed is not None
    shop.service.relay_once()
    assert (shop.left(), shop.left(SECOND)) == ("0.00", "25.00")


def test_a_card_is_proved_by_a_code_and_neither_code_is_in_any_record(shop):
    key = shop.comes((CARDS, {"code": PROVED.lower()}))
    (told,) = shop.sandbox.inbox.of("sms")
    code = told.says
    wrong = "000000" if code != "000000" else "111111"
    assert shop.posts(key, "GiftCardApplyPage", {"otp": wrong}).errors == {"otp": ("otp_invalid",)}
    shop.posts(key, "GiftCardApplyPage", {"otp": code, "amount": "30.00"}).raise_for_errors()
    order = shop.order(key)
    assert [str(each.amount) for each in order.gift_cards.reservations] == ["30.00"]
    written = repr(shop.store.get(key))
    for secret in (PROVED, PROVED.lower(), code):
        assert secret not in repr(order)
        assert secret not in written


@pytest.mark.parametrize("turns", list(permutations("aab")))
def test_however_two_checkouts_take_turns_the_card_is_never_charged_for_more_than_is_on_it(turns):
    """GFT-01, in every order of two tries of one and one of the other."""
    shop = Shop(balance="50.00")
    came = {name: shop.to_pay(adds(amount="30.00"), key=f"co-{name}", caller=who) for name, who in CALLERS.items()}
    for name in turns:
        key, page, body = came[name]
        shop.posts(key, page, body, caller=CALLERS[name])
        assert Money(shop.left(), "TRY").minor >= 0
    placed = [name for name, (key, _, _) in came.items() if shop.order(key, CALLERS[name]).placed]
    shop.service.relay_once()
    assert (len(placed), shop.left()) == (1, "20.00")


def test_tenders_and_what_is_paid_come_to_the_total(shop):
    key, page, body = shop.to_pay(adds(amount="20.00"), adds(SECOND, "5.00"))
    totals = shop.posts(key, page, body).pre_order.placed.totals
    paid = totals.loyalty_card, totals.loyalty_money, totals.gift_cards, totals.payable
    assert sum(each.minor for each in paid) == totals.total.minor


def test_where_nobody_answers_for_gift_cards_the_checkout_goes_on_without(shop):
    class Away(Service):
        def find_gift_card(self, code, currency, /):
            raise ConnectionError(code.reveal())

    away = Away((), MemoryHolds(shop.sandbox.now), shop.sandbox.now)
    ports = attrs.evolve(shop.sandbox.ports, gift_cards=away)
    shop.service = CheckoutService(Checkout(ports), shop.store)
    key = shop.comes()
    assert shop.posts(key, *adds()).errors == {"non_field_errors": ("gift_cards_unavailable",)}


def test_of_a_thousand_gift_cards_guessed_at_once_a_client_has_sixty_tried_from_all_checkouts(shop, tmp_path):
    """GFT-06: by eight threads, from four checkouts; the right code comes too late."""
    asked, find = [], shop.cards.find_gift_card
    shop.cards.find_gift_card = lambda code, currency, /: (asked.append(code), find(code, currency))[1]
    with closing(SqliteHolds(tmp_path / "limits.sqlite", shop.sandbox.now)) as limits:
        shop.service = CheckoutService(Checkout(attrs.evolve(shop.sandbox.ports, limits=limits)), shop.store)
        guesser = attrs.evolve(ADA, ip="192.0.2.1")
        keys = [shop.comes(key=f"co-{n}") for n in range(4)]
        told = Counter()

        def guess(worker):
            for n in range(worker, 1000, 8):
                with suppress(Conflict):
                    step = shop.posts(keys[worker % 4], CARDS, {"code": f"GUESSED{n:04}"}, caller=guesser)
                    told.update(chain(*step.errors.values()))

        with ThreadPoolExecutor(8) as workers:
            list(workers.map(guess, range(8)))
        assert len(asked) <= 60
        assert set(told) == {"gift_card_invalid", "too_many_attempts"}
        assert told["gift_card_invalid"] <= len(asked)
        assert shop.posts(keys[0], *adds(), caller=guesser).errors == {"non_field_errors": ("too_many_attempts",)}
        assert not shop.order(keys[0]).gift_cards.reservations
        shop.posts(keys[0], *adds(), caller=attrs.evolve(ADA, ip="192.0.2.2")).raise_for_errors()
