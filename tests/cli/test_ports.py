"""`ports`: what a host answers, and the Python to fill in."""

from __future__ import annotations

import importlib.util
import inspect
import re
import subprocess
import sys

import attrs
import pytest

from checkout_core import Checkout, Ports
from checkout_core.effects import GATEWAY, PORTS, Gateway, method_of

ASKED = [*(effect for _, effects in PORTS.values() for effect in effects), *GATEWAY]


@pytest.fixture
def stub(cli, tmp_path):
    """The file a developer begins with."""
    path = tmp_path / "stub.py"
    path.write_text(cli("ports", "--stub").out, "utf-8")
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


@pytest.mark.parametrize("effect", ASKED, ids=lambda effect: effect.__name__)
def test_every_effect_has_a_method_that_says_what_to_answer(stub, effect):
    made, method = imported(stub).ports(), method_of(effect)
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


def test_the_stub_type_checks(stub, tmp_path):
    pytest.importorskip("mypy")
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "--config-file", "", stub],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip

    assert (checked.returncode, checked.stdout) == (0, "Success: no issues found in 1 source file\n")


def test_the_stub_imports_from_public_modules_only(stub):
    ours = re.findall(r"^from (checkout_core\S*)", stub.read_text("utf-8"), re.MULTILINE)

    assert {"checkout_core", "checkout_core.effects"} <= {*ours}
    assert [module for module in ours if module.count(".") > 1 or "._" in module] == []


def test_the_stub_fits_on_a_screen(stub):
    assert max(map(len, stub.read_text("utf-8").splitlines())) <= 120
