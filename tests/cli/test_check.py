"""`check`: all mistakes of a shop file, then those of its checkout."""

from __future__ import annotations

from checkout_core.sandbox import DEFAULT


def test_a_good_shop_file_is_told_to_be_well_with_its_counts(cli):
    told = cli("check", DEFAULT)

    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"{DEFAULT}: all is well: 6 products, 1 delivery option, 4 shipping options, ")


def test_what_is_promised_of_the_money_is_said_once_for_all_gateways_of_which_it_is_the_same(cli):
    (said,) = cli("check", "grand_bazaar").out.splitlines()[1:]
    assert said.startswith(
        "money by cards, garanti, hosted, transfers: at any moment one capture for each sealed payment;"
    )
    assert said.endswith(
        " In the end an order exactly where money stayed, to the amount; what came beside it is given back."
    )


def test_every_mistake_is_listed_with_its_place(cli, edited):
    path = edited('tax_rate = "20 %"', "tax_rate = 20")
    told = cli("check", path)

    assert told.code == 1
    assert told.out.splitlines() == [
        *(f'products[{n}].tax_rate: wants percent as text, "5 %", not a whole number' for n in (0, 2, 3, 5)),
        f"{path}: 4 mistakes",
    ]


def test_a_file_that_reads_well_may_still_make_no_checkout(cli, edited):
    path = edited('gateway = "bank"', 'gateway = "bnk"')
    told = cli("check", path)

    assert told.code == 1
    assert told.out.splitlines() == [
        "payment option 31 (credit-card): no gateway is called 'bnk'; there are bank",
        f"{path}: 1 mistake",
    ]


def test_a_file_that_is_not_toml_is_told_with_its_line(cli, tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text('currency = "TRY"\nproducts = [')
    told = cli("check", path)

    assert told.code == 1
    assert told.out.splitlines()[-1] == f"{path}: 1 mistake"
    assert "Traceback" not in told.out + told.err


def test_a_file_that_is_not_there_is_told(cli):
    told = cli("check", "nowhere.toml")

    assert (told.code, told.out.splitlines()[0]) == (1, "nowhere.toml: cannot be read: No such file or directory")


def test_other_commands_point_to_check(cli, edited):
    path = edited('tax_rate = "20 %"', "tax_rate = 20")
    told = cli("walk", "--shop", path)

    assert (told.code, told.err) == (
        1,
        f"checkout-core: mistakes in the shop file: 4; checkout-core check {path} lists them\n",
    )
