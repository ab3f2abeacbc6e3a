"""What the bank's own payment page looks like, and Garanti Pay's, which is the same with another name."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from ._bank_pages import facts, hidden, page
from ._garanti import TERMINAL
from ._papers import Ticket

NOTE = (
    "<p><small>No real money moves here. The page takes the sandbox's test cards, each of which does what it is for;"
    " 5421 1900 0000 0009 is approved.</small></p>"
)


def payment(ticket: Ticket, wrong: str = "") -> bytes:
    """What is to be paid, in which plan and with which card; `wrong` says what was not right with what was posted."""
    back, amount = ticket.details.back, ticket.amount
    shop = urlsplit(back.success).netloc if back else ""
    told = (
        *((("Shop", shop),) if shop else ()), ("Merchant number", TERMINAL), ("Order number", ticket.number),
        ("Amount", f"{amount} {amount.currency}"),
    )  # fmt: skip
    ours = {"session": ticket.md}
    title = "Garanti Pay" if ticket.style == "garanti" else "Pay by card"
    action = "decide" if wrong else "pay/decide"  # relative: the buyer may know another host, and other paths before it
    complaint = f'<p class="wrong" role="alert">{escape(wrong)}</p>\n' if wrong else ""
    return page(
        title,
        f"{facts(told)}\n{complaint}"
        f'<form method="post" action="{action}" autocomplete="off">\n{hidden(ours.items())}\n{_plans(ticket)}\n'
        '<label>Card number\n<input type="text" name="card_number" value="" inputmode="numeric" maxlength="40">'
        "</label>\n"
        '<button class="first" name="decision" value="pay">Pay</button>\n'
        '<button name="decision" value="cancel">Cancel</button>\n</form>\n' + NOTE,
    )


def done(why: str) -> bytes:
    """For a payment whose shop has not said where it is."""
    return page("You can close this page", f"<p>{escape(why)}</p>\n<p>Go back to the shop yourself.</p>")


def _plans(ticket: Ticket) -> str:
    """Each plan with what it comes to; where there is one, it is said and not asked."""
    if len(ticket.plans) == 1:
        count = ticket.plans[0].installments
        return f"{hidden([('installments', str(count))])}\n<p>{escape(_in_words(count))}</p>"
    choices = "\n".join(
        f'<label><input type="radio" name="installments" value="{plan.installments}"{" checked" if at == 0 else ""}> '
        f"{escape(_in_words(plan.installments))}: {escape(str(plan.amount))} {escape(plan.amount.currency)}</label>"
        for at, plan in enumerate(ticket.plans)
    )
    return f"<fieldset>\n<legend>How to pay</legend>\n{choices}\n</fieldset>"


def _in_words(count: int) -> str:
    return "Paid at once" if count == 1 else f"In {count} instalments, altogether"
