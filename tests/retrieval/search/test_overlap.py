from dataclasses import replace

import pytest

from retrieval.search.overlap import shared_words, shown
from tests.retrieval.search.passages import a_passage


def test_what_is_read_is_the_headings_else_the_title_and_then_the_text() -> None:
    passage = a_passage("a", "25 days")
    assert shown(passage) == "Handbook\n25 days"
    chunk = replace(passage.chunk, headings=("Rules", "Leave"))
    assert shown(replace(passage, chunk=chunk)) == "Rules › Leave\n25 days"


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("annual leave", 1.0),
        (
            "How much sick leave do we have?",
            0.5,
        ),  # "how", "much", "do", "we" and "have" say nothing
        ("Handbook", 1.0),
        ("what is it", 0.0),
        ("2015年的比赛", 0.0),
        ("？", 0.0),
    ],
)
def test_the_share_of_the_questions_words_that_a_passage_holds(question: str, share: float) -> None:
    assert shared_words(question, a_passage("a", "25 days of annual leave")) == share


def test_the_words_count_for_little_when_they_are_said_of_somebody_else() -> None:
    passage = a_passage("a", "Annual leave at Apple is 25 days")
    assert shared_words("annual leave at Apple", passage) == 1.0
    assert shared_words("annual leave at NVIDIA", passage) == 0.0
    assert shared_words("annual leave at Apple and Amazon", passage) == 0.75 / 2
    assert shared_words("annual leave in the USA", passage) == pytest.approx(2 / 3)
