"""A person at a browser: what they press and type, and what nobody may ever see happen."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

CARD_3D, CARD = "5421200000000006", "5421190000000009"
CONSOLE = re.compile(r"error|warning")
POLICY = """addEventListener("securitypolicyviolation", (event) => console.error(
    `policy: ${event.violatedDirective} ${event.blockedURI}`));"""
NUMBER = re.compile(r"Your order number is (\S+?)\.")

HOME = {
    "What you call it": "Home", "First name": "Ada", "Last name": "Lovelace", "Phone number": "05551112233",
    "Street": "12 Example Street",
}  # fmt: skip
PLACES = {"Country": "Türkiye", "City": "İstanbul", "Township": "Kadıköy", "District": "Moda"}


class Visitor:
    """One browser window of its own; `looks` keeps a picture of what it shows and what axe-core says to it."""

    def __init__(self, context, shop, report, folder, name):
        """`report`: None where the pages run no script, so that axe-core cannot."""
        self.context, self.shop, self._report, self._folder, self._name = context, shop, report, folder, name
        self.faults = []
        self._looked = 0
        self.passes = lambda page: None  # what a test has to do at every page on the way
        context.route("**/*", self._routed)
        context.on("request", self._asked)
        context.on("console", self._said)
        context.add_init_script(POLICY)
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    # What nobody may see happen

    def _routed(self, route):
        if _is_here(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _asked(self, request):
        if not _is_here(request.url):
            self.faults.append(f"left this computer: {request.url}")

    def _said(self, message):
        if CONSOLE.search(message.type):
            self.faults.append(f"console, {urlsplit(self.page.url).path}: {message.text}")

    # What a person does

    def looks(self, name, *, whole=True):
        """A picture, numbered; what axe-core finds serious is a fault."""
        self._looked += 1
        shown = f"{self._name}-{self._looked:02}-{name}"
        self.page.screenshot(path=self._folder / f"{shown}.png", full_page=whole)
        if self._report is not None:
            self.faults += self._report.looks(self.page, shown)

    def opens(self, path=""):
        self.page.goto(f"{self.shop.url}{path}")

    def presses(self, name):
        self.page.get_by_role("button", name=name).click()

    def follows(self, name):
        self.page.get_by_role("link", name=name).first.click()

    def types(self, label, text):
        self.page.get_by_label(label).fill(text)

    def chooses(self, label):
        self.page.get_by_role("radio", name=label).check()

    def sees(self, heading):
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)

    @property
    def number(self):
        """Of the order whose page is shown."""
        return NUMBER.search(self.page.get_by_role("main").inner_text())[1]

    # Whole stretches of the way

    def fills_a_basket(self, *products):
        for product in products or ("Mug",):
            self.opens()
            self.passes("start")
            self.presses(re.compile(f"Put into the basket.*{product}"))
            self.sees("Your basket")
            self.passes("basket")
        self.follows("To the checkout")

    def says_where_to(self):
        self.sees("Contact")
        self.passes("contact")
        self.types("E-mail address", "ada@example.org")
        self.presses("Continue")
        self.sees("Addresses")
        self.passes("no-address")
        self.follows("Add an address")
        self.sees("A new address")
        self.passes("new-address")
        for label, text in HOME.items():
            self.types(label, text)
        for label, place in PLACES.items():
            self.page.get_by_label(label).select_option(place)
        self.presses("Keep this address")
        self.sees("Addresses")
        self.passes("addresses")
        self.presses("Continue")
        self.sees("Shipping")
        self.passes("shipping")
        self.chooses("Express")
        self.presses("Continue")
        self.sees("Way to pay")
        self.passes("way-to-pay")

    def takes_a_card(self, card=CARD_3D, plan="3 instalments"):
        self.chooses("Credit card")
        self.presses("Continue")
        self.names_a_card(card, plan)

    def names_a_card(self, card, plan):
        self.sees("Your card")
        self.passes("card")
        self.types("First digits", card[:6])
        self.presses("Continue")
        self.sees("Instalments")
        self.passes("instalments")
        self.chooses(plan)
        self.presses("Continue")
        self.sees("Pay by card")
        self.passes("pay-by-card")

    def fills_the_card(self, card=CARD_3D, **other):
        typed = {
            "Card number": card, "Name on the card": "Ada Lovelace", "Expiry month": "12", "Expiry year": "2031",
            "Security code": "123",
        } | other  # fmt: skip
        for label, text in typed.items():
            self.types(label, text)
        self.page.get_by_role("checkbox", name="I have read").check()

    def comes_to_pay(self, card=CARD_3D, plan="3 instalments"):
        """All of it, to the filled form of the card."""
        self.fills_a_basket()
        self.says_where_to()
        self.takes_a_card(card, plan)
        self.fills_the_card(card)


def _is_here(url):
    return url.startswith("data:") or urlsplit(url).hostname == "127.0.0.1"
