import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.fusion import RRF_K, reciprocal_rank_fusion
from retrieval.types import ChunkId

A, B, C = ChunkId("a"), ChunkId("b"), ChunkId("c")


def test_what_both_rankings_like_comes_first() -> None:
    assert reciprocal_rank_fusion([[A, B], [C, B]])[0].chunk == B


def test_the_score_is_the_sum_of_reciprocal_ranks() -> None:
    fused = {hit.chunk: hit.score for hit in reciprocal_rank_fusion([[A, B], [B]])}
    assert fused[A] == pytest.approx(1 / (RRF_K + 1))
    assert fused[B] == pytest.approx(1 / (RRF_K + 2) + 1 / (RRF_K + 1))


def test_ties_keep_the_order_of_first_appearance() -> None:
    assert [hit.chunk for hit in reciprocal_rank_fusion([[A], [B], [C]])] == [A, B, C]


def test_an_id_named_twice_counts_once_with_its_better_rank() -> None:
    assert reciprocal_rank_fusion([[A, A, B]]) == reciprocal_rank_fusion([[A, B]])


def test_no_rankings_fuse_to_nothing() -> None:
    assert reciprocal_rank_fusion([]) == reciprocal_rank_fusion([[], []]) == []


@given(st.lists(st.lists(st.sampled_from([A, B, C]), unique=True), max_size=4))
def test_each_id_appears_once_and_scores_fall(rankings: list[list[ChunkId]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert {hit.chunk for hit in fused} == {chunk for ranking in rankings for chunk in ranking}
    assert len({hit.chunk for hit in fused}) == len(fused)
    assert [hit.score for hit in fused] == sorted((hit.score for hit in fused), reverse=True)
