"""`check`: all that is wrong with a shop file, and with the checkout it would make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from ..checkout import Checkout
from ..paying import Promise, promise
from ..rules.load import Mistakes
from ..sandbox import Sandbox, ShopFile, find_shop, load_shop
from ..shop import Misconfigured

WRONG: Final = 1


@click.command()
@click.argument("shop_file", metavar="SHOPFILE")
def check(*, shop_file: str) -> None:
    """List what is wrong with a shop file.

    Every mistake of SHOPFILE with its place; then what its checkout lacks.  Ends with 1 where there is any.

    Where there is none, what is promised of the money that its gateways take.
    """
    try:
        file = load_shop(find_shop(shop_file))
        checkout = Checkout(Sandbox(file).ports)
    except Mistakes as wrong:
        _refuse(shop_file, [f"{where or shop_file}: {what}" for where, what in wrong.mistakes])
    except Misconfigured as wrong:
        _refuse(shop_file, str(wrong).splitlines())
    else:
        click.echo(f"{shop_file}: all is well: {counted(file)}; {len(checkout.map.rows)} pages on the map")
        for line in promised(file, checkout):
            click.echo(line)


def _refuse(shop_file: str, mistakes: list[str]) -> None:
    for mistake in mistakes:
        click.echo(mistake)
    click.echo(f"{shop_file}: {_many(len(mistakes), 'mistake')}")
    raise click.exceptions.Exit(WRONG)


def promised(file: ShopFile, checkout: Checkout) -> Iterator[str]:
    """What holds of money at any moment, and what in the end; a line for all gateways of which it is the same."""
    made: dict[Promise, list[str]] = {}
    for name in sorted({option.gateway for option in file.shop.payment_options if option.gateway}):
        made.setdefault(promise(checkout.ports.gateways[name].capabilities), []).append(name)
    for each, names in made.items():
        yield f"money by {', '.join(names)}: at any moment {each.always}. In the end {each.finally_}."


def counted(file: ShopFile) -> str:
    """How much of everything there is."""
    shop = file.shop
    return ", ".join(
        (
            _many(len(file.products), "product"),
            _many(len(shop.delivery_options), "delivery option"),
            _many(len(shop.shipping_options), "shipping option"),
            _many(len(shop.payment_options), "payment option"),
            _many(len(shop.cards), "card"),
            _many(sum(len(card.installments) for card in shop.cards), "instalment plan"),
            _many(len(shop.bank_accounts), "bank account"),
            _many(len(file.customers), "customer"),
        )
    )


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
