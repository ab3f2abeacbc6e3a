"""A shopper's tab in a storefront, as the contract of the wire says it behaves.

    buyer = Storefront(shop.address)
    buyer.fills_basket(1001)
    buyer.lands()
    buyer.guest("ada@example.org")
    buyer.posts("BinNumberPage", bin_number="542119")

What the server does wrong and the client survives is in `failures`; what it does not survive is raised: Crashed,
Looped.
"""

from __future__ import annotations

import json
import random
import re
from concurrent.futures import ThreadPoolExecutor, wait
from urllib.parse import quote, urlencode, urljoin, urlsplit

from .digest import Post, State, digest
from .proxy import OK, Proxy
from .wire import FORM, ask, forms

PUBLIC = "https://storefront.example"  # what browsers know the storefront as; the server is told
MANY = 12  # automatic posts for one thing the buyer did
CHECKOUT, BANK, COMPLETED, BASKET = "/orders/checkout/", "/orders/redirect-three-d/", "/orders/completed/", "/baskets/"
RETURN = "CreditCardThreeDSecurePage"
SESSION = re.compile(r"osessionid=(\w+)")  # what the login handler cuts out
TOKEN = re.compile(r"[^/,?#%]+")  # one segment of a path
CARD = {
    "agreement": 1, "use_three_d": "1", "card_cvv": "739", "card_holder": "Ada Lovelace", "card_month": "1",
    "card_year": "2099",
}  # fmt: skip


class Looped(Exception):
    """The client sends the same post again and again, without a pause."""


class Storefront:
    """One browser with one tab.  `prefix`: of the locale, in the storefront's own addresses."""

    def __init__(self, api, *, prefix="", locale=None, currency=None, seed=0):
        self.proxy = Proxy(api, locale=locale, currency=currency)
        self.prefix = prefix
        for name, value in (("pz-locale", locale), ("pz-currency", currency)):
            if value:
                self.cookies.put(name, value)
        self.dice = random.Random(seed)
        self.automatic = []  # posts the client sent by itself since the tab was loaded
        self.state = State()
        self.at = None  # the storefront's page that is shown, without its locale
        self.order = None  # what the page of a placed order prints
        self.hand_over = None  # the form that leads to the bank, and what it sends
        self.way_back = None  # where the bank has sent the browser, and with what
        self.told_by_bank = None  # errors that the return left for the checkout to show

    @property
    def cookies(self):
        return self.proxy.cookies

    @property
    def failures(self):
        return self.proxy.failures

    @property
    def pre_order(self):
        return self.state.pre_order

    def opens_a_tab(self):
        """Another tab of the same browser, with nothing in it yet."""
        other = Storefront(self.proxy.api, prefix=self.prefix)
        other.proxy = self.proxy
        return other

    # The checkout

    def lands(self):
        """The checkout is opened, or loaded again with F5: an empty state, and a GET."""
        self.proxy.gets_a_token()
        self.at, self.state, self.automatic = CHECKOUT, State(), []
        self.fetches()

    def fetches(self):
        """GET of the checkout, and all that comes of it."""
        answer = self.proxy.ask("GET", CHECKOUT).json()
        if BASKET in (answer.get("redirect_url") or ""):
            self.at = BASKET
        self.digests(answer)

    def guest(self, email, phone=""):
        """`guestLogin`: its answer's order is not looked at, and the checkout is fetched again."""
        answer = self.sends(Post("IndexPage", (("user_email", email), ("phone_number", phone)))).json()
        digest(self.state, answer, ignores_pre_order=True)
        self.fetches()

    def posts(self, page, **fields):
        """A mutation the buyer asked for, the automatic ones that follow, and the way to where they lead."""
        self.state.before(page, fields)
        answer = self.sends(Post(page, tuple(fields.items()))).json()
        self.digests(answer)
        return answer

    def pays_by_card(self, number, **fields):
        """`completeCreditCardPayment`."""
        return self.posts("CreditCardConfirmationPage", **CARD | {"card_number": number} | fields)

    def sends(self, post):
        """The bare request."""
        return self.proxy.ask("POST", CHECKOUT, query=urlencode({"page": post.page}), fields=post.fields)

    def digests(self, answer):
        """That answer, then those of the automatic posts in the order the dice say.  Raises Looped."""
        going, sent, goes_to = {}, [], None
        with ThreadPoolExecutor(4) as pool:
            while answer is not None:
                found, to = digest(self.state, answer)
                if goes_to:
                    found = []  # the tab has left by now
                goes_to = to or goes_to
                fresh = [post for post in found if post.page not in {other.page for other in going.values()}]
                for post in fresh:
                    self._watches(post, sent, alone=len(fresh) + len(going) == 1)
                    self.state.before(post.page, dict(post.fields))
                going |= {pool.submit(self.sends, post): post for post in fresh}
                answer = self._next_to_arrive(going)
        if goes_to:
            self.goes(goes_to)

    def _next_to_arrive(self, going):
        """One of the answers on their way, all of which the server has given; None where there is none."""
        if not going:
            return None
        wait(going)
        first = self.dice.choice(list(going))
        del going[first]
        return first.result().json()

    def _watches(self, post, sent, *, alone):
        """Beside others a post may be answered too early, and is sent again; alone it may not leave its gap."""
        self.automatic.append(post)
        if (post, True) in sent or len(sent) > MANY:
            raise Looped(f"{post.page} again, after {[earlier.page for earlier, _ in sent]}")
        sent.append((post, alone))

    # Where an answer leads to

    def goes(self, redirect_url):
        """The page's own handler: the locale in front, a time behind."""
        self._is_path(redirect_url)
        self.shows(f"{self.prefix}{redirect_url}{'&' if '?' in redirect_url else '?'}t=1764129600000")

    def _is_path(self, redirect_url):
        if not re.match(r"/(?!/)", redirect_url):
            self.failures.append(f"redirect_url {redirect_url} is no path of a storefront")

    def shows(self, address):
        """The storefront's page of that address."""
        self.at = urlsplit(address).path.removeprefix(self.prefix)
        if self.at == CHECKOUT:
            self.lands()
        elif self.at == BANK:
            self._hands_over()
        elif self.at.startswith(COMPLETED):
            if not TOKEN.fullmatch(self.at.removeprefix(COMPLETED).strip("/")):
                self.failures.append(f"the order's link is not one segment of a path: {self.at}")
            self.order = self.proxy.ask("GET", self.at, query="format=json").json().get("order")
        else:
            self.failures.append(f"nothing is shown at {address}")

    # 3-D Secure

    def _hands_over(self):
        """The page that leads to the bank, made of the first form of what the server draws."""
        self.hand_over = None
        found, canonical = forms(self.proxy.ask("GET", BANK).text) if self.cookies["osessionid"] else ([], False)
        if not found or canonical:
            self.failures.append("no form that leads to the bank")
            self.lands()
            return
        if not re.match(r"https?://", found[0].action):
            self.failures.append(f"the action of the form to the bank is not absolute: {found[0].action!r}")
        held = quote(json.dumps({"session": self.cookies["osessionid"], "locale": self.proxy.locale}))
        self.hand_over = found[0].action, (*found[0].fields, ("pzparams", held))

    def at_bank(self, press):
        """The bank's page, and the button whose name, value or text has `press` in it; then back to the shop.

        Raises LookupError where there is no such button, or no way back.
        """
        action, fields = self.hand_over
        page, _ = forms(_navigates(action, fields))
        form, sent = _pressed(page, press)
        back, _ = forms(_navigates(urljoin(action, form.action), sent))
        if not back:
            raise LookupError("the bank's answer has no form that leads back")
        self.way_back = back[0].action, back[0].fields
        self.returns(*self.way_back)

    def returns(self, address, fields, method="POST"):
        """The bank sends the browser back, to the return middleware: errors travel on in a cookie, the first
        redirect_url is followed, and all else is silence.
        """
        query = urlsplit(address).query
        if RETURN not in query or not address.startswith(f"{PUBLIC}/"):
            self.failures.append(f"no payment returns to {address}")
        answer = self.proxy.returns("POST", f"{CHECKOUT}?{query}", urlencode(fields) if method == "POST" else None)
        contexts = answer.get("context_list") or []
        first = next(
            (c["page_context"]["redirect_url"] for c in contexts if c["page_context"].get("redirect_url")), None
        )
        self.told_by_bank = answer.get("errors") or None
        if self.told_by_bank and not _fits_a_cookie(self.told_by_bank):
            self.failures.append(f"what the bank said is lost on the way: {self.told_by_bank}")
        if self.told_by_bank or not first:
            self.shows(self.prefix + CHECKOUT)
        else:
            self._is_path(first)
            self.shows(self.prefix + first)

    # What a storefront has beside the checkout

    def fills_basket(self, product, quantity=1):
        """So many of that product, and of the others what there was."""
        body = {"product": product, "quantity": quantity, "attributes": {}}
        return self.proxy.ask("PUT", "/baskets/basket/", json_body=body).json()

    def empties_basket(self):
        self.proxy.ask("DELETE", "/baskets/basket/")

    def adds_address(self, **fields):
        """A new address, after which the checkout is fetched again."""
        address = self.proxy.ask("POST", "/address/", json_body=fields).json()
        self.fetches()
        return address

    def edits_address(self, pk, **fields):
        return self.proxy.ask("PATCH", f"/address/{pk}/", json_body=fields).json()

    def deletes_address(self, pk):
        self.proxy.ask("DELETE", f"/address/{pk}/")

    def logs_in(self, email, password="demo"):
        """The login handler keeps the session under two names."""
        answer = self.proxy.ask("POST", "/users/login/", json_body={"email": email, "password": password})
        found = [match[1] for match in map(SESSION.search, answer.cookies) if match]
        if found and found[-1] == self.cookies["osessionid"]:
            self.cookies.put("sessionid", found[-1])
        else:
            self.failures.append(f"the login hands out no osessionid of letters and digits: {answer.cookies}")
        return answer.json()

    def logs_out(self):
        self.proxy.ask("POST", "/users/logout/", json_body={})


def _navigates(address, fields):
    """What the browser itself gets for a form of the bank's.  Raises LookupError where it is no page."""
    parts = urlsplit(address)
    headers = {"accept": "text/html,application/xhtml+xml", "content-type": FORM}
    answer = ask(f"{parts.scheme}://{parts.netloc}", "POST", parts.path or "/", headers, urlencode(fields))
    if answer.status not in OK:
        raise LookupError(f"the bank answers {answer.status}: {answer.text}")
    return answer.text


def _pressed(page, press):
    """The form, and what it sends, when a button with that word is pressed."""
    for form in page:
        for button in form.buttons:
            if press in " ".join(button).lower():
                return form, form.pressed(button)
    raise LookupError(f"no {press!r} among {[form.buttons for form in page]}")


def _fits_a_cookie(errors):
    """The errors as JSON survive being a header: Latin-1, and no semicolon."""
    told = json.dumps(errors, ensure_ascii=False, separators=(",", ":"))
    try:
        told.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return ";" not in told
