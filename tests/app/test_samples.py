"""The sample library says what its questions expect, and nothing that its refusals ask for."""

import csv
import tomllib
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx import Document
from openpyxl import load_workbook
from pptx import Presentation

SAMPLES: Final = Path(__file__).parents[2] / "app" / "samples"
LIBRARY: Final[dict[str, list[dict[str, Any]]]] = tomllib.loads(
    (SAMPLES / "library.toml").read_text(encoding="utf-8")
)
DOCUMENTS: Final = {path.name: path for path in SAMPLES.glob("*/*")}
LIMIT_BYTES: Final = 1_500_000

# What each unanswerable question turns on; no document may so much as mention it.
ABSENT: Final = {
    "What is the CEO's phone number?": ("ceo", "phone", "extension", "首席执行官", "电话"),
    "When does the office in Singapore open?": ("singapore", "新加坡"),
    "How much does the company contribute to my pension plan?": ("pension", "retire", "养老"),
    "公司的股票期权怎么分配？": ("股票", "期权", "share option", "stock option"),
    "员工食堂的午餐多少钱一份？": ("食堂", "canteen", "cafeteria"),
}


def read_pdf(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    pages = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    return "\n".join(pages)


def read_docx(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def read_pptx(path: Path) -> str:
    texts: list[str] = []
    for slide in Presentation(str(path)).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                texts.append(shape.text_frame.text)
            if shape.has_table:
                texts += [cell.text for row in shape.table.rows for cell in row.cells]
        if slide.has_notes_slide:
            texts.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(texts)


def read_xlsx(path: Path) -> str:
    sheets = load_workbook(path).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.values for cell in row if cell)


def read_eml(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=default)
    return f"{message['Subject']}\n{message.get_content()}"


def read_html(path: Path) -> str:
    return BeautifulSoup(path.read_bytes(), "lxml").get_text()


def read_csv(path: Path) -> str:
    rows = csv.reader(StringIO(path.read_text(encoding="utf-8")))
    return "\n".join(cell for row in rows for cell in row)


def read_plain(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return path.read_text(encoding="gbk")


READERS: Final[dict[str, Callable[[Path], str]]] = {
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".eml": read_eml,
    ".html": read_html,
    ".csv": read_csv,
    ".md": read_plain,
    ".txt": read_plain,
}


def read(path: Path) -> str:
    return READERS[path.suffix](path)


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return {name: read(path) for name, path in DOCUMENTS.items()}


def test_every_format_is_shown_and_the_library_stays_small() -> None:
    assert {path.suffix for path in DOCUMENTS.values()} == set(READERS)
    assert len(DOCUMENTS) >= 20
    assert sum(path.stat().st_size for path in DOCUMENTS.values()) < LIMIT_BYTES


def test_every_file_lies_in_the_folder_of_a_knowledge_base_under_a_name_of_its_own() -> None:
    folders = {base["folder"] for base in LIBRARY["knowledge_bases"]}
    files = [path for path in SAMPLES.rglob("*") if path.is_file()]
    assert {path.parent.name for path in DOCUMENTS.values()} == folders
    assert len(files) == len(DOCUMENTS) + 1, "one library.toml, and no name used twice"


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_holds_readable_text(name: str, texts: dict[str, str]) -> None:
    text = texts[name]
    assert len(text) > 250
    assert "\ufffd" not in text
    assert "\x00" not in text


def test_one_chinese_text_is_in_gbk_as_old_company_files_are() -> None:
    with pytest.raises(UnicodeDecodeError):
        DOCUMENTS["访客管理规定.txt"].read_bytes().decode("utf-8")


@pytest.mark.parametrize("question", LIBRARY["questions"], ids=lambda q: q["document"])
def test_the_expected_fragment_stands_in_the_document(
    question: dict[str, str], texts: dict[str, str]
) -> None:
    assert question["expect"] in texts[question["document"]]


def test_ten_questions_half_english_half_chinese_each_on_another_document() -> None:
    questions = LIBRARY["questions"]
    languages = [question["lang"] for question in questions]
    assert (languages.count("en"), languages.count("zh")) == (5, 5)
    assert len({question["document"] for question in questions}) == len(questions)


def test_each_suggestion_is_a_question_on_a_document_of_that_knowledge_base() -> None:
    folder_of = {q["text"]: DOCUMENTS[q["document"]].parent.name for q in LIBRARY["questions"]}
    suggested = {
        text: base["folder"]
        for base in LIBRARY["knowledge_bases"]
        for text in base["suggested_questions"]
    }
    assert suggested == folder_of


def test_each_refusal_has_its_absent_words() -> None:
    assert {question["text"] for question in LIBRARY["unanswerable"]} == set(ABSENT)


@pytest.mark.parametrize("question", ABSENT)
def test_no_document_mentions_what_an_unanswerable_question_asks_for(
    question: str, texts: dict[str, str]
) -> None:
    found = [
        (name, word)
        for name, text in texts.items()
        for word in ABSENT[question]
        if word in text.lower()
    ]
    assert found == []
