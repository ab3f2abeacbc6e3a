"""Alarms in the log."""

from __future__ import annotations

import logging

from checkout_core.integrations import LogAlerts
from checkout_core.sandbox.magic import TIMEOUT_TAKEN

from .kit import EMAIL, Till


def test_what_waits_for_a_person_is_an_error_in_the_log_with_its_number_and_why(store, caplog):
    till = Till(store, alerts=LogAlerts())
    key = till.service.save(till.checkout.start(till.shop.basket("mug")).pre_order)
    till.service.post(key, "IndexPage", {"user_email": EMAIL})
    for page, body in till.shop.answers("card", TIMEOUT_TAKEN, till.order(key)):
        till.service.post(key, page, body)
    till.shop.bank.unreachable = {"inquire"}
    till.shop.passes(days=3)
    with caplog.at_level(logging.ERROR, "checkout_core.attention"):
        till.service.recover_once()

    (record,) = (r for r in caplog.records if r.name == "checkout_core.attention")
    number = till.order(key).attempts[0].number
    assert (record.levelno, record.number, record.why) == (logging.ERROR, number, "no_answer")
    assert record.getMessage() == f"{number} needs a person: no_answer; checkout-core attempts show {number} tells all"


def test_a_host_says_which_log(caplog):
    with caplog.at_level(logging.ERROR, "pager"):
        LogAlerts(logging.getLogger("pager")).on_attention("A1", "hold_lost")
    assert [(r.name, r.number) for r in caplog.records] == [("pager", "A1")]
