"""What only folders have: links, devices, names of older systems."""

import os
from io import BytesIO
from pathlib import Path

import pytest

from ingestion.sources.folder import Folder
from ingestion.sources.port import Entry
from retrieval.errors import NotFound, Unavailable


def _fetched(folder: Folder, entry: Entry) -> bytes:
    target = BytesIO()
    folder.fetch(entry, target, 1000)
    return target.getvalue()


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "linked").symlink_to("/etc")
    os.mkfifo(tmp_path / "pipe.txt")
    assert [entry.key for entry in Folder(tmp_path).entries()] == ["a.txt"]


def test_a_link_that_takes_a_file_s_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    folder = Folder(tmp_path)
    entry = next(iter(folder.entries()))
    (tmp_path / "a.txt").unlink()
    (tmp_path / "a.txt").symlink_to("/etc/passwd")
    with pytest.raises(Unavailable):
        _fetched(folder, entry)


def test_a_file_whose_folder_became_a_file_is_gone(tmp_path: Path) -> None:
    (tmp_path / "below").write_text("a file now")
    with pytest.raises(NotFound):
        _fetched(Folder(tmp_path), Entry("below/a.txt", "a.txt", None))


def test_names_in_an_older_encoding_are_listed_and_fetched(tmp_path: Path) -> None:
    name = "请假.txt".encode("gbk")
    (tmp_path / os.fsdecode(name)).write_text("leave")
    (tmp_path / r"c\x41.txt").write_text("a backslash")
    folder = Folder(tmp_path)
    entries = {entry.key: entry for entry in folder.entries()}
    for key in entries:
        key.encode()  # else no database takes it
    odd = next(entry for key, entry in entries.items() if key.startswith(r"\x"))
    assert _fetched(folder, odd) == b"leave"
    assert _fetched(folder, entries[r"c\x41.txt"]) == b"a backslash"
