"""Settings: the documents' names and defaults, a sentence each, and that they are values."""

from __future__ import annotations

import ast
import inspect
import pickle
import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import get_args, get_type_hints

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from checkout_core import settings as module
from checkout_core.money import Money
from checkout_core.rules.installments import CategoryInstallmentFilter
from checkout_core.settings import (
    AttributeKeyRule,
    DeliveryBagsConf,
    FrozenDict,
    GiftCardConfig,
    GroupingRule,
    RemoteService,
    Settings,
    frozen_json,
)
from checkout_core.sound import FACTS, contradictions

SEEDS = tomllib.loads(Path(__file__).with_name("conformance").joinpath("settings_of_the_seeds.toml").read_text("utf-8"))
OUR_OWN = {
    "answer_wait", "attempts_per_checkout", "attempts_per_client", "attempts_window", "gift_card_sms_text", "give_up",
    "guesses_per_client", "hold_ttl", "inquiry_waits", "interest_rounding", "records_kept", "send_budget", "time_zone",
    "unknown_patience", "watch",
}  # fmt: skip
CLASSES = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)]
HINTS = get_type_hints(Settings, localns={"ThreeDRule": object, "InstallmentFilter": object})

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(st.text(), json_values, max_size=4)


def says(documented, ours):
    """Whether a value of ours says what the documents write."""
    if isinstance(ours, timedelta):
        return type(documented) is int and ours == timedelta(seconds=documented)
    if ours is None:
        return documented in (None, {})
    if attrs.has(type(ours)):
        return all(says((documented or {}).get(f.name), getattr(ours, f.name)) for f in attrs.fields(type(ours)))
    if isinstance(ours, tuple):
        return documented == list(ours)
    return type(documented) is type(ours) and documented == ours


def thawed(value):
    if isinstance(value, tuple):
        return [thawed(item) for item in value]
    return {key: thawed(item) for key, item in value.items()} if isinstance(value, FrozenDict) else value


# ---------------------------------------------------------------- the documents


@pytest.mark.parametrize("name", sorted(SEEDS.keys() - {"MINIMUM_ORDER_AMOUNT", "GIFT_CARD_CONFIG"}))
def test_a_documented_setting_has_its_name_and_its_default(name):
    ours = getattr(Settings(), name.lower())
    documented = SEEDS[name].get("default")
    if name in {"CASH_REGISTER_DEFAULTS", "DELIVERY_BAGS_CONF", "GIFT_BOX_CONFIGURATIONS"}:
        assert documented.keys() <= attrs.asdict(ours).keys()
    assert says(documented, ours), (documented, ours)


def test_the_documented_least_order_is_one_minor_unit_where_these_are_hundredths():
    assert Money(SEEDS["MINIMUM_ORDER_AMOUNT"]["default"], "TRY") == Settings().minimum_order("TRY")


def test_gift_cards_default_as_documented_with_no_cap_written_as_none():
    documented = dict(SEEDS["GIFT_CARD_CONFIG"]["default"])
    assert documented.pop("max_amount_per_order") == 0
    assert Settings().gift_card_config.max_amount_per_order is None
    assert says(documented, Settings().gift_card_config)


@pytest.mark.parametrize("name", sorted(SEEDS))
def test_a_documented_setting_has_its_type(name):
    documented, hint = SEEDS[name]["type"], HINTS[name.lower()]
    if documented == "bool":
        assert hint is bool
    elif documented.startswith("text"):
        assert hint in (str, str | None)
    elif documented.startswith("amount"):
        assert hint == Money | None
    elif documented.startswith("page: "):
        assert get_args(hint) == tuple(documented.removeprefix("page: ").split(", "))
    elif documented.startswith("list"):
        assert hint.__origin__ is tuple
    elif documented.startswith("seconds"):
        assert hint is int
    else:
        assert documented.startswith("object")
        assert any(attrs.has(kind) for kind in (hint, *get_args(hint)))


def test_every_setting_is_documented_or_one_of_our_own():
    assert {f.name for f in attrs.fields(Settings)} == {name.lower() for name in SEEDS} | OUR_OWN


# ---------------------------------------------------------------- the sentences


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.name)
def test_every_field_is_followed_by_one_sentence(cls):
    fields = [n for n, statement in enumerate(cls.body) if isinstance(statement, ast.AnnAssign)]
    assert fields
    for n in fields:
        below = cls.body[n + 1]
        name = cls.body[n].target.id
        assert isinstance(below, ast.Expr), name
        assert isinstance(below.value, ast.Constant), name
        assert re.fullmatch(r"[A-Z][^\n]*[^.\s]\.", below.value.value), name
        assert ". " not in below.value.value, name


def test_settings_stand_in_groups_with_a_line_each_in_alphabetical_order():
    lines = inspect.getsource(Settings).split("    def ")[0].splitlines()
    groups = "\n".join(lines[3:]).split("\n\n")
    for group in groups:
        head, *rest = [line.strip() for line in group.strip().splitlines()]
        assert head.startswith("# "), head
        assert not any(line.startswith("#") for line in rest), head
        names = [line.split(":")[0] for line in rest if re.match(r"[a-z_]+: ", line)]
        assert names == sorted(names), head


# ---------------------------------------------------------------- a value

FULL = Settings(
    attribute_keys_for_attribute_based_shipping_option=(
        AttributeKeyRule(("brand", "category"), GroupingRule("or-rule", {"children": [{"slug": "any-rule"}]}), 1),
    ),
    identity_number_required_amount=Money("2000.00", "TRY"),
    installment_filters=(CategoryInstallmentFilter(3, frozenset({3, 4}), final=True),),
    remote_shipping_option_provider=RemoteService("https://ship.example/", {"Authorization": "Bearer mellon"}),
)


@pytest.mark.parametrize("settings", [Settings(), FULL], ids=["default", "full"])
def test_settings_are_hashable_frozen_and_survive_pickling(settings):
    copy = pickle.loads(pickle.dumps(settings))
    assert copy == settings
    assert hash(copy) == hash(settings)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        settings.can_guest_purchase = False


def test_a_different_setting_is_a_different_value():
    assert evolve(FULL, autoselect_shipping=True) != FULL
    assert GroupingRule("a", {"x": [1]}) != GroupingRule("a", {"x": [2]})


def test_headers_are_not_printed_with_the_settings():
    assert "mellon" not in repr(FULL)
    assert FULL.remote_shipping_option_provider.headers == {"Authorization": "Bearer mellon"}


@given(json_objects)
def test_a_frozen_object_says_what_was_written_and_hashes(written):
    frozen = frozen_json(written)
    assert thawed(frozen) == written
    assert hash(frozen) == hash(frozen_json(dict(reversed(written.items()))))
    assert frozen == frozen_json(dict(reversed(written.items())))
    assert frozen_json(frozen) == frozen


def test_what_happens_later_to_the_written_object_does_not_reach_the_frozen_one():
    cities = [1]
    written = {"cities": cities}
    rule, table = GroupingRule("city-rule", written), FrozenDict(written)
    cities.append(2)
    written["exclude"] = True
    assert rule.kwargs == {"cities": (1,)}
    assert table.keys() == {"cities"}


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), {1}, timedelta(1), b""])
def test_what_json_cannot_say_is_refused(odd):
    with pytest.raises(TypeError, match="is not JSON"):
        frozen_json({"deep": [{"er": odd}]})


# ---------------------------------------------------------------- amounts

amounts = st.integers(0, 10**6)


@given(amounts)
def test_the_least_order_is_the_setting_in_its_currency_and_a_minor_unit_in_others(least):
    settings = Settings(minimum_order_amount=Money.of(least, "TRY"))
    assert settings.minimum_order("TRY") == Money.of(least, "TRY")
    assert settings.minimum_order("JPY") == Money("1", "JPY")


# ---------------------------------------------------------------- sound settings

SOON = timedelta(seconds=-1)
NOWHERE = RemoteService("ftp://ship.example/")
OWED = Money("-0.01", "TRY")
UNSOUND = {
    "USER_PHONE_REGEX: is no": {"user_phone_regex": "(05"},
    "DEFAULT_COUNTRY_CODE: wants": {"default_country_code": "TUR"},
    "REMOTE_PRICE_ATTRIBUTE_KEY: must": {"remote_price_attribute_key": ""},
    "DEFAULT_CARD_SLUG: must": {"default_card_slug": ""},
    "GPAY_BIN_NUMBER: must": {"gpay_bin_number": ""},
    "CHECKOUT_DELIVERY_OPTION_SELECTION_PAGE: RemoteDelivery": {
        "checkout_delivery_option_selection_page": "RemoteDeliveryOptionSelectionPage"
    },
    "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE: RemoteShipping": {
        "checkout_shipping_option_selection_page": "RemoteShippingOptionSelectionPage"
    },
    "REMOTE_DELIVERY_OPTION_PROVIDER.url: wants": {"remote_delivery_option_provider": NOWHERE},
    "REMOTE_SHIPPING_OPTION_PROVIDER.url: wants": {"remote_shipping_option_provider": NOWHERE},
    "BASKET_ITEM_REMOTE_PRICE_CLIENT_CONF.url: wants": {"basket_item_remote_price_client_conf": NOWHERE},
    "IDENTITY_NUMBER_REQUIRED_AMOUNT: wants": {"identity_number_required_amount": OWED},
    "MINIMUM_ORDER_AMOUNT: wants": {"minimum_order_amount": OWED},
    "GIFT_CARD_CONFIG.max_amount_per_order: wants": {"gift_card_config": GiftCardConfig(max_amount_per_order=OWED)},
    "CUSTOMER_LOYALTY_CARD_SERVICE.minimum_basket_amount_for_redeem: wants": {
        "customer_loyalty_card_service": module.CustomerLoyaltyCardService(minimum_basket_amount_for_redeem=OWED)
    },
    "DELIVERY_BAGS_CONF.min_quantity: must": {"delivery_bags_conf": DeliveryBagsConf(min_quantity=-1)},
    "DELIVERY_BAGS_CONF.per_amount: must": {"delivery_bags_conf": DeliveryBagsConf(per_amount=0)},
    "DELIVERY_BAGS_CONF.sku: is needed": {"delivery_bags_conf": DeliveryBagsConf(is_active=True, sku="")},
    "GIFT_CARD_CONFIG.balance_cache_ttl: must": {"gift_card_config": GiftCardConfig(balance_cache_ttl=SOON)},
    "GIFT_CARD_CONFIG.otp_resend_cooldown: must": {"gift_card_config": GiftCardConfig(otp_resend_cooldown=SOON)},
    "GIFT_CARD_CONFIG.void_task_countdown: must": {"gift_card_config": GiftCardConfig(void_task_countdown=SOON)},
    "ORDER_BARCODE_SENT_SMS_EXPIRATION_IN_SECONDS: must": {"order_barcode_sent_sms_expiration_in_seconds": -1},
    "SEND_BUDGET: must": {"send_budget": timedelta(0)},
    "ANSWER_WAIT: must": {"answer_wait": SOON},
    "UNKNOWN_PATIENCE: must": {"unknown_patience": SOON},
    "INQUIRY_WAITS: wants": {"inquiry_waits": (timedelta(seconds=5), timedelta(0))},
    "GIVE_UP: must": {"give_up": timedelta(0)},
    "WATCH: must": {"watch": timedelta(hours=47)},
    "HOLD_TTL: must": {"hold_ttl": timedelta(0)},
    "ATTEMPTS_PER_CHECKOUT: must": {"attempts_per_checkout": 0},
    "ATTEMPTS_PER_CLIENT: must": {"attempts_per_client": 0},
    "ATTEMPTS_WINDOW: must": {"attempts_window": timedelta(0)},
    "RECORDS_KEPT: must": {"records_kept": timedelta(days=6)},
}


def test_the_defaults_and_a_full_table_are_sound():
    assert contradictions(Settings()) == ()
    assert contradictions(FULL) == ()


@pytest.mark.parametrize("begins", sorted(UNSOUND))
def test_an_unsound_setting_is_named_and_it_alone(begins):
    (line,) = contradictions(Settings(**UNSOUND[begins]))
    assert line.startswith(begins)


def test_every_fact_has_its_example_above():
    assert {f"{fact.about()[0]}: {fact.says}"[: len(begins)] for fact in FACTS for begins in UNSOUND} >= UNSOUND.keys()
    assert len(FACTS) == len(UNSOUND)


@pytest.mark.parametrize("sound", ["https://ship.example", "http://10.0.0.7:8080/quote?v=2", "https://x/a@b"])
def test_an_http_address_is_fine(sound):
    assert contradictions(Settings(remote_shipping_option_provider=RemoteService(sound))) == ()


@pytest.mark.parametrize(
    "odd", ["", "ship.example", "https://", "https://me:pw@ship.example/", "https://a b/", "https://a/\n"]
)
def test_any_other_address_is_not(odd):
    assert contradictions(Settings(remote_shipping_option_provider=RemoteService(odd)))


def test_time_limits_may_be_as_tight_as_they_are_ordered():
    least, day = timedelta(microseconds=1), timedelta(days=1)
    tight = Settings(
        answer_wait=timedelta(0), unknown_patience=timedelta(0), inquiry_waits=(least,), hold_ttl=least,
        attempts_per_checkout=1, attempts_per_client=1, attempts_window=least, send_budget=timedelta(seconds=1),
        give_up=day, watch=day, records_kept=day,
    )  # fmt: skip
    assert contradictions(tight) == ()


def test_somebody_must_be_asked_about_a_payment_at_least_once():
    (line,) = contradictions(Settings(inquiry_waits=()))
    assert line.startswith("INQUIRY_WAITS: wants")
