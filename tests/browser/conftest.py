"""One browser and one shop for all; every test has a window of its own, and ends with a look at what went wrong in it.

Beside the other tests they cannot run: playwright keeps an event loop in this thread, and the browser is not everywhere.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .axe import Report
from .shop import ROOT, Shop
from .visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")
FOLDER = ROOT / "build" / "browser"
AXE = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {
    "viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True,
}  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists() or not AXE.exists():
        pytest.exit("no browser or no axe-core here: run tests/browser/install.sh", 1)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report():
    report = Report(AXE.read_text(encoding="utf-8"))
    yield report
    (FOLDER / "axe.txt").write_text(report.text(), encoding="utf-8")


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def department_store(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("department-store"), "--shop", "department_store")
    yield shop
    shop.close()


@pytest.fixture
def enters(chromium, shop, report):
    """Windows, by the name their pictures have; none may have a fault when the test ends."""
    visitors = []

    def enters(name, *, at=shop, **like):
        context = chromium.new_context(**(DESKTOP | like), locale="en-GB")
        context.set_default_timeout(10_000)
        told = report if like.get("java_script_enabled", True) else None
        visitors.append(Visitor(context, at, told, FOLDER, name))
        return visitors[-1]

    yield enters
    for visitor in visitors:
        visitor.context.close()
    assert [fault for visitor in visitors for fault in visitor.faults] == []
