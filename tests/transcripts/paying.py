"""What becomes of a payment by card or by bank transfer, as a storefront sees it."""

from __future__ import annotations

from checkout_core.sandbox import APPROVED, magic

from .shop import CHECKOUT, GUEST_CARD, card

CONFIRMATION = "CreditCardConfirmationPage"


def completed_of(answered):
    """Where the answer sends the buyer: the page of the order."""
    told = answered.body.decode()
    return "/orders/completed/" + told.partition('"redirect_url":"/orders/completed/')[2].partition('"')[0]


def guest_card(scene):
    """A guest pays by card, in one go"""
    scene.basket("mug", "t-shirt")
    guest = scene.browser()
    guest.looks(says="the first look: no session yet")
    for page, fields in GUEST_CARD:
        guest.answers(page, fields)
    guest.looks(says="a reload, before the card is entered")
    placed = guest.answers(CONFIRMATION, card())
    guest.answers(CONFIRMATION, card(), says="the double click")
    guest.looks(says="a reload: the order is placed")
    guest.gets(completed_of(placed) + "?format=json", says="the order")
    assert scene.bank.captures == 1


def three_instalments(scene):
    """A guest chooses three instalments, and pays their interest"""
    scene.basket("mug", "t-shirt")
    guest = scene.browser()
    guest.goes_on("BinNumberPage")
    guest.answers("BinNumberPage", {"bin_number": "54211900"}, says="eight digits")
    guest.answers("InstallmentSelectionPage", {"installment": 1}, says="in one go")
    guest.answers("InstallmentSelectionPage", {"installment": 3}, says="no, in three")
    guest.answers("BinNumberPage", {"bin_number": "542119"}, says="the card once more: the plan is asked for again")
    guest.answers("InstallmentSelectionPage", {"installment": 3}, says="in three")
    placed = guest.answers(CONFIRMATION, card(), says="the card")
    guest.gets(completed_of(placed) + "?format=json", says="the order")


def member_card(scene):
    """A member pays by card: nobody asks who they are"""
    scene.basket("notebook")
    member = scene.browser(account="ada")
    member.looks(says="the first look")
    member.answers("IndexPage", {"user_email": "other@example.org"}, says="an old tab, from before the login")
    for page, fields in GUEST_CARD[1:]:
        member.answers(page, fields)
    placed = member.answers(CONFIRMATION, card(magic.APPROVED_DEBIT), says="another bank's card: the price is the same")
    member.gets(completed_of(placed) + "?format=json", says="the order")


def abroad(scene):
    """A member sends a parcel abroad, and pays with an American Express"""
    scene.basket("mug")
    member = scene.browser(account="grace")
    member.looks(says="the first look")
    member.answers("AddressSelectionPage", {"shipping_address": 14, "billing_address": 13}, says="to Berlin")
    member.answers("ShippingOptionSelectionPage", {"shipping_option": 21}, says="not to Berlin", keeps=True)
    member.answers("ShippingOptionSelectionPage", {"shipping_option": 23}, says="by courier")
    member.answers("PaymentOptionSelectionPage", {"payment_option": 31})
    member.answers("BinNumberPage", {"bin_number": "378282"})
    member.answers("InstallmentSelectionPage", {"installment": 3})
    member.answers(CONFIRMATION, card(magic.APPROVED_AMEX, card_cvv="123"), says="three digits are too few", keeps=True)
    member.answers(CONFIRMATION, card(magic.APPROVED_AMEX), says="four digits")


def transfer(scene):
    """A guest pays by bank transfer: the order is placed, and waits for the money"""
    scene.basket("mug", "mug")
    guest = scene.browser()
    guest.goes_on("PaymentOptionSelectionPage")
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 32})
    guest.looks(says="a reload, before an account is chosen")
    guest.answers("FundsTransferChoicePage", {"bank_account": 72})
    guest.answers("FundsTransferChoicePage", {"bank_account": 71}, says="another account: the same order number")
    guest.answers("FundsTransferPage", {}, says="without the agreement", keeps=True)
    guest.answers("FundsTransferPage", {"agreement": "0"}, says="an agreement that is none", keeps=True)
    placed = guest.answers("FundsTransferPage", {"agreement": "1"}, says="agreed")
    guest.gets(completed_of(placed) + "?format=json", says="the order, with where the money goes")
    guest.answers("FundsTransferPage", {"agreement": "1"}, says="the double click")
    assert scene.bank.sends == 0


def another_way(scene):
    """A guest changes their mind about how to pay"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 31}, says="the same way again keeps the card")
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 32}, says="another way forgets it")
    guest.answers(CONFIRMATION, card(), says="the card's page, in an old tab", keeps=True)
    guest.answers("PaymentOptionSelectionPage", {"payment_option": 31}, says="back to the card")
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": 22}, says="another shipping option asks again")
    assert scene.bank.sends == 0


REFUSED = (
    magic.INSUFFICIENT_FUNDS, magic.DO_NOT_HONOR, magic.EXPIRED_CARD, magic.INCORRECT_CVC, magic.LOST_CARD,
    magic.STOLEN_CARD, magic.LIMIT_EXCEEDED, magic.NOT_PERMITTED, magic.DECLINED,
)  # fmt: skip


def declined(scene):
    """The bank says no, for every reason it has, and then yes to another card"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    for number in REFUSED:
        scene.passes(hours=1)
        with_code = magic.MAGIC[number].code
        guest.answers(CONFIRMATION, card(number), says=with_code)
    guest.looks(says="a reload tells it again")
    guest.answers("BinNumberPage", {"bin_number": "542119"}, says="the card is chosen anew")
    guest.answers("InstallmentSelectionPage", {"installment": 1})
    scene.passes(hours=1)
    guest.answers(CONFIRMATION, card(APPROVED), says="another card")


def too_often(scene):
    """A shop that counts attempts: after the second nobody asks the bank any more"""
    scene.basket("mug")
    scene.settings(attempts_per_checkout=2)
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    for n in (1, 2):
        guest.answers(CONFIRMATION, card(magic.DECLINED), says=f"attempt {n}")
    guest.answers(CONFIRMATION, card(), says="a good card, too late")
    assert scene.bank.captures == 0


def never_answered(scene):
    """The bank has taken the money, and its answer never came"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.TIMEOUT_TAKEN), says="no answer")
    guest.answers(CONFIRMATION, card(), says="the buyer tries another card: it is not sent")
    guest.answers("ShippingOptionSelectionPage", {"shipping_option": 22}, says="nothing else can be changed")
    guest.looks(says="a reload")
    guest.looks(CONFIRMATION, says="the paying page, by name")
    scene.passes(minutes=5)
    scene.recovers()
    guest.looks(says="the order is placed")
    assert scene.bank.captures == 1


def never_arrived(scene):
    """The request never reached the bank: the buyer may pay again when that is certain"""
    scene.basket("mug")
    guest = scene.browser()
    guest.goes_on(CONFIRMATION)
    guest.answers(CONFIRMATION, card(magic.TIMEOUT_NOT_TAKEN), says="no answer")
    scene.passes(minutes=5)
    guest.looks(says="who meets an overdue payment looks after it")
    scene.passes(minutes=5)
    guest.looks(says="the bank has never heard of it, twice")
    guest.answers(CONFIRMATION, card(), says="another card")
    assert scene.bank.captures == 1


def strange_answers(scene):
    """Answers of a bank that are neither yes nor no"""
    for n, number in enumerate((magic.GARBAGE, magic.DUPLICATE_NUMBER, magic.PARTIAL, magic.OVERCHARGED), 1):
        scene.basket("mug", key=f"basket-{n}")
        guest = scene.browser(basket=f"basket-{n}", session=f"session-{n}")
        guest.goes_on(CONFIRMATION)
        guest.answers(CONFIRMATION, card(number), says=magic.MAGIC[number].says)
        guest.looks(says="a reload")


def kept_and_reviewed(scene):
    """Money that is only kept, or looked at for fraud: the buyer waits"""
    for n, number in enumerate((magic.AUTHORISED, magic.UNDER_REVIEW), 1):
        scene.basket("mug", key=f"basket-{n}")
        guest = scene.browser(basket=f"basket-{n}", session=f"session-{n}")
        guest.goes_on(CONFIRMATION)
        guest.answers(CONFIRMATION, card(number), says=magic.MAGIC[number].says)
        guest.gets(CHECKOUT, says="a reload")


STORIES = (
    guest_card, three_instalments, member_card, abroad, transfer, another_way, declined, too_often, never_answered,
    never_arrived, strange_answers, kept_and_reviewed,
)  # fmt: skip
