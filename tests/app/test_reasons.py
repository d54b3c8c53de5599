"""Why a file or a run failed has a code beside its sentence, for pages in other languages."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from app.shapes.following import AlertOut, ProblemOut
from app.shapes.reasons import Reason, reason_of
from ingestion.durable import NO_ANSWER, UNEXPECTED
from ingestion.history.document_rows import ROLLED_BACK
from retrieval.storage import FAILED, FULL

ROOT = Path(__file__).parents[2]
# Said to who asks for something, which has a code of its own; and words that go into a document.
ASKED = (
    "ocr/inserted.py",
    "alerts.py",
    "mail.py",
    "noticing.py",
    "opening.py",
    "patterns.py",
    "record.py",
    "register.py",
    "showing.py",
    "starting.py",
)
FORMS = (  # what a place may look like, checked when a source is added
    "whole path of the folder",
    "web address",
    "The location of a bucket is written",
    "The region has a character",
    "The endpoint ends with",
    "A repository is followed over",
    "Repositories over SSH",
    "has no “?”",
    "This is no name of a branch",
)


def sentences(module: Path) -> list[str]:
    """Literals that end like one, with "x" for what is filled in; docstrings are none."""
    tree = ast.parse(module.read_text())
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    said = [
        words(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Constant)
        and id(node) not in docs
        and id(node) not in inner
    ]
    return [one for one in said if one.endswith(".") and one.count(" ") > 2]


def words(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values
    )


def modules(package: str) -> list[Path]:
    found = sorted((ROOT / package).rglob("*.py"))
    return [path for path in found if not path.as_posix().endswith(ASKED)]


@pytest.mark.parametrize("package", ["ingestion/parsing", "ingestion/sources"])
def test_every_sentence_of_readers_and_sources_has_a_code(package: str) -> None:
    said = [(path.name, one) for path in modules(package) for one in sentences(path)]
    assert len(said) > 20
    assert [
        (name, one)
        for name, one in said
        if reason_of(one) is None and not any(form in one for form in FORMS)
    ] == []


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("leave.pdf is encrypted with a password. Save it without one.", "encrypted"),
        (NO_ANSWER, "model_silent"),
        (UNEXPECTED, "inside"),
        (ROLLED_BACK, "rolled_back"),
        (FULL, "disk_full"),
        (FAILED, "disk_failed"),
        ("The document was deleted.", "deleted"),
        ("Somebody wrote something new.", None),
        (None, None),
    ],
)
def test_a_sentence_has_its_code(sentence: str | None, code: Reason | None) -> None:
    assert reason_of(sentence) == code


def test_every_code_is_that_of_a_sentence() -> None:
    said = (
        one
        for package in ("ingestion", "retrieval")
        for path in modules(package)
        for one in sentences(path)
    )
    assert {reason_of(one) for one in said} >= set(get_args(Reason))


def test_the_code_stands_beside_the_sentence_on_the_wire() -> None:
    problem = ProblemOut(path="a.pdf", reason="a.pdf has no text in it.")
    assert problem.model_dump() == {
        "path": "a.pdf",
        "reason": "a.pdf has no text in it.",
        "reason_code": "no_text",
    }


def test_an_alert_has_the_code_of_the_failure_that_it_tells() -> None:
    text = "HR: https://wiki.example.com/ asks to sign in. Please check user and password."
    alert = AlertOut(
        id="a1",
        kind="failed",
        text=text,
        source_id="s1",
        delivered={},
        created_at=datetime(2026, 11, 22, tzinfo=UTC),
        resolved_at=None,
    )
    assert alert.reason_code == "sign_in"
