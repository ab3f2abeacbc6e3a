"""What a served shop asks beside its bank: further gateways, the service of gift cards, phones that get texts.

The bank keeps the books of all its gateways; the service of gift cards is a process that outlives the shop.  Texts are
lines of a file, which is the phone of whoever reads it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from attrs import evolve, frozen

from checkout_core.effects import CardsPort
from checkout_core.ports import Ports
from checkout_core.sandbox import RemoteBank
from checkout_core.sandbox.gift_service import GiftCardService
from checkout_core.sandbox.presets import BANKS
from checkout_core.sandbox.shopfile import ShopFile
from checkout_core.shopfront import _beside
from checkout_core.stores import HoldsByKind

PEERS = "peers"  # a folder, with a file for each process
PHONE, AUTH, GIFT_CARDS = "phone", "gift-cards.auth", "shop.gift-cards.sqlite"
WORD = "shop:word"


class Lasting:
    """As Beside, for a process that does not end with the shop; the next shop finds it."""

    folder = Path()

    def __init__(self, who: str, options, port: int = 0) -> None:
        note = self.folder / PEERS / who
        if not note.exists():
            process = subprocess.Popen(
                [sys.executable, "-m", MODULES.get(who) or _beside.MODULES[who], *options], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
            draft = note.with_suffix(".draft")
            draft.write_bytes(process.stdout.readline())
            draft.rename(note)
        ready = json.loads(note.read_text())
        self.port, self.pid = ready["port"], ready["pid"]
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """It stays."""


MODULES = {"gift cards": "checkout_core.sandbox.giftcardd"}


class Phone:
    """An SmsPort."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / PHONE

    def send_sms(self, phone, text, id, /) -> None:  # noqa: A002  # the port's name
        with self._file.open("a") as file:
            file.write(json.dumps([phone, text.reveal()]) + "\n")


def texts(folder: Path, phone: str) -> list[str]:
    """What has come to that phone, E.164, in its order."""
    file = folder / PHONE
    told = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    return [text for to, text in told if to == phone]


@frozen
class Cards:
    """A CardsPort that knows Garanti Pay's BIN, which no range of a shop file can be."""

    known: CardsPort
    file: ShopFile

    def find_card(self, bin_number, /):
        of_garanti = bin_number == self.file.settings.gpay_bin_number
        return self.known.find_card(bin_number) or (self.file.shop.cards[0] if of_garanti else None)


class Counted(GiftCardService):
    """One hold of the shop's is several calls, when a gift card is in it: each of them is one to die after."""

    def __init__(self, url: str, auth: str, counts: Callable[[str], None]) -> None:
        super().__init__(url, auth)
        self._counts = counts

    def _asked(self, path, told):
        try:
            return super()._asked(path, told)
        finally:
            self._counts(f"gift{path.replace('/', '-')}")


def completed(
    ports: Ports, file: ShopFile, path: Path, in_flight: timedelta, counts: Callable[[str], None]
) -> Ports:  # fmt: skip
    """The ports with all that the options of the shop file want."""
    folder, bank = Lasting.folder, Lasting("the bank", ()).url
    names = {option.gateway for option in file.shop.payment_options if option.gateway}
    gateways = {
        name: RemoteBank(bank, evolve(BANKS[name], max_in_flight=in_flight)) for name in names - ports.gateways.keys()
    }
    ports = evolve(
        ports, gateways={**ports.gateways, **gateways}, sms=Phone(folder), cards=Cards(ports.cards, file)
    )  # fmt: skip
    if not file.gift_cards:
        return ports
    auth = folder / AUTH
    auth.write_text(WORD)
    options = ("--shop", str(path), "--ledger", str(folder / GIFT_CARDS), "--auth", str(auth))
    service = Counted(Lasting("gift cards", options).url, WORD, counts)
    rest = ports.holds._rest if isinstance(ports.holds, HoldsByKind) else ports.holds
    return evolve(ports, gift_cards=service, holds=HoldsByKind(rest, gift_card=service))
