"""The way to pay: PaymentOptionSelection -> the first page of the branch that was chosen."""

from __future__ import annotations

from attrs import frozen

from ..forms import Pk
from ..order import Chosen, PreOrder, evolve, ref
from ..page import Invalid, Page, Visit
from ..rules.quotes import offer_of, offered
from ..shop import PaymentOption
from ._checks import ready_to_pay
from ._standing import with_standing


@frozen
class PaymentOptionForm:
    payment_option: Pk


@frozen(slots=False)
class Offered:
    pk: int
    name: str
    slug: str
    payment_type: str


@frozen(slots=False)
class Unavailable:
    """An option the shop has and this order may not use; `error_code` is the rule's."""

    pk: int
    name: str
    slug: str
    payment_type: str
    error_code: str


@frozen(slots=False)
class PaymentOptionContext:
    payment_options: tuple[Offered, ...]
    unavailable_options: tuple[Unavailable, ...]
    checkout_url: str | None = None  # of a checkout that a till hands over to a phone
    status_url: str | None = None


def _shown(option: PaymentOption | Chosen) -> tuple[int, str, str, str]:
    return option.pk, option.name, option.slug, option.payment_type


def _chosen(option: PaymentOption) -> Chosen:
    return Chosen(*_shown(option), option.gateway)


class PaymentOptionSelectionPage(Page[PreOrder, PaymentOptionForm]):
    """Choose among the options whose rules allow this order.  Another answer replaces the payment part whole."""

    requires = ready_to_pay
    sets = (ref(PreOrder).payment,)

    async def still_valid(self, own: PreOrder, visit: Visit) -> bool:
        if own.payment is None:
            return False
        option = offer_of(visit, own.payment.option.pk)
        return option is not None and own.payment.option == _chosen(option)

    async def context(self, own: PreOrder, visit: Visit) -> PaymentOptionContext:
        fitting, refused = offered(visit)
        standing = Offered(*_shown(own.payment.option)) if own.payment else None
        return PaymentOptionContext(
            with_standing(standing, tuple(Offered(*_shown(option)) for option in fitting)),
            tuple(Unavailable(*_shown(each.option), each.code) for each in refused),
        )

    async def process(self, own: PreOrder, form: PaymentOptionForm, visit: Visit) -> PreOrder:
        option = offer_of(visit, form.payment_option)
        if option is None:
            raise Invalid(payment_option="invalid")
        chosen = _chosen(option)
        begun = getattr(own.payment, "sent_off", False)  # who comes back from a provider's page begins again
        if own.payment is not None and own.payment.option == chosen and not begun:
            return own
        return evolve(own, payment=visit.ways[option.payment_type](chosen))
