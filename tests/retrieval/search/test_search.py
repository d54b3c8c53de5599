"""The search over real indexes; the corpus, the embedder and the reranker are fakes of ports."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from retrieval.dense.memory import MemoryIndexes
from retrieval.errors import Invalid, Overloaded, StorageFull, Unavailable
from retrieval.lexical.tantivy import TantivyIndexes
from retrieval.ports import EmbedderIdentity, LexicalEntry
from retrieval.search.searcher import LONGEST_QUESTION, Searcher
from retrieval.text.tokens import terms
from retrieval.types import (
    Chunk,
    ChunkId,
    DocumentId,
    KnowledgeBaseId,
    Passage,
    Scope,
    Scores,
    Vector,
    VersionId,
)

HR, BOARD = KnowledgeBaseId("hr"), KnowledgeBaseId("board")
LEAVE = "Employees have 25 days of annual leave."
TRAVEL = "Train tickets are reimbursed within 30 days."
MERGER = "The merger stays secret until the annual meeting."


class WordEmbedder:
    """A bag of hashed words: texts that share words are near each other."""

    identity = EmbedderIdentity("words", "1", "mean", "float32", "", "", 64)

    def embed_question(self, question: str) -> Vector:
        return self.embed_passages([question])[0]

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        counts = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for term in terms(text):
                counts[row, sum(term.encode()) % 64] += 1
        return np.asarray(counts / np.linalg.norm(counts, axis=1, keepdims=True), np.float32)


class AbsentEmbedder(WordEmbedder):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def embed_question(self, question: str) -> Vector:
        raise self.error


class ShortestFirst:
    def __init__(self) -> None:
        self.texts: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Vector:
        self.texts = list(texts)
        return np.array([-len(text) for text in texts], dtype=np.float32)


class AbsentReranker:
    def score(self, question: str, texts: Sequence[str]) -> Vector:
        raise Unavailable("loading")


@dataclass
class Library:
    """Both indexes and, as the truth, the passages that are visible."""

    lexical: TantivyIndexes
    dense: MemoryIndexes = field(default_factory=MemoryIndexes)
    passages: dict[ChunkId, Passage] = field(default_factory=dict)
    ghosts: list[tuple[KnowledgeBaseId, Set[ChunkId]]] = field(default_factory=list)

    def visible(self, chunk_ids: Sequence[ChunkId], scope: Scope) -> dict[ChunkId, Passage]:
        found = {chunk: self.passages[chunk] for chunk in chunk_ids if chunk in self.passages}
        readable = scope.knowledge_bases
        return {c: p for c, p in found.items() if p.chunk.knowledge_base in readable}

    def add(self, name: str, text: str, knowledge_base: KnowledgeBaseId = HR) -> None:
        chunk = ChunkId(name)
        self.passages[chunk] = a_passage(chunk, text, knowledge_base)
        self.lexical.open(knowledge_base).add([LexicalEntry(chunk, text, "", "", DocumentId("d"))])
        embedder = WordEmbedder()
        vectors = self.dense.open(knowledge_base, embedder.identity)
        vectors.add([chunk], embedder.embed_passages([text]))

    def delete(self, name: str) -> None:
        """In SQL only: both indexes still hold it, as between a commit and the sweep."""
        del self.passages[ChunkId(name)]

    def note_ghosts(self, knowledge_base: KnowledgeBaseId, chunks: Set[ChunkId]) -> None:
        self.ghosts.append((knowledge_base, chunks))

    def searcher(
        self,
        embedder: WordEmbedder | None = None,
        reranker: ShortestFirst | AbsentReranker | None = None,
        candidates: int = 10,
    ) -> Searcher:
        chosen = embedder or WordEmbedder()
        return Searcher(
            self, self.lexical, self.dense, chosen, reranker, candidates, self.note_ghosts
        )


def a_passage(chunk: ChunkId, text: str, knowledge_base: KnowledgeBaseId) -> Passage:
    document, version = DocumentId("d"), VersionId("v")
    found = Chunk(chunk, knowledge_base, document, version, 0, text, ("Rules",), 1, 0, 0)
    return Passage(found, "Handbook", "handbook.md", 1, datetime(2026, 1, 1, tzinfo=UTC), Scores())


@pytest.fixture
def library(tantivy_indexes: TantivyIndexes) -> Library:
    library = Library(tantivy_indexes)
    library.add("leave", LEAVE)
    library.add("travel", TRAVEL)
    library.add("merger", MERGER, BOARD)
    return library


def scope(*names: KnowledgeBaseId) -> Scope:
    return Scope(frozenset(names))


def names(searcher: Searcher, question: str, asked: Scope, limit: int = 5) -> list[str]:
    return [passage.chunk.id for passage in searcher.find(question, asked, limit=limit).passages]


def test_the_passage_that_answers_comes_first(library: Library) -> None:
    found = library.searcher().find("how many days of annual leave", scope(HR), limit=5)
    assert [passage.chunk.id for passage in found.passages] == ["leave", "travel"]
    assert found.degraded is None


def test_no_more_than_the_limit_is_found(library: Library) -> None:
    assert names(library.searcher(), "annual leave", scope(HR), limit=1) == ["leave"]
    assert names(library.searcher(), "annual leave", scope(HR), limit=0) == []


def test_the_order_does_not_depend_on_the_limit(library: Library) -> None:
    for n in range(30):
        library.add(f"n{n}", f"Rule {n} about {n % 7} days of leave and {n % 5} meetings.")
    deep = names(library.searcher(), "days of leave and meetings", scope(HR), limit=10)
    assert names(library.searcher(), "days of leave and meetings", scope(HR), limit=3) == deep[:3]


def test_a_knowledge_base_the_asker_may_not_read_is_never_found(library: Library) -> None:
    assert "merger" not in names(library.searcher(), "secret merger annual meeting", scope(HR))


def test_a_row_outside_the_scope_is_dropped_even_when_an_index_names_it(library: Library) -> None:
    entry = LexicalEntry(ChunkId("merger"), MERGER, "", "", DocumentId("d"))
    library.lexical.open(HR).add([entry])
    assert "merger" not in names(library.searcher(), "secret merger", scope(HR))


def test_an_empty_scope_finds_nothing(library: Library) -> None:
    assert library.searcher().find("annual leave", scope(), limit=5).passages == ()


def test_passages_of_several_knowledge_bases_are_ranked_together(library: Library) -> None:
    assert names(library.searcher(), "the secret merger", scope(HR, BOARD))[0] == "merger"
    assert names(library.searcher(), "25 days leave", scope(HR, BOARD))[0] == "leave"


def test_the_best_of_an_unrelated_knowledge_base_does_not_outrank_a_related_one(
    library: Library,
) -> None:
    library.add("leave2", "Unused annual leave days of employees expire in March.")
    found = names(library.searcher(), "annual leave days of employees", scope(HR, BOARD))
    assert set(found[:2]) == {"leave", "leave2"}


def test_a_deleted_chunk_is_never_found_and_is_reported(library: Library) -> None:
    library.delete("leave")
    assert names(library.searcher(), "annual leave days", scope(HR)) == ["travel"]
    assert library.ghosts == [(HR, {"leave"})]


def test_nothing_is_reported_when_every_hit_is_visible(library: Library) -> None:
    library.searcher().find("annual leave days", scope(HR, BOARD), limit=5)
    assert library.ghosts == []


def test_ghosts_do_not_starve_the_result(library: Library) -> None:
    for n in range(30):
        library.add(f"old{n}", "annual leave annual leave days days")
        library.delete(f"old{n}")
    searcher = library.searcher(candidates=5)
    assert names(searcher, "annual leave days", scope(HR))[:2] == ["leave", "travel"]


def test_a_ghost_takes_no_rank(library: Library) -> None:
    before = library.searcher().find("annual leave days", scope(HR), limit=5)
    library.add("ghost", "annual leave days")
    library.delete("ghost")
    after = library.searcher().find("annual leave days", scope(HR), limit=5)
    # The ghost still counts in the index itself: a word that it holds is a little less rare.
    fused = [passage.scores.fused for passage in before.passages]
    assert [p.scores.fused for p in after.passages] == pytest.approx(fused, abs=0.05)


def test_every_stage_gives_its_score(library: Library) -> None:
    searcher = library.searcher(reranker=ShortestFirst())
    leave = searcher.find("annual leave of reimbursed days", scope(HR), limit=1).passages[0]
    assert leave.scores.bm25 is not None
    assert leave.scores.bm25 > 0
    assert leave.scores.dense is not None
    assert 0 < leave.scores.dense <= 1
    assert leave.scores.fused > 0
    assert leave.scores.rerank is not None


def test_the_best_of_both_rankings_has_the_highest_fused_score(library: Library) -> None:
    found = library.searcher().find("annual leave days", scope(HR, BOARD), limit=5).passages
    assert found[0].chunk.id == "leave"
    assert found[0].scores.fused == max(passage.scores.fused for passage in found)


def test_a_stage_that_did_not_see_a_passage_gives_no_score(library: Library) -> None:
    searcher = library.searcher()
    found = {p.chunk.id: p for p in searcher.find("annual leave", scope(HR), limit=5).passages}
    assert found[ChunkId("travel")].scores.bm25 is None
    assert found[ChunkId("travel")].scores.dense is not None


def test_the_reranker_has_the_last_word_and_reads_the_headings(library: Library) -> None:
    reranker = ShortestFirst()
    assert names(library.searcher(reranker=reranker), "reimbursed days", scope(HR))[0] == "leave"
    assert f"Rules\n{LEAVE}" in reranker.texts


@pytest.mark.parametrize("error", [Unavailable("loading"), Overloaded("busy")])
def test_without_the_embedder_keywords_answer_and_the_result_says_so(
    library: Library, error: Exception
) -> None:
    found = library.searcher(AbsentEmbedder(error)).find("annual leave", scope(HR), limit=5)
    assert [passage.chunk.id for passage in found.passages] == ["leave"]
    assert found.degraded is not None
    assert "by keywords alone" in found.degraded


@pytest.mark.parametrize("error", [Unavailable("broken"), StorageFull("full")])
def test_without_the_vector_index_keywords_answer_and_the_result_says_so(
    library: Library, error: Exception
) -> None:
    class BrokenIndexes(MemoryIndexes):
        def open(self, knowledge_base: KnowledgeBaseId, embedder: EmbedderIdentity):
            raise error

    library.dense = BrokenIndexes()
    found = library.searcher().find("annual leave", scope(HR), limit=5)
    assert [passage.chunk.id for passage in found.passages] == ["leave"]
    assert found.degraded is not None


def test_when_the_reranker_is_down_the_order_is_that_without_one_and_the_result_says_so(
    library: Library,
) -> None:
    found = library.searcher(reranker=AbsentReranker()).find("annual leave", scope(HR), limit=5)
    assert found.passages == library.searcher().find("annual leave", scope(HR), limit=5).passages
    assert found.degraded is not None
    assert "reranking" in found.degraded


def test_two_missing_models_are_both_named(library: Library) -> None:
    searcher = library.searcher(AbsentEmbedder(Unavailable("loading")), AbsentReranker())
    degraded = searcher.find("annual leave", scope(HR), limit=5).degraded
    assert degraded is not None
    assert degraded.count(".") == 2


@pytest.mark.parametrize("question", ["", "  \n\t"])
def test_a_blank_question_is_refused_with_a_sentence(library: Library, question: str) -> None:
    with pytest.raises(Invalid, match="type a question"):
        library.searcher().find(question, scope(HR), limit=5)


def test_a_too_long_question_is_refused_with_its_length(library: Library) -> None:
    with pytest.raises(Invalid, match="4,001 characters"):
        library.searcher().find("x" * (LONGEST_QUESTION + 1), scope(HR), limit=5)


def test_a_question_of_signs_only_is_answered_by_meaning_alone(library: Library) -> None:
    found = library.searcher().find("？！", scope(HR), limit=5)
    assert all(passage.scores.bm25 is None for passage in found.passages)


def test_an_unknown_knowledge_base_is_an_empty_one(tmp_path: Path) -> None:
    library = Library(TantivyIndexes(tmp_path))
    assert names(library.searcher(), "annual leave", scope(KnowledgeBaseId("new"))) == []
