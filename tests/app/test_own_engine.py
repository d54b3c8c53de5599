"""The key between Colophon and its own engine."""

from pathlib import Path

import pytest

from app.models.own_engine import OwnEngine, Wanted, kept_key
from engine.keys import read_keys
from retrieval.errors import Unavailable


def test_a_command_beside_a_running_server_finds_its_key_as_the_engine_does(tmp_path: Path) -> None:
    engine = OwnEngine.prepared("engine", tmp_path, Wanted("multilingual-e5-small"))
    assert kept_key(tmp_path, "engine") == engine.key
    assert [key.key for key in read_keys(tmp_path / "engine.key").values()] == [engine.key]


@pytest.mark.parametrize("content", [None, "cle_of_another_version\n", "[colophon]\n"])
def test_a_key_that_cannot_be_read_is_said(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "engine.key").write_text(content, encoding="utf-8")
    with pytest.raises(Unavailable, match="key to its engine cannot be read"):
        kept_key(tmp_path, "engine")
