"""Recorded requests and answers: what every storefront, browser and provider sends, and what it gets, to the byte."""

from __future__ import annotations
