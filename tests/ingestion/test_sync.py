"""The nightly job: unchanged costs nothing, changed is replaced, vanished goes."""

import os
from pathlib import Path

import pytest

from ingestion.sources.sync import Report
from retrieval.database import Database
from retrieval.errors import Conflict, Invalid, NotFound, Unavailable
from tests.ingestion.shelf import BASE, Shelf, a_shelf


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return a_shelf(sqlite, tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    (folder / "hr").mkdir(parents=True)
    (folder / "hr" / "leave.txt").write_text("Twenty-six days of leave.")
    (folder / "travel.txt").write_text("Book trains early.")
    return folder


def _counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged, report.failed


def _run(shelf: Shelf, source: str, run: str) -> Report:
    report = shelf.sync.run(source, run)
    shelf.work()
    return report


def test_the_first_run_takes_everything_below_the_folder(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    assert _counts(_run(shelf, source, "run-1")) == (2, 0, 0, 0, 0)
    assert shelf.found("days of leave")[0] == "Twenty-six days of leave."
    assert set(shelf.states()) == {"hr/leave.txt", "travel.txt"}


def test_a_second_run_computes_no_embedding_and_reads_no_file(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    _run(shelf, source, "run-1")
    embedded = len(shelf.embedder.embedded)
    for name in ("hr/leave.txt", "travel.txt"):
        os.chmod(folder / name, 0o000)
    assert _counts(_run(shelf, source, "run-2")) == (0, 0, 0, 2, 0)
    assert len(shelf.embedder.embedded) == embedded


def test_a_touched_file_with_the_same_bytes_is_unchanged(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    _run(shelf, source, "run-1")
    embedded = len(shelf.embedder.embedded)
    os.utime(folder / "travel.txt", (1, 1))
    assert _counts(_run(shelf, source, "run-2")) == (0, 0, 0, 2, 0)
    assert len(shelf.embedder.embedded) == embedded


def test_changed_files_are_replaced_and_vanished_ones_removed(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    _run(shelf, source, "run-1")
    (folder / "travel.txt").write_text("Book trains three weeks early.")
    (folder / "hr" / "leave.txt").unlink()
    (folder / "new.txt").write_text("Welcome on board.")
    assert _counts(_run(shelf, source, "run-2")) == (1, 1, 1, 0, 0)
    assert shelf.found("book trains")[0] == "Book trains three weeks early."
    assert "Twenty-six days of leave." not in shelf.found("days of leave")
    assert shelf.is_in_step()


def test_a_folder_that_is_gone_removes_nothing(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    _run(shelf, source, "run-1")
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(Unavailable, match="is not there"):
        shelf.sync.run(source, "run-2")
    assert shelf.found("days of leave")[0] == "Twenty-six days of leave."


def test_a_folder_that_is_empty_all_at_once_removes_nothing(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    _run(shelf, source, "run-1")
    for path in (folder / "hr" / "leave.txt", folder / "travel.txt"):
        path.unlink()
    with pytest.raises(Unavailable, match="is empty now"):
        shelf.sync.run(source, "run-2")
    assert shelf.found("days of leave")[0] == "Twenty-six days of leave."


def test_hidden_files_and_links_are_left_alone(shelf: Shelf, folder: Path) -> None:
    (folder / ".secret.txt").write_text("hidden")
    (folder / "link.txt").symlink_to(folder / "travel.txt")
    (folder / "~$travel.docx").write_text("lock of an office program")
    source = shelf.sources.add(BASE, str(folder))
    assert _counts(_run(shelf, source, "run-1")) == (2, 0, 0, 0, 0)


def test_a_file_of_a_foreign_kind_is_told_and_stops_nothing(shelf: Shelf, folder: Path) -> None:
    (folder / "program.exe").write_bytes(b"MZ\x00\x01\x02")
    source = shelf.sources.add(BASE, str(folder))
    report = _run(shelf, source, "run-1")
    assert _counts(report) == (2, 0, 0, 0, 1)
    assert report.problems[0].path == "program.exe"
    assert report.problems[0].reason


def test_a_run_that_is_repeated_after_a_crash_adds_nothing(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    shelf.sync.run(source, "run-1")
    assert _counts(shelf.sync.run(source, "run-1")) == (0, 0, 0, 2, 0)
    shelf.work()
    assert len(shelf.states()) == 2


def test_removing_a_source_removes_its_documents(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    shelf.put("own.txt", "Uploaded by hand.")
    _run(shelf, source, "run-1")
    shelf.sources.remove(source)
    assert set(shelf.states()) == {"own.txt"}
    with pytest.raises(NotFound):
        shelf.sources.start_sync(source)


def test_what_is_no_folder_is_refused(shelf: Shelf, folder: Path) -> None:
    with pytest.raises(Invalid, match="whole path"):
        shelf.sources.add(BASE, "share")
    with pytest.raises(Invalid, match="no folder"):
        shelf.sources.add(BASE, str(folder / "nowhere"))
    shelf.sources.add(BASE, str(folder))
    with pytest.raises(Conflict):
        shelf.sources.add(BASE, str(folder))


def test_the_nightly_job_starts_every_source(shelf: Shelf, folder: Path) -> None:
    source = shelf.sources.add(BASE, str(folder))
    shelf.sources.start_all()
    assert [work.source for work in shelf.waiting.works] == [source]
