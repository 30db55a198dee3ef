"""The built wheel in an environment of its own, started elsewhere, and a real browser on it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import find
from tests.programs import PASSWORD, Program

ROOT = Path(__file__).parents[2]
expect.set_options(timeout=20_000)  # of milliseconds: busy machines take their time
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def rowmill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `rowmill` command of the wheel in dist/, installed with its pinned dependencies."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which all test processes share
    command = folder / "installed" / "bin" / "rowmill"
    with (folder / "installing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not command.exists():
            _install(folder / "installed")
    return command


def _install(environment: Path) -> None:
    (wheel,) = (ROOT / "dist").glob("rowmill-*.whl")
    uv = [sys.executable, "-m", "uv"]
    install = ["pip", "install", "--quiet", "--compile-bytecode"]
    into = ["--python", str(environment / "bin" / "python")]
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(environment)],
        [*install, *into, "-r", "requirements.lock"],
        [*install, *into, "--no-deps", str(wheel)],
    ):
        subprocess.run([*uv, *command], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def program(
    rowmill: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Program]:
    """`rowmill serve` from the wheel, in the module's `ENVIRONMENT`: the data folder is empty if
    the module says `IS_NEW`, and has a database otherwise.
    """
    folder = tmp_path_factory.mktemp("e2e") / "data"
    environment = getattr(request.module, "ENVIRONMENT", {})
    is_new = getattr(request.module, "IS_NEW", False)
    with Program(folder, [str(rowmill)], environment, is_new) as program:
        yield program


@pytest.fixture
def client(program: Program) -> httpx.Client:
    """An HTTP client of the user whom `signed_in` signs in."""
    return program.account()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=BROWSER_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def browser_context(browser: Browser, program: Program) -> Iterator[BrowserContext]:
    """A browser profile without history, whose addresses are relative to the program's."""
    context = browser.new_context(
        base_url=program.url, viewport={"width": 1280, "height": 860}, accept_downloads=True
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """A tab. A script error or a refused resource on any page fails the test."""
    page = browser_context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on(
        "console",
        lambda message: failures.append(message.text) if _is_defect(message.text) else None,
    )
    yield page
    shots = os.environ.get("ROWMILL_TEST_SCREENSHOTS")
    if shots:
        page.screenshot(path=Path(shots) / f"{page.title()}.png")
    assert failures == []


def _is_defect(text: str) -> bool:
    return "Content Security Policy" in text or "Uncaught" in text


@pytest.fixture
def signed_in(page: Page, program: Program) -> Page:
    """A tab in which the user of `program.account()` is signed in."""
    program.account()
    page.goto("/login")
    answer = page.request.post(
        "/api/login", data={"email": "ada@example.com", "password": PASSWORD}
    )
    assert answer.ok
    return page
