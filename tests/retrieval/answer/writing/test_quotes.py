import numpy as np

from retrieval.answer.checking.evidence import evidence_of
from retrieval.answer.writing.bibliography import Bibliography
from retrieval.answer.writing.quotes import choose_quotes
from tests.retrieval.answer.answering_fakes import a_passage

LEAVE = a_passage(
    "Annual leave is 28 days. It may be carried over once. The canteen opens at noon."
)
DAYS = a_passage(
    "| Country | Days |\n| --- | --- |\n| Germany | 30 |\n| Belgium | 26 |",
    title="Leave by country",
)
STEPS = a_passage(
    "To return a unit:\n\n- ask for a number\n- pack the unit\n\nThen it is repaired for free."
)


def scores(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def test_a_quote_is_verbatim_and_a_far_second_is_left_out() -> None:
    evidence = evidence_of([LEAVE])
    (quote,) = choose_quotes(evidence, scores(5, 1, 0))
    assert quote.shown == "Annual leave is 28 days."
    assert quote.shown in LEAVE.chunk.text


def test_a_sentence_that_points_back_brings_the_one_before_it() -> None:
    (quote,) = choose_quotes(evidence_of([LEAVE]), scores(1, 5, 0))
    assert quote.shown == "Annual leave is 28 days. It may be carried over once."


def test_a_row_of_a_table_is_read_out_with_its_header_and_cited_as_it_stands() -> None:
    evidence = evidence_of([DAYS])
    rows = [sentence.text for sentence in evidence.sentences]
    assert rows == ["| Country | Days |", "| Germany | 30 |", "| Belgium | 26 |"]
    (quote,) = choose_quotes(evidence, scores(0, 0, 5))
    assert quote.shown == "Country: Belgium · Days: 26"
    bibliography = Bibliography(evidence)
    bibliography.cite(quote.sentences)
    assert bibliography.citations[0].quote == "| Belgium | 26 |"


def test_a_line_that_announces_a_list_brings_the_list() -> None:
    (quote,) = choose_quotes(evidence_of([STEPS]), scores(5, 0, 0, 0))
    assert quote.shown.startswith("To return a unit: - ask for a number - pack the unit")


def test_no_more_than_three_quotes_are_shown() -> None:
    many = a_passage(" ".join(f"Rule {n} is about leave and pay." for n in range(9)))
    assert len(choose_quotes(evidence_of([many]), np.ones(9, dtype=np.float32))) == 3


def test_a_quote_inside_of_one_cited_before_keeps_its_number() -> None:
    evidence = evidence_of([LEAVE, DAYS])
    bibliography = Bibliography(evidence)
    assert bibliography.cite(evidence.sentences[0:2]) == 1
    assert bibliography.cite(evidence.sentences[1:2]) == 1
    assert bibliography.cite(evidence.sentences[2:3]) == 2
    assert bibliography.cite(evidence.sentences[3:4]) == 3
    assert [citation.number for citation in bibliography.citations] == [1, 2, 3]
