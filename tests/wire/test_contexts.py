from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from attrs import frozen

from checkout_core.effects import Secret
from checkout_core.money import Money
from checkout_core.order import ShippingChoice
from checkout_core.page import EMPTY
from checkout_core.pages.beside import OrderNoteContext, ThankYouContext
from checkout_core.pages.credit_card import ConfirmationContext, ThreeDContext
from checkout_core.pages.funds_transfer import BankAccountContext, FundsTransferContext
from checkout_core.pages.payment_choice import Offered, PaymentOptionContext, Unavailable
from checkout_core.shop import Bank, BankAccount
from checkout_core.wire import context_json

ACCOUNT = BankAccount(3, Bank(1, "Example Bank", "example-bank"), "Shop Ltd", "TR330006100519786457841326", "TRY")


def test_nothing_to_show_is_an_empty_object():
    assert context_json(EMPTY) == {}


def test_a_context_keeps_its_names_and_is_plain_through_and_through():
    @frozen
    class Inner:
        since: datetime
        day: date
        hour: time
        price: Money

    @frozen
    class Outer:
        inner: tuple[Inner, ...]
        by_name: dict[str, Inner | None]
        ratio: float
        on: bool

    inner = Inner(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), date(2026, 1, 2), time(3, 4), Money("1", "JPY"))
    plain = {"since": "2026-01-02T03:04:00+00:00", "day": "2026-01-02", "hour": "03:04:00", "price": "1"}

    assert context_json(Outer((inner,), {"a": inner, "b": None}, 0.5, on=True)) == {
        "inner": [plain], "by_name": {"a": plain, "b": None}, "ratio": 0.5, "on": True,
    }  # fmt: skip


def test_bank_accounts_are_told_with_their_bank():
    assert context_json(BankAccountContext((ACCOUNT,))) == {
        "bank_accounts": [
            {
                "pk": 3, "bank": {"pk": 1, "name": "Example Bank", "slug": "example-bank", "logo": None},
                "holder_name": "Shop Ltd", "iban": "TR330006100519786457841326", "currency": "TRY", "description": "",
                "sort_order": 0,
            }
        ]
    }  # fmt: skip


def test_a_transfer_is_told_with_account_number_and_amount():
    told = context_json(FundsTransferContext(ACCOUNT, "N1", Money("62.98", "TRY")))

    assert (told["bank_account"]["iban"], told["number"], told["total_amount"]) == (ACCOUNT.iban, "N1", "62.98")


def test_payment_options_get_a_label_and_refused_ones_a_reason():
    offered = Offered(31, "Credit card", "credit-card", "credit_card")
    refused = Unavailable(33, "On account", "on-account", "funds_transfer", "members_only")

    told = context_json(PaymentOptionContext((offered,), (refused,)))

    assert told["payment_options"][0]["payment_type_label"] == "Credit Card"
    assert told["unavailable_options"][0] == {
        "pk": 33, "name": "On account", "slug": "on-account", "payment_type": "funds_transfer",
        "payment_type_label": "Funds Transfer", "error_code": "members_only",
        "error_message": "Only available for members. Please log in, or choose another option.",
    }  # fmt: skip


def test_a_shipping_option_asks_for_nothing_more():
    assert context_json(ShippingChoice(1, "A", "a", Money("0", "TRY")))["kwargs"] == {}


def test_a_notice_is_a_sentence_with_its_code_beside():
    declined = ConfirmationContext(Money("1", "TRY"), 1, three_d_secure_required=False, notice="declined")
    fine = ConfirmationContext(Money("1", "TRY"), 1, three_d_secure_required=False, notice=None)

    told = context_json(declined)
    assert (told["notice"], told["notice_code"]) == ("Transaction failed. Please try again.", "declined")
    assert (context_json(fine)["notice"], context_json(fine)["notice_code"]) == (None, None)


@pytest.mark.parametrize(
    ("context", "told"),
    [
        (ThreeDContext("/orders/redirect-three-d/"), {"redirect_url": "/orders/redirect-three-d/"}),
        (OrderNoteContext(None), {"notes": None}),
        (
            ThankYouContext(
                "/orders/completed/x/",
                7,
                new_user=False,
                token=None,
                campaigns=(),
                number="N1",
                status=400,
                total_amount=Money("62.98", "TRY"),
                user_email=None,
            ),
            {"number": "N1", "status": 400, "total_amount": "62.98", "user_email": None},
        ),
    ],
)
def test_the_rest_is_told_as_it_stands(context, told):
    assert context_json(context).items() >= told.items()


@pytest.mark.parametrize("context", [None, "text", 1, (), object(), Secret("4111")])
def test_what_is_no_object_is_no_context(context):
    with pytest.raises(TypeError):
        context_json(context)


@pytest.mark.parametrize("value", [Secret("CANARY"), b"CANARY", {"CANARY"}, object(), float("nan"), float("inf")])
def test_what_json_cannot_say_is_refused_by_its_type_and_never_quoted(value):
    with pytest.raises(TypeError, match=f"^{type(value).__name__} has no form in JSON$"):
        context_json({"field": (value,)})


def test_a_page_that_shows_its_whole_part_shows_no_order(make):
    order = make.Walk().goes("card", "5421190000000009").order

    for private in (order, order.attempts[0]):
        with pytest.raises(TypeError, match="is not shown"):
            context_json({"own": private})
