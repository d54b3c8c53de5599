"""Credentials can be read with the key they were sealed with, and with no other."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingestion.sources.sealing import KEY_FILE, open_sealer
from retrieval.errors import Unavailable

SECRET = "a secret of the whole installation, long enough"


def test_what_was_sealed_can_be_opened_and_does_not_show(tmp_path: Path) -> None:
    sealed = open_sealer(tmp_path, None).seal(b"the password")
    assert b"password" not in sealed
    assert open_sealer(tmp_path, None).open(sealed) == b"the password"


def test_the_key_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    open_sealer(tmp_path, None)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_many_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as starting:
        sealers = list(starting.map(lambda _: open_sealer(tmp_path, None), range(16)))
    assert len({sealer.key for sealer in sealers}) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_machines_with_the_same_setting_read_each_other(tmp_path: Path) -> None:
    sealed = open_sealer(tmp_path / "one", SECRET).seal(b"x")
    assert open_sealer(tmp_path / "two", SECRET).open(sealed) == b"x"


def test_another_key_opens_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    sealed = open_sealer(tmp_path, None).seal(b"x")
    for sealer, content in (
        (open_sealer(tmp_path, SECRET), sealed),
        (open_sealer(tmp_path, None), sealed[:-1]),
        (open_sealer(tmp_path, None), b"none"),
    ):
        with pytest.raises(Unavailable, match="give them again"):
            sealer.open(content)


def test_the_key_is_not_shown(tmp_path: Path) -> None:
    sealer = open_sealer(tmp_path, None)
    assert sealer.key.decode() not in repr(sealer)


@pytest.mark.parametrize("content", [b"", b"no key"])
def test_a_damaged_key_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(Unavailable, match=KEY_FILE):
        open_sealer(tmp_path, None)
    assert (tmp_path / KEY_FILE).read_bytes() == content
