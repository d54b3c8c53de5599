"""What a real model says too seldom to be tested with: the model of a small house is told what."""

import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Running, launched, watched
from tests.e2e.test_pages import AXE, CHANGING, FAULTS_OF_ACCESS

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

HOTEL = "How much may a hotel in Paris cost?"
LIMIT = "A hotel in Paris may cost 210 euros a night."
PENGUINS = "The owner of the hotel keeps seven penguins in the cellar."
PHOTOCOPIER = "Who repairs the photocopier in Lisbon?"
PASSWORD = "a-long-enough-one"
PATIENCE = 60.0  # seconds


def _rules(town: int) -> str:
    rules = " ".join(
        f"Rule {town}.{number}: a night at the hotel in Paris with breakfast costs less than two."
        for number in range(40)
    )
    return f"# Hotels in town {town}\n\n{rules}\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    says = f"{LIMIT[:-1]} [1]. {PENGUINS[:-1]} [1]."
    command = [sys.executable, "-m", "tests.e2e.small_house", says]
    with launched(command, tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def admin(house: Running) -> Iterator[httpx.Client]:
    with house.client() as client:
        yield client


@pytest.fixture(scope="module")
def travel(admin: httpx.Client) -> str:
    """The address of a knowledge base that only administrators may read."""
    made = admin.post("/admin/knowledge-bases", json={"name": "Travel"}).raise_for_status().json()
    base = f"/admin/knowledge-bases/{made['id']}"
    admin.patch(base, json={"refuse_below": 0.1}).raise_for_status()
    texts = {f"town-{town}.md": _rules(town) for town in range(3)}
    texts["hotels.md"] = f"# Hotels\n\n{LIMIT}\n"
    for name, text in texts.items():
        files = {"file": (name, text.encode())}
        admin.post(f"{base}/documents", files=files).raise_for_status()
    done = {"state": "searchable"}
    until(lambda: admin.get(f"{base}/documents", params=done).json()["total"] == len(texts))
    return base


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError(f"It did not come to pass in {PATIENCE:.0f} seconds.")


@pytest.fixture(params=["light"])
def page(request: pytest.FixtureRequest, browser: Browser, house: Running) -> Iterator[Page]:
    context = browser.new_context(
        base_url=house.url,
        locale="en-GB",
        viewport={"width": 1440, "height": 900},
        color_scheme=request.param,
        reduced_motion="reduce",
    )
    account = {"username": "admin", "password": house.password}
    context.request.post("/api/v1/session", data=account, headers=CHANGING)
    tab = context.new_page()
    with watched(tab, house.url) as complaints:
        yield tab
        context.close()
    assert complaints == []


def ask(page: Page, question: str) -> None:
    page.goto("/")
    page.get_by_role("textbox", name="Your question").fill(question)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Confidence")).to_be_visible()


def test_what_the_sources_do_not_say_is_withheld_or_marked_as_the_settings_want(
    page: Page, travel: str
) -> None:
    ask(page, HOTEL)
    answer = page.get_by_role("article", name=HOTEL)
    expect(answer).to_contain_text("1 statement withheld")
    expect(answer).not_to_contain_text("penguins")

    page.goto(f"{travel}/settings")
    page.get_by_role("radio", name="Show them, marked").check()
    page.get_by_role("button", name="Save how it answers").click()
    expect(page.get_by_text("Answers are made this way")).to_be_visible()

    ask(page, HOTEL)
    expect(answer).to_contain_text(f"{PENGUINS} (not in the sources)")
    marked = answer.get_by_role("note").filter(has_text="seven penguins")
    expect(marked).to_have_css("text-decoration-style", "wavy")
    marked.focus()
    expect(page.get_by_role("tooltip")).to_contain_text("Not in the sources")
    expect(answer.get_by_role("note").filter(has_text="210 euros")).to_have_count(0)
    page.reload()
    expect(answer).to_contain_text("(not in the sources)")


def test_the_threshold_shows_what_it_does_to_the_golden_questions_before_it_is_saved(
    page: Page, admin: httpx.Client, travel: str
) -> None:
    golden = {"question": HOTEL, "phrase": "210 euros"}
    admin.post(f"{travel}/golden-questions", json=golden).raise_for_status()
    admin.post(f"{travel}/golden-runs").raise_for_status()
    page.goto(f"{travel}/settings")
    slider = page.get_by_role("slider", name="How sure the sources must be")
    effect = page.get_by_role("region", name="What this does to the golden questions")
    expect(slider).to_have_attribute("aria-valuetext", "10%")  # as the fixture set it
    expect(effect).to_contain_text("1 answered, 0 refused wrongly")
    slider.fill("1")
    expect(effect).to_contain_text("0 answered, 1 refused wrongly")
    expect(effect.get_by_role("listitem")).to_have_text(HOTEL)
    assert threshold(admin) == 0.1
    slider.fill("0.05")
    expect(effect).to_contain_text("1 answered, 0 refused wrongly")
    page.get_by_role("button", name="Save how it answers").click()
    expect(page.get_by_text("Answers are made this way")).to_be_visible()
    assert threshold(admin) == 0.05


def threshold(admin: httpx.Client) -> float:
    bases = admin.get("/admin/knowledge-bases").json()
    return float(next(base["refuse_below"] for base in bases if base["name"] == "Travel"))


def test_an_answer_says_which_part_is_open_and_what_of_the_context_was_cut(
    page: Page, admin: httpx.Client, travel: str
) -> None:
    admin.patch(travel, json={"refuse_below": 0.3}).raise_for_status()
    question = f"{HOTEL} {PHOTOCOPIER}"
    ask(page, question)
    answer = page.get_by_role("article", name=question)
    expect(answer).to_contain_text(f"The knowledge bases do not say: {PHOTOCOPIER}")
    answer.get_by_text("why?").click()
    expect(answer).to_contain_text("A part of the question")
    ask(page, HOTEL)
    answer = page.get_by_role("article", name=HOTEL)
    answer.get_by_text("why?").click()
    expect(answer.get_by_text("The model read")).to_contain_text("more did not fit")


def test_who_may_read_nothing_is_told_whom_to_ask(
    page: Page, admin: httpx.Client, travel: str
) -> None:
    account = {"username": "bo.chen", "password": PASSWORD}
    made = admin.post("/admin/users", json=account | {"display_name": "Bo Chen"})
    made.raise_for_status()
    page.context.clear_cookies()
    page.context.request.post("/api/v1/session", data=account, headers=CHANGING)
    page.goto("/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("You cannot read any knowledge base yet")
    expect(main).to_contain_text("Ask Administrator for access to one.")
    expect(main.get_by_role("textbox")).to_have_count(0)


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_the_filters_and_the_dialog_of_tags_are_open_to_all(page: Page, travel: str) -> None:
    page.goto("/")
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(page.get_by_role("checkbox", name="English")).to_be_visible()
    assert faults(page) == []
    page.goto(f"{travel}/documents")
    page.get_by_role("checkbox", name="Select all").check()
    page.get_by_role("button", name="Tags…").click()
    expect(page.get_by_role("dialog").get_by_label("Add tags")).to_be_focused()
    assert faults(page) == []


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(FAULTS_OF_ACCESS)
    return found
