"""What the bank's 3-D Secure pages look like: plain HTML in which every value is escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import urlsplit

from ._papers import Ticket

NAME: Final = "Sandbox Bank"

STYLE: Final = """
*{box-sizing:border-box}
body{margin:0;background:#eef2f6;color:#17202a;font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:28rem;margin:0 auto;padding:1.5rem 1.25rem;background:#fff;min-height:100vh}
header{font-weight:700;color:#0b4a6f}
h1{font-size:1.5rem;line-height:1.25;margin:1rem 0}
dl{display:grid;grid-template-columns:auto 1fr;gap:.375rem 1rem;margin:1rem 0}
dt{color:#48545f}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
button{display:block;width:100%;min-height:3rem;margin:.75rem 0;padding:.5rem 1rem;border:2px solid #0b4a6f;
border-radius:.5rem;background:#fff;color:#0b4a6f;font:inherit;font-weight:600;cursor:pointer}
button.first{background:#0b4a6f;color:#fff}
button:focus-visible{outline:3px solid #b45309;outline-offset:3px}
small{color:#48545f;font-size:.9375rem}
@media (min-width:32rem){main{min-height:0;margin-top:3rem;border-radius:.75rem}}
"""
SCRIPT: Final = "document.forms[0].submit()"


def _hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


HEADERS: Final[Mapping[str, str]] = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": (
        f"default-src 'none'; style-src {_hashed(STYLE)}; script-src {_hashed(SCRIPT)}; form-action http: https:;"
        " base-uri 'none'"
    ),  # no frame-ancestors: storefronts show such a page in a frame
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
}


def confirmation(ticket: Ticket, term_url: str) -> bytes:
    """What is to be paid, and the buyer's three answers."""
    count = ticket.installments
    told = (
        ("Shop", urlsplit(term_url).netloc), ("Amount", f"{ticket.amount} {ticket.amount.currency}"),
        ("Instalments", "none, paid at once" if count == 1 else str(count)), ("Order number", ticket.number),
        ("Card", f"•••• {ticket.last_four}"),
    )  # fmt: skip
    rows = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told)
    return _page(
        "Confirm your payment",
        f"<dl>\n{rows}\n</dl>\n"
        # relative: what stands before /three-d may be another one for the buyer than for this process
        f'<form method="post" action="three-d/decide">\n{_hidden({"md": ticket.md, "TermUrl": term_url})}\n'
        '<button class="first" name="decision" value="confirm">Confirm the payment</button>\n'
        '<button name="decision" value="refuse">Refuse</button>\n'
        '<button name="decision" value="leave">Go back to the shop without paying</button>\n</form>\n'
        f"<p><small>No real money moves here. What this test card does: {escape(ticket.fate.says)}.</small></p>",
    )


def moved_on(why: str, term_url: str, returned: Mapping[str, str]) -> bytes:
    """A form to the shop that sends itself, or is sent by its button."""
    return _page(
        "Back to the shop",
        f"<p>{escape(why)} You are being sent back to the shop; if nothing happens, press the button.</p>\n"
        f"{_way_back(term_url, returned)}\n<script>{SCRIPT}</script>",
    )


def nothing_more() -> bytes:
    """For a card whose buyer does not come back."""
    return _page(
        "Nothing more happens here",
        "<p>This test card is for buyers who do not come back from their bank: the shop has to find out by itself.</p>"
        "\n<p>To go on, open the shop again yourself.</p>",
    )


def refused(why: str, then: str, term_url: str = "", returned: Mapping[str, str] | None = None) -> bytes:
    """Why nothing can be done here, and what to do."""
    back = "" if returned is None else f"\n{_way_back(term_url, returned)}"
    return _page("This does not work", f"<p>{escape(why)}</p>\n<p>{escape(then)}</p>{back}")


def _way_back(term_url: str, returned: Mapping[str, str]) -> str:
    return (
        f'<form method="post" action="{escape(term_url)}">\n{_hidden(returned)}\n'
        '<button class="first">Back to the shop</button>\n</form>'
    )


def _hidden(fields: Mapping[str, str]) -> str:
    return "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )


def _page(title: str, inside: str) -> bytes:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} - {NAME}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<header>{NAME}</header>\n<h1>{escape(title)}</h1>\n{inside}\n</main>\n</body>\n</html>\n"
    ).encode()
