"""Fields that are asked in a way of their own: samples to tick, coupons, bags, and the questions of the shop.

    for drawn in ASKED[field.kind](field, step, "en", posted): ...

What a page of a host's own does not show is not there to choose from.
What is ticked or typed again is what was posted; on a page that is shown anew, the answer that stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from attrs import evolve

from ..engine import Step
from ..forms import AddOrRemove, CampaignCode, CouponKey, JsonText, Pks, Quantity, RewardAmount, Sku
from ..forms.drawn import FormField
from ..labels import named, price
from ..shop import ExtraField
from ..texts import field_label, text_of, translated
from ._drawn import Drawn, Option
from ._standing import standing

Posted: TypeAlias = Mapping[str, object]
Asking: TypeAlias = Callable[[FormField, Step, str, Posted], Iterator[Drawn]]

TYPED: Final[Mapping[str, Mapping[str, str]]] = {
    "integer": {"inputmode": "numeric"},
    "decimal": {"inputmode": "decimal"},
    "date": {"type": "date"},
}
LISTED: Final[Mapping[str, Literal["radio", "checkboxes"]]] = {"dropdown": "radio", "multiselect": "checkboxes"}


def _samples(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    """Each of them to tick; to tick none is to want none."""
    listed: tuple[Any, ...] = getattr(step.context, "sample_products", ())
    ticked = _all(posted.get(asks.name)) if posted else [str(item.pk) for item in listed if item.is_selected]
    options = [(str(item.pk), named(item), "") for item in listed]
    hint = f"{translated('At most', locale)} {getattr(step.context, 'allowed_quantity', len(listed))}"
    yield _chosen(asks, "checkboxes", options, ticked, step, locale, hint)


def _coupons(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    listed: tuple[Any, ...] = getattr(step.context, "coupons", ())
    options = [(each.pk, each.label, _of_coupon(each, locale)) for each in listed]
    yield _chosen(
        asks, "radio", options, _all(posted.get(asks.name)) or [each[0] for each in options[:1]], step, locale
    )


def _of_coupon(coupon: Any, locale: str) -> str:  # noqa: ANN401  # of the context of a page, which http does not import
    """What it gives, whether it counts now, and if not, why."""
    said = (
        coupon.benefit_type.label if coupon.benefit_type else "",
        translated("added", locale) if coupon.is_applied else "",
        text_of(coupon.error_code, locale) if coupon.error_code else "",
    )
    return ", ".join(each for each in said if each)


def _campaigns(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    listed: tuple[Any, ...] = getattr(step.context, "campaigns", ())
    options = [(each.code, each.name, "") for each in listed]
    stands = standing(asks.name, step.pre_order)
    ticked = _all(posted.get(asks.name)) if posted else [stands] if isinstance(stands, str) else []
    yield _chosen(asks, "radio", options, ticked or [each[0] for each in options[:1]], step, locale)


def _reward(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    """Only what there is on the card."""
    listed: tuple[Any, ...] = getattr(step.context, "rewards", ())
    there = next((each.amount for each in listed if each.type == asks.name), None)
    if there is not None:
        raw = posted.get(asks.name) if posted else standing(asks.name, step.pre_order)
        hint = f"{translated('At most', locale)} {price(there)}"
        drawn = _field(asks.name, step, locale, required=False, hint=hint)
        attributes = {"type": "text", "inputmode": "decimal", "autocomplete": "off"}
        yield evolve(drawn, value="" if raw is None else str(raw), attributes=attributes)


def _action(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    options = [("add", translated("Add it", locale), ""), ("remove", translated("Take it back", locale), "")]
    yield _chosen(asks, "radio", options, _all(posted.get(asks.name)) or ["add"], step, locale)


def _product(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    """The one kind of bag there is."""
    drawn = _field(asks.name, step, locale, required=True)
    yield evolve(drawn, control="hidden", value=getattr(step.context, "sku", None) or "")


def _quantity(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    """Only where the buyer says how many."""
    if getattr(step.context, "is_quantity_changeable", True):
        raw = posted.get(asks.name) if posted else getattr(step.context, "quantity", None)
        drawn = _field(asks.name, step, locale, required=False)
        attributes = {"type": "text", "inputmode": "numeric", "maxlength": "3"}
        yield evolve(drawn, value=str(raw) if isinstance(raw, str | int) else "", attributes=attributes)


def _questions(asks: FormField, step: Step, locale: str, posted: Posted) -> Iterator[Drawn]:
    """Each question of the shop; where it has no schema, one line for whatever it expects."""
    told = posted.get(asks.name) if posted else getattr(step.context, "extra_field", None)
    schema: tuple[ExtraField, ...] | None = getattr(step.context, "schema", None)
    if schema is None:
        drawn = _field(asks.name, step, locale, required=True)
        yield evolve(drawn, value=told if isinstance(told, str) else "", attributes={"type": "text"})
        return
    answers = told if isinstance(told, Mapping) else {}
    for question in schema:
        yield _question(asks.name, question, answers.get(question.key), step, locale)


def _question(name: str, asked: ExtraField, answer: object, step: Step, locale: str) -> Drawn:
    drawn = _field(f"{name}.{asked.key}", step, locale, required=asked.required)
    drawn = evolve(drawn, name=f"{name}[{asked.key}]", label=asked.label)
    if asked.input_type in LISTED:
        listed = LISTED[asked.input_type]
        return _with_options(drawn, listed, [(choice, choice, "") for choice in asked.choices], _all(answer))
    if asked.input_type == "boolean":
        return evolve(drawn, control="checkbox", checked=answer in (True, "true"))
    typed = {"type": "text", **TYPED.get(asked.input_type, {})}
    if asked.input_type in {"text", "textarea"}:
        typed["maxlength"] = str(asked.max_length)
    if asked.input_type == "textarea":
        del typed["type"]
    control: Literal["textarea", "input"] = "textarea" if asked.input_type == "textarea" else "input"
    return evolve(drawn, control=control, value="" if answer is None else str(answer), attributes=typed)


# What they are made of


def _chosen(
    asks: FormField, control: Literal["radio", "checkboxes"], options: list[tuple[str, str, str]], ticked: list[str],
    step: Step, locale: str, hint: str = "",
) -> Drawn:  # fmt: skip
    drawn = _field(asks.name, step, locale, required=control == "radio", hint=hint)
    return _with_options(drawn, control, options, ticked)


def _with_options(
    drawn: Drawn, control: Literal["radio", "checkboxes"], options: list[tuple[str, str, str]], ticked: list[str]
) -> Drawn:  # fmt: skip
    places = (drawn.id if n == 0 else f"{drawn.id}-{n}" for n in range(len(options)))
    made = tuple(
        Option(place, value, label, "", about, value in ticked)
        for place, (value, label, about) in zip(places, options, strict=True)
    )
    return evolve(drawn, control=control, options=made)


def _field(name: str, step: Step, locale: str, *, required: bool, hint: str = "") -> Drawn:
    place = f"field-{name.replace('.', '-of-')}"
    errors = tuple(text_of(code, locale, name) for code in step.errors.get(name, ()))
    says = ([f"{place}-hint"] if hint else []) + ([f"{place}-error"] if errors else [])
    return Drawn(name, place, "input", field_label(name, locale), hint, required, errors, " ".join(says))


def _all(raw: object) -> list[str]:
    """What was posted, or stands, as a list; it may be one, or several."""
    if raw is None or isinstance(raw, Mapping):
        return []
    return [str(each) for each in (raw if isinstance(raw, list | tuple) else (raw,)) if isinstance(each, str | int)]


ASKED: Final[Mapping[object, Asking]] = {
    Pks: _samples,
    CampaignCode: _campaigns,
    CouponKey: _coupons,
    AddOrRemove: _action,
    Sku: _product,
    Quantity: _quantity,
    RewardAmount: _reward,
    JsonText: _questions,
}
