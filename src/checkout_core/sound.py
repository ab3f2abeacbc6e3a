"""What sound settings fulfil: ranges, and the order of time limits.

    contradictions(Settings(send_budget=timedelta(0)))    # ('SEND_BUDGET: must be above 0',)

Asked of settings an admin wrote, and of those a program made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from operator import attrgetter
from typing import Final

from attrs import frozen

from .settings import RemoteService, Settings

ADDRESS = re.compile(r"https?://[^\s/@?#]+([/?]\S*)?")
COUNTRY = re.compile(r"[A-Za-z]{2}")
SOMETHING = re.compile(r".+")
ZERO = timedelta(0)


def contradictions(settings: Settings) -> tuple[str, ...]:
    """What in these settings is out of range or at odds with another one, a line each; none where they are sound."""
    return tuple(f"{fact.about()[0]}: {fact.says}" for fact in FACTS if not fact.holds(settings))


@frozen
class Fact:
    """What sound settings fulfil."""

    paths: tuple[str, ...]  # the fields it is about, the one to blame first
    holds: Callable[[Settings], bool]
    says: str

    def about(self) -> tuple[str, ...]:
        """Its fields as an admin writes them: the setting in capitals, the rest as it is."""
        return tuple(head.upper() + dot + rest for head, dot, rest in (path.partition(".") for path in self.paths))


def _least(path: str, least: int | timedelta, says: str) -> Fact:
    of = attrgetter(path)
    return Fact((path,), lambda settings: of(settings) >= least, says)


def _matches(path: str, pattern: re.Pattern[str], says: str) -> Fact:
    of = attrgetter(path)
    return Fact((path,), lambda settings: of(settings) is None or pattern.fullmatch(of(settings)) is not None, says)


def _addressed(name: str) -> Fact:
    def holds(settings: Settings) -> bool:
        service: RemoteService | None = getattr(settings, name)
        return service is None or ADDRESS.fullmatch(service.url) is not None

    return Fact((f"{name}.url",), holds, "wants an http or https address, without a user name in it")


def _owes_nothing(path: str) -> Fact:
    of = attrgetter(path)
    return Fact((path,), lambda settings: of(settings) is None or of(settings).minor >= 0, "wants no amount below 0")


def _provided(page: str, provider: str, remote: str) -> Fact:
    def holds(settings: Settings) -> bool:
        return getattr(settings, page) != remote or getattr(settings, provider) is not None

    return Fact((page, provider), holds, f"{remote} needs {provider.upper()}")


def _compiles(settings: Settings) -> bool:
    try:
        re.compile(settings.user_phone_regex)
    except re.error:
        return False
    return True


def _bag_named(settings: Settings) -> bool:
    bags = settings.delivery_bags_conf
    return not bags.is_active or bool(bags.sku)


FACTS: Final = (
    Fact(("user_phone_regex",), _compiles, "is no regular expression"),
    _matches("default_country_code", COUNTRY, "wants two letters"),
    _matches("remote_price_attribute_key", SOMETHING, "must not be empty"),
    _matches("default_card_slug", SOMETHING, "must not be empty"),
    _matches("gpay_bin_number", SOMETHING, "must not be empty"),
    _provided(
        "checkout_delivery_option_selection_page",
        "remote_delivery_option_provider",
        "RemoteDeliveryOptionSelectionPage",
    ),
    _provided(
        "checkout_shipping_option_selection_page",
        "remote_shipping_option_provider",
        "RemoteShippingOptionSelectionPage",
    ),
    _addressed("remote_delivery_option_provider"),
    _addressed("remote_shipping_option_provider"),
    _addressed("basket_item_remote_price_client_conf"),
    _owes_nothing("identity_number_required_amount"),
    _owes_nothing("minimum_order_amount"),
    _owes_nothing("gift_card_config.max_amount_per_order"),
    _owes_nothing("customer_loyalty_card_service.minimum_basket_amount_for_redeem"),
    _least("delivery_bags_conf.min_quantity", 0, "must not be below 0"),
    _least("delivery_bags_conf.per_amount", 1, "must not be below 1"),
    Fact(("delivery_bags_conf.sku", "delivery_bags_conf.is_active"), _bag_named, "is needed while is_active"),
    _least("gift_card_config.balance_cache_ttl", ZERO, "must not be below 0"),
    _least("gift_card_config.otp_resend_cooldown", ZERO, "must not be below 0"),
    _least("gift_card_config.void_task_countdown", ZERO, "must not be below 0"),
    _least("order_barcode_sent_sms_expiration_in_seconds", 0, "must not be below 0"),
    Fact(("send_budget",), lambda s: s.send_budget > ZERO, "must be above 0"),
    _least("answer_wait", ZERO, "must not be below 0"),
    _least("unknown_patience", ZERO, "must not be below 0"),
    Fact(("inquiry_waits",), lambda s: bool(s.inquiry_waits) and min(s.inquiry_waits) > ZERO, "wants waits above 0"),
    Fact(("give_up",), lambda s: s.give_up > ZERO, "must be above 0"),
    Fact(("watch", "give_up"), lambda s: s.watch >= s.give_up, "must not be shorter than GIVE_UP"),
    Fact(("hold_ttl",), lambda s: s.hold_ttl > ZERO, "must be above 0"),
    _least("attempts_per_checkout", 1, "must be at least 1"),
    _least("attempts_per_client", 1, "must be at least 1"),
    Fact(("attempts_window",), lambda s: s.attempts_window > ZERO, "must be above 0"),
    Fact(("records_kept", "watch"), lambda s: s.records_kept >= s.watch, "must not be shorter than WATCH"),
)
