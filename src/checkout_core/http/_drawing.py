"""Pages for people: the current page drawn from its Form class and its context, by templates a host may override.

    Drawing(site=Site(), map=checkout.map, loader=None).page(step, request, csrf, visit=visit)

A page is drawn by `checkout/<page_slug>.html`, else by `checkout/page.html`; a host's loader is asked first, and a
template of its own extends `checkout/page.html` and overrides single blocks.  There is no script but the one line that
posts the bank's form, and all that came from outside is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from attrs import frozen

from ..atlas import Map, Row
from ..choosing import days
from ..engine import Step
from ..labels import price
from ..order import PreOrder
from ..page import Visit
from ..settings import Settings
from ..texts import TEXTS, page_title, text_of, translated
from ..wire import page_slug
from ._beside import moves
from ._drawn import Drawn
from ._fields import drawn_fields
from ._made_up import made_up
from ._messages import Request
from ._site import Site
from ._telling import complaints, facts, lines, lists, of_the_order, onward, refused, stages, sums

if TYPE_CHECKING:
    import jinja2

FOLDER: Final = Path(__file__).parent / "templates" / "checkout"
STYLE: Final = (FOLDER / "style.css").read_text(encoding="utf-8")
SCRIPT: Final = "HTMLFormElement.prototype.submit.call(document.forms[0])"  # a bank's field may be called "submit"
PROVIDER: Final = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?][!-\[\]-~]*)?")  # no fragment, no user
WAITING: Final = frozenset({"payment_in_progress", "payment_pending"})

SORRY: Final = "Something went wrong on our side. Please go back to the checkout, and look before you pay again."


def _hashed(text: str) -> str:
    """As a Content-Security-Policy names what stands in the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_ALWAYS: Final = (
    f"default-src 'none'; style-src 'self' {_hashed(STYLE)}; img-src 'self'; font-src 'self';"
    " base-uri 'none'; frame-ancestors 'self'"
)
CSP: Final = f"{_ALWAYS}; form-action 'self'"
"""The Content-Security-Policy of all pages but `hand_over`; a host's own style sheets come from its own origin."""


def hand_over_csp(action: str) -> str:
    """The policy of the page that posts itself to `action`.  Raises ValueError where that is no address of a page.

    A bank may send the browser on to the issuer, whom nobody knows here; some browsers hold that against the list.
    """
    return f"{_ALWAYS}; script-src {_hashed(SCRIPT)}; form-action {_origin(action)} https:"


def foreign_csp(origins: Iterable[str]) -> str:
    """The policy of a page that a provider gave as a whole, with scripts of its own, from any of these origins.

    In a sandbox: it is of no origin, so it sees no cookie and no page of ours, and can only post itself away.
    """
    theirs = " ".join(sorted(origins)) or "https:"
    return (
        f"default-src 'none'; script-src 'unsafe-inline' {theirs}; style-src 'unsafe-inline' {theirs};"
        f" img-src data: {theirs}; font-src {theirs}; connect-src {theirs}; frame-src https:; form-action https:;"
        " base-uri 'none'; frame-ancestors 'self'; sandbox allow-forms allow-scripts"
    )


def _origin(action: str) -> str:
    if not PROVIDER.fullmatch(action):
        raise ValueError(f"{action!r} is no absolute address of a page: https://bank.example/3d")
    parts = urlsplit(action)
    return f"{parts.scheme}://{parts.netloc}"


@frozen(kw_only=True, slots=False)
class Drawing:
    """HTML for people, from templates that a host may override one by one.

    Raises ModuleNotFoundError with one sentence when it first draws where Jinja2 is not installed.
    """

    site: Site
    map: Map
    loader: jinja2.BaseLoader | None  # the host's, asked first

    def page(
        self, step: Step, request: Request, csrf: str, *, posted: Mapping[str, object] = {}, visit: Visit,
        step_token: str = "",
    ) -> bytes:  # fmt: skip
        """The page the buyer stands on.  `posted`: what that page has just refused; `visit`: of the step's order.

        A template has `page`, `title`, `fields`, `stages`, `complaints`, `facts`, `lists`, `lines`, `sums`, `order`,
        `context`, `csrf`, and what `templates/checkout/page.html` uses beside them.
        """
        row, order, locale = self.map.rows[step.page], step.pre_order, request.locale
        settings, contracts = visit.settings, visit.shop.contracts
        title = page_title(step.page, locale)
        if row is self.map.end and order.placed is not None:
            told = of_the_order(order, order.placed, locale)
            return self._drawn((step.page, "completed"), request, title=title, csrf="", **told)
        waiting = any(code in WAITING for codes in step.errors.values() for code in codes)
        stopped = text_of(_stopped(order, settings), locale)
        fields = drawn_fields(row, step, settings, locale, posted)
        return self._drawn(
            (step.page, "page"), request,
            title=translated("Your payment", locale) if waiting else title,
            page=step.page, order=order, context=step.context, csrf=csrf, step_token=step_token, contracts=contracts,
            pays=row.pays, waiting=waiting, stopped=stopped,
            fields=fields, sends=_sends(row, fields),
            stages=stages(self.map, step, visit, locale),
            complaints=complaints(step, fields, locale),
            facts=facts(row, step.context, locale), lists=lists(row, step.context, locale),
            refused=refused(step.context, locale),
            days=days(step.context, order.schedule.delivery_range, locale),
            moves=moves(self.map, row, visit, locale), onward=onward(step.context, request.root),
            lines=lines(order.basket), sums=sums(order, settings, locale),
            made=made_up(order, locale), total=price(order.totals.payable),
        )  # fmt: skip

    def completed(self, order: PreOrder, request: Request, csrf: str = "") -> bytes:
        """The page of a placed order; with `csrf` it can be paid from there.

        Raises ValueError for one that is not placed.
        """
        if order.placed is None:
            raise ValueError("only a placed order has a page")
        title = translated("Your order", request.locale)
        told = of_the_order(order, order.placed, request.locale)
        return self._drawn(("completed",), request, title=title, csrf=csrf, **told)

    def hand_over(self, action: str, fields: Mapping[str, str], request: Request) -> bytes:
        """The page that posts itself to the bank's, with its policy from `hand_over_csp(action)`.

        Raises ValueError where `action` is no absolute address.
        """
        _origin(action)
        title = page_title("CreditCardThreeDSecurePage", request.locale)
        return self._drawn(("hand_over",), request, title=title, action=action, fields=fields, script=SCRIPT)

    def goes_on(self, url: str, request: Request) -> bytes:
        """The page that goes on to the provider's by itself.  Raises ValueError where `url` is no absolute address.

        A browser that comes from a form of ours follows no redirect to anywhere else: `form-action` is of both.
        """
        _origin(url)
        title = page_title("RedirectionPageCompletePage", request.locale)
        return self._drawn(("onward",), request, title=title, url=url)

    def sorry(self, status: int, code: str, request: Request) -> bytes:
        """What went wrong, and what to do next."""
        locale = request.locale
        said = text_of(code, locale) if code in TEXTS else translated(SORRY, locale)
        return self._drawn(("sorry",), request, title=translated("This did not work", locale), said=said)

    def contract(self, title: str, text: str, request: Request) -> bytes:
        """A text to read; a blank line begins a paragraph."""
        paragraphs = [part.strip() for part in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n")) if part.strip()]
        return self._drawn(("contract",), request, title=title, paragraphs=paragraphs)

    def _drawn(self, names: tuple[str, ...], request: Request, **values: object) -> bytes:
        """By the first of these templates that there is."""
        locale = request.locale
        template = self._templates.select_template([f"checkout/{page_slug(name)}.html" for name in names])
        html = template.render(
            site=self.site, root=request.root, lang=locale, _=partial(translated, locale=locale), style=STYLE, **values
        )
        return html.encode("utf-8", "replace")  # what was no UTF-8 when it came

    @cached_property
    def _templates(self) -> jinja2.Environment:
        try:
            import jinja2  # noqa: PLC0415  # where the extra is missing, this module must import nevertheless
        except ModuleNotFoundError:
            raise ModuleNotFoundError(
                "pages for people are drawn by Jinja2: pip install 'checkout-core[html]'", name="jinja2"
            ) from None
        ours = jinja2.PackageLoader("checkout_core.http")
        under_a_name = jinja2.PrefixLoader({"checkout_core": ours})  # for one of the same name to extend
        return jinja2.Environment(
            autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            loader=ours if self.loader is None else jinja2.ChoiceLoader((self.loader, ours, under_a_name)),
        )  # fmt: skip


def _stopped(order: PreOrder, settings: Settings) -> str:
    """Why nothing can be answered at all, as a code; empty where it can."""
    if not order.basket.lines:
        return "basket_empty"
    return "login_required" if order.buyer.is_guest and not settings.can_guest_purchase else ""


def _sends(row: Row, fields: tuple[Drawn, ...]) -> bool:
    """Whether there is a form to send: something to fill in, or something that sending it does."""
    if not fields:
        return (bool(row.type.sets) or row.pays) and not row.type.returns
    return all(field.options for field in fields if field.control == "radio")
