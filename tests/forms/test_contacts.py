from __future__ import annotations

import re

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checkout_core.forms import PARSERS, Bad, Email, Phone
from checkout_core.forms._cards import holds_card
from checkout_core.settings import Settings

SHOP = Settings()


def table(names, rows):
    """Rows of a table test, named by the beginnings of their texts."""
    return pytest.mark.parametrize(names, rows, ids=lambda cell: ascii(cell)[:24] if isinstance(cell, str) else None)


def parsed(kind, raw, shop=SHOP):
    """The value, or the code of what is wrong with it after an exclamation mark."""
    value = PARSERS[kind](raw, shop)
    return f"!{value.code}" if isinstance(value, Bad) else value


# E-mail

ADDRESSES = [
    ("ada@example.com", "ada@example.com"), (" Ada.Lovelace@Example.COM ", "ada.lovelace@example.com"),
    ("ada+shop@mail.example.org", "ada+shop@mail.example.org"), ("o'brien@example.ie", "o'brien@example.ie"),
    ("ada@shop.test", "ada@shop.test"), ("ada@shop.example", "ada@shop.example"),
    ("a_b-c@x1.example", "a_b-c@x1.example"),
    ("ada@Bücher.example", "ada@xn--bcher-kva.example"), ("a" * 64 + "@example.com", "a" * 64 + "@example.com"),
]  # fmt: skip
NO_ADDRESSES = [
    "", "ada", "ada@", "@example.com", "ada@localhost", "ada@example", "ada@example..com", ".ada@example.com",
    "ada.@example.com", "a da@example.com", "ada@exam ple.com", "ada@-example.com",
    "ada@example.com\nbcc:x@example.com",
    "Ada <ada@example.com>", '"a b"@example.com', "ada@[127.0.0.1]", "ada@printer.local", "ada@x.invalid",
    "ada@@example.com",
    "ay\u015fe@example.com", "\u212ada@example.com", "a" * 65 + "@example.com", "ada@" + "b" * 64 + ".com",
    "ada@example.c0m1", "ada@\ud800.com", "ada@\x00.com", 1, True, b"ada@example.com", ["ada@example.com"],
]  # fmt: skip


@table(("raw", "address"), ADDRESSES)
def test_an_address_is_kept_in_ascii_and_lower_case(raw, address):
    assert parsed(Email, raw) == address


@table("raw", NO_ADDRESSES)
def test_what_is_no_address_is_refused(raw):
    assert parsed(Email, raw) == "!invalid"


def test_an_address_longer_than_mail_can_carry_is_too_long():
    assert parsed(Email, "a" * 243 + "@example.com") == "!too_long"


def test_an_address_that_is_the_number_of_a_card_is_not_kept():
    assert parsed(Email, "5421190000000009@example.org") == "!card_number"


@settings(deadline=None)
@given(
    st.emails()
    | st.from_regex(r"[A-Za-z0-9_.+-]{1,70}@[A-Za-z0-9.-]{1,70}\.[A-Za-z]{1,6}", fullmatch=True)
    | st.text("ab.-@_1é", max_size=12).map("{}@x.co".format)
    | st.sampled_from(["arpa", "local", "test", "onion", "invalid", "localhost"]).map("a@b.{}".format)
)
def test_an_address_is_taken_exactly_when_email_validator_takes_it(address):
    assume(len(address) <= 254 and not holds_card(address))
    how = {"strict": True, "allow_smtputf8": False, "check_deliverability": False, "test_environment": True}
    try:
        expected = validate_email(address.strip(), **how).ascii_email.lower()
    except EmailNotValidError:
        expected = "!invalid"
    assert parsed(Email, address) == expected


# Phone

TURKISH = Settings(default_country_code="tr")
BRITISH = Settings(default_country_code="GB", user_phone_regex=r"07\d{9}")
NOWHERE = Settings(user_phone_regex=r"07\d{9}")
BOGUS = Settings(user_phone_regex=r"07\d{9}", default_country_code="XX")
SPACED = Settings(user_phone_regex=r"0\d{3} \d{3} \d{4}", default_country_code="TR")
PHONES = [
    ("05999999999", "+905999999999", SHOP), ("05999999999", "+905999999999", TURKISH),
    (" 05321234567 ", "+905321234567", SHOP),
    ("+905321234567", "+905321234567", SHOP), ("+447400123456", "+447400123456", SHOP),
    ("+4407400123456", "+447400123456", SHOP),
    ("07400123456", "+447400123456", BRITISH), ("+390612345678", "+390612345678", NOWHERE),
    ("+12015550123", "+12015550123", BOGUS), ("0532 123 4567", "+905321234567", SPACED),
]  # fmt: skip
NO_PHONES = [
    *((raw, SHOP) for raw in ("5321234567", "0532123456", "053212345678", "02121234567", "0532 123 45 67")),
    *((raw, SHOP) for raw in ("05321234567\n5", "0532123456\u00b2", "00905321234567", "+90532", "+9053212345678901")),
    *((raw, SHOP) for raw in ("+0532123456", "+15550123", "+999123456789", "+90 532 123 45 67", "", "+", "phone")),
    *((raw, SHOP) for raw in (5321234567, True, ["05321234567"])),
    ("07400123456", NOWHERE), ("07400123456", BOGUS), ("05321234567", BRITISH), ("05321234567", SPACED),
]  # fmt: skip


@table(("raw", "number", "shop"), PHONES)
def test_a_phone_number_of_the_shop_or_of_the_world_becomes_e164(raw, number, shop):
    assert parsed(Phone, raw, shop) == number


@table(("raw", "shop"), NO_PHONES)
def test_another_number_is_refused(raw, shop):
    assert parsed(Phone, raw, shop) == "!invalid"


@pytest.mark.parametrize("pattern", [r"^$|.*", r"\D*", r"[^@]+", r"\w+", r"(?i)[a-z0-9]+"])
@settings(deadline=None)
@given(raw=st.text(max_size=40) | st.text("0123456789+ \u0663", max_size=40))
def test_however_lax_the_pattern_only_e164_comes_out_and_stays_as_it_is(pattern, raw):
    shop = Settings(user_phone_regex=pattern, default_country_code="DE")
    number = parsed(Phone, raw, shop)
    if number != "!invalid":
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", number)
        assert parsed(Phone, number, shop) == number


def as_phonenumbers_reads(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if possible and 8 <= len(written) <= 16 else None


def check_against_phonenumbers(region, text):
    shop = Settings(default_country_code=region, user_phone_regex=r"\d+")
    expected = as_phonenumbers_reads(text, region)
    stands = expected is not None and as_phonenumbers_reads(expected, None) == expected
    assert parsed(Phone, text, shop) == (expected if stands else "!invalid")


def test_a_number_that_would_be_another_one_when_read_again_is_refused():
    assert as_phonenumbers_reads("000000", "DE") == "+4900000"
    assert parsed(Phone, "000000", Settings(default_country_code="DE", user_phone_regex=r"\d+")) == "!invalid"


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_numbers_of_every_country_are_read_as_phonenumbers_reads_them(region):
    for kind in phonenumbers.PhoneNumberType.values():
        sample = phonenumbers.example_number_for_type(region, kind)
        if sample:
            national = phonenumbers.national_significant_number(sample)
            for text in (national, f"0{national}", f"00{national}", f"0{national}1", f"0{national[:-1]}"):
                check_against_phonenumbers(region, text)


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(["TR", "DE", "FR", "UA", "ID", "TW", "AX", "FI", "GB", "IT", "US"]),
    st.from_regex("0[0-9]{3,16}", fullmatch=True),
)
def test_any_digits_are_read_as_phonenumbers_reads_them(region, text):
    check_against_phonenumbers(region, text)
