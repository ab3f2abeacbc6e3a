"""What is sold, over HTTP, and the start page."""

from __future__ import annotations

import pytest

from checkout_core.sandbox import MAGIC

from .shop import MUG, POSTER, SCRIPT, wide


def test_the_list_has_every_product_with_what_is_left(world, visitor):
    listed = visitor.get("/products/").json

    assert (listed["count"], listed["next"], listed["previous"]) == (len(world.sandbox.file.products), None, None)
    poster = next(each for each in listed["results"] if each["pk"] == POSTER)
    assert {key: poster[key] for key in ("name", "sku", "price", "retail_price", "stock", "in_stock")} == {
        "name": "Poster, numbered", "sku": "poster", "price": "240.00", "retail_price": "240.00", "stock": 2,
        "in_stock": True,
    }  # fmt: skip
    assert (poster["absolute_url"], poster["currency_type"]) == ("/poster/", "try")


def test_what_is_left_is_read_each_time(world, visitor):
    world.sandbox.stock.put("stock", "poster", 0)
    poster = visitor.get(f"/products/{POSTER}/").json

    assert (poster["stock"], poster["in_stock"]) == (0, False)


def test_a_product_is_found_by_its_key_and_by_its_own_address(visitor):
    assert visitor.get(f"/products/{MUG}/").json == visitor.get("/mug/").json
    assert "Mug" in visitor.sees("/mug/").text
    assert "Put into the basket" in visitor.sees(f"/tr/products/{MUG}/").text


@pytest.mark.parametrize("pk", ["4711", "0", "-1", "mug", wide("1001"), "9" * 400, "1001.0", "%00"])
def test_what_nobody_sells_is_not_there(visitor, pk):
    answer = visitor.get(f"/products/{pk}/")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["detail"] == "There is no such product."


def test_the_start_page_offers_the_goods_the_cards_and_the_customers(world, visitor):
    world.shelf.note("ledger", "/somewhere/demo.bank.sqlite")
    page = visitor.sees("/").text

    assert page.count("Put into the basket") == len(world.sandbox.file.products)
    assert all(fate.says.replace("'", "&#39;") in page for fate in MAGIC.values())
    assert "5421 1900 0000 0009" in page
    assert "ada@example.org" in page
    assert "<code>demo</code>" in page
    assert "/somewhere/demo.bank.sqlite" in page
    assert 'href="/baskets/basket/"' in page
    assert 'href="/orders/checkout/"' in page


def test_the_start_page_works_without_a_bank_in_a_file(visitor):
    assert visitor.sees("/tr/").status_code == 200


def test_what_is_sold_out_has_no_button(world, visitor):
    world.sandbox.stock.put("stock", "poster", 0)

    assert visitor.sees("/").text.count("Put into the basket") == len(world.sandbox.file.products) - 1


def test_an_address_that_is_nobodys_is_a_problem_or_a_page(visitor):
    assert visitor.get("/nowhere/").json["status"] == 404
    page = visitor.sees("/nowhere/")
    assert (page.status_code, page.mimetype) == (404, "text/html")
    assert 'href="/"' in page.text


def test_pages_say_what_a_browser_may_do_with_them(visitor):
    headers = visitor.sees("/").headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_mistake_of_ours_tells_nothing_of_what_was_sent(world, visitor, capsys):
    world.sandbox.stock = None
    answer = visitor.client.get("/products/?q=5421190000000009", headers=SCRIPT)

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    said = capsys.readouterr().err
    assert said.startswith("shop: AttributeError at ")
    assert "5421" not in said + answer.text


def test_a_shelf_that_cannot_be_read_now_is_no_mistake_of_the_buyers(world, visitor):
    world.shelf.close()
    world.shelf._path = "/nowhere/at/all.sqlite"
    answer = visitor.get("/baskets/basket/")

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
