"""From bytes to searchable and back, on both databases, with every step allowed to run twice."""

from pathlib import Path

import pytest

from retrieval.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable, Unsupported
from retrieval.store.database import Database
from retrieval.store.scoping import ScopedDocuments
from retrieval.types import DocumentId, Filters, KnowledgeBaseId, Scope
from tests.ingestion.shelf import BASE, Shelf, a_shelf


@pytest.fixture
def shelf(either_database: Database, tmp_path: Path) -> Shelf:
    return a_shelf(either_database, tmp_path)


@pytest.fixture
def sqlite_shelf(sqlite: Database, tmp_path: Path) -> Shelf:
    return a_shelf(sqlite, tmp_path)


def test_an_upload_becomes_searchable(shelf: Shelf) -> None:
    accepted = shelf.put("leave.txt", "Employees receive twenty-six days of annual leave.")
    assert shelf.found("annual leave") == []
    shelf.work()
    assert shelf.found("annual leave") == ["Employees receive twenty-six days of annual leave."]
    assert shelf.states() == {"leave.txt": ("searchable", None)}
    assert shelf.job_states() == ["done"]
    assert accepted.job is not None
    assert shelf.is_in_step()


def test_the_same_bytes_again_change_nothing_and_embed_nothing(shelf: Shelf) -> None:
    first = shelf.put("leave.txt", "Twenty-six days.")
    shelf.work()
    before = len(shelf.embedder.embedded)
    again = shelf.put("leave.txt", "Twenty-six days.")
    shelf.work()
    assert again.unchanged
    assert again.document == first.document
    assert len(shelf.embedder.embedded) == before


def test_new_bytes_under_the_same_name_replace_the_old_ones(shelf: Shelf) -> None:
    first = shelf.put("leave.txt", "Employees receive twenty days of leave.")
    shelf.work()
    second = shelf.put("leave.txt", "Employees receive thirty days of leave.")
    assert shelf.found("days of leave") == ["Employees receive twenty days of leave."]
    shelf.work()
    assert second.document == first.document
    assert shelf.found("days of leave") == ["Employees receive thirty days of leave."]
    assert shelf.is_in_step()


def test_a_document_is_filtered_by_the_language_of_its_live_version(shelf: Shelf) -> None:
    def german() -> frozenset[DocumentId]:
        scope = Scope(frozenset({BASE}), filters=Filters(languages=frozenset({"de"})))
        return ScopedDocuments(shelf.database).left(scope)[BASE]

    first = shelf.put("urlaub.txt", "Beschäftigte erhalten zwanzig Tage Urlaub im Jahr.")
    shelf.work()
    assert german() == {first.document}
    shelf.put("urlaub.txt", "Employees receive twenty days of annual leave every year.")
    assert german() == {first.document}
    shelf.work()
    assert german() == frozenset()


def test_text_that_another_document_has_is_not_embedded_again(sqlite_shelf: Shelf) -> None:
    sqlite_shelf.put("same.txt", "Bring your badge.")
    sqlite_shelf.work()
    sqlite_shelf.removal.remove_document(DocumentId(_only_document(sqlite_shelf)))
    before = len(sqlite_shelf.embedder.embedded)
    sqlite_shelf.put("same.txt", "Bring your badge.")
    sqlite_shelf.work()
    assert len(sqlite_shelf.embedder.embedded) == before
    assert sqlite_shelf.found("badge") == ["Bring your badge."]


def test_every_step_may_run_twice(shelf: Shelf) -> None:
    shelf.put("leave.txt", "Twenty-six days of leave.")
    [work] = shelf.waiting.works
    for step in shelf.steps(work):
        step()
        step()
    assert shelf.found("leave") == ["Twenty-six days of leave."]
    assert shelf.is_in_step()


def test_a_version_that_fails_leaves_the_old_one_answering(sqlite_shelf: Shelf) -> None:
    sqlite_shelf.put("leave.txt", "Twenty days of leave.")
    sqlite_shelf.work()
    sqlite_shelf.put("leave.txt", "   \n  ")
    sqlite_shelf.work()
    assert sqlite_shelf.found("leave") == ["Twenty days of leave."]
    state, error = sqlite_shelf.states()["leave.txt"]
    assert state == "failed"
    assert error


def test_an_older_version_that_finishes_late_does_not_come_back(sqlite_shelf: Shelf) -> None:
    sqlite_shelf.put("leave.txt", "Twenty days of leave.")
    sqlite_shelf.put("leave.txt", "Thirty days of leave.")
    older, newer = sqlite_shelf.waiting.works
    for work in (newer, older):
        for step in sqlite_shelf.steps(work):
            step()
    assert sqlite_shelf.found("days of leave") == ["Thirty days of leave."]
    assert sqlite_shelf.is_in_step()


def test_a_document_deleted_while_it_is_read_stays_deleted(sqlite_shelf: Shelf) -> None:
    accepted = sqlite_shelf.put("leave.txt", "Twenty days of leave.")
    [work] = sqlite_shelf.waiting.works
    parse, embed, commit = sqlite_shelf.steps(work)
    parse()
    embed()
    sqlite_shelf.removal.remove_document(accepted.document)
    with pytest.raises(NotFound):
        commit()
    assert sqlite_shelf.found("leave") == []
    sqlite_shelf.index.sync(KnowledgeBaseId("base"))
    assert sqlite_shelf.is_in_step()


def test_a_deleted_document_is_found_no_more(shelf: Shelf) -> None:
    accepted = shelf.put("leave.txt", "Twenty days of leave.")
    shelf.work()
    shelf.removal.remove_document(accepted.document)
    assert shelf.found("leave") == []
    assert shelf.states() == {}
    assert shelf.is_in_step()
    with pytest.raises(NotFound):
        shelf.removal.remove_document(accepted.document)


def test_a_deleted_knowledge_base_takes_everything_along(shelf: Shelf) -> None:
    shelf.put("leave.txt", "Twenty days of leave.")
    shelf.work()
    shelf.removal.remove_knowledge_base(KnowledgeBaseId("base"))
    assert shelf.states() == {}
    assert shelf.found("leave") == []


def test_while_the_embedder_is_away_nothing_is_lost(sqlite_shelf: Shelf) -> None:
    sqlite_shelf.put("leave.txt", "Twenty days of leave.")
    [work] = sqlite_shelf.waiting.works
    parse, embed, commit = sqlite_shelf.steps(work)
    parse()
    sqlite_shelf.embedder.away = True
    with pytest.raises(Unavailable):
        embed()
    sqlite_shelf.embedder.away = False
    embed()
    commit()
    assert sqlite_shelf.found("leave") == ["Twenty days of leave."]


def test_a_failed_document_can_be_tried_again(sqlite_shelf: Shelf) -> None:
    accepted = sqlite_shelf.put("leave.txt", "Twenty days of leave.")
    [work] = sqlite_shelf.waiting.works
    sqlite_shelf.waiting.works.clear()
    sqlite_shelf.jobs.fail(work.id, "The light went out.")
    assert sqlite_shelf.states()["leave.txt"] == ("failed", "The light went out.")
    sqlite_shelf.intake.retry(accepted.document)
    sqlite_shelf.work()
    assert sqlite_shelf.states()["leave.txt"] == ("searchable", None)
    with pytest.raises(Conflict):
        sqlite_shelf.intake.retry(accepted.document)


def test_what_cannot_be_taken_is_refused_with_a_reason(sqlite_shelf: Shelf) -> None:
    with pytest.raises(TooLarge, match="limit of 1 MB"):
        sqlite_shelf.put("big.txt", "x" * (1 << 20) + "x")
    with pytest.raises(Invalid, match="no name"):
        sqlite_shelf.put("../", "text")
    with pytest.raises(Unsupported):
        sqlite_shelf.put("program.exe", "MZ\x00\x01\x02")
    assert sqlite_shelf.states() == {}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\leave.txt", "leave.txt"),
        ("/absolute/leave.txt", "leave.txt"),
        ("le\x00ave\u202e.txt", "leave.txt"),
        ("请假制度.txt", "请假制度.txt"),
    ],
)
def test_a_filename_is_only_its_last_part(sqlite_shelf: Shelf, given: str, kept: str) -> None:
    sqlite_shelf.put(given, "Some text.")
    assert set(sqlite_shelf.states()) == {kept}


def _only_document(shelf: Shelf) -> str:
    return (
        shelf.index.corpus.visible(
            sorted(shelf.index.corpus.visible_ids(KnowledgeBaseId("base"))),
            _scope(),
        )
        .popitem()[1]
        .chunk.document
    )


def _scope() -> Scope:
    return Scope(frozenset({KnowledgeBaseId("base")}))
