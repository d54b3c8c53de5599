"""A backup of a running house, and a house out of a backup: whole or not at all."""

import gzip
import io
import json
import shutil
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.backup import MANIFEST, back_up
from app.clock import utc_now
from app.migrations import upgrade
from app.restore import rebuild_indexes, restore
from retrieval.dense.chroma import ChromaIndexes
from retrieval.errors import Conflict, Invalid, Unavailable
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.store.corpus import Corpus
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.tables import chunks
from tests.fakes import WordsEmbedder
from tests.ingestion.past import Past, a_past
from tests.ingestion.shelf import BASE


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def past(data_dir: Path) -> Past:
    data_dir.mkdir()
    database = Database.open(address(data_dir))
    upgrade(database)  # a restore expects a database that says which version it is
    past = a_past(database, data_dir)
    past.put("a.txt", "Leave takes thirty days.")
    past.put("b.txt", "Trains take two hours.")
    return past


@pytest.fixture
def saved(past: Past, data_dir: Path, tmp_path: Path) -> Path:
    target = tmp_path / "backup.tar.gz"
    report = back_up(data_dir, address(data_dir), target, utc_now())
    assert (report.path, report.blobs) == (target, 2)
    assert report.size == target.stat().st_size
    return target


def address(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'colophon.sqlite3'}"


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same archive with other members."""
    with tarfile.open(backup) as archive:
        members = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    change(members)
    other = backup.with_name("other.tar.gz")
    with tarfile.open(other, "w:gz") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return other


def test_a_restored_folder_is_searched_as_before_without_a_model(
    saved: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    restored = restore(saved, new)
    assert (restored.originals, restored.dump) == (2, None)
    embedder = WordsEmbedder()
    [base] = rebuild_indexes(new, address(new), embedder.identity)
    assert (base.knowledge_base, base.passages, base.without_vector) == ("Base", 2, 0)

    database = Database.open(address(new))
    dense, words = ChromaIndexes(new / "vectors"), TantivyIndexes(new / "words")
    index = Index(Corpus(database), VectorStore(database), words, dense, embedder.identity)
    assert index.compare(BASE).is_empty
    [hit] = words.open(BASE).search("trains", 5)
    with database.read() as connection:
        text = connection.scalar(select(chunks.c.text).where(chunks.c.id == hit.chunk))
    assert text == "Trains take two hours."
    dense.close()
    database.close()
    assert (new / "colophon.sqlite3").stat().st_mode & 0o077 == 0


def test_a_backup_can_be_made_while_documents_are_taken_in(
    past: Past, data_dir: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def upload() -> None:
        number = 0
        while not stop.is_set():
            past.put(f"{number}.txt", f"Rule {number}.")
            number += 1

    thread = threading.Thread(target=upload)
    thread.start()
    try:
        for number in range(5):
            backup = tmp_path / f"{number}.tar.gz"
            back_up(data_dir, address(data_dir), backup, utc_now())
    finally:
        stop.set()
        thread.join()
    for number in range(5):
        new = tmp_path / f"new-{number}"
        restore(tmp_path / f"{number}.tar.gz", new)
        [base] = rebuild_indexes(new, address(new), past.shelf.embedder.identity)
        assert base.passages >= 2
        assert base.without_vector == 0


def test_nothing_is_overwritten(saved: Path, past: Past, data_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="exists already"):
        back_up(data_dir, address(data_dir), saved, utc_now())
    with pytest.raises(Conflict, match="is not empty"):
        restore(saved, data_dir)
    with pytest.raises(Invalid, match="There is no backup"):
        restore(tmp_path / "nothing", tmp_path / "new")


def test_a_backup_that_fails_leaves_nothing_behind(data_dir: Path, tmp_path: Path) -> None:
    data_dir.mkdir()
    with pytest.raises(Invalid, match="There is no database"):
        back_up(data_dir, address(data_dir), tmp_path / "backup.tar.gz", utc_now())
    assert list(tmp_path.iterdir()) == [data_dir]
    assert list(data_dir.iterdir()) == []


def test_postgresql_that_does_not_answer_is_told(data_dir: Path, tmp_path: Path) -> None:
    data_dir.mkdir()
    url = "postgresql+psycopg://me:secret@127.0.0.1:9/x"
    with pytest.raises(Unavailable) as told:
        back_up(data_dir, url, tmp_path / "backup.tar.gz", utc_now())
    assert "pg_dump" in str(told.value)
    assert "secret" not in str(told.value)


def cut_short(backup: Path) -> Path:
    content = backup.read_bytes()
    backup.write_bytes(content[: len(content) // 2])
    return backup


def with_another_original(backup: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        name = next(name for name in members if name.startswith("blobs/"))
        members[name] = b"something else"

    return rewritten(backup, change)


def with_a_way_out(backup: Path) -> Path:
    return rewritten(backup, lambda members: members.update({"../evil": b""}))


def with_a_program(backup: Path) -> Path:
    return rewritten(backup, lambda members: members.update({"colophon.toml": b""}))


def without_a_list(backup: Path) -> Path:
    return rewritten(backup, lambda members: members.pop(MANIFEST) and None)


def without_the_database(backup: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        listed = json.loads(members[MANIFEST])
        del members["colophon.sqlite3"], listed["members"]["colophon.sqlite3"]
        members[MANIFEST] = json.dumps(listed).encode()

    return rewritten(backup, change)


def of_another_form(backup: Path) -> Path:
    def change(members: dict[str, bytes]) -> None:
        listed = json.loads(members[MANIFEST])
        members[MANIFEST] = json.dumps({**listed, "format": 99}).encode()

    return rewritten(backup, change)


def no_archive(backup: Path) -> Path:
    backup.write_bytes(gzip.compress(b"words"))
    return backup


@pytest.mark.parametrize(
    "damage",
    [
        cut_short,
        with_another_original,
        with_a_way_out,
        with_a_program,
        without_a_list,
        without_the_database,
        of_another_form,
        no_archive,
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(
    saved: Path, tmp_path: Path, damage: Callable[[Path], Path]
) -> None:
    damaged = damage(saved)
    before = set(tmp_path.iterdir())
    with pytest.raises(Invalid) as told:
        restore(damaged, tmp_path / "new")
    assert str(told.value).endswith(".")
    assert set(tmp_path.iterdir()) == before


def test_a_link_in_a_backup_is_refused(saved: Path, tmp_path: Path) -> None:
    with tarfile.open(saved.with_name("linked.tar.gz"), "w:gz") as archive:
        entry = tarfile.TarInfo("colophon.sqlite3")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    with pytest.raises(Invalid, match="is no file"):
        restore(saved.with_name("linked.tar.gz"), tmp_path / "new")


def test_an_original_that_was_purged_meanwhile_is_no_fault(
    past: Past, data_dir: Path, tmp_path: Path
) -> None:
    shutil.rmtree(next((data_dir / "blobs").glob("??")))
    back_up(data_dir, address(data_dir), tmp_path / "backup.tar.gz", utc_now())
    assert restore(tmp_path / "backup.tar.gz", tmp_path / "new").originals == 1
