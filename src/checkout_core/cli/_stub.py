"""The ports still to write, as Python: a class for each, a method for each effect, and the Ports made of them."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from .. import effects, order, shop
from ..effects import GATEWAY, PORTS, Gateway, method_of
from ..ports import Ports

WIDTH: Final = 116  # columns, of docstrings and messages
PUBLIC: Final = (effects, order, shop)  # where a host imports from

ABOUT: Final = '''\
"""What checkout-core asks of this shop: answer each method, then `Checkout(ports())` says what still is wrong.

Any method may be `async def`; with one that is, use AsyncCheckoutService.
"""
'''
SNAPSHOT: Final = '''\
def snapshot() -> Shop:
    """The small tables an admin edits, as they are now; asked at every step, so answer from memory."""
    raise NotImplementedError("snapshot: answer Shop")
'''
GIVEN: Final[Mapping[str, str]] = {  # what Ports has beside the ports of effects
    "shop": "snapshot",
    "gateways": '{"bank": MyGateway()},  # by the name payment options call it',
    "clock": "lambda: datetime.now(UTC)",
    "key": "lambda: secrets.token_urlsafe(16),  # whoever knows it has the checkout",
    "settings": "Settings,  # the defaults; yours are config.load_settings(...)",
}


def stub() -> str:
    """A module that compiles, type-checks, and raises NotImplementedError until it is filled in."""
    classes = [
        "\n".join(_class(name, protocol, asked))
        for name, protocol, asked in (*((name, *port) for name, port in PORTS.items()), ("gateways", Gateway, GATEWAY))
    ]
    parts = (ABOUT, "from __future__ import annotations\n", _imports(), "", SNAPSHOT, "", *classes, "\n".join(_together()))
    return "\n".join(parts) + "\n"


def first_line(thing: object) -> str:
    """Of its docstring."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def signature(protocol: type[object], method: str) -> tuple[str, str]:
    """Parameters and answer of a method, as they are written in the Protocol."""
    called = inspect.signature(getattr(protocol, method))
    given = (f"{name}: {p.annotation}" for name, p in called.parameters.items() if name != "self")
    return ", ".join(given), str(called.return_annotation)


def _class(name: str, protocol: type[object], asked: tuple[Any, ...]) -> Iterator[str]:
    yield f"class {_called(protocol)}:"
    yield f'    """{protocol.__name__}: `Ports({name}=...)`."""'
    yield ""
    for prop, answer in _properties(protocol):
        yield "    @property"
        yield from _method(prop, "", answer, first_line(getattr(effects, answer, None)))
    for effect in asked:
        method = method_of(effect)
        yield from _method(method, *signature(protocol, method), first_line(effect))
    yield ""


def _method(name: str, given: str, answer: str, about: str) -> Iterator[str]:
    yield f"    def {name}({', '.join(filter(None, ('self', given)))}) -> {answer}:"
    lines = textwrap.wrap(f'"""{about}', WIDTH - len('"""'), break_long_words=False, break_on_hyphens=False)
    if len(lines) > 1:
        lines.append("")
    lines[-1] += '"""'
    yield from (f"        {line}" for line in lines)
    todo = "nothing, when it is done" if answer == "None" else answer
    yield f'        raise NotImplementedError("{name}: answer {todo}")'
    yield ""


def _properties(protocol: type[object]) -> Iterator[tuple[str, str]]:
    for name, member in vars(protocol).items():
        if isinstance(member, property):
            yield name, str(inspect.signature(member.fget).return_annotation) if member.fget else "object"


def _called(protocol: type[object]) -> str:
    return f"My{protocol.__name__.removesuffix('Port')}"


def _together() -> Iterator[str]:
    yield ""
    yield "def ports() -> Ports:"
    yield '    """All of them."""'
    yield "    return Ports("
    for field in attrs.fields(Ports):
        given = GIVEN[field.name] if field.name in GIVEN else f"{_called(PORTS[field.name][0])}()"
        value, comma, comment = given.partition(",  #")
        yield f"        {field.name}={value},{f'  #{comment}' if comma else ''}"
    yield "    )"


def _imports() -> str:
    """For every name in a signature, from where a host imports it."""
    found: dict[str, set[str]] = {"checkout_core": {"Ports", "Settings"}, "checkout_core.shop": {"Shop"}}
    for protocol in (*(protocol for protocol, _ in PORTS.values()), Gateway):
        for annotation in _annotations(protocol):
            for name in {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}:
                value = vars(sys.modules[protocol.__module__]).get(name)
                if value is not None:  # else a builtin
                    found.setdefault(_home(name, value), set()).add(name)
    standard = ["import secrets", "from datetime import UTC, datetime"]
    ours = {module for module in found if module.startswith("checkout_core")}
    standard[1:1] = [f"from {module} import {', '.join(sorted(found[module]))}" for module in sorted(found.keys() - ours)]
    return "\n".join((*standard, "", *(_import(module, sorted(found[module])) for module in sorted(ours)), ""))


def _import(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join((f"from {module} import (", *(f"    {name}," for name in names), ")"))


def _annotations(protocol: type[object]) -> Iterator[str]:
    for name, member in vars(protocol).items():
        if isinstance(member, property):
            yield from (answer for prop, answer in _properties(protocol) if prop == name)
        elif inspect.isfunction(member) and not name.startswith("_"):
            called = inspect.signature(member)
            yield str(called.return_annotation)
            yield from (str(p.annotation) for p in called.parameters.values() if p.name != "self")


def _home(name: str, value: object) -> str:
    """The public module a name is imported from."""
    for module in PUBLIC:
        if getattr(module, name, None) is value:
            return module.__name__
    return str(getattr(value, "__module__", "builtins"))
