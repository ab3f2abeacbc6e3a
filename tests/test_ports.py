"""An effect and the method that answers it say the same."""

from __future__ import annotations

import inspect
import sys
from typing import ForwardRef, get_type_hints

import attrs
import pytest

from checkout_core import Misconfigured, Money
from checkout_core.effects import (
    GATEWAY,
    PORTS,
    Callback,
    Event,
    FindCard,
    Gateway,
    Inquire,
    Order,
    Rejected,
    RemoteQuery,
    Sale,
    SendSms,
    Unavailable,
    Unknown,
    Verify,
    method_of,
)  # fmt: skip
from checkout_core.ports import Answers, Ports


def methods(protocol: type) -> dict[str, inspect.Signature]:
    found = {n: m for n, m in vars(protocol).items() if inspect.isfunction(m) and not n.startswith("_")}
    return {name: inspect.signature(method) for name, method in found.items()}


def parameters(signature: inspect.Signature) -> list[str]:
    return [name for name in signature.parameters if name != "self"]


def told_with(event: type[Event]) -> list[str]:
    """What its method is given: its fields, and what the event asks for beside them."""
    fields = [a.name for a in attrs.fields(event)]
    if event is SendSms:
        fields.remove("challenge")  # its code is in the text
    return [*fields, *(["id"] if event.with_id else []), *(["order"] if event.with_order else [])]


@pytest.mark.parametrize("name", PORTS)
def test_a_port_has_one_method_for_each_effect_with_its_fields(name):
    protocol, effects = PORTS[name]
    found = methods(protocol)
    assert set(found) == {method_of(effect) for effect in effects}
    for effect in effects:
        told = told_with(effect) if issubclass(effect, Event) else [a.name for a in attrs.fields(effect)]
        assert parameters(found[method_of(effect)]) == told


def test_a_gateway_has_one_method_for_each_transfer():
    found = methods(Gateway)
    assert set(found) == {method_of(effect) for effect in GATEWAY}
    for effect in GATEWAY:
        first, *rest = attrs.fields(effect)
        of_an_order = first.type in (Order, "Order")
        assert parameters(found[method_of(effect)]) == [*(["order"] if of_an_order else []), *(a.name for a in rest)]


def promised(effect: type) -> object:
    """What awaiting it gives."""
    if issubclass(effect, Event):
        return type(None)
    answer = effect.__orig_bases__[0].__args__[0]
    if type(answer) is ForwardRef:
        answer = eval(answer.__forward_arg__, vars(sys.modules[effect.__module__]))
    return answer | Unavailable if issubclass(effect, RemoteQuery) else answer


@pytest.mark.parametrize("name", PORTS)
def test_the_answer_a_port_gives_is_the_one_the_effect_promises(name):
    protocol, effects = PORTS[name]
    for effect in effects:
        assert get_type_hints(getattr(protocol, method_of(effect)))["return"] == promised(effect)


def test_every_port_of_the_table_is_a_field_of_ports():
    assert set(PORTS) <= {a.name for a in attrs.fields(Ports)}


class Nothing:
    """Answers, and knows nothing."""

    def read_basket(self, key, known_digest, /):
        return None

    def order_placed(self, number, order, /):
        return None


def given(**more: object) -> Ports:
    nothing = Nothing()
    return Ports(
        **{"shop": None, "basket": nothing, "orders": nothing, "gateways": {}, "clock": None, "key": None, **more}
    )


def test_a_port_that_was_not_given_says_so_when_it_is_asked():
    with pytest.raises(Misconfigured, match=r"find_card was asked for: give Ports\(cards=\.\.\.\)"):
        Answers(given()).perform(FindCard("542119"))


def test_all_methods_a_port_lacks_are_named_at_once():
    with pytest.raises(Misconfigured) as refused:
        Answers(given(basket=object(), gateways={"bank": Nothing()}))
    assert "Ports(basket=...): object has no read_basket(key, known_digest)" in str(refused.value)
    assert "Ports(gateways['bank']=...): Nothing has no sale(order, card)" in str(refused.value)
    assert "Ports(gateways['bank']=...): Nothing has no inquire(number)" in str(refused.value)


def test_a_gateway_that_raises_has_answered_unknown_and_its_words_are_kept_out():
    class Down(Nothing):
        def sale(self, *_):
            raise RuntimeError("card 5421190000000009 at db://secret")

        start_three_d = finish_three_d = start_session = cancel_session = inquire = void = refund = verify = sale

    answers = Answers(given(gateways={"bank": Down()}))
    order = Order("bank", "n", "k", Money("1.00", "TRY"), 1)
    assert answers.perform(Sale(order, None)) == Unknown("RuntimeError")
    assert answers.perform(Inquire("bank", "n")) == Unknown("RuntimeError")
    assert answers.perform(Verify("bank", Callback(b""))) == Rejected("RuntimeError")
    with pytest.raises(RuntimeError):
        Answers(given(cards=Raising())).perform(FindCard("542119"))


class Raising:
    def find_card(self, bin_number, /):
        raise RuntimeError(bin_number)
