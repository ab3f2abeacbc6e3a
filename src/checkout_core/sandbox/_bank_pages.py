"""What all of the bank's pages look like: plain HTML in which every value is escaped, and the ways back to the shop."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from typing import Final, Literal
from urllib.parse import parse_qsl, quote_plus, urlsplit

from attrs import frozen

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
fieldset{margin:1rem 0;padding:.25rem 1rem;border:1px solid #8794a0;border-radius:.5rem}
label{display:block;min-height:2.75rem;padding:.5rem 0}
input[type=text]{display:block;width:100%;min-height:3rem;margin:.25rem 0;padding:.5rem .75rem;font:inherit;
border:1px solid #5b6975;border-radius:.5rem}
p.wrong{border-left:4px solid #b42318;padding-left:.75rem;color:#8a1a10}
button{display:block;width:100%;min-height:3rem;margin:.75rem 0;padding:.5rem 1rem;border:2px solid #0b4a6f;
border-radius:.5rem;background:#fff;color:#0b4a6f;font:inherit;font-weight:600;cursor:pointer}
button.first{background:#0b4a6f;color:#fff}
button:focus-visible,input:focus-visible{outline:3px solid #b45309;outline-offset:3px}
small,time{color:#48545f;font-size:.9375rem}
article{margin:1rem 0;padding:.75rem 1rem;border:1px solid #8794a0;border-radius:.5rem;overflow-wrap:anywhere}
article h2{margin:0;font-size:1.0625rem}
article p{margin:.25rem 0;white-space:pre-wrap}
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


@frozen
class Way:
    """A browser's way to the shop: the fields are posted, or come into the address.

    A field that the address has already is the bank's word from now on.
    """

    address: str
    fields: Mapping[str, str]
    by: Literal["get", "post"] = "post"
    out: bool = False  # of a frame

    @property
    def url(self) -> str:
        """The address with the fields in it."""
        parts = urlsplit(self._rest())
        told = [f"{quote_plus(name)}={quote_plus(text)}" for name, text in self.fields.items()]
        return parts._replace(query="&".join([*filter(None, [parts.query]), *told])).geturl()

    def form(self) -> str:
        """A form that goes there by its button."""
        rest = self._rest()
        target = ' target="_top"' if self.out else ""
        fields: Iterable[tuple[str, str]] = self.fields.items()
        if self.by == "get":  # a browser drops the query of such a form's address
            fields = [*parse_qsl(urlsplit(rest).query, keep_blank_values=True), *fields]
            rest = urlsplit(rest)._replace(query="").geturl()
        return (
            f'<form method="{self.by}" action="{escape(rest)}"{target}>\n{hidden(fields)}\n'
            '<button class="first">Back to the shop</button>\n</form>'
        )

    def _rest(self) -> str:
        """The address without what is in the fields; as it was, where it has none of them."""
        parts = urlsplit(self.address)
        kept = [each for each in parts.query.split("&") if _name(each) not in self.fields]
        query = "&".join(kept)
        return self.address if query == parts.query else parts._replace(query=query).geturl()


def _name(pair: str) -> str:
    found = parse_qsl(pair, keep_blank_values=True)
    return found[0][0] if found else ""


def moved_on(why: str, way: Way) -> bytes:
    """A form to the shop that sends itself, or is sent by its button."""
    return page(
        "Back to the shop",
        f"<p>{escape(why)} You are being sent back to the shop; if nothing happens, press the button.</p>\n"
        f"{way.form()}\n<script>{SCRIPT}</script>",
    )


def nothing_more() -> bytes:
    """For a card whose buyer does not come back."""
    return page(
        "Nothing more happens here",
        "<p>This test card is for buyers who do not come back from their bank: the shop has to find out by itself.</p>"
        "\n<p>To go on, open the shop again yourself.</p>",
    )


def refused(why: str, then: str, way: Way | None = None) -> bytes:
    """Why nothing can be done here, and what to do."""
    back = "" if way is None else f"\n{way.form()}"
    return page("This does not work", f"<p>{escape(why)}</p>\n<p>{escape(then)}</p>{back}")


def hidden(fields: Iterable[tuple[str, str]]) -> str:
    """Fields of a form that nobody sees."""
    return "\n".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields)


def facts(told: Iterable[tuple[str, str]]) -> str:
    """What is known of a payment."""
    rows = "\n".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in told)
    return f"<dl>\n{rows}\n</dl>"


def page(title: str, inside: str, whose: str = NAME) -> bytes:
    """A whole page; `inside` is HTML."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} - {whose}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<header>{whose}</header>\n<h1>{escape(title)}</h1>\n{inside}\n</main>\n</body>\n</html>\n"
    ).encode()
