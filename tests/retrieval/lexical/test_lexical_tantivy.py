import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import Conflict, Invalid, Unavailable
from retrieval.lexical.tantivy import FORMAT, TantivyIndexes
from retrieval.ports import LexicalEntry
from retrieval.types import ChunkId, DocumentId, KnowledgeBaseId

HR = KnowledgeBaseId("hr")
BOOK = DocumentId("book")
LEAVE = LexicalEntry(ChunkId("leave"), "25 days of annual leave", "Leave", "", BOOK)

HOLDS_THE_WRITER = """
import sys, tantivy
writer = tantivy.Index.open(sys.argv[1]).writer(heap_size=15_000_000, num_threads=1)
writer.add_document(tantivy.Document(id="lost", body="uncommitted"))
print("writing", flush=True)
sys.stdin.read()
"""


def test_what_was_added_is_there_after_a_restart(tmp_path: Path) -> None:
    TantivyIndexes(tmp_path).open(HR).add([LEAVE])
    reopened = TantivyIndexes(tmp_path).open(HR)
    assert reopened.ids() == {"leave"}
    assert reopened.search("annual leave", 5)[0].chunk == "leave"


def test_ids_are_complete_over_many_commits(tantivy_indexes: TantivyIndexes) -> None:
    index = tantivy_indexes.open(HR)
    for n in range(30):
        index.add([LexicalEntry(ChunkId(f"c{n}"), f"text {n}", "", "", BOOK)])
        if n % 3 == 0:
            index.remove([ChunkId(f"c{n}")])
    assert index.ids() == {f"c{n}" for n in range(30) if n % 3}


def test_a_writer_that_died_leaves_the_last_commit(tmp_path: Path) -> None:
    indexes = TantivyIndexes(tmp_path)
    index = indexes.open(HR)
    index.add([LEAVE])
    command = [sys.executable, "-c", HOLDS_THE_WRITER, str(tmp_path / HR / FORMAT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"writing\n"
        with pytest.raises(Conflict, match="Another Colophon process"):
            index.add([LEAVE])
        other.kill()
    index.add([LexicalEntry(ChunkId("new"), "a new text", "", "", BOOK)])
    assert TantivyIndexes(tmp_path).open(HR).ids() == {"leave", "new"}


def test_a_failed_add_changes_nothing_and_blocks_nothing(tantivy_indexes: TantivyIndexes) -> None:
    index = tantivy_indexes.open(HR)
    index.add([LEAVE])
    with pytest.raises(AttributeError):
        index.add([LexicalEntry(ChunkId("a"), "text", "", "", BOOK), None])  # type: ignore[list-item]
    assert index.ids() == {"leave"}
    index.add([LexicalEntry(ChunkId("b"), "text", "", "", BOOK)])
    assert index.ids() == {"leave", "b"}


def test_a_broken_folder_is_told_in_a_sentence_and_can_be_dropped(tmp_path: Path) -> None:
    TantivyIndexes(tmp_path).open(HR).add([LEAVE])
    (tmp_path / HR / FORMAT / "meta.json").write_text("broken")
    indexes = TantivyIndexes(tmp_path)
    with pytest.raises(Unavailable, match="cannot be read"):
        indexes.open(HR)
    indexes.drop(HR)
    assert indexes.open(HR).ids() == frozenset()


@pytest.mark.parametrize("name", ["../hr", "", "a/b", "."])
def test_an_id_cannot_leave_its_folder(tantivy_indexes: TantivyIndexes, name: str) -> None:
    with pytest.raises(Invalid):
        tantivy_indexes.open(KnowledgeBaseId(name))
    with pytest.raises(Invalid):
        tantivy_indexes.drop(KnowledgeBaseId(name))


def test_a_question_of_the_longest_length_is_searched(tantivy_indexes: TantivyIndexes) -> None:
    index = tantivy_indexes.open(HR)
    index.add([LEAVE])
    question = "leave " + "".join(chr(0x4E00 + n) for n in range(3_990))
    assert [hit.chunk for hit in index.search(question, 5)] == ["leave"]


def test_the_folder_of_another_format_is_removed(tmp_path: Path) -> None:
    (tmp_path / HR / "v0").mkdir(parents=True)
    (tmp_path / HR / "v0" / "words").write_text("since purged")
    TantivyIndexes(tmp_path).open(HR)
    assert [folder.name for folder in (tmp_path / HR).iterdir()] == [FORMAT]
