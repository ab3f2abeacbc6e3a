"""`ports`: what a host answers, as a table or as Python to fill in."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import click

from ..effects import GATEWAY, PORTS, Gateway, method_of
from ..ports import Ports
from ._paper import Paper
from ._stub import first_line, signature, stub


@click.command()
@click.option("--stub", "as_stub", is_flag=True, help="Print a Python module with a class for each port, to fill in.")
def ports(*, as_stub: bool) -> None:
    """List the ports a host gives, which of them it must, and what each is asked."""
    if as_stub:
        click.echo(stub(), nl=False)
    else:
        Paper().rows(("port", "needed", "method", "asks"), _rows())


def _rows() -> Iterator[tuple[str, str, str, str]]:
    asked = {name: (protocol, effects) for name, (protocol, effects) in PORTS.items()}
    asked["gateways"] = (Gateway, GATEWAY)  # type: ignore[assignment]  # a tuple of effects like the others
    for field in attrs.fields(Ports):
        needed = "yes" if field.default is attrs.NOTHING else "no"
        if field.name not in asked:
            yield field.name, needed, f"-> {field.type}", ""
            continue
        protocol, effects = asked[field.name]
        for n, effect in enumerate(effects):
            given, answer = signature(protocol, method_of(effect))
            first = (field.name, needed) if n == 0 else ("", "")
            yield *first, f"{method_of(effect)}({given}) -> {answer}", first_line(effect)
