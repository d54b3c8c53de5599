"""Every page, English and Chinese, wide and narrow, light and dark: it fits, and all can use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.e2e.conftest import Running, watched

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ANSWER_TIME = 60_000  # ms: a small model on two busy cores
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHANGING = {"X-Colophon": "1"}
FAULTS_OF_ACCESS = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
  const { violations } = await axe.run(document, { runOnly });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}"""
# What scrolls the page as a whole: wide tables may scroll in a box of their own.
TOO_WIDE = """() => [document.documentElement, document.querySelector("main")]
  .filter((part) => part !== null && part.scrollWidth > Math.min(part.clientWidth, innerWidth))
  .map((part) => `${part.localName} is ${part.scrollWidth} wide, not ${part.clientWidth}`)"""


@dataclass(frozen=True)
class Look:
    locale: Literal["en-GB", "zh-CN"]
    width: int
    height: int
    scheme: Literal["light", "dark"]

    @property
    def language(self) -> str:
        return {"en-GB": "en", "zh-CN": "zh-CN"}[self.locale]

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"


LOOKS = (
    Look("en-GB", 1440, 900, "light"),
    Look("zh-CN", 1440, 900, "dark"),
    Look("zh-CN", 390, 844, "light"),
    Look("en-GB", 390, 844, "dark"),
)


@pytest.fixture(scope="module")
def paths(signed_in: BrowserContext) -> list[str]:
    """Every page of someone signed in, those of one thing with a sample of it."""
    ask = signed_in.request
    readable = ask.get("/api/v1/knowledge-bases").json()
    knowledge_base = next(each for each in readable if each["name"] == "Handbook")
    answered = ask.post(
        "/api/v1/answers",
        data={"question": knowledge_base["suggested_questions"][1]},
        headers=CHANGING,
        timeout=ANSWER_TIME,
    )
    assert "event: finished" in answered.text()
    conversation = ask.get("/api/v1/conversations").json()["items"][0]["id"]
    ask.post("/api/v1/me/api-keys", data={"name": "Nightly report"}, headers=CHANGING)
    held = f"/admin/knowledge-bases/{knowledge_base['id']}"
    ask.post(f"/api/v1{held}/snapshots", data={"name": "Before the move"}, headers=CHANGING)
    golden = {"question": "How much may a hotel in Paris cost?", "phrase": "€210"}
    ask.post(f"/api/v1{held}/golden-questions", data=golden, headers=CHANGING)
    ask.post(f"/api/v1{held}/golden-runs", headers=CHANGING)
    ask.post(f"/api/v1{held}/sources", data={"location": "/usr/share"}, headers=CHANGING)
    documents = ask.get(f"/api/v1{held}/documents", params={"sort": "-size"}).json()["items"]
    document = documents[0]["id"]
    return [
        "/",
        f"/c/{conversation}",
        f"/documents/{document}",
        "/account",
        "/admin/knowledge-bases",
        f"{held}/documents",
        f"{held}/sources",
        f"{held}/snapshots",
        f"{held}/quality",
        f"{held}/settings",
        f"/admin/documents/{document}",
        "/admin/why",
        "/admin/jobs",
        "/admin/alerts",
        "/admin/people",
        "/admin/audit",
    ]


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_fits_and_is_open_to_all(
    browser: Browser, colophon: Running, signed_in: BrowserContext, paths: list[str], look: Look
) -> None:
    faults: list[str] = []
    with _tab(browser, colophon, look, signed_in.storage_state()) as tab:
        for path in paths:
            faults += _faults(tab, colophon, path, look)
    with _tab(browser, colophon, look) as tab:
        faults += _faults(tab, colophon, "/signin", look)
    assert faults == []


def test_an_employee_is_neither_led_nor_let_into_the_administration(
    browser: Browser, colophon: Running, signed_in: BrowserContext
) -> None:
    account = {"username": "an.li", "password": "a-long-enough-one"}
    made = signed_in.request.post(
        "/api/v1/admin/users", data=account | {"display_name": "An Li"}, headers=CHANGING
    )
    assert made.status == 201
    with _tab(browser, colophon, LOOKS[0]) as tab:
        tab.context.request.post("/api/v1/session", data=account, headers=CHANGING)
        tab.goto("/", wait_until="networkidle")
        expect(tab.get_by_role("textbox", name="Your question")).to_be_visible()
        expect(tab.locator("a[href^='/admin']")).to_have_count(0)
        tab.goto("/admin/knowledge-bases", wait_until="networkidle")
        heading = tab.get_by_role("heading", level=1)
        expect(heading).to_have_text("Only administrators can open this page")
        expect(tab.get_by_text("Handbook")).to_have_count(0)


@contextmanager
def _tab(
    browser: Browser, colophon: Running, look: Look, state: StorageState | None = None
) -> Iterator[Page]:
    """A tab of a browser of its own; without `state` nobody is signed in."""
    context = browser.new_context(
        base_url=colophon.url,
        locale=look.locale,
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        reduced_motion="reduce",
        storage_state=state,
    )
    try:
        yield context.new_page()
    finally:
        context.close()


def _faults(tab: Page, colophon: Running, path: str, look: Look) -> list[str]:
    """What is wrong with the page at `path`, each with the path before it."""
    with watched(tab, colophon.url) as faults:
        tab.goto(path, wait_until="networkidle")
        tab.get_by_role("heading", level=1).first.wait_for()
        if tab.url != colophon.url + path:
            faults.append(f"led to {tab.url}")
        if (language := tab.locator("html").get_attribute("lang")) != look.language:
            faults.append(f"says that its language is {language}")
        faults += tab.evaluate(TOO_WIDE)
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        faults += tab.evaluate(FAULTS_OF_ACCESS)
    return [f"{path} {fault}" for fault in faults]
