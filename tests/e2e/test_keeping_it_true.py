"""An admin's night and morning after: a source that loses files, a rollback, a golden question."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

WORK_TIME = 60_000  # ms: reading and embedding on two busy cores


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("share")
    for floor in range(1, 7):
        text = f"# Floor {floor}\n\nThe printer of floor {floor} stands in room {floor}17.\n"
        (folder / f"floor-{floor}.md").write_text(text)
    return folder


@pytest.fixture(scope="module")
def floors(colophon: Running) -> str:
    """Id of a knowledge base of its own, so that no other test sees its documents."""
    with colophon.client() as client:
        made = client.post("/admin/knowledge-bases", json={"name": "Floors"})
        return str(made.raise_for_status().json()["id"])


def test_a_source_is_followed_and_its_brake_holds_until_somebody_confirms(
    page: Page, share: Path, floors: str
) -> None:
    page.goto(f"/admin/knowledge-bases/{floors}/sources")
    page.get_by_role("button", name="Add source").click()
    page.get_by_label("Path").fill(str(share))
    page.get_by_role("button", name="Add", exact=True).click()
    card = page.get_by_role("article")
    card.get_by_role("button", name="Sync now").click()
    expect(card).to_contain_text("6 added", timeout=WORK_TIME)
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_role("row").filter(has_text="Searchable")).to_have_count(
        6, timeout=WORK_TIME
    )
    page.get_by_role("link", name="Sources").click()
    for floor in range(1, 5):
        (share / f"floor-{floor}.md").unlink()
    card.get_by_role("button", name="Sync now").click()
    held = page.get_by_role("note")
    expect(held).to_contain_text("4 documents have gone", timeout=WORK_TIME)
    held.get_by_role("button", name="See which").click()
    report = page.get_by_role("dialog", name="Report of the run")
    expect(report.get_by_text("floor-3.md")).to_be_visible()
    page.keyboard.press("Escape")
    held.get_by_role("button", name="Remove them").click()
    asked = page.get_by_role("dialog")
    asked.get_by_role("textbox").fill("remove")
    asked.get_by_role("button", name="Remove them").click()
    expect(card).to_contain_text("2 documents", timeout=WORK_TIME)
    expect(held).to_be_hidden()


def test_a_rollback_shows_what_it_does_and_brings_documents_back(page: Page, floors: str) -> None:
    page.goto(f"/admin/knowledge-bases/{floors}/snapshots")
    before = page.get_by_role("listitem").filter(has_text="6 documents").first
    before.get_by_role("button", name="Roll back").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_text("Comes back")).to_have_count(4)
    asked.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Rolled back to")).to_be_visible(timeout=WORK_TIME)
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_role("row").filter(has_text="Floor 1")).to_contain_text("Searchable")
    page.get_by_role("link", name="Sources").click()
    expect(page.get_by_role("article")).to_contain_text("Paused")


def test_a_golden_question_is_asked_and_its_rank_is_shown(page: Page, floors: str) -> None:
    page.goto(f"/admin/knowledge-bases/{floors}/quality")
    page.get_by_role("button", name="Add question").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Question").fill("Where is the printer of floor 2?")
    asked.get_by_label("Phrase of the passage").fill("room 217")
    asked.get_by_role("button", name="Add question").click()
    page.get_by_role("button", name="Ask them now").click()
    question = page.get_by_role("row").filter(has_text="Where is the printer")
    expect(question).to_contain_text("No. 1", timeout=WORK_TIME)
    expect(page.get_by_role("row").filter(has_text="By hand")).to_contain_text("100%")


def test_a_document_can_be_erased_with_every_trace(
    page: Page, colophon: Running, floors: str
) -> None:
    page.goto(f"/admin/knowledge-bases/{floors}/documents")
    row = page.get_by_role("row").filter(has_text="Floor 5")
    row.get_by_role("button", name="Actions for Floor 5").click()
    page.get_by_role("menuitem", name="Delete").click()
    asked = page.get_by_role("dialog")
    asked.get_by_label("Erase every trace").check()
    asked.get_by_role("textbox").fill("delete")
    asked.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("1 document erased")).to_be_visible(timeout=WORK_TIME)
    sentence = "The printer of floor 5 stands in room 517."
    looked = colophon.cli("doctor", "--gone", sentence)
    assert looked.returncode == 0, looked.stdout
    still = colophon.cli("doctor", "--gone", "The printer of floor 6 stands in room 617.")
    assert still.returncode == 1, still.stdout
