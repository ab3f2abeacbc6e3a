"""What of a request is read, and as what: tables of bodies, queries, tokens, cookies, languages, currencies, mounts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_core.http import LONGEST, Request
from checkout_core.http._reading import MOST, Unreadable, body_of, is_ours, merged, query_of

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
TOKEN = "a-token-of-this-browser"
UNREADABLE, TOO_LARGE = "body_unreadable", "body_too_large"


def request(body=b"", kind=FORM, query="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/orders/checkout/", query, {"content-type": kind, **named}, body)


def read(ask, of):
    """The fields, or the code of why there are none."""
    try:
        return dict(ask(of))
    except Unreadable as unreadable:
        return unreadable.code


# Bodies


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        (FORM, b"", {}),
        (FORM, b"  \r\n", {}),
        (FORM, b"a=1&b=", {"a": "1", "b": ""}),
        (FORM, b"a", {"a": ""}),
        (FORM, b"a=1+2%2B3", {"a": "1 2+3"}),
        (FORM, b"a=1&a=2", {"a": ["1", "2"]}),
        (FORM, b"a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        (FORM, b"a=1&%61=1", {"a": ["1", "1"]}),
        (FORM, b"a=1;b=2", {"a": "1;b=2"}),
        (FORM, b"=1&&", {"": "1"}),
        (FORM, b"a=%", {"a": "%"}),
        (FORM, b"a=%zz", {"a": "%zz"}),
        (FORM, b"a=%ff", {"a": "\udcff"}),
        (FORM, b"a=\xff", {"a": "\udcff"}),
        (FORM, b"a=%00", {"a": "\x00"}),
        (FORM, "a=\u00fc".encode(), {"a": "\u00fc"}),
        (f"{FORM}; charset=utf-8", b"a=%c3%bc", {"a": "\u00fc"}),
        (f'{FORM} ; CHARSET="UTF-8" ', b"a=1", {"a": "1"}),
        (f"{FORM}; charset=latin-1", b"a=%fc", UNREADABLE),
        (f"{FORM}; charset=utf-7", b"a=+AGE-", UNREADABLE),
        ("", b"a=1", {"a": "1"}),
        ("multipart/form-data; boundary=b", b"--b--", UNREADABLE),
        ("multipart/form-data; boundary=b", b"", {}),
        ("application/xml", b"<a/>", UNREADABLE),
        ("text/plain", b"{}", {}),
        ("text/plain;charset=UTF-8", b" {} ", {}),
        ("text/plain", b'{"a": 1}', UNREADABLE),
        (JSON, b"{}", {}),
        (JSON, b'{"a": 1, "b": true, "c": null, "d": [1]}', {"a": 1, "b": True, "c": None, "d": [1]}),
        (JSON, b'{"a": 1, "a": 2}', {"a": [1, 2]}),
        (JSON, b'{"a": null, "a": null}', {"a": [None, None]}),
        (JSON, b'{"a": {"b": 1, "b": 2}}', {"a": {"b": [1, 2]}}),
        (JSON, b'{"a": "\\ud800"}', {"a": "\ud800"}),
        (JSON, b'{"a": 1.50}', {"a": 1.5}),
        (JSON, b'{"a": 1e400, "b": 50.10}', {"a": Decimal("1e400"), "b": Decimal("50.10")}),
        (JSON, b'{"a": 12345678901234567890}', {"a": 12345678901234567890}),
        (JSON, b'{"a": 123456789012345678901}', UNREADABLE),
        (JSON, b'{"a": NaN}', UNREADABLE),
        (JSON, b'{"a": -Infinity}', UNREADABLE),
        (JSON, b"[]", UNREADABLE),
        (JSON, b'"a"', UNREADABLE),
        (JSON, b"null", UNREADABLE),
        (JSON, b"{", UNREADABLE),
        (JSON, b'{"a": 1} x', UNREADABLE),
        (JSON, b'{"a": "\xff"}', UNREADABLE),
        (JSON, b"\xef\xbb\xbf{}", UNREADABLE),
        (JSON, b"[" * 60_000, UNREADABLE),
        (JSON, '{"a": 1}'.encode("utf-16"), UNREADABLE),
        (f"{JSON}; charset=latin-1", b"{}", UNREADABLE),
        ("APPLICATION/JSON", b'{"a": 1}', {"a": 1}),
    ],
)
def test_a_body_is_its_fields_or_cannot_be_read(kind, body, fields):
    assert read(body_of, request(body, kind)) == fields


@pytest.mark.parametrize("kind", [FORM, JSON, "multipart/form-data", ""])
def test_a_body_is_read_up_to_a_length_and_no_further(kind):
    assert read(body_of, request(b"a" * (LONGEST + 1), kind)) == TOO_LARGE
    assert read(body_of, request(b"a=" + b"b" * (LONGEST - 2))) == {"a": "b" * (LONGEST - 2)}


def test_so_many_fields_are_read_and_no_more():
    names = [f"a{n}=1" for n in range(MOST + 1)]
    assert len(body_of(request("&".join(names[:-1]).encode()))) == MOST
    assert read(body_of, request("&".join(names).encode())) == UNREADABLE
    assert read(query_of, request(query="&".join(names))) == UNREADABLE


# Queries, and both


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("", {}), ("page=IndexPage", {"page": "IndexPage"}), ("page=a&page=a", {"page": ["a", "a"]}),
        ("?a=1", {"?a": "1"}), ("a=%ff", {"a": "\udcff"}), ("a=\udcff", {"a": "\udcff"}), ("%", {"%": ""}), ("&&", {}),
        ("a=1#b", {"a": "1#b"}),
    ],
)  # fmt: skip
def test_a_query_is_read_as_a_form(query, fields):
    assert read(query_of, request(query=query)) == fields


@pytest.mark.parametrize(
    ("query", "body", "fields"),
    [
        ("n=1", b"md=x", {"n": "1", "md": "x"}),
        ("md=x", b"", {"md": "x"}),
        ("md=x", b"md=x", {"md": ["x", "x"]}),
        ("md=x", b"md=y", {"md": ["x", "y"]}),
        ("md=x&md=y", b"", {"md": ["x", "y"]}),
        ("md=x&md=y", b"md=z", {"md": [["x", "y"], "z"]}),
        ("md=", b"md=z", {"md": ["", "z"]}),
        ("a=%ff", b"{", {"a": "\udcff", "{": ""}),
    ],
)
def test_a_return_may_be_in_both_and_a_name_in_both_has_both_values(query, body, fields):
    assert read(merged, request(body, query=query)) == fields


# Whose it is


OURS = {"cookie": f"csrftoken={TOKEN}", "x_csrftoken": TOKEN}


@pytest.mark.parametrize(
    ("headers", "body", "ours"),
    [
        (OURS, {}, True),
        ({"cookie": f"csrftoken={TOKEN}"}, {"csrf_token": TOKEN}, True),
        ({**OURS, "x_csrftoken": ""}, {"csrf_token": TOKEN}, True),
        ({**OURS, "x_csrftoken": "another-token-of-16"}, {"csrf_token": TOKEN}, False),
        (OURS, {"csrf_token": "another-token-of-16"}, True),
        ({"cookie": f"csrftoken={TOKEN}"}, {}, False),
        ({"cookie": f"csrftoken={TOKEN}"}, {"csrf_token": [TOKEN, TOKEN]}, False),
        ({"cookie": f"csrftoken={TOKEN}"}, {"csrf_token": 1}, False),
        ({"x_csrftoken": TOKEN}, {}, False),
        ({}, {}, False),
        ({"cookie": "csrftoken=", "x_csrftoken": ""}, {"csrf_token": ""}, False),
        ({"cookie": "csrftoken=short", "x_csrftoken": "short"}, {}, False),
        ({"cookie": f"csrftoken={'x' * 129}", "x_csrftoken": "x" * 129}, {}, False),
        ({"cookie": f"csrftoken={TOKEN}", "x_csrftoken": f"{TOKEN}\u00ff"}, {}, False),
        ({"cookie": f"csrftoken={TOKEN}", "x_csrftoken": TOKEN.upper()}, {}, False),
        ({**OURS, "sec_fetch_site": "same-origin"}, {}, True),
        ({**OURS, "sec_fetch_site": "none"}, {}, True),
        ({**OURS, "sec_fetch_site": "cross-site"}, {}, False),
        ({**OURS, "sec_fetch_site": "same-site"}, {}, False),
    ],
)
def test_a_form_is_ours_where_the_cookie_is_told_twice(headers, body, ours):
    assert is_ours(request(b"a=1", FORM, **headers), body) is ours


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (JSON, True), (f"{JSON}; charset=utf-8", True), ("text/plain", False), ("", False),
        ("multipart/form-data", False),
        (f"text/plain; {JSON}", False), (f"{FORM}, {JSON}", False), ("application/jsonp", False),
    ],
)  # fmt: skip
def test_of_all_bodies_json_alone_needs_no_token(kind, ours):
    assert is_ours(request(b"{}", kind), {}) is ours


# Headers


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("", {}), ("a=1", {"a": "1"}), ("a=1; b=2", {"a": "1", "b": "2"}), ("a=1;b=2", {"a": "1", "b": "2"}),
        ("a=1; a=2", {"a": "1"}), ("a=b=c", {"a": "b=c"}), ("a", {"a": ""}), ("=1", {}), (";;;", {}),
        ("a=1 2; b=3", {"b": "3"}), ('a="1"', {"a": '"1"'}), ("a=\u00ff; b=1", {"b": "1"}), ("a=1\r\nb=2", {}),
        (f"a={'x' * 4096}", {"a": "x" * 4096}), (f"a={'x' * 4097}", {}), ("a=<b>", {"a": "<b>"}), ("a=1,b=2", {}),
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_cookies_are_those_that_are_well_formed_and_the_first_of_a_name(header, cookies):
    assert request(cookie=header).cookies == cookies


@pytest.mark.parametrize(
    ("told", "locale"),
    [
        ("", "en"), ("tr-tr", "tr-tr"), ("tr", "tr"), ("tr-TR,en;q=0.8", "tr-TR"), ("de;q=0.3", "de"), (" tr ", "tr"),
        ("undefined", "en"), ("UNDEFINED", "en"), ("*", "en"), ("tr_TR", "en"), ("../../etc", "en"), ("x" * 5000, "en"),
        ("zh-Hant-TW", "zh-Hant-TW"), ("\u00ff", "en"), ("tr\x00", "en"), ("<b>", "en"), (",tr", "en"),
    ],
    ids=lambda value: ascii(value)[:40],
)  # fmt: skip
def test_the_language_is_the_first_that_is_one(told, locale):
    assert request(accept_language=told).locale == locale
    assert request(accept_language=told).caller.locale == locale


@pytest.mark.parametrize(
    ("told", "currency"),
    [
        ("TRY", "TRY"), ("try", "TRY"), ("", None), ("undefined", None), ("TR", None), ("TRY ", None),
        ("TRY,USD", None),
        ("\u0131\u0131\u0131", None), ("12A", None),
    ],
)  # fmt: skip
def test_a_currency_is_three_letters(told, currency):
    assert request(x_currency=told).currency == currency


@pytest.mark.parametrize(
    ("headers", "html"),
    [
        ({"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, True),
        ({"accept": "text/html, application/json"}, False),
        ({"accept": "*/*"}, False),
        ({}, False),
        ({"accept": "text/html", "x_requested_with": "XMLHttpRequest"}, False),
        ({"accept": "text/html", "x_requested_with": "xmlhttprequest"}, True),
    ],
)
def test_a_page_is_for_who_asks_for_one_and_is_no_script(headers, html):
    assert request(**headers).wants_html is html


@pytest.mark.parametrize(
    ("root", "mounted"),
    [
        ("", ""), ("/", ""), ("/tr", "/tr"), ("/a/b/", "/a/b"), ("tr", "/tr"), ("//evil.example", "/evil.example"),
        ("/\\evil.example", "/%5Cevil.example"), ("/t\r\nr", "/t%0D%0Ar"), ("/\u00fc", "/%C3%BC"),
        ('/"><b>', "/%22%3E%3Cb%3E"),
        ("/%0d%0a", "/%0d%0a"), ("/a b", "/a%20b"), ("/\udcff", "/%3F"), ("/~ada", "/~ada"),
    ],
    ids=ascii,
)  # fmt: skip
def test_where_we_are_mounted_is_a_path_that_may_stand_in_a_header(root, mounted):
    assert Request("GET", "/", root=root).root == mounted


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b"options[books]=10&options[toys]=20", {"options": {"books": "10", "toys": "20"}}),
        (b"options%5BNike%3Bshoes%5D=10", {"options": {"Nike;shoes": "10"}}),
        (b"options[a[b]]=1", {"options": {"a[b]": "1"}}),
        (b"options[]=1", {"options": {"": "1"}}),
        (b"options[books]=10&options[books]=11", {"options": {"books": ["10", "11"]}}),
        (b"options=1&options[books]=10", {"options": ["1", {"books": "10"}]}),
        (b"options[books=1&options]=2&[books]=3", {"options[books": "1", "options]": "2", "[books]": "3"}),
    ],
)
def test_a_form_answers_for_each_group_in_brackets(body, read):
    assert body_of(request(body, FORM)) == read


def test_brackets_in_json_are_a_name_like_any_other():
    assert body_of(request(b'{"options[books]": 10}', JSON)) == {"options[books]": 10}
