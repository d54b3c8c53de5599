"""Answers are measured as SQuAD and CMRC measure them, refusals and confidence beside them."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.answer.answerer import Answerer
from retrieval.answer.limits import AnswerLimits
from retrieval.answers import Answer, Confidence, ConfidenceLevel, Outcome, Sentence, Verdict
from retrieval.errors import Invalid
from retrieval.evaluation.answer_measures import (
    calibration,
    exact_match,
    holds_answer,
    token_f1,
    unproven,
)
from retrieval.evaluation.answer_table import answers_table
from retrieval.evaluation.answers import ADVERSARIAL, Asked, ask_all, report_answers, sampled
from retrieval.evaluation.datasets import DatasetQuestion
from tests.retrieval.answer.answering_fakes import (
    ListFinder,
    OverlapEmbedder,
    ScriptedGenerator,
)
from tests.retrieval.answer.asked import LEAVE, THREE_SOURCES

LEAVE_ID = str(LEAVE.chunk.document)


def a_question(text: str, *answers: str, kind: str = "answerable") -> DatasetQuestion:
    relevant = {LEAVE_ID: 1} if answers else {}
    return DatasetQuestion(text, text, "en", relevant, answers, kind)


def asked(question: DatasetQuestion, outcome: Outcome, chance: float) -> Asked:
    confidence = Confidence(chance, ConfidenceLevel.FAIR, ())
    sentence = Sentence("Leave is 28 days.", (), Verdict.SUPPORTED)
    shown = () if outcome is Outcome.NOT_FOUND else (sentence,)
    answer = Answer(
        question.text, question.text, outcome, shown, (), (), 0, confidence, "", None, 0.5, "none"
    )
    return Asked(question, answer)


def test_words_are_compared_without_case_articles_and_punctuation() -> None:
    assert exact_match("The  Eiffel tower.", ["eiffel Tower"])
    assert not exact_match("Eiffel tower in Paris", ["Eiffel Tower"])
    assert token_f1("the tower of Paris", ["Paris tower", "no"]) == pytest.approx(4 / 5)
    assert token_f1("nothing", ["Paris"]) == 0.0
    assert holds_answer("It stands in Paris, France.", ["paris"])
    assert not holds_answer("It stands in Parisian quarters.", ["Paris"])


def test_chinese_is_compared_by_characters() -> None:
    assert exact_match("《史记》。", ["史记"])
    assert token_f1("司马迁写", ["司马迁"]) == pytest.approx(6 / 7)
    assert holds_answer("作者是司马迁(145年)。", ["司马迁"])


@pytest.mark.parametrize(
    ("sentence", "cited", "lost"),
    [
        ("It has 1,200 rooms.", "The hotel has 1,200 rooms.", []),
        ("It has 200 rooms.", "The hotel has 1,200 rooms.", ["200"]),
        ("It was led by Maria Keller.", "Maria Kessler led it.", ["Keller"]),
        ("作者写了《史记》和《汉书》。", "《史记》的作者", ["《汉书》"]),
    ],
)
def test_facts_are_looked_for_letter_by_letter(sentence: str, cited: str, lost: list[str]) -> None:
    assert unproven(sentence, cited) == lost


def test_calibration_compares_what_was_told_with_what_was_right() -> None:
    sure = calibration([0.95] * 10, [True] * 9 + [False])
    assert sure.error == pytest.approx(0.05)
    assert [(each.low, each.count) for each in sure.bins] == [(0.9, 10)]
    assert calibration([1.0, 0.0], [True, False]).error == 0.0
    assert calibration([], []).bins == ()


def test_refusals_and_confidence_are_counted_over_the_kinds_of_questions() -> None:
    known = a_question("How long is leave?", "28 days")
    tricky = a_question("How long is unpaid leave?", kind=ADVERSARIAL)
    far = a_question("Who won the cup?", kind="out_of_corpus")
    report = report_answers(
        "handbook",
        [
            asked(known, Outcome.QUOTED, 0.9),
            asked(known, Outcome.NOT_FOUND, 0.6),
            asked(tricky, Outcome.QUOTED, 0.7),
            asked(far, Outcome.NOT_FOUND, 0.9),
        ],
    )
    assert (report.questions, report.answerable, report.answered) == (4, 2, 0.5)
    assert (report.holds_answer, report.exact_match) == (0.5, 0.0)
    assert (report.refusal_precision, report.refusal_recall) == (0.5, 0.5)
    assert (report.refused_outside, report.refused_adversarial) == (1.0, 0.0)
    assert report.confidence.error == pytest.approx((0.1 + 0.7) / 2)
    assert report.milliseconds == (500, 500, 500)
    assert report.sentences == 2
    assert report.grounded == 0.0  # a figure without a citation
    with pytest.raises(Invalid):
        report_answers("nothing", [])


def test_the_real_answer_path_is_asked_and_its_figures_are_told() -> None:
    questions = [
        a_question("How many days of paid leave does an employee have?", "28 days"),
        a_question("Who repairs the roof of the east wing?", kind="out_of_corpus"),
    ]
    quoting = AnswerLimits(languages=frozenset())
    model = ScriptedGenerator("No.")
    answerer = Answerer(ListFinder(THREE_SOURCES), model, OverlapEmbedder(), quoting)
    report = report_answers("handbook", ask_all(questions, answerer))
    assert model.prompts == []
    assert (report.holds_answer, report.refusal_recall, report.grounded) == (1.0, 1.0, 1.0)
    assert report.citation_recall == 1.0
    assert "refusal precision                                 1.0000" in answers_table(report)


def test_a_sample_is_the_same_for_the_same_seed_and_in_order() -> None:
    questions = [replace(a_question("?"), id=f"{number:03}") for number in range(50)]
    first, again = (sampled(questions, 10, seed=7) for _ in range(2))
    assert first == again == sorted(first, key=lambda question: question.id)
    assert len(first) == 10
    assert sampled(questions, None, seed=7) == questions
    assert np.any([a != b for a, b in zip(first, sampled(questions, 10, 8), strict=True)])
