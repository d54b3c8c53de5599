import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.fusion import NAMED, weighted_z_scores
from retrieval.types import ChunkId

A, B, C = ChunkId("a"), ChunkId("b"), ChunkId("c")
SCORES = st.dictionaries(st.sampled_from([A, B, C]), st.floats(0, 50))


def order(
    keywords: dict[ChunkId, float], *meaning: dict[ChunkId, float], shared: float = 1.0
) -> list[str]:
    return [hit.chunk for hit in weighted_z_scores(keywords, meaning, shared, {})]


def test_what_both_rankings_like_comes_first() -> None:
    assert order({A: 9.0, B: 8.0}, {C: 0.9, B: 0.89, A: 0.7})[0] == B


def test_keywords_decide_when_they_hold_the_whole_question() -> None:
    assert order({A: 9.0, B: 2.0}, {B: 0.90, A: 0.85, C: 0.70})[0] == A


def test_meaning_decides_when_the_keywords_share_only_a_stray_number() -> None:
    assert order({A: 9.0}, {B: 0.90, C: 0.85, A: 0.80}, shared=0.1)[0] == B


def test_the_only_keyword_hit_counts() -> None:
    assert order({C: 7.0}, {A: 0.9, B: 0.89, C: 0.85})[0] == C


def test_the_score_is_in_standard_deviations() -> None:
    # Keywords: 6 and, for what they did not find, 0: mean 3, deviation 3. Cosines: 0.9 and twice
    # the lowest, 0.6: mean 0.7, deviation √0.02.
    ranked = weighted_z_scores({A: 6.0}, [{A: 0.9, B: 0.6}], 0.5, {})
    found = {hit.chunk: hit.score for hit in ranked}
    assert found[A] == pytest.approx(1.0 + 0.2 / 0.02**0.5)
    assert found[B] == pytest.approx(-1.0 - 0.1 / 0.02**0.5)


def test_without_meaning_the_order_is_that_of_keywords() -> None:
    assert order({A: 2.0, B: 3.0}, shared=0.0) == [B, A]


def test_without_keywords_the_order_is_that_of_meaning() -> None:
    assert order({}, {A: 0.7, B: 0.9}, shared=0.0) == [B, A]


def test_cosines_of_two_embedders_are_compared_each_on_its_own_scale() -> None:
    # The first gives cosines from 0.8 to 0.9, the second from 0.1 to 0.7.
    found = order({}, {A: 0.90, B: 0.80}, {C: 0.70, ChunkId("d"): 0.10, ChunkId("e"): 0.12})
    assert set(found[:2]) == {A, C}


def test_a_document_that_says_the_names_stands_above_one_that_is_as_near() -> None:
    found = weighted_z_scores({}, [{A: 0.9, B: 0.9}], 0.0, {B: 0.5})
    assert [hit.chunk for hit in found] == [B, A]
    assert found[0].score - found[1].score == pytest.approx(0.5 * NAMED)


def test_ties_keep_the_order_of_first_appearance() -> None:
    assert order({A: 3.0, B: 3.0, C: 3.0}) == [A, B, C]


def test_no_rankings_fuse_to_nothing() -> None:
    assert order({}) == order({}, {}) == []


@given(SCORES, st.lists(SCORES, max_size=2), st.floats(0, 1))
def test_each_id_appears_once_and_scores_fall(
    keywords: dict[ChunkId, float], meaning: list[dict[ChunkId, float]], shared: float
) -> None:
    fused = weighted_z_scores(keywords, meaning, shared, {})
    assert {hit.chunk for hit in fused} == {c for found in (keywords, *meaning) for c in found}
    assert len({hit.chunk for hit in fused}) == len(fused)
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)
