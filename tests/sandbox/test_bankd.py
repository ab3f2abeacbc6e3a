"""The bank as a process: real processes over real HTTP, killed and started again; the ledger is looked at from here."""

from __future__ import annotations

import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from checkout_core.effects import (
    Authorised,
    Cancelled,
    Captured,
    CardSecrets,
    Declined,
    NotFound,
    Replayed,
    Reversed,
    Secret,
    Settled,
    UnderReview,
    Unknown,
    Verified,
)
from checkout_core.money import Money
from checkout_core.sandbox import MATRIX, NATIVE, NO_KEYS, ORDER_NUMBER, Bank, Ledger, RemoteBank, magic

from .payments import AMOUNT, card, order, outcome
from .processes import PATIENCE, bankd, listening

PAID = Captured("B000001", AMOUNT, 3)


def remote(process, able=NATIVE, **given):
    return RemoteBank(process.url, able, **given)


def rows(ledger):
    with Ledger(ledger).book() as book:
        return book.rows("state != 'declined'")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One bank that many tests ask, each about a number of its own."""
    with bankd(tmp_path_factory.mktemp("bank") / "bank.sqlite") as process:
        yield process


# ---------------------------------------------------------------- the same bank, further away


@pytest.mark.parametrize("number", sorted(magic.MAGIC))
def test_over_http_a_card_does_what_it_does_in_process(running, number):
    here, there = Bank(), remote(running)
    told = outcome(here.sale, order(number), card(number))
    answer = there.sale(order(number), card(number))
    if isinstance(told, Captured) and told.amount != AMOUNT:
        assert isinstance(answer, Unknown)  # not what was asked for: the inquiry says what it was
    else:
        assert type(answer) is type(told)
    found, expected = there.inquire(number), here.inquire(number)
    assert same(found) == same(expected)


def same(found):
    """Without the references, which count on."""
    return tuple(evolve(row, reference="B") for row in found) if isinstance(found, tuple) else found


def test_three_d_over_http(running):
    there, order_ = remote(running), order("T1")
    handed = there.start_three_d(order_, card(magic.THREE_D))
    assert there.start_three_d(order_, card(magic.THREE_D)) == handed
    back = json.loads(running.post("pays", {"ticket": handed.given["md"], "card_number": magic.THREE_D})[1])["returned"]
    answer = there.finish_three_d(order_, back, None)
    assert (answer.amount, answer.installments) == (AMOUNT, 3)
    assert there.inquire("T1") == (answer,)


def test_a_session_over_http_is_paid_at_the_banks_page_and_then_not_closed(running):
    there, order_ = remote(running), order("S1")
    handed = there.start_session(order_)
    assert there.inquire("S1") == NotFound()
    running.post("pays", {"ticket": handed.given["session"], "card_number": magic.APPROVED})
    (row,) = there.inquire("S1")
    assert row.amount == AMOUNT
    assert there.cancel_session(order_) == Unknown("paid")


def test_a_session_over_http_is_closed(running):
    there, order_ = remote(running), order("S2")
    handed = there.start_session(order_)
    assert there.cancel_session(order_) == Cancelled()
    paid = running.post("pays", {"ticket": handed.given["session"], "card_number": magic.APPROVED})
    assert paid[0] == 200
    assert (there.inquire("S2"), there.start_session(order_)) == (Cancelled(), Replayed())


def test_money_goes_back_over_http(running):
    there, at_the_bank = remote(running), Bank(running.ledger)
    first, second = (there.sale(order(number), card()) for number in ("V1", "V2"))
    assert [there.void(first.reference, "v") for _ in range(2)] == [Reversed(first.reference)] * 2
    assert there.inquire("V1") == NotFound()
    at_the_bank.clear(second.reference)
    assert there.void(second.reference, "w") == Settled(second.reference)
    assert there.refund(second.reference, Money("1.00", "TRY"), "r") == Unknown("amount_mismatch")
    assert there.refund(second.reference, AMOUNT, "r") == Reversed(second.reference)
    assert there.inquire("V2") == NotFound()


def test_what_is_kept_or_reviewed_is_decided_at_the_bank(running):
    there, at_the_bank = remote(running), Bank(running.ledger)
    kept, looked_at = there.sale(order("A1"), card(magic.AUTHORISED)), there.sale(order("A2"), card(magic.UNDER_REVIEW))
    assert there.inquire("A1") == (Authorised(kept.reference),)
    assert there.inquire("A2") == (UnderReview(looked_at.reference),)
    at_the_bank.settle(kept.reference)
    at_the_bank.refuses(looked_at.reference)
    assert there.inquire("A1") == (Captured(kept.reference, AMOUNT, 3),)
    assert there.inquire("A2") == Declined("declined")


@pytest.mark.parametrize("able", [NATIVE, ORDER_NUMBER, NO_KEYS], ids=lambda able: able.idempotency)
def test_many_who_send_the_same_payment_at_once_pay_as_often_as_promised(tmp_path, able):
    name = {"native": "native", "order_number": "order_number", "none": "no_keys"}[able.idempotency]
    with bankd(tmp_path / "bank.sqlite", "--preset", name) as process:
        there = remote(process, able)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: there.sale(order(), card()), range(12)))
    taken = {"native": 1, "order_number": 1, "none": 12}[able.idempotency]
    assert len(rows(process.ledger)) == taken
    told = {"native": {PAID}, "order_number": {PAID, Unknown("duplicate_number")}}.get(able.idempotency)
    assert told is None or set(answers) == told


@pytest.mark.parametrize("able", MATRIX[:2], ids=lambda able: able.last_call)
def test_who_takes_the_money_of_a_three_d_is_an_option(tmp_path, able):
    with bankd(tmp_path / "bank.sqlite", "--last-call", able.last_call, "--callback", "none") as process:
        there = remote(process, able)
        md = there.start_three_d(order(), card(magic.THREE_D)).given["md"]
        process.post("pays", {"ticket": md, "card_number": magic.THREE_D})
        assert len(rows(process.ledger)) == (1 if able.last_call == "provider" else 0)
        assert there.finish_three_d(order(), {"md": md}, None) == PAID
    assert len(rows(process.ledger)) == 1


# ---------------------------------------------------------------- faults


@pytest.mark.parametrize(("fault", "taken"), [("unreachable", 0), ("answers_lost", 1), ("garbled", 0), ("late", 0)])
def test_a_fault_is_switched_on_over_http_and_off(running, fault, taken):
    there, number = remote(running), f"F-{fault.replace('_', '-')}"
    nothing = {name: [] for name in ("unreachable", "answers_lost", "garbled", "late")}
    assert running.post("faults", nothing | {fault: ["sale"]})[0] == 200
    assert isinstance(there.sale(order(number), card()), Unknown)
    assert sum(row.number == number for row in rows(running.ledger)) == taken
    running.post("faults", nothing)
    assert isinstance(there.sale(order(number), card()), Captured)


def test_a_late_request_takes_effect_by_itself(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--late", "0.01") as process:
        assert remote(process).sale(order(), card(magic.TIMEOUT_TAKEN_LATE)) == Unknown("RemoteDisconnected")
        while not rows(process.ledger):  # bounded by the test's own timeout
            time.sleep(0)
    assert [row.amount for row in rows(process.ledger)] == [AMOUNT]


def test_a_late_request_is_still_on_the_way_when_the_process_is_killed(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--late", "50") as process:
        remote(process).sale(order(), card(magic.TIMEOUT_TAKEN_LATE))
        assert remote(process).inquire("N1") == NotFound()
        process.ended(signal.SIGKILL)
    assert Bank(process.ledger).arrives() == 1
    assert len(rows(process.ledger)) == 1


def test_an_inquiry_lags_by_the_clock(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--lag", "3000") as process:
        there = remote(process)
        assert there.sale(order(), card()) == PAID
        assert there.inquire("N1") == NotFound()
    assert len(rows(process.ledger)) == 1


# ---------------------------------------------------------------- a life


def test_it_says_where_it_is_and_ends_on_sigterm(tmp_path):
    with bankd(tmp_path / "bank.sqlite") as process:
        assert process.ready == {"port": process.port, "pid": process.popen.pid}
        assert remote(process).sale(order(), card()) == PAID
        assert process.ended(signal.SIGTERM) == (0, "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", process.port), timeout=PATIENCE)


def test_it_listens_on_this_computer_only(running):
    assert socket.create_connection(("127.0.0.1", running.port)).close() is None
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.2", running.port))


def test_what_it_has_answered_is_in_the_ledger_when_it_is_killed(tmp_path):
    with bankd(tmp_path / "bank.sqlite") as process:
        assert remote(process).sale(order(), card()) == PAID
        assert process.ended(signal.SIGKILL)[0] == -signal.SIGKILL
    with bankd(tmp_path / "bank.sqlite") as process:
        assert remote(process).inquire("N1") == (PAID,)
        assert remote(process).sale(order(), card()) == PAID
    assert len(rows(process.ledger)) == 1


@pytest.mark.parametrize("name", ["native", "order_number", "no_keys"])
def test_killed_amid_many_payments_it_has_all_that_it_answered_and_nothing_twice(tmp_path, name):
    answered, most = [], {"native": 1, "order_number": 1, "no_keys": 2}[name]
    with bankd(tmp_path / "bank.sqlite", "--preset", name) as process:

        def buyer(n):
            for m in range(40):  # each payment twice, until nobody is there
                there, of = remote(process), order(f"N-{n}-{m}")
                answers = [there.sale(of, card()) for _ in range(2)]
                answered.extend((of.number, answer) for answer in answers if isinstance(answer, Captured))
                if len(answered) > 30:
                    process.popen.kill()
                    return

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(buyer, range(4)))
    kept = Bank(process.ledger)
    rows = {row.reference: row for row in kept.rows()}
    assert all(rows[answer.reference].number == number for number, answer in answered)
    numbers = [row.number for row in rows.values()]
    assert max(numbers.count(number) for number in set(numbers)) <= most
    assert len(rows) <= kept.sends
    with bankd(process.ledger, "--preset", name) as process:
        for number, answer in answered:
            assert answer in remote(process).inquire(number)


def test_a_late_request_takes_half_of_what_is_promised_for_the_rest_is_its_way_here(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--in-flight", "3000") as process:
        before = datetime.now(UTC)
        remote(process).sale(order(), card(magic.TIMEOUT_TAKEN_LATE))
        after = datetime.now(UTC)
    bank, half = Bank(process.ledger), timedelta(seconds=1500)
    assert bank.arrives(before + half - timedelta(microseconds=1)) == 0
    assert bank.arrives(after + half) == 1


@pytest.mark.parametrize(
    "options", [("--late", "2", "--in-flight", "1"), ("--hook", "ftp://127.0.0.1/"), ("--secret-file", "nowhere.txt")]
)
def test_it_says_why_it_cannot_start(tmp_path, options):
    with bankd(tmp_path / "bank.sqlite", *options) as process:
        assert process.first_line == ""
        _, said = process.popen.communicate(timeout=PATIENCE)
    assert process.popen.returncode == 2
    assert said.startswith("bankd: ")


def test_a_blank_line_among_the_secrets_is_refused(tmp_path):
    secrets = tmp_path / "secrets.txt"
    secrets.write_text("good\n\n")
    with bankd(tmp_path / "bank.sqlite", "--secret-file", secrets) as process:
        assert process.popen.wait(timeout=PATIENCE) == 2


# ---------------------------------------------------------------- what clients send


@pytest.mark.parametrize(
    ("method", "told", "status"),
    [
        ("nothing", {}, 404), ("", {}, 404), ("sale", {}, 400), ("sale", b"{", 400),
        ("inquire", {"number": "N 1"}, 400), ("inquire", {"number": 1}, 400),
        ("inquire", b'{"number": "N1", "number": "N2"}', 400), ("void", {"reference": "B000001"}, 400),
        ("inquire", b"x" * 20_000, 413),
        ("refund", {"reference": "B000001", "key": "k", "minor": 1.5, "currency": "TRY"}, 400),
        ("refund", {"reference": "B000001", "key": "k", "minor": 1, "currency": "ZZZ"}, 400),
        ("faults", {"unreachable": ["pays"], "answers_lost": [], "garbled": [], "late": []}, 400),
        ("faults", {"unreachable": ["nothing"], "answers_lost": [], "garbled": [], "late": []}, 400),
    ],
    ids=str,
)  # fmt: skip
def test_a_request_that_is_not_as_agreed_is_refused(running, method, told, status):
    assert running.post(method, told)[0] == status


def test_no_card_number_reaches_a_log_the_ledger_or_an_answer(tmp_path):
    canary, cvv, holder = "4929123412341232", "7391", "Ada Canary"
    with bankd(tmp_path / "bank.sqlite", "--preset", "no_keys") as process:
        said = [process.first_line]
        paying = {"number": "N1", "key": "k", "minor": 100, "currency": "TRY", "installments": 1}
        shown = {"number": canary, "holder": holder, "month": 12, "year": 2029, "cvv": cvv}
        for wrong in ({}, {"cvv": cvv + "x"}, {"month": 13}, {"number": canary + "x"}, {"extra": canary}):
            told = paying | {"card": shown | wrong}
            said += [process.post(method, told)[1] for method in ("sale", "start_three_d", "inquire", canary)]
        said.append(process.post("sale", (canary + '"').encode())[1])
        with socket.create_connection(("127.0.0.1", process.port)) as raw:
            raw.sendall(f"{canary} / {canary}\r\n\r\n".encode())
            said.append(raw.makefile().read())
        secret = CardSecrets(Secret(magic.APPROVED), holder, 12, 2029, Secret(cvv))
        remote(process, NO_KEYS).sale(order(), secret)
        said.append(process.ended()[1])
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir()) + "".join(said).encode()
    assert b"B000001" in written
    for secret_text in (canary, holder, magic.APPROVED):
        assert secret_text.encode() not in written


# ---------------------------------------------------------------- messages


def test_messages_are_posted_until_they_are_taken(tmp_path):
    secrets = tmp_path / "secrets.txt"
    secrets.write_text("the new one\nthe old one\n")
    with listening(500, 302, 404) as (hook, heard):
        options = ("--hook", hook, "--hook-wait", "0.001", "--secret-file", secrets)
        with bankd(tmp_path / "bank.sqlite", *options) as process:
            there = remote(process, secrets=("the new one",))
            there.sale(order(), card())
            came = [heard.get(timeout=PATIENCE) for _ in range(4)]
            process.ended()
        assert heard.empty()
    assert [status for status, _ in came] == [500, 302, 404, 200]
    assert {there.verify(message) for _, message in came} == {Verified("N1", "M000001", PAID)}
    (notice,) = Bank(process.ledger).notices()
    assert (notice.delivered, notice.tries) == (True, 4)


def test_a_message_that_was_not_delivered_is_delivered_by_the_next_process(tmp_path):
    with bankd(tmp_path / "bank.sqlite", "--hook", "http://127.0.0.1:1/", "--hook-wait", "0.001") as process:
        remote(process).sale(order(), card())
        process.ended(signal.SIGKILL)
    with listening() as (hook, heard), bankd(tmp_path / "bank.sqlite", "--hook", hook) as process:
        _, message = heard.get(timeout=PATIENCE)
    assert Bank().verify(message) == Verified("N1", "M000001", PAID)


def test_a_message_that_was_taken_is_not_posted_by_the_next_process(tmp_path):
    with listening() as (hook, heard):
        for number in ("N1", "N2"):
            with bankd(tmp_path / "bank.sqlite", "--hook", hook) as process:
                remote(process).sale(order(number), card())
                _, message = heard.get(timeout=PATIENCE)
                assert Bank().verify(message).number == number
                process.ended()
        assert heard.empty()


@pytest.mark.parametrize("coverage", ["partial", "none"])
def test_how_much_is_signed_is_an_option(tmp_path, coverage):
    with listening() as (hook, heard), bankd(tmp_path / "b.sqlite", "--hook", hook, "--callback", coverage) as process:
        remote(process).sale(order(), card(magic.DECLINED))
        _, message = heard.get(timeout=PATIENCE)
    told = Bank(capabilities=evolve(NATIVE, callback=coverage)).verify(message)
    assert told == Verified("N1", "M000001", Declined("declined") if coverage == "partial" else None)
