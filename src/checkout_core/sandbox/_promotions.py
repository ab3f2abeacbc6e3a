"""What a shop file says of promotions: offers, who has a coupon of one, which codes are vouchers of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from string import Template
from typing import Final, get_args

from attrs import field, frozen

from ..effects import Coupon, Voucher
from ..rules.availability import OFFER_RULES
from ..rules.benefits import BENEFITS
from ..rules.offers import plain
from ..shop import Offer, OfferType
from ._options import Links
from ._rows import Row, Table, did_you_mean, unique

LONGEST: Final = 128  # characters of a code that a page takes
FILLED_IN: Final = frozenset({"remaining", "required"})  # into the text of an upsell
OF_COUPONS: Final = ("coupon", "bulk_coupon")
PER_CENT: Final = 100


@frozen
class Promotions:
    """The offers of the shop, and what there is of them; of an offer that is switched off nothing is there."""

    offers: tuple[Offer, ...] = ()
    coupons: Mapping[str, tuple[Coupon, ...]] = field(factory=dict, hash=False)  # by account
    vouchers: Mapping[str, Voucher] = field(factory=dict, hash=False)  # as `plain` writes them; not of offers

    def voucher(self, code: str) -> Voucher | None:
        """The voucher of that code, in whichever case; None where there is none."""
        return self.vouchers.get(plain(code))


def promotions_of(file: Row, links: Links, products: Collection[int], accounts: Collection[str]) -> Promotions:
    """`products`: the keys of all of them; `accounts`: of all customers."""
    rows = file.rows("offers")
    offers = Table.of(rows, "offers", lambda row, pk: _offer(row, pk, links, products))
    active = {offer.pk for offer in offers.active}
    coupons = _coupons(file, offers, accounts)
    vouchers = _vouchers(file, offers)
    _codes_are_different((*rows, *file.rows("vouchers")))
    return Promotions(
        tuple(offers.active),
        {account: tuple(each for each in own if each.offer in active) for account, own in coupons.items()},
        {plain(each.code): each for each in vouchers if each.offer in active},
    )


def _offer(row: Row, pk: int, links: Links, products: Collection[int]) -> Offer | None:
    links.check(row, products)
    name, benefit = row.text("name"), row.loaded("benefit", BENEFITS)
    kind, code = row.choice("offer_type", get_args(OfferType), "automatic"), _code(row)
    starts, ends = row.moment("starts_at"), row.moment("ends_at")
    upsell, upsell_from = row.text_or_none("upsell"), row.whole("upsell_from", least=1, absent=50)
    if code is not None and kind != "voucher":
        row.refuse("code", "is of a voucher; codes of bulk coupons stand in coupons")
    if row.sound and starts is not None and ends is not None and ends <= starts:
        row.refuse("ends_at", "wants to be later than starts_at")
    row.checked("upsell", upsell, _can_be_filled_in, "may have $remaining and $required in it; $$ is a dollar")
    if upsell_from > PER_CENT:
        row.refuse("upsell_from", f"wants per cent, {PER_CENT} or fewer")
    rules = row.all_loaded("rules", OFFER_RULES)
    priority = row.whole("priority", absent=0)
    alone, last = row.flag("alone", absent=False), row.flag("last", absent=False)
    uses, per_buyer = _uses(row, "uses"), _uses(row, "uses_per_buyer")
    if benefit is None:
        return None
    return Offer(
        pk, name, benefit, rules, kind, code, starts, ends, priority, alone, last, uses, per_buyer, upsell, upsell_from
    )


def _coupons(file: Row, offers: Table[Offer], accounts: Collection[str]) -> Mapping[str, tuple[Coupon, ...]]:
    """Of each account; a coupon of all that are alike has no code, of a bulk each has its own."""
    found: dict[str, list[Coupon]] = {account: [] for account in accounts}

    def coupon(row: Row, pk: int) -> tuple[str, Coupon] | None:
        account, offer = account_of(row, accounts), row.one("offer", offers)
        code, uses = _code(row), row.whole("uses", least=1, absent=1)
        if offer is None:
            return None
        if offer.offer_type not in OF_COUPONS:
            row.refuse("offer", f"{offer.pk} is no coupon; its offer_type is {offer.offer_type}")
        elif (code is not None) != (offer.offer_type == "bulk_coupon"):
            row.refuse("code", "is missing: each of a bulk has its own" if code is None else "is of a bulk_coupon")
        return account, Coupon(str(pk), offer.pk, code, uses)

    rows = file.rows("coupons")
    unique(rows, "code")
    for account, each in Table.of(rows, "coupons", coupon).active:
        found[account].append(each)
    return {account: tuple(own) for account, own in found.items() if own}


def _vouchers(file: Row, offers: Table[Offer]) -> tuple[Voucher, ...]:
    """Codes of offers that have more than one."""
    found = []
    for row in file.rows("vouchers"):
        row.text("code")
        code, offer, uses = _code(row) or "", row.one("offer", offers), _uses(row, "uses")
        if offer is not None and (offer.offer_type != "voucher" or offer.code is not None):
            row.refuse("offer", f"{offer.pk} is no voucher of many codes")
        active = row.flag("active", absent=True)
        row.done()
        if offer is not None and active and row.sound:
            found.append(Voucher(code, offer.pk, uses))
    return tuple(found)


def account_of(row: Row, accounts: Collection[str]) -> str:
    """The customer that row names."""
    account = row.text("account")
    if account and account not in accounts:
        row.refuse("account", f"no customer has the account {account!r}{did_you_mean(account, accounts)}")
    return account


def _code(row: Row) -> str | None:
    code = row.text_or_none("code")
    if code is not None and (code != code.strip() or len(code) > LONGEST):
        row.refuse("code", f"wants {LONGEST} characters or fewer, and no space around them")
    return code


def _uses(row: Row, key: str) -> int | None:
    """None: nobody counts."""
    row.asked.add(key)
    return row.whole(key, least=1) if key in row.written else None


def _codes_are_different(rows: Collection[Row]) -> None:
    """Refuses a code that is another one in another spelling: nobody could say which one is meant."""
    seen: set[str] = set()
    for row in rows:
        code = row.written.get("code")
        if isinstance(code, str) and plain(code) in seen:
            row.refuse("code", f"{code!r} is used by an earlier row of offers or vouchers")
        elif isinstance(code, str):
            seen.add(plain(code))


def _can_be_filled_in(text: str) -> bool:
    template = Template(text)
    return template.is_valid() and FILLED_IN.issuperset(template.get_identifiers())
