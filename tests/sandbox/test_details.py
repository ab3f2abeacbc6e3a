"""What is new in a payment, over the wire: written as it is read, read strictly, and believed only in full."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.effects import Back, Browser, Captured, Details, HandedOut, Secret, Unavailable, Unknown, Verified
from checkout_core.effects.payments import Callback
from checkout_core.integrations._strict import NotStrict
from checkout_core.money import Money
from checkout_core.order import Plan, Reward
from checkout_core.sandbox import CARD_OFFERS, GARANTI, HOSTED, TRANSFERS, Bank, RemoteBank, magic
from checkout_core.sandbox._answers import inquired, taken
from checkout_core.sandbox._ask_wire import campaigns, offered_rewards, plans, reference
from checkout_core.sandbox._details import details, details_told
from checkout_core.sandbox._wire import heard

from .payments import AMOUNT, BACK, PLANS, card, order, points, to_choose
from .processes import bankd

PAYMENT = {"number": "N1", "key": "k1", "minor": 13125, "currency": "TRY", "installments": 3}
CARD = {"number": magic.REWARDED, "holder": "Ada Lovelace", "month": 12, "year": 2029, "cvv": "123"}
SALE = PAYMENT | {"card": CARD}

# ---------------------------------------------------------------- details


def test_nothing_said_is_nothing_sent():
    assert details_told(Details()) == {}
    assert details({}, "TRY") == Details()


AMOUNTS = st.integers(1, 10**15).map(lambda minor: Money.of(minor, "TRY"))
REWARDS = st.lists(st.builds(Reward, st.sampled_from(["general", "special"]), AMOUNTS), max_size=2).map(
    lambda found: tuple({each.type: each for each in found}.values())
)
TEXTS = st.text(st.characters(blacklist_categories=("Cc", "Cs")), max_size=20)
GIVEN = st.builds(
    Details,
    st.lists(st.builds(Plan, st.integers(1, 99), AMOUNTS, REWARDS), max_size=4).map(tuple),
    st.none() | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64),
    st.booleans(),
    st.none() | st.just(BACK) | st.just(Back("/orders/checkout/?a=1", "/x")),
    st.builds(Browser, **{name: st.none() | TEXTS for name in ("ip", "accept", "user_agent", "client_type")}),
    st.none() | st.emails(),
)


@given(GIVEN)
def test_what_is_written_is_read_again(told):
    assert details(json.loads(json.dumps(details_told(told))), "TRY") == told


WRONG = (
    None, [], "x", {"note": 1}, {"plans": {}}, {"plans": [1]}, {"plans": [{"installments": 1, "minor": 1}]},
    {"plans": [{"installments": 0, "minor": 1, "rewards": []}]},
    {"plans": [{"installments": True, "minor": 1, "rewards": []}]},
    {"plans": [{"installments": 1, "minor": 0, "rewards": []}]},
    {"plans": [{"installments": 1, "minor": 1, "rewards": [{"type": "x", "minor": 1}]}]},
    {"plans": [{"installments": 1, "minor": 1, "rewards": [], "x": 1}]},
    {"plans": [{"installments": 1, "minor": 1, "rewards": []}] * 41},
    {"campaign": ""}, {"campaign": "a b"}, {"campaign": "x" * 65}, {"campaign": 1}, {"campaign": None},
    {"save_card": "true"}, {"save_card": False}, {"save_card": 1}, {"email": "a b@c"}, {"email": ""}, {"email": None},
    {"email": "x" * 255}, {"email": "\ud800@x"}, {"back": []}, {"back": {"success": "/"}},
    {"back": {"success": "javascript:alert(1)", "failure": "/x"}}, {"back": {"success": "/x", "failure": 1}},
    {"back": {"success": "/x\r\ny", "failure": "/x"}}, {"back": {"success": "/x" * 1_001, "failure": "/x"}},
    {"back": {"success": "/x", "failure": "/x", "cancel": "/x"}}, {"browser": []}, {"browser": {"screen": "1"}},
    {"browser": {"ip": 1}}, {"browser": {"ip": "x" * 513}}, {"browser": {"ip": "a\nb"}},
)  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: repr(wrong)[:60])
def test_details_that_are_not_as_agreed_reach_no_bank(wrong):
    with pytest.raises(NotStrict):
        heard("start_session", json.dumps(PAYMENT | {"details": wrong}).encode())


@pytest.mark.parametrize(
    "wrong",
    [
        None, {}, "x", [1], [{}], [{"type": "general"}], [{"type": "general", "minor": 0}],
        [{"type": "general", "minor": "1"}], [{"type": ["general"], "minor": 1}], [{"type": "gift", "minor": 1}],
        [{"type": "general", "minor": 1}, {"type": "general", "minor": 2}],
        [{"type": "general", "minor": 1, "currency": "TRY"}], [{"type": "general", "minor": 13126}],
        [{"type": "general", "minor": 13125}, {"type": "special", "minor": 1}], [{"type": "general", "minor": 1}] * 3,
    ],
    ids=repr,
)  # fmt: skip
def test_rewards_that_are_not_as_agreed_reach_no_bank(wrong):
    with pytest.raises(NotStrict):
        heard("sale", json.dumps(SALE | {"rewards": wrong}).encode())


@pytest.mark.parametrize("style", ["", "Garanti", "popup", 1, None, ["hosted"]])
def test_a_style_that_is_none_begins_no_session(style):
    with pytest.raises(NotStrict):
        heard("start_session", json.dumps(PAYMENT | {"style": style}).encode())


def test_a_buyer_who_chooses_what_is_not_offered_pays_nothing():
    bank = Bank()
    bank.start_session(to_choose())
    told = {"ticket": bank.ticket().md, "card_number": magic.APPROVED, "installments": 4}
    assert heard("pays", json.dumps(told).encode())(bank) == {"returned": None}
    assert bank.captures == 0


# ---------------------------------------------------------------- answers

CAPTURED = {
    "number": "N1", "key": "key of N1", "result": "captured", "reference": "B000001", "minor": 13125,
    "currency": "TRY", "installments": 3, "rewards": [{"type": "general", "minor": 100}], "card_token": "abc",
}  # fmt: skip
OF = order(rewards=points(general=100))


def test_rewards_and_the_token_are_believed_where_they_are_what_was_asked():
    assert taken(CAPTURED, OF) == Captured("B000001", AMOUNT, 3, points(general=100), "abc")
    without = {name: value for name, value in CAPTURED.items() if name != "card_token"}
    assert taken(without, OF) == Captured("B000001", AMOUNT, 3, points(general=100))


@pytest.mark.parametrize(
    "change",
    [
        {"rewards": []}, {"rewards": [{"type": "special", "minor": 100}]},
        {"rewards": [{"type": "general", "minor": 99}]}, {"rewards": None},
        {"rewards": [{"type": "general", "minor": 13126}]}, {"card_token": ""}, {"card_token": None},
        {"card_token": "a b"}, {"card_token": "x" * 65}, {"note": 1},
    ],
    ids=repr,
)  # fmt: skip
def test_an_answer_with_other_rewards_or_no_token_is_not_believed(change):
    with pytest.raises(NotStrict):
        taken(CAPTURED | change, OF)
    with pytest.raises(NotStrict, match="not what was asked for"):
        taken({name: value for name, value in CAPTURED.items() if name != "rewards"}, OF)


def test_a_row_says_which_rewards_it_took():
    row = {
        "reference": "B000001", "currency": "TRY", "installments": 3, "status": "approved", "authorised": 13125,
        "captured": 13125, "voided": 0, "refunded": 0, "rewards": CAPTURED["rewards"], "card_token": "abc",
    }  # fmt: skip
    told = {"number": "N1", "rows": [row], "declined": None, "closed": False}
    assert inquired(told, "N1") == (Captured("B000001", AMOUNT, 3, points(general=100), "abc"),)
    for change in ({"rewards": [{"type": "general", "minor": 13126}]}, {"rewards": 1}, {"card_token": 1}, {"x": 1}):
        with pytest.raises(NotStrict):
            inquired(told | {"rows": [row | change]}, "N1")


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (plans, {"plans": [{"pk": 1, "installments": 3, "label": "3", "interest_rate": 1}]}),
        (campaigns, {"campaigns": [{"code": "c", "name": "n", "interest_free": [3]}]}),
        (lambda told: offered_rewards(told, "TRY"), {"currency": "TRY", "rewards": [{"type": "general", "minor": 1}]}),
        (lambda told: reference(told, "N1"), {"number": "N1", "code": "RF00000001"}),
    ],
)
def test_an_offer_is_believed_in_full_or_not_at_all(read, told):
    assert read(told)
    ways = [told | {"x": 1}, {}, *({of: text for of, text in told.items() if of != name} for name in told)]
    ways += [told | {name: other} for name in told for other in (None, 1, "x", {}, [1], [{}], [told], True)]
    for name, listed in told.items():
        if isinstance(listed, list):
            ways.append(told | {name: listed * 2})
            ways += [
                told | {name: [listed[0] | {of: other}]} for of in listed[0] for other in (None, -1, [0], {}, True)
            ]
            ways += [told | {name: [{of: text for of, text in listed[0].items() if of != left}]} for left in listed[0]]
    for wrong in ways:
        with pytest.raises(NotStrict):
            read(wrong)


# ---------------------------------------------------------------- in its own process


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite") as process:
        yield process


def test_one_process_is_the_bank_of_every_gateway(running):
    """What a session's page is like the request says, so one bankd has them all."""
    styles = {
        "hosted": RemoteBank(running.url, HOSTED), "garanti": RemoteBank(running.url, GARANTI),
        "iframe": RemoteBank(running.url, HOSTED, style="iframe"),
        "html": RemoteBank(running.url, HOSTED, style="html"),
        "posted": RemoteBank(running.url, HOSTED, style="posted"),
    }  # fmt: skip
    ledger = Bank(running.ledger)
    for style, gateway in styles.items():
        handed = gateway.start_session(to_choose(f"S-{style}", save_card=True, campaign="c"))
        assert isinstance(handed, HandedOut), handed
        ticket = ledger.ticket(f"S-{style}")
        assert (ticket.style, ticket.plans, ticket.details.back, ticket.details.save_card) == (style, PLANS, BACK, True)
        assert handed.given.keys() <= gateway.capabilities.handed


def test_a_sale_with_rewards_and_a_card_to_keep_says_the_same_as_the_ledger(running):
    there, used = RemoteBank(running.url, CARD_OFFERS), points(general=1_000)
    told = there.sale(order("R1", rewards=used, save_card=True), card(magic.REWARDED))
    (row,) = [row for row in Bank(running.ledger).rows() if row.number == "R1"]
    assert told == Captured(row.reference, AMOUNT, 3, used, row.card_token)
    assert there.inquire("R1") == (told,)
    assert there.ask_rewards(card(magic.REWARDED), "TRY") == points(general=4_000, special=2_000)


def test_fewer_rewards_than_asked_are_no_answer_and_the_inquiry_tells(running):
    there = RemoteBank(running.url, CARD_OFFERS)
    answer = there.sale(order("R2", rewards=points(general=1_000)), card(magic.FEWER_REWARDS))
    assert answer == Unknown("not what was asked for")
    (row,) = there.inquire("R2")
    assert (row.amount, row.rewards) == (AMOUNT, points(general=500))


def test_the_offers_are_the_banks_own(running):
    there, here = RemoteBank(running.url, CARD_OFFERS), Bank()
    assert there.ask_plans(AMOUNT) == here.ask_plans(AMOUNT)
    for number in (magic.CAMPAIGN, magic.APPROVED):
        assert there.ask_campaigns(Secret(number)) == here.ask_campaigns(Secret(number))


def test_a_code_comes_over_http_with_all_that_was_said(running):
    there = RemoteBank(running.url, TRANSFERS)
    asked = ("T1", AMOUNT, "TR33 0006 1005 1978", "ada@example.org", ("Çamlica Cd. 1, İstanbul",), "https://x.example")
    code = there.ask_reference(*asked)
    assert there.ask_reference(*asked) == code
    (kept,) = Bank(running.ledger).references("T1")
    assert (kept.code, kept.number, kept.amount, kept.iban, kept.email, kept.addresses, kept.site) == (code, *asked)


def test_what_cannot_be_asked_is_unavailable(running):
    there = RemoteBank(running.url, TRANSFERS)
    for change in ({2: "not an iban"}, {4: ("x",) * 5}, {5: "a b"}):
        asked = ["T2", AMOUNT, "TR33", None, (), ""] if 2 not in change else ["T2", AMOUNT, "", None, (), ""]
        for at, value in change.items():
            asked[at] = value
        assert there.ask_reference(*asked) == Unavailable("HTTP 400, and no answer")
    gone = RemoteBank("http://127.0.0.1:1", CARD_OFFERS)
    assert gone.ask_plans(AMOUNT) == gone.ask_campaigns(Secret(magic.CAMPAIGN)) == Unavailable("ConnectionRefusedError")
    assert gone.ask_rewards(card(), "TRY") == Unavailable("ConnectionRefusedError")


def test_the_form_that_came_over_http_is_signed_with_the_banks_key(running):
    there = RemoteBank(running.url, GARANTI)
    form = json.loads(there.start_session(to_choose("G1")).given["form"])
    ledger = Bank(running.ledger, capabilities=GARANTI)
    ticket = ledger.ticket("G1")
    assert ledger.garanti.opens(ticket, form) is None
    back = running.post("pays", {"ticket": ticket.md, "card_number": magic.APPROVED, "installments": 6})[1]
    query = tuple(json.loads(back)["returned"].items())
    assert isinstance(there.verify(Callback(b"", query=query)), Verified)
    assert there.inquire("G1")[0].installments == 6
