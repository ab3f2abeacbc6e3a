"""The library as `pip install checkout-core` leaves it: extras are out of reach, even where they are installed."""

from __future__ import annotations

import pkgutil
import re
import subprocess
import sys
from importlib import metadata, resources

import pytest

import checkout_core

EXTRAS = {
    "cli": ("click", "rich"), "testing": ("hypothesis", "pytest"), "flask": ("cachelib", "flask"),
    "shopfront": ("werkzeug",),
}  # fmt: skip
OF = {"shopfront": "flask"}  # the extra of a package that has none of its name
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(checkout_core.__path__, "checkout_core.", onerror=lambda _: None)
    if module.name.split(".")[1] not in EXTRAS
)


def bare(code: str) -> subprocess.CompletedProcess[str]:
    """What a Python without extras makes of it."""
    without = [name for names in EXTRAS.values() for name in names]
    blocked = f"import sys; sys.modules.update(dict.fromkeys({without!r}))"
    return subprocess.run([sys.executable, "-c", f"{blocked}\n{code}"], capture_output=True, text=True, check=False)


def core_distributions() -> set[str]:
    """Everything that comes with checkout-core when no extra is asked for."""
    seen: set[str] = set()
    todo = ["checkout-core"]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        for requirement in metadata.requires(name) or ():
            wanted, _, condition = requirement.partition(";")
            needed = re.match(r"[\w.-]+", wanted)[0]
            if "extra ==" not in condition and (not condition or is_installed(needed)):
                todo.append(needed)
    return seen


def is_installed(name: str) -> bool:
    return any(metadata.distributions(name=name))


def test_every_module_of_the_core_imports():
    result = bare("\n".join(f"import {name}" for name in ["checkout_core", *MODULES]))

    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("package", EXTRAS)
def test_a_package_that_lives_in_an_extra_imports_or_names_the_extra(package):
    result = bare(f"try: import checkout_core.{package}\nexcept ImportError as missing: print(missing)")

    assert (result.returncode, result.stderr) == (0, "")
    assert not result.stdout or f"checkout-core[{OF.get(package, package)}]" in result.stdout


def test_the_command_line_without_its_extra_says_one_sentence():
    result = bare("from checkout_core.cli import main; main()")
    said = (result.stdout + result.stderr).strip()

    assert result.returncode != 0
    assert "checkout-core[cli]" in said
    assert said.count("\n") == 0


def test_the_core_has_no_compiled_file():
    files = [file for name in core_distributions() for file in metadata.files(name) or ()]

    assert "checkout-core" in core_distributions()
    assert [str(file) for file in files if file.suffix in {".so", ".pyd", ".dylib"}] == []


def test_type_checkers_are_told_that_it_is_typed():
    assert resources.files("checkout_core").joinpath("py.typed").is_file()
