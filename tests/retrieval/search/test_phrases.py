import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.search.phrases import COMPARED, Closeness, by_phrases, closeness
from tests.retrieval.search.passages import a_passage

TEXTS = ["annual leave is 25 days", "leave the annual report", "opening hours", ""]


def close(question: str, text: str) -> Closeness:
    return closeness(question, [a_passage("a", text)])[0]


def test_words_that_stay_together_come_before_words_that_are_only_there() -> None:
    apart = a_passage("apart", "Leave the annual report on the desk.", bm25=5.0, fused=2.1)
    phrase = a_passage("phrase", "You have 25 days of annual leave.", bm25=5.0, fused=2.0)
    found = by_phrases("annual leave", [apart, phrase])
    assert [passage.chunk.id for passage in found] == ["phrase", "apart"]


def test_a_question_in_another_language_keeps_the_order_of_fusion() -> None:
    first = a_passage("first", "黑豹队的防守", bm25=None, fused=3.0)
    stray = a_passage("stray", "2015年 50 的比赛", bm25=9.0, fused=2.9)
    found = by_phrases("How many points did the defence allow in 2015?", [first, stray])
    assert [passage.chunk.id for passage in found] == ["first", "stray"]


@pytest.mark.parametrize(
    ("question", "text", "together", "nearby"),
    [
        ("annual leave days", "annual leave days", 1.0, 1.0),
        ("annual leave days", "days of annual leave", 0.5, 1.0),
        ("annual leave days", "leave of 25 annual days", 0.0, 1.0),
        ("annual leave", "leave" + " and so on" * 9 + " annual", 0.0, 0.0),
        ("leave", "annual leave", 0.0, 0.0),
        ("钢丝绳检查", "钢丝绳每月检查", 1 / 3, 1 / 3),
        ("？", "annual leave", 0.0, 0.0),
    ],
)
def test_neighbours_of_the_question_are_counted(
    question: str, text: str, together: float, nearby: float
) -> None:
    found = close(question, text)
    assert (found.together, found.nearby) == pytest.approx((together, nearby))


def test_words_without_meaning_count_only_as_part_of_a_phrase() -> None:
    found = close("the head of the finance department", "finance is the head")
    assert found.nearby == 0.5  # head and finance; finance and department
    assert found.together == 0.2  # the head


def test_what_is_beyond_the_first_is_not_read_and_stays_behind() -> None:
    passages = [
        a_passage(str(number), "annual leave", bm25=1.0, fused=-float(number))
        for number in range(COMPARED + 3)
    ]
    found = by_phrases("annual leave", passages)
    assert [passage.chunk.id for passage in found] == [p.chunk.id for p in passages]
    assert [p.scores.rerank is None for p in found] == [False] * COMPARED + [True] * 3


def test_ties_keep_their_order() -> None:
    found = by_phrases("x", [a_passage("a", fused=1.0), a_passage("b", fused=1.0)])
    assert [passage.chunk.id for passage in found] == ["a", "b"]


def test_no_passages_stay_none() -> None:
    assert by_phrases("annual leave", []) == []


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.floats(-5, 5)), max_size=6))
def test_every_passage_stays_and_scores_fall(given: list[tuple[str, float]]) -> None:
    passages = [
        a_passage(str(number), text, bm25=1.0, fused=fused)
        for number, (text, fused) in enumerate(given)
    ]
    found = by_phrases("annual leave days", passages)
    scores = [passage.scores.rerank or 0.0 for passage in found]
    assert {passage.chunk.id for passage in found} == {passage.chunk.id for passage in passages}
    assert scores == sorted(scores, reverse=True)
