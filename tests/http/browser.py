"""A page as a browser takes it apart, and a buyer who fills in what is drawn."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from attrs import define, evolve, field

from checkout_core import Checkout, CheckoutService, MemoryStore
from checkout_core.http._drawing import Drawing
from checkout_core.http._messages import Request
from checkout_core.http._reading import _grouped
from checkout_core.http._site import Site
from checkout_core.page import GUEST
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.magic import APPROVED
from checkout_core.shop import DeliveryOption

VOID = {"input", "meta", "link", "br", "img", "hr"}
TOKEN = "token-of-this-browser"
LOOKING = Request("GET", "/orders/checkout/")
TYPED = {
    "user_email": "ada@example.org", "phone_number": "05321234567", "notes": "Please ring.\nTwice.", "agreement": True,
    "card_number": APPROVED, "card_holder": "Ada Lovelace", "card_month": "12", "card_year": "2029", "card_cvv": "739",
    "bin_number": APPROVED[:6],
}  # fmt: skip


@define
class Element:
    tag: str
    attrs: dict
    text: str = ""
    inside: tuple = ()  # the elements around it, the outermost first


class Page(HTMLParser):
    """The elements of a page in their order.  Raises ValueError where tags do not match."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html.decode("utf-8"))
        self.close()
        if self._open:
            raise ValueError(f"never closed: {[each.tag for each in self._open]}")

    def handle_starttag(self, tag, attrs):
        if len(dict(attrs)) != len(attrs):
            raise ValueError(f"an attribute twice: {attrs}")
        element = Element(tag, dict(attrs), inside=tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        if not self._open or self._open.pop().tag != tag:
            raise ValueError(f"</{tag}> closes something else")

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def all(self, tag, **attrs):
        return [e for e in self.elements if e.tag == tag and attrs.items() <= e.attrs.items()]

    def one(self, tag, **attrs):
        (found,) = self.all(tag, **attrs)
        return found

    @property
    def controls(self):
        return [e for e in self.elements if e.tag in {"input", "textarea"} and e.attrs.get("type") != "hidden"]

    def named(self, name):
        return [e for e in self.controls if e.attrs["name"] == name]

    def filled_in(self, typed):
        """What a browser posts where the buyer types that, and ticks what is True; to which page.

        Of several forms it is the first that can be sent: the soonest slot.
        """
        buttons = [e for e in self.all("button", type="submit") if "disabled" not in e.attrs]
        form, body = next(e for e in buttons[0].inside if e.tag == "form"), {}
        for e in [e for e in self.elements if form in e.inside and e.tag in {"input", "textarea"}]:
            name, kind = e.attrs["name"], e.attrs.get("type")
            if kind == "checkbox":
                if typed.get(name, "checked" in e.attrs):
                    body[name] = e.attrs["value"]
            elif kind == "radio":
                if "checked" in e.attrs if name not in typed else e.attrs["value"] == typed[name]:
                    body[name] = e.attrs["value"]
            else:
                body[name] = typed.get(name, e.text[1:] if e.tag == "textarea" else e.attrs["value"])
        return parse_qs(urlsplit(form.attrs["action"]).query)["page"][0], body


@define
class Counter:
    """A shop, its plain pages and one buyer."""

    shop: Sandbox = field(factory=lambda: Sandbox(seed=1))
    site: Site = field(factory=lambda: Site(name="Example Shop", new_address="/address/new/"))
    loader: object = None
    caller: object = GUEST
    checkout: Checkout = None
    service: CheckoutService = None
    drawing: Drawing = None
    key: str = ""

    def __attrs_post_init__(self):
        self.checkout = Checkout(self.shop.ports)
        self.service = CheckoutService(self.checkout, MemoryStore())
        self.drawing = Drawing(site=self.site, map=self.checkout.map, loader=self.loader)
        started = self.checkout.start(self.shop.basket("mug", "t-shirt"), self.caller)
        self.key = self.service.save(started.pre_order)

    def look(self, page=None):
        return self.service.get(self.key, page, self.caller)

    def post(self, page, body):
        return self.service.post(self.key, page, body, self.caller)

    def html(self, step, posted=None, request=LOOKING):
        return self.drawing.page(
            step, request, TOKEN, posted=posted or {}, visit=self.checkout.visit(step.pre_order, self.caller)
        )

    def page(self, step, posted=None, request=LOOKING):
        return Page(self.html(step, posted, request))

    def goes(self, *answers):
        """The last step, after these answers."""
        step = self.look()
        for page, body in answers:
            step = self.post(page, body)
        return step

    def to(self, page, story="card", card=None):
        """The step that shows that page, after what leads there."""
        step = self.look()
        tale = self.shop.answers(story) if card is None else self.shop.answers(story, card)
        for name, body in (("IndexPage", {"user_email": "ada@example.org"}), *tale):
            if step.page == page:
                return self.look(page)
            step = self.post(name, body)
        return step


def with_two_deliveries():
    """A shop that has to ask how to deliver."""
    shop = Sandbox(seed=1)
    options = (*shop.shop.delivery_options, DeliveryOption(7, "neighbour", "To my neighbour"))
    shop.shop = evolve(shop.shop, delivery_options=options)
    return shop


def rounds(counter, **typed):
    """The pages a buyer comes through who fills in what is drawn and sends it, and the step at the end."""
    step, seen = counter.look(), []
    while step.page != "ThankYouPage":
        seen.append(step.page)
        page, body = counter.page(step).filled_in(TYPED | typed)
        step = counter.post(page, _grouped(body))
        assert step.ok, (seen, step.errors)
    return seen, step


def checked(page, name):
    return [e.attrs["value"] for e in page.named(name) if "checked" in e.attrs]
