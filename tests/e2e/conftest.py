"""A real Colophon with its bundled models, and a real Chromium in front of it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PATIENCE = 240.0  # seconds until the models are loaded and the samples searchable
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@dataclass(frozen=True)
class Running:
    url: str
    password: str
    data_dir: Path
    environment: dict[str, str]

    @contextmanager
    def client(self) -> Iterator[httpx.Client]:
        """Signed in as the administrator."""
        account = {"username": "admin", "password": self.password}
        with httpx.Client(
            base_url=f"{self.url}/api/v1", headers={"X-Colophon": "1"}, timeout=PATIENCE
        ) as client:
            client.post("/session", json=account).raise_for_status()
            yield client

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`colophon …` beside the running server."""
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@pytest.fixture(scope="session")
def colophon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("colophon")
    with launched([sys.executable, "-m", "app.cli", "up"], folder) as running:
        yield running


@contextmanager
def launched(command: list[str], folder: Path) -> Iterator[Running]:
    """What `command` starts, when its models are there and no job is left. Its data in `folder`."""
    port = _free_port()
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251  (of the child that is tested)
        "HOME": str(folder),
        "COLOPHON_DATA_DIR": str(folder / "data"),
        "COLOPHON_SERVER__PORT": str(port),
    }
    output = folder / "output.txt"
    with output.open("wb") as file:
        child = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        password = _wait_for_password(output, child)
        _wait_until_ready(url, password)
        yield Running(url, password, folder / "data", environment)
    finally:
        child.terminate()
        child.wait(30)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = [path for path in map(shutil.which, BROWSERS) if path]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found[0] if found else None, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, colophon: Running) -> Iterator[BrowserContext]:
    """An administrator's browser, English, 1440 wide."""
    context = browser.new_context(
        base_url=colophon.url, locale="en-GB", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(colophon.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("textbox", name="Your question").wait_for()
    page.close()
    yield context
    context.close()


@pytest.fixture
def page(signed_in: BrowserContext, colophon: Running) -> Iterator[Page]:
    """A tab whose every complaint, and every request elsewhere, fails the test."""
    tab = signed_in.new_page()
    with watched(tab, colophon.url) as complaints:
        yield tab
        tab.close()
    assert complaints == []


@contextmanager
def watched(tab: Page, url: str) -> Iterator[list[str]]:
    """Its errors, those of its console, and its requests to elsewhere than `url`, as they come."""
    complaints: list[str] = []
    own = (url, "data:", "blob:")
    listeners = {
        "pageerror": lambda error: complaints.append(str(error)),
        "console": lambda said: complaints.append(said.text) if said.type == "error" else None,
        "request": lambda sent: (
            None if sent.url.startswith(own) else complaints.append(f"asked {sent.url}")
        ),
    }
    for event, listener in listeners.items():
        tab.on(event, listener)
    yield complaints
    for event, listener in listeners.items():
        tab.remove_listener(event, listener)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_password(output: Path, child: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and child.poll() is None:
        said = output.read_text(errors="replace")
        found = re.search(r"shown only now:\s+(\S+)", said)
        if found and "Press Ctrl+C" in said:
            return found.group(1)
        time.sleep(0.2)
    raise AssertionError(f"Colophon did not start:\n{output.read_text(errors='replace')[-3000:]}")


def _wait_until_ready(url: str, password: str) -> None:
    with httpx.Client(base_url=f"{url}/api/v1", headers={"X-Colophon": "1"}) as client:
        client.post("/session", json={"username": "admin", "password": password})
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = client.get("/status").json()
            working = [
                client.get("/admin/jobs", params={"state": state}).json()["total"]
                for state in ("queued", "running")
            ]
            if status["answers_ready"] and not any(working):
                return
            time.sleep(0.5)
    raise AssertionError("The models did not load or the samples were not indexed in time.")
