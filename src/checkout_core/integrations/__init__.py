"""Ports a host may take ready made: mail over SMTP, signed webhooks, alarms in a log, remote services."""

from __future__ import annotations

from .alerts import LogAlerts
from .hooks import NotHeard, SignedHooks, signed_by
from .mail import LETTERS, Letter, SmtpMail
from .quotes import HttpQuotes

__all__ = ["LETTERS", "HttpQuotes", "Letter", "LogAlerts", "NotHeard", "SignedHooks", "SmtpMail", "signed_by"]
