"""What the shop keeps: threads and processes share it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import attrs
import pytest

from checkout_core.money import Money
from checkout_core.order import Basket, PreOrder, Totals
from checkout_core.sandbox import Sandbox
from checkout_core.sandbox.shopfile import load_shop
from checkout_core.shop import Misconfigured
from checkout_core.shopfront import Shelf
from checkout_core.shopfront._shelf import TooMany, of_account, of_visit

PLENTY = 10_000
ADA, GUEST = of_account("ada"), of_visit("a-guest")
CHILD = """
import sys
from checkout_core.sandbox.shopfile import load_shop
from checkout_core.shopfront import Shelf
from checkout_core.shopfront._shelf import TooMany
shelf = Shelf(sys.argv[1], load_shop())
print("ready", flush=True)
sys.stdin.readline()
added = 0
for _ in range(40):
    try:
        shelf.put("account:ada", "mug", 1, 50, more=True)
        added += 1
    except TooMany:
        pass
print(added, flush=True)
"""


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(tmp_path / "shop.sqlite", load_shop())
    yield shelf
    shelf.close()


def order_of(basket, number="1"):
    """As the port is told of it."""
    zero = Money.zero(basket.currency)
    return attrs.evolve(PreOrder("a-checkout", basket, Totals(zero, zero, zero, zero)), number=number)


def quantities(shelf, owner):
    return {line.sku: line.quantity for line in shelf.basket(owner).lines}


def test_a_basket_is_read_as_the_sandbox_reads_its_own(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    shelf.put(GUEST, "t-shirt", 1, PLENTY)
    key = shelf.key_of(GUEST)
    theirs = Sandbox().basket("mug", "mug", "t-shirt", key=key)

    assert shelf.read_basket(key, "") == theirs
    assert shelf.read_basket(key, theirs.digest) is None


@pytest.mark.parametrize("key", ["", "nobodys", "account:ada"])
def test_a_basket_that_is_nobodys_is_empty(shelf, key):
    basket = shelf.read_basket(key, "")

    assert (basket.lines, basket.amount) == ((), Money.zero("TRY"))
    assert shelf.read_basket(key, basket.digest) is None


def test_an_emptied_basket_is_empty_and_stays_the_same_basket(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    key = shelf.key_of(GUEST)
    shelf.empty(GUEST)

    assert (shelf.read_basket(key, "").lines, shelf.key_of(GUEST)) == ((), key)


def test_a_product_that_is_not_sold_any_more_is_not_in_it(shelf, tmp_path):
    shelf.put(GUEST, "mug", 1, PLENTY)
    shelf.put(GUEST, "t-shirt", 1, PLENTY)
    file = load_shop()
    less = attrs.evolve(file, products={sku: p for sku, p in file.products.items() if sku != "mug"})
    later = Shelf(tmp_path / "shop.sqlite", less)

    assert quantities(later, GUEST) == {"t-shirt": 1}
    with pytest.raises(KeyError):
        later.put(GUEST, "mug", 1, PLENTY)
    later.close()


def test_a_placed_order_takes_its_basket_off(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    order = order_of(shelf.basket(GUEST))
    shelf.order_placed("1", order)

    assert shelf.key_of(GUEST) is None
    assert shelf.read_basket(order.basket.key, "").lines == ()


def test_an_order_that_is_told_twice_takes_nothing_of_the_next_basket(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    order = order_of(shelf.basket(GUEST))
    shelf.order_placed("1", order)
    shelf.put(GUEST, "mug", 1, PLENTY)
    shelf.order_placed("1", order)
    shelf.order_placed("2", order)

    assert quantities(shelf, GUEST) == {"mug": 1}


def test_what_was_put_in_while_the_buyer_paid_is_in_the_next_basket(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    order = order_of(shelf.basket(GUEST))
    shelf.put(GUEST, "mug", 1, PLENTY, more=True)
    shelf.put(GUEST, "sticker", 4, PLENTY)
    shelf.order_placed("1", order)

    assert quantities(shelf, GUEST) == {"mug": 1, "sticker": 4}
    assert shelf.key_of(GUEST) != order.basket.key
    assert shelf.read_basket(order.basket.key, "").lines == ()


def test_an_order_of_a_guest_who_logged_in_meanwhile_takes_its_goods_off_the_accounts_basket(shelf):
    shelf.put(ADA, "sticker", 1, PLENTY)
    shelf.put(GUEST, "mug", 2, PLENTY)
    order = order_of(shelf.basket(GUEST))
    shelf.hand_over(GUEST, ADA, lambda _: PLENTY)
    assert quantities(shelf, ADA) == {"sticker": 1, "mug": 2}

    shelf.order_placed("1", order)
    assert quantities(shelf, ADA) == {"sticker": 1}


def test_an_order_of_a_basket_from_elsewhere_is_only_noted(shelf):
    shelf.put(GUEST, "mug", 2, PLENTY)
    shelf.order_placed("1", order_of(Basket.of("elsewhere", "", (), "TRY")))

    assert quantities(shelf, GUEST) == {"mug": 2}


def test_no_thread_gets_more_than_there_is(shelf):
    def adds(_):
        try:
            shelf.put(GUEST, "poster", 1, 5, more=True)
        except TooMany as most:
            return most.left
        return None

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(adds, range(40)))

    assert answers.count(None) == 5
    assert set(answers) == {None, 5}
    assert quantities(shelf, GUEST) == {"poster": 5}


def test_two_processes_share_one_file(shelf, tmp_path):
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path / "shop.sqlite")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    added = [int(child.communicate(timeout=60)[0]) for child in children]

    assert sum(added) == 50
    assert quantities(shelf, ADA) == {"mug": 50}


def test_a_guests_addresses_are_those_of_the_visit_in_which_the_checkout_was_begun(shelf):
    made = shelf.save_address(GUEST, attrs.evolve(load_shop().customers["ada"].addresses[0], pk=None))
    shelf.begun("a-checkout", GUEST)

    assert shelf.list_addresses(None, "a-checkout") == (made,)
    assert shelf.list_addresses(None, "another-checkout") == ()
    assert [a.pk for a in shelf.list_addresses("ada", "a-checkout")] == [11, 12]
    assert shelf.list_addresses("nobody", "a-checkout") == ()


def test_an_address_is_read_as_it_was_kept(shelf, tmp_path):
    for address in load_shop().customers["ada"].addresses:
        made = shelf.save_address(GUEST, attrs.evolve(address, pk=None))
        assert attrs.evolve(made, pk=address.pk) == address
    again = Shelf(tmp_path / "shop.sqlite", load_shop())

    assert again.addresses(GUEST) == shelf.addresses(GUEST)
    again.close()


def test_an_account_called_like_a_visit_is_another_owner(shelf):
    shelf.put(of_visit("ada"), "mug", 1, PLENTY)

    assert quantities(shelf, ADA) == {}


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be taken for a header" * 20, None])
def test_a_file_of_another_program_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "theirs.sqlite"
    if content is None:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE theirs (x)")
        db.close()
        content = path.read_bytes()
    path.write_bytes(content)

    with pytest.raises(Misconfigured, match="cannot keep the shop's baskets"):
        Shelf(path, load_shop())
    assert path.read_bytes() == content


def test_a_file_of_another_release_is_refused(shelf, tmp_path):
    db = sqlite3.connect(tmp_path / "shop.sqlite")
    db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(Misconfigured, match="another release"):
        Shelf(tmp_path / "shop.sqlite", load_shop())


def test_nothing_in_the_file_is_a_key_somebody_could_guess(shelf):
    keys = []
    for n in range(20):
        shelf.put(of_visit(str(n)), "mug", 1, PLENTY)
        keys.append(shelf.key_of(of_visit(str(n))))

    assert len(set(keys)) == 20
    assert min(map(len, keys)) >= 22
    assert json.dumps(keys).isascii()
