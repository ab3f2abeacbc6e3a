"""The ten steps of the floor.  Each takes the order and a form, writes into the order, returns page and context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

from floor_shop import SHOP
from floor_sums import add_up, can_pay, can_ship, luhn, plan, shipping_price, total

Order: TypeAlias = dict[str, Any]
Form: TypeAlias = Mapping[str, Any]
Answer: TypeAlias = tuple[str, dict[str, Any]]  # the next page, and what it shows

NOW: Final = (2026, 11)  # a run must not depend on its day
is_email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch
is_phone = re.compile(r"0\d{10}").fullmatch
is_bin = re.compile(r"\d{6}(?:\d{2})?").fullmatch
is_number = re.compile(r"\d{16}").fullmatch
is_name = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+").fullmatch
is_month = re.compile(r"0[1-9]|1[0-2]").fullmatch
is_year = re.compile(r"\d{4}").fullmatch
is_cvv = re.compile(r"\d{3,4}").fullmatch


def _answered(order: Order, page: str) -> None:
    if page not in order["completed"]:
        order["completed"].append(page)


def _refused(page: str, **errors: str) -> Answer:
    return page, {"errors": errors}


def email(order: Order, form: Form) -> Answer:
    """Who buys."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    address, phone = form.get("user_email", "").strip(), form.get("phone_number") or None
    wrong = {}
    if not is_email(address):
        wrong["user_email"] = "invalid"
    if phone and not is_phone(phone):
        wrong["phone_number"] = "invalid"
    if wrong:
        return _refused("IndexPage", **wrong)
    order["user_email"], order["phone_number"] = address.lower(), phone
    _answered(order, "IndexPage")
    return "DeliveryOptionSelectionPage", {"delivery_options": [*SHOP["delivery_options"].values()]}


def delivery(order: Order, form: Form) -> Answer:
    """To the buyer, or to a shop."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["user_email"] is None:
        return _refused("IndexPage", user_email="required")
    chosen, before = SHOP["delivery_options"].get(form.get("delivery_option")), order["delivery_option"]
    if chosen is None:
        return _refused("DeliveryOptionSelectionPage", delivery_option="invalid")
    if before is not None and before != chosen:
        order.update(dict.fromkeys(("shipping_address", "billing_address", "shipping_option", "payment_option")))
    order["delivery_option"] = chosen
    _answered(order, "DeliveryOptionSelectionPage")
    return "AddressSelectionPage", {"addresses": [*SHOP["addresses"].values()]}


def address(order: Order, form: Form) -> Answer:
    """Where to."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if (way := order["delivery_option"]) is None or way["kind"] != "customer":
        return _refused("DeliveryOptionSelectionPage", delivery_option="required")
    known, wrong = SHOP["addresses"], {}
    to, bill = known.get(form.get("shipping_address")), known.get(form.get("billing_address"))
    if to is None:
        wrong["shipping_address"] = "invalid"
    elif order["total_amount"] > SHOP["identity_number_required_amount"] and not to["identity_number"]:
        wrong["shipping_address"] = "identity_number required"
    if bill is None:
        wrong["billing_address"] = "invalid"
    if wrong:
        return _refused("AddressSelectionPage", **wrong)
    order["shipping_address"], order["billing_address"] = to, bill
    order["shipping_option"] = order["payment_option"] = None
    _answered(order, "AddressSelectionPage")
    return "ShippingOptionSelectionPage", {
        "shipping_options": [
            {"pk": each["pk"], "name": each["name"], "amount": shipping_price(each, order)}
            for each in SHOP["shipping_options"]
            if can_ship(each, order)
        ]
    }


def shipping(order: Order, form: Form) -> Answer:
    """How, and what that costs."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["shipping_address"] is None:
        return _refused("AddressSelectionPage", shipping_address="required")
    wanted = form.get("shipping_option")
    for each in SHOP["shipping_options"]:
        if each["pk"] == wanted and can_ship(each, order):
            break
    else:
        return _refused("ShippingOptionSelectionPage", shipping_option="invalid")
    price = shipping_price(each, order)
    order["shipping_option"] = {"pk": each["pk"], "name": each["name"], "amount": price}
    order["shipping_amount"], order["payment_option"] = price, None
    total(order)
    _answered(order, "ShippingOptionSelectionPage")
    open_: list[Order] = []
    closed: list[Order] = []
    for each in SHOP["payment_options"]:
        shown = {"pk": each["pk"], "name": each["name"], "kind": each["kind"]}
        (open_ if can_pay(each, order) else closed).append(shown)
    return "PaymentOptionSelectionPage", {"payment_options": open_, "unavailable": closed}


def payment(order: Order, form: Form) -> Answer:
    """By which means."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["shipping_option"] is None:
        return _refused("ShippingOptionSelectionPage", shipping_option="required")
    wanted = form.get("payment_option")
    for each in SHOP["payment_options"]:
        if each["pk"] == wanted and can_pay(each, order):
            break
    else:
        return _refused("PaymentOptionSelectionPage", payment_option="invalid")
    order["payment_option"] = {"pk": each["pk"], "name": each["name"], "kind": each["kind"]}
    order["bin_number"] = order["card"] = order["installment"] = None
    order["installment_count"], order["interest_rate"] = 1, Decimal(0)
    total(order)
    _answered(order, "PaymentOptionSelectionPage")
    return "BinNumberPage", {}


def bin_number(order: Order, form: Form) -> Answer:
    """Whose card."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if (means := order["payment_option"]) is None or means["kind"] != "credit_card":
        return _refused("PaymentOptionSelectionPage", payment_option="required")
    digits = form.get("bin_number", "")
    if not is_bin(digits):
        return _refused("BinNumberPage", bin_number="invalid")
    known = SHOP["bins"]
    found = known.get(digits) or known.get(digits[:6]) or SHOP["default_card"]
    order["bin_number"], order["card"] = digits, found
    _answered(order, "BinNumberPage")
    plans = [plan(order, each) for each in SHOP["installments"]]
    return "InstallmentSelectionPage", {"card": found, "installments": plans}


def installment(order: Order, form: Form) -> Answer:
    """In how many parts."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["card"] is None:
        return _refused("BinNumberPage", bin_number="required")
    wanted = form.get("installment")
    for each in SHOP["installments"]:
        if each["pk"] == wanted:
            break
    else:
        return _refused("InstallmentSelectionPage", installment="invalid")
    order["installment"], order["installment_count"], order["interest_rate"] = each["pk"], each["count"], each["rate"]
    total(order)
    _answered(order, "InstallmentSelectionPage")
    shown = {"total_amount": order["total_amount"], "installment_count": each["count"]}
    return "CreditCardConfirmationPage", shown


def card(order: Order, form: Form) -> Answer:  # noqa: C901  # a form by hand: a branch a field
    """The card itself, and the buyer's word."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["installment"] is None:
        return _refused("InstallmentSelectionPage", installment="required")
    number, wrong = form.get("card_number", "").replace(" ", ""), {}
    if not is_number(number) or not number.startswith(order["bin_number"]):
        wrong["card_number"] = "invalid"
    elif not luhn(number):
        wrong["card_number"] = "checksum"
    if not is_name(form.get("card_holder", "")):
        wrong["card_holder"] = "invalid"
    month, year = form.get("card_month", ""), form.get("card_year", "")
    if not is_month(month):
        wrong["card_month"] = "invalid"
    elif not is_year(year) or (int(year), int(month)) < NOW:
        wrong["card_year"] = "invalid"
    if not is_cvv(form.get("card_cvv", "")):
        wrong["card_cvv"] = "invalid"
    if form.get("agreement") is not True:
        wrong["agreement"] = "required"
    if wrong:
        order["failed_attempts"] += 1
        return _refused("CreditCardConfirmationPage", **wrong)
    order["card_mask"], order["agreement"] = f"{number[:6]}******{number[-4:]}", True
    _answered(order, "CreditCardConfirmationPage")
    return "ThreeDSecureDecision", {}


def three_d(order: Order, _: Form) -> Answer:
    """Whether the bank has to ask the buyer."""
    if order["card_mask"] is None:
        return _refused("CreditCardConfirmationPage", card_number="required")
    order["three_d_required"] = needed = SHOP["three_d_enabled"] and (
        order["total_amount"] > SHOP["three_d_amount"]
        or (SHOP["three_d_guests"] and order["is_guest"])
        or (SHOP["three_d_first_order"] and order["user_id"] is None)
        or order["currency"] in SHOP["three_d_currencies"]
        or order["failed_attempts"] >= SHOP["three_d_failed_attempts"]
        or order["card"]["three_d"]
    )
    return ("CreditCardThreeDSecurePage", {"redirect_url": "/bank/"}) if needed else ("PlaceOrder", {})


def place(order: Order, _: Form) -> Answer:
    """The order, at the price that was shown."""
    if not order["lines"]:
        return _refused("BasketPage", basket="empty")
    if order["three_d_required"] is None or order["order_number"] is not None:
        return _refused("CreditCardConfirmationPage", order="not ready")
    shown = order["total_amount"]
    add_up(order)
    total(order)
    if order["total_amount"] != shown:
        return _refused("IndexPage", total_amount="changed")
    order["order_number"], order["status"] = f"{order['pk']:012d}", "placed"
    _answered(order, "PlaceOrder")
    rows = [
        {"sku": row["sku"], "name": row["name"], "quantity": row["quantity"], "unit_price": row["unit_price"],
         "total": row["total"]}
        for row in order["lines"]
    ]  # fmt: skip
    receipt = {
        "number": order["order_number"], "user_email": order["user_email"], "currency": order["currency"],
        "shipping_address": order["shipping_address"], "billing_address": order["billing_address"],
        "shipping_option": order["shipping_option"], "shipping_amount": order["shipping_amount"],
        "payment_option": order["payment_option"], "installment_count": order["installment_count"],
        "interest_amount": order["interest_amount"], "total_amount": order["total_amount"], "lines": rows,
    }  # fmt: skip
    return "ThankYouPage", {"order": receipt}
