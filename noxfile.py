"""The checks, each in an environment of its own: `nox --list`, `nox -s types`, `nox -s tests -- -k seal`."""

from __future__ import annotations

import nox

nox.needs_version = ">=2026.2"
nox.options.default_venv_backend = "virtualenv"
nox.options.download_python = "never"  # an interpreter that is not there is skipped
nox.options.error_on_external_run = True  # a tool that lingers on PATH is not the one we pinned
nox.options.reuse_venv = "yes"
nox.options.sessions = ["lint", "types", "tests", "core_only", "docs"]

PROJECT = nox.project.load_toml("pyproject.toml")
EVERYTHING = ".[demo,testing]"


def group(name: str) -> list[str]:
    """The requirements of a dependency group."""
    return list(nox.project.dependency_groups(PROJECT, name))


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and who may import whom."""
    session.install("-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache", "--no-logo")


@nox.session
def types(session: nox.Session) -> None:
    """Strict mypy."""
    session.install("-e", EVERYTHING, *group("types"))
    session.run("mypy", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """All tests, and the examples of README and docs, on every Python that is here."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def coverage(session: nox.Session) -> None:
    """Every branch of what takes money, under the tests of one process."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "report", "--fail-under=100", "--include=*/engine.py,*/pricing.py,*/paying.py,*/paying/*")


@nox.session
def kill(session: nox.Session) -> None:
    """300 times kill -9, over six banks: orders, captures and holds reconcile."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("python", "-m", "tests.kill")


@nox.session
def ways(session: nox.Session) -> None:
    """Each way to pay over HTTP, killed after every call: one order, one capture. `-- "gift card"`: that one."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("python", "-m", "tests.ways", *session.posargs)


@nox.session
def race(session: nox.Session) -> None:
    """1,000 times two processes want the last place of a slot: one gets it, and the other is charged nothing."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("python", "-m", "tests.race")


@nox.session
def browser(session: nox.Session) -> None:
    """Debian's Chromium buys at the sandbox's shop, and axe-core looks at its pages: pictures in build/browser."""
    session.install("-e", EVERYTHING, *group("browser"))
    session.run("tests/browser/install.sh", external=True)
    session.run("pytest", "tests/browser", *session.posargs)


@nox.session
def core_only(session: nox.Session) -> None:
    """The wheel without extras: it imports, and says in one sentence what is missing."""
    session.install(".", "pytest>=9")
    session.run("pytest", "--confcutdir=tests/core_only", "tests/core_only", *session.posargs)


@nox.session
def simulate(session: nox.Session) -> None:
    """Races, pairs of crashes, 2000 seeds, each way to pay: `nox -s simulate`, or `-- ways no_keys`."""
    session.install("-e", EVERYTHING, *group("test"))
    session.run("python", "-m", "tests.explore.simulate", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """A guest buys with a card: `nox -s demo`, or `nox -s demo -- explain BinNumberPage`."""
    session.install("-e", ".[demo]")
    session.run("checkout-core", *(session.posargs or ["walk", "--script", "examples/guest_card.toml"]))


@nox.session
def bench(session: nox.Session) -> None:
    """Ratios to the hand-written floor."""
    session.install("-e", ".[demo]", *group("bench"))
    session.run("python", "benchmarks/ratios.py", *session.posargs)
    session.run("python", "benchmarks/adapter.py", *session.posargs)
    session.run("python", "benchmarks/rules.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation, with every warning an error."""
    session.install("-e", ".", *group("docs"))
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html")
