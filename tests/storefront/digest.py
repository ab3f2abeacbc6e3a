"""What the client's store makes of an answer: sections 2.1 A, B and C of the contract, to the letter.

State is one browser tab's.  `digest` changes it, and gives the posts that the client sends by itself and the address
it goes to.
"""

from __future__ import annotations

from attrs import field, frozen

LISTS = (  # keys of a page_context; the last of the tab's lists stays where a key is absent
    "delivery_options", "addresses", "shipping_options", "payment_options", "credit_payment_options",
    "payment_choices", "bank_accounts", "retail_stores", "balance", "has_gift_box",
)  # fmt: skip
CARD_LISTS = ("card_type", "installments")
NOTHING = object()


class Crashed(Exception):
    """The client's own code fails on that answer: the page is blank, and the buyer gone."""


@frozen
class Post:
    """A mutation: the page and its fields, in the order they are sent."""

    page: str
    fields: tuple[tuple[str, object], ...] = field(repr=False)


class State:
    """What one tab holds."""

    def __init__(self):
        self.lists = {}
        self.can_guest_purchase = None
        self.pre_order = None
        self.errors = None
        self.template = None
        self.shipping_completed = False

    def listed(self, name):
        return self.lists.get(name) or []

    def before(self, page, fields):
        """What the client does to its lists when it sends that."""
        if page == "PaymentOptionSelectionPage":
            for name in (*CARD_LISTS, "bank_accounts"):
                self.lists.pop(name, None)
        elif page == "BinNumberPage":
            self.lists["card_type"] = fields.get("bin_number")


def digest(state, answer, *, ignores_pre_order=False):
    """The automatic posts, and the address the page goes to or None.  Raises Crashed."""
    contexts = answer.get("context_list") or []
    partial = not any(context["page_name"] == "DeliveryOptionSelectionPage" for context in contexts)
    goes_to = None
    for context in contexts:
        shown = context["page_context"]
        if not isinstance(shown, dict):
            raise Crashed(f"page_context of {context['page_name']} is {shown!r}")
        if shown.get("redirect_url"):
            goes_to = shown["redirect_url"]
            continue
        _takes(state, shown, LISTS + CARD_LISTS if partial else LISTS)
    posts = []
    if not ignores_pre_order and answer.get("pre_order") is not None:
        names = {context["page_name"] for context in contexts}
        if answer["pre_order"].get("is_redirected") and "RedirectionPaymentSelectedPage" in names:
            again = answer["pre_order"]["payment_option"]["pk"]
            return [Post("PaymentOptionSelectionPage", (("payment_option", again),))], goes_to
        state.pre_order = answer["pre_order"]
        posts = cascades(state)
        state.shipping_completed = _completed(state)
    if _truthy(answer.get("errors")):
        state.errors = answer["errors"]
    if "template_name" in answer:
        state.template = answer["template_name"]
    return posts, goes_to


def _takes(state, shown, names):
    for name in names:
        if _truthy(shown.get(name)):
            state.lists[name] = shown[name]
    if isinstance(shown.get("can_guest_purchase"), bool):
        state.can_guest_purchase = shown["can_guest_purchase"]


def _truthy(value):
    """As it is where the client runs: an empty list or object is true."""
    return value not in (None, False, 0, "")


def cascades(state):
    """The posts the client sends for what the order lacks and its lists offer, all at once."""
    order, posts = state.pre_order, []
    delivery, addresses = order.get("delivery_option"), state.listed("addresses")
    if not delivery and state.listed("delivery_options"):
        to_customers = (o["pk"] for o in state.listed("delivery_options") if o["delivery_option_type"] == "customer")
        posts.append(("DeliveryOptionSelectionPage", {"delivery_option": next(to_customers, "undefined")}))
    if (
        not (order.get("shipping_address") and order.get("billing_address"))
        and addresses
        and (delivery or {}).get("delivery_option_type") == "customer"
    ):
        first = addresses[0]["pk"]
        posts.append(("AddressSelectionPage", {"shipping_address": first, "billing_address": first}))
    shipping = state.listed("shipping_options")
    chosen = (order.get("shipping_option") or {}).get("pk", NOTHING)
    if shipping and not any(_same(option["pk"], chosen) for option in shipping):
        posts.append(("ShippingOptionSelectionPage", {"shipping_option": shipping[0]["pk"]}))
    if not order.get("payment_option") and state.listed("payment_options"):
        first = state.listed("payment_options")[0]["pk"]
        posts.append(("PaymentOptionSelectionPage", {"payment_option": first}))
    if not order.get("installment") and state.listed("installments"):
        first = state.listed("installments")[0]["pk"]
        posts.append(("InstallmentSelectionPage", {"installment": first}))
    return [Post(page, tuple(fields.items())) for page, fields in posts]


def _same(one, other):
    """`===`: the text "2" is not the number 2."""
    return type(one) is type(other) and one == other


def _completed(state):
    order = state.pre_order
    to_a_store = (order.get("delivery_option") or {}).get("delivery_option_type") == "retail_store"
    pks = [(order.get(name) or {}).get("pk") for name in ("billing_address", "shipping_option", "shipping_address")]
    return bool(pks[0] and pks[1] and (pks[2] or to_a_store) and state.listed("addresses"))
