import io
from pathlib import Path

import pytest

from ingestion.blobs import Blobs
from retrieval.errors import TooLarge, Unsupported


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


def test_what_the_check_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    def refuse(path: Path) -> None:
        assert path.read_bytes() == b"a program"
        raise Unsupported("Programs are not read.")

    with pytest.raises(Unsupported):
        blobs.put(io.BytesIO(b"a program"), max_bytes=100, check=refuse)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
