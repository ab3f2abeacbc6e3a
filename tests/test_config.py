"""Settings as an admin writes them: read strictly, all mistakes at once."""

from __future__ import annotations

import json
import tomllib
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.config import load_settings
from checkout_core.money import Money
from checkout_core.rules.installments import CategoryInstallmentFilter
from checkout_core.settings import (
    AttributeKeyRule,
    DeliveryBagsConf,
    GiftBoxConfigurations,
    GroupingRule,
    RemoteService,
    Settings,
)
from checkout_core.shop import Misconfigured

SEEDS = tomllib.loads(Path(__file__).with_name("conformance").joinpath("settings_of_the_seeds.toml").read_text("utf-8"))
GROUPING = "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION"
DELIVERY_PAGE = "CHECKOUT_DELIVERY_OPTION_SELECTION_PAGE"
REMOTE_DELIVERY = "RemoteDeliveryOptionSelectionPage"
SHIPPING_PAGE = "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE"
REMOTE_SHIPPING = "RemoteShippingOptionSelectionPage"
NAMES = sorted(f.name.upper() for f in attrs.fields(Settings))


@attrs.frozen
class Above:
    limit: int


def above(defaults):
    if type(defaults.get("limit")) is not int:
        raise Misconfigured("limit is a whole number")
    return Above(defaults["limit"])


RULES = {"amount_limit": above, "only_guest_user": lambda _: "guests"}


def mistakes(written, **options):
    with pytest.raises(Misconfigured) as caught:
        load_settings(written, **options)
    return str(caught.value).splitlines()


# ---------------------------------------------------------------- what loads


def test_nothing_written_is_the_defaults():
    assert load_settings({}) == Settings()


def test_the_documented_defaults_load_and_change_nothing():
    written = {name: entry["default"] for name, entry in SEEDS.items() if "default" in entry}
    del written["MINIMUM_ORDER_AMOUNT"], written["GIFT_CARD_CONFIG"]["max_amount_per_order"]
    assert load_settings(written) == Settings()


def test_everything_an_admin_writes_is_read():
    text = """{
      "CAN_GUEST_PURCHASE": false,
      "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE": "RemoteShippingOptionSelectionPage",
      "DEFAULT_COUNTRY_CODE": "tr",
      "DELIVERY_BAGS_CONF": {"is_active": true, "sku": "BAG", "per_amount": 100},
      "GIFT_BOX_CONFIGURATIONS": {"is_active": true, "sku": null},
      "IDENTITY_NUMBER_REQUIRED_AMOUNT": "2000.00 TRY",
      "INSTALLMENT_FILTERS": [{"klass": "CategoryInstallmentFilter", "kwargs": {"categories": [3], "max_count": 6}}],
      "INTEREST_ROUNDING": "half_up",
      "ATTRIBUTE_KEYS_FOR_ATTRIBUTE_BASED_SHIPPING_OPTION": [
        {"sort_order": 1, "group_attribute_key": "warehouse", "rule": {"slug": "country-rule", "countries": [1, 2]}},
        {"sort_order": 2, "group_attribute_key": ["brand", "category"], "rule": {"slug": "any-rule"}}
      ],
      "REMOTE_SHIPPING_OPTION_PROVIDER": {"url": "https://ship.example/", "headers": {"Authorization": "Bearer m"}},
      "INQUIRY_WAITS": [2, 60],
      "ATTEMPTS_PER_CHECKOUT": 3,
      "RECORDS_KEPT": 864000,
      "SEND_BUDGET": 4,
      "THREE_D_SECURE_RULES": [{"klass": "amount_limit", "defaults": {"limit": 1000}}, {"klass": "only_guest_user"}]
    }"""
    assert load_settings(json.loads(text), rules=RULES) == Settings(
        can_guest_purchase=False,
        checkout_shipping_option_selection_page="RemoteShippingOptionSelectionPage",
        default_country_code="tr",
        delivery_bags_conf=DeliveryBagsConf(is_active=True, sku="BAG", per_amount=100),
        gift_box_configurations=GiftBoxConfigurations(is_active=True, sku=None),
        identity_number_required_amount=Money("2000.00", "TRY"),
        installment_filters=(CategoryInstallmentFilter(6, frozenset({3})),),
        interest_rounding="half_up",
        attribute_keys_for_attribute_based_shipping_option=(
            AttributeKeyRule(("warehouse",), GroupingRule("country-rule", {"countries": (1, 2)}), 1),
            AttributeKeyRule(("brand", "category"), GroupingRule("any-rule"), 2),
        ),
        remote_shipping_option_provider=RemoteService("https://ship.example/", {"Authorization": "Bearer m"}),
        inquiry_waits=(timedelta(seconds=2), timedelta(minutes=1)),
        attempts_per_checkout=3,
        records_kept=timedelta(days=10),
        send_budget=timedelta(seconds=4),
        three_d_secure_rules=(Above(1000), "guests"),
    )


def test_loaded_settings_are_values():
    deep = {"slug": "not-rule", "child": {"slug": "city-rule", "cities": [1]}}
    written = {GROUPING: [{"sort_order": 1, "group_attribute_key": "warehouse", "rule": deep}]}
    assert hash(load_settings(written)) == hash(load_settings(written))


def test_an_amount_without_a_currency_is_of_the_one_the_caller_names():
    assert load_settings({"MINIMUM_ORDER_AMOUNT": "0.01"}, currency="EUR").minimum_order_amount == Money("0.01", "EUR")
    written = {"MINIMUM_ORDER_AMOUNT": "1 TRY"}
    assert load_settings(written, currency="EUR").minimum_order_amount == Money("1.00", "TRY")


@given(st.fixed_dictionaries({}, optional={f.name: st.booleans() for f in attrs.fields(Settings) if f.type == "bool"}))
def test_switches_are_what_was_written(switches):
    assert load_settings({name.upper(): on for name, on in switches.items()}) == Settings(**switches)


# ---------------------------------------------------------------- what does not

WRONG = [
    # an unknown key
    ({"CAN_GUEST_PURCHASES": True}, "CAN_GUEST_PURCHASES: no such setting; did you mean CAN_GUEST_PURCHASE?"),
    ({"can_guest_purchase": True}, "can_guest_purchase: no such setting; did you mean CAN_GUEST_PURCHASE?"),
    ({"ZZZ": 1}, "ZZZ: no such setting"),
    (
        {"GIFT_BOX_CONFIGURATIONS": {"skuu": "BOX"}},
        "GIFT_BOX_CONFIGURATIONS.skuu: no such field; did you mean sku?",
    ),
    (
        {"INSTALLMENT_FILTERS": [{"klass": "CommerceCardInstallmentFilter", "kwargs": {"max_count": 3}, "x": 1}]},
        "INSTALLMENT_FILTERS[0].x: no such field",
    ),
    ({"INSTALLMENT_FILTERS": [{"klass": "A", "kwargs": {}}]}, "INSTALLMENT_FILTERS[0].klass: 'A' is no filter"),
    # another type
    ({"CAN_GUEST_PURCHASE": 1}, "CAN_GUEST_PURCHASE: wants true or false, not a number"),
    ({"CAN_GUEST_PURCHASE": "true"}, "CAN_GUEST_PURCHASE: wants true or false, not text"),
    ({"CAN_GUEST_PURCHASE": None}, "CAN_GUEST_PURCHASE: wants true or false, not null"),
    ({"DEFAULT_CARD_SLUG": 5}, "DEFAULT_CARD_SLUG: wants text, not a number"),
    ({"DEFAULT_COUNTRY_CODE": ["tr"]}, "DEFAULT_COUNTRY_CODE: wants text, not a list"),
    ({"SEND_BUDGET": "4"}, "SEND_BUDGET: wants whole seconds, not text"),
    ({"SEND_BUDGET": 4.0}, "SEND_BUDGET: wants whole seconds, not a fraction"),
    ({"SEND_BUDGET": True}, "SEND_BUDGET: wants whole seconds, not true or false"),
    ({"SEND_BUDGET": 10**20}, "SEND_BUDGET: is longer than time goes"),
    (
        {"DELIVERY_BAGS_CONF": {"per_amount": True}},
        "DELIVERY_BAGS_CONF.per_amount: wants a whole number, not true or false",
    ),
    (
        {"DELIVERY_BAGS_CONF": {"per_amount": 1.0}},
        "DELIVERY_BAGS_CONF.per_amount: wants a whole number, not a fraction",
    ),
    ({"DELIVERY_BAGS_CONF": "off"}, "DELIVERY_BAGS_CONF: wants an object, not text"),
    ({"INSTALLMENT_FILTERS": "abc"}, "INSTALLMENT_FILTERS: wants a list, not text"),
    ({"INSTALLMENT_FILTERS": {}}, "INSTALLMENT_FILTERS: wants a list, not an object"),
    ({"INSTALLMENT_FILTERS": ["A"]}, "INSTALLMENT_FILTERS[0]: wants an object, not text"),
    (
        {"INSTALLMENT_FILTERS": [{"klass": "A", "kwargs": []}]},
        "INSTALLMENT_FILTERS[0].kwargs: wants an object, not a list",
    ),
    (
        {"REMOTE_DELIVERY_OPTION_PROVIDER": {"url": "https://a/", "headers": []}},
        "REMOTE_DELIVERY_OPTION_PROVIDER.headers: wants an object, not a list",
    ),
    (
        {"REMOTE_DELIVERY_OPTION_PROVIDER": {"url": "https://a/", "headers": {"X": 1}}},
        "REMOTE_DELIVERY_OPTION_PROVIDER.headers.X: wants text, not a number",
    ),
    (
        {GROUPING: [{"group_attribute_key": [], "rule": {"slug": "any-rule"}, "sort_order": 1}]},
        f"{GROUPING}[0].group_attribute_key: wants at least one",
    ),
    (
        {GROUPING: [{"group_attribute_key": "a", "rule": "any-rule", "sort_order": 1}]},
        f"{GROUPING}[0].rule: wants an object, not text",
    ),
    (
        {GROUPING: [{"group_attribute_key": "a", "rule": {"slug": 1}, "sort_order": 1}]},
        f"{GROUPING}[0].rule.slug: wants text, not a number",
    ),
    (
        {GROUPING: [{"group_attribute_key": "a", "rule": {"slug": "citi-rule"}, "sort_order": 1}]},
        f"{GROUPING}[0].rule.slug: no such slug; did you mean city-rule or district-rule?",
    ),
    (
        {GROUPING: [{"group_attribute_key": "a", "rule": {"slug": "city-rule", "cities": ["5"]}, "sort_order": 1}]},
        f"{GROUPING}[0].rule.cities[0]: wants a whole number, not text",
    ),
    # something left out
    ({"INSTALLMENT_FILTERS": [{"klass": "A"}]}, "INSTALLMENT_FILTERS[0].kwargs: is missing"),
    ({"REMOTE_DELIVERY_OPTION_PROVIDER": {"headers": {}}}, "REMOTE_DELIVERY_OPTION_PROVIDER.url: is missing"),
    (
        {GROUPING: [{"group_attribute_key": "a", "rule": {}, "sort_order": 1}]},
        f"{GROUPING}[0].rule.slug: is missing",
    ),
    # a page that may not be chosen
    (
        {DELIVERY_PAGE: "DeliveryOptionPage"},
        (
            f"{DELIVERY_PAGE}: 'DeliveryOptionPage' is none of DeliveryOptionSelectionPage, {REMOTE_DELIVERY}; "
            "did you mean DeliveryOptionSelectionPage?"
        ),
    ),
    ({"INTEREST_ROUNDING": 1}, "INTEREST_ROUNDING: wants text, not a number"),
    # what is no amount
    ({"MINIMUM_ORDER_AMOUNT": 0.01}, 'MINIMUM_ORDER_AMOUNT: wants an amount as text, "2000.00 TRY", not a fraction'),
    ({"MINIMUM_ORDER_AMOUNT": 1}, 'MINIMUM_ORDER_AMOUNT: wants an amount as text, "2000.00 TRY", not a number'),
    (
        {"MINIMUM_ORDER_AMOUNT": "0.01"},
        "MINIMUM_ORDER_AMOUNT: '0.01' does not say of which currency, as \"0.01 TRY\" does",
    ),
    ({"MINIMUM_ORDER_AMOUNT": "0.001 TRY"}, "MINIMUM_ORDER_AMOUNT: 0.001 TRY is no whole number of minor units"),
    ({"MINIMUM_ORDER_AMOUNT": "1 XYZ"}, "MINIMUM_ORDER_AMOUNT: 'XYZ' is no ISO 4217 code"),
    *(
        ({"MINIMUM_ORDER_AMOUNT": odd}, f'MINIMUM_ORDER_AMOUNT: {odd!r} is no amount such as "2000.00 TRY"')
        for odd in ("NaN TRY", "1e3 TRY", "-1 TRY", "1,00 TRY", " 1 TRY", "1 TRY\n", "\u0661 TRY", "1_0 TRY", "")
    ),
    # what JSON cannot say
    (
        {"INSTALLMENT_FILTERS": [{"klass": "A", "kwargs": {"x": float("nan")}}]},
        "INSTALLMENT_FILTERS[0].kwargs: float is not JSON",
    ),
    (
        {"INSTALLMENT_FILTERS": tomllib.loads("all = [{klass = 'A', kwargs = {from = 2026-01-01}}]")["all"]},
        "INSTALLMENT_FILTERS[0].kwargs: date is not JSON",
    ),
    # out of range
    ({"DELIVERY_BAGS_CONF": {"per_amount": 0}}, "DELIVERY_BAGS_CONF.per_amount: must not be below 1"),
    ({"SEND_BUDGET": 0}, "SEND_BUDGET: must be above 0"),
    ({"DEFAULT_COUNTRY_CODE": "Turkey"}, "DEFAULT_COUNTRY_CODE: wants two letters"),
    # at odds with another setting
    ({"DELIVERY_BAGS_CONF": {"is_active": True}}, "DELIVERY_BAGS_CONF.sku: is needed while is_active"),
    (
        {SHIPPING_PAGE: REMOTE_SHIPPING},
        f"{SHIPPING_PAGE}: {REMOTE_SHIPPING} needs REMOTE_SHIPPING_OPTION_PROVIDER",
    ),
    (
        {
            SHIPPING_PAGE: REMOTE_SHIPPING,
            "REMOTE_SHIPPING_OPTION_PROVIDER": {},
        },
        f"{SHIPPING_PAGE}: {REMOTE_SHIPPING} needs REMOTE_SHIPPING_OPTION_PROVIDER",
    ),
    # a time limit out of range, or shorter than another one
    ({"SEND_BUDGET": 0}, "SEND_BUDGET: must be above 0"),
    ({"INQUIRY_WAITS": [5, 0]}, "INQUIRY_WAITS: wants waits above 0"),
    ({"INQUIRY_WAITS": 5}, "INQUIRY_WAITS: wants a list, not a number"),
    ({"INQUIRY_WAITS": [5, "15"]}, "INQUIRY_WAITS[1]: wants whole seconds, not text"),
    ({"WATCH": 3600}, "WATCH: must not be shorter than GIVE_UP"),
    # a rule
    ({"THREE_D_SECURE_RULES": [{}]}, "THREE_D_SECURE_RULES[0].klass: is missing"),
    ({"THREE_D_SECURE_RULES": [5]}, "THREE_D_SECURE_RULES[0]: wants an object, not a number"),
    (
        {"THREE_D_SECURE_RULES": [{"klass": "amount_limits"}]},
        "THREE_D_SECURE_RULES[0].klass: 'amount_limits' is no rule; did you mean amount_limit?",
    ),
    (
        {"THREE_D_SECURE_RULES": [{"klass": "only_guest_user", "default": {}}]},
        "THREE_D_SECURE_RULES[0].default: no such field; did you mean defaults?",
    ),
    (
        {"THREE_D_SECURE_RULES": [{"klass": "amount_limit", "defaults": 5}]},
        "THREE_D_SECURE_RULES[0].defaults: wants an object, not a number",
    ),
    (
        {"THREE_D_SECURE_RULES": [{"klass": "only_guest_user"}, {"klass": "amount_limit", "defaults": {}}]},
        "THREE_D_SECURE_RULES[1].defaults: limit is a whole number",
    ),
]


@pytest.mark.parametrize(("written", "line"), WRONG, ids=[line for _, line in WRONG])
def test_a_mistake_is_told_with_its_key_and_it_alone(written, line):
    assert mistakes(written, rules=RULES) == [line]


def test_all_mistakes_are_told_at_once():
    written = {
        "CAN_GUEST_PURCHASE": "no",
        "DELIVERY_BAGS_CONF": {"is_active": 1, "min_quantity": -1, "per_amounts": 3, "auto_run": 0},
        "GUEST_PURCHASE": True,
        "MINIMUM_ORDER_AMOUNT": 0.01,
        "REMOTE_SHIPPING_OPTION_PROVIDER": {"url": "ftp://x/", "headers": {"A": 1, "B": None}},
        "THREE_D_SECURE_RULES": [{"klass": "nothing", "defaults": 1}, {"klass": "amount_limit", "extra": 2}],
        "SEND_BUDGET": 0,
    }
    assert [line.split(":")[0] for line in mistakes(written, rules=RULES)] == [
        "CAN_GUEST_PURCHASE",
        "DELIVERY_BAGS_CONF.per_amounts",
        "DELIVERY_BAGS_CONF.is_active",
        "DELIVERY_BAGS_CONF.auto_run",
        "GUEST_PURCHASE",
        "MINIMUM_ORDER_AMOUNT",
        "REMOTE_SHIPPING_OPTION_PROVIDER.headers.A",
        "REMOTE_SHIPPING_OPTION_PROVIDER.headers.B",
        "THREE_D_SECURE_RULES[0].defaults",
        "THREE_D_SECURE_RULES[0].klass",
        "THREE_D_SECURE_RULES[1].extra",
        "THREE_D_SECURE_RULES[1].defaults",
        "REMOTE_SHIPPING_OPTION_PROVIDER.url",
        "DELIVERY_BAGS_CONF.min_quantity",
        "SEND_BUDGET",
    ]


BY_ITSELF = [(written, line) for written, line in WRONG if " needs " not in line]


@given(st.lists(st.sampled_from(BY_ITSELF), unique_by=lambda case: next(iter(case[0])), min_size=2))
def test_no_mistake_hides_another_or_makes_one_up(cases):
    together = {key: value for written, _ in cases for key, value in written.items()}
    assert sorted(mistakes(together, rules=RULES)) == sorted(line for _, line in cases)


def test_a_page_is_not_said_to_lack_the_provider_that_could_not_be_read():
    written = {
        SHIPPING_PAGE: REMOTE_SHIPPING,
        "REMOTE_SHIPPING_OPTION_PROVIDER": {"url": 7},
    }
    assert mistakes(written) == ["REMOTE_SHIPPING_OPTION_PROVIDER.url: wants text, not a number"]


def test_a_password_in_the_wrong_place_is_not_repeated():
    written = {
        "REMOTE_SHIPPING_OPTION_PROVIDER": {"url": "https://me:mellon@x/", "headers": "Bearer mellon"},
        "REMOTE_DELIVERY_OPTION_PROVIDER": "mellon",
    }
    lines = mistakes(written)
    assert len(lines) == 3
    assert "mellon" not in "".join(lines)


def test_a_rule_that_breaks_for_a_fault_of_its_own_is_not_called_a_mistake_of_the_admin():
    def broken(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_settings({"THREE_D_SECURE_RULES": [{"klass": "broken"}]}, rules={"broken": broken})


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("1.00 TRY")
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["klass", "kwargs", "defaults", "sku", "is_active", "url", "headers", "slug", "rule"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), anything, max_size=4))
def test_whatever_is_written_is_read_as_it_is_or_refused_as_misconfigured(written):
    try:
        settings = load_settings(written, rules=RULES)
    except Misconfigured:
        return
    assert hash(settings) == hash(load_settings(written, rules=RULES))
    for key, value in written.items():
        read = getattr(settings, key.lower())
        if isinstance(value, bool | int | str) and not isinstance(read, timedelta | Money):
            assert type(read) is type(value)
            assert read == value
