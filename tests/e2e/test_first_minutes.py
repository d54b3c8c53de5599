"""A stranger's first minutes: sign in, ask, follow a citation, bring an own PDF, ask about it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.pdf import a_pdf

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

ANSWER_TIME = 60_000  # ms: a small model on two busy cores


def _ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=question, level=2)).to_be_visible()
    expect(page.get_by_text("Confidence").last).to_be_visible(timeout=ANSWER_TIME)


def test_a_sample_question_leads_to_the_page_that_answers_it(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="How much may a hotel in Paris cost?").click()
    expect(page.get_by_text("€210").first).to_be_visible(timeout=ANSWER_TIME)
    expect(page.get_by_text("Confidence").last).to_be_visible(timeout=ANSWER_TIME)
    page.keyboard.press("1")
    reader = page.get_by_role("complementary", name="Reader")
    expect(reader.locator("mark").first).to_contain_text("€210")
    page.keyboard.press("Escape")
    expect(reader).to_be_hidden()
    page.reload()
    expect(page.get_by_text("€210").first).to_be_visible()


def test_an_own_pdf_answers_and_its_citation_points_into_it(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "coffee-machine.pdf"
    path.write_bytes(
        a_pdf(
            [
                ["Coffee machine", "The coffee machine stands on the third floor."],
                ["Care", "Facilities descales the coffee machine every second Friday."],
            ]
        )
    )
    page.goto("/admin/knowledge-bases")
    page.get_by_role("link", name="Handbook").click()
    page.locator("input[type=file]").first.set_input_files(path)
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_text("Searchable")).to_be_visible(timeout=ANSWER_TIME)
    page.goto("/")
    _ask(page, "How often is the coffee machine descaled?")
    sources = page.get_by_role("region", name=re.compile("^Sources"))
    source = sources.get_by_role("listitem").filter(has_text="every second Friday")
    expect(source).to_contain_text("p. 2, line 2")
    source.get_by_role("button").first.click()
    reader = page.get_by_role("complementary", name="Reader")
    _second_page_has_its_line_marked(reader)
    page.reload()
    _second_page_has_its_line_marked(reader)
    reader.get_by_role("button", name="Text", exact=True).click()
    expect(reader.locator("mark").first).to_contain_text("every second Friday")
    expect(reader.get_by_role("separator", name="Page 2")).to_be_visible()
    reader.get_by_role("button", name="Pages", exact=True).click()
    _second_page_has_its_line_marked(reader)


def _second_page_has_its_line_marked(reader: Locator) -> None:
    """Its only line of text stands 72 points from the left and 122 from the top of 842."""
    picture = reader.get_by_role("img", name="Page 2")
    expect(picture).to_be_in_viewport(timeout=ANSWER_TIME)
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("(image) => image.naturalWidth") > 0
    line = reader.locator("[data-line]")
    expect(line).to_be_in_viewport()
    around, marked = picture.bounding_box(), line.bounding_box()
    assert around is not None
    assert marked is not None
    scale = around["height"] / 842
    left, top = marked["x"] - around["x"], marked["y"] - around["y"]
    assert left == pytest.approx(72 * scale, abs=4 * scale)
    assert top < 122 * scale < top + marked["height"]
    assert marked["height"] < 20 * scale


def test_what_no_document_says_is_refused(page: Page) -> None:
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill("What is the CEO's phone number?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Closest passages")).to_be_visible(timeout=ANSWER_TIME)
    assert not re.search(r"\d{3}[-\s]\d{3,4}", page.get_by_role("main").inner_text())
