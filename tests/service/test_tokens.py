"""What a client was shown is what it pays: step tokens with their recorded answers, and totals by session."""

from __future__ import annotations

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, Money
from checkout_core.keyring import Keyring
from checkout_core.page import GUEST, Caller
from checkout_core.sandbox.magic import APPROVED, DECLINED
from checkout_core.shop import Misconfigured

from .host import Host

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
PAYS = "CreditCardConfirmationPage"
PHONE = Caller(session="6f1c-of-the-phone")


class Tokens(Host):
    """A host with a keyring."""

    def __init__(self, *keys):
        super().__init__()
        self.rekeyed(*keys or (OLD,))

    def rekeyed(self, *keys):
        self.checkout = Checkout(attrs.evolve(self.checkout.ports, keyring=Keyring(keys)))
        self.service = CheckoutService(self.checkout, self.store)

    def at_the_card(self, **begun):
        """The key of a checkout whose buyer has the card page before them."""
        key = self.begun(**begun)
        for page, body in self.shop.answers("card", APPROVED, self.order(key)):
            if page == PAYS:
                return key
            self.service.post(key, page, body)
        raise AssertionError("no card page")

    def token(self, key, caller=GUEST):
        return self.service.requests.token(self.service.get(key, None, caller))

    def pays(self, key, token=None, card=APPROVED, caller=GUEST):
        form = dict(self.shop.answers("card", card))[PAYS]
        return self.service.post(key, PAYS, form, caller, token=token)

    def costs_more(self, key):
        """The basket holds another mug, so the total is another one."""
        self.shop.basket("mug", "mug", key=self.order(key).basket.key)


@pytest.fixture
def host():
    return Tokens()


def test_the_same_post_with_the_same_token_gets_the_same_answer_and_takes_money_once(host):
    key = host.at_the_card()
    token = host.token(key)
    first, again = host.pays(key, token), host.pays(key, token)
    assert (first.page, again.page, again.errors) == ("ThankYouPage", "ThankYouPage", {})
    assert host.shop.bank.sends == 1


def test_a_recorded_decline_is_said_again_and_not_sent_again(host):
    key = host.at_the_card()
    token = host.token(key)
    first = host.pays(key, token, DECLINED)
    again = host.pays(key, token, DECLINED)
    assert first.errors == again.errors == {"non_field_errors": ("declined",)}
    assert (again.page, host.shop.bank.sends) == (first.page, 1)


def test_a_token_with_another_form_is_refused(host):
    key = host.at_the_card()
    token = host.token(key)
    host.service.post(key, PAYS, {"agreement": False}, token=token)
    host.pays(key, token, DECLINED)
    mugs = host.service.post(key, "BinNumberPage", {"bin_number": "542119"}, token=token)
    assert mugs.errors == {"step_token": ("out_of_date",)}  # made for another page
    other = host.service.post(key, PAYS, {"agreement": True}, token=token)
    assert other.errors == {"step_token": ("key_reused",)}
    assert host.shop.bank.sends == 1


SPOILT = [
    lambda t: t[:-2],
    lambda t: ("B" if t[0] == "A" else "A") + t[1:],
    lambda _: "",
    lambda _: "é",
    lambda t: f"{t}=",
]


@pytest.mark.parametrize("spoil", SPOILT, ids=["cut off", "another letter", "none", "no ASCII", "padded"])
def test_a_token_that_was_not_made_here_is_refused_and_nothing_happens(host, spoil):
    key = host.at_the_card()
    assert host.pays(key, spoil(host.token(key))).errors == {"step_token": ("out_of_date",)}
    assert host.shop.bank.sends == 0


def test_a_token_of_another_checkout_is_refused(host):
    mine, other = host.at_the_card(), host.at_the_card()
    assert host.pays(mine, host.token(other)).errors == {"step_token": ("out_of_date",)}
    assert host.shop.bank.sends == 0


def test_a_token_outlives_a_change_of_keys_as_long_as_the_old_one_checks(host):
    key = host.at_the_card()
    token = host.token(key)
    host.rekeyed(NEW, OLD)
    assert host.pays(key, token, DECLINED).errors == {"non_field_errors": ("declined",)}
    host.rekeyed(NEW)
    assert host.pays(key, token, DECLINED).errors == {"step_token": ("out_of_date",)}


def test_what_was_not_shown_is_not_taken(host):
    key = host.at_the_card()
    token = host.token(key)
    host.costs_more(key)
    assert host.service.get(key).pre_order.totals.total == Money("100.10", "TRY")  # another tab has seen it
    step = host.pays(key, token)
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert host.shop.bank.sends == 0
    assert host.pays(key, host.token(key)).page == "ThankYouPage"


def test_a_session_pays_what_it_was_shown_last_and_not_what_another_one_was(host):
    key = host.at_the_card()
    host.service.get(key, None, PHONE)
    host.costs_more(key)
    host.service.get(key, None, Caller(session="kiosk"))
    step = host.pays(key, caller=PHONE)
    assert step.errors == {"non_field_errors": ("price_changed",)}
    assert host.pays(key, caller=PHONE).page == "ThankYouPage"  # it has been shown the new one now


def test_what_a_session_was_shown_is_kept_without_its_name(host):
    key = host.at_the_card()
    host.service.get(key, None, PHONE)
    stored = host.store.get(key, None)
    assert host.record(key).shown[0].total == Money("65.00", "TRY")
    assert b"of-the-phone" not in stored.head


def test_the_last_twenty_answers_are_remembered_and_no_more(host):
    key = host.at_the_card()
    options = [option.pk for option in host.shop.shop.payment_options][:2]
    tokens = []
    for n in range(24):
        tokens.append(host.service.requests.token(host.service.get(key, "PaymentOptionSelectionPage")))
        host.service.post(key, "PaymentOptionSelectionPage", {"payment_option": options[n % 2]}, token=tokens[-1])
    assert len(host.record(key).answers) == 20
    asked = {"payment_option": options[1]}
    assert host.service.post(key, "PaymentOptionSelectionPage", asked, token=tokens[-1]).ok
    assert len(host.record(key).answers) == 20


def test_no_digest_of_a_card_is_kept_with_an_answer(host):
    key = host.at_the_card()
    host.pays(key, host.token(key), DECLINED)
    (one,) = host.record(key).answers
    other_key = host.at_the_card()
    host.pays(other_key, host.token(other_key), "5421190000000066")
    (two,) = host.record(other_key).answers
    assert one.given == two.given


def test_without_a_keyring_there_are_no_tokens():
    plain = Host()
    key = plain.begun()
    with pytest.raises(Misconfigured, match="keyring"):
        plain.service.requests.token(plain.service.get(key))
    with pytest.raises(Misconfigured, match="keyring"):
        plain.service.post(key, PAYS, {}, token="x")
