"""Gateways that promise what is not so, one for each promise: LIES[what they say] is the account of such a one."""

from __future__ import annotations

import json
from datetime import timedelta

from attrs import evolve

from checkout_core.effects import (
    Cancelled,
    Captured,
    Declined,
    HandedOut,
    NotFound,
    Reversed,
    Unknown,
    Verified,
)
from checkout_core.money import Money
from checkout_core.sandbox import NATIVE, NO_KEYS, ORDER_NUMBER, magic, preset

from .accounts import Hall, card

MINUTE = timedelta(minutes=1)
PROVIDER = preset("native", last_call="provider")


class Liar:
    """Tells all that the bank tells, but for what its classes say instead."""

    def __init__(self, hall):
        self.bank, self.hall = hall.bank, hall
        self.capabilities = hall.bank.capabilities

    def __getattr__(self, method):
        return getattr(self.bank, method)


def told_by(liar, able=NATIVE, **given):
    def make():
        hall = Hall(able, **given)
        return hall.account(liar(hall))

    return make


def claiming(able=NATIVE, /, truly=NATIVE, **given):
    """An honest gateway to a bank that can do something else."""

    class Claims(Liar):
        def __init__(self, hall):
            super().__init__(hall)
            self.capabilities = able

    return told_by(Claims, truly, **given)


class KnowsAll(Liar):
    def inquire(self, number):
        found = self.bank.inquire(number)
        return Declined("declined") if found == NotFound() else found


class SaysTheAmountThatWasAsked(Liar):
    def sale(self, order, shown):
        answer = self.bank.sale(order, card(magic.PARTIAL))
        return evolve(answer, amount=order.amount) if isinstance(answer, Captured) else answer


class ForgetsInstallments(Liar):
    def inquire(self, number):
        found = self.bank.inquire(number)
        return tuple(evolve(row, installments=1) for row in found) if isinstance(found, tuple) else found


class DeclinesAndTakes(Liar):
    def sale(self, order, shown):
        answer = self.bank.sale(order, card(magic.APPROVED))
        return answer if shown.number.reveal() == magic.APPROVED else Declined("declined")


class NewKeyAfterADecline(Liar):
    def sale(self, order, shown):
        refused = [row for row in self.bank.refusals() if row.key == order.key]
        return self.bank.sale(evolve(order, key=f"{order.key}-again") if refused else order, shown)


class NewKeyForAnotherAmount(Liar):
    def sale(self, order, shown):
        return self.bank.sale(evolve(order, key=f"{order.key}-{order.amount}"), shown)


class CutsNumbersOff(Liar):
    def sale(self, order, shown):
        return self.bank.sale(evolve(order, number=order.number[:19]), shown)

    def inquire(self, number):
        return self.bank.inquire(number[:19])


class GivesNothingBack(Liar):
    def void(self, reference, key):
        known = any(row.reference == reference for row in self.bank.rows())
        return Reversed(reference) if known else Unknown("no_such_reference")


class GivesAnythingBack(Liar):
    def void(self, reference, key):
        self.bank.void(reference, key)
        return Reversed(reference)


class RefundsNothing(Liar):
    def refund(self, reference, amount, key):
        return Reversed(reference)


class TakesTheMoneyWithTheSession(Liar):
    def start_session(self, order):
        handed = self.bank.start_session(order)
        self.hall.pays(handed.given)
        return handed


class HandsTheCardOut(Liar):
    def start_session(self, order):
        return HandedOut({**self.bank.start_session(order).given, "pan": "1"})


class HasNoMd(Liar):
    def start_three_d(self, order, shown):
        given = self.bank.start_three_d(order, shown).given
        return HandedOut({"url": given["url"]})


class TakesTheMoneyAgain(Liar):
    def finish_three_d(self, order, returned, shown):
        answer = self.bank.finish_three_d(order, returned, shown)
        if isinstance(answer, Captured):
            self.bank.sale(evolve(order, key=f"{order.key}-again"), card(magic.APPROVED))
        return answer


class BelievesEveryReturn(Liar):
    def finish_three_d(self, order, returned, shown):
        ticket = self.bank.ticket(order.number)
        return self.bank.finish_three_d(order, self.bank.comes_back(ticket), shown)


class EndsWhatIsStillOpen(Liar):
    def finish_three_d(self, order, returned, shown):
        answer = self.bank.finish_three_d(order, returned, shown)
        return Declined("callback_rejected") if isinstance(answer, Unknown) else answer


class NeedsNoCard(Liar):
    def finish_three_d(self, order, returned, shown):
        return self.bank.finish_three_d(order, returned, shown or card(magic.APPROVED))


class ClosesNothing(Liar):
    def cancel_session(self, order):
        return Cancelled()


class ClosesInWords(Liar):
    def cancel_session(self, order):
        paid = isinstance(self.bank.inquire(order.number), tuple)
        return self.bank.cancel_session(order) if paid else Cancelled()


class ReadsWhatNobodySigned(Liar):
    def verify(self, callback):
        told = json.loads(callback.body)
        return Verified(told["number"], told["id"])


class ConvertsToNothing(Liar):
    def verify(self, callback):
        told = self.bank.verify(callback)
        if isinstance(told, Verified) and isinstance(told.outcome, Captured):
            return evolve(told, outcome=evolve(told.outcome, amount=Money("1.00", "TRY")))
        return told


SESSION = "session: the page takes the money, once"
LAST_CALL = "three_d: the last call takes the money, once"
PAGE = "three_d: the page takes the money, and the last call none"
MESSAGE = "callback: a message is of its number, and no changed one is believed"
NUMBER = "inquiry: a number that nobody sent is not found"
LAG = "lag: what was taken is in the ledger, as it was asked for"
DECLINE = "a decline has taken nothing"
FLIGHT = "max_in_flight: nothing takes effect later"
KEY = "native: a key takes money once"
VOID = "void: what was taken goes back"
REFUND = "refund: what is too late to void goes back"
RETURN = "three_d: a return that is none takes nothing"
SHORT = evolve(NATIVE, session_ttl=MINUTE)
TWICE = evolve(NATIVE, card_twice=True)

LIES = {
    "knows of numbers nobody sent": (NUMBER, told_by(KnowsAll)),
    "is slower than it says": (LAG, claiming(lag=MINUTE)),
    "says another amount": (LAG, told_by(SaysTheAmountThatWasAsked)),
    "forgets the instalments": (LAG, told_by(ForgetsInstallments)),
    "says declined and takes the money": (DECLINE, told_by(DeclinesAndTakes)),
    "is later than it says": (FLIGHT, claiming(evolve(NATIVE, max_in_flight=MINUTE / 2))),
    "has no keys": (KEY, claiming(truly=NO_KEYS)),
    "has a key for each amount": ("native: a key is for one amount", told_by(NewKeyForAnotherAmount)),
    "tries again with another key": ("native: a key that was declined takes nothing", told_by(NewKeyAfterADecline)),
    "has numbers twice": ("order_number: a number takes money once", claiming(ORDER_NUMBER, truly=NO_KEYS)),
    "cuts numbers off": ("number_max, key_max: the longest are told from each other", told_by(CutsNumbersOff)),
    "gives nothing back": (VOID, told_by(GivesNothingBack)),
    "gives anything back": ("void: what is not there does not go back", told_by(GivesAnythingBack)),
    "voids what is too late": (REFUND, told_by(GivesNothingBack)),
    "refunds in words": (REFUND, told_by(RefundsNothing)),
    "refunds in words and voids nothing": (
        "refund: what was taken goes back", told_by(RefundsNothing, evolve(NATIVE, void=False))
    ),
    "takes the money with the session": (SESSION, told_by(TakesTheMoneyWithTheSession)),
    "hands the card out": (SESSION, told_by(HandsTheCardOut)),
    "leaves the last call to nobody": (LAST_CALL, claiming(truly=PROVIDER)),
    "knows no return": (RETURN, told_by(HasNoMd)),
    "takes the money once more": (LAST_CALL, told_by(TakesTheMoneyAgain)),
    "leaves the last call to the shop": (PAGE, claiming(PROVIDER)),
    "takes the money after the page did": (PAGE, told_by(TakesTheMoneyAgain, PROVIDER)),
    "believes every return": (RETURN, told_by(BelievesEveryReturn)),
    "ends what is still open": (RETURN, told_by(EndsWhatIsStillOpen, PROVIDER)),
    "takes another's return": ("three_d: a return pays for its own payment only", told_by(BelievesEveryReturn)),
    "needs no card": ("card_twice: the last call takes nothing without the card", told_by(NeedsNoCard, TWICE)),
    "closes in words": ("cancel: what was closed takes nothing", told_by(ClosesInWords)),
    "closes what was paid": ("cancel: what was paid is not closed", told_by(ClosesNothing)),
    "is open for longer": ("session_ttl: what was handed out is over", claiming(SHORT)),
    "signs less than it says": (MESSAGE, claiming(truly=preset("native", callback="partial"))),
    "reads what nobody signed": (MESSAGE, told_by(ReadsWhatNobodySigned)),
    "tells of another amount": ("full: a message says what the ledger says", told_by(ConvertsToNothing)),
}  # fmt: skip
