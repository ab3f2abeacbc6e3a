"""What the storefront's own server does between a tab and the checkout: sections 1.1 to 1.4 of the contract."""

from __future__ import annotations

import json
from urllib.parse import urlencode, urlsplit

from .wire import FORM, ask

TRIES = 4  # of a request that is not answered 2xx
FOLLOWED = 5  # redirects
OK, REDIRECTS, SIGNS_OUT = range(200, 210), {301, 302, 303, 307, 308}, 401


class Cookies:
    """What one browser keeps for the storefront's host."""

    def __init__(self):
        self.kept = {}
        self.sent_everywhere = set()  # names of those a browser sends with another site's form

    def __getitem__(self, name):
        return self.kept.get(name)

    def put(self, name, value):
        self.kept[name] = value

    def take(self, line):
        """Keep what one `Set-Cookie` says; the complaints of a browser that is not on the server's own host."""
        pair, *rest = line.split(";")
        name, _, value = pair.strip().partition("=")
        said = {key.strip().lower(): told for key, _, told in (part.partition("=") for part in rest)}
        self.sent_everywhere.discard(name)
        if said.get("max-age") == "0" or "01 Jan 1970" in said.get("expires", ""):
            self.kept.pop(name, None)
        else:
            self.kept[name] = value
            if said.get("samesite", "").lower() == "none" and "secure" in said:
                self.sent_everywhere.add(name)
        complaints = (("domain" in said, "has a Domain"), (said.get("path") != "/", "has no Path=/"))
        return [f"cookie {name} {what}" for wrong, what in complaints if wrong]

    @property
    def header(self):
        return "; ".join(f"{name}={value}" for name, value in self.kept.items())


class Proxy:
    """The way from one browser to the server at `api`.

    `failures`: what the server does wrong, in words.  `seen`: all that ever came back, headers too.
    """

    def __init__(self, api, *, locale=None, currency=None):
        self.api = api.rstrip("/")
        self.locale = locale
        self.currency = currency
        self.cookies = Cookies()
        self.failures = []
        self.seen = []

    def ask(self, method, path, *, query="", fields=None, json_body=None):
        """The answer as the tab gets it; what is not 2xx is asked four times and comes to nothing."""
        kind, body = None, None
        if fields is not None:
            kind = f"{FORM};charset=UTF-8"
            body = urlencode([(name, value) for name, value in fields if value])  # what is falsy vanishes
        elif json_body is not None:
            kind, body = "application/json", json.dumps(json_body)
        elif method != "GET":
            kind, body = "text/plain;charset=UTF-8", "{}"
        headers = self.headers() | ({"content-type": kind} if kind else {})
        target = f"/{path.strip('/')}/" + (f"?{query}" if query else "")
        for _ in range(TRIES):
            answer = self._follows(method, target, headers, body)
            if answer.status in OK:
                return answer
        end = "the buyer is signed out" if answer.status == SIGNS_OUT else "nobody reads it"
        self.failures.append(f"{method} {target} is answered {answer.status} {TRIES} times: {end}")
        return answer

    def headers(self):
        """What a request of the tab carries; the storefront's own host is in none of it."""
        headers = {
            "accept": "application/json",
            "x-requested-with": "XMLHttpRequest",
            "referer": self.api,
            "accept-language": self.locale or "undefined",
            "x-currency": self.currency or "undefined",
            "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "sec-fetch-site": "same-origin",
            "sec-fetch-mode": "cors",
        }
        if self.cookies.kept:
            headers["cookie"] = self.cookies.header
        if self.cookies["csrftoken"]:
            headers["x-csrftoken"] = self.cookies["csrftoken"]
        return headers

    def _follows(self, method, target, headers, body):
        """Redirects are followed in silence, and a POST becomes a GET."""
        for _ in range(FOLLOWED):
            answer = ask(self.api, method, target, headers, body)
            self.keeps(answer)
            if answer.status not in REDIRECTS:
                break
            self.failures.append(f"{method} {target} is redirected to {answer.header('location')}")
            to = urlsplit(answer.header("location") or "/")
            method, body, target = "GET", None, to.path + (f"?{to.query}" if to.query else "")
        return answer

    def keeps(self, answer):
        """Its cookies are the browser's."""
        self.seen.append(answer.body + repr(answer.headers).encode())
        for line in answer.cookies:
            self.failures += self.cookies.take(line)

    def gets_a_token(self):
        """The CSRF token, which is asked for without the shopper's cookies; a failure is tolerated."""
        if not self.cookies["csrftoken"]:
            told = ask(self.api, "GET", "/csrf_token/", {"accept": "application/json"}).json().get("csrf_token")
            if told:
                self.cookies.put("csrftoken", told)

    def returns(self, method, target, body):
        """A payment's return is passed on with the session and nothing else of the browser's."""
        headers = {
            "x-requested-with": "XMLHttpRequest",
            "content-type": FORM,
            "x-currency": self.currency or "undefined",
            "cookie": f"osessionid={self.cookies['osessionid']}",
        }
        if "osessionid" not in self.cookies.sent_everywhere:
            self.failures.append("osessionid is not SameSite=None; Secure: no browser sends it with the bank's form")
        answer = ask(self.api, method, target, headers, body)
        self.keeps(answer)
        return answer.json()
