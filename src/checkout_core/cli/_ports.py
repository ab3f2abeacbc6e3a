"""`ports`: what a host answers, as a table or as Python to fill in."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import click

from ..ports import Ports
from ._paper import Paper
from ._stub import GIVEN, all_ports, stub


@click.command()
@click.option("--stub", "as_stub", is_flag=True, help="Print a Python module with a class for each port, to fill in.")
@click.option("--all", "everything", is_flag=True, help="In the stub, also the ports that may be left out.")
def ports(*, as_stub: bool, everything: bool) -> None:
    """List what a host has to answer.

    Every port, whether it is required, its methods, and what they are asked.
    """
    if everything and not as_stub:
        raise click.UsageError("--all wants --stub: the table lists every port anyway")
    if as_stub:
        click.echo(stub(everything=everything), nl=False)
    else:
        Paper().rows(("port", "required", "method", "asks"), _rows())


def _rows() -> Iterator[tuple[str, str, str, str]]:
    found = all_ports()
    for field in attrs.fields(Ports):
        required = "required" if field.default is attrs.NOTHING else "has a default"
        if field.name not in found:
            yield field.name, required, str(field.type), GIVEN[field.name][1]
            continue
        for n, method in enumerate(found[field.name].methods):
            first = (field.name, required) if n == 0 else ("", "")
            yield *first, str(method), method.about
