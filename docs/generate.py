"""Write the pages of the documentation that are made from the code: `python docs/generate.py`.

A test fails where one of them is not what this would write.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from checkout_core import STANDARD, Check, Settings, settings
from checkout_core.cli._stub import LEFT_OUT
from checkout_core.effects import GATEWAY, PORTS, Gateway, method_of
from checkout_core.graph import mermaid
from checkout_core.paying import promise
from checkout_core.rules.installments import INSTALLMENT_FILTERS
from checkout_core.sandbox import HOSTED, NATIVE, NO_KEYS, ORDER_NUMBER

HERE = Path(__file__).parent
ITSELF = {"kinds": frozenset({"sale"})}  # no page of the provider's
PROMISED = {  # what a gateway does
    "answers a key once and for all": attrs.evolve(NATIVE, **ITSELF),
    "takes an order number once": attrs.evolve(ORDER_NUMBER, **ITSELF),
    "takes money for every request": attrs.evolve(NO_KEYS, **ITSELF),
    "answers a key once, and has a page on which the buyer pays": HOSTED,
    "takes money for every request, and gives none back": attrs.evolve(NO_KEYS, **ITSELF, void=False, refund=False),
    "answers no inquiry": attrs.evolve(NO_KEYS, inquiry=False),
}
CASES = HERE.parent / "tests" / "conformance" / "reliability.toml"
FAMILIES = {
    "PAY": "The paying step: crash, retry, two at once",
    "CB": "3-D Secure and messages of providers",
    "AMT": "Amounts and prices",
    "GFT": "Gift cards",
    "LOY": "Loyalty money and points",
    "RWD": "Rewards of a card",
    "CPN": "Coupons and codes",
    "STK": "What there is only so much of",
    "SLT": "Slots",
    "FLW": "Flow, ownership, input",
    "OBX": "What leaves after the save",
    "STO": "Stores and operation",
    "GPY": "Garanti Pay",
    "RED": "Pages of other providers",
    "POD": "Paying at the door",
    "OTP": "Codes for a phone",
    "FT": "Transfers",
    "CRD": "Card data",
}


def first_line(thing: object) -> str:
    """Of its docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def effects_page() -> str:
    """Every port, its effects, and the method that answers each."""
    return "\n".join(_effects()) + "\n"


def _effects() -> Iterator[str]:
    yield "# Effects and ports\n"
    yield "Made from `checkout_core.effects` by `docs/generate.py`.\n"
    yield "A page awaits an effect; a driver asks the port's method and hands the answer back. The effect's fields are"
    yield "the method's parameters. Nothing else can be awaited in a page.\n"
    for name, (protocol, effects) in PORTS.items():
        yield f"## `{name}`: {protocol.__name__}\n"
        if name in LEFT_OUT:
            yield f"May be left out: {LEFT_OUT[name]}.\n"
        yield "| effect | kind | method | what it asks |\n|---|---|---|---|"
        yield from (_row(effect, protocol) for effect in effects)
        yield ""
    yield "## `gateways`: Gateway\n"
    yield f"{first_line(Gateway)}\n"
    yield "| effect | kind | method | what it asks |\n|---|---|---|---|"
    yield from (_row(effect, Gateway) for effect in GATEWAY)


def _row(effect: Any, protocol: type[object]) -> str:
    method = method_of(effect)
    signature = inspect.signature(getattr(protocol, method))
    given = ", ".join(f"{name}: {p.annotation}" for name, p in signature.parameters.items() if name != "self")
    called = f"{method}({given}) -> {signature.return_annotation}".replace("|", "\\|")
    return f"| {effect.__name__} | {effect.__mro__[1].__name__} | `{called}` | {first_line(effect)} |"


def map_page() -> str:
    """The pages, drawn and listed."""
    return "\n".join(_map()) + "\n"


def _map() -> Iterator[str]:
    yield "# The map\n"
    yield "Made from `checkout_core.standard` by `docs/generate.py`. Nobody writes a next page: the current page is the"
    yield "first on the route that is open, not skipped and not done.\n"
    yield "```{mermaid}\n" + mermaid(STANDARD) + "```\n"
    for page in STANDARD.pages():
        yield f"## {page.__name__}\n"
        yield f"{first_line(page)}\n"
        yield from (f"- open when {_said(check)}" for check in page.requires)
        yield from (f"- skipped when {_said(check)}" for check in page.skip_if)
        if page.sets:
            yield "- sets " + ", ".join(f"`{f.owner.__name__}.{f.name}`" for f in page.sets)
        if page.resets:
            yield "- a new answer voids " + ", ".join(page.resets)
        fields = attrs.fields(page.form)
        if fields:
            read = (f"`{a.name}`" + ("" if a.default is attrs.NOTHING else " (optional)") for a in fields)
            yield "- reads " + ", ".join(read)
        yield ""


def _said(check: Check) -> str:
    return check.says + (f" (mended by {' or '.join(check.mends)})" if check.mends else "")


def settings_page() -> str:
    """Every setting with its default and its sentence."""
    return "\n".join(_settings()) + "\n"


def _settings() -> Iterator[str]:
    yield "# Settings\n"
    yield "Made from `checkout_core.settings` by `docs/generate.py`. A shop writes them in capitals;"
    yield "`config.load_settings` reads them.\n"
    tree = ast.parse(inspect.getsource(settings))
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name != "FrozenDict"):
        rows = list(_rows(cls))
        if rows:
            yield f"## {cls.name}\n"
            yield f"{ast.get_docstring(cls, clean=True)}\n".partition("\n")[0] + "\n"
            yield "| name | type | default | what it says |\n|---|---|---|---|"
            yield from rows
            yield ""
    yield "## Instalment filters\n"
    yield "What an entry of INSTALLMENT_FILTERS may be: `klass`, and its `kwargs`. Each says with `max_count` up to how"
    yield "many parts there are, with `message` what the buyer is told, with `final` that it is the last one.\n"
    yield "| klass | further kwargs | it is about an order where |\n|---|---|---|"
    for name, kind in INSTALLMENT_FILTERS.items():
        further = (f"`{a.name}`" for a in attrs.fields(kind) if a.name not in {"max_count", "message", "final"})
        yield f"| {name} | {', '.join(further)} | {first_line(kind)} |"


def _rows(cls: ast.ClassDef) -> Iterator[str]:
    for node, after in zip(cls.body, cls.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            name = ast.unparse(node.target)
            shown = name.upper() if cls.name == Settings.__name__ else name
            kind = ast.unparse(node.annotation).replace("|", "\\|")
            default = "" if node.value is None else f"`{ast.unparse(node.value)}`"
            yield f"| {shown} | {kind} | {default} | {after.value.value} |"


def reliability_page() -> str:
    """What may go wrong, and the test that shows that it does not."""
    return "\n".join(_reliability(tomllib.loads(CASES.read_text(encoding="utf-8")))) + "\n"


def _reliability(tables: Mapping[str, list[dict[str, Any]]]) -> Iterator[str]:
    yield "# Reliability\n"
    yield "Made from `tests/conformance/reliability.toml` by `docs/generate.py`.\n"
    yield "What is known to go wrong in a checkout, case by case, with the tests that show what comes of it here. An"
    yield "issue in their place owns the case: it needs pages or a way to pay that do not exist yet. Cases in **bold**"
    yield "lose money, an account or card data where they go wrong.\n"
    yield "## The promise\n"
    yield 'It depends on what a gateway can. "In the end" is once faults are over and every horizon has passed.\n'
    yield "| a gateway that | at any moment | in the end |\n|---|---|---|"
    for gateway, able in PROMISED.items():
        made = promise(able)
        yield f"| {gateway} | {made.always} | {made.finally_} |"
    yield "\n`checkout-core check` says it of the gateways of a shop file, `paying.promise` of any."
    yield "\n## The invariants\n"
    yield "The truth is the bank's ledger, never our own record.\n"
    yield "| id | holds | what | checked in |\n|---|---|---|---|"
    yield from (f"| {i['id']} | {i['when']} | {i['says']} | {_shown(i)} |" for i in tables["invariant"])
    for family, title in FAMILIES.items():
        cases = [case for case in tables["case"] if case["id"].startswith(f"{family}-")]
        elsewhere = sum("issue" in case for case in cases)
        yield f"\n## {title}\n"
        yield f"{len(cases)} cases" + (f", {elsewhere} of them owned by later issues.\n" if elsewhere else ".\n")
        yield "| id | case | where it is shown |\n|---|---|---|"
        for case in cases:
            name = f"**{case['id']}**" if case["crit"] else case["id"]
            yield f"| {name} | {case['says']} | {_shown(case)} |"


def _shown(table: Mapping[str, Any]) -> str:
    if "decision" in table:
        return f"[decided otherwise](decisions.md#{table['decision']})"
    if "issue" in table:
        return f"issue {table['issue']}"
    nodes = [table["test"]] if isinstance(table["test"], str) else table["test"]
    again = [f"again in issue {table['later']}"] if "later" in table else []
    return "<br>".join([*(f"`{node}`" for node in nodes), *again])


PAGES = {
    "effects.md": effects_page,
    "map.md": map_page,
    "reliability.md": reliability_page,
    "settings.md": settings_page,
}


def main() -> None:
    """Write them all."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page())
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
