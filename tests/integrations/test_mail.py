"""Mail, through a service on SQLite and a real SMTP server: once where all is well, recognisable where it is twice."""

from __future__ import annotations

import logging
import smtplib
import ssl

import pytest
from aiosmtpd.smtp import AuthResult

from checkout_core.effects import Refused, Secret
from checkout_core.integrations import LETTERS, SmtpMail
from checkout_core.order import evolve
from checkout_core.sandbox.magic import APPROVED
from checkout_core.service._operator import Operator
from checkout_core.shop import Misconfigured

from .kit import EMAIL, PostOffice, Till, certified, mailing

WAITING = [("SendMail", 1, None)]


def test_an_order_is_mailed_once_to_its_buyer(store, sock, post):
    till = Till(store, mail=mailing(sock))
    key = till.paid()
    till.relays(days=1)

    (mail,) = post.mails
    assert till.outbox(key) == []
    assert post.envelopes == [("orders@shop.example", [EMAIL], False)]
    assert (mail["From"], mail["To"]) == ("The Shop <orders@shop.example>", EMAIL)
    assert mail["Subject"] == f"Your order {till.order(key).number} at The Shop"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] is not None
    assert mail.get_content_type() == "text/plain"
    assert mail["Message-ID"].endswith("@shop.example>")
    assert key not in mail.as_string()  # who has the key has the checkout
    assert not [digits for digits in (APPROVED, APPROVED[:6], APPROVED[-4:]) if digits in mail.get_content()]


def test_delivered_and_not_struck_off_it_comes_again_with_the_same_message_id(store, sock, post):
    till = Till(store, mail=mailing(sock))
    post.seen = lambda: setattr(store, "away", True)  # the disk goes after the mail was taken, before it is struck off
    key = till.paid()
    assert (len(post.mails), ("SendMail", 0, None) in till.outbox(key)) == (1, True)

    store.away, post.seen = False, lambda: None
    till.relays(seconds=59)
    assert len(post.mails) == 1  # still in the lease of whoever died at it
    till.relays(seconds=2)
    assert (till.outbox(key), len(post.ids), len(set(post.ids))) == ([], 2, 1)


def test_two_mails_have_two_message_ids(store, sock, post):
    till = Till(store, mail=mailing(sock))
    till.paid()
    till.paid()
    assert len(set(post.ids)) == 2


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_the_server_refuses_for_good_is_given_up_and_the_order_stands(store, sock, post, command):
    post.answers[command] = "550 no such mailbox: ada@example.org"
    till = Till(store, mail=mailing(sock))
    key = till.paid()
    assert till.outbox(key) == [("SendMail", 1, "refused: smtp_550")]
    assert post.mails == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_what_the_server_refuses_for_now_goes_out_after_the_back_off(store, sock, post, command):
    post.answers[command] = "451 try again later"
    till = Till(store, mail=mailing(sock))
    key = till.paid()
    assert till.outbox(key) == WAITING

    del post.answers[command]
    till.relays(seconds=4)
    assert till.outbox(key) == WAITING
    till.relays(seconds=1)
    assert (till.outbox(key), len(post.mails)) == ([], 1)


def test_a_server_that_wants_an_account_is_no_fault_of_the_mail(store, sock, post):
    post.answers["MAIL"] = "530 5.7.0 Authentication required"
    till = Till(store, mail=mailing(sock))
    assert till.outbox(till.paid()) == WAITING


def test_while_the_server_is_down_the_mail_stays_and_goes_out_when_it_is_up(store, sock):
    till = Till(store, mail=mailing(sock))
    key = till.paid()
    assert till.outbox(key) == WAITING

    with PostOffice().open(sock) as post:
        till.relays(seconds=5)
        assert (till.outbox(key), len(post.mails)) == ([], 1)


def test_a_mail_that_finds_no_server_in_twenty_tries_is_given_up_and_can_be_retried(store, sock):
    till = Till(store, mail=mailing(sock))
    key = till.paid()
    for _ in range(19):
        till.relays(hours=1)
    assert till.outbox(key) == [("SendMail", 20, "not delivered in 20 tries")]

    (message,) = till.record(key).outbox
    operator = Operator(till.service.requests)
    with PostOffice().open(sock) as post:
        till.relays(days=30)
        assert post.mails == []
        assert till.service.run(operator.retry(message.id)) is None
        assert (till.outbox(key), len(post.mails)) == ([], 1)


def test_a_server_that_takes_the_call_and_says_nothing_is_left_in_time(store, sock, caplog):
    sock.listen()  # the kernel takes the call; nobody speaks
    till = Till(store, mail=mailing(sock, timeout=0.05))
    with caplog.at_level(logging.ERROR, "checkout_core"):
        assert till.outbox(till.paid()) == WAITING
    assert "timed out" in caplog.text


def test_a_server_that_spends_the_time_before_the_last_word_is_left_as_well(store, sock, post, monkeypatch, caplog):
    clock = iter([0.0, *[9.0] * 3])
    monkeypatch.setattr("checkout_core.integrations.mail.monotonic", lambda: next(clock, 10.0))
    till = Till(store, mail=mailing(sock))
    with caplog.at_level(logging.ERROR, "checkout_core"):
        assert till.outbox(till.paid()) == WAITING
    assert post.mails == []
    assert "took too long" in caplog.text


def test_a_server_that_hangs_up_has_taken_the_mail_all_the_same(store, sock, post):
    post.hangs_up = True
    till = Till(store, mail=mailing(sock))
    assert (till.outbox(till.paid()), len(post.mails)) == ([], 1)


def test_a_server_that_ends_badly_has_taken_the_mail_all_the_same(store, sock, post):
    post.answers["QUIT"] = "500 what?"
    till = Till(store, mail=mailing(sock))
    assert (till.outbox(till.paid()), len(post.mails)) == ([], 1)


# STARTTLS and credentials


def _knows(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"shop", b"open sesame"), handled=False)


@pytest.fixture
def guarded(sock, tmp_path):
    """A server that wants STARTTLS and a password, and the context that trusts it."""
    server, client = certified(tmp_path)
    options = {"require_starttls": True, "auth_required": True, "authenticator": _knows}
    with PostOffice().open(sock, tls_context=server, **options) as office:
        yield office, client


def test_with_starttls_and_a_password(store, sock, guarded):
    post, trusting = guarded
    mail = mailing(sock, tls=trusting, credentials=("shop", Secret("open sesame")))
    till = Till(store, mail=mail)
    assert till.outbox(till.paid()) == []
    assert post.envelopes == [("orders@shop.example", [EMAIL], True)]
    assert "sesame" not in repr(mail)


def test_a_wrong_password_is_mended_without_the_message(store, sock, guarded):
    _, trusting = guarded
    mail = mailing(sock, tls=trusting, credentials=("shop", Secret("closed")))
    till = Till(store, mail=mail)
    key = till.paid()
    assert till.outbox(key) == WAITING
    with pytest.raises(smtplib.SMTPAuthenticationError):
        mail.send_mail("order_placed", "A1", "a-1-0", till.order(key))


def test_a_server_nobody_vouches_for_gets_nothing(store, sock, guarded):
    post, _ = guarded
    with pytest.raises(ssl.SSLCertVerificationError):
        _sends(store, mailing(sock, tls=ssl.create_default_context()))
    assert post.mails == []


def test_a_server_without_starttls_gets_nothing_where_it_is_wanted(store, sock, post):
    with pytest.raises(smtplib.SMTPNotSupportedError):
        _sends(store, mailing(sock, tls=ssl.create_default_context()))
    assert post.mails == []


def _placed(store):
    till = Till(store)
    return till.order(till.paid())


def _sends(store, mail, template="order_placed", **buyer):
    order = _placed(store)
    mail.send_mail(template, order.number, "a-1-0", evolve(order, buyer=evolve(order.buyer, **buyer)))


# What cannot be mailed


@pytest.mark.parametrize(
    ("email", "code"),
    [
        (None, "no_email"),
        ("", "no_email"),
        ("ada", "bad_email"),
        ("ada@example.org, eve@example.org", "bad_email"),
        ("ada@example.org\r\nBcc: eve@example.org", "bad_email"),
        ("ada@example.org> SIZE=1\r\nRCPT TO:<eve@example.org", "bad_email"),
        ('"ada\r\n"@example.org', "bad_email"),
        ("ada@example.org\n", "bad_email"),
    ],
)
def test_what_is_no_mailbox_is_refused(store, sock, post, email, code):
    with pytest.raises(Refused) as refused:
        _sends(store, mailing(sock), email=email)
    assert (refused.value.code, post.mails) == (code, [])


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_subject_begins_no_header(store, sock, post, breaks):
    letters = {"order_placed": lambda *_: (f"Hello{breaks}Bcc: eve@example.org", "text")}
    _sends(store, mailing(sock, letters=letters))
    (mail,) = post.mails
    assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: eve@example.org", None)
    assert post.envelopes[0][1] == [EMAIL]


def test_a_text_ends_no_mail(store, sock, post):
    text = "before\n.\nMAIL FROM:<eve@example.org>\n"
    _sends(store, mailing(sock, letters={"order_placed": lambda *_: ("Hello", text)}))
    (mail,) = post.mails
    assert mail.get_content().replace("\r\n", "\n") == text


def test_a_letter_of_the_hosts_own_stands_in_place_of_the_cores(store, sock, post):
    letters = {
        **LETTERS,
        "order_placed": lambda _, number, shop: (f"Siparişiniz: {number}", f"Teşekkürler, {shop}"),
    }
    _sends(store, mailing(sock, letters=letters))
    (mail,) = post.mails
    assert mail["Subject"].startswith("Siparişiniz: ")
    assert mail.get_content().strip() == "Teşekkürler, The Shop"
    assert post.bytes[0].isascii()  # nobody has asked whether the server takes eight bits


def test_a_domain_of_another_script_is_written_in_ascii(store, sock, post):
    _sends(store, mailing(sock), email="ada@münchen.example.org")
    assert post.envelopes[0][1] == ["ada@xn--mnchen-3ya.example.org"]


def test_a_template_nobody_knows_is_refused(store, sock, post):
    with pytest.raises(Refused, match="unknown_template"):
        _sends(store, mailing(sock), "birthday")


def test_through_the_service_an_unknown_template_is_a_dead_letter(store, sock, post):
    till = Till(store, mail=mailing(sock, letters={}))
    assert till.outbox(till.paid()) == [("SendMail", 1, "refused: unknown_template")]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sender": "orders"}, "bare address"),
        ({"sender": "The Shop <orders@shop.example>"}, "bare address"),
        ({"sender": "orders@shop.example\r\nBcc: eve@example.org"}, "bare address"),
        ({"shop": "The Shop\r\nBcc: eve@example.org"}, "bare address"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": 16}, "at most 15 seconds"),
        ({"tls": None, "credentials": ("shop", Secret("open sesame"))}, "in the clear"),
    ],
)
def test_a_port_that_could_not_work_is_not_made(wrong, said):
    with pytest.raises(Misconfigured, match=said) as told:
        SmtpMail("smtp.shop.example", **({"sender": "orders@shop.example", "shop": "The Shop"} | wrong))
    assert "sesame" not in str(told.value)


def test_starttls_is_what_a_host_gets_that_says_nothing():
    context = SmtpMail("smtp.shop.example", sender="orders@shop.example", shop="The Shop").tls
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
