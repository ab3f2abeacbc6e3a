"""`serve`: a sandbox's shop, its bank, the services it asks and its buyers' phones, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from os import getpid
from pathlib import Path
from threading import Event

import click

from ..sandbox import DEFAULT, PRESETS, find_shop, load_shop
from ..stores import NotAStore, StoreTooNew
from ._desk import shop_option

EXTRA = frozenset({"flask", "werkzeug", "cachelib", "jinja2", "markupsafe"})
BACKLOG = 512  # connections that may wait while the threads are busy


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0: any that is free.")
@click.option("--db", required=True, metavar="FILE", help="The database; made if it is not there. More lies beside it.")
@shop_option
@click.option("--public", metavar="URL", help="Where browsers find the shop; banks send them back there.")
@click.option("--bank-public", metavar="URL", help="Where browsers find the bank's pages.")
@click.option("--session", type=click.Choice(["osessionid", "flask"]), default="osessionid", show_default=True,
              help="Whose session cookie.")  # fmt: skip
@click.option("--fast", is_flag=True, help="Short waits and high caps: to watch payments that nobody knows the end of.")
@click.option("--guest-addresses", is_flag=True, help="Guests pick from the shop file's addresses too.")
@click.option("--preset", type=click.Choice(list(PRESETS)), default="native", show_default=True,
              help="What the bank promises of requests that are sent twice.")  # fmt: skip
def serve(  # noqa: PLR0913  # one an option
    *, host: str, port: int, db: str, shop_file: str | None, public: str | None, bank_public: str | None,
    session: str, fast: bool, guest_addresses: bool, preset: str,
) -> None:  # fmt: skip
    """Serve the sandbox's shop, and beside it, each in a process: its bank, services it asks, phones it sends codes to.

    One line says when all are ready, and where they are. SIGTERM and SIGINT end all.
    """
    try:
        from ..shopfront._open import Plan, opened  # noqa: PLC0415  # the other commands do without the extra
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in EXTRA:
            raise
        raise click.ClickException("serve needs an extra: pip install 'checkout-core[flask]'") from None
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    path = find_shop(shop_file) if shop_file else DEFAULT
    plan = Plan(
        db=Path(db), file=load_shop(path), path=path,
        public=public.rstrip("/") if public else None, bank_public=bank_public.rstrip("/") if bank_public else None,
        session=session, fast=fast, guest_addresses=guest_addresses, preset=preset,
    )  # fmt: skip
    try:
        with _listening(host, port) as listening, opened(plan, listening) as shop:
            services = f" services {shop.services.url}" if shop.services else ""
            texts = f" texts {shop.phones.url}" if shop.phones else ""
            click.echo(f"ready {shop.url} bank {shop.bank.url} ledger {shop.ledger} pid {getpid()}{services}{texts}")
            ended.wait()
    except (NotAStore, StoreTooNew) as wrong:
        raise click.ClickException(f"{db}: {wrong}") from None
    except OSError as wrong:
        raise click.ClickException(wrong.strerror or str(wrong)) from None


def _listening(host: str, port: int) -> socket.socket:
    """Raises ClickException where nobody can listen there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as wrong:
        raise click.ClickException(f"cannot listen on {host}, port {port}: {wrong.strerror or wrong}") from None
