"""The ports still to write, as Python: a class for each, a method for each effect, and the Ports made of them.

What may be left out is named in a comment each, and has its class only where all are wanted.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from types import ModuleType
from typing import Final

import attrs
from attrs import frozen

from .. import effects, order
from ..effects import GATEWAY, PORTS, Gateway, method_of
from ..ports import Asked, Ports

WIDTH: Final = 120  # columns
PUBLIC: Final[tuple[ModuleType, ...]] = (effects, order)  # packages: their parts are nobody's to import

HEAD: Final = '''\
"""What checkout-core asks of this shop.  Fill in each method; `Checkout(ports())` says what still is wrong."""

from __future__ import annotations
'''
SNAPSHOT: Final = '''\
def snapshot() -> Shop:
    """The small tables an admin edits, as they are now; asked at every step, so answer from memory."""
    raise NotImplementedError("snapshot: answer Shop")
'''
GIVEN: Final[Mapping[str, tuple[str, str]]] = {  # what Ports has beside the ports of effects, and a word on it
    "shop": ("snapshot", "the tables an admin edits"),
    "gateways": ('{"bank": MyGateway()}', "by the name payment options call it"),
    "clock": ("lambda: datetime.now(UTC)", "with a time zone"),
    "key": ("lambda: secrets.token_urlsafe(16)", "of a new checkout: whoever knows it has the checkout"),
    "settings": ("Settings", "the defaults; config.load_settings reads those of an admin"),
    "keyring": ("None", "of step tokens: Keyring((key,)), with a key that all processes share"),
}
LEFT_OUT: Final[Mapping[str, str]] = {  # what an order can be had without, and what is missing then
    "stores": "without it stores are not filtered by their stock",
    "products": "without it there are no samples, no bags and no gift box with a price",
    "offers": "without it nobody has coupons, and codes are those of the shop's offers",
    "promotions": "without it the shop's own offers are applied",
    "loyalty": "without it nobody pays with loyalty money or points",
    "gift_cards": "without it nobody pays with gift cards",
    "saved_cards": "without it no card can be saved",
    "settlements": "without it no order that stands can be paid later, or given up",
    "slots": "without it no slot can be chosen, and no use of an offer is counted",
    "quotes": "without it no service outside is asked for prices and options",
    "pickup": "without it nothing is sent to a pickup point",
    "holds": "without it nothing is kept for the buyer who pays",
    "limits": "without it tries to pay are counted by checkout only, not by address",
    "mail": "without it no mail leaves",
    "sms": "without it no page can send a text",
    "hooks": "without it no other program is told",
    "alerts": "without it nobody is called to a payment that needs a person",
    "challenges": "without it no page can ask for a code",
    "signer": "without it no order has a page of its own",
    "keyring": GIVEN["keyring"][1],
    "vault": "without it no gateway can be used that needs the card twice",
}
NEEDED: Final = {  # for what GIVEN says
    "checkout_core": {"Ports", "Settings"}, "checkout_core.shop": {"Shop"}, "datetime": {"UTC", "datetime"},
}  # fmt: skip


@frozen
class Method:
    """A method of a Protocol, as it is written there."""

    name: str
    given: tuple[tuple[str, str], ...]  # parameter, annotation
    answer: str
    about: str
    is_property: bool = False

    def __str__(self) -> str:
        """`find_card(bin_number: str) -> Card | None`, or `capabilities: Capabilities`."""
        if self.is_property:
            return f"{self.name}: {self.answer}"
        return f"{self.name}({', '.join(f'{name}: {kind}' for name, kind in self.given)}) -> {self.answer}"


@frozen
class Port:
    """A Protocol that a host answers."""

    name: str  # in Ports
    protocol: type[object]
    methods: tuple[Method, ...]

    @property
    def called(self) -> str:
        """The class in the stub."""
        return f"My{self.protocol.__name__.removesuffix('Port')}"


def all_ports() -> Mapping[str, Port]:
    """Every port by its name in Ports, the gateways' among them."""
    found = {name: _port(name, protocol, asked) for name, (protocol, asked) in PORTS.items()}
    return {**found, "gateways": _port("gateways", Gateway, GATEWAY)}


def stub(*, everything: bool = False) -> str:
    """A module that compiles, type-checks, and raises NotImplementedError until it is filled in.

    With the ports that must be answered; with `everything`, also with those that may be left out.
    """
    ports = all_ports()
    left_out = frozenset[str]() if everything else LEFT_OUT.keys()
    written = {name: port for name, port in ports.items() if name not in left_out}
    blocks = (SNAPSHOT, *("\n".join(_class(port)) for port in written.values()), "\n".join(_together(ports, left_out)))
    return "\n".join((HEAD, *_imports(written), "", "", "\n\n".join(blocks), ""))


def _port(name: str, protocol: type[object], asked: tuple[Asked, ...]) -> Port:
    facts = [
        Method(each, (), _answer(member.fget), _first_line(getattr(effects, _answer(member.fget))), is_property=True)
        for each, member in vars(protocol).items()
        if isinstance(member, property)
    ]
    methods = [_method(protocol, effect) for effect in asked]
    return Port(name, protocol, (*facts, *methods))


def _method(protocol: type[object], effect: Asked) -> Method:
    name = method_of(effect)
    function = getattr(protocol, name)
    given = tuple((each, str(p.annotation)) for each, p in inspect.signature(function).parameters.items())[1:]
    return Method(name, given, _answer(function), _first_line(effect))


def _answer(function: object) -> str:
    return str(inspect.signature(function).return_annotation) if callable(function) else "object"


def _first_line(thing: object) -> str:
    return (inspect.getdoc(thing) or "").partition("\n")[0]


# As text


def _class(port: Port) -> Iterator[str]:
    yield f"class {port.called}:"
    yield f'    """{port.protocol.__name__}: `Ports({port.name}=...)`."""'
    for method in port.methods:
        yield ""
        if method.is_property:
            yield "    @property"
        given = ", ".join(("self", *(f"{name}: {kind}" for name, kind in method.given)))
        line = f"    def {method.name}({given}) -> {method.answer}:"
        whole = len(line) <= WIDTH
        yield from (line,) if whole else (f"    def {method.name}(", f"        {given},", f"    ) -> {method.answer}:")
        yield from _docstring(method.about)
        todo = "None, when it is done" if method.answer == "None" else method.answer
        yield f'        raise NotImplementedError("{method.name}: answer {todo}")'
    yield ""


def _docstring(text: str) -> Iterator[str]:
    indent = " " * 8
    lines = textwrap.wrap(f'"""{text}', WIDTH - len(indent), break_long_words=False, break_on_hyphens=False)
    ends = len(lines) == 1 and len(indent + lines[0]) + len('"""') <= WIDTH
    yield from (f"{indent}{line}" for line in lines[:-1])
    yield f'{indent}{lines[-1]}"""' if ends else f'{indent}{lines[-1]}\n{indent}"""'


def _together(ports: Mapping[str, Port], left_out: Collection[str]) -> Iterator[str]:
    yield "def ports() -> Ports:"
    yield f'    """All of them{", but those that may be left out" if left_out else ""}."""'
    yield "    return Ports("
    for field in attrs.fields(Ports):
        name = field.name
        value, about = GIVEN[name] if name in GIVEN else (f"{ports[name].called}()", "")
        if name in left_out:
            yield f"        # {name}={value},  # {LEFT_OUT[name]}"
        else:
            yield f"        {name}={value},{f'  # {about}' if about else ''}"
    yield "    )"


def _imports(found: Mapping[str, Port]) -> Iterator[str]:
    """For every name in the text, from where a host imports it."""
    names = {module: set(wanted) for module, wanted in NEEDED.items()}
    for port in found.values():
        for name, value in _named_by(port):
            names.setdefault(_home(name, value), set()).add(name)
    ours = sorted(module for module in names if module.startswith("checkout_core"))
    yield "import secrets"
    yield from (_import(module, names[module]) for module in sorted(names.keys() - {*ours}))
    yield ""
    yield from (_import(module, names[module]) for module in ours)


def _import(module: str, wanted: set[str]) -> str:
    names = sorted(wanted, key=lambda name: (not name.isupper(), name))
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= WIDTH else "\n".join((f"from {module} import (", *(f"    {n}," for n in names), ")"))


def _named_by(port: Port) -> Iterator[tuple[str, object]]:
    """The names in its annotations that have to be imported, and what they are."""
    known = vars(sys.modules[port.protocol.__module__])
    for method in port.methods:
        for annotation in (method.answer, *(kind for _, kind in method.given)):
            for node in ast.walk(ast.parse(annotation)):
                if isinstance(node, ast.Name) and node.id in known:
                    yield node.id, known[node.id]


def _home(name: str, value: object) -> str:
    for package in PUBLIC:
        if name in package.__all__ and getattr(package, name) is value:
            return package.__name__
    return str(getattr(value, "__module__", ""))
