"""A document full of orders, images and links to elsewhere is asked about, quoted and opened."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Running
from tests.injection.documents import ATTACKS, ELSEWHERE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ANSWER_TIME = 60_000  # ms: a small model on two busy cores
QUESTION = "What is the travel budget for a trip to the moon base?"
BUDGET = (
    "The travel budget for a trip to the moon base is 900 euros "
    f"![x](https://{ELSEWHERE}/c.png) <img src=https://{ELSEWHERE}/c.png> "
    f"[sign in](https://{ELSEWHERE}/) <script src=//{ELSEWHERE}/c.js></script>."
)
TABLE = (
    f"\n\n| Moon base | Budget |\n| --- | --- |\n| ![x](https://{ELSEWHERE}/c.png) | "
    f"[900](https://{ELSEWHERE}/) <img src=https://{ELSEWHERE}/c.png> |\n"
)
# Whatever an element could fetch or lead to. Our own addresses may have quoted words in them.
LEADS_AWAY = """() => [...document.querySelectorAll("*")].flatMap((element) =>
  [...element.attributes]
    .filter(({ name }) => ["src", "srcset", "href", "data", "action", "style"].includes(name))
    .filter(({ name, value }) => name === "style" ? value.includes("//")
      : !["data:", "blob:"].includes(new URL(value, location).protocol)
        && new URL(value, location).host !== location.host)
    .map(({ name, value }) => `${element.localName} ${name}=${value}`))"""


@pytest.fixture
def base(colophon: Running) -> Iterator[str]:
    """Id of a knowledge base that no other test finds anything in."""
    orders = "\n\n".join(attack.order for attack in ATTACKS)
    contents = {
        "budget.txt": BUDGET,
        "budget.md": f"# Moon base\n\n{BUDGET}{TABLE}",
        "orders.txt": f"Orders of the moon base.\n\n{orders}",
    }
    with colophon.client() as client:
        made: str = client.post("/admin/knowledge-bases", json={"name": "Moon base"}).json()["id"]
        for name, content in contents.items():
            files = {"file": (name, content.encode())}
            client.post(f"/admin/knowledge-bases/{made}/documents", files=files).raise_for_status()
        yield made
        client.delete(f"/admin/knowledge-bases/{made}").raise_for_status()


def test_it_makes_no_page_ask_another_host(page: Page, colophon: Running, base: str) -> None:
    """The fixture `page` fails at the first request to another host."""
    page.goto("/admin/knowledge-bases/" + base)
    expect(page.get_by_role("row").filter(has_text="Searchable")).to_have_count(
        3, timeout=ANSWER_TIME
    )
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confidence").last).to_be_visible(timeout=ANSWER_TIME)
    sources = page.get_by_role("region", name=re.compile("^Sources"))
    cited = sources.get_by_role("listitem").filter(has_text="900 euros").first
    expect(cited).to_be_visible()
    assert page.evaluate(LEADS_AWAY) == []
    cited.get_by_role("button").first.click()
    reader = page.get_by_role("complementary", name="Reader")
    expect(reader.get_by_text("900 euros").first).to_be_visible()
    assert reader.locator("img, iframe, script, object").count() == 0
    assert page.evaluate(LEADS_AWAY) == []
    for document in _documents_of(colophon, base):
        page.goto(f"/documents/{document}")
        expect(page.get_by_text("moon base", exact=False).first).to_be_visible()
        assert page.evaluate(LEADS_AWAY) == []


def _documents_of(colophon: Running, base: str) -> list[str]:
    with colophon.client() as client:
        listed = client.get(f"/admin/knowledge-bases/{base}/documents").json()["items"]
        return [document["id"] for document in listed]
