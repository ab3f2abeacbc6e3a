"""The sandbox's own stories, from the first page on: a buyer of whom nobody has to say what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import click

from ..engine import Step
from ..order import PreOrder
from ..page import Caller, Codes
from ..sandbox import APPROVED
from ..sandbox._paid_stories import STORIES, who_pays
from ..sandbox._stories import FIRST
from ..shop import PaymentOption
from ._buyers import Answer
from ._desk import Desk, did_you_mean


def option_of(desk: Desk, slug: str) -> PaymentOption:
    """The way to pay of that slug.  Raises ClickException where the shop has none, or the sandbox no story of it."""
    told = {each.slug: each for each in desk.shop.shop.payment_options if each.payment_type in STORIES}
    if slug not in told:
        raise click.ClickException(f"this shop has no way to pay {slug!r} that is told of{did_you_mean(slug, told)}")
    return told[slug]


def buyer_of(desk: Desk, option: PaymentOption) -> Caller:
    """Who can pay so: a guest, wherever one can.  Raises ValueError where nobody can."""
    return desk.caller(who_pays(option.payment_type, desk.shop.file))


def story_of(
    desk: Desk, option: PaymentOption, card: str, caller: Caller, looks: Callable[[], PreOrder],
    delivery: str | None = None,
) -> Iterator[Answer]:  # fmt: skip
    """All that buyer posts.  `looks`: the order as it is when it is asked.  Raises ValueError as `Sandbox.answers`."""
    told = desk.shop.answers(
        STORIES[option.payment_type], card, looks(), delivery=delivery, option=option.slug, looks=looks
    )
    return chain((FIRST,) if caller.account is None else (), told)


class Storied:
    """Goes the story of a way to pay, and whatever the bank asks for."""

    installments: int | None = None

    def __init__(self, desk: Desk, option: PaymentOption, caller: Caller, order: PreOrder) -> None:
        """`order`: where they begin.  Raises ClickException where this shop has no such story."""
        self._pages = desk.checkout.map.rows
        self._order = order
        try:
            self._answers = story_of(desk, option, APPROVED, caller, lambda: self._order)
        except ValueError as wrong:
            raise click.ClickException(str(wrong)) from None

    def answer(self, step: Step, refused: Codes, /) -> Answer | None:
        """The next one, but for what the bank's page brings back: the walk sees to that.

        Raises ClickException for a code that no phone has.
        """
        self._order = step.pre_order
        try:
            return next((answer for answer in self._answers if not self._pages[answer[0]].type.returns), None)
        except LookupError as wrong:
            raise click.ClickException(str(wrong)) from None

    def comes_back(self, what: str, /) -> bool:
        """Always."""
        return True
