"""A page with one possible answer is answered for the buyer; what goes wrong there is told to who can mend it."""

from __future__ import annotations

import pytest
from attrs import frozen

from checkout_core import STANDARD, Empty, Invalid, Page, Visit, evolve, ref
from checkout_core.pages.buyer import IndexPage

from .world import World

NAMED = {"user_email": "ada@example.org"}


@frozen(slots=False)
class Consent:
    given: bool = False


class ConsentPage(Page[Consent, Empty]):
    """Answers itself."""

    sets = (ref(Consent).given,)

    async def auto(self, own: Consent, visit: Visit) -> Empty | None:
        return Empty()

    async def process(self, own: Consent, form: Empty, visit: Visit) -> Consent:
        return evolve(own, given=True)


class RefusingPage(Page[Consent, Empty]):
    """Refuses what it answered itself."""

    sets = (ref(Consent).given,)

    async def auto(self, own: Consent, visit: Visit) -> Empty | None:
        return Empty()

    async def process(self, own: Consent, form: Empty, visit: Visit) -> Consent:
        raise Invalid(consent="invalid")


class ForgetfulPage(Page[Consent, Empty]):
    """Answers, and forgets the answer."""

    sets = (ref(Consent).given,)

    async def auto(self, own: Consent, visit: Visit) -> Empty | None:
        return Empty()


def posted(page):
    buyer = World().buyer(STANDARD.insert(page, after=IndexPage))
    return buyer.submit(buyer.start().pre_order, "IndexPage", NAMED)


def test_the_one_possible_answer_is_in_the_order_and_the_page_in_the_list():
    step = posted(ConsentPage)
    assert step.pre_order.more == (Consent(given=True),)
    assert (step.page, step.errors) == ("DeliveryOptionSelectionPage", {})
    assert [shown.page for shown in step.context_list] == ["ConsentPage", "DeliveryOptionSelectionPage"]


def test_an_answer_of_ours_that_is_refused_shows_the_page_to_the_buyer():
    step = posted(RefusingPage)
    assert (step.page, step.errors) == ("RefusingPage", {"consent": ("invalid",)})


def test_a_page_whose_own_answer_leaves_it_undone_is_named():
    with pytest.raises(RuntimeError, match=r"ForgetfulPage\.auto\(\) leaves its page undone"):
        posted(ForgetfulPage)
