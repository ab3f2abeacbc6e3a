"""Who the buyer is: a login, a logout, and what is known of them.

Every customer of the shop file has the same password; an account that is not there is refused with the same words.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from attrs import frozen
from flask import Response, request, session

from ..forms import PARSERS, Email
from ..sandbox._places import Customer
from ..wire import JsonObject
from ._front import Front, Refusal, Texts, link, refused, renewed, session_id, texts_of, to, told, wants_page
from ._products import Products
from ._shelf import of_account

PASSWORD: Final = "demo"  # noqa: S105  # printed on the start page
KEY_BYTES: Final = 20
WRONG: Final = "E-mail address and password do not go together. Please check both."


@frozen
class Logins:
    """/users/login/, /users/logout/, /current_user/."""

    front: Front
    products: Products

    def login(self) -> Response:
        """GET: the form; POST: the account, a session id nobody knew before, and the guest's basket in it."""
        if request.method in {"GET", "HEAD"}:
            return self._form({}, "")
        fields = self.front.fields()
        name, password = (str(fields.get(key) or "") for key in ("email", "password"))
        name = name or str(fields.get("username") or "")
        try:
            customer = self._checked(name, password)
        except Refusal as wrong:
            return self._form(wrong.texts, name) if wants_page() else refused(wrong.texts)
        self._enter(customer)
        if wants_page():
            return to(self.front.checkout if self.front.shelf.basket(self.front.owner).lines else link("start"))
        return told({"key": secrets.token_hex(KEY_BYTES), "osessionid": session_id()})

    def logout(self) -> Response:
        """A guest of whom nothing is known."""
        self.front.fields()
        renewed()
        return to(link("start")) if wants_page() else told({"detail": "You have logged out."})

    def current(self) -> Response:
        """The customer; of a guest, that it is one: 401 would sign a storefront's shopper out."""
        account = self.front.account
        customers = self.front.sandbox.file.customers
        customer = customers[account] if account is not None else None
        return told(_shown(customer, list(customers).index(account) + 1 if account is not None else None))

    def _checked(self, name: str, password: str) -> Customer:
        """Raises Refusal, with the same words and after the same work for an account that is not there."""
        missing = {field: ("required",) for field, given in (("email", name), ("password", password)) if not given}
        if missing:
            raise Refusal(texts_of(missing))
        customers = self.front.sandbox.file.customers
        email = PARSERS[Email](name, self.front.sandbox.settings)
        found = next((each for each in customers.values() if email == each.email), customers.get(name))
        right = hmac.compare_digest(password.encode("utf-8", "surrogatepass"), PASSWORD.encode())
        if found is None or not right:
            raise Refusal({"non_field_errors": (WRONG,)})
        return found

    def _enter(self, customer: Customer) -> None:
        """Whoever begins to buy and then logs in goes on; who has not begun goes on where the account has stopped.

        A payment may be under way there: another checkout of the same basket would be paid again.
        """
        owner, guest = of_account(customer.account), None if self.front.account else self.front.owner
        checkout = session.get("checkout") if guest is not None else None
        renewed()
        session["account"] = customer.account
        if guest is not None:
            self.front.shelf.hand_over(guest, owner, self._may_have)
        checkout = checkout or self.front.shelf.checkout_of(owner)
        if checkout is not None:
            session["checkout"] = checkout

    def _may_have(self, sku: str) -> int:
        product = self.front.sandbox.file.products.get(sku)
        return 0 if product is None else self.products.may_have(product)

    def _form(self, wrong: Texts, name: str) -> Response:
        return self.front.page(
            "login.html", wrong=wrong, name=name,
            customers=self.front.sandbox.file.customers.values(), password=PASSWORD,
        )  # fmt: skip


def _shown(customer: Customer | None, pk: int | None) -> JsonObject:
    own = customer.addresses[0] if customer is not None and customer.addresses else None
    return {
        "pk": pk,
        "username": None if customer is None else customer.account,
        "first_name": None if own is None else own.first_name,
        "last_name": None if own is None else own.last_name,
        "email": None if customer is None else customer.email,
        "phone": None if customer is None else customer.phone,
        "is_active": customer is not None,
        "user_type": "guest" if customer is None else "registered",
    }
