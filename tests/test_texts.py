from __future__ import annotations

import ast
import struct
from itertools import product
from pathlib import Path
from string import ascii_lowercase
from typing import get_args

import pytest

import checkout_core
from checkout_core import forms
from checkout_core.order import State
from checkout_core.paying import verdict
from checkout_core.rules.availability import PAYMENT_RULES, MembersRule
from checkout_core.sandbox import magic
from checkout_core.standard import STANDARD
from checkout_core.texts import DOMAIN, GONE, OF_FIELDS, TEXTS, _catalogue, label_of, text_of

from .records.checkouts import by_card, tried

SOURCES = sorted(Path(checkout_core.__file__).parent.rglob("*.py"))

# The codes in the sources.  A code is written: as a keyword of Invalid, first in Check, Bad, Declined and the like,
# into `codes` or `code`, where a function of the module takes a `code`, and in what is annotated as Codes.

REFUSALS = {"Invalid"}
NAMED_FIRST = {"Bad", "Check", "Declined", "NotHeld", "_declined"}
HOLDERS = {"code", "codes"}


def texts_in(node, constants):
    """The strings a value may be: those in it, in either branch, and of constants of the module."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in constants:
            yield from texts_in(constants[name], {})
        case ast.IfExp(body=body, orelse=orelse):
            yield from texts_in(body, constants)
            yield from texts_in(orelse, constants)
        case ast.BoolOp(values=nodes) | ast.Tuple(elts=nodes) | ast.Dict(values=nodes):
            for inside in nodes:
                if not (isinstance(node, ast.BoolOp) and isinstance(inside, ast.Constant) and inside.value == ""):
                    yield from texts_in(inside, constants)  # `code or ""` is no code, or that one
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[_, *rest]) if name in constants:
            for inside in (constants[name], *rest):
                yield from texts_in(inside, constants)


def called(node):
    return node.func.id if isinstance(node.func, ast.Name) else None


def takers_of(tree):
    """Of each function and method that takes a `code`: at which place."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [arg.arg for arg in node.args.args if arg.arg != "self"]
            if "code" in names:
                yield node.name, names.index("code")


def values_in(node, takers):
    """The expressions of a statement or call that hold codes."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self"), attr=name), args=given) if len(
            given
        ) > takers.get(name, len(given)):
            yield given[takers[name]]
        case ast.Call(keywords=keywords) if called(node) in REFUSALS:
            yield from (keyword.value for keyword in keywords)
        case ast.Call(args=[_, why]) if called(node) == "NotApplied":
            yield why
        case ast.Call(args=[first, *_]) if called(node) in NAMED_FIRST:
            yield first
        case ast.Call(keywords=keywords):
            yield from (keyword.value for keyword in keywords if keyword.arg in HOLDERS)
        case ast.Assign(targets=[ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name))]) if name in HOLDERS:
            yield node.value
        case ast.AnnAssign(target=ast.Name(id=name)) if name in HOLDERS or ast.unparse(node.annotation) == "Codes":
            yield node.value
        case ast.FunctionDef(name="code" | "_not_now", body=body):
            returns = (each for inside in body for each in ast.walk(inside) if isinstance(each, ast.Return))
            yield from (each.value for each in returns if each.value is not None)


def codes_in(source):
    tree = ast.parse(source)
    assigned = (
        (node.targets[0] if isinstance(node, ast.Assign) else node.target, node.value)
        for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)
    )  # fmt: skip
    constants = {
        target.id: value for target, value in assigned
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant | ast.Dict)
    }  # fmt: skip
    takers = dict(takers_of(tree))
    return {text for node in ast.walk(tree) for value in values_in(node, takers) for text in texts_in(value, constants)}


FOUND = {path: codes_in(path.read_text(encoding="utf-8")) for path in SOURCES}
EVERYWHERE = set().union(*FOUND.values())


def test_every_code_in_the_sources_has_a_text():
    missing = {path.name: sorted(codes - TEXTS.keys()) for path, codes in FOUND.items() if codes - TEXTS.keys()}

    assert missing == {}


@pytest.mark.parametrize(
    "written",
    [
        'raise Invalid(kept, notes="new_code")',
        'raise Invalid(notes=("a", "new_code"))',
        'card_known = Check("new_code", test, "says")',
        'BLANK: Final = Bad("new_code")',
        'return Declined("new_code")',
        'codes["notes"] = "other" if guest else "new_code"',
        'codes = {"notes": "new_code"}',
        'NEW = "new_code"\nclass Rule:\n    code: ClassVar[str] = NEW',
        'class Rule:\n    @property\n    def code(self):\n        return "other" if self.x else "new_code"',
        'REFUSED: Codes = {"page": ("new_code",)}',
        'code = a.code or "new_code"',
        'evolve(a, state="abandoned", code="new_code")',
        'NotHeld("new_code")',
        'OF_KIND = {"stock": "new_code"}\nNotHeld(OF_KIND.get(kind, "other"))',
        'OF_KIND = {"stock": "other"}\nNotHeld(OF_KIND.get(kind, "new_code"))',
        'def refused(key, code):\n    pass\nrefused(key, "new_code")',
        'NEW: Final = "new_code"\nNotApplied(name, NEW if used else "other")',
        'def _not_now(offer):\n    if offer.over:\n        return "new_code"\n    return None',
        'async def no(self, code):\n    pass\n\nasync def f(self):\n    await self.no("new_code")',
    ],
)
def test_a_code_is_found_however_it_is_written(written):
    assert "new_code" in codes_in(written)


def test_a_sentence_is_no_code():
    assert codes_in('Check("known", test, "the card is known", "BinNumberPage"); explain("always")') == {"known"}


def test_the_codes_that_run_are_those_that_were_found():
    """What the classes say, asked of them: a code written in a new way would be missed above."""
    checks = {check.code for page in STANDARD.pages() for check in (*page.requires, *page.skip_if)}
    rules = {rule.code for rule in PAYMENT_RULES.values() if isinstance(rule.code, str)}
    members = {MembersRule().code, MembersRule(members=False).code}

    assert forms.CODES | checks | rules | members <= EVERYWHERE
    assert TEXTS.keys() >= magic.CODES


def test_a_better_text_belongs_to_a_field_and_a_code_that_exist():
    fields = {name for page in STANDARD.pages() for name, *_ in forms.plan(page.form)}

    assert {field for field, _ in OF_FIELDS} <= fields
    assert {code for _, code in OF_FIELDS} <= TEXTS.keys()


def test_no_text_is_of_a_code_that_nobody_uses():
    said_by_the_atlas, said_of_a_state = {"other_payment"}, {"cancelled"}
    said_over_http = {"body_too_large", "body_unreadable", "csrf_failed", "method_not_allowed", "not_found"}

    assert TEXTS.keys() - EVERYWHERE - magic.CODES == said_by_the_atlas | said_of_a_state | said_over_http


@pytest.mark.parametrize("state", get_args(State))
def test_what_a_buyer_is_told_of_a_payment_in_any_state_has_a_text(state):
    order = tried(by_card(), state=state)

    assert [code for codes in verdict(order, 1).values() for code in codes if code not in TEXTS] == []


@pytest.mark.parametrize(
    ("text", "code", "field"),
    [
        ("Please enter a valid bin number.", "invalid", "bin_number"),
        ("You must accept agreement to continue.", "required", "agreement"),
        ("You need to enter your card number", "bin_number_required", None),
        ("Transaction failed. Please try again.", "declined", "non_field_errors"),
        ("Verification failed, please try again", "callback_rejected", "md"),
    ],
)
def test_texts_equal_the_documented_ones(text, code, field):
    assert text_of(code, "en", field) == text


def test_a_code_without_a_text_says_itself():
    assert [text_of(code) for code in ("of_the_host", "", "Not a code")] == ["of_the_host", "", "Not a code"]


def test_a_field_without_its_own_text_has_that_of_the_code():
    assert text_of("too_long", "en", "notes") == text_of("too_long")
    assert text_of("invalid", "en", "shipping_option") == GONE


@pytest.mark.parametrize("text", sorted({*TEXTS.values(), *OF_FIELDS.values()}))
def test_an_english_text_is_a_sentence_that_survives_a_cookie(text):
    assert text.isascii()
    assert ";" not in text
    assert text[0].isupper()
    assert "_" not in text


def test_no_text_blames_a_payment_whose_end_is_not_known():
    """Who reads "failed" or "try again" pays twice."""
    texts = [text_of(code) for code in ("payment_pending", "payment_in_progress")]

    assert [text for text in texts if any(word in text for word in ("fail", "declined", "refused", "try again"))] == []


def test_a_stranger_with_a_stolen_card_reads_what_any_refused_buyer_reads():
    assert text_of("stolen_card") == text_of("lost_card") == text_of("do_not_honor")


def test_ways_to_pay_are_called_as_documented():
    documented = {
        "credit_card": "Credit Card", "masterpass": "Masterpass", "funds_transfer": "Funds Transfer",
        "redirection": "Redirect to Bank", "pay_on_delivery": "Pay On Delivery",
    }  # fmt: skip

    assert {kind: label_of(kind) for kind in documented} == documented
    assert (label_of("cash_at_the_door"), label_of("")) == ("Cash At The Door", "")


# Other languages


def catalogue(folder, language, texts):
    """A compiled catalogue, as `msgfmt` makes them."""
    pairs = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **texts}.items())
    ids, strings = [[text.encode() for text in column] for column in zip(*pairs, strict=True)]
    at = 28 + 16 * len(pairs)
    tables = b""
    for column in (ids, strings):
        for text in column:
            tables += struct.pack("<II", len(text), at)
            at += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, at)
    path = folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + tables + b"".join(text + b"\0" for text in (*ids, *strings)))


@pytest.fixture
def turkish(tmp_path):
    texts = {TEXTS["declined"]: "İşlem geçersiz.", "Credit Card": "Kredi ödemesi"}
    catalogue(tmp_path, "tr", texts)
    return tmp_path


@pytest.mark.parametrize("locale", ["tr", "tr-TR", "tr_TR", "tr-tr", "TR"])
def test_a_text_is_told_in_the_language_of_the_locale(turkish, locale):
    assert text_of("declined", locale, folder=turkish) == "İşlem geçersiz."
    assert label_of("credit_card", locale, folder=turkish) == "Kredi ödemesi"


def test_what_is_not_translated_is_told_in_english(turkish):
    assert text_of("too_long", "tr", folder=turkish) == TEXTS["too_long"]
    assert text_of("declined", "de", folder=turkish) == TEXTS["declined"]
    assert text_of("of_the_host", "tr", folder=turkish) == "of_the_host"


def test_no_text_shows_the_head_of_a_catalogue(turkish):
    assert text_of("", "tr", folder=turkish) == label_of("", "tr", folder=turkish) == ""


@pytest.mark.parametrize(
    "locale", ["undefined", "", "\0", "../tr", "/tr", "tr/..", "tr\n", "t\u0131", "x" * 10**6, "tr-" * 9]
)
def test_a_locale_that_is_none_is_english_and_no_path(turkish, locale):
    assert text_of("declined", locale, folder=turkish) == TEXTS["declined"]
    assert text_of("declined", locale, folder=turkish / "tr") == TEXTS["declined"]


def test_who_asks_in_many_languages_fills_no_memory(turkish):
    for letter, other in product(ascii_lowercase, repeat=2):
        text_of("declined", letter + other, folder=turkish)

    assert _catalogue.cache_info().currsize == _catalogue.cache_info().maxsize
    assert text_of("declined", "tr", folder=turkish) == "İşlem geçersiz."
