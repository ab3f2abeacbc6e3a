"""Every setting of a shop: its type, its default, its unit, a sentence.

    settings = evolve(Settings(), can_guest_purchase=False)

A setting of the seeds keeps its name, in lower case.  `Settings` is a value: frozen, hashable, handed to every request;
`config.load_settings` makes one of what an admin wrote, `sound.contradictions` tells what in one cannot be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import isfinite
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar, Union, final

from attrs import field, frozen

from .money import Money, Rounding

if TYPE_CHECKING:
    from .rules.installments import InstallmentFilter
    from .rules.three_d import ThreeDRule

DeliveryOptionPage = Literal["DeliveryOptionSelectionPage", "RemoteDeliveryOptionSelectionPage"]
ShippingOptionPage = Literal[
    "ShippingOptionSelectionPage",
    "DataSourceShippingOptionSelectionPage",
    "AttributeBasedShippingOptionSelectionPage",
    "RemoteShippingOptionSelectionPage",
]

Json: TypeAlias = Union[bool, int, float, str, tuple["Json", ...], "FrozenDict[Json]", None]

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)


def _copied(entries: Mapping[str, V]) -> Mapping[str, V]:
    return dict(entries)


@final
@frozen(eq=False, repr=False)
class FrozenDict(Mapping[str, V_co], Generic[V_co]):
    """A mapping that never changes, and hashes where its values do; equal to any mapping with the same entries."""

    _entries: Mapping[str, V_co] = field(converter=_copied)
    """What it was made of, copied."""

    def __getitem__(self, key: str) -> V_co:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return f"FrozenDict({self._entries!r})"


def _frozen(value: object) -> Json:
    if value is None or isinstance(value, bool | int | str) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, Mapping):
        return frozen_json(value)
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    raise TypeError(f"{type(value).__name__} is not JSON")


def frozen_json(written: Mapping[str, object]) -> FrozenDict[Json]:
    """The same JSON object as a value: lists are tuples, objects FrozenDicts.  Raises TypeError for what is no JSON."""
    return FrozenDict({key: _frozen(value) for key, value in written.items()})


def _text_table(written: Mapping[str, str]) -> FrozenDict[str]:
    return FrozenDict(written)


@frozen
class RemoteService:
    """An address of the shop's own that is asked with a POST."""

    url: str
    """Where it is asked, http or https; the only place a host name may come from."""
    headers: Mapping[str, str] = field(default=FrozenDict[str]({}), converter=_text_table, repr=False)
    """Sent with every request; never printed, for `Authorization` is among them."""


@frozen
class GroupingRule:
    """One rule over the shipping address as an admin wrote it, not yet built."""

    slug: str
    """Which rule: `any-rule`, `country-rule`, `and-rule` and so on (AttributeBasedShippingOptionSelectionPage)."""
    kwargs: Mapping[str, Json] = field(default=FrozenDict[Json]({}), converter=frozen_json)
    """What else stands beside the slug: `countries`, `exclude`, `children`."""


@frozen
class AttributeKeyRule:
    """For addresses this rule takes, goods are grouped by these attributes."""

    group_attribute_key: tuple[str, ...]
    """Attributes of a product whose values, joined by `;`, name its group."""
    rule: GroupingRule
    """Which shipping addresses it is for."""
    sort_order: int
    """Position: the lowest that takes the address decides, the others are not read."""


@frozen
class RetailStoreFilters:
    """Which stores are offered for collection."""

    by_stock: bool = False
    """Only stores that have the whole basket in stock, instead of all active ones with click and collect."""


@frozen
class DeliveryBagsConf:
    """Bags that are sold with the delivery."""

    is_active: bool = False
    """DeliveryBagsPage is open."""
    auto_run: bool = False
    """Choosing a slot puts the bags in without asking (SlotSelectionPage)."""
    exclude_bag_attribute_name: str | None = None
    """Goods with this attribute need no bag and do not count; None counts all."""
    is_quantity_changeable: bool = False
    """The buyer says how many bags, instead of the total saying it."""
    min_quantity: int = 0
    """Fewest bags, in pieces."""
    per_amount: int = 1
    """One bag for each started amount of this many whole units of the order's currency, 100 being 100.00 TRY."""
    sku: str | None = None
    """The product a bag is; an active shop needs one."""


@frozen
class GiftBoxConfigurations:
    """The gift box beside the flow."""

    is_active: bool = False
    """GiftBoxIndexPage and GiftBoxPage are open."""
    sku: str | None = None
    """The product whose price a box costs; None costs nothing."""


@frozen
class GiftCardConfig:
    """Gift cards that pay for a part of an order, or for all of it."""

    balance_cache_ttl: timedelta = timedelta(seconds=1800)
    """How long a balance once asked is believed; after it the buyer adds the card again."""
    max_amount_per_order: Money | None = None
    """Most that gift cards may pay of one order in its currency; None or zero sets no bound but what is unpaid."""
    multi_card_enabled: bool = False
    """More than one card may pay for one order."""
    otp_resend_cooldown: timedelta = timedelta(seconds=60)
    """Wait before a code is sent again (GiftCardOtpResendPage)."""
    void_task_countdown: timedelta = timedelta(seconds=1800)
    """Read by nobody here, for what is held without an order is let go as soon as that is known."""


@frozen
class CustomerLoyaltyCardService:
    """Where the points of a loyalty card come from."""

    klass: str = "omnishop.loyaltycard.service.DefaultLoyaltyCardService"
    """A name the host's loyalty port may choose by; nothing is imported by it."""
    minimum_basket_amount_for_redeem: Money | None = None
    """Least basket total at which points may be used, for baskets in its currency; None for any."""


@frozen
class CashRegisterDefaults:
    """Who serves, where the till's headers leave it out; a header always wins (CashRegisterPage)."""

    staff_email: str | None = None
    """For `X-STORE-STAFF-EMAIL`."""
    staff_id: str | None = None
    """For `X-STORE-STAFF-ID`."""
    store_id: str | None = None
    """For `X-STORE-ID`."""


@frozen(slots=False)  # `order.evolve` reads the __dict__
class Settings:
    """Every setting, with the default the documents give it."""

    # Who may buy
    can_guest_purchase: bool = True
    """Buying needs no account; otherwise a guest is sent to the login (IndexPage)."""
    checkout_with_token_allow_anonymous: bool = False
    """A kiosk hands its checkout over to a phone for guests too (token checkout)."""
    user_phone_format: str = "05999999999"
    """How a phone number is shown to be written, 9 for any digit; it checks nothing (IndexPage)."""
    user_phone_regex: str = r"^(05)\d{9}$"
    """What a phone number must match as a whole, digits being ASCII."""

    # Delivery and addresses
    checkout_delivery_option_selection_page: DeliveryOptionPage = "DeliveryOptionSelectionPage"
    """The page that asks how to deliver."""
    checkout_list_retail_stores: bool = True
    """Stores are listed for collection; otherwise none is (RetailStoreSelectionPage)."""
    checkout_retail_store_filters: RetailStoreFilters = RetailStoreFilters()
    """Which stores are listed (RetailStoreSelectionPage)."""
    default_country_code: str | None = None
    """Country an address form starts with, ISO 3166 alpha-2 in either case; None for none (AddressSelectionPage)."""
    identity_number_required_amount: Money | None = None
    """Total with interest, in its currency, above which the address needs an identity number (AddressSelectionPage)."""
    remote_delivery_option_provider: RemoteService | None = None
    """Who is asked for delivery options (RemoteDeliveryOptionSelectionPage)."""

    # Shipping
    attribute_keys_for_attribute_based_shipping_option: tuple[AttributeKeyRule, ...] = ()
    """How goods are grouped for shipping, by address (AttributeBasedShippingOptionSelectionPage)."""
    autoselect_shipping: bool = False
    """A shipping option that is the only one is chosen for the buyer (ShippingOptionSelectionPage)."""
    checkout_shipping_option_selection_page: ShippingOptionPage = "ShippingOptionSelectionPage"
    """The page that asks how to ship."""
    remote_shipping_option_provider: RemoteService | None = None
    """Who is asked for shipping options (RemoteShippingOptionSelectionPage)."""
    time_zone: str = "UTC"
    """IANA name of the zone whose clock hangs in the shop: slots and rules about days and hours read it."""

    # Goods, and what goes with them
    basket_item_remote_price_client_conf: RemoteService | None = None
    """Who is asked for prices that are known elsewhere only (RemotePriceCalculationPage)."""
    delivery_bags_conf: DeliveryBagsConf = DeliveryBagsConf()
    """Bags sold with the delivery (DeliveryBagsPage)."""
    gift_box_configurations: GiftBoxConfigurations = GiftBoxConfigurations()
    """The gift box (GiftBoxPage)."""
    is_marketplace: bool = False
    """Basket lines name the seller they come from."""
    minimum_order_amount: Money | None = None
    """Least an order comes to; None is the documented 0.01, one minor unit of any currency (LoyaltyCardPage)."""
    remote_price_attribute_key: str = "has_remote_price"
    """Attribute of a product that, being the text `true`, sends the buyer to RemotePriceCalculationPage."""

    # Cards
    default_card_slug: str = "other"
    """Card, bank and card type that stand for a BIN nobody knows (BexBinNumberPage)."""
    gpay_bin_number: str = "GPAY00"
    """The BIN whose card carries the instalments of Garanti Pay (GPaySelectionPage)."""
    installment_filters: tuple[InstallmentFilter, ...] = ()
    """What takes instalment plans away, asked in order; a final one is the last (InstallmentSelectionPage)."""
    three_d_secure_enabled: bool = False
    """The rules for 3-D Secure are read at all (CreditCardConfirmationPage)."""
    three_d_secure_rules: tuple[ThreeDRule, ...] = ()
    """A card payment goes through 3-D Secure where any of these says so (CreditCardConfirmationPage)."""

    # Coming back from a provider
    orders_use_isolated_pre_order_on_return: bool = False
    """The return URL carries the order number, encoded, as `n` (RedirectionPaymentSelectedPage)."""
    use_one_time_token: bool = True
    """The return URL carries a token that works once (RedirectionPaymentSelectedPage)."""

    # Loyalty and gift cards
    customer_loyalty_card_service: CustomerLoyaltyCardService = CustomerLoyaltyCardService()
    """Where points come from, and from which basket on they count (LoyaltyCardPage)."""
    gift_card_config: GiftCardConfig = GiftCardConfig()
    """Bounds and waits of gift cards (GiftCardPage)."""
    gift_card_sms_text: str = "{code}"
    """What is sent to the phone of a gift card; `{code}` in it becomes the code (GiftCardPage)."""
    loyalty_money_enabled: bool = False
    """Loyalty money may pay (LoyaltyMoneyPage)."""

    # At the till
    cash_register_defaults: CashRegisterDefaults = CashRegisterDefaults()
    """Staff and store where the till names none (CashRegisterPage)."""
    order_barcode_sent_sms_expiration_in_seconds: int = 1800
    """Seconds before the barcode or the checkout's address is sent again (SendBarcodeSmsPage)."""

    # Our own: paying, and waiting for it
    answer_wait: timedelta = timedelta(seconds=10)
    """How long a second click waits for what becomes of the first, before it is told that a payment is under way."""
    attempts_per_checkout: int = 20
    """Payments that may be tried for one order."""
    attempts_per_client: int = 60
    """Payments that may be tried from one address within `attempts_window`; a till is not counted."""
    attempts_window: timedelta = timedelta(hours=1)
    """The time in which `attempts_per_client` and `guesses_per_client` are counted."""
    guesses_per_client: int = 60
    """Codes that may be tried or asked for from one address within `attempts_window`; not at a till."""
    hold_ttl: timedelta = timedelta(minutes=60)
    """How long stock and coupons are kept for a payment; longer than any gateway may take to tell the end."""
    interest_rounding: Rounding = "up"
    """Which way a fraction of a minor unit goes, of interest and monthly share; published instalment tables go up."""
    send_budget: timedelta = timedelta(seconds=5)
    """Time from the saved intent to the request; later than that nothing is sent."""
    unknown_patience: timedelta = timedelta(minutes=3)
    """Time without an answer after which the buyer may pay another way, where the gateway has inquiry and void."""

    # Our own: looking after payments
    give_up: timedelta = timedelta(hours=48)
    """Time without a definite end after which a payment is handed to a person; it is watched on."""
    inquiry_waits: tuple[timedelta, ...] = (
        timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15),
    )  # fmt: skip
    """Waits between inquiries about an open payment; after the last one every hour."""
    records_kept: timedelta = timedelta(days=90)
    """How long a checkout is kept after its last change (prune); one with an open or watched payment is kept anyway."""
    watch: timedelta = timedelta(days=7)
    """How long a number whose money may still come is looked at."""

    def minimum_order(self, currency: str) -> Money:
        """Least an order in this currency comes to: the setting in its own currency, one minor unit in others."""
        least = self.minimum_order_amount
        return least if least is not None and least.currency == currency else Money.of(1, currency)
