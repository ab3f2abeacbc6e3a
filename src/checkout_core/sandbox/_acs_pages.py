"""What the issuer's page of 3-D Secure looks like."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from ._bank_pages import facts, hidden, page
from ._papers import Ticket


def confirmation(ticket: Ticket, term_url: str) -> bytes:
    """What is to be paid, and the buyer's three answers."""
    count = ticket.installments
    told = (
        ("Shop", urlsplit(term_url).netloc), ("Amount", f"{ticket.amount} {ticket.amount.currency}"),
        ("Instalments", "none, paid at once" if count == 1 else str(count)), ("Order number", ticket.number),
        ("Card", f"•••• {ticket.last_four}"),
    )  # fmt: skip
    ours = {"md": ticket.md, "TermUrl": term_url}
    return page(
        "Confirm your payment",
        f"{facts(told)}\n"
        # relative: what stands before /three-d may be another one for the buyer than for this process
        f'<form method="post" action="three-d/decide">\n{hidden(ours.items())}\n'
        '<button class="first" name="decision" value="confirm">Confirm the payment</button>\n'
        '<button name="decision" value="refuse">Refuse</button>\n'
        '<button name="decision" value="leave">Go back to the shop without paying</button>\n</form>\n'
        f"<p><small>No real money moves here. What this test card does: {escape(ticket.fate.says)}.</small></p>",
    )
