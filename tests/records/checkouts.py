"""Checkouts as records keep them, in several states: what the fixtures of each released schema hold.

Said in today's classes.  When a class changes, change the values here to what an
old record is to mean from now on; the fixtures of old schemas stay as they are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import frozen

from checkout_core import Basket, Line, Money, PreOrder, evolve
from checkout_core.effects import (
    CommitHold,
    OnAttention,
    OrderPaid,
    OrderPlaced,
    OrderRefused,
    PostHook,
    ReleaseHold,
    SaveCard,
    SendMail,
    SendSms,
)  # fmt: skip
from checkout_core.order import (
    AccountUsage,
    Address,
    Again,
    Agreed,
    Applying,
    Attempt,
    Bags,
    Buyer,
    Campaign,
    Capture,
    CardPoints,
    CardToSave,
    Challenge,
    Chosen,
    CreditCard,
    Deferred,
    Delivery,
    DeliveryRange,
    Discount,
    Discounts,
    Extras,
    FundsTransfer,
    GarantiPay,
    GiftBox,
    GiftCardPayment,
    GiftCards,
    GivenUp,
    GroupChoice,
    Holding,
    LineShare,
    Loyalty,
    LoyaltyMoney,
    NotApplied,
    PayOnDelivery,
    Placed,
    Plan,
    Redirection,
    Reservation,
    Resolved,
    Reward,
    Sample,
    SampleOffer,
    Schedule,
    Seal,
    Shipping,
    ShippingChoice,
    Totals,
    Transferred,
    Upsell,
    Use,
)
from checkout_core.pricing import totals
from checkout_core.records import Answer, Codec, Message, Record, Shown
from checkout_core.shop import (
    Bank,
    BankAccount,
    Card,
    CardType,
    City,
    Country,
    DeliveryOption,
    District,
    Installment,
    PaymentChoice,
    PickupLocation,
    RetailStore,
    Township,
)

NOW = datetime(2026, 11, 21, 12, 30, 15, 250000, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
EVENTS = (
    OrderPlaced, SendMail, SendSms, PostHook, CommitHold, ReleaseHold, OnAttention, SaveCard, OrderPaid, OrderRefused,
)  # fmt: skip
WAYS = CreditCard, FundsTransfer, PayOnDelivery, Redirection, GarantiPay, LoyaltyMoney, GiftCardPayment


@frozen(slots=False)
class GiftWrap:
    """A part of a host's own page."""

    paper: str = "plain"
    cards: tuple[str, ...] = ()


def a_codec(**options: object) -> Codec:
    return Codec(WAYS, (GiftWrap,), EVENTS, **options)


def lira(minor: int) -> Money:
    return Money.of(minor, "TRY")


def a_basket(lines: int = 2) -> Basket:
    rows = tuple(
        Line(n, f"SKU-{n}", f"Ürün {n}", n % 3 + 1, lira(1000 + n), 350, 200_000, f"/p/{n}/")
        for n in range(1, lines + 1)
    )
    return Basket.of("b-7", f"digest of {lines}", rows, "TRY")


def opened(lines: int = 2) -> PreOrder:
    basket = a_basket(lines)
    return PreOrder("co-1", basket, Totals(basket.amount, lira(0), lira(0), basket.amount))


def addressed() -> PreOrder:
    home = Address(
        11, "Home", "Ada", "Lovelace", "+905551112233", Country(1, "Türkiye", "TR"), City(34, "İstanbul", 1),
        "12 Example Street", Township(5, "Şişli", 34), District(6, "Moda", 34, 5), "34710",
    )  # fmt: skip
    order = opened()
    return evolve(
        order,
        buyer=Buyer(None, "ada@example.org", "+905551112233"),
        delivery=Delivery(DeliveryOption(1, "home", "To my address"), home, evolve(home, pk=12, title="Work")),
        shipping=Shipping(ShippingChoice(21, "Standard", "standard", lira(2990))),
        totals=evolve(order.totals, shipping=lira(2990), total=order.totals.lines + lira(2990)),
        extras=Extras("ring twice"),
    )


def by_card() -> PreOrder:
    three = Installment(42, 3, "3 x", 22_500)
    card = Card(101, "Bonus", "bonus", Bank(1, "Garanti", "garanti"), CardType(1, "MasterCard", "mc"), three_d=True)
    option = Chosen(31, "Card", "card", "credit_card", "bank")
    return evolve(addressed(), payment=CreditCard(option, "542119", card, three, "542119******0009"))


def tried(order: PreOrder, **changes: object) -> PreOrder:
    plans = Plan(1, order.totals.total), Plan(3, order.totals.total + lira(100))
    attempt = Attempt(
        1, "000000000017", "key-1", "bank", "three_d", Seal("digest", plans), "intent", NOW,
        NOW + timedelta(seconds=30), NOW + timedelta(seconds=90),
    )  # fmt: skip
    return evolve(order, attempts=(evolve(attempt, **changes),), number="000000000017")


def placed() -> PreOrder:
    order = by_card()
    amount = order.totals.total + lira(100)
    order = tried(order, state="captured", captures=(Capture("ref-1", amount, 3),))
    paid = order.attempts[0]
    return evolve(
        order,
        placed=Placed(paid.number, amount, order.totals, Plan(3, amount), "ref-1", 400, NOW, paid.seal.digest),
    )


def by_transfer() -> PreOrder:
    account = BankAccount(
        3, Bank(2, "Ziraat", "ziraat", "/ziraat.png"), "Shop Ltd", "TR330006100519786457841326", "TRY"
    )
    option = Chosen(32, "Transfer", "transfer", "funds_transfer")
    order = evolve(addressed(), payment=FundsTransfer(option, account, agreed=True), number="000000000018")
    plan = Plan(1, order.totals.total)
    return evolve(
        order, placed=Placed("000000000018", plan.amount, order.totals, plan, "funds_transfer", 300, NOW, "digest")
    )


def agreed() -> PreOrder:
    """With the contracts as the buyer was shown them."""
    order, texts = placed(), (Agreed("info", "digest of a text"), Agreed("sales", "of another"))
    attempt = evolve(order.attempts[0], agreed=texts)
    return evolve(order, attempts=(attempt,), placed=evolve(order.placed, agreed=texts))


def deferred() -> PreOrder:
    """By bank transfer, where goods are held."""
    order, number = evolve(by_transfer(), placed=None), "000000000019"
    plan, receipt = Plan(1, order.totals.total), Deferred("funds_transfer", 300)
    attempt = Attempt(
        1, number, "key-1", "", "deferred", Seal("digest", (plan,)), "deferred", NOW, NOW, NOW,
        hold=Holding("op-1", "committed"), receipt=receipt,
    )  # fmt: skip
    block = Placed(number, plan.amount, order.totals, plan, receipt.why, receipt.status, NOW, "digest")
    return evolve(order, attempts=(attempt,), number=number, placed=block)


def paid_twice() -> PreOrder:
    """An order, and money on its way back that an operator had told of before the ledger did."""
    order = placed()
    first = evolve(order.attempts[0], hold=Holding("op-1", "committed"))
    back = Capture("operator-key-2", lira(5), 1, "refund", "paid_twice", 2, "ref-2")
    second = evolve(
        first, n=2, key="key-2", state="reversing", captures=(back,), hold=Holding("op-2", "released"), native=True,
        due_at=NOW, locks_until=LATER, watch_until=LATER, asked=3, said=("captured after declined",),
        attention="not_given_back", resolved=Resolved("captured", "ada", "seen on the statement", NOW),
    )  # fmt: skip
    return evolve(order, attempts=(first, second), passed_over=1)


def a_session() -> PreOrder:
    """Handed out by a provider who takes the money itself; of a coupon there are only so many uses."""
    order = evolve(by_card(), extras=Extras("ring twice", ("TEN", "FREE")))
    return tried(
        order, kind="session", state="awaiting", handed={"url": "https://provider.example/s/1"},
        last_call="provider", open_until=LATER, hold=Holding("op-1", "held"),
    )  # fmt: skip


def messages() -> tuple[Message, ...]:
    """One of every kind, in every state."""
    code = Challenge("co-1", "+905551112233", "pay_on_delivery", "nonce", NOW, LATER, 3, 9, passed=True)
    return (
        Message("co-1-9-0", OrderPlaced("000000000017"), "worker", LATER),
        Message("co-1-9-1", SendMail("order_placed", "000000000017")),
        Message("co-1-9-2", PostHook("order.placed", "000000000017"), due_at=LATER, tries=2),
        Message("co-1-9-3", CommitHold("op-1"), "worker", LATER, 1),
        Message("co-1-9-4", ReleaseHold("op-2"), None, NOW, 20),
        Message("co-1-9-5", OnAttention("000000000017", "no_answer"), tries=20, dead="not delivered in 20 tries"),
        Message("co-1-9-6", SendSms("+905551112233", "{code} is your code", code)),
        Message("co-1-9-7", SendSms("+905551112233", "Thank you"), tries=1, dead="not delivered"),
    )


def collected():
    """From a store, in a slot; of two vendors, one at a price that was asked for; at options for each vendor."""
    order = addressed()
    address, line = order.delivery.shipping_address, order.basket.lines[0]
    place = address.country, address.city, address.township, address.district
    store = RetailStore(3, "Moda", "Moda Caddesi 1", *place, "34710", "+902165550101", slot_group=1)
    line = evolve(
        line, length=300, attributes={"brand": "Nike", "has_remote_price": "true"}, categories=(1, 12), data_source=2
    )
    basket = Basket.of("basket-1", "digest of two vendors", (line,), "TRY").with_prices({line.pk: lira(4200)})
    slot = DeliveryRange(
        datetime.fromisoformat("2026-11-23T10:00:00+03:00"), datetime.fromisoformat("2026-11-23T12:00:00+03:00"), 1, 5
    )
    choice = GroupChoice("2", 21, "By courier", lira(1500), (line.pk,), "Before noon")
    return evolve(
        order, basket=basket, schedule=Schedule(slot, skip_reservation=False), shipping=Shipping(None, (choice,)),
        delivery=evolve(order.delivery, retail_store=store),
    )  # fmt: skip


def picked_up():
    """At a pickup point, sent as the values of an attribute say, or in one piece with a field filled in."""
    order = addressed()
    address = order.delivery.shipping_address
    point = PickupLocation("L-77", "Locker at the station", "Platform 1", address.country, address.city)
    option = ShippingChoice(
        1, "Courier", "courier", lira(500), required_fields=("delivery_date",), given={"delivery_date": "2026-12-01"}
    )
    groups = (GroupChoice("Nike;None", 100, "Standard", lira(599), (1001,)),)
    return evolve(
        order, shipping=Shipping(option, (), groups), schedule=Schedule(None, skip_reservation=True),
        delivery=evolve(order.delivery, pickup_location=point),
    )  # fmt: skip


def promoted():
    """Everything that offers, gifts and loyalty schemes can do to an order, placed on what was left to pay."""
    order = by_card()
    ten = Discount(
        7, "Ten off", lira(1000), lira(0), (LineShare(0, lira(400)), LineShare(1, lira(600))), code="WELCOME",
        uses=(Use("offer|7", 100), Use("code|WELCOME", 1)), says="10.00 TRY off",
    )  # fmt: skip
    free = Discount(8, "Free shipping", lira(0), order.shipping.option.shipping_amount, coupon="101")
    discounts = Discounts(
        (ten, free), (SampleOffer(9, (1005, 1006), 1),), (Upsell(10, "So near", lira(20000), lira(8003)),),
        (NotApplied("102", "coupon_used_up"),), "digest of all that it rests on",
    )  # fmt: skip
    box = GiftBox(lira(500), "Happy birthday", gift_video=True, gift_video_notification_sent=True, sku="BOX")
    bags = Bags(1007, "BAG", "Bag", lira(25), None, 1, lira(5000), "carried", with_slot=True)
    samples = (Sample(1005, "SMP-1", "Scent"),)
    loyalty = Loyalty(
        (AccountUsage(1, "Gifts", lira(300)), AccountUsage(None, "", lira(100))), CardPoints("C-1", lira(200), lira(1))
    )
    extras = Extras("ring twice", ("101", "102"), "welcome", samples, (), box, bags, '{"floor": 3}')
    order = evolve(order, extras=extras, loyalty=loyalty, discounts=discounts)
    order = evolve(order, totals=totals(order, "up"))
    plan = Plan(3, order.totals.payable)
    order = tried(order, state="captured", captures=(Capture("ref-1", plan.amount, 3),), seal=Seal("digest", (plan,)))
    block = Placed(order.number, order.totals.total, order.totals, plan, "ref-1", 400, NOW, "digest")
    return evolve(order, placed=block)


def without_samples():
    """What was offered for nothing was not wanted."""
    return evolve(addressed(), extras=Extras(unwanted_sample_products=(1005, 1006)))


def at_the_door() -> PreOrder:
    """Paid at the door, a part by gift cards, by a phone that was verified; one more card waits for its code."""
    code = Challenge("co-1", "+905551112233", "gift_card|t-3", "nonce", NOW, LATER, 3, 9)
    cards = (
        Reservation(1, "t-1", "0001", lira(1000), lira(50_000), NOW),
        Reservation(2, "t-2", "0002", lira(500), lira(500), NOW),
    )
    option = Chosen(41, "At the door", "at-the-door", "pay_on_delivery")
    cash = PaymentChoice("cash", "In cash", lira(750))
    verified = evolve(code, purpose="pay_on_delivery", passed=True)
    order = evolve(
        addressed(), gift_cards=GiftCards(cards, Applying("t-3", "0003", lira(30_000), NOW, code, lira(2500))),
        payment=PayOnDelivery(option, cash, "+905551112233", verified, verified=True, agreed=True),
    )  # fmt: skip
    return evolve(order, totals=totals(order, "up"))


def rewarded() -> PreOrder:
    """By a card that is to be found again, a part by its points, with a campaign of its bank."""
    order, mask = by_card(), "542119******0009"
    points, spring = (Reward("general", lira(500)), Reward("special", lira(250))), Campaign("spring", "Spring", (3,))
    order = evolve(
        order,
        payment=evolve(
            order.payment, campaigns=(spring,), campaigns_of=mask, selected_campaign=spring, rewards=points,
            rewards_of=mask, selected_rewards=points,
        ),
    )  # fmt: skip
    order = evolve(order, totals=totals(order, "up"))
    amount = order.totals.payable
    row = Capture("ref-1", amount, 3, rewards=points, card_token="token of the card")  # a token of tests
    order = tried(
        order, state="captured", captures=(row,), returned="digest of what came back",
        save=CardToSave("ada", "Everyday", "542119", "0009"),
    )  # fmt: skip
    paid, plan = order.attempts[0], Plan(3, amount, points)
    return evolve(
        order, placed=Placed(paid.number, amount, order.totals, plan, "ref-1", 400, NOW, paid.seal.digest)
    )  # fmt: skip


def paid_again() -> PreOrder:
    """An order that stood without money; of two transfers one has paid it."""
    short = Transferred(lira(100), "ada", "on the statement of Monday", NOW, "not_the_amount")
    account = BankAccount(3, Bank(2, "Ziraat", "ziraat"), "Shop Ltd", "TR330006100519786457841326", "TRY")
    transfer = FundsTransfer(Chosen(32, "Transfer", "transfer", "funds_transfer"), account)
    coded = evolve(transfer, reference_code="REF-1", reference_of="digest of a question")
    whole = Transferred(lira(10_000), "grace", "on the statement of Tuesday", LATER)
    return evolve(addressed(), payment=coded, again=Again("000000000018", "co-0", (short, whole)))


def given_up() -> PreOrder:
    """Nobody waits for its money any more."""
    return evolve(addressed(), again=Again("000000000018", "co-0", given_up=GivenUp("ada", "nothing came", NOW)))


def sent_off(payment_type: str) -> PreOrder:
    """To a page of a provider's, or to where other tenders pay alone."""
    option = Chosen(44, "Elsewhere", "elsewhere", payment_type, "hosted")
    card = Card(111, "Garanti Pay", "garanti-pay", Bank(1, "Garanti", "garanti"), CardType(1, "MasterCard", "mc"))
    parts = {
        "redirection": Redirection(option, (1, 3), "web", sent_off=True),
        "gpay": GarantiPay(option, "GPAY00", card),
        "loyalty_money": LoyaltyMoney(option, agreed=True),
        "gift_card": GiftCardPayment(option, agreed=True),
    }
    return evolve(addressed(), payment=parts[payment_type])


def told_later() -> tuple[Message, ...]:
    """What is said of an order after it stood."""
    return (
        Message("co-1-9-0", SaveCard("ada", "cards", "token of the card", "542119", "0009", "Everyday")),
        Message("co-1-9-1", OrderPaid("000000000018")),
        Message("co-1-9-2", OrderRefused("000000000018", "given_up")),
    )


CHECKOUTS = {
    "open": Record(opened(), write_id="w1"),
    "host_part": Record(evolve(addressed(), more=(GiftWrap("red", ("Happy birthday",)),)), write_id="w2"),
    "awaiting_three_d": Record(
        tried(by_card(), state="awaiting", due_at=NOW, handed={"form": "<form>"}), due_at=NOW, write_id="w3"
    ),
    "unknown": Record(tried(by_card(), state="unknown", due_at=NOW, missed_at=NOW), due_at=NOW, write_id="w4"),
    "declined": Record(tried(by_card(), state="declined", code="insufficient_funds"), write_id="w5"),
    "reversing": Record(
        tried(by_card(), state="reversing", captures=(Capture("ref-0", lira(5), 1, "due"),)), due_at=NOW, write_id="w6"
    ),
    "placed": Record(placed(), (Message("co-1-9-0", OrderPlaced("000000000017")),), due_at=NOW, write_id="w7"),
    "funds_transfer": Record(by_transfer(), write_id="w8"),
    "deferred": Record(deferred(), write_id="w9", saved_at=NOW),
    "paid_twice": Record(paid_twice(), messages(), due_at=NOW, write_id="w10", saved_at=NOW),
    "session": Record(
        a_session(), (), ("digest of a message", "of another"),
        (Answer("digest of a token", "digest of a post", "BinNumberPage", {"bin_number": ("required", "invalid")}),),
        (Shown("digest of a session", lira(7998)),), LATER, "w11", NOW,
    ),
    "agreed": Record(agreed(), write_id="w12", saved_at=NOW),
    "collected": Record(collected(), write_id="w13", saved_at=NOW),
    "picked_up": Record(picked_up(), write_id="w14", saved_at=NOW),
    "promoted": Record(promoted(), write_id="w15", saved_at=NOW),
    "without_samples": Record(without_samples(), write_id="w16", saved_at=NOW),
    "at_the_door": Record(at_the_door(), write_id="w17", saved_at=NOW),
    "rewarded": Record(rewarded(), write_id="w18", saved_at=NOW),
    "paid_again": Record(paid_again(), told_later(), due_at=NOW, write_id="w19", saved_at=NOW),
    "given_up": Record(given_up(), write_id="w20", saved_at=NOW),
    **{
        kind: Record(sent_off(kind), write_id=f"w{n}", saved_at=NOW)
        for n, kind in enumerate(("redirection", "gpay", "loyalty_money", "gift_card"), 21)
    },
}  # fmt: skip
