"""`check`: all that is wrong with a shop file, and with the checkout it would make."""

from __future__ import annotations

from typing import Final

import click

from ..checkout import Checkout
from ..rules.load import Mistakes
from ..sandbox import Sandbox, ShopFile, find_shop, load_shop
from ..shop import Misconfigured

WRONG: Final = 1


@click.command()
@click.argument("shop_file", metavar="SHOPFILE")
def check(*, shop_file: str) -> None:
    """List what is wrong with a shop file.

    Every mistake of SHOPFILE with its place; then what its checkout lacks.  Ends with 1 where there is any.
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


def _refuse(shop_file: str, mistakes: list[str]) -> None:
    for mistake in mistakes:
        click.echo(mistake)
    click.echo(f"{shop_file}: {_many(len(mistakes), 'mistake')}")
    raise click.exceptions.Exit(WRONG)


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
