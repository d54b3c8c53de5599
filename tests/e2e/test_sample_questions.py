"""The ten suggested questions are answered from the right document, the five others refused."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

import app
from tests.e2e.conftest import Running

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LIBRARY = Path(app.__file__).parent / "samples" / "library.toml"
LISTED: dict[str, Any] = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))
NOT_THERE = 3


@pytest.mark.parametrize("question", LISTED["questions"], ids=lambda q: q["document"])
def test_a_sample_question_cites_its_document(colophon: Running, question: dict[str, str]) -> None:
    said = colophon.cli("ask", question["text"], "--json")
    assert said.returncode == 0, said.stderr
    answer = json.loads(said.stdout)
    assert question["document"] in {citation["filename"] for citation in answer["citations"]}
    shown = " ".join(sentence["text"] for sentence in answer["sentences"])
    quoted = " ".join(citation["quote"] for citation in answer["citations"])
    assert question["expect"] in f"{shown} {quoted}"


@pytest.mark.parametrize("question", LISTED["unanswerable"], ids=lambda q: q["text"])
def test_what_is_nowhere_is_refused(colophon: Running, question: dict[str, str]) -> None:
    said = colophon.cli("ask", question["text"], "--json")
    assert said.returncode == NOT_THERE, said.stdout
    answer = json.loads(said.stdout)
    assert answer["outcome"] == "not_found"
    assert [sentence for sentence in answer["sentences"] if sentence["text"]] == []


def test_the_doctor_finds_nothing(colophon: Running) -> None:
    said = colophon.cli("doctor", "--json")
    assert said.returncode == 0, said.stdout
    assert all(finding["ok"] for finding in json.loads(said.stdout))


def test_a_backup_is_made_while_it_runs(colophon: Running, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    assert colophon.cli("backup", str(target)).returncode == 0
    assert target.stat().st_size > 0
    assert colophon.cli("backup", str(target)).returncode == 1


def test_a_folder_ingested_twice_is_embedded_once(colophon: Running, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    for number in range(3):
        (folder / f"note-{number}.txt").write_text(f"Locker {number} is in corridor {number}.")
    first = json.loads(colophon.cli("ingest", str(folder), "-k", "Notes", "--json").stdout)
    again = json.loads(colophon.cli("ingest", str(folder), "-k", "Notes", "--json").stdout)
    assert first == {"searchable": 3, "unchanged": 0, "failed": []}
    assert again == {"searchable": 0, "unchanged": 3, "failed": []}
