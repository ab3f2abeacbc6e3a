"""The phones of the sandbox's buyers: each text once, in its order, on the disk, and for people to read."""

from __future__ import annotations

import json
import signal
import sqlite3
from contextlib import closing, contextmanager
from html.parser import HTMLParser
from http.client import HTTPConnection, RemoteDisconnected
from threading import Thread

import pytest

from checkout_core.effects import Refused, Secret
from checkout_core.integrations import HttpSms, NotHeard
from checkout_core.sandbox._texts import Text, Texts
from checkout_core.shop import Misconfigured

from .processes import PATIENCE, Process

ADA, GRACE = "+905321234567", "+905329876543"
JSON = "application/json"


class Phones(Process):
    """One smsd; `url` once it is ready."""

    module = "checkout_core.sandbox.smsd"

    def ask(self, method, path, body=None, **headers):
        """Status, headers, text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def told(self, told, name="m-1", path="/messages", kind=JSON):
        """What it answers: status, and JSON."""
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        status, _, text = self.ask("POST", path, body, content_type=kind, idempotency_key=name)
        return status, json.loads(text)

    def switch(self, failure):
        return self.told({"failure": failure}, path="/switch")

    def texts(self, phone=""):
        """The newest first."""
        return [each["text"] for each in json.loads(self.ask("GET", f"/messages?phone={phone}")[2])["messages"]]

    def send(self, text, phone=ADA, name="c-1-0"):
        HttpSms(f"{self.url}/messages", timeout=PATIENCE / 3).send_sms(phone, Secret(text), name)


@contextmanager
def smsd(ledger, *options):
    """Ended when the block is left, however."""
    process = Phones(ledger, *options)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.communicate(timeout=PATIENCE)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with smsd(tmp_path_factory.mktemp("phones") / "texts.sqlite") as process:
        yield process


@pytest.fixture
def phones(running):
    """One process for all; each test has a phone of its own, or says how many texts there were."""
    yield running
    running.switch(None)


class Read(HTMLParser):
    """What a person reads, and where it leads."""

    def __init__(self, text):
        super().__init__()
        self.words, self.links = "", []
        self.feed(text)

    def handle_data(self, data):
        self.words += data

    def handle_starttag(self, tag, attributes):
        if tag == "a":
            self.links.append(dict(attributes)["href"])


def test_what_a_shop_sends_comes_to_that_phone_the_newest_first(phones):
    phones.send("one", name="c-1-0")
    phones.send("other", GRACE, name="c-2-0")
    phones.send("two", name="c-1-1")
    assert phones.texts(ADA) == ["two", "one"]
    assert phones.texts(ADA.removeprefix("+")) == ["two", "one"]  # a + in a query is a space to many
    assert phones.texts(GRACE) == ["other"]
    assert phones.texts()[:3] == ["two", "other", "one"]
    assert phones.texts("+905550000000") == []


def test_a_text_that_is_posted_again_is_there_once(phones):
    for _ in range(3):
        phones.send("once", "+905550000001", "c-again-0")
    assert phones.texts("+905550000001") == ["once"]


def test_another_text_under_the_same_name_is_refused_and_the_first_stays(phones):
    phones.send("first", "+905550000002", "c-same-0")
    with pytest.raises(Refused, match="sms_409"):
        phones.send("second", "+905550000002", "c-same-0")
    assert phones.texts("+905550000002") == ["first"]


def test_texts_posted_at_once_come_each_once(phones):
    phone = "+905550000003"
    threads = [Thread(target=phones.send, args=(f"{n % 4}", phone, f"c-at-once-{n % 4}")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(phones.texts(phone)) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("failure", "comes", "heard"),
    [("down", False, RemoteDisconnected), ("500", False, NotHeard), ("lost", True, RemoteDisconnected)],
)
def test_a_failure_is_switched_on_and_off_again(phones, failure, comes, heard):
    phone = f"+9055511100{len(failure)}{comes:d}"
    assert phones.switch(failure) == (200, {"failure": failure})
    with pytest.raises(heard):
        phones.send("failing", phone, f"c-{failure}-0")
    assert phones.texts(phone) == ["failing"] * comes
    assert json.loads(phones.ask("GET", "/switch")[2]) == {"failure": failure}
    phones.switch(None)
    phones.send("sound", phone, f"c-{failure}-1")
    assert phones.texts(phone)[0] == "sound"


GOOD = {"phone": ADA, "text": "hello"}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({**GOOD, "phone": "0532 123 45 67"}, 400),
        ({**GOOD, "phone": 905321234567}, 400),
        ({**GOOD, "phone": None}, 400),
        ({**GOOD, "text": ""}, 400),
        ({**GOOD, "text": "x" * 1601}, 400),
        ({**GOOD, "text": "\ud800"}, 400),
        ({**GOOD, "text": "\x07"}, 400),
        ({**GOOD, "text": ["hello"]}, 400),
        ({}, 400),
        (b"[]", 400),
        (b"hello", 400),
        (b'{"phone": "+905321234567", "phone": "+905321234567", "text": "x"}', 400),
        (b"x" * 20_000, 413),
    ],
    ids=range(13),
)
def test_what_is_no_text_is_refused_and_quoted_nowhere(phones, told, status):
    before = phones.texts()
    said, answer = phones.told(told, name="m-wrong")
    assert said == status
    assert "hello" not in json.dumps(answer)
    assert phones.texts() == before


@pytest.mark.parametrize("name", ["", "two words", "x" * 256])
def test_a_text_without_a_name_is_refused(phones, name):
    assert phones.told(GOOD, name=name)[0] == 400


@pytest.mark.parametrize("failure", ["up", True, ["down"], 500])
def test_a_failure_there_is_none_of_changes_nothing(phones, failure):
    assert phones.switch(failure)[0] == 400
    assert json.loads(phones.ask("GET", "/switch")[2]) == {"failure": None}


def test_a_page_of_another_site_cannot_post(phones):
    assert phones.told(GOOD, kind="text/plain")[0] == 415
    assert phones.told({"failure": "down"}, path="/switch", kind="text/plain")[0] == 415


def test_there_is_nothing_elsewhere(phones):
    assert phones.ask("GET", "/favicon.ico")[0] == 404
    assert phones.told(GOOD, path="/")[0] == 404
    assert phones.ask("PUT", "/messages", b"{}")[0] == 405


def test_people_read_the_newest_first_and_one_phone_alone(phones):
    phones.send("Your code is 111111.\nKeep it.", "+905550000010", "c-read-0")
    phones.send("Your code is 222222.", "+905550000011", "c-read-1")
    status, headers, text = phones.ask("GET", "/")
    read = Read(text)
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert read.words.index("222222") < read.words.index("111111")
    assert "/?phone=905550000010" in read.links
    alone = Read(phones.ask("GET", "/?phone=905550000010")[2]).words
    assert "Texts to +905550000010" in alone
    assert "222222" not in alone


def test_an_inbox_with_nothing_in_it_says_so(phones):
    assert "Nothing has come yet." in Read(phones.ask("GET", "/?phone=900000000")[2]).words


def test_what_a_text_or_an_address_says_is_never_html(phones):
    phones.send("<script>alert(1)</script>&amp;", "+905550000012", "c-html-0")
    for path in ("/", "/?phone=%3Cscript%3Ealert(1)%3C/script%3E"):
        text = phones.ask("GET", path)[2]
        assert "<script" not in text
    assert "<script>alert(1)</script>&amp;" in Read(phones.ask("GET", "/")[2]).words


def test_what_was_answered_is_there_after_a_kill_and_nothing_was_logged(tmp_path):
    with smsd(tmp_path / "texts.sqlite") as first:
        first.send("012345")
        first.told(b"{012345", name="012345")
        first.ask("GET", "/?phone=012345")
        assert first.ended(signal.SIGKILL) == (-signal.SIGKILL, "")
    with closing(Texts(tmp_path / "texts.sqlite")) as left:
        assert [each.says for each in left.newest(ADA, 10)] == ["012345"]


def test_a_signal_ends_it(tmp_path):
    with smsd(tmp_path / "texts.sqlite") as process:
        assert process.ended() == (0, "")


def test_a_file_that_is_another_programs_is_left_alone(tmp_path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="another program's"):
        Texts(path)
    assert path.read_bytes() == before
    with smsd(path) as process:
        _, said = process.popen.communicate(timeout=PATIENCE)
        assert (process.popen.returncode, said.startswith("smsd: ")) == (2, True)


def test_two_who_share_a_file_have_the_same_texts(tmp_path):
    with closing(Texts(tmp_path / "texts.sqlite")) as one, closing(Texts(tmp_path / "texts.sqlite")) as other:
        text = Text("m-1", ADA, "hello", "2026-11-26T12:00:00+00:00")
        assert one.take(text)
        assert other.take(text)
        assert other.newest(ADA, 10) == (text,)
