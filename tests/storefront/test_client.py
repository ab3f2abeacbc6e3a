"""The client itself, against canned answers: what it sends, what it survives, and what it reports."""

from __future__ import annotations

import pytest

from .canned import canned
from .client import Looped, Storefront
from .digest import Crashed, Post

SESSION = "osessionid=Abc123; Path=/; HttpOnly; SameSite=None; Secure"
NOTHING_CHOSEN = dict.fromkeys(("delivery_option", "shipping_address", "billing_address", "shipping_option",
    "payment_option", "installment"))  # fmt: skip
HOME = {"pk": 1, "delivery_option_type": "customer"}


@pytest.fixture
def server():
    with canned() as server:
        yield server


@pytest.fixture
def buyer(server):
    return Storefront(server.address)


def context(page, **shown):
    return {"page_name": page, "page_slug": page.lower(), "page_context": shown}


def answer(*contexts, errors=None, **chosen):
    return {"context_list": list(contexts), "pre_order": NOTHING_CHOSEN | chosen, "errors": errors}


def test_a_tab_says_no_more_of_itself_than_the_proxy_lets_through(server):
    server.says = lambda _: (200, {"set-cookie": SESSION}, {"csrf_token": "t" * 20})
    buyer = Storefront(server.address)
    buyer.lands()
    buyer.posts("OrderNotePage", notes="")
    token, first, post = server.asked
    assert (token.path, "cookie" in token.headers) == ("/csrf_token/", False)
    assert "osessionid" not in first.headers["cookie"]
    assert post.headers["cookie"] == f"csrftoken={'t' * 20}; osessionid=Abc123"
    assert post.headers["x-csrftoken"] == "t" * 20
    assert {post.headers[name] for name in ("accept-language", "x-currency")} == {"undefined"}
    assert post.headers["accept"] == "application/json"
    assert not {"origin", "x-forwarded-host"} & post.headers.keys()
    assert (post.path, post.query, post.body) == ("/orders/checkout/", "page=OrderNotePage", "")


def test_a_form_drops_what_is_false_and_keeps_the_text_nought(server, buyer):
    buyer.posts("CreditCardConfirmationPage", agreement=False, card_name=None, loyalty=0, use_three_d="0", cvv="123")
    assert server.posted() == [("CreditCardConfirmationPage", {"use_three_d": "0", "cvv": "123"})]


@pytest.mark.parametrize(("status", "times"), [(201, 1), (401, 4), (500, 4), (400, 4)])
def test_what_is_not_2xx_is_asked_four_times(server, buyer, status, times):
    server.says = lambda _: (status, {}, {})
    buyer.posts("OrderNotePage")
    assert len(server.asked) == times
    assert len(buyer.failures) == (times > 1)


def test_a_redirect_is_followed_in_silence_and_told_afterwards(server, buyer):
    server.says = lambda asked: (302, {"location": "/elsewhere/"}, "") if asked.method == "POST" else {}
    buyer.posts("OrderNotePage", notes="Ring twice")
    assert [(asked.method, asked.path) for asked in server.asked] == [("POST", "/orders/checkout/"),
        ("GET", "/elsewhere/")]  # fmt: skip
    assert buyer.failures == ["POST /orders/checkout/?page=OrderNotePage is redirected to /elsewhere/"]


@pytest.mark.parametrize("line", ["osessionid=a; Path=/orders", "osessionid=a; Domain=shop.example; Path=/"])
def test_a_cookie_that_does_not_suit_the_storefronts_host_is_told(server, buyer, line):
    server.says = lambda _: (200, {"set-cookie": line}, {})
    buyer.fetches()
    assert len(buyer.failures) == 1


def test_an_absent_context_is_the_end_of_the_client(server, buyer):
    server.says = lambda _: {"context_list": [{"page_name": "EmptyPage", "page_context": None}]}
    with pytest.raises(Crashed):
        buyer.fetches()


def test_a_gap_that_stays_after_its_post_is_a_loop(server, buyer):
    offer = context("ShippingOptionSelectionPage", shipping_options=[{"pk": 21}])
    server.says = lambda _: answer(offer)
    with pytest.raises(Looped):
        buyer.fetches()
    assert server.posted() == [("ShippingOptionSelectionPage", {"shipping_option": "21"})]


def test_a_pk_that_is_a_text_is_a_loop(server, buyer):
    offer = context("ShippingOptionSelectionPage", shipping_options=[{"pk": 21}])
    server.says = lambda _: answer(offer, shipping_option={"pk": "21"})
    with pytest.raises(Looped):
        buyer.fetches()


@pytest.mark.parametrize("seed", range(8))
def test_cascades_are_fired_together_and_may_be_answered_too_early_once(server, seed):
    chosen = {}

    def says(asked):
        if asked.method == "GET":
            return answer(
                context("AddressSelectionPage", addresses=[{"pk": 5}, {"pk": 6}]),
                context("ShippingOptionSelectionPage", shipping_options=[{"pk": 21}]),
                context("PaymentOptionSelectionPage", payment_options=[{"pk": 31}]),
                delivery_option=HOME,
            )
        if asked.page == "AddressSelectionPage":
            chosen["shipping_address"] = chosen["billing_address"] = {"pk": int(asked.fields["shipping_address"])}
        elif asked.page == "ShippingOptionSelectionPage":
            chosen["shipping_option"] = {"pk": 21}
        else:
            chosen["payment_option"] = {"pk": 31}
        return answer(delivery_option=HOME, **chosen)

    server.says = says
    buyer = Storefront(server.address, seed=seed)
    buyer.fetches()
    assert {page for page, _ in server.posted()} == {
        "AddressSelectionPage", "ShippingOptionSelectionPage", "PaymentOptionSelectionPage"
    }  # fmt: skip
    assert buyer.pre_order["shipping_address"] == {"pk": 5}
    assert buyer.pre_order["payment_option"] == {"pk": 31}


def test_without_an_option_to_an_address_the_text_undefined_is_sent(server, buyer):
    store = {"pk": 2, "delivery_option_type": "retail_store"}
    server.says = lambda asked: answer(
        context("DeliveryOptionSelectionPage", delivery_options=[store]),
        delivery_option=store if asked.method == "POST" else None,
    )
    buyer.fetches()
    assert server.posted() == [("DeliveryOptionSelectionPage", {"delivery_option": "undefined"})]


def test_installments_beside_the_delivery_options_are_not_seen(server, buyer):
    plans = context("InstallmentSelectionPage", installments=[{"pk": 1}], card_type={"name": "Visa"})
    server.says = lambda _: answer(context("DeliveryOptionSelectionPage", delivery_options=[]), plans)
    buyer.fetches()
    assert (server.posted(), buyer.state.listed("installments")) == ([], [])


def test_lists_stay_until_another_comes(server, buyer):
    answers = iter([
        answer(context("FundsTransferChoicePage", bank_accounts=[{"pk": 71}])),
        answer(),
        answer(context("FundsTransferChoicePage", bank_accounts=[])),
    ])  # fmt: skip
    server.says = lambda _: next(answers)
    buyer.fetches()
    buyer.posts("OrderNotePage")
    assert buyer.state.listed("bank_accounts") == [{"pk": 71}]
    buyer.fetches()
    assert buyer.state.listed("bank_accounts") == []


def test_the_order_in_the_answer_to_a_guests_name_is_not_looked_at(server, buyer):
    offer = context("ShippingOptionSelectionPage", shipping_options=[{"pk": 21}])
    server.says = lambda asked: answer(offer) if asked.method == "POST" else answer(shipping_option={"pk": 21})
    buyer.guest("ada@example.org")
    assert server.posted() == [("IndexPage", {"user_email": "ada@example.org"})]


def test_a_redirected_payment_is_begun_again(server, buyer):
    redirected = answer(
        context("RedirectionPaymentSelectedPage"), payment_option={"pk": 33}, is_redirected=True
    )  # fmt: skip
    server.says = lambda asked: redirected if asked.method == "GET" else answer(payment_option={"pk": 33})
    buyer.fetches()
    assert buyer.automatic == [Post("PaymentOptionSelectionPage", (("payment_option", 33),))]


def test_the_page_follows_the_last_address_and_the_return_the_first(server):
    asked_for = []

    def says(asked):
        asked_for.append(asked.path)
        both = (context("ThankYouPage", redirect_url=f"/orders/completed/{name}/") for name in ("first", "last"))
        return answer(*both) if asked.method == "POST" else {"order": {"number": "1"}}

    server.says = says
    buyer = Storefront(server.address, prefix="/tr")
    buyer.posts("FundsTransferPage", agreement=1)
    buyer.cookies.take(SESSION)
    buyer.returns("https://storefront.example/orders/checkout/?page=CreditCardThreeDSecurePage&n=1", (("md", "x"),))
    assert asked_for[1::2] == ["/orders/completed/last/", "/orders/completed/first/"]
    assert buyer.order == {"number": "1"}
    assert buyer.failures == []


@pytest.mark.parametrize(("text", "lost"), [("Ödeme reddedildi.", 0), ("Şifre geçersiz.", 1), ("No; sorry.", 1)])
def test_a_refusal_from_the_bank_reaches_the_checkout_in_latin_1_only(server, buyer, text, lost):
    server.says = lambda asked: answer(errors={"non_field_errors": [text]}) if asked.method == "POST" else answer()
    buyer.cookies.take(SESSION)
    buyer.returns("https://storefront.example/orders/checkout/?page=CreditCardThreeDSecurePage", ())
    back = server.asked[0]
    assert back.headers["cookie"] == "osessionid=Abc123"
    assert not {"x-csrftoken", "referer", "accept-language", "origin"} & back.headers.keys()
    assert len(buyer.failures) == lost
    assert buyer.at == "/orders/checkout/"


def test_without_same_site_none_nobody_comes_back_from_the_bank(server, buyer):
    buyer.cookies.take("osessionid=Abc123; Path=/; SameSite=Lax")
    buyer.returns("https://storefront.example/orders/checkout/?page=CreditCardThreeDSecurePage", ())
    assert len(buyer.failures) == 1


BANK = """<form action="{0}three-d/decide" method="post"><input type="hidden" name="md" value="7">
    <button name="decision" value="ok">Yes, it is me</button><button name="decision" value="no">No</button></form>"""


def test_the_first_form_leads_to_the_bank_and_its_button_back(server, buyer):
    def says(asked):
        if asked.path == "/orders/redirect-three-d/":
            return f'<form action="{server.address}three-d" method="post"><input type="hidden" name="md" value="7">'
        if asked.path == "/three-d":
            return BANK.format(server.address)
        if asked.path == "/three-d/decide":
            back = "https://storefront.example/orders/checkout/?page=CreditCardThreeDSecurePage"
            return f'<form action="{back}"><input name="md" value="7"></form>'
        return answer()

    server.says = says
    buyer.cookies.take(SESSION)
    buyer.goes("/orders/redirect-three-d/")
    buyer.at_bank("yes")
    fields = {asked.path: asked.fields for asked in server.asked if asked.method == "POST"}
    assert fields["/three-d"].keys() == {"md", "pzparams"}
    assert fields["/three-d/decide"] == {"md": "7", "decision": "ok"}
    assert fields["/orders/checkout/"] == {"md": "7"}
    assert buyer.failures == []


@pytest.mark.parametrize(
    "page", ["<p>no form</p>", '<link rel="canonical" href="/x"><form action="https://a.example/">']
)
def test_a_page_that_is_no_hand_over_sends_the_buyer_back_to_the_checkout(server, buyer, page):
    server.says = lambda asked: page if asked.path == "/orders/redirect-three-d/" else answer()
    buyer.cookies.take(SESSION)
    buyer.goes("/orders/redirect-three-d/")
    assert buyer.failures == ["no form that leads to the bank"]
    assert buyer.at == "/orders/checkout/"
