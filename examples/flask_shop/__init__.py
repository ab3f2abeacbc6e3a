"""A small shop in Flask whose checkout is checkout_core's.  Start reading in `app.py`."""

from __future__ import annotations
