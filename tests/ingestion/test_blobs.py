import io
from pathlib import Path

import pytest

from ingestion.blobs import Blobs
from retrieval.errors import TooLarge


def test_the_same_bytes_are_one_file(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    first = blobs.put(io.BytesIO(b"text"), max_bytes=10)
    assert blobs.put(io.BytesIO(b"text"), max_bytes=10) == first
    assert blobs.path(first.sha256).read_bytes() == b"text"
    assert list(blobs.names()) == [first.sha256]


def test_a_file_over_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(TooLarge):
        blobs.put(io.BytesIO(b"eleven bytes"), max_bytes=10)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_blob_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    stored = blobs.put(io.BytesIO(b"text"), max_bytes=10)
    assert blobs.is_intact(stored.sha256)
    blobs.path(stored.sha256).write_bytes(b"texx")
    assert not blobs.is_intact(stored.sha256)
    blobs.remove(stored.sha256)
    assert not blobs.is_intact(stored.sha256)
