"""A purged document is in no revision, no index and no file, and it never comes back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from ingestion.blobs import Blobs
from retrieval.dense.chroma import ChromaIndexes
from retrieval.errors import Conflict, NotFound, Unavailable
from retrieval.history_tables import golden_questions, purged
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.store.database import Database
from retrieval.tables import (
    blocks,
    chunks,
    documents,
    jobs,
    revisions,
    vectors,
    versions,
    visibility,
)
from retrieval.types import ChunkId, KnowledgeBaseId
from tests.ingestion.past import Past, a_past
from tests.ingestion.shelf import BASE, Ticking

SECRET = "The quince harvest pays for the swimming pool."


@pytest.fixture
def past(either_database: Database, tmp_path: Path) -> Past:
    return a_past(either_database, tmp_path)


@pytest.fixture
def on_disk(sqlite: Database, tmp_path: Path) -> Iterator[Past]:
    """The same with the indexes that lie in files."""
    past = a_past(sqlite, tmp_path)
    dense = ChromaIndexes(tmp_path / "vectors")
    lexical = TantivyIndexes(tmp_path / "words")
    index = replace(past.shelf.index, lexical=lexical, dense=dense)
    past.shelf.pipeline = replace(past.shelf.pipeline, index=index)
    past.shelf.removal = replace(past.shelf.removal, index=index)
    past.shelf.index = index
    past.rollback = replace(past.rollback, index=index)
    past.purging = replace(past.purging, index=index)
    yield past
    dense.close()


def count(past: Past, *tables: object) -> list[int]:
    with past.shelf.database.read() as connection:
        return [connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables]


def files_with(folder: Path, needle: bytes) -> list[str]:
    return [
        path.name for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()
    ]


def test_it_is_gone_from_every_table_and_revision(past: Past) -> None:
    past.put("a.txt", SECRET)
    past.put("a.txt", f"{SECRET} So it is.")
    past.put("b.txt", "Trains take two hours.")
    then = past.snapshot()
    gone = past.purging.purge(past.id_of("a.txt"), "ada")

    assert (gone.title, gone.versions, gone.chunks) == ("a.txt", 2, 2)
    assert (gone.vectors, gone.originals) == (2, 2)
    assert count(past, documents, versions, blocks, chunks, visibility, vectors, jobs) == [1] * 7
    assert past.shelf.found("quince harvest") == ["Trains take two hours."]
    past.back_to(then)
    assert list(past.listed()) == ["b.txt"]
    with past.shelf.database.read() as connection:
        reasons = list(connection.scalars(select(revisions.c.reason).order_by(revisions.c.number)))
    assert reasons == [
        "a purged document, version 1",
        "a purged document, version 2",
        "b.txt, version 1",
        "A document was purged",
    ]


def test_no_file_of_the_folder_holds_a_word_or_a_vector_of_it(
    on_disk: Past, tmp_path: Path
) -> None:
    on_disk.put("b.txt", "Trains take two hours.")
    on_disk.put("a.txt", SECRET)
    with on_disk.shelf.database.read() as connection:
        digest = connection.scalar(select(chunks.c.embedded_sha256).where(chunks.c.text == SECRET))
        vector = connection.scalar(select(vectors.c.data).where(vectors.c.text_sha256 == digest))
        chunk = connection.scalar(select(chunks.c.id).where(chunks.c.text == SECRET))
    # Chroma makes them unit length once more, which changes their last bits.
    needles = (SECRET.encode(), str(chunk).encode(), bytes(vector[:64]))
    assert all(files_with(tmp_path, needle) for needle in needles)

    on_disk.purging.purge(on_disk.id_of("a.txt"), "ada")

    assert [files_with(tmp_path, needle) for needle in needles] == [[], [], []]
    assert on_disk.shelf.index.lexical.open(BASE).search("quince harvest swimming", 5) == []
    assert on_disk.shelf.is_in_step()
    on_disk.put("c.txt", "Lunch is at noon.")
    assert on_disk.shelf.is_in_step()


def test_the_same_bytes_are_refused_afterwards_and_do_not_stay(past: Past) -> None:
    past.put("a.txt", SECRET)
    past.purging.purge(past.id_of("a.txt"), "ada")
    with pytest.raises(Conflict, match=r"again\.txt was purged on 2026-11-22 by ada"):
        past.shelf.put("again.txt", SECRET)
    assert list(past.shelf.blobs.names()) == []
    assert past.listed() == {}


def test_a_deleted_document_can_be_purged_and_a_purged_one_cannot(past: Past) -> None:
    document = past.put("a.txt", SECRET)
    past.remove("a.txt")
    assert past.purging.purge(document).chunks == 1
    with pytest.raises(NotFound):
        past.purging.purge(document)


def test_what_another_document_shows_stays_with_it(past: Past) -> None:
    past.put("a.txt", SECRET)
    past.put("b.txt", SECRET)
    # b.txt has another context: what is shared is the original.
    gone = past.purging.purge(past.id_of("a.txt"))
    assert gone.originals == 0
    assert count(past, purged) == [0]
    assert past.shelf.found("quince") == [SECRET]
    assert past.shelf.put("b.txt", SECRET).unchanged


def test_the_same_bytes_of_deleted_documents_and_old_versions_go_with_it(past: Past) -> None:
    past.put("old.txt", SECRET)
    past.remove("old.txt")
    past.put("c.txt", SECRET)
    past.put("c.txt", "Something else.")
    then = past.snapshot()
    past.put("a.txt", SECRET)
    assert past.purging.purge(past.id_of("a.txt")).versions == 3
    past.back_to(then)
    assert past.shelf.found("quince") == ["Something else."]
    assert count(past, purged) == [1]


def test_a_vector_that_another_text_needs_stays(past: Past) -> None:
    past.put("a.md", f"# One title\n\n{SECRET}")
    past.put("b.md", f"# One title\n\n{SECRET}\n\nMore.")
    before = count(past, vectors)
    past.purging.purge(past.id_of("a.md"))
    assert count(past, vectors) <= before
    assert past.shelf.is_in_step()


def test_golden_questions_lose_what_only_it_could_answer(past: Past) -> None:
    past.put("a.txt", SECRET)
    past.put("b.txt", "Trains take two hours.")
    asked = {"phrase": "quince harvest", "name": "a.txt", "both": "Trains", "other": "b.txt"}
    with past.shelf.database.write() as connection:
        for key, value in asked.items():
            field = "phrase" if key in {"phrase", "both"} else "filename"
            connection.execute(
                insert(golden_questions).values(
                    id=key,
                    knowledge_base_id=BASE,
                    question=key,
                    created_at=Ticking()(),
                    **{field: value},
                )
            )
    past.purging.purge(past.id_of("a.txt"))
    with past.shelf.database.read() as connection:
        assert set(connection.scalars(select(golden_questions.c.id))) == {"both", "other"}


def test_a_document_on_its_way_is_purged_and_its_job_ends(past: Past) -> None:
    accepted = past.shelf.put("a.txt", SECRET)
    past.purging.purge(accepted.document)
    past.shelf.work()
    assert count(past, documents, chunks, jobs, vectors) == [0] * 4


class FullDisk(Blobs):
    def remove(self, sha256: str) -> None:
        raise OSError("No space left on device")


def test_what_a_crash_left_half_done_is_finished_at_the_next_start(past: Past) -> None:
    document = past.put("a.txt", SECRET)
    dying = replace(past.purging, blobs=FullDisk(past.shelf.blobs.root))
    with pytest.raises(OSError, match="No space"):
        dying.purge(document)
    assert past.shelf.found("quince") == []
    assert list(past.shelf.blobs.names()) != []
    past.purging.finish()
    past.purging.finish()
    assert list(past.shelf.blobs.names()) == []
    assert count(past, documents) == [0]


def test_an_index_that_does_not_answer_does_not_keep_the_words(on_disk: Past) -> None:
    document = on_disk.put("a.txt", SECRET)
    away = replace(on_disk.shelf.index, lexical=AwayWords())
    with pytest.raises(Unavailable):
        replace(on_disk.purging, index=away).purge(document)
    assert on_disk.shelf.found("quince") == []
    on_disk.purging.finish()
    assert on_disk.shelf.is_in_step()


def test_a_reader_who_keeps_the_log_leaves_the_purge_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.store.database.BUSY_SECONDS", 0.1)
    database = Database.open(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    past = a_past(database, tmp_path)
    document = past.put("a.txt", SECRET)
    with database.read() as reader:
        reader.execute(select(documents)).all()
        past.purging.purge(document)
        assert files_with(tmp_path, SECRET.encode()) != []
    assert count(past, documents) == [1]
    past.purging.finish()
    assert files_with(tmp_path, SECRET.encode()) == []
    assert count(past, documents) == [0]
    database.close()


class AwayWords(TantivyIndexes):
    def __init__(self) -> None:
        super().__init__(Path("/nowhere"))

    def drop(self, knowledge_base: KnowledgeBaseId) -> None:
        raise Unavailable("The keyword index is away.")


def test_a_search_goes_on_while_an_index_is_rewritten(on_disk: Past) -> None:
    for number in range(20):
        on_disk.shelf.put(f"{number}.txt", f"Rule {number}: bring tool {number}.")
    on_disk.shelf.work()
    before = on_disk.shelf.index.dense.open(BASE, on_disk.shelf.embedder.identity)
    on_disk.purging.purge(on_disk.id_of("3.txt"))
    after = on_disk.shelf.index.dense.open(BASE, on_disk.shelf.embedder.identity)
    nearest = after.search(on_disk.shelf.embedder.embed_question("tool 7"), 30)
    assert len({hit.chunk for hit in nearest}) == len(nearest) == 19
    with pytest.raises(Unavailable):
        before.remove([ChunkId("any")])
