"""`graph`: the map as Mermaid text."""

from __future__ import annotations

import click

from ..graph import mermaid
from ._desk import checkout_options, kept_order, open_desk, shop_option
from ._explain import view_of


@click.command()
@shop_option
@checkout_options
def graph(*, shop_file: str | None, db: str | None, key: str | None) -> None:
    """Print the map of pages as Mermaid text.

    The page where the buyer of a kept checkout stands is marked.
    """
    desk = open_desk(shop_file, db, new=False)
    kept = kept_order(desk, key)
    at = view_of(desk, kept).page if kept else None
    click.echo(mermaid(desk.checkout.flow, at), nl=False)
