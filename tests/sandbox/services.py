"""Parcels of the larger shop, and the process of the services it asks."""

from __future__ import annotations

import json
from contextlib import contextmanager
from http.client import HTTPConnection

from checkout_core.order import Parcel
from checkout_core.sandbox import DEPARTMENT_STORE, load_shop
from checkout_core.sandbox.services import INSIDE

from .processes import PATIENCE, Process

FILE = load_shop(DEPARTMENT_STORE)
HOME = FILE.guest_addresses[0]
PRICES = FILE.settings.basket_item_remote_price_client_conf
OPTIONS = FILE.settings.remote_shipping_option_provider
DELIVERY = FILE.settings.remote_delivery_option_provider
WARDROBE = 1008


def parcel(*skus, to=HOME):
    """One of each."""
    return Parcel(FILE.basket("b", dict.fromkeys(skus, 1)), to)


def asked(quotes, at=lambda service: service):
    """What every service says of a lamp and a wardrobe."""
    both = parcel("lamp", "wardrobe")
    return {
        "prices": quotes.ask_prices(at(PRICES), both, (WARDROBE,)),
        "carriers": quotes.ask_shipping_price("carrier", both),
        "shipping_options": quotes.ask_shipping_options(at(OPTIONS), both),
        "delivery_options": quotes.ask_delivery_options(at(DELIVERY), parcel("lamp", to=None)),
        "pickup_locations": quotes.find_pickup_location("L-101"),
    }


class ServicesProcess(Process):
    """One servicesd; `url` once it is ready."""

    module = "checkout_core.sandbox.servicesd"

    def __init__(self, *options):
        super().__init__(None, *options)

    def at(self, service):
        """That service of the shop file, in this process."""
        return type(service)(service.url.replace(INSIDE, self.url), service.headers)

    def switch(self, **failures):
        status, text = self.post("switch", failures)
        assert status == 200, text
        return json.loads(text)

    def post(self, path, told, kind="application/json"):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        try:
            connection.request("POST", f"/{path}", body, {"content-type": kind} if kind else {})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def get(self, path):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@contextmanager
def servicesd(*options):
    """Services that are ended when the block is left, however."""
    process = ServicesProcess(*options)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.communicate(timeout=PATIENCE)
