"""What is said of files that are read, or refused, as a manifest expects or otherwise."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from ingestion.file_evaluation import Finding, evaluate_files, read_manifest
from ingestion.parsing.limits import ParseLimits
from retrieval.errors import Invalid
from tests.ingestion.parsed import SERVER

LIMITS = ParseLimits()


def a_folder(folder: Path, files: Path, *rows: str) -> Path:
    """Rows are "file|expect_kind|expect|must_not_contain"."""
    header = "file\tlicence\texpect_kind\texpect\tmust_not_contain"
    lines = [header]
    for row in rows:
        name, kind, expect, forbidden = row.split("|")
        lines.append("\t".join((name, "MIT", kind, expect, forbidden)))
        if (files / name).is_file():
            shutil.copy(files / name, folder / name)
    (folder / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def found(folder: Path) -> list[Finding]:
    clock = count()
    return list(evaluate_files(SERVER, folder, LIMITS, lambda: float(next(clock))))


def test_what_comes_out_as_expected_is_ok(tmp_path: Path, files: Path) -> None:
    folder = a_folder(
        tmp_path,
        files,
        "txt_zh_gbk.txt|contains|克森花园 （波兰语：Ogród S|",
        "txt_utf16le.txt|ocr|a test  document|",
        "txt_empty.txt|reject|empty|",
        "bad_random.pdf|reject|not a pdf|",
        "bad_truncated.docx|reject|corrupt|",
        "legacy.rtf|contains_or_reject|My first paragraph|",
        "txt_whitespace.txt|contains_or_reject|anything|",
        "csv_ragged.csv|reject_or_safe|a|root:",
    )
    findings = found(folder)
    assert [one.file for one in findings if not one.ok] == []
    assert {one.seconds for one in findings} == {1.0}
    assert findings[2].outcome == "refused: txt_empty.txt is empty: it has 0 bytes."


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("csv_ragged.csv|contains|no such words|", "not found in: csv_ragged"),
        ("csv_ragged.csv|contains|a,b|c,d", "read, with “c,d” in it"),
        ("csv_ragged.csv|reject|corrupt|", "read, as: csv_ragged"),
        ("csv_ragged.csv|reject_or_safe||c,d", "read, with “c,d” in it"),
        ("txt_empty.txt|contains|words|", "refused: txt_empty.txt is empty"),
        ("txt_empty.txt|reject|encrypted|", "refused: txt_empty.txt is empty"),
        ("txt_utf16le.txt|ocr|atestdocument|", "not found in: txt_utf16le"),
    ],
)
def test_what_comes_out_otherwise_is_not(
    tmp_path: Path, files: Path, row: str, outcome: str
) -> None:
    (finding,) = found(a_folder(tmp_path, files, row))
    assert not finding.ok
    assert finding.outcome.startswith(outcome)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("csv_ragged.csv|maybe|a|", "expects “maybe” of csv_ragged.csv; it can expect contains"),
        ("../secret.txt|contains|a|", "not a file of its own folder"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(
    tmp_path: Path, files: Path, row: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_manifest(a_folder(tmp_path, files, row))


def test_a_file_that_is_not_there_is_told(tmp_path: Path, files: Path) -> None:
    with pytest.raises(Invalid, match=r"names gone\.pdf, which is not in"):
        found(a_folder(tmp_path, files, "gone.pdf|contains|a|"))


def test_a_folder_without_a_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"There is no manifest\.tsv in"):
        read_manifest(tmp_path)


def test_a_manifest_without_a_column_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text("file\texpect\na.txt\tb\n")
    with pytest.raises(Invalid, match="has no column expect_kind"):
        read_manifest(tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_every_shared_file_comes_out_as_expected(data_dir: Path | None) -> None:
    assert data_dir is not None, "the shared data are not beside this checkout"
    wrong = [one for one in found(data_dir / "files") if not one.ok]
    assert wrong == []
