from dataclasses import replace

import pytest

from retrieval.search.overlap import (
    NAMES,
    names_in,
    shared_meaning,
    shared_words,
    shown,
    told_of,
)
from retrieval.types import DocumentId, Passage
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


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is Apple's gross margin?", ["apple"]),
        ("NVIDIA's margin, and that of Apple", ["nvidia", "apple"]),
        ("Did Contoso mention R-1023-B in its Q3 report?", ["contoso", "r-1023-b", "q3"]),
        ("Which GDP do the reports give?", []),
        ("Explain what Which means", []),
        ("苹果公司的净销售额是多少？", ["苹果"]),
        ("騰訊科技有限公司和NVIDIA的收入", ["nvidia", "腾讯"]),
        ("《员工手册》里年假有几天？", ["员工手册"]),
        ("请问公司的年假有几天？", []),
        ("我们公司和该公司的年假", []),
    ],
)
def test_names_of_a_question(question: str, names: list[str]) -> None:
    assert names_in(question) == names


def of(document: str, name: str, text: str) -> Passage:
    passage = a_passage(name, text)
    return replace(passage, chunk=replace(passage.chunk, document=DocumentId(document)))


def test_a_first_page_says_for_the_whole_document_whose_it_is() -> None:
    apples = [of("apple", "a1", "Apple Inc. Form 10-Q"), of("apple", "a2", "Net sales rose")]
    others = [of("other", "o1", "Net sales fell"), of("other", "o2", "No pineapple here")]
    told = told_of("How did Apple's net sales change?", [*apples, *others])
    assert told == {"a1": 0.5, "a2": 0.5, "o1": 0.0, "o2": 0.0}


def test_a_name_is_found_in_the_name_of_the_file_and_below_traditional_characters() -> None:
    passages = [replace(of("a", "a1", "收入"), filename="2023 Q3.pdf"), of("a", "a2", "蘋果公司")]
    assert told_of("income in Q3", passages) == {"a1": 0.5, "a2": 0.5}
    assert told_of("苹果公司的收入", passages) == {"a1": 0.5, "a2": 0.5}


def test_where_each_passage_is_a_document_names_are_left_to_keywords() -> None:
    passages = [of("a", "a1", "Apple"), of("b", "b1", "Pear")]
    assert told_of("sales of Apple", passages) == {}
    assert told_of("sales", [of("a", "a1", "Apple"), of("a", "a2", "Apple")]) == {}
