"""The bank's payment page and Garanti Pay's over plain HTTP: what a buyer does there, and what strangers send."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from itertools import count
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checkout_core.effects import Back, Callback, Cancelled, Captured, Declined, NotFound, Verified
from checkout_core.money import Money
from checkout_core.order import Plan
from checkout_core.sandbox import GARANTI, HOSTED, NATIVE, Bank, RemoteBank, magic

from .browser import FORM, OURS, fetched, is_plain, post, scripts, sent
from .payments import AMOUNT, PLANS, card, order, to_choose
from .processes import bankd, serving

SCRIPT = '"><script>alert(1)</script>'
SERIAL = count(1)
QUERY = [("page", "P"), ("return_token", "t&=ü"), ("back", "success")]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One bank that many buyers go to, each with a payment of their own."""
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite") as process:
        yield process


@contextmanager
def shop():
    """A shop that writes down how browsers come back: method, path, query, form."""
    came = []

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self):
            self.comes(b"")

        def do_POST(self):
            self.comes(self.rfile.read(int(self.headers["content-length"])))

        def comes(self, body):
            parts = urlsplit(self.path)
            query, form = (parse_qsl(text, keep_blank_values=True) for text in (parts.query, body.decode()))
            came.append((self.command, parts.path, query, form))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_):
            pass

    with serving(Shop) as url:
        yield url, came


@pytest.fixture(scope="module")
def shopping():
    with shop() as (url, came):
        yield url, came


class Walk:
    """One payment: what was handed out, and the page it leads to."""

    def __init__(self, running, shopping, number, style="hosted", able=HOSTED, plans=PLANS, **details):
        self.url, self.came = shopping
        self.back = Back(
            f"{self.url}/orders/checkout/?{urlencode(QUERY)}", f"{self.url}/orders/checkout/?page=P&back=failure"
        )
        self.there = RemoteBank(running.url, able, style=style)
        self.number, self.running = number, running
        self.ledger = Bank(running.ledger, capabilities=able)
        self.given = self.there.start_session(to_choose(number, plans, self.back, **details)).given
        self.ticket = self.ledger.ticket(number)
        self.came.clear()

    def page(self):
        if "form" in self.given:
            return post(self.given["url"], json.loads(self.given["form"]))
        return fetched(self.given["url"])

    def rows(self):
        return self.there.inquire(self.number)


# ---------------------------------------------------------------- the page


def test_the_page_says_who_wants_what_and_in_which_plans(running, shopping):
    page = Walk(running, shopping, "A1").page()
    assert page.status == 200
    assert page.told == {
        "Shop": urlsplit(shopping[0]).netloc, "Merchant number": "30691298", "Order number": "A1",
        "Amount": "131.25 TRY",
    }  # fmt: skip
    assert page.under("h1") == ["Pay by card"]
    assert page.choices == ["1", "3", "6"]
    assert "In 3 instalments, altogether: 133.22 TRY" in page.text
    assert page.under("button") == ["Pay", "Cancel"]
    assert page.fields.keys() == {"session", "installments", "card_number"}
    assert (page.fields["card_number"], page.fields["installments"], scripts(page.text)) == ("", "1", [])
    assert is_plain(page)


def test_one_plan_is_said_and_not_asked(running, shopping):
    page = Walk(running, shopping, "A2", plans=(Plan(1, AMOUNT),)).page()
    assert (page.choices, page.fields["installments"]) == ([], "1")
    assert "Paid at once" in page.text


# ---------------------------------------------------------------- back to the shop


def test_who_pays_is_sent_back_by_a_redirect_with_the_banks_word_in_the_address(running, shopping):
    walk = Walk(running, shopping, "B1")
    page = walk.page().pressed("pay", card_number="5421 1900 0000 0009", installments="3")
    assert page.text == "ok"
    (row,) = walk.ledger.rows()[-1:]
    assert walk.rows() == (Captured(row.reference, PLANS[1].amount, 3),)
    assert walk.came == [(
        "GET", "/orders/checkout/",
        [*QUERY, ("session", walk.ticket.md), ("success", "true"), ("installment_count", "3"),
         ("interest_fee", "1.97"), ("transaction_id", row.reference)],
        [],
    )]  # fmt: skip


def test_who_pays_may_be_sent_back_by_a_form(running, shopping):
    walk = Walk(running, shopping, "B2", "posted")
    page = walk.page().pressed("pay", card_number=magic.APPROVED, installments="6")
    assert (page.status, scripts(page.text), walk.came) == (200, [OURS], [])
    assert "form-action http: https:" in page.headers["content-security-policy"]
    page.pressed()
    ((method, path, query, form),) = walk.came
    assert (method, path, query) == ("POST", "/orders/checkout/", QUERY)
    assert dict(form) == walk.ledger.leaves(walk.ticket)
    assert dict(form)["installment_count"] == "6"


def test_a_page_in_a_frame_leads_out_of_it(running, shopping):
    walk = Walk(running, shopping, "B3", "iframe")
    assert walk.given["iframe"] == "true"
    page = walk.page()
    assert not {"x-frame-options"} & {name.lower() for name in page.headers}
    assert "frame-ancestors" not in page.headers["content-security-policy"]
    back = page.pressed("pay", card_number=magic.APPROVED)
    assert (back.form["target"], back.form["method"]) == ("_top", "get")
    back.pressed()
    ((method, _, query, form),) = walk.came
    assert (method, form, query[:3]) == ("GET", [], QUERY)
    assert dict(query)["success"] == "true"


def test_html_that_was_handed_out_leads_to_the_page(running, shopping):
    walk = Walk(running, shopping, "B4", "html")
    assert f'action="{running.url}/pay"' in walk.given["html"]
    page = fetched(f"{running.url}/pay?session={walk.given['session']}")
    page.pressed("pay", card_number=magic.APPROVED)
    assert (walk.came[0][0], walk.rows()[0].installments) == ("GET", 1)


def test_a_name_the_address_has_already_is_the_banks_word_and_there_once(running, shopping):
    url, came = shopping
    back = Back(f"{url}/x?success=true&session=mine&a=1&success=true#f", f"{url}/x?success=true")
    for number, style in (("B5", "hosted"), ("B6", "posted"), ("B7", "iframe")):
        there = RemoteBank(running.url, HOSTED, style=style)
        handed = there.start_session(to_choose(number, back=back)).given
        came.clear()
        page = fetched(handed["url"]).pressed("pay", card_number=magic.DECLINED)
        if style != "hosted":
            page.pressed()
        ((_, _, query, form),) = came
        assert sorted(query + form) == sorted([("session", handed["session"]), ("success", "false")])


def test_a_shop_that_has_not_said_where_it_is_in_full_is_not_gone_to(running):
    there = RemoteBank(running.url, HOSTED)
    for number, back in (("B8", None), ("B9", Back("/orders/checkout/?a=1", "/x"))):
        page = fetched(there.start_session(to_choose(number, back=back)).given["url"])
        page = page.pressed("pay", card_number=magic.APPROVED)
        assert (page.status, page.form) == (200, None)
        assert "You have paid." in page.text
        assert isinstance(there.inquire(number)[0], Captured)


# ---------------------------------------------------------------- how it ends


@pytest.mark.parametrize(
    ("card", "found"),
    [
        (magic.INSUFFICIENT_FUNDS, Declined("insufficient_funds")),
        (magic.THREE_D_FAILED, Declined("three_d_failed")),
        (magic.TIMEOUT_NOT_TAKEN, NotFound()),
        ("4929 1234 1234 1232", Declined("test_mode_live_card")),
    ],
)
def test_who_cannot_pay_is_sent_to_the_address_for_that(running, shopping, card, found):
    walk = Walk(running, shopping, f"C-{card[-4:]}")
    walk.page().pressed("pay", card_number=card)
    ((method, _, query, _),) = walk.came
    assert (method, query) == (
        "GET", [("page", "P"), ("back", "failure"), ("session", walk.ticket.md), ("success", "false")],
    )  # fmt: skip
    assert walk.rows() == found


@pytest.mark.parametrize("card", [magic.TIMEOUT_TAKEN, magic.THREE_D_ABANDONED, magic.TIMEOUT_TAKEN_LATE])
def test_a_buyer_who_does_not_come_back_sees_that_nothing_more_happens(running, shopping, card):
    walk = Walk(running, shopping, f"D-{card[-4:]}")
    page = walk.page().pressed("pay", card_number=card)
    assert (page.status, page.form, walk.came) == (200, None, [])
    assert isinstance(walk.rows(), tuple) is (card == magic.TIMEOUT_TAKEN)


def test_who_cancels_goes_back_and_the_page_is_closed(running, shopping):
    walk = Walk(running, shopping, "D1")
    page = walk.page()
    page.pressed("cancel")
    assert dict(walk.came[0][2])["success"] == "false"
    assert walk.rows() == Cancelled()
    assert (page.pressed("pay", card_number=magic.APPROVED).status, walk.rows()) == (410, Cancelled())


def test_a_page_that_is_paid_closed_or_too_late_shows_the_way_back(running, shopping):
    walk = Walk(running, shopping, "D2")
    page = walk.page()
    page.pressed("pay", card_number=magic.APPROVED)
    for again in (walk.page(), page.pressed("pay", card_number=magic.APPROVED_DEBIT), page.pressed("cancel")):
        assert again.status == 410
        assert "This payment has been decided." in again.text
        assert again.fields["success"] == "true"
        assert again.form["action"] == f"{walk.url}/orders/checkout/"
    assert len(walk.rows()) == 1
    closed = Walk(running, shopping, "D3")
    closed.there.cancel_session(to_choose("D3"))
    over = closed.page()
    assert (over.status, over.fields["success"]) == (410, "false")
    assert "This payment was cancelled." in over.text


@pytest.mark.parametrize("typed", ["", "4", "card", "１２３４５６７８９０１２", SCRIPT, "5" * 20, "5421\n190000000009"])  # noqa: RUF001  # wide
def test_what_is_no_card_number_is_asked_for_again(running, shopping, typed):
    walk = Walk(running, shopping, f"E-{next(SERIAL)}")
    page = walk.page().pressed("pay", card_number=typed, installments="3")
    assert page.status == 400
    assert "Give the number of a card" in page.text
    assert is_plain(page)
    assert (page.fields["card_number"], walk.rows()) == ("", NotFound())
    page.pressed("pay", card_number=magic.APPROVED, installments="3")
    assert walk.rows()[0].installments == 3


@pytest.mark.parametrize("chosen", ["2", "0", "", "99", "100", "-1", "3.0", "３", "1e1", SCRIPT])  # noqa: RUF001  # wide
def test_a_plan_that_is_not_offered_takes_nothing(running, shopping, chosen):
    walk = Walk(running, shopping, f"F-{next(SERIAL)}")
    page = walk.page().pressed("pay", card_number=magic.APPROVED, installments=chosen)
    assert (page.status, page.choices, walk.rows()) == (400, ["1", "3", "6"], NotFound())
    assert is_plain(page)


# ---------------------------------------------------------------- Garanti Pay


def test_the_whole_way_through_garanti_pay(running, shopping):
    walk = Walk(running, shopping, "G1", None, GARANTI)
    assert walk.given["url"] == f"{running.url}/gpay"
    page = walk.page()
    assert (page.status, page.under("h1"), page.choices) == (200, ["Garanti Pay"], ["1", "3", "6"])
    back = page.pressed("pay", card_number=magic.APPROVED, installments="3")
    assert (back.status, back.form["method"], scripts(back.text), walk.came) == (200, "post", [OURS], [])
    back.pressed()
    ((method, _, query, form),) = walk.came
    assert (method, query) == ("POST", QUERY)
    assert walk.there.verify(Callback(b"", query=tuple(form))) == Verified("G1", f"{form[6][1]}-{walk.ticket.md}")
    assert walk.rows() == (Captured(dict(form)["transactionid"], PLANS[1].amount, 3),)
    assert dict(form)["gpinstallment"] == "3"


def test_garanti_pay_that_is_cancelled_says_so_and_is_signed(running, shopping):
    walk = Walk(running, shopping, "G2", None, GARANTI)
    walk.page().pressed("cancel").pressed()
    ((_, _, query, form),) = walk.came
    assert (dict(query)["back"], dict(form)["success"]) == ("failure", "false")
    assert isinstance(walk.there.verify(Callback(b"", query=tuple(form))), Verified)
    assert walk.rows() == Cancelled()


def test_a_form_that_is_not_the_banks_opens_no_page(running, shopping):
    walk = Walk(running, shopping, "G3", None, GARANTI)
    form = json.loads(walk.given["form"])
    wrong = [form | {name: text + "1"} for name, text in form.items()]
    wrong += [{of: text for of, text in form.items() if of != name} for name in form]
    wrong += [[*form.items(), (name, text)] for name, text in form.items()]
    wrong += [form | {"successurl": "https://thief.example/"}, form | {"hash": SCRIPT}, {}, form | {"hash": "é"}]
    for fields in wrong:
        page = post(walk.given["url"], fields)
        assert page.status in {400, 404}
        assert (page.form, is_plain(page)) == (None, True)
    assert post(walk.given["url"], form).status == 200


def test_garanti_pays_page_opens_by_its_form_alone_and_no_other_page_by_it(running, shopping):
    walk = Walk(running, shopping, "G4", None, GARANTI)
    assert fetched(f"{running.url}/pay?session={walk.ticket.md}").status == 400
    assert fetched(f"{running.url}/gpay?{urlencode(json.loads(walk.given['form']))}").status == 405
    hosted = Walk(running, shopping, "G5")
    assert post(f"{running.url}/gpay", hosted.ledger.garanti.form(hosted.ticket)).status == 400


# ---------------------------------------------------------------- what strangers send


@pytest.mark.parametrize("session", ["guessed", "", "１２３", "a b", SCRIPT, "x" * 65, "s\0", "' OR 1 --", "é"])  # noqa: RUF001  # wide
def test_an_unknown_session_is_an_error_page(running, session):
    for page in (
        fetched(f"{running.url}/pay?{urlencode({'session': session})}"),
        post(f"{running.url}/pay", {"session": session}),
        post(f"{running.url}/gpay", {"session": session}),
        post(f"{running.url}/pay/decide", {"session": session, "decision": "pay", "card_number": magic.APPROVED}),
    ):
        assert (page.status, page.form) == (404, None)
        assert is_plain(page)


def test_three_d_is_no_session_and_a_session_no_three_d(running, shopping):
    walk = Walk(running, shopping, "H1")
    assert post(f"{running.url}/three-d", {"md": walk.ticket.md, "TermUrl": "https://x.example/"}).status == 404
    md = RemoteBank(running.url, NATIVE).start_three_d(order("H2"), card(magic.THREE_D)).given["md"]
    assert fetched(f"{running.url}/pay?session={md}").status == 404
    sound = {"session": md, "card_number": magic.APPROVED, "installments": "3", "decision": "pay"}
    assert post(f"{running.url}/pay/decide", sound).status == 404


@pytest.mark.parametrize("name", ["session", "card_number", "installments", "decision"])
def test_a_field_that_is_there_twice_is_refused(running, shopping, name):
    walk = Walk(running, shopping, f"H-{name.replace('_', '-')}")
    sound = {"session": walk.ticket.md, "card_number": magic.APPROVED, "installments": "1", "decision": "pay"}
    page = post(f"{running.url}/pay/decide", [*sound.items(), (name, sound[name])])
    assert (page.status, walk.rows()) == (400, NotFound())


@pytest.mark.parametrize("decision", ["", "Pay", "refuse", SCRIPT])
def test_a_decision_that_is_none_decides_nothing(running, shopping, decision):
    walk = Walk(running, shopping, f"I-{next(SERIAL)}")
    sound = {"session": walk.ticket.md, "card_number": magic.APPROVED, "installments": "1", "decision": decision}
    page = post(f"{running.url}/pay/decide", sound)
    assert (page.status, walk.rows()) == (400, NotFound())
    assert is_plain(page)


@pytest.mark.parametrize("path", ["pay", "gpay", "pay/decide"])
def test_what_is_no_form_or_too_long_is_refused_with_a_page(running, path):
    assert post(f"{running.url}/{path}", b"{}", "application/json").status == 415
    assert post(f"{running.url}/{path}", {"session": "x" * 20_000}).status == 413
    assert post(f"{running.url}/{path}", urlencode([("a", "b")] * 101).encode()).status == 400


def test_the_pages_are_relative_to_where_the_bank_is_known(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--public", "https://bank.example/tests/") as process:
        there = RemoteBank(process.url, HOSTED)
        given = there.start_session(to_choose()).given
        assert given["url"].startswith("https://bank.example/tests/pay?session=")
        page = fetched(f"{process.url}/pay?session={given['session']}")
        form = RemoteBank(process.url, GARANTI).start_session(to_choose("N2")).given
        gpay = post(f"{process.url}/gpay", json.loads(form["form"]))
        for of, at in ((page, given["url"]), (gpay, form["url"])):
            assert urljoin(at, of.form["action"]) == "https://bank.example/tests/pay/decide"
        assert process.ended() == (0, "")


VALUES = st.one_of(st.text(max_size=20), st.sampled_from([SCRIPT, "true", "pay", "cancel", "1", magic.DECLINED]))
NAMES = st.one_of(
    st.sampled_from(["session", "card_number", "installments", "decision", "hash", "orderid"]), st.text(max_size=8)
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    path=st.sampled_from(["/pay", "/gpay", "/pay/decide"]), pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    junk=st.one_of(st.just(b""), st.binary(max_size=60)), known=st.booleans(),
)  # fmt: skip
def test_nothing_that_is_sent_makes_the_bank_fail_or_a_script_of_it(running, open_session, path, pairs, junk, known):
    session = [("session", open_session)] if known else []
    body = urlencode([*session, *pairs], encoding="utf-8", errors="surrogatepass").encode() + junk
    for method, at, content in (("POST", path, body), ("GET", f"{path}?{urlencode(pairs, errors='replace')}", None)):
        status, text = sent(running, method, at, content)
        assert 200 <= status < 500
        assert scripts(text) in ([], [OURS])


@pytest.fixture(scope="module")
def open_session(running):
    return (
        RemoteBank(running.url, HOSTED)
        .start_session(to_choose("J1", plans=(Plan(1, Money("1.00", "TRY")),)))
        .given["session"]
    )


def test_nothing_of_a_card_is_written(tmp_path):
    canary = "4929123412341232"
    with bankd(tmp_path / "bank.sqlite") as process:
        said = []
        for n, typed in enumerate((canary, f"{canary}x", canary + "0" * 9)):
            page = fetched(RemoteBank(process.url, HOSTED).start_session(to_choose(f"K{n}", back=None)).given["url"])
            said.append(page.pressed("pay", card_number=typed).text)
            said.append(post(f"{process.url}/pay/decide", {"session": canary, canary: canary}, FORM).text)
        said.append(process.ended()[1])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir()) + "".join(said).encode()
    assert canary.encode() not in written
    assert b"1232" in written
