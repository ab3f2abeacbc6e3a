"""Ports a host may take ready made: mail over SMTP, signed webhooks, alarms in a log."""

from __future__ import annotations

from .alerts import LogAlerts
from .hooks import NotHeard, SignedHooks, signed_by
from .mail import LETTERS, Letter, SmtpMail

__all__ = ["LETTERS", "Letter", "LogAlerts", "NotHeard", "SignedHooks", "SmtpMail", "signed_by"]
