"""The bank's 3-D Secure page and what strangers send there: a page comes of it, no script of theirs, and no trace."""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from hashlib import sha256
from time import monotonic
from urllib.parse import urlencode, urljoin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout_core.effects import Declined
from checkout_core.sandbox import NATIVE, RemoteBank, magic

from .browser import FORM, OURS, SHOP, fetched, is_plain, post, raw, scripts, sent, started
from .payments import card, order
from .processes import PATIENCE, bankd

SCRIPT = '"><script>alert(1)</script>'


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One bank that many buyers go to, each with a payment of their own."""
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite") as process:
        yield process


@pytest.mark.parametrize("md", ["guessed", "", "１２３", "a b", SCRIPT, "x" * 65, "md\0", "' OR 1 --", "é"])  # noqa: RUF001  # wide
def test_an_unknown_payment_is_an_error_page(running, md):
    for path in ("three-d", "three-d/decide"):
        page = post(f"{running.url}/{path}", {"md": md, "TermUrl": SHOP, "decision": "confirm"})
        assert (page.status, page.form) == (404, None)
        assert is_plain(page)
        assert "start the payment again" in page.text


# ---------------------------------------------------------------- what clients send

BAD_ADDRESSES = (
    "", "/orders/checkout/", "//shop.example/", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x",
    "ftp://shop.example/", "http:shop.example", "http://", "http:///orders/", "http://:80/", "https://a@shop.example/",
    "https://a:b@shop.example/", "http://@shop.example/", r"http://shop.example\@bank.example/", " http://shop.example/",
    "http://shop.example/\r\nx: y", "http://shop.example/\0", "http://shop.example/\t", "http://shop.example:８０/",  # noqa: RUF001  # wide
    "http://shop.example:99999/", "http://shop.example:0/", "http://[::1/", f"http://shop.example/{SCRIPT}",
    "http://shop.example/a b", "http://şhop.example/", "http://shop.example/" + "x" * 2_100,
)  # fmt: skip


@pytest.mark.parametrize("term_url", BAD_ADDRESSES)
def test_a_return_address_that_is_none_is_refused_with_a_sentence(running, term_url):
    _, _, page = started(running, "H1")
    for path in ("three-d", "three-d/decide"):
        wrong = post(f"{running.url}/{path}", page.fields | {"TermUrl": term_url, "decision": "confirm"})
        assert (wrong.status, wrong.form) == (400, None)
        assert "TermUrl is its http or https address, in full" in wrong.text
        assert is_plain(wrong)


@pytest.mark.parametrize(
    "term_url", ["https://shop.example", "HTTP://SHOP.example/x", "http://[::1]:5000/?a='&amp;b=%3Cscript%3E#f"]
)
def test_a_return_address_comes_out_as_it_went_in(running, term_url):
    _, _, page = started(running, "H2")
    back = post(f"{running.url}/three-d", page.fields | {"TermUrl": term_url}).pressed("leave")
    assert back.form["action"] == term_url
    assert is_plain(back)


@pytest.mark.parametrize("name", ["md", "TermUrl", "decision"])
def test_a_field_that_is_there_twice_is_refused(running, name):
    _, _, page = started(running, "H3")
    twice = [*page.fields.items(), ("decision", "confirm"), (name, (page.fields | {"decision": "confirm"})[name])]
    wrong = post(f"{running.url}/three-d/decide", twice)
    assert (wrong.status, wrong.form) == (400, None)
    assert "a field twice" in wrong.text
    got = fetched(f"{running.url}/three-d?{urlencode(twice)}")
    assert got.status == 400


def test_a_decision_that_is_none_decides_nothing(running):
    there, of, page = started(running, "H4")
    for decision in ({}, {"decision": ""}, {"decision": "Confirm"}, {"decision": SCRIPT}):
        wrong = post(f"{running.url}/three-d/decide", page.fields | decision)
        assert wrong.status == 400
        assert is_plain(wrong)
    assert there.finish_three_d(of, page.fields, None) == Declined("three_d_abandoned")


def test_what_a_storefront_adds_is_neither_minded_nor_repeated(running):
    _, _, page = started(running, "H5")
    added = {"pzparams": SCRIPT + "\0\ufffe", SCRIPT: SCRIPT, "TermURL": "x", "MD": "y"}
    odd = post(f"{running.url}/three-d", page.fields | added)
    assert odd.text == page.text
    assert odd.pressed("leave").fields.keys() == {"md", "success", "three_d_secure", "mdStatus"}


@pytest.mark.parametrize("path", ["three-d", "three-d/decide"])
def test_a_megabyte_is_refused_with_a_page(running, path):
    page = post(f"{running.url}/{path}", {"md": "x", "TermUrl": SHOP, "pzparams": "<" * (1024 * 1024)})
    assert (page.status, page.form) == (413, None)
    assert is_plain(page)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_what_is_no_form_is_refused(running, kind):
    assert post(f"{running.url}/three-d", {"md": "x", "TermUrl": SHOP}, kind).status == 415


def test_too_many_fields_are_refused(running):
    assert post(f"{running.url}/three-d", [(f"f{n}", "") for n in range(200)]).status == 400


@pytest.mark.parametrize("length", [None, "", "-1", "1２", "9" * 5000, "1" * 30, "1e3"])  # noqa: RUF001  # wide
def test_a_length_that_is_none_is_refused(running, length):
    head = f"POST /three-d HTTP/1.0\r\ncontent-type: {FORM}\r\n"
    head += "" if length is None else f"content-length: {length}\r\n"
    assert raw(running, head + "\r\n").startswith(("HTTP/1.0 411 ", "HTTP/1.0 413 "))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/three-d", 400), ("GET", "/three-d/decide", 405), ("GET", "/", 404), ("GET", "/pay", 404),
        ("GET", "/three-d/", 404), ("GET", f"/{SCRIPT.replace(' ', '')}", 404), ("PUT", "/three-d", 405),
        ("POST", "/three-d/", 404), ("GET", "/three-d?" + "x" * 70_000, 414),
    ],
    ids=lambda given: str(given)[:20],
)  # fmt: skip
def test_what_is_not_there_is_answered_too(running, method, path, status):
    said = raw(running, f"{method} {path} HTTP/1.0\r\ncontent-length: 2\r\n\r\n{{}}")
    assert said.startswith(f"HTTP/1.0 {status} ")
    assert "alert" not in said


TEXTS = st.one_of(st.text(max_size=40), st.sampled_from([*BAD_ADDRESSES, SHOP, SCRIPT, "confirm", "refuse", "leave"]))
PAIRS = st.lists(st.tuples(st.one_of(st.sampled_from(["md", "TermUrl", "decision", "pzparams"]), TEXTS), TEXTS))
UTF8 = {"errors": "surrogatepass"}


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/three-d", "/three-d/decide"]),
    pairs=PAIRS,
    junk=st.one_of(st.just(b""), st.binary(max_size=60)),
    known=st.booleans(),
)
def test_nothing_that_is_sent_makes_the_bank_fail_or_a_script_of_it(running, path, pairs, junk, known):
    md = [("md", started(running, "H9")[2].fields["md"])] if known else []
    body = urlencode([*md, *pairs], **UTF8).encode() + junk
    for method, at, content in (("POST", path, body), ("GET", f"{path}?{urlencode(pairs, **UTF8)}", None)):
        status, text = sent(running, method, at, content)
        assert 200 <= status < 500
        assert scripts(text) in ([], [OURS])


# ---------------------------------------------------------------- what a page may do


def every_page(process, number):
    _, _, page = started(process, number)
    yield page
    yield page.pressed("leave")
    yield started(process, f"{number}-0", magic.THREE_D_ABANDONED)[2].pressed("confirm")
    yield post(f"{process.url}/three-d", {})
    yield fetched(f"{process.url}/nowhere")


def test_every_page_has_what_a_reader_and_a_screen_need(running):
    for page in every_page(running, "W1"):
        names = [tag for tag, _ in page.tags]
        assert ("html", {"lang": "en"}) in page.tags
        assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in page.tags
        assert names.count("h1") == names.count("main") == names.count("title") == 1
        assert page.under("title")[0].startswith(page.under("h1")[0])


def test_every_page_runs_its_own_style_and_script_and_is_kept_by_nobody(running):
    for page in every_page(running, "W2"):
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
        for kind, text in (("style-src", style), *(("script-src", script) for script in scripts(page.text))):
            digest = b64encode(sha256(text.encode()).digest()).decode()
            assert f"{kind} 'sha256-{digest}'" in policy


def test_nothing_a_browser_sends_is_written(tmp_path):
    canary = "4929123412341232"
    with bankd(tmp_path / "bank.sqlite") as process:
        said = [process.first_line]
        _, _, page = started(process, "W3")
        for fields in ({}, {"md": canary}, {"TermUrl": canary}, {"decision": canary}, {canary: canary}):
            said += [post(f"{process.url}/{at}", page.fields | fields).text for at in ("three-d", "three-d/decide")]
        said.append(post(f"{process.url}/three-d", canary.encode() * 100_000).text)
        said.append(fetched(f"{process.url}/{canary}?{canary}").text)
        said.append(process.ended()[1])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir()) + "".join(said).encode()
    assert b"W3" in written
    assert canary.encode() not in written


# ---------------------------------------------------------------- where it is, and how it ends


def test_a_browser_that_has_connected_and_says_nothing_does_not_hold_up_the_end(tmp_path):
    with bankd(tmp_path / "bank.sqlite") as process, socket.create_connection(("127.0.0.1", process.port)):
        fetched(process.url)  # the server has got to the one before
        began = monotonic()
        assert process.ended() == (0, "")
    assert monotonic() - began < 5  # seconds; who has begun to say something has 10


def test_the_page_may_be_reachable_elsewhere(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--public", "https://bank.example/tests/") as process:
        handed = RemoteBank(process.url, NATIVE).start_three_d(order(), card(magic.THREE_D)).given
        page = post(f"{process.url}/three-d", {"md": handed["md"], "TermUrl": SHOP})
    assert handed["url"] == "https://bank.example/tests/three-d"
    assert urljoin(handed["url"], page.form["action"]) == "https://bank.example/tests/three-d/decide"


@pytest.mark.parametrize(
    "public", ["bank.example", "javascript:x", "https://a@b/", "https://b/?x=1", "https://b/" + "x" * 500]
)
def test_an_address_that_is_none_keeps_it_from_starting(tmp_path, public):
    with bankd(tmp_path / "bank.sqlite", "--public", public) as process:
        assert process.first_line == ""
        _, said = process.popen.communicate(timeout=PATIENCE)
    assert (process.popen.returncode, said[:16]) == (2, "bankd: --public ")
