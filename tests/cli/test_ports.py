"""`ports`: what a host answers, and the Python to fill in."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys

import attrs
import pytest

from checkout_core import Checkout, CheckoutService, MemoryStore, Misconfigured, Ports
from checkout_core.cli._stub import LEFT_OUT
from checkout_core.effects import GATEWAY, PORTS, Gateway, method_of
from checkout_core.sandbox import Sandbox

ASKED = [*(effect for _, effects in PORTS.values() for effect in effects), *GATEWAY]


@pytest.fixture(params=["what is needed", "everything"])
def stub(cli, tmp_path, request):
    """The file a developer begins with."""
    path = tmp_path / "stub.py"
    path.write_text(cli("ports", "--stub", *(("--all",) if request.param == "everything" else ())).out, "utf-8")
    return path


@pytest.fixture
def whole(cli, tmp_path):
    """The file that also has what may be left out."""
    path = tmp_path / "stub.py"
    path.write_text(cli("ports", "--stub", "--all").out, "utf-8")
    return path


def imported(path):
    spec = importlib.util.spec_from_file_location("stub", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_port_is_listed_with_its_methods_and_whether_it_is_required(cli):
    out = cli("ports").out
    listed = {line.split()[0]: line for line in out.splitlines() if line.split() and not line.startswith("   ")}

    assert [name for name in listed if name != "port"] == [field.name for field in attrs.fields(Ports)]
    for field in attrs.fields(Ports):
        assert ("required" if field.default is attrs.NOTHING else "has a default") in listed[field.name]
    assert [effect for effect in ASKED if f"{method_of(effect)}(" not in out] == []


def test_the_stub_imports_and_makes_ports(stub):
    made = imported(stub).ports()

    assert isinstance(made, Ports)
    assert made.clock().tzinfo is not None
    assert made.key() != made.key()


def test_a_checkout_of_the_stub_says_what_to_answer_first(stub):
    with pytest.raises(NotImplementedError, match="snapshot: answer Shop"):
        Checkout(imported(stub).ports())


def left_to_default(made):
    """Ports that are not given."""
    defaults = {field.name: field.default for field in attrs.fields(Ports)}
    return {name for name, default in defaults.items() if getattr(made, name) is default}


def test_the_stub_names_what_may_be_left_out_and_what_is_missing_then(cli, tmp_path):
    path = tmp_path / "stub.py"
    path.write_text(cli("ports", "--stub").out, "utf-8")
    commented = dict(re.findall(r"^ +# (\w+)=\w+(?:\(\))?,  # (.+)$", path.read_text("utf-8"), re.MULTILINE))

    assert left_to_default(imported(path).ports()) - {"settings"} == {*commented} == {*LEFT_OUT}
    assert commented == LEFT_OUT


def test_the_whole_stub_leaves_out_nothing_but_the_key_that_it_cannot_know(whole):
    assert left_to_default(imported(whole).ports()) - {"settings"} == {"keyring"}


def ordered(shop, given):
    """What a buyer has in the end, who pays by card in a shop with these ports."""
    service = CheckoutService(Checkout(Ports(**given)), MemoryStore())
    key = service.save(service.checkout.start(shop.basket("mug")).pre_order)
    step = service.post(key, "IndexPage", {"user_email": "ada@example.org"})
    for page, answer in shop.answers("card"):
        step = service.post(key, page, answer)
    return step.pre_order.placed


def given_but(shop, names):
    """The sandbox's ports without those."""
    return {field.name: getattr(shop.ports, field.name) for field in attrs.fields(Ports) if field.name not in names}


def test_an_order_can_be_had_without_what_may_be_left_out():
    shop = Sandbox()

    assert ordered(shop, given_but(shop, LEFT_OUT)) is not None


@pytest.mark.parametrize("name", sorted({*PORTS, "gateways"} - LEFT_OUT.keys()))
def test_no_order_can_be_had_without_what_the_stub_has(name):
    shop = Sandbox()

    with pytest.raises((TypeError, Misconfigured), match=name):
        ordered(shop, given_but(shop, {name}))


def test_all_is_of_the_stub(cli):
    told = cli("ports", "--all")

    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("checkout-core: --all wants --stub: the table lists every port anyway")


@pytest.mark.parametrize("effect", ASKED, ids=lambda effect: effect.__name__)
def test_every_effect_has_a_method_that_says_what_to_answer(whole, effect):
    made, method = imported(whole).ports(), method_of(effect)
    port = next((getattr(made, name) for name, (_, effects) in PORTS.items() if effect in effects), None)
    found = getattr(port or made.gateways["bank"], method)
    protocol = next((protocol for protocol, effects in PORTS.values() if effect in effects), Gateway)
    wanted = inspect.signature(getattr(protocol, method))

    assert list(inspect.signature(found).parameters) == list(wanted.parameters)[1:]
    assert inspect.signature(found).return_annotation == wanted.return_annotation
    assert " ".join(inspect.getdoc(found).split()) == " ".join(inspect.getdoc(effect).partition("\n")[0].split())
    with pytest.raises(NotImplementedError, match=f"{method}: answer "):
        found(*(None for _ in inspect.signature(found).parameters))


def test_the_promise_of_a_gateway_is_asked_for_too(stub):
    with pytest.raises(NotImplementedError, match="capabilities: answer Capabilities"):
        _ = imported(stub).ports().gateways["bank"].capabilities


@pytest.fixture(scope="module")
def known_types(tmp_path_factory):
    """What mypy has found out about the package, which is the same for every stub."""
    return tmp_path_factory.mktemp("mypy")


def test_the_stub_type_checks(stub, tmp_path, known_types):
    pytest.importorskip("mypy")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", known_types, "--config-file", "", stub],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip

    assert (checked.returncode, checked.stdout) == (0, "Success: no issues found in 1 source file\n")


def test_the_stub_imports_from_public_modules_only(stub):
    ours = re.findall(r"^from (checkout_core\S*)", stub.read_text("utf-8"), re.MULTILINE)

    assert {"checkout_core", "checkout_core.effects"} <= {*ours}
    assert [module for module in ours if module.count(".") > 1 or "._" in module] == []


def test_the_stub_fits_on_a_screen(stub):
    assert max(map(len, stub.read_text("utf-8").splitlines())) <= 120
