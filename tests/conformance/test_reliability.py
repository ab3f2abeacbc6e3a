"""Every case of the catalogue is answered for: by a test that exists, a written decision, or the issue that owns it."""

from __future__ import annotations

import importlib.util
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import pytest

from .test_bullets import HERE, ROOT, Bullet, collected, decisions, named_tests, unknown_tests

FAMILIES = {
    "PAY": 32, "CB": 25, "AMT": 16, "GFT": 7, "LOY": 4, "RWD": 2, "CPN": 6, "STK": 6, "SLT": 2, "FLW": 16, "OBX": 7,
    "STO": 8, "GPY": 3, "RED": 5, "POD": 2, "OTP": 11, "FT": 3, "CRD": 9,
}  # fmt: skip
INVARIANTS = 25
THIS_ISSUE = 7
OWNERS = range(THIS_ISSUE + 1, 9)  # issues still to come; 8 stands for the ways to pay after issue 7
ANSWERS = ("test", "decision", "issue")
KEYS = {"id", "crit", "says", "later", *ANSWERS}

# What costs money where it goes wrong and is left to a later issue all the same, and the page it needs
NEED_A_PAGE: dict[str, str] = {}


def load(kind: str) -> list[Bullet]:
    """The cases or invariants."""
    tables: list[Bullet] = tomllib.loads((HERE / "reliability.toml").read_text(encoding="utf-8"))[kind]
    return tables


def ill_formed(cases: Sequence[Bullet]) -> list[str]:
    """Ids of cases with an unknown key, no text, no yes or no, not exactly one answer, or `later` without a test."""
    return [
        str(case.get("id"))
        for case in cases
        if not KEYS.issuperset(case)
        or not str(case.get("says", "")).strip()
        or not isinstance(case.get("crit"), bool)
        or [bool(case[key]) for key in ANSWERS if key in case] != [True]
        or ("later" in case and "test" not in case)
    ]


def wanted() -> Iterator[str]:
    """The ids of the catalogue in its order."""
    for family, count in FAMILIES.items():
        yield from (f"{family}-{n:02d}" for n in range(1, count + 1))


def left_to_others(cases: Sequence[Bullet]) -> list[str]:
    """Ids of the cases that cost money and that no test shows."""
    return [str(case["id"]) for case in cases if case["crit"] and "issue" in case]


def test_every_case_of_the_catalogue_is_there_once_and_in_order() -> None:
    assert [case["id"] for case in load("case")] == list(wanted())


def test_every_case_has_exactly_one_answer() -> None:
    assert ill_formed(load("case")) == []


def test_no_case_and_no_invariant_is_pending() -> None:
    tables = [*load("case"), *load("invariant")]
    assert [table["id"] for table in tables if "PENDING" in named_tests(table)] == []


def test_every_named_test_is_one_pytest_collects() -> None:
    assert unknown_tests([*load("case"), *load("invariant")], collected(ROOT / "tests")) == []


def test_no_test_is_named_twice_for_one_case() -> None:
    tables = [*load("case"), *load("invariant")]
    assert [t["id"] for t in tables if len(set(named_tests(t))) != len(named_tests(t))] == []


def test_every_decision_is_written_down_once() -> None:
    written = Counter(decisions())
    assert [c["id"] for c in load("case") if "decision" in c and written[str(c["decision"])] != 1] == []


def test_every_owner_is_an_issue_still_to_come() -> None:
    named = [(case["id"], case[key]) for case in load("case") for key in ("issue", "later") if key in case]
    assert [(case, owner) for case, owner in named if owner not in OWNERS] == []


def test_what_costs_money_is_shown_here_unless_it_needs_a_page_that_is_not_there_yet() -> None:
    assert left_to_others(load("case")) == list(NEED_A_PAGE)


def test_every_invariant_is_there_once_says_when_it_holds_and_where_it_is_checked() -> None:
    invariants = load("invariant")
    assert [each["id"] for each in invariants] == [f"I{n}" for n in range(1, INVARIANTS + 1)]
    assert {each["when"] for each in invariants} == {"always", "finally"}
    assert [each["id"] for each in invariants if {*each} != {"id", "when", "says", "test"} or not each["test"]] == []


def test_the_page_says_each_case_and_each_invariant_with_its_answer() -> None:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    page = generate.reliability_page()
    assert (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8") == page, "run docs/generate.py"
    rows = {line.split(" | ")[0].strip("| *"): line for line in page.splitlines() if line.startswith("| ")}
    for table in [*load("case"), *load("invariant")]:
        row = rows[str(table["id"])]
        assert str(table["says"]) in row
        assert all(f"`{node}`" in row for node in named_tests(table))


@pytest.mark.parametrize(
    "change",
    [
        {"issue": 7},
        {"decision": "callback-claims"},
        {"test": ""},
        {"test": []},
        {"says": " "},
        {"crit": "yes"},
        {"tests": "tests/test_it.py::test_it"},
    ],
    ids=str,
)
def test_a_case_with_two_answers_none_or_a_misspelt_key_is_found(change: Mapping[str, object]) -> None:
    good = {"id": "PAY-01", "crit": True, "says": "Once.", "test": "tests/test_it.py::test_it", "later": 7}
    assert ill_formed([good]) == []
    assert ill_formed([{**good, **change}]) == ["PAY-01"]


def test_a_case_that_is_shown_nowhere_is_not_shown_again_later() -> None:
    assert ill_formed([{"id": "PAY-01", "crit": True, "says": "Once.", "issue": 7, "later": 8}]) == ["PAY-01"]
