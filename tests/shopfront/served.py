"""`checkout-core serve` as a process, and a browser for it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode, urlsplit

from checkout_core.sandbox.world import card_form

from .shop import HOME, MUG, SCRIPT

PATIENCE = 30  # seconds for what takes milliseconds
READY = re.compile(
    r"ready (http://\S+/) bank (http://\S+) ledger (\S+) pid ([0-9]+)(?: services (http://\S+))?(?: texts (http://\S+))?\n"
)
FORM = "application/x-www-form-urlencoded"
TOKEN = "a-token-of-this-browser"


class Served:
    """The two processes; `url` and `bank` once they are ready."""

    def __init__(self, folder, *options):
        command = [sys.executable, "-c", "from checkout_core.cli import main; main()", "serve"]
        self.popen = subprocess.Popen(
            [*command, "--db", "demo.sqlite", "--port", "0", *options], cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.first_line = self.popen.stdout.readline()
        ready = READY.fullmatch(self.first_line)
        found = ready.groups() if ready else ("", "", "", "0", None, None)
        self.url, self.bank, self.ledger, pid, self.services, self.texts = found
        self.pid = int(pid)

    def banks(self):
        """Process ids of the banks, and of the services, that this shop has started and that are there; Linux tells."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for each in children.parent.parent.glob("*/children") for pid in each.read_text().split()]

    def ended(self, number=signal.SIGTERM):
        """Stopped by that signal: exit status, and all that was written since it was ready."""
        self.popen.send_signal(number)
        out, err = self.popen.communicate(timeout=PATIENCE)
        return self.popen.returncode, out, err


@contextmanager
def serving(folder, *options):
    """A shop that is ended when the block is left, however."""
    served = Served(folder, *options)
    try:
        yield served
    finally:
        if served.popen.poll() is None:
            served.popen.terminate()
        served.popen.communicate(timeout=PATIENCE)


class Browser:
    """Cookies, and what a storefront's script sends."""

    def __init__(self, url):
        self.url, self.cookies = url, {"csrftoken": TOKEN}

    def ask(self, method, path, body=None, kind="application/json", headers=SCRIPT):
        """Status, headers, text."""
        where = urlsplit(self.url)
        connection = HTTPConnection(where.hostname, where.port, timeout=PATIENCE)
        sent = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            sent |= {"Content-Type": kind, "x-csrftoken": TOKEN}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie", ()):
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
            return answer.status, answer.headers, answer.read().decode()
        finally:
            connection.close()

    def get(self, path):
        return json.loads(self.ask("GET", path)[2])

    def post(self, path, body):
        return json.loads(self.ask("POST", path, json.dumps(body))[2])

    def answers(self, page, **fields):
        """A page of the checkout, answered as a storefront does."""
        status, _, text = self.ask("POST", f"/orders/checkout/?page={page}", urlencode(fields), FORM)
        assert status == 200, text
        return json.loads(text)

    def buys(self, card, email="ada@example.org"):
        """A guest pays for a mug by that card; the last answer."""
        self.post("/baskets/basket/", {"product": MUG, "quantity": 1})
        self.get("/orders/checkout/")
        self.answers("IndexPage", user_email=email)
        address = self.post("/address/", HOME)["pk"]
        answer = self.answers("AddressSelectionPage", shipping_address=address, billing_address=address)
        answer = self.answers(
            "ShippingOptionSelectionPage", shipping_option=listed(answer, "shipping_options")[0]["pk"]
        )
        ways = {way["payment_type"]: way["pk"] for way in listed(answer, "payment_options")}
        self.answers("PaymentOptionSelectionPage", payment_option=ways["credit_card"])
        answer = self.answers("BinNumberPage", bin_number=card[:6])
        self.answers("InstallmentSelectionPage", installment=listed(answer, "installments")[0]["pk"])
        return self.answers("CreditCardConfirmationPage", **card_form(card, 2030), use_three_d="0")

    def until_placed(self):
        """What the checkout says once the order stands."""
        until = monotonic() + PATIENCE
        while (step := self.get("/orders/checkout/"))["context_list"][-1]["page_name"] != "ThankYouPage":
            assert monotonic() < until, step["errors"]
            sleep(0.1)  # the shop's own rounds go on meanwhile: there is nothing here that could be waited for
        return step


def listed(answer, name):
    """The list of that name, of whichever page shows it."""
    return next(c["page_context"][name] for c in answer["context_list"] if name in c["page_context"])
