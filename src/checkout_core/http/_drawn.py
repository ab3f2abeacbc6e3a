"""A field as a template gets it: the kind of control, its label, what stands in it, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen


@frozen
class Option:
    """One of several to choose from."""

    id: str
    value: str
    label: str
    price: str
    about: str
    checked: bool


@frozen
class Drawn:
    """One field.  `described` names the elements that say more about it, as aria-describedby wants it."""

    name: str
    id: str  # of its control; of several the first
    control: Literal["input", "textarea", "checkbox", "checkboxes", "radio", "hidden"]
    label: str
    hint: str
    required: bool
    errors: tuple[str, ...]
    described: str
    value: str = ""
    checked: bool = False
    options: tuple[Option, ...] = ()
    attributes: Mapping[str, str] = field(factory=dict)
