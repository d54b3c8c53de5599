"""People ask only some documents: what is set shows, stays in the address, goes with a press."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PATIENCE = 60_000  # ms: a small model on two busy cores


def test_filters_are_set_kept_and_left_out(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_role("checkbox", name=re.compile("^Chinese")).check()
    page.get_by_label("Until").fill("2000-01-01")
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Filters that are set")).to_contain_text("Chinese")
    page.get_by_role("textbox", name="Your question").fill("How many days of annual leave?")
    page.keyboard.press("Enter")
    again = page.get_by_role("button", name="Ask without filters")
    expect(again).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(re.compile(r"/c/.*until="))
    page.get_by_role("button", name="Remove the filter Chinese").click()
    expect(page).not_to_have_url(re.compile("languages="))
    again.click()
    expect(page).not_to_have_url(re.compile("until="))
    answers = page.get_by_role("article", name="How many days of annual leave?")
    expect(answers).to_have_count(2, timeout=PATIENCE)
