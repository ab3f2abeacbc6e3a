"""The sandbox's shop as a Flask app: what a storefront has anyway, around the checkout.

    shelf = Shelf("demo.shop.sqlite", sandbox.file)
    app = create_app(sandbox, service, shelf, Site(new_address="/address/new/"), secret_key)

Products, a basket, addresses, a login; `checkout-core serve` starts it together with the bank.  It comes with the extra
`flask`.
"""

from __future__ import annotations

from .. import flask as _extra  # noqa: F401  # first: it says in one sentence which extra is missing
from ._app import create_app
from ._shelf import Shelf

__all__ = ["Shelf", "create_app"]
