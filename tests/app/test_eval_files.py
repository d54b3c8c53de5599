"""`colophon eval-files` as a command: its table, its JSON and its exit code."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app

HEADER = "file\texpect_kind\texpect\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLOPHON_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "note.txt").write_text("Paid leave is 25 days.")
    (tmp_path / "none.txt").write_text("")
    return tmp_path


def manifest(folder: Path, *rows: str) -> None:
    (folder / "manifest.tsv").write_text(HEADER + "".join(f"{row}\n" for row in rows))


def test_all_as_expected_is_told_with_exit_code_0(folder: Path) -> None:
    manifest(folder, "note.txt\tcontains\t25 days", "none.txt\treject\tempty")
    result = CliRunner().invoke(app, ["eval-files", str(folder)], env={"COLUMNS": "160"})
    assert result.exit_code == 0, result.output
    assert "2 of 2 as expected" in result.output
    assert "contains: 25 days" in result.output


def test_one_otherwise_is_told_with_exit_code_1(folder: Path) -> None:
    manifest(folder, "note.txt\tcontains\t30 days", "none.txt\treject\tempty")
    result = CliRunner().invoke(app, ["eval-files", str(folder), "--json"])
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert (said["as_expected"], said["total"]) == (1, 2)
    assert [row["ok"] for row in said["files"]] == [False, True]


def test_a_folder_without_a_manifest_is_one_sentence(folder: Path) -> None:
    result = CliRunner().invoke(app, ["eval-files", str(folder)])
    assert result.exit_code == 1
    assert "There is no manifest.tsv" in result.stderr
