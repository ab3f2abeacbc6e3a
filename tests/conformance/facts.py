"""What the phrases of map.toml mean: how each is made true, and how it is broken.

`given` shapes the world before the buyer sets out.  `true` and `false` are for a buyer who stands at the page: the
one makes up the answer the phrase speaks of, the other takes it away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve as with_
from attrs import frozen

from checkout_core.atlas import Row
from checkout_core.order import (
    AccountUsage,
    Basket,
    Buyer,
    Delivery,
    Discounts,
    Extras,
    GiftCards,
    Loyalty,
    Schedule,
    Shipping,
    Totals,
    evolve,
)  # fmt: skip
from checkout_core.page import Caller
from checkout_core.pricing import totals
from checkout_core.settings import DeliveryBagsConf, GiftBoxConfigurations, RemoteService

from .declared.flow import WHOLE
from .declared.masterpass import Masterpass
from .declared.masterpass_rest import MasterpassRest
from .declared.provider import Provider
from .scene import (
    ACCOUNTS,
    BASKET,
    BY_SLOT,
    CARD,
    CODE_LASTS,
    DELIVERY_OPTIONS,
    ISTANBUL,
    LIRA,
    PRICED_ELSEWHERE,
    RESERVING,
    SAMPLES,
    SAMPLES_OFFERED,
    SHOP,
    STORE,
    ZERO,
    Scene,
)  # fmt: skip

Edit = Callable[[Scene], object]


def nothing(_: Scene) -> None:
    """It holds from the start, or follows from another fact."""


@frozen
class Fact:
    given: Edit = nothing
    true: Edit = nothing
    false: Edit | None = None


def do(*edits: Edit) -> Edit:
    return lambda scene: [edit(scene) for edit in edits]


def setting(**values: object) -> Edit:
    return lambda scene: setattr(scene, "settings", with_(scene.settings, **values))


def tables(**values: object) -> Edit:
    return lambda scene: setattr(scene, "shop", with_(scene.shop, **values))


def world(**values: object) -> Edit:
    return lambda scene: [setattr(scene, name, value) for name, value in values.items()]


def configured(**values: object) -> Edit:
    """The payment option says so."""
    return lambda scene: scene.configured.update(values)


def option(**values: object) -> Edit:
    """The shop says so of the payment option."""
    return lambda scene: scene.config.update(values)


def answered(**values: object) -> Edit:
    """The buyer, or whoever is asked, will answer that."""
    return lambda scene: scene.samples.update(values)


def part(cls: type[Any], **values: object) -> Edit:
    return lambda scene: scene.put(cls, **values)


def own(**values: object) -> Edit:
    return lambda scene: scene.own(**values)


def order(**values: object) -> Edit:
    return lambda scene: setattr(scene, "order", evolve(scene.order, **values))


def priced(scene: Scene) -> None:
    """Totals that follow from what was changed."""
    scene.order = evolve(scene.order, totals=totals(scene.order, "up"))


def the(*names: str) -> Edit:
    """Those fields of the way to pay, as the buyer answers them."""
    return lambda scene: scene.own(**{name: SAMPLES.get(name, True) for name in names})


def ends(becomes: Callable[[Scene, Row], object]) -> Edit:
    return lambda scene: setattr(scene, "posted", becomes)


def _placed(scene: Scene, row: Row) -> None:
    scene.fill(row)
    scene.place()


def _timed_out(scene: Scene, _: Row) -> None:
    scene.now += CODE_LASTS


def _declined(scene: Scene, _: Row) -> None:
    if scene.row.pays:
        scene.hand_out()
    scene.fail()


def _numbered(scene: Scene) -> None:
    scene.order = evolve(scene.order, number="N-1")
    if scene.row.pays:  # it draws the number when it begins
        scene.hand_out()


def _delivered_elsewhere(scene: Scene) -> None:
    kind = scene.order.delivery.option.delivery_option_type
    scene.put(Delivery, option=next(o for o in DELIVERY_OPTIONS if o.delivery_option_type != kind))


member = Caller(account="7", email="grace@example.org")
guest = world(caller=Caller())
no_attempt = order(attempts=())
choices = (SAMPLES["choice"], with_(SAMPLES["choice"], value="card"))
a_part = SAMPLES["reservations"][0]
begun = Fact(true=Scene.hand_out, false=no_attempt)
member_buys = do(world(caller=member), part(Buyer, account="7", email="grace@example.org"))
elsewhere = part(Provider, basket_digest="d-0")


def _result(code: str) -> Fact:
    return Fact(given=world(handed={"result_code": code}), false=no_attempt)


def _page_setting(name: str, page: str, other: str) -> Fact:
    service = {
        f"remote_{what}_option_provider": RemoteService(f"https://shop.example/{what}")
        for what in ("delivery", "shipping")
    }
    return Fact(given=setting(**{name: page}, **service), false=setting(**{name: other}))


def _paying(kind: str) -> Fact:
    other = MasterpassRest if kind == "masterpass" else Masterpass

    def false(scene: Scene) -> None:
        chosen = evolve(scene.order.payment.option, payment_type="other")
        scene.order = evolve(scene.order, payment=other(chosen, card=CARD))

    return Fact(given=world(pay_by=kind), false=false)


def _delivery(kind: str) -> Fact:
    only = tuple(o for o in DELIVERY_OPTIONS if o.delivery_option_type == kind)
    return Fact(given=do(world(delivery_type=kind), tables(delivery_options=only)), false=_delivered_elsewhere)


def _reserved() -> Edit:
    """At a store that lets buyers reserve."""
    return do(_delivery("retail_store").given, answered(retail_store=RESERVING))


TRUNK: Mapping[str, Fact] = {
    "a delivery range is selected": Fact(true=part(Schedule, delivery_range=SAMPLES["delivery_range"])),
    "a retail store is available for reservation": Fact(given=_reserved(), false=part(Delivery, retail_store=STORE)),
    "a retail store reservation is needed": Fact(given=_reserved()),
    "a shipping address is selected": Fact(false=part(Delivery, shipping_address=None, billing_address=None)),
    "a shipping option is selected": Fact(false=part(Shipping, option=None)),
    "AUTOSELECT_SHIPPING is on": Fact(given=setting(autoselect_shipping=True)),
    "guest purchase is allowed or the buyer is logged in": Fact(false=setting(can_guest_purchase=False)),
    "no sample products are offered": Fact(given=part(Discounts, samples=())),
    "only one delivery option exists": Fact(given=tables(delivery_options=DELIVERY_OPTIONS[:1])),
    "only one shipping option exists": Fact(given=tables(shipping_options=SHOP.shipping_options[:1])),
    "REMOTE_DELIVERY_OPTION_PROVIDER is configured": Fact(false=setting(remote_delivery_option_provider=None)),
    "remote prices are needed": Fact(given=order(basket=PRICED_ELSEWHERE), false=order(basket=BASKET)),
    "remote prices are set": Fact(true=part(Basket, priced="digest")),
    "sample products are declined": Fact(true=part(Extras, unwanted_sample_products=(1, 2))),
    "sample products are offered": Fact(given=part(Discounts, samples=(SAMPLES_OFFERED,))),
    "sample products are selected": Fact(true=part(Extras, sample_products=SAMPLES["sample_products"])),
    "scheduled delivery is active": Fact(
        given=tables(delivery_options=(BY_SLOT,)), false=part(Delivery, option=DELIVERY_OPTIONS[0])
    ),
    "several delivery options exist": Fact(given=tables(delivery_options=DELIVERY_OPTIONS)),
    "the address is known": Fact(given=part(Delivery, shipping_address=ISTANBUL, billing_address=ISTANBUL)),
    "the basket is not empty": Fact(false=order(basket=Basket.of("b-1", "d-0", (), "TRY"))),
    "the buyer is logged in": Fact(given=member_buys, false=do(guest, part(Buyer, account=None))),
    "the e-mail is set": Fact(false=part(Buyer, account=None, email=None)),
    "the reservation is declined": Fact(true=part(Schedule, skip_reservation=True)),
}

BESIDE: Mapping[str, Fact] = {
    "a campaign is selected": Fact(true=the("selected_campaign")),
    "a gift box is selected": Fact(true=part(Extras, gift_box=SAMPLES["gift_box"])),
    "a gift card reservation exists": Fact(
        given=part(GiftCards, reservations=SAMPLES["reservations"]), false=do(part(GiftCards, reservations=()), priced)
    ),
    "a gift card waits for its code": Fact(
        given=part(GiftCards, applying=SAMPLES["applying"]), false=part(GiftCards, applying=None)
    ),
    "a note is set": Fact(true=part(Extras, notes="Ring twice")),
    "campaigns were fetched": Fact(
        given=configured(campaigns=SAMPLES["campaigns"]), true=the("campaigns"), false=own(campaigns=None)
    ),
    "DELIVERY_BAGS_CONF.is_active is on": Fact(
        given=setting(delivery_bags_conf=DeliveryBagsConf(is_active=True)),
        false=setting(delivery_bags_conf=DeliveryBagsConf()),
    ),
    "GIFT_BOX_CONFIGURATIONS.is_active is on": Fact(
        given=setting(gift_box_configurations=GiftBoxConfigurations(is_active=True)),
        false=setting(gift_box_configurations=GiftBoxConfigurations()),
    ),
    "LOYALTY_MONEY_ENABLED is on": Fact(
        given=setting(loyalty_money_enabled=True), false=setting(loyalty_money_enabled=False)
    ),
    "no campaigns are offered": Fact(true=own(campaigns=())),
    "rewards are selected": Fact(true=the("selected_rewards")),
    "rewards were fetched": Fact(
        given=configured(rewards=SAMPLES["rewards"]), true=the("rewards"), false=own(rewards=None)
    ),
    "the basket is active": Fact(false=order(basket=Basket.of("b-1", "d-1", (), "TRY"))),
    "the basket is unchanged": Fact(false=elsewhere),
    "the basket matches the session": Fact(false=elsewhere),
    "the buyer has a loyalty card if the page is submitted": Fact(false=nothing),  # nobody looks before the submit
    "the client is in-store": Fact(given=world(caller=Caller(client="instore")), false=guest),
    "the conversation matches the session": Fact(false=part(Provider, conversation_id=None)),
    "the extra field is set": Fact(true=part(Extras, extra_field="{}")),
    "the gateway offers campaigns": Fact(given=world(offers=frozenset({"campaigns"})), false=world(offers=frozenset())),
    "the gateway offers rewards": Fact(given=world(offers=frozenset({"rewards"})), false=world(offers=frozenset())),
    "the session token is valid": Fact(false=part(Provider, conversation_id=None)),
    "the sms cool-down is over for the phone": Fact(false=lambda scene: scene.fill(scene.row)),
    "the unpaid amount is zero": Fact(
        given=do(
            part(Loyalty, accounts=(AccountUsage(None, "", LIRA),)),
            part(GiftCards, reservations=(with_(a_part, amount=BASKET.amount * 2),)),
        ),
        false=do(part(Loyalty, accounts=()), part(GiftCards, reservations=(a_part,)), priced),
    ),
}

PAYING: Mapping[str, Fact] = {
    "3-D Secure is not required": Fact(given=ends(_placed)),
    "3-D Secure is required": Fact(),
    "a BKM Express ticket is present": begun,
    "a bank account is selected": Fact(true=the("bank_account"), false=own(bank_account=None)),
    "a credit payment option is selected": Fact(
        true=the("credit_payment_option"), false=own(credit_payment_option=None)
    ),
    "a payment choice is selected if the payment option has any": Fact(
        false=do(option(payment_choices=choices), own(choice=None))
    ),
    "a remote installment is selected": Fact(true=the("installment_alt")),
    "a stored card is selected": Fact(
        true=the("card_token", "masked_card_number", "card"), false=own(card_token=None, card=None)
    ),
    "an agreement is required": Fact(given=answered(agreement_required=True), false=own(agreement_required=False)),
    "an existing order is being paid": Fact(),
    "an installment is selected": Fact(true=the("installment"), false=own(installment=None)),
    "an installment is selected or a remote installment is selected": Fact(
        false=own(installment=None, installment_alt=None)
    ),
    "an installment is selected or no_installment is confirmed if is_installment_active is on": Fact(
        false=own(is_installment_active=True, installment=None, no_installment=False)
    ),
    "installment_slug is not set": Fact(false=own(installment_slug="remote")),
    "installment_slug is set": Fact(given=configured(installment_slug="remote"), false=own(installment_slug=None)),
    "is_installment_active is on": Fact(
        given=configured(is_installment_active=True), false=own(is_installment_active=False)
    ),
    "no agreement is required": Fact(false=own(agreement_required=True, agreement_signed=False)),
    "no POS slug is configured": Fact(given=world(gateway=None)),
    "no transaction is active": Fact(false=Scene.hand_out),
    "no transaction is recorded": Fact(false=Scene.hand_out),
    "no_installment is confirmed": Fact(true=own(no_installment=True)),
    "only one bank account exists": Fact(given=tables(bank_accounts=ACCOUNTS[:1])),
    "payment choices are not shown": Fact(given=option(payment_choices=())),
    "payment choices are shown": Fact(given=option(payment_choices=choices)),
    "payment is enabled": Fact(false=own(payment_enabled=False)),
    "skip_pod_choices is on": Fact(given=option(skip_pod_choices=True)),
    "sms verification is off": Fact(given=option(sms_verification=False)),
    "sms verification is on": Fact(given=option(sms_verification=True)),
    "the 3-D Secure decision is made": Fact(true=the("three_d"), false=own(three_d=None)),
    "the 3-D Secure URL is set": _result("ThreeDSecureURLCreated"),
    "the agreement was accepted": Fact(given=answered(agreement_required=True), true=own(agreement_signed=True)),
    "the agreement was checked": Fact(true=own(agreement_required=False)),
    "the amount is above zero if the page is submitted": Fact(false=order(totals=Totals(ZERO, ZERO, ZERO, ZERO))),
    "the basket items are available": Fact(false=nothing),  # nobody knows before they are held
    "the buyer confirmed the payment": Fact(true=own(user_confirmed=True), false=own(user_confirmed=False)),
    "the buyer was not redirected yet": Fact(),
    "the buyer's confirmation is awaited": begun,
    "the card is known": Fact(true=own(card=CARD), false=own(card=None)),
    "the card is not known": Fact(false=own(card=CARD)),
    "the card list needs a one-time password": Fact(given=answered(needs_otp=True), false=own(needs_otp=False)),
    "the cards were looked up": Fact(true=own(looked_up=True), false=own(looked_up=False)),
    "the nonce is stored": Fact(true=the("nonce"), false=own(nonce=None)),
    "the one-time password was accepted": Fact(true=own(otp_valid=True)),
    "the one-time password was accepted if the card list needs one": Fact(false=own(needs_otp=True, otp_valid=False)),
    "the one-time password was sent": Fact(true=the("otp_phone"), false=own(otp_phone=None)),
    "the order number is assigned": Fact(true=_numbered, false=order(number=None)),
    "the order number is not assigned": Fact(false=order(number="N-1")),
    "the order was placed": Fact(given=ends(_placed), true=Scene.place, false=order(placed=None)),
    "the payment failed": Fact(given=ends(_declined)),
    "the payment option has no payment choices": Fact(given=option(payment_choices=())),
    "the payment option has one payment choice": Fact(given=option(payment_choices=choices[:1])),
    "the payment was tried": Fact(given=world(handed={"result_code": "OTPRequired"}), true=Scene.hand_out),
    "the phone is verified": Fact(true=own(verified=True)),
    "the phone is verified if sms verification is on": Fact(
        false=do(option(sms_verification=True), own(verified=False))
    ),
    "the redirect URL is set": begun,
    "the redirect was started": begun,
    "the transaction is recorded": begun,
    "the verification code timed out": Fact(given=ends(_timed_out)),
    "the verification code was sent": Fact(
        given=option(sms_verification=True), true=the("phone", "challenge"), false=own(challenge=None)
    ),
}

SHIPPING_PAGES = tuple(f"{kind}ShippingOptionSelectionPage" for kind in ("", "DataSource", "AttributeBased", "Remote"))
FAMILIES: Mapping[str, Fact] = {
    **{f"payment type is {kind}": _paying(kind) for kind in WHOLE.payments},
    **{f"delivery type is {o.delivery_option_type}": _delivery(o.delivery_option_type) for o in DELIVERY_OPTIONS},
    **{
        f"result code is {code}": _result(code)
        for code in ("OTPRequired", "CVVRequired", "CVVAndOTPRequired", "ThreeDSecureURLCreated")
    },
    **{
        f"CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE is {page}": _page_setting(
            "checkout_shipping_option_selection_page", page, SHIPPING_PAGES[n - 1]
        )
        for n, page in enumerate(SHIPPING_PAGES)
    },
    **{
        f"CHECKOUT_DELIVERY_OPTION_SELECTION_PAGE is {page}": _page_setting(
            "checkout_delivery_option_selection_page", page, other
        )
        for page, other in (
            ("DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage"),
            ("RemoteDeliveryOptionSelectionPage", "DeliveryOptionSelectionPage"),
        )
    },
}
FACTS: Mapping[str, Fact] = {"always": Fact(), "otherwise": Fact(), **TRUNK, **BESIDE, **PAYING, **FAMILIES}

# What must hold so that a page is not skipped
UNLESS: Mapping[str, str] = {
    "an existing order is being paid": "always",
    "no sample products are offered": "sample products are offered",
    "only one delivery option exists": "several delivery options exist",
    "sms verification is off": "sms verification is on",
    "the buyer is logged in": "always",
    "the payment option has no payment choices": "payment choices are shown",
}


def facts(phrase: str) -> Iterator[Fact]:
    """Those the phrase is made of.  Raises KeyError for one that nobody explained."""
    if phrase in FACTS:
        yield FACTS[phrase]
    else:
        for each in phrase.split(" and "):
            yield FACTS[each]
