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
        ("sick leave", 0.5),
        ("Handbook", 1.0),
        ("2015年的比赛", 0.0),
        ("？", 0.0),
    ],
)
def test_the_share_of_the_questions_words_that_a_passage_holds(question: str, share: float) -> None:
    assert shared_words(question, a_passage("a", "25 days of annual leave")) == share
