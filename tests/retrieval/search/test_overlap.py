from dataclasses import replace

import pytest

from retrieval.search.overlap import NAMES, shared_meaning, shared_words, shown
from tests.retrieval.search.passages import a_passage


def test_what_is_read_is_the_headings_else_the_title_and_then_the_text() -> None:
    passage = a_passage("a", "25 days")
    assert shown(passage) == "Handbook\n25 days"
    chunk = replace(passage.chunk, headings=("Rules", "Leave"))
    assert shown(replace(passage, chunk=chunk)) == "Rules › Leave\n25 days"


@pytest.mark.parametrize(
    ("question", "words", "meaning"),
    [
        ("annual leave", 1.0, 1.0),
        ("of sick leave", 2 / 3, 0.5),  # "of" says nothing
        ("Handbook", 1.0, 1.0),
        ("2015年的比赛", 0.0, 0.0),
        ("？", 0.0, 0.0),
    ],
)
def test_the_share_of_the_question_that_a_passage_holds(
    question: str, words: float, meaning: float
) -> None:
    passage = a_passage("a", "25 days of annual leave")
    assert shared_words(question, passage) == pytest.approx(words)
    assert shared_meaning(question, passage) == pytest.approx(meaning)


def test_words_count_for_little_when_they_are_said_of_somebody_else() -> None:
    passage = a_passage("a", "Annual leave at Apple is 25 days")
    assert shared_meaning("annual leave at Apple", passage) == 1.0
    assert shared_meaning("annual leave at NVIDIA", passage) == pytest.approx(2 / 3 * (1 - NAMES))
    assert shared_meaning("annual leave in the USA", passage) == pytest.approx(2 / 3)
