"""Files of a conversation and knowledge bases in one ranking."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from retrieval.errors import Invalid, Unavailable
from retrieval.search.attached import (
    FILES_BY_WORDS,
    PLACES,
    AttachedFiles,
    FindsAttached,
)
from retrieval.types import (
    ATTACHED,
    Chunk,
    ChunkId,
    DocumentId,
    Found,
    KnowledgeBaseId,
    Passage,
    Scope,
    Scores,
    VersionId,
)
from tests.fakes import WordsEmbedder

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SCOPE = Scope(frozenset({KnowledgeBaseId("base")}))


def passage(name: str, text: str, scores: Scores | None = None, base: str = ATTACHED) -> Passage:
    chunk = Chunk(
        id=ChunkId(name),
        knowledge_base=KnowledgeBaseId(base),
        document=DocumentId(name),
        version=VersionId(name),
        ordinal=0,
        text=text,
        headings=(),
        page=None,
        first_block=0,
        last_block=0,
    )
    return Passage(chunk, name, f"{name}.txt", 1, NOW, scores or Scores())


@dataclass
class Shelf:
    """A search of the knowledge bases that finds what the test wants found."""

    passages: tuple[Passage, ...] = ()
    degraded: str | None = None
    asked: list[Scope] = field(default_factory=list)

    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        self.asked.append(scope)
        return Found(self.passages[:limit], self.degraded, self.passages)


@dataclass
class Numbers:
    """A reranker that likes texts with more digits."""

    away: bool = False

    def score(self, question: str, texts: list[str]):
        if self.away:
            raise Unavailable("The reranker does not answer.")
        return [float(sum(letter.isdigit() for letter in text)) for text in texts]


def finder(shelf: Shelf, *texts: str, embedder: WordsEmbedder | None = None, reranker=None):
    embedder = embedder or WordsEmbedder()
    passages = [passage(f"file-{n}", text) for n, text in enumerate(texts)]
    vectors = WordsEmbedder().embed_passages(texts)
    files = AttachedFiles.of(
        passages, {p.chunk.id: v for p, v in zip(passages, vectors, strict=True)}
    )
    return FindsAttached(shelf, files, embedder, reranker)


def names(found: Found) -> list[str]:
    return [one.chunk.id for one in found.passages]


def on_the_shelf(question: str, *texts: str) -> tuple[Passage, ...]:
    """As a large index scores them: with an idf ten times that of a small file."""
    embedder = WordsEmbedder()
    vectors, asked = embedder.embed_passages(texts), embedder.embed_question(question)
    return tuple(
        passage(f"kb-{n}", text, Scores(20.0 - n, float(vector @ asked)), "base")
        for n, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    )


def test_the_file_that_answers_stands_before_documents_that_do_not() -> None:
    question = "What is the deposit of the bungalow?"
    shelf = Shelf(
        on_the_shelf(question, "A deposit of waste is what it is.", "The what and the of")
    )
    found = finder(shelf, "The deposit of the bungalow is 4711.", "Pets are welcome.").find(
        question, SCOPE, limit=2
    )
    assert names(found)[0] == "file-0"
    assert found.passages[0].scores.fused > found.passages[1].scores.fused
    assert shelf.asked == [SCOPE]


def test_the_document_that_answers_stands_before_a_file_that_does_not() -> None:
    question = "What is the deposit of the bungalow?"
    shelf = Shelf(on_the_shelf(question, "The deposit of the bungalow is 4711."))
    found = finder(shelf, "Pets are welcome in what is a garden.").find(question, SCOPE, limit=2)
    assert names(found) == ["kb-0", "file-0"]


def test_files_have_places_of_their_own() -> None:
    question = "deposit bungalow garden"
    texts = [f"deposit bungalow garden {number}" for number in range(8)]
    shelf = Shelf(on_the_shelf(question, *texts))
    found = finder(shelf, "rain", "a garden", "snow", "wind").find(question, SCOPE, limit=5)
    of_files = [name for name in names(found) if name.startswith("file")]
    assert len(of_files) == PLACES
    assert names(found)[1] == of_files[0] == "file-1"
    assert [name for name in names(found) if name.startswith("kb")] == [
        f"kb-{number}" for number in range(5)
    ]


def test_files_are_searched_where_there_is_no_knowledge_base() -> None:
    found = finder(Shelf(), "The deposit is 4711.", "Pets.").find(
        "deposit?", Scope(frozenset()), limit=5
    )
    assert names(found)[0] == "file-0"
    assert found.degraded is None


def test_without_the_embedder_words_must_do_and_it_is_said() -> None:
    found = finder(Shelf(), "The deposit is 4711.", embedder=WordsEmbedder(away=True)).find(
        "deposit?", SCOPE, limit=5
    )
    assert names(found) == ["file-0"]
    assert found.degraded == FILES_BY_WORDS


def test_files_of_another_embedder_are_found_by_their_words() -> None:
    files = AttachedFiles.of([passage("old", "The deposit is 4711.")], {})
    found = FindsAttached(Shelf(), files, WordsEmbedder()).find("deposit?", SCOPE, limit=5)
    assert names(found) == ["old"]
    assert found.degraded == FILES_BY_WORDS


def test_a_reranker_scores_both_on_one_scale() -> None:
    question = "deposit"
    shelf = Shelf(
        tuple(
            replace(one, scores=replace(one.scores, rerank=2.0))
            for one in on_the_shelf(question, "deposit 47")
        )
    )
    found = finder(shelf, "deposit 4711", "deposit 4", reranker=Numbers()).find(
        question, SCOPE, limit=5
    )
    assert names(found) == ["file-0", "kb-0", "file-1"]
    still = finder(shelf, "deposit 4711", reranker=Numbers(away=True)).find(
        question, SCOPE, limit=5
    )
    assert set(names(still)) == {"kb-0", "file-0"}


def test_what_the_knowledge_bases_lacked_is_passed_on() -> None:
    found = finder(Shelf(degraded="By keywords alone."), "x deposit").find(
        "deposit", SCOPE, limit=5
    )
    assert found.degraded == "By keywords alone."


def test_a_blank_question_is_refused() -> None:
    with pytest.raises(Invalid):
        finder(Shelf(), "x").find(" ", SCOPE, limit=5)


def test_what_stands_around_a_passage_is_of_its_own_file() -> None:
    lease = [placed(passage(f"lease-{n}", f"Part {n}."), "lease", n) for n in range(5)]
    other = placed(passage("other-1", "Part 1 of another file."), "other", 1)
    files = AttachedFiles.of([*lease, other], {})
    assert [p.chunk.id for p in files.around([lease[1]], reach=1)] == ["lease-0", "lease-2"]
    assert files.around([lease[0], lease[1]], reach=1) == [lease[2]]
    assert files.around([placed(passage("a document's", "Part 2."), "lease", 2)], reach=1) == []


def placed(found: Passage, version: str, ordinal: int) -> Passage:
    chunk = replace(found.chunk, version=VersionId(version), ordinal=ordinal)
    return replace(found, chunk=chunk)
