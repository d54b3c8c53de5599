"""Why an answer is as it is, and what readers missed: the replay and the Quality page."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

WORK_TIME = 60_000  # ms: models on two busy cores
# Nothing in the samples answers these: no model is asked, so they are quick.
GYM = ("Does the company pay for a gym membership?", "公司报销健身房费用吗？")
DOG = "Can I bring my dog to the office?"


@pytest.fixture(scope="module")
def quality(colophon: Running) -> str:
    """The Quality page of the Handbook."""
    with colophon.client() as client:
        readable = client.get("/knowledge-bases").json()
    handbook = next(each["id"] for each in readable if each["name"] == "Handbook")
    return f"/admin/knowledge-bases/{handbook}/quality"


@pytest.fixture(scope="module")
def bo(colophon: Running) -> Iterator[httpx.Client]:
    """An employee."""
    account = {"username": "bo.chen", "password": "a-long-enough-one"}
    with colophon.client() as admin:
        made = admin.post("/admin/users", json=account | {"display_name": "Bo Chen"})
        made.raise_for_status()
    with httpx.Client(
        base_url=f"{colophon.url}/api/v1", headers={"X-Colophon": "1"}, timeout=60
    ) as client:
        client.post("/session", json=account).raise_for_status()
        yield client


def ask(client: httpx.Client, question: str) -> str:
    """Asks to the end; returns the id of the turn."""
    client.post("/answers", json={"question": question}).raise_for_status()
    newest = client.get("/conversations").json()["items"][0]["id"]
    turn: str = client.get(f"/conversations/{newest}").json()["turns"][-1]["id"]
    return turn


def test_an_answer_is_replayed_stage_by_stage(page: Page) -> None:
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill(DOG)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Replay stage by stage").click(timeout=WORK_TIME)
    expect(page.get_by_role("heading", name="Why this answer?")).to_be_visible()
    expect(page.get_by_label("Question", exact=True)).to_have_value(DOG)
    search = page.get_by_role("region", name="1. Search")
    expect(search.get_by_role("row").nth(1)).to_contain_text("Compared", timeout=WORK_TIME)
    search.get_by_role("button", name="Words").click()
    expect(search.get_by_role("columnheader", name="Words")).to_have_attribute(
        "aria-sort", "ascending"
    )
    decision = page.get_by_role("region", name="3. Do the sources answer?")
    expect(decision).to_contain_text("Too low: refused.")
    expect(page.get_by_role("region", name="6. Time")).to_contain_text("Vector index")


def test_a_thumbs_down_becomes_a_golden_question_in_two_clicks(
    page: Page, bo: httpx.Client, quality: str
) -> None:
    question = "How high is the meal allowance in Osaka?"
    turn = ask(bo, question)
    given = {"feedback": "down", "reason": "incomplete"}
    bo.put(f"/turns/{turn}/feedback", json=given).raise_for_status()
    page.goto(quality)
    complaints = page.get_by_role("region", name="Thumbs down")
    line = complaints.get_by_role("listitem").filter(has_text=question)
    expect(line).to_contain_text("Incomplete")
    expect(page.get_by_role("main")).not_to_contain_text("Bo Chen")
    line.get_by_role("button", name="Make a golden question").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("radio", name="Travel Policy")).to_be_visible(timeout=WORK_TIME)
    asked.get_by_role("button", name="Add question").click()
    expect(line).to_contain_text("Is a golden question")
    expect(page.get_by_role("row").filter(has_text=question)).to_be_visible()


def test_unanswered_questions_are_grouped_and_dismissed(
    page: Page, bo: httpx.Client, quality: str
) -> None:
    for question in GYM:
        ask(bo, question)
    page.goto(quality)
    unanswered = page.get_by_role("region", name="Unanswered questions")
    unanswered.get_by_role("button", name="Group now").click()
    group = unanswered.get_by_role("listitem").filter(has_text=GYM[0]).first
    expect(group).to_contain_text("asked 2 times", timeout=WORK_TIME)
    group.get_by_text("Also asked as").click()
    expect(group.get_by_text(GYM[1])).to_be_visible()
    group.get_by_role("button", name="Dismiss").click()
    expect(group).to_be_hidden()


def test_two_ways_to_rank_are_compared_and_runs_are_drawn(
    page: Page, colophon: Running, quality: str
) -> None:
    golden = {"question": "How much may a hotel in Paris cost?", "phrase": "€210"}
    with colophon.client() as client:
        client.post(quality.replace("quality", "golden-questions"), json=golden)
        for _ in range(2):
            client.post(quality.replace("quality", "golden-runs")).raise_for_status()
    page.goto(quality)
    runs = page.get_by_role("region", name="Runs")
    expect(runs.get_by_role("img", name="How much is found, run by run")).to_be_visible()
    runs.get_by_role("button", name="As a table").click()
    expect(runs.get_by_role("row").filter(has_text="By hand").first).to_be_visible()
    compare = page.get_by_role("region", name="Two runs side by side")
    compare.get_by_label("Rank by").select_option("Words alone")
    compare.get_by_role("button", name="Ask them that way").click()
    expect(runs.get_by_role("row").filter(has_text="Words alone")).to_be_visible(timeout=WORK_TIME)
    expect(compare.get_by_role("status")).to_contain_text("Found among the first five")
    expect(compare.get_by_role("row").filter(has_text=golden["question"]).first).to_be_visible()
