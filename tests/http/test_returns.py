"""The way back from the bank, in whichever browser: the payment is finished once, and nobody learns of an order."""

from __future__ import annotations

import pytest

from checkout_core import MemoryStore, SqliteStore, texts
from checkout_core.texts import OF_FIELDS, TEXTS

from ..test_texts import catalogue
from .browsers import CHECKOUT, FORM, PERSON, SCRIPT, THREE_D_PAGE, Shop, at_the_bank, header, number_of, told

REFUSED = {
    "context_list": [], "pre_order": None,
    "errors": {"non_field_errors": ["Verification failed, please try again"]},
    "error_codes": {"non_field_errors": ["callback_rejected"]},
}  # fmt: skip
MORE = {"success": "true", "three_d_secure": "true", "mdStatus": "1"}


@pytest.fixture(params=["memory", "sqlite"])
def shop(request, tmp_path):
    store = MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "shop.sqlite")
    yield Shop(store=store)
    store.close()


@pytest.fixture
def buyer(shop):
    return at_the_bank(shop)


def brings(buyer):
    """What the bank's page lets the browser post."""
    bank = buyer.shop.sandbox.bank
    return dict(bank.comes_back(bank.ticket(number_of(buyer))))


def placed(buyer):
    return buyer.order.placed is not None


# In another browser


def test_a_return_without_a_session_places_the_order_once_and_tells_nothing_of_it(shop, buyer):
    stranger, fields = shop.browser("stranger"), brings(buyer)
    response = stranger.returns(fields, number_of(buyer))
    assert placed(buyer)
    assert response.checkout is None
    answer = told(response)
    assert answer["errors"] is None
    assert answer["pre_order"] is None
    (shown,) = answer["context_list"]
    assert list(shown["page_context"]) == ["redirect_url"]
    for secret in ("ada@example.org", "Lovelace", "65.00", "mug", "Mug", buyer.key, number_of(buyer)):
        assert secret.encode() not in response.body
    assert stranger.returns(fields, number_of(buyer)).body == response.body
    assert shop.sandbox.bank.captures == 1
    assert shop.sandbox.told == [number_of(buyer)]


def test_a_person_who_comes_back_without_a_session_is_led_to_the_signed_address(shop, buyer):
    stranger = shop.browser("stranger", headers=PERSON)
    response = stranger.returns(brings(buyer), number_of(buyer))
    assert (response.status, response.checkout, response.body) == (303, None, b"")
    assert header(response, "location").startswith("/orders/completed/")
    assert stranger.asks("GET", header(response, "location")).status == 200


def test_a_return_in_the_session_of_another_checkout_leaves_that_one_alone(shop, buyer):
    other = shop.browser("other", "poster")
    other.reaches("BinNumberPage")
    key, before = other.key, shop.store.get(other.key)
    response = other.returns(brings(buyer), number_of(buyer))
    assert placed(buyer)
    assert response.checkout is None
    assert other.key == key
    assert shop.store.get(key) == before
    assert told(response)["pre_order"] is None
    assert told(other.gets())["context_list"][-1]["page_name"] == "BinNumberPage"


def test_a_return_as_another_buyer_who_is_logged_in_is_the_buyers_who_paid(shop, buyer):
    other = shop.browser("other", "poster", account="ada")
    response = other.returns(brings(buyer), number_of(buyer))
    assert placed(buyer)
    assert buyer.order.buyer.account is None
    assert buyer.order.buyer.email == "ada@example.org"
    assert response.checkout is None
    assert told(response)["pre_order"] is None


def test_a_return_as_another_buyer_in_the_same_session_finishes_the_payment(shop, buyer):
    """On a shared computer somebody has logged in meanwhile, and the session still remembers the checkout."""
    buyer.account = "ada"
    response = buyer.returns(brings(buyer), number_of(buyer))
    buyer.account = None
    assert placed(buyer)
    assert told(response)["pre_order"] is None
    assert buyer.order.buyer.account is None


def test_a_buyer_who_comes_back_in_the_same_session_sees_the_order(shop, buyer):
    answer = told(buyer.returns(brings(buyer), number_of(buyer)))
    assert answer["context_list"][-1]["page_name"] == "ThankYouPage"
    assert answer["pre_order"] is not None


# What does not prove anything


def forged(md):
    return [
        {}, {"md": ""}, {"md": "forged"}, {"md": md[:-1]}, {"md": f"{md} "}, {"md": md.upper()}, {"md": [md, md]},
        {"md": [md, "x"]}, {"md[]": md}, {"MD": md}, {"session": md}, {"url": "https://bank.example/three-d"},
    ]  # fmt: skip


@pytest.mark.parametrize("headers", [SCRIPT, PERSON], ids=["script", "person"])
@pytest.mark.parametrize("after", [False, True], ids=["awaiting", "placed"])
def test_known_and_unknown_numbers_get_the_same_answer_to_a_forged_return(shop, buyer, headers, after):
    md = buyer.order.attempts[-1].handed["md"]
    if after:
        buyer.returns(brings(buyer), number_of(buyer))
        assert placed(buyer)
    before, calls = shop.store.get(buyer.key), shop.sandbox.bank.calls()
    stranger = shop.browser("stranger", "poster", headers=headers)
    for fields in forged(md):
        known = stranger.returns({**fields, **MORE}, number_of(buyer))
        unknown = stranger.returns({**fields, **MORE}, "0" * 16)
        assert known == unknown
        assert known.checkout is None
        if headers is SCRIPT:
            assert told(known) == REFUSED
        else:
            assert (known.status, header(known, "location")) == (303, CHECKOUT)
    assert shop.store.get(buyer.key) == before
    assert shop.sandbox.bank.calls() == calls


def test_the_return_of_one_payment_is_none_of_another(shop, buyer):
    other = at_the_bank(shop, "other")
    stranger = shop.browser("stranger")
    assert told(stranger.returns(brings(buyer), number_of(other))) == REFUSED
    assert not placed(buyer)
    assert not placed(other)


def test_a_forged_return_in_the_buyers_own_session_is_refused_and_the_genuine_one_is_taken_afterwards(shop, buyer):
    for fields in forged(buyer.order.attempts[-1].handed["md"]):
        answer = told(buyer.returns({**fields, **MORE}, number_of(buyer)))
        assert answer["errors"], fields
        assert not placed(buyer)
    assert [call.method for call in shop.sandbox.bank.calls()].count("finish_three_d") == 0
    buyer.returns(brings(buyer), number_of(buyer))
    assert placed(buyer)


def test_a_number_that_is_no_number_finds_nothing(shop, buyer):
    stranger, right = shop.browser("stranger"), number_of(buyer)
    for number in ("", "\x00", "n" * 5000, right.lower(), f"{right} ", f" {right}", f"{right}\x00", buyer.key):
        assert told(stranger.returns(brings(buyer), number)) == REFUSED, number
    query = f"page={THREE_D_PAGE}&n="
    for raw in ("%FF", "%ED%A0%80", "%", "%00", "\udcff"):
        assert told(stranger.asks("POST", CHECKOUT, query + raw, b"md=x", {"content-type": FORM})) == REFUSED, raw
    assert not placed(buyer)


# The same field twice


def test_a_field_that_comes_in_query_and_body_or_twice_is_refused(shop, buyer):
    fields, number = brings(buyer), number_of(buyer)
    md, more = fields["md"], "&".join(f"{name}={value}" for name, value in fields.items() if name != "md")
    for query, body in (
        (f"&md={md}", f"md={md}"),
        (f"&md={md}", "md=x"),
        ("&md=x", f"md={md}"),
        ("", f"md={md}&md={md}"),
        ("", f"md=x&md={md}"),
        (f"&md={md}&md=x", ""),
        (f"&md={md}&page={THREE_D_PAGE}", f"md={md}"),
    ):
        response = buyer.asks(
            "POST", CHECKOUT, f"page={THREE_D_PAGE}&n={number}{query}", f"{body}&{more}".encode(),
            {"content-type": FORM, "cookie": ""},
        )  # fmt: skip
        assert told(response)["errors"], (query, body)
        assert not placed(buyer)
    assert [call.method for call in shop.sandbox.bank.calls()].count("finish_three_d") == 0


def test_a_bank_may_put_all_of_it_into_the_query(shop, buyer):
    fields, number = brings(buyer), number_of(buyer)
    query = "&".join(f"{name}={value}" for name, value in fields.items())
    buyer.asks("POST", CHECKOUT, f"page={THREE_D_PAGE}&n={number}&{query}", b"", {"cookie": ""})
    assert placed(buyer)


def test_two_numbers_are_none(shop, buyer):
    stranger = shop.browser("stranger")
    response = stranger.returns(brings(buyer), [number_of(buyer), "0" * 16])
    assert not placed(buyer)
    assert response.checkout is None


# What is said of it


@pytest.fixture
def speaks(tmp_path, monkeypatch):
    """Catalogues as a translator would ship them; the folder alone is another one than the package's."""
    found = texts._catalogue

    def speaks(language, said):
        catalogue(tmp_path / "locale", language, said)

    monkeypatch.setattr(texts, "_catalogue", lambda language, _: found(language, tmp_path / "locale"))
    yield speaks
    found.cache_clear()


def test_errors_of_a_return_are_ascii_without_a_semicolon_in_turkish(shop, buyer, speaks):
    """A storefront carries them in a cookie.  Elsewhere they are written as the language is."""
    turkish = "Doğrulama tamamlanmadı; lütfen kartınızı yeniden girin"  # noqa: RUF001  # Turkish has that letter
    speaks("tr", {TEXTS["callback_rejected"]: turkish, OF_FIELDS["user_email", "invalid"]: turkish})
    plain = "Dogrulama tamamlanmadi, lutfen kartinizi yeniden girin"
    for at in ("own", "stranger"):
        browser = buyer if at == "own" else shop.browser(at)
        browser.headers = {**SCRIPT, "accept-language": "tr-tr"}
        (errors,) = told(browser.returns({"md": "forged"}, number_of(buyer)))["errors"].values()
        assert errors == [plain]
    other = shop.browser("third", "mug", locale="tr-tr")
    other.gets()
    assert told(other.posts("IndexPage", {"user_email": "ada"}))["errors"]["user_email"] == [turkish]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("ĞÜŞİÖÇ; ğüşıöç", "GUSIOC, gusioc"),  # as above
        ("Проверка", TEXTS["callback_rejected"]),
        ("Straße", TEXTS["callback_rejected"]),
    ],
)
def test_letters_lose_their_accents_and_what_has_no_plain_letters_is_said_in_english(shop, buyer, speaks, said, heard):
    speaks("tr", {TEXTS["callback_rejected"]: said})
    buyer.headers = {**SCRIPT, "accept-language": "tr"}
    assert told(buyer.returns({"md": "forged"}, number_of(buyer)))["errors"] == {"md": [heard]}
