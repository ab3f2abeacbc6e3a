"""Mail to buyers, through the shop's own mail server.

    mail = SmtpMail("smtp.shop.example", sender="orders@shop.example", shop="The Shop", credentials=("me", Secret(...)))
    ports = Ports(..., mail=mail)

The outbox delivers at least once; the Message-ID is made of the message's id, so a repeat is the same mail to a server
or a reader that looks for it.
"""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from time import monotonic
from typing import Final

from attrs import field, frozen
from email_validator import validate_email

from ..effects import Refused, Secret
from ..order import PreOrder
from ..shop import Misconfigured
from ._letters import LETTERS, Letter
from ._loopback import is_loopback
from ._posting import timely

__all__ = ["LETTERS", "Letter", "SmtpMail"]

PERMANENT: Final = 500  # RFC 5321 4.2.1: from here on, the same command will be refused again
SEVEN_BITS: Final = SMTP.clone(cte_type="7bit")  # smtplib would send eight to a server that never offered to take them
OF_THE_ACCOUNT: Final = frozenset({530, 534, 535, 538})  # RFC 4954 6: about us, not about this mail


@frozen(kw_only=True, eq=False)
class SmtpMail:
    """A MailPort.  One object serves all threads: each mail has a connection of its own.

    `timeout`: seconds, of connecting to one address of the server, and then of all that is said to it together; at
    most a quarter of the outbox's lease of 60 s, for whoever takes longer is delivered twice.

    `tls`: STARTTLS comes first, with that context; None is for a server that has none, and never sends credentials
    further than the own machine.  `letters` by template; see LETTERS.
    """

    host: str = field(kw_only=False)
    port: int = 587
    sender: str  # a bare address
    shop: str  # its name, as buyers know it
    tls: ssl.SSLContext | None = field(factory=ssl.create_default_context)
    credentials: tuple[str, Secret] | None = None  # user, password
    timeout: float = 10
    letters: Mapping[str, Letter] = LETTERS
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _from: Address = field(init=False)

    @_from.default
    def _found(self) -> Address:
        try:
            mailbox = _mailbox(self.sender)
            return Address(self.shop, mailbox.username, mailbox.domain)
        except ValueError as why:
            raise Misconfigured(f"SmtpMail(sender=..., shop=...): {why}; give a bare address and a name") from why

    def __attrs_post_init__(self) -> None:
        """Raises Misconfigured, also for a sender that is no address and a name that no header can have."""
        timely(self.timeout, "SmtpMail")
        if self.credentials and self.tls is None and not is_loopback(self.host):
            raise Misconfigured(f"SmtpMail: the password would go to {self.host} in the clear; give tls=")

    def send_mail(self, template: str, number: str, id: str, order: PreOrder, /) -> None:  # noqa: A002  # what it is
        """The server has taken the mail.

        Raises Refused where it never will: unknown_template, no_email, bad_email, smtp_550 (any permanent refusal of
        the sender, the buyer or the text).  Raises what smtplib or the network raises where it may, later: that
        includes a rejected password, which is mended without touching the message.
        """
        letter = self.letters.get(template)
        if letter is None:
            raise Refused("unknown_template")
        subject, text = letter(order, number, self.shop)
        to = _reached(order.buyer.email)
        mail = EmailMessage(policy=SEVEN_BITS)
        mail["From"] = self._from
        mail["To"] = to
        mail["Subject"] = " ".join(subject.split())  # a line break would begin another header
        mail["Message-ID"] = self.message_id(id)
        mail["Date"] = self.clock()
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
        mail.set_content(text)
        try:
            self._sent(mail, to)
        except smtplib.SMTPRecipientsRefused as refused:
            ((code, _),) = refused.recipients.values()
            _given_up(code)
            raise smtplib.SMTPResponseException(code, "the buyer's mailbox is not taken now") from None  # quotes nobody
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refused:
            _given_up(refused.smtp_code)
            raise

    def message_id(self, id: str) -> str:  # noqa: A002  # what it is
        """Of the mail of that message.  A digest: the id begins with the checkout's key, which nobody may guess."""
        return f"<{hashlib.sha256(id.encode()).hexdigest()[:32]}@{self._from.domain}>"

    def _sent(self, mail: EmailMessage, to: Address) -> None:
        own = self._from.domain  # as our name: smtplib would look one up, for as long as that takes
        server = _Hurried(self.host, self.port, own, self.timeout)
        try:
            if self.tls is not None:
                server.starttls(context=self.tls)
            if self.credentials is not None:
                user, password = self.credentials
                server.login(user, password.reveal())
            server.send_message(mail, self.sender, [to.addr_spec])
            with suppress(smtplib.SMTPException, OSError):  # it has taken the mail, whatever it says now
                server.quit()
        finally:
            server.close()


class _Hurried(smtplib.SMTP):
    """A client whose whole talk is over in time: smtplib's own timeout begins anew with every word of the server's."""

    _until: float | None = None  # from the first word on

    def send(self, s: bytes | str) -> None:  # type: ignore[override]
        self._hurry()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        self._hurry()
        return super().getreply()

    def _hurry(self) -> None:
        """Raises TimeoutError."""
        now = monotonic()
        if self._until is None:
            self._until = now + self.timeout
        if now >= self._until:
            raise TimeoutError("the mail server took too long")
        if self.sock is not None:
            self.sock.settimeout(self._until - now)


def _reached(email: str | None) -> Address:
    """Where the buyer is.  Raises Refused."""
    if not email:
        raise Refused("no_email")
    try:
        return _mailbox(email)
    except ValueError:
        raise Refused("bad_email") from None


def _mailbox(email: str) -> Address:
    """One mailbox, in ASCII.  Raises ValueError: what is none may be several, or another header."""
    found = validate_email(email, allow_smtputf8=False, check_deliverability=False, test_environment=True)
    return Address(username=found.ascii_local_part or "", domain=found.ascii_domain)


def _given_up(code: int) -> None:
    """Raises Refused where the server has said never.  Its words stay away: they may quote the buyer's address."""
    if code >= PERMANENT and code not in OF_THE_ACCOUNT:
        raise Refused(f"smtp_{code}") from None
