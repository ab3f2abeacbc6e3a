"""Ports a host may take ready made: mail over SMTP, texts and signed webhooks over HTTP, alarms in a log, services."""

from __future__ import annotations

from .alerts import LogAlerts
from .hooks import NotHeard, SignedHooks, signed_by
from .mail import LETTERS, Letter, SmtpMail
from .quotes import HttpQuotes
from .sms import HttpSms

__all__ = [
    "LETTERS", "HttpQuotes", "HttpSms", "Letter", "LogAlerts", "NotHeard", "SignedHooks", "SmtpMail", "signed_by",
]  # fmt: skip
