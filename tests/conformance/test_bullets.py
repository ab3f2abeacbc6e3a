"""Every documented statement has one answer, and the answer exists: a collected test, a written decision, an issue."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PAGES = (
    "_checkout",
    "IndexPage",
    "DeliveryOptionSelectionPage",
    "RemoteDeliveryOptionSelectionPage",
    "AddressSelectionPage",
    "RetailStoreSelectionPage",
    "PickupLocationSelectionPage",
    "AddressClearPage",
    "RemotePriceCalculationPage",
    "ShippingOptionSelectionPage",
    "DataSourceShippingOptionSelectionPage",
    "AttributeBasedShippingOptionSelectionPage",
    "RemoteShippingOptionSelectionPage",
    "SlotSelectionPage",
    "ReservationSelectionPage",
    "PaymentOptionSelectionPage",
    "BinNumberPage",
    "InstallmentSelectionPage",
    "CreditCardConfirmationPage",
    "CreditCardThreeDSecurePage",
    "CampaignListPage",
    "CampaignSelectionPage",
    "RewardListPage",
    "RewardSelectionPage",
    "FundsTransferChoicePage",
    "FundsTransferPage",
    "PayOnDeliveryPaymentChoicePage",
    "PayOnDeliveryPage",
    "SendSmsPage",
    "VerifySmsPage",
    "RedirectionPaymentSelectedPage",
    "RedirectionPageCompletePage",
    "GPaySelectionPage",
    "GPayRedirectPage",
    "GPayCompletePage",
    "OrderNotePage",
    "CouponSelectionPage",
    "VoucherCodePage",
    "SampleProductPage",
    "GiftBoxIndexPage",
    "GiftBoxPage",
    "DeliveryBagsPage",
    "OrderSelectionPage",
    "LoyaltyMoneyUsagePage",
    "LoyaltyCardPage",
    "LoyaltyMoneyPage",
    "GiftCardPage",
    "GiftCardApplyPage",
    "GiftCardUpdateAmountPage",
    "GiftCardOtpResendPage",
    "GiftCardPaymentPage",
    "LoyaltyPaymentSelectedPage",
    "ThankYouPage",
    "EmptyPage",
)
OWNERS = range(7, 9)  # issues still to come; 8 stands for the ways to pay after issue 7
ANSWERS = ("test", "decision", "issue")
KEYS = {"page", "id", "says", "source", *ANSWERS}

Bullet = Mapping[str, object]


def load() -> list[Bullet]:
    bullets: list[Bullet] = tomllib.loads((HERE / "bullets.toml").read_text(encoding="utf-8"))["bullet"]
    return bullets


def named_tests(bullet: Bullet) -> list[str]:
    """The nodes a bullet names; a bullet names one, or a list of them."""
    named = bullet.get("test", [])
    return [str(node) for node in named] if isinstance(named, list) else [str(named)]


def ill_formed(bullets: Sequence[Bullet]) -> list[str]:
    """Ids of bullets with an unknown key, a text missing, or not exactly one answer."""
    return [
        str(bullet.get("id"))
        for bullet in bullets
        if not KEYS.issuperset(bullet)
        or not all(str(bullet.get(key, "")).strip() for key in ("page", "id", "says"))
        or [bool(bullet[key]) for key in ANSWERS if key in bullet] != [True]
    ]


def miscounted(bullets: Sequence[Bullet]) -> list[str]:
    """Ids that are not the page, GET, POST or BODY, and the number that comes next there."""
    seen: Counter[tuple[object, str]] = Counter()
    wrong = []
    for bullet in bullets:
        page, name = bullet["page"], str(bullet["id"])
        kind = name.removeprefix(f"{page}-").partition("-")[0]
        seen[page, kind] += 1
        if kind not in ("GET", "POST", "BODY") or name != f"{page}-{kind}-{seen[page, kind]}":
            wrong.append(name)
    return wrong


def unknown_tests(bullets: Sequence[Bullet], nodes: Collection[str]) -> list[str]:
    """`id: node` for each test that is named and not among `nodes`; one case of a test counts as the test."""
    return [
        f"{bullet['id']}: {node}"
        for bullet in bullets
        for node in named_tests(bullet)
        if node != "PENDING" and node.partition("[")[0] not in nodes
    ]


def collected(folder: Path) -> set[str]:
    """The tests pytest collects below `folder` as node ids; those always skipped or expected to fail show nothing."""
    return {
        f"{path.relative_to(folder.parent).as_posix()}::{name}"
        for path in folder.rglob("test_*.py")
        for name in runnable(ast.parse(path.read_text(encoding="utf-8")).body)
    }


def runnable(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) if name.startswith("test") and not given_up(node):
                yield name
            case ast.ClassDef(name=name) if name.startswith("Test") and not given_up(node):
                yield from (f"{name}::{test}" for test in runnable(node.body))
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(attr="TestCase")):
                yield f"{name}::runTest"  # how hypothesis hands a state machine to pytest
            case _:
                pass


def given_up(node: ast.FunctionDef | ast.ClassDef) -> bool:
    marks = (ast.unparse(mark) for mark in node.decorator_list)
    return any(re.match(r"pytest\.mark\.(skip|xfail)\b", mark) for mark in marks)


def anchors(text: str) -> list[str]:
    """The `{#anchor}` at the end of each `##` heading."""
    return re.findall(r"^## .*\{#([a-z0-9-]+)\}[ \t]*$", text, re.MULTILINE)


def decisions() -> list[str]:
    return anchors((ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"))


def test_every_page_is_listed_once_and_in_order() -> None:
    pages = [bullet["page"] for bullet in load()]
    assert tuple(dict.fromkeys(pages)) == PAGES
    assert sum(before != after for before, after in pairwise(pages)) == len(PAGES) - 1


def test_ids_are_unique_and_counted_in_order() -> None:
    bullets = load()
    assert miscounted(bullets) == []
    assert len({bullet["id"] for bullet in bullets}) == len(bullets)


def test_every_bullet_has_exactly_one_answer() -> None:
    assert ill_formed(load()) == []


def test_no_bullet_is_pending() -> None:
    assert [bullet["id"] for bullet in load() if "PENDING" in named_tests(bullet)] == []


def test_every_named_test_is_one_pytest_collects() -> None:
    assert unknown_tests(load(), collected(ROOT / "tests")) == []


def test_every_decision_is_written_down_once() -> None:
    written = Counter(decisions())
    assert [f"{b['id']}: {b['decision']}" for b in load() if "decision" in b and written[str(b["decision"])] != 1] == []


def test_every_owner_is_an_issue_still_to_come() -> None:
    assert [f"{b['id']}: {b['issue']}" for b in load() if "issue" in b and b["issue"] not in OWNERS] == []


@pytest.mark.parametrize(
    "change",
    [
        {"issue": 7},
        {"decision": "callback-claims"},
        {"test": ""},
        {"test": []},
        {"says": " "},
        {"tests": "tests/test_it.py::test_it"},
    ],
    ids=str,
)
def test_a_bullet_with_two_answers_none_or_a_misspelt_key_is_found(change: Bullet) -> None:
    good = {"page": "EmptyPage", "id": "EmptyPage-GET-1", "says": "Nothing.", "test": "tests/test_it.py::test_it"}
    assert ill_formed([good]) == []
    assert ill_formed([{**good, **change}]) == ["EmptyPage-GET-1"]


@pytest.mark.parametrize("second", ["EmptyPage-GET-1", "EmptyPage-GET-3", "EmptyPage-PUT-1", "IndexPage-GET-2"])
def test_an_id_used_twice_left_out_or_of_another_page_is_found(second: str) -> None:
    bullets = [{"page": "EmptyPage", "id": "EmptyPage-GET-1"}, {"page": "EmptyPage", "id": second}]
    assert miscounted(bullets) == [second]


def test_only_tests_that_run_count_as_collected(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "pages"
    folder.mkdir(parents=True)
    source = """
import pytest
TestMachine = Machine.TestCase
def test_runs(): ...
def helper(): ...
@pytest.mark.skip
def test_skipped(): ...
@pytest.mark.xfail(reason="not yet")
def test_fails(): ...
@pytest.mark.skipif(windows, reason="needs fork")
def test_runs_here(): ...
class TestGroup:
    def test_runs(self): ...
    def helper(self): ...
"""
    (folder / "test_trunk.py").write_text(source, encoding="utf-8")
    (folder / "helpers.py").write_text("def test_elsewhere(): ...", encoding="utf-8")
    names = ("TestMachine::runTest", "test_runs", "test_runs_here", "TestGroup::test_runs")
    nodes = collected(tmp_path / "tests")
    assert nodes == {f"tests/pages/test_trunk.py::{name}" for name in names}
    named = ["tests/pages/test_trunk.py::test_runs[a]", "tests/pages/test_gone.py::test_a"]
    assert unknown_tests([{"id": "EmptyPage-GET-1", "test": named}], nodes) == [f"EmptyPage-GET-1: {named[1]}"]


def test_an_anchor_stands_at_the_end_of_a_heading() -> None:
    text = "# All {#all}\n\n## One {#one}\ntext {#text}\n## Two {#two} more\n### Three {#three}\n## Four {#four}  \n"
    assert anchors(text) == ["one", "four"]


def test_the_table_prints_a_line_a_page_and_the_sum() -> None:
    script = [sys.executable, str(HERE / "bullets_table.py")]
    printed = subprocess.run(script, capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in printed.splitlines()]
    assert [line[0] for line in lines] == ["page", *PAGES, "all"]
    columns = [[int(number) for number in line[1:6]] for line in lines[1:]]
    assert [sum(column) for column in zip(*columns[:-1], strict=True)] == columns[-1]
    assert all(bullets == sum(answers) for bullets, *answers in columns)
    assert columns[-1][0] == len(load())
