from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.blend import blended, shown
from retrieval.types import (
    Chunk,
    ChunkId,
    DocumentId,
    KnowledgeBaseId,
    Passage,
    Scores,
    VersionId,
)


def a_passage(
    name: str, text: str = "", *, bm25: float | None = None, dense: float | None = None
) -> Passage:
    chunk = Chunk(
        id=ChunkId(name),
        knowledge_base=KnowledgeBaseId("hr"),
        document=DocumentId("d"),
        version=VersionId("v"),
        ordinal=0,
        text=text,
        headings=(),
        page=None,
        first_block=0,
        last_block=0,
    )
    scores = Scores(bm25=bm25, dense=dense)
    return Passage(chunk, "Handbook", "handbook.md", 1, datetime(2026, 1, 1, tzinfo=UTC), scores)


def order(question: str, *passages: Passage) -> list[str]:
    return [passage.chunk.id for passage in blended(question, passages)]


def test_meaning_decides_when_the_keywords_share_only_a_stray_number() -> None:
    stray = a_passage("stray", "2015年的比赛", bm25=9.0, dense=0.80)
    meant = a_passage("meant", "黑豹队的防守", dense=0.90)
    assert order("How many points did the defence allow in 2015?", stray, meant)[0] == "meant"


def test_keywords_decide_when_they_hold_the_whole_question() -> None:
    exact = a_passage("exact", "order number R-1023-B", bm25=9.0, dense=0.85)
    near = a_passage("near", "order number R-1024-B", bm25=2.0, dense=0.90)
    other = a_passage("other", "opening hours", dense=0.70)
    assert order("order number R-1023-B", exact, near, other)[0] == "exact"


def test_both_high_beats_one_high() -> None:
    both = a_passage("both", "annual leave days", bm25=5.0, dense=0.9)
    words = a_passage("words", "annual leave days", bm25=5.0, dense=0.7)
    meaning = a_passage("meaning", "holidays", dense=0.9)
    assert order("annual leave days", words, meaning, both)[0] == "both"


def test_without_any_keyword_hit_the_order_is_that_of_meaning() -> None:
    passages = [a_passage(name, dense=cosine) for name, cosine in [("a", 0.7), ("b", 0.9)]]
    assert order("annual leave", *passages) == ["b", "a"]


def test_one_passage_and_none_are_ordered_too() -> None:
    assert order("annual leave", a_passage("only", dense=0.8)) == ["only"]
    assert order("annual leave") == []


def test_ties_keep_their_order() -> None:
    assert order("x", a_passage("a", dense=0.8), a_passage("b", dense=0.8)) == ["a", "b"]


def test_what_is_read_is_the_headings_else_the_title_and_then_the_text() -> None:
    passage = a_passage("a", "25 days")
    assert shown(passage) == "Handbook\n25 days"
    chunk = replace(passage.chunk, headings=("Rules", "Leave"))
    assert shown(replace(passage, chunk=chunk)) == "Rules › Leave\n25 days"


@given(
    st.lists(
        st.tuples(
            st.none() | st.floats(0.1, 50),
            st.none() | st.floats(-1, 1),
        ),
        max_size=8,
    )
)
def test_scores_lie_between_0_and_1_and_fall(
    scores: list[tuple[float | None, float | None]],
) -> None:
    passages = [
        a_passage(str(n), "annual leave", bm25=bm25, dense=dense)
        for n, (bm25, dense) in enumerate(scores)
    ]
    found = [passage.scores.rerank for passage in blended("annual leave", passages)]
    assert len(found) == len(passages)
    assert all(score is not None and -1e-9 <= score <= 1 + 1e-9 for score in found)
    assert found == sorted(found, key=lambda score: -(score or 0.0))


@pytest.mark.parametrize("question", ["？！", "…"])
def test_a_question_without_words_goes_by_meaning(question: str) -> None:
    a, b = a_passage("a", "x", bm25=3.0, dense=0.7), a_passage("b", "y", dense=0.9)
    assert order(question, a, b) == ["b", "a"]
