"""The doctor on real indexes: what it says `--repair` mends, it mends."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.care.checks import Checks
from app.care.finding import REPAIR
from app.care.surroundings import Surroundings
from app.doctor import Doctor
from ingestion.history.purge import Purge
from retrieval.dense.chroma import ChromaIndexes
from retrieval.indexes.index import Index
from retrieval.lexical.tantivy import FORMAT, TantivyIndexes
from retrieval.store.database import Database
from retrieval.tables import chunks, vectors
from tests.fakes import ReadyModels
from tests.ingestion.past import NoAnswers
from tests.ingestion.shelf import BASE, Shelf, a_shelf

TEXTS = ("Leave takes thirty days.", "Trains take two hours.", "Lunch is at noon.")


@pytest.fixture
def shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    """Three searchable documents in SQL; the indexes on disk are the test's."""
    shelf = a_shelf(sqlite, tmp_path)
    for number, text in enumerate(TEXTS):
        shelf.put(f"{number}.txt", text)
    shelf.work()
    return shelf


@pytest.fixture
def opened(shelf: Shelf, tmp_path: Path) -> Iterator[Callable[[], Doctor]]:
    """Opens the indexes of one folder, as a start of Colophon does; again closes them before."""
    held: list[ChromaIndexes] = []

    def start() -> Doctor:
        while held:
            held.pop().close()
        dense = ChromaIndexes(tmp_path / "vectors")
        held.append(dense)
        lexical = TantivyIndexes(tmp_path / "words")
        corpus, store = shelf.index.corpus, shelf.index.vectors
        index = Index(corpus, store, lexical, dense, shelf.embedder.identity)
        makers = shelf.pipeline.makers
        clock = shelf.jobs.clock
        purge = Purge(shelf.database, shelf.blobs, index, NoAnswers(), clock)
        checks = Checks(shelf.database, index, shelf.blobs, purge, clock)
        around = Surroundings(shelf.database, shelf.sources.doors.sealer, shelf.blobs, dense)
        return Doctor(shelf.database, corpus, index, makers, ReadyModels(), checks, around)

    yield start
    while held:
        held.pop().close()


def complaints(doctor: Doctor) -> list[tuple[str, str]]:
    return [(finding.check, finding.fix) for finding in doctor.examine() if not finding.ok]


def finds_every_text(doctor: Doctor, shelf: Shelf) -> bool:
    """By words and by vectors, each text finds itself first."""
    with shelf.database.read() as connection:
        rows = connection.execute(select(chunks.c.id, chunks.c.context, chunks.c.text)).all()
    lexical = doctor.index.lexical.open(BASE)
    dense = doctor.index.dense.open(BASE, shelf.embedder.identity)
    for row in rows:
        vector = shelf.embedder.embed_passages([row.context + row.text])[0]
        nearest = {hit.chunk for hit in dense.search(vector, 1)}
        if {lexical.search(row.text, 1)[0].chunk, *nearest} != {row.id}:
            return False
    return len(rows) == len(TEXTS)


def damage_keywords(folder: Path) -> None:
    (folder / "words" / BASE / FORMAT / "meta.json").write_text("{")


def damage_terms(folder: Path) -> None:
    for file in (folder / "words" / BASE / FORMAT).glob("*.term"):
        file.write_bytes(b"noise")


def put_a_file_in_the_way(folder: Path) -> None:
    shutil.rmtree(folder / "words" / BASE / FORMAT)
    (folder / "words" / BASE / FORMAT).write_text("in the way")


@pytest.mark.parametrize("damage", [damage_keywords, damage_terms, put_a_file_in_the_way])
def test_a_keyword_index_that_cannot_be_read_is_told_and_repaired(
    shelf: Shelf,
    opened: Callable[[], Doctor],
    tmp_path: Path,
    damage: Callable[[Path], None],
) -> None:
    opened().repair()
    damage(tmp_path)
    doctor = opened()
    assert complaints(doctor) == [("index: Base", REPAIR)]
    doctor.repair()
    assert complaints(doctor) == []
    assert finds_every_text(doctor, shelf)


def lose_everything(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")


def lose_the_list(folder: Path) -> None:
    (folder / "vectors" / "chroma.sqlite3").unlink()


def lose_the_vectors(folder: Path) -> None:
    for inner in (folder / "vectors").iterdir():
        if inner.is_dir():
            shutil.rmtree(inner)
    _forget_the_log(folder)


def damage_the_list(folder: Path) -> None:
    (folder / "vectors" / "chroma.sqlite3").write_bytes(b"noise" * 1000)


def _forget_the_log(folder: Path) -> None:
    """Chroma keeps the last thousand writes twice; a larger index would have only the files."""
    log = Database.open(f"sqlite:///{folder / 'vectors' / 'chroma.sqlite3'}")
    with log.write() as connection:
        connection.exec_driver_sql("DELETE FROM embeddings_queue")
    log.close()


@pytest.mark.parametrize(
    "damage", [lose_everything, lose_the_list, lose_the_vectors, damage_the_list]
)
def test_a_vector_index_that_is_lost_or_damaged_is_told_and_repaired(
    shelf: Shelf,
    opened: Callable[[], Doctor],
    tmp_path: Path,
    damage: Callable[[Path], None],
) -> None:
    opened().repair()
    opened()  # closed and opened once more, so that everything is on disk
    damage(tmp_path)
    embedded = len(shelf.embedder.embedded)
    doctor = opened()
    assert complaints(doctor) == [("index: Base", REPAIR)]
    doctor.repair()
    assert complaints(doctor) == []
    assert len(shelf.embedder.embedded) == embedded
    assert finds_every_text(doctor, shelf)


def test_a_damaged_vector_is_computed_again(shelf: Shelf, opened: Callable[[], Doctor]) -> None:
    doctor = opened()
    doctor.repair()
    with shelf.database.write() as connection:
        one = select(vectors.c.text_sha256).limit(1).scalar_subquery()
        connection.execute(
            update(vectors).where(vectors.c.text_sha256 == one).values(data=bytes(4 * 64))
        )
    assert ("vectors", REPAIR) in complaints(doctor)
    doctor.repair()
    assert complaints(doctor) == []
    assert finds_every_text(doctor, shelf)
