"""What the buyer agrees to: the contracts of the shop with this order filled in, and their digests."""

from __future__ import annotations

import hashlib
from string import Template

from ..order import Address, Agreed, PreOrder
from ..shop import Contract, Shop


def contract_text(contract: Contract, order: PreOrder) -> str:
    """The text, with the order filled in; a `$` before any other name stays as it is written.

    The names: goods, shipping, total, buyer, shipping_address, billing_address.
    """
    delivery, chosen = order.delivery, order.shipping.option
    lines = (f"{line.quantity} x {line.name}: {line.amount} {line.amount.currency}" for line in order.basket.lines)
    total = order.totals.total
    return Template(contract.text).safe_substitute(
        goods="\n".join(lines),
        shipping=f"{chosen.name}: {chosen.shipping_amount} {chosen.shipping_amount.currency}" if chosen else "",
        total=f"{total} {total.currency}",
        buyer=order.buyer.email or "",
        shipping_address=in_one_line(delivery.shipping_address),
        billing_address=in_one_line(delivery.billing_address),
    )


def in_one_line(address: Address | None) -> str:
    """Who lives there and where, as on an envelope; empty for no address."""
    if address is None:
        return ""
    places = (address.district, address.township, address.city)
    names = [place.name for place in places if place is not None]
    return ", ".join((f"{address.first_name} {address.last_name}", address.line, *names, address.country.name))


def agreed(shop: Shop, order: PreOrder) -> tuple[Agreed, ...]:
    """Each contract as it reads for this order."""
    texts = ((contract.slug, contract_text(contract, order)) for contract in shop.contracts)
    return tuple(Agreed(slug, hashlib.sha256(text.encode()).hexdigest()) for slug, text in texts)
