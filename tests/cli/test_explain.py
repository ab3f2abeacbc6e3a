"""`explain` and `graph`: why a page is closed, and where the buyer stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from checkout_core import STANDARD
from checkout_core.graph import mermaid
from checkout_core.sandbox._paid_stories import STORIES
from checkout_core.sandbox.magic import APPROVED, THREE_D

from .kit import TO_PAYMENT, by_card


def test_each_check_of_a_page_is_told_with_the_page_that_would_mend_it(cli):
    told = cli("explain", "ShippingOptionSelectionPage")

    assert told.code == 0
    assert "holds: there is something in the basket" in told.out
    assert "not yet: we know who buys (user_email_required) -> IndexPage" in told.out
    assert "not yet: parcel and invoice have an address (address_required) -> AddressSelectionPage" in told.out


def test_what_the_mending_page_lacks_is_told_beneath_and_once(cli):
    out = cli("explain", "CreditCardConfirmationPage").out.splitlines()

    payment = next(line for line in out if "-> PaymentOptionSelectionPage" in line)
    shipping = next(line for line in out if "-> ShippingOptionSelectionPage" in line)
    assert shipping.index("not yet") > payment.index("not yet")
    lacking = ("PaymentOption", "DeliveryOption", "Address", "ShippingOption")  # each wants to know who buys
    assert sum("(user_email_required)" in line for line in out) == len(lacking)


@pytest.mark.parametrize("page", [page.__name__ for page in STANDARD.pages()])
def test_every_page_of_the_map_can_be_explained(cli, page):
    told = cli("explain", page)

    assert (told.code, told.err) == (0, "")


SHOWN = [page.__name__ for page in STANDARD.pages() if page not in {*STANDARD.beside, STANDARD.nowhere}]
OF_THE_LARGEST_SHOP = {  # pages of the ways to pay that the plain one does not offer
    page.__name__
    for kind, way in STANDARD.payments.items()
    if kind not in {"credit_card", "funds_transfer"}
    for page in way.pages
}
OF_THE_LARGER_SHOP = {  # pages the plain one never shows, and the settings with which that one does
    "DeliveryOptionSelectionPage": "", "RetailStoreSelectionPage": "", "PickupLocationSelectionPage": "",
    "SlotSelectionPage": "", "ReservationSelectionPage": "",
    "RemoteDeliveryOptionSelectionPage": "CHECKOUT_DELIVERY_OPTION_SELECTION_PAGE",
    "DataSourceShippingOptionSelectionPage": "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE",
    "AttributeBasedShippingOptionSelectionPage": "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE",
    "RemoteShippingOptionSelectionPage": "CHECKOUT_SHIPPING_OPTION_SELECTION_PAGE",
}  # fmt: skip


@pytest.mark.parametrize("page", [page for page in SHOWN if page != "RemotePriceCalculationPage"])
def test_a_buyer_may_stand_at_every_page_that_is_ever_shown(cli, page, tmp_path):
    shop = ()
    if page in OF_THE_LARGER_SHOP:
        setting = OF_THE_LARGER_SHOP[page]
        written = 'extends = "department_store.toml"\n' + (f'[settings]\n{setting} = "{page}"\n' if setting else "")
        (tmp_path / "shop.toml").write_text(written, "utf-8")
        shop = ("--shop", str(tmp_path / "shop.toml"))
    elif page in OF_THE_LARGEST_SHOP:
        shop = ("--shop", "grand_bazaar")
    elif page == "SampleProductPage":  # of a shop that gives some away
        shop = ("--shop", "holiday_store")
    told = cli("explain", page, "--at", page, *shop)

    assert told.code == 0
    assert f"for a buyer who stands at {page}" in told.out
    assert "not yet" not in told.out


def test_the_sandbox_tells_of_every_way_to_pay():
    assert STORIES.keys() == STANDARD.payments.keys()


def test_in_a_shop_without_that_way_to_pay_nobody_stands_at_its_pages(cli):
    told = cli("explain", "PayOnDeliveryPage", "--at", "PayOnDeliveryPage")

    assert (told.code, told.out) == (1, "")
    assert told.err.startswith("checkout-core: the sandbox's buyer never stands at PayOnDeliveryPage; go there with ")


def test_a_page_that_no_way_to_pay_leads_to_is_told_in_one_sentence_by_the_largest_shop_too(cli):
    told = cli("explain", "OrderNotePage", "--at", "OrderNotePage", "--shop", "grand_bazaar")

    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize("page", ["DeliveryOptionSelectionPage", "RemotePriceCalculationPage"])
def test_where_the_only_answer_is_given_for_the_buyer_nobody_stands(cli, page):
    told = cli("explain", page, "--at", page)

    assert (told.code, told.err.count("\n")) == (1, 1)


def test_several_places_to_stand_make_several_trees(cli):
    told = cli("explain", "BinNumberPage", "--at", "IndexPage", "--at", "BinNumberPage")

    first, _, second = told.out.partition("stands at BinNumberPage")
    assert "not yet" in first
    assert "not yet" not in second


def test_the_rules_of_shipping_options_are_told_as_trees(cli):
    told = cli("explain", "ShippingOptionSelectionPage", "--at", "ShippingOptionSelectionPage")

    assert "yes: Standard is offered" in told.out
    assert "no: Courier abroad is offered" in told.out
    assert "no: country none of 1; here 1 (Türkiye)" in told.out


def test_the_rules_of_options_for_groups_of_goods_are_told_by_group(cli):
    page = "DataSourceShippingOptionSelectionPage"
    told = cli("explain", page, "--at", page, "--shop", "department_store")

    assert "yes: group 1, of products 1001, 1002, can be sent" in told.out
    assert "yes: Warehouse, express is offered" in told.out
    assert "group" not in cli("explain", "ShippingOptionSelectionPage", "--shop", "department_store").out


def test_the_rules_of_ways_to_pay_are_told_as_trees(cli):
    told = cli("explain", "PaymentOptionSelectionPage", "--at", "PaymentOptionSelectionPage")

    assert "yes: Bank transfer is offered" in told.out
    assert "yes: total at least 20.00 TRY, at most 50000.00 TRY; here 125.00 TRY" in told.out


def test_the_filters_of_instalments_are_told_as_trees(cli, edited):
    filters = '[{ klass = "BasketAmountInstallmentFilter", kwargs = { max_count = 3, at_least = "90.00 TRY" } }]'
    shop = edited("[settings]\n", f"[settings]\nINSTALLMENT_FILTERS = {filters}\n")
    told = cli("explain", "InstallmentSelectionPage", "--at", "InstallmentSelectionPage", "--shop", shop)

    assert "yes: at most 3 instalments where basket amount at least 90.00 TRY; here 95.10 TRY" in told.out


def test_a_page_that_would_be_skipped_says_so(cli, script, tmp_path):
    db = tmp_path / "shop.sqlite"
    key = cli("walk", "--db", db, "--buyer", "ada", "--script", script()).key

    assert "is skipped: the buyer has an account" in cli("explain", "IndexPage", "--db", db, f"--key={key}").out
    assert "is skipped" not in cli("explain", "IndexPage").out


@pytest.fixture
def kept(cli, script, tmp_path):
    """A checkout whose buyer chose the way to pay, and the options that name it."""
    db = tmp_path / "shop.sqlite"
    key = cli("walk", "--db", db, "--script", script(*TO_PAYMENT, *by_card(APPROVED)[:1])).key
    return "--db", db, f"--key={key}"


def test_a_kept_checkout_is_explained_where_it_stands(cli, kept):
    told = cli("explain", "InstallmentSelectionPage", *kept)

    assert "for a buyer who stands at BinNumberPage" in told.out
    assert "not yet: the card's bank is known (bin_number_required) -> BinNumberPage" in told.out


def test_looking_at_a_kept_checkout_saves_nothing_though_the_shop_has_changed(cli, kept, edited):
    def stored():
        with closing(sqlite3.connect(kept[1])) as db:
            return db.execute("SELECT * FROM checkout JOIN basket USING (key)").fetchall()

    before = stored()
    dearer = edited('price = "35.10 TRY"', 'price = "36.10 TRY"')
    assert cli("explain", "InstallmentSelectionPage", "--shop", dearer, *kept).code == 0
    assert cli("graph", "--shop", dearer, *kept).code == 0

    assert stored() == before


def test_the_graph_is_the_map_as_mermaid(cli):
    told = cli("graph")

    assert (told.code, told.out) == (0, mermaid(STANDARD))


def test_the_page_of_a_kept_checkout_stands_out(cli, kept):
    assert cli("graph", *kept).out == mermaid(STANDARD, "BinNumberPage")


def test_a_handed_out_form_is_not_the_page_a_plain_look_shows(cli, script, tmp_path):
    db = tmp_path / "shop.sqlite"
    walk = cli("walk", "--db", db, "--script", script(*TO_PAYMENT, *by_card(THREE_D), three_d="abandoned"))

    assert cli("graph", "--db", db, f"--key={walk.key}").out == mermaid(STANDARD, "CreditCardConfirmationPage")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["explain", "BinPage"], "there is no page 'BinPage'; did you mean BinNumberPage?"),
        (["explain", "binnumberpage"], "there is no page 'binnumberpage'; did you mean BinNumberPage?"),
        (["explain", "IndexPage", "--at", "IndxPage"], "there is no page 'IndxPage'; did you mean IndexPage?"),
        (
            ["explain", "IndexPage", "--at", "OrderNotePage"],
            "the sandbox's buyer never stands at OrderNotePage; go there with walk --db, and use its --key",
        ),
        (["explain"], "Missing argument 'PAGE'; see checkout-core explain --help"),
        (["graph", "--key", "k"], "--db and --key go together; see checkout-core graph --help"),
        (["graph", "--db", "none.sqlite", "--key", "k"], "there is no file none.sqlite"),
    ],
)
def test_what_cannot_be_explained_is_told_in_one_sentence(cli, args, says):
    told = cli(*args)

    assert told.code != 0
    assert (told.out, told.err) == ("", f"checkout-core: {says}\n")
