"""`outbox`: list, show, retry."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkout_core.effects import Refused, SendMail, SendSms
from checkout_core.records import Message

from .hosted import Hosted


@pytest.fixture
def shop(monkeypatch):
    return Hosted(monkeypatch)


@pytest.fixture
def dead(shop):
    """The id of a mail that was given up."""
    shop.away = {"send_mail": Refused("template_gone")}
    (message,) = shop.record(shop.paid()).outbox
    shop.away = {}
    return message.id


def test_an_empty_outbox_says_so(cli, shop):
    shop.paid()
    told = cli("outbox", "list", *shop.options)

    assert (told.code, told.err, told.lines("messages")) == (0, "", ["none"])


def test_what_waits_is_listed_with_when_it_is_due(cli, shop):
    shop.away = {"send_mail": ConnectionError()}
    key = shop.paid()
    (message,) = shop.record(key).outbox
    told = cli("outbox", "list", *shop.options)

    assert told.lines(message.id) == [f"SendMail order_placed {shop.number(key)} waiting 2026-11-21 12:00:05 1"]
    assert told.lines("messages") == ["1 waiting, 0 dead"]
    assert told.lines("next") == ["checkout-core recover --once --service a_hosts_shop:service delivers what is due"]


def test_a_message_that_waits_is_shown_with_when_it_is_due(cli, shop):
    shop.away = {"send_mail": ConnectionError()}
    (message,) = shop.record(shop.paid()).outbox
    told = cli("outbox", "show", message.id, *shop.options)

    assert (told.lines("state"), told.lines("tries"), told.lines("due")) == (
        ["waiting"],
        ["1"],
        ["2026-11-21 12:00:05"],
    )


def test_what_was_given_up_is_listed_alone_and_with_the_next_command(cli, shop, dead):
    shop.away = {"send_mail": ConnectionError()}
    other = shop.record(shop.paid()).outbox[0].id
    told = cli("outbox", "list", "--dead", *shop.options)

    assert told.lines(dead)[0].endswith("dead 1 refused: template_gone")
    assert other not in told.out
    assert told.lines("next") == [f"checkout-core outbox show --service a_hosts_shop:service {dead}"]


def test_messages_that_belong_to_nobody_are_listed_with_their_age(cli, shop):
    for id, ago in (("evt-1", timedelta(days=3)), ("evt-2", timedelta(hours=1)), ("evt-3", timedelta())):  # noqa: A001  # what it is
        shop.store.park("bank|4711", id, shop.shop.now() - ago)
    told = cli("outbox", "list", *shop.options)

    rows = [" ".join(line.split()[-4:]) for line in told.out.splitlines() if "evt-" in line]
    assert [row.split(" ", 2)[2] for row in rows] == ["3 days", "1 hour", "just now"]
    assert told.lines("parked") == ["3 messages; look their numbers up at the bank"]
    assert "evt-1" not in cli("outbox", "list", "--dead", *shop.options).out


def test_a_message_is_shown_with_its_checkout(cli, shop, dead):
    told = cli("outbox", "show", dead, *shop.options)

    assert told.code == 0
    assert (told.lines("state"), told.lines("why")) == (["dead"], ["refused: template_gone"])
    key = dead.rsplit("-", 2)[0]
    assert told.lines("checkout") == [f"checkout-core attempts show --service a_hosts_shop:service {key}"]
    assert told.lines("next") == [f"checkout-core outbox retry --service a_hosts_shop:service {dead}"]


def test_a_message_is_delivered_again(cli, shop, dead):
    told = cli("outbox", "retry", dead, *shop.options)

    assert (told.code, told.err, told.lines("delivered")) == (0, "", [dead])
    assert ("send_mail", "order_placed") in shop.told
    again = cli("outbox", "retry", dead, *shop.options)
    assert again.code == 1
    assert f"no message {dead!r} waits: it was delivered, or there never was one; there are none" in again.err


def test_a_message_that_fails_again_says_what_to_do(cli, shop, dead):
    shop.away = {"send_mail": Refused("template_gone")}
    told = cli("outbox", "retry", dead, *shop.options)
    assert told.code == 1
    assert told.err.splitlines()[-1] == (
        f"checkout-core: {dead} is not delivered: refused: template_gone; mend that, then retry it again"
    )

    shop.away = {"send_mail": ConnectionError()}
    told = cli("outbox", "retry", dead, *shop.options)
    assert told.code == 1
    assert told.err.splitlines()[-1] == (
        f"checkout-core: {dead} is not delivered yet; recover tries it again after 2026-11-21 12:00:05 UTC"
    )


def test_a_code_by_sms_is_never_sent_again(cli, shop):
    key = shop.begun()
    shop.writes(key, outbox=(Message(f"{key}-1-1", SendSms("+905321234567", "{code}"), dead="lost"),))
    told = cli("outbox", "retry", f"{key}-1-1", *shop.options)

    assert told.code == 1
    assert "is never sent again, it may have arrived: the buyer asks for a new one on the page" in told.err
    assert shop.told == []
    assert "5321234" not in cli("outbox", "list", *shop.options).out


def test_an_id_that_is_mistyped_is_told_with_the_one_that_was_meant(cli, shop, dead):
    for command in ("show", "retry"):
        told = cli("outbox", command, f"{dead}0", *shop.options)
        assert (told.code, told.err.endswith(f"; did you mean {dead}?\n")) == (1, True)


def test_a_key_that_begins_with_a_dash_is_no_option(cli, shop):
    key = shop.begun()
    message = Message("-x-1-1", SendMail("order_placed", "1"), dead="lost")
    shop.writes(key, outbox=(message,))
    told = cli("outbox", "list", "--dead", *shop.options)

    assert told.lines("next") == ["checkout-core outbox show --service a_hosts_shop:service -- -x-1-1"]
