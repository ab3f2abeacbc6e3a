from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Mapping
from typing import NewType

import attrs
import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_core.effects import Secret
from checkout_core.forms import (
    CODES,
    PARSERS,
    AccountUsages,
    AddOrRemove,
    Agreement,
    Amount,
    BinNumber,
    BrowserText,
    CampaignCode,
    CardHolder,
    CardMonth,
    CardName,
    CardNumber,
    CardYear,
    ClientTime,
    ClientType,
    CouponKey,
    Cvv,
    Email,
    Flag,
    GiftCardCode,
    GiftNote,
    GroupOptions,
    InstallmentCounts,
    JsonText,
    Notes,
    OneTimeCode,
    Phone,
    Pk,
    Pks,
    Quantity,
    RemoteId,
    ReturnField,
    RewardAmount,
    Sku,
    SourceOptions,
    VoucherCode,
    plan,
    read,
)
from checkout_core.page import EMPTY, Empty, Invalid
from checkout_core.settings import Settings

SHOP = Settings()
NUMBER, CVV = "5421190000000009", "8317"


@frozen
class CardForm:
    card_number: CardNumber
    card_holder: CardHolder
    card_month: CardMonth
    card_year: CardYear
    card_cvv: Cvv
    agreement: Agreement
    card_name: CardName | None = None
    save: Flag = False
    use_three_d: Flag | None = None
    client_time: ClientTime | None = None
    browser_language: BrowserText | None = None


@frozen
class EveryType:
    pk: Pk
    email: Email
    phone: Phone
    bin_number: BinNumber
    card: CardNumber
    cvv: Cvv
    month: CardMonth
    year: CardYear
    holder: CardHolder
    agreement: Agreement
    flag: Flag
    card_name: CardName | None = None
    notes: Notes | None = None
    remote_id: RemoteId | None = None
    time: ClientTime | None = None
    browser: BrowserText | None = None
    returned: ReturnField | None = None
    sources: SourceOptions | None = None
    groups: GroupOptions | None = None
    amount: Amount | None = None
    usages: AccountUsages | None = None
    action: AddOrRemove | None = None
    coupon: CouponKey | None = None
    gift_note: GiftNote | None = None
    anything: JsonText | None = None
    pks: Pks | None = None
    quantity: Quantity | None = None
    sku: Sku | None = None
    voucher: VoucherCode | None = None
    campaign: CampaignCode | None = None
    reward: RewardAmount | None = None
    client: ClientType | None = None
    gift_card: GiftCardCode | None = None
    code: OneTimeCode | None = None
    counts: InstallmentCounts | None = None
    many: Pk = 7


GOOD = {
    "card_number": "5421 1900 0000 0009", "card_holder": "Ada Lovelace", "card_month": "1", "card_year": "2029",
    "card_cvv": CVV, "agreement": True,
}  # fmt: skip


def tried(form, body, shop=SHOP):
    """The form, or why there is none."""
    try:
        return read(form, body, shop)
    except Invalid as refused:
        return refused


def codes(form, body, shop=SHOP):
    return tried(form, body, shop).codes


# What is read


def test_a_body_becomes_the_form():
    expected = CardForm(Secret(NUMBER), "Ada Lovelace", 1, 2029, Secret(CVV), agreement=True)
    assert read(CardForm, GOOD, SHOP) == expected


def test_every_bad_field_is_reported_at_once():
    body = {**GOOD, "card_number": "5421190000000004", "card_month": "13", "agreement": "no", "card_name": "x" * 65}
    del body["card_holder"]
    assert codes(CardForm, body) == {
        "card_number": ("checksum",),
        "card_holder": ("required",),
        "card_month": ("invalid",),
        "agreement": ("required",),
        "card_name": ("too_long",),
    }


def test_an_empty_body_is_asked_for_what_the_form_requires_and_for_nothing_else():
    required = ("card_number", "card_holder", "card_month", "card_year", "card_cvv", "agreement")
    assert codes(CardForm, {}) == dict.fromkeys(required, ("required",))


@pytest.mark.parametrize("blank", [None, "", " ", "\r\n\t", "\u00a0"])
def test_null_blank_and_missing_are_the_same(blank):
    form = read(CardForm, {**GOOD, "card_name": blank, "save": blank, "use_three_d": blank}, SHOP)
    assert form == read(CardForm, GOOD, SHOP)
    assert codes(CardForm, {**GOOD, "card_cvv": blank}) == {"card_cvv": ("required",)}


@pytest.mark.parametrize("kept", [False, 0, [], {}, 0.0, b""])
def test_a_false_value_of_another_kind_is_not_missing(kept):
    assert codes(CardForm, {**GOOD, "card_cvv": kept}) == {"card_cvv": ("invalid",)}


@frozen
class TwoFlags:
    without_default: Flag
    with_default: Flag = True


def test_a_flag_that_is_left_out_is_its_default_or_off():
    assert read(TwoFlags, {}, SHOP) == TwoFlags(without_default=False, with_default=True)
    assert read(TwoFlags, {"without_default": "on", "with_default": "0"}, SHOP) == TwoFlags(
        without_default=True, with_default=False
    )


@frozen
class NoteForm:
    notes: Notes | None = None


@pytest.mark.parametrize("body", [{}, {"notes": None}, {"notes": ""}, {"notes": "  \r\n"}])
def test_a_note_is_cleared_by_leaving_it_empty(body):
    assert read(NoteForm, body, SHOP) == NoteForm(None)


@frozen
class ListForm:
    pks: Pks


@pytest.mark.parametrize("blank", ["", " ", [""], []])
def test_a_list_of_which_nothing_is_ticked_is_empty(blank):
    assert read(ListForm, {"pks": blank}, SHOP) == ListForm(())


@pytest.mark.parametrize("body", [{}, {"pks": None}])
def test_a_list_that_is_not_there_is_missing(body):
    assert codes(ListForm, body) == {"pks": ("required",)}


def test_a_page_without_input_reads_anything():
    assert read(Empty, {"csrfmiddlewaretoken": "x"}, SHOP) == EMPTY


def test_names_the_form_does_not_have_are_never_looked_at():
    class Watched(Mapping):
        def __init__(self, entries):
            self.entries, self.asked = entries, set()

        def __getitem__(self, name):
            self.asked.add(name)
            return self.entries[name]

        def __iter__(self):
            raise AssertionError("the body is not walked")

        def __len__(self):
            return len(self.entries)

    body = Watched({**GOOD, "number": "R-1", "user_confirmed": True, 7: "seven", None: None, "__class__": "x"})
    form = read(CardForm, body, SHOP)
    assert form == read(CardForm, GOOD, SHOP)
    assert body.asked == {a.name for a in attrs.fields(CardForm)}


@frozen
class HookForm:
    result: ReturnField = field(alias="Result")
    transaction: Pk = field(alias="TransactionId")


def test_a_field_has_the_name_of_its_alias_in_the_body_and_in_the_errors():
    assert read(HookForm, {"Result": "ok", "TransactionId": "5"}, SHOP) == HookForm("ok", 5)
    assert codes(HookForm, {"result": "ok", "TransactionId": "x"}) == {
        "Result": ("required",),
        "TransactionId": ("invalid",),
    }


@frozen
class Reached:
    phone: Phone


def test_the_settings_of_the_request_decide():
    abroad = Settings(user_phone_regex=r"07\d{9}", default_country_code="gb")
    assert read(Reached, {"phone": "07400123456"}, abroad) == Reached("+447400123456")
    assert codes(Reached, {"phone": "07400123456"}) == {"phone": ("invalid",)}
    assert codes(Reached, {"phone": "05321234567"}, abroad) == {"phone": ("invalid",)}


# Which classes are forms

Colour = NewType("Colour", str)


@frozen
class UnknownType:
    colour: Colour


@frozen
class PlainText:
    name: str


@frozen
class OptionalUnknown:
    colour: Colour | None = None


@frozen
class TwoTypes:
    choice: Pk | Email


@frozen
class ListOfKeys:
    pks: tuple[Pk, ...]


@frozen
class OptionalWithoutDefault:
    pk: Pk | None


class Plain:
    pk: Pk


@pytest.mark.parametrize(
    "form", [UnknownType, PlainText, OptionalUnknown, TwoTypes, ListOfKeys, OptionalWithoutDefault, Plain]
)
def test_a_class_that_cannot_be_read_is_refused_before_anything_is_posted(form):
    with pytest.raises(TypeError, match=form.__name__):
        plan(form)


def test_a_form_is_planned_once():
    assert plan(CardForm) is plan(CardForm)


def test_there_is_a_parser_for_each_public_type_and_each_is_tried_here():
    assert {a.type.removesuffix(" | None") for a in attrs.fields(EveryType)} == {kind.__name__ for kind in PARSERS}


# For whatever is posted

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
names = [a.name for a in attrs.fields(EveryType)]
samples = {
    "pk": st.integers(1, 2**63 - 1),
    "email": st.sampled_from(["ada@example.com", "a.b+c@mail.example.org"]),
    "phone": st.sampled_from(["05999999999", "+905321234567", "+447400123456"]),
    "bin_number": st.from_regex("[0-9]{6}([0-9]{2})?", fullmatch=True),
    "card": st.sampled_from([NUMBER, "4111111111111111", "378282246310005"]),
    "cvv": st.from_regex("[0-9]{3,4}", fullmatch=True),
    "month": st.integers(1, 12),
    "year": st.integers(2000, 2099),
    "holder": st.sampled_from(["Ada Lovelace", "ŞÜKRÜ ÇAĞLAR", "Plato"]),
    "agreement": st.just(value=True),
    "flag": st.booleans(),
    "card_name": st.none() | st.sampled_from(["My card", "Kart 2"]),
    "notes": st.none() | st.sampled_from(["Leave it\nat the door", "İkinci kat"]),
    "time": st.none() | st.sampled_from(["2026-11-21T10:00:00.000Z", "2026-11-21T10:00+03:00"]),
    "browser": st.none() | st.booleans() | st.integers(-1000, 5000) | st.just("en-US"),
    "returned": st.none() | st.booleans() | st.integers(-1000, 5000) | st.just(" A+/= "),
    "sources": st.none() | st.lists(st.integers(1, 99), min_size=1, max_size=3),
    "groups": st.none() | st.dictionaries(st.text(max_size=5), st.integers(1, 99), min_size=1, max_size=3),
    "anything": st.none() | st.dictionaries(st.sampled_from("ab"), st.integers(0, 99) | st.none() | st.booleans()),
    "pks": st.none() | st.integers(1, 99) | st.just(""),
    "quantity": st.none() | st.integers(0, 999),
    "sku": st.none() | st.sampled_from(["bag-1", "4006381333931"]),
    "many": st.integers(1, 99),
}
good_bodies = st.fixed_dictionaries(samples)


def as_text(value):
    """How a form post writes what JSON writes otherwise."""
    return value if isinstance(value, str) else json.dumps(value)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(names) | st.text(max_size=8) | st.integers(), json_like))
def test_any_body_is_read_or_refused_with_our_codes_for_fields_of_the_form(body):
    outcome = tried(EveryType, body)
    if isinstance(outcome, Invalid):
        assert set(outcome.codes) <= set(names)
        assert all(len(each) == 1 and CODES.issuperset(each) for each in outcome.codes.values())
        assert outcome.kept is None
    else:
        assert type(outcome) is EveryType


@settings(deadline=None, max_examples=300)
@given(good_bodies, st.sampled_from(names), json_like)
def test_one_strange_value_spoils_its_own_field_only(body, name, value):
    outcome = tried(EveryType, {**body, name: value})
    assert type(outcome) is EveryType or set(outcome.codes) == {name}


@settings(deadline=None)
@given(good_bodies)
def test_a_valid_form_is_the_same_posted_as_text_or_as_json(body):
    text = {name: as_text(value) for name, value in body.items() if value is not None}
    boxes = {name: "on" for name in ("flag", "agreement") if body[name]}  # a box that is not ticked is not posted
    rest = {name: value for name, value in text.items() if name not in ("flag", "agreement")}
    form = read(EveryType, body, SHOP)
    for posted in (json.loads(json.dumps(body)), text, rest | boxes):
        assert read(EveryType, posted, SHOP) == form


# Secrets

PIECES = (NUMBER, "0000 0009", CVV, NUMBER[:12], NUMBER[6:])


def shown(thing):
    """Every text that is easily made of it."""
    yield from (repr(thing), str(thing), f"{thing}", f"{thing!r:>80}", repr([thing]), repr({"form": thing}))
    if isinstance(thing, Invalid):
        yield from (repr(thing.args), repr(thing.codes), json.dumps(thing.codes), repr(pickle.dumps(thing.args)))
    else:
        yield repr(attrs.asdict(thing))
        yield json.dumps(attrs.asdict(thing), default=str)
        yield from (str(value) for value in attrs.astuple(thing))


def test_a_form_shows_neither_card_number_nor_cvv():
    for text in shown(read(CardForm, GOOD, SHOP)):
        assert not any(piece in text for piece in PIECES)


@pytest.mark.parametrize("store", [pickle.dumps, copy.copy, copy.deepcopy], ids=lambda store: store.__qualname__)
def test_a_secret_of_a_form_is_never_stored(store):
    form = read(CardForm, GOOD, SHOP)
    for secret in (form.card_number, form.card_cvv):
        with pytest.raises(TypeError, match="never stored"):
            store(secret)


def test_a_form_with_secrets_is_neither_pickled_nor_written_as_json():
    form = read(CardForm, GOOD, SHOP)
    with pytest.raises(TypeError, match="never stored"):
        pickle.dumps(form)
    with pytest.raises(TypeError):
        json.dumps(attrs.asdict(form))


WRONG = {
    "card_number": NUMBER[:-1] + "4", "card_cvv": CVV + "0", "card_holder": NUMBER, "card_month": CVV,
    "card_name": NUMBER, "client_time": NUMBER, "use_three_d": NUMBER, "card_year": NUMBER, "agreement": NUMBER,
}  # fmt: skip


def test_a_refusal_repeats_nothing_of_what_was_posted():
    with pytest.raises(Invalid) as refused:
        read(CardForm, WRONG, SHOP)
    assert set(refused.value.codes) == set(WRONG)
    assert refused.value.__cause__ is refused.value.__context__ is None
    for text in shown(refused.value):
        assert not any(piece in text for piece in (*PIECES, WRONG["card_number"], WRONG["card_cvv"]))


@frozen
class LibrariesForm:
    email: Email
    phone: Phone
    time: ClientTime


def test_a_refusal_by_a_library_brings_no_exception_of_it_along():
    body = {"email": "ada@-x.com", "phone": "+999123456789", "time": "2026-13-21T10:00Z"}
    with pytest.raises(Invalid) as refused:
        read(LibrariesForm, body, SHOP)
    assert refused.value.codes == dict.fromkeys(body, ("invalid",))
    assert refused.value.__context__ is None
