"""A shop whose checkouts are in memory and whose shelf is a file, and browsers that visit it."""

from __future__ import annotations

import attrs

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.http import Site
from checkout_core.sandbox import Sandbox, load_shop
from checkout_core.shopfront import Shelf, create_app

FILE = load_shop()
SCRIPT = {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"}
PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
HOME = {
    "title": "Home", "first_name": "Ada", "last_name": "Lovelace", "phone_number": "05551112233", "country": 1,
    "city": 34, "township": 3401, "district": 340101, "line": "12 Example Street",
}  # fmt: skip
MUG, POSTER, STICKER = 1001, 1003, 1004
TOKEN = "a-token-of-this-browser"
WIDE = {ord("0") + n: 0xFF10 + n for n in range(10)}


def wide(digits):
    """The same number, in digits that are not ASCII."""
    return digits.translate(WIDE)


class World:
    """The shop; `visitor()` is a browser of its own."""

    def __init__(self, folder, *, sessions=None, secure=False, guest_addresses=False, file=FILE):
        self.sandbox = Sandbox(file)
        self.shelf = Shelf(folder / "demo.shop.sqlite", self.sandbox.file, guest_addresses=guest_addresses)
        ports = attrs.evolve(self.sandbox.ports, basket=self.shelf, buyers=self.shelf, orders=self.shelf)
        self.service = CheckoutService(Checkout(ports), MemoryStore())
        site = Site(name="Example Shop", new_address="/address/new/")
        self.app = create_app(
            self.sandbox, self.service, self.shelf, site, b"of no use to anybody", secure, sessions=sessions
        )

    def visitor(self):
        return Visitor(self.app.test_client())

    def close(self):
        self.shelf.close()


class Visitor:
    """One browser: a storefront's script by `get`, `post` and so on, a person by `sees` and `sends`."""

    def __init__(self, client):
        self.client = client

    def get(self, path, **more):
        return self.client.get(path, headers=SCRIPT, **more)

    def post(self, path, body, **more):
        return self.client.post(path, json=body, headers=SCRIPT, **more)

    def put(self, path, body):
        return self.client.put(path, json=body, headers=SCRIPT)

    def patch(self, path, body):
        return self.client.patch(path, json=body, headers=SCRIPT)

    def delete(self, path):
        return self.client.delete(path, data="{}", content_type="text/plain;charset=UTF-8", headers=SCRIPT)

    def sees(self, path):
        return self.client.get(path, headers=PERSON)

    def sends(self, path, fields, token=TOKEN):
        """A form, with the token of the cookie in it."""
        self.client.set_cookie("csrftoken", TOKEN)
        return self.client.post(path, data={"csrf_token": token, **fields}, headers=PERSON)

    def adds(self, product=MUG, quantity=1):
        return self.post("/baskets/basket/", {"product": product, "quantity": quantity, "attributes": {}})

    def quantities(self):
        items = self.get("/baskets/basket/").json["basket"]["basketitem_set"]
        return {item["product"]["pk"]: item["quantity"] for item in items}

    def logs_in(self, email="ada@example.org", password="demo"):
        return self.post("/users/login/", {"email": email, "password": password})
