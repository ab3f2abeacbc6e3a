"""Every transcript is what is answered now: to a value, through Flask, through Starlette, to the byte."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_core.http._drawing import STYLE
from checkout_core.sandbox.magic import MAGIC

from .carriers import CARRIERS, ThroughFlask
from .form import Answered, Asked, Exchange, Transcript, read, written
from .record import FOLDER, difference, file_of, told
from .stories import NOT_IN_FLASK, STORIES

CASES = [
    pytest.param(story, carrier, id=f"{file_of(story).stem}-{carrier.name}")
    for story in STORIES
    for carrier in CARRIERS
    if carrier is not ThroughFlask or story not in NOT_IN_FLASK
]
TRANSCRIPTS = {story: read(file_of(story).read_text(encoding="utf-8")) for story in STORIES if file_of(story).exists()}


@pytest.mark.parametrize(("story", "carrier"), CASES)
def test_what_is_answered_is_what_is_recorded(story, carrier):
    path = file_of(story)
    recorded = path.read_text(encoding="utf-8") if path.exists() else ""
    now = written(told(story, carrier))
    if now != recorded:
        pytest.fail(
            f"{difference(recorded, now, path.name)}\n\n"
            f"If this is right: python -m tests.transcripts.record {story.__name__}",
            pytrace=False,
        )


def test_every_file_has_a_story_and_every_story_a_title():
    assert {path.name for path in FOLDER.iterdir()} == {file_of(story).name for story in STORIES}
    titles = [transcript.title for transcript in TRANSCRIPTS.values()]
    assert len(set(titles)) == len(titles) == len(STORIES)


def test_there_are_more_than_two_hundred_exchanges():
    assert sum(len(transcript.exchanges) for transcript in TRANSCRIPTS.values()) > 200


def test_no_answer_has_a_card_number_or_what_was_typed_beside_it():
    for transcript in TRANSCRIPTS.values():
        for exchange in transcript.exchanges:
            told = exchange.answered.body.decode() + repr(exchange.answered.headers)
            digits = re.sub(r"[^0-9A-Za-z<>{}]", "", told)
            assert not [number for number in MAGIC if number in digits], exchange.says
            assert not re.search(r'name="card_(number|cvv)" value="[^"]', told), exchange.says


def test_no_answer_of_the_checkout_is_a_status_that_a_storefront_would_repeat():
    for transcript in TRANSCRIPTS.values():
        for exchange in transcript.exchanges:
            asked = exchange.asked
            scripted = dict(asked.headers).get("x-requested-with") is not None and asked.method in {"GET", "POST"}
            if scripted and re.match(r"(/tr)?/orders/checkout/?(\?|$)", asked.target):
                assert exchange.answered.status == 200, exchange.says


TEXTS = st.text(st.characters(exclude_characters="\n\r", exclude_categories=("Cs",)), min_size=1, max_size=20)
NAMES = st.sampled_from(("accept", "cookie", "location"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(("(= 1/a)", "x" * 120)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
BODIES = (
    st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.sampled_from((b"", b"\n", b" ", b"| ", b"\\", b"\\{style.css}", b"a" * 70, b"= \n#1 x\n\n> y", STYLE.encode()))
    | st.dictionaries(st.text(max_size=8), JSON_VALUES, max_size=5).map(
        lambda value: json.dumps(value, separators=(",", ":")).encode()
    )
)
HEADERS = st.lists(st.tuples(NAMES, st.text(max_size=9).filter(lambda text: "\n" not in text)), max_size=2).map(tuple)
EXCHANGES = st.builds(
    Exchange, says=TEXTS, stored=TEXTS,
    asked=st.builds(Asked, st.sampled_from(("GET", "POST")), TEXTS.map(lambda text: f"/{text}"), HEADERS, BODIES),
    answered=st.builds(Answered, st.integers(100, 599), HEADERS, BODIES),
)  # fmt: skip


@given(st.lists(EXCHANGES | TEXTS, max_size=4))
def test_a_file_says_every_byte(parts):
    transcript = Transcript("a story", tuple(parts))
    assert read(written(transcript)) == transcript
