"""Whoever reads the log is called: an AlertsPort that writes an error.

    Ports(..., alerts=LogAlerts())

Most alerting begins at a log.  Where it does not, an object with `on_attention` is all there is to write.
"""

from __future__ import annotations

import logging

from attrs import field, frozen


@frozen
class LogAlerts:
    """An AlertsPort: one ERROR a call, with `number` and `why` as fields of the log record too."""

    log: logging.Logger = field(factory=lambda: logging.getLogger("checkout_core.attention"))

    def on_attention(self, number: str, why: str, /) -> None:
        """As OnAttention."""
        self.log.error(
            "%s needs a person: %s; checkout-core attempts show %s tells all", number, why, number,
            extra={"number": number, "why": why},
        )  # fmt: skip
