"""Somebody attaches a PDF to a question, reads the answer in it, and removes it for good."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.pdf import a_pdf
from tests.e2e.test_pages import AXE, FAULTS_OF_ACCESS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PATIENCE = 60_000  # ms: a small model on two busy cores
QUESTION = "How much is the deposit for the bungalow in Lindau?"
FACT = "The deposit for the bungalow in Lindau is 4,711 euros."


def test_a_file_is_attached_asked_cited_and_removed(page: Page) -> None:
    lease = a_pdf([["Lease", "Pets are welcome in the garden."], ["Money", FACT]])
    page.goto("/")
    page.get_by_test_id("attach").set_input_files(
        [
            {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": lease},
            {"name": "torn.pdf", "mimeType": "application/pdf", "buffer": lease[:300]},
        ]
    )
    files = page.get_by_role("list", name="Attached files")
    expect(files.get_by_role("listitem").filter(has_text="lease.pdf")).to_contain_text(
        "Ready", timeout=PATIENCE
    )
    expect(files.get_by_role("listitem").filter(has_text="torn.pdf")).to_contain_text(
        "damaged", timeout=PATIENCE
    )
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(FAULTS_OF_ACCESS) == []
    page.get_by_role("button", name="Remove torn.pdf").click()

    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    sources = page.get_by_role("region", name=re.compile("^Sources"))
    source = sources.get_by_role("listitem").filter(has_text="Your file")
    expect(source).to_contain_text("p. 2, line 2", timeout=PATIENCE)
    source.get_by_role("button").first.click()
    reader = page.get_by_role("complementary", name="Reader")
    expect(reader.locator("mark").first).to_contain_text("4,711 euros")
    page.keyboard.press("Escape")

    page.reload()
    answer = page.get_by_role("article", name=QUESTION)
    expect(answer.get_by_text("4,711").first).to_be_visible(timeout=PATIENCE)
    answer.get_by_role("button", name="Remove lease.pdf").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(answer.get_by_text("4,711")).to_have_count(0)
    expect(answer.get_by_role("list", name="Attached files")).to_have_count(0)
