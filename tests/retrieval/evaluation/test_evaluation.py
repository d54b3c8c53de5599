from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.errors import Invalid
from retrieval.evaluation.datasets import Dataset, DatasetDocument, DatasetQuestion
from retrieval.evaluation.evaluate import evaluate
from retrieval.evaluation.measures import figure, figures_of_each
from retrieval.evaluation.table import search_table
from retrieval.ports import EmbedderIdentity
from retrieval.types import Vector

TEXTS = {
    "leave": "25 days of annual leave",
    "travel": "train tickets are reimbursed",
    "rope": "钢丝绳每月检查一次",
}


class MixedUpEmbedder:
    """Points every question at the document about ropes."""

    identity = EmbedderIdentity("mixed-up", "1", "mean", "float32", "", "", 2)

    def embed_question(self, question: str) -> Vector:
        return np.array([1, 0], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        rows = [[1, 0] if "钢丝绳" in text else [0, 1] for text in texts]
        return np.array(rows, dtype=np.float32)


def a_question(name: str, text: str, *relevant: str) -> DatasetQuestion:
    return DatasetQuestion(name, text, "en", dict.fromkeys(relevant, 1), ())


def a_dataset(*questions: DatasetQuestion) -> Dataset:
    documents = tuple(DatasetDocument(name, "", text, "en") for name, text in TEXTS.items())
    return Dataset("handbook", documents, questions)


QUESTIONS = (
    a_question("q1", "how much annual leave", "leave"),
    a_question("q2", "are train tickets reimbursed", "travel"),
    a_question("q3", "who is the CEO"),
)


def test_each_stage_is_measured_on_its_own() -> None:
    report = evaluate(a_dataset(*QUESTIONS), MixedUpEmbedder())
    assert list(report.stages) == ["bm25", "dense", "fused", "reranked"]
    assert report.stages["bm25"]["recall@1"].mean == 1.0
    assert report.stages["dense"]["recall@1"].mean == 0.0
    assert report.stages["reranked"]["recall@5"].mean == 1.0


def test_questions_without_an_answer_in_the_corpus_do_not_count() -> None:
    assert evaluate(a_dataset(*QUESTIONS), MixedUpEmbedder()).questions == 2


def test_the_table_names_the_set_the_stages_and_the_embedder() -> None:
    table = search_table(evaluate(a_dataset(*QUESTIONS), MixedUpEmbedder()))
    lines = table.splitlines()
    assert lines[0] == "handbook: 3 documents, 3 passages, 2 questions"
    assert "nDCG@10" in lines[1]
    assert [line.split()[0] for line in lines[2:6]] == ["bm25", "dense", "fused", "reranked"]
    assert "reranked over bm25, the best single stage: +0.0000 nDCG@10" in table
    assert "best single stage: +0.0000 recall@5" in table
    assert lines[-1].startswith("mixed-up; milliseconds of a search")


def test_later_stages_are_compared_with_the_best_single_one() -> None:
    gains = evaluate(a_dataset(*QUESTIONS), MixedUpEmbedder()).gains
    assert {stage: list(by_measure) for stage, by_measure in gains.items()} == {
        "fused": ["nDCG@10", "recall@5"],
        "reranked": ["nDCG@10", "recall@5"],
    }
    fused = gains["fused"]["nDCG@10"]
    assert fused.over == "bm25"
    assert fused.by.low <= fused.by.mean <= fused.by.high


def test_progress_is_told_up_to_the_end() -> None:
    told: list[tuple[str, int, int]] = []
    evaluate(
        a_dataset(*QUESTIONS),
        MixedUpEmbedder(),
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    assert told[0] == ("embedding documents", 3, 3)
    assert told[-1] == ("asking questions", 2, 2)


def test_a_reranker_has_the_last_word() -> None:
    class LongestFirst:
        def score(self, question: str, texts: Sequence[str]) -> Vector:
            return np.array([len(text) for text in texts], dtype=np.float32)

    report = evaluate(a_dataset(QUESTIONS[0]), MixedUpEmbedder(), reranker=LongestFirst())
    assert report.stages["bm25"]["recall@1"].mean == 1.0
    assert report.stages["reranked"]["recall@1"].mean == 0.0


def test_nothing_to_ask_is_refused_in_a_sentence() -> None:
    with pytest.raises(Invalid, match="no question with a relevant document"):
        evaluate(a_dataset(QUESTIONS[2]), MixedUpEmbedder())


def test_a_question_that_found_nothing_counts_as_zero() -> None:
    values = figures_of_each([{"leave": 1}, {"travel": 1}], [["leave"], []])
    assert list(values["recall@5"]) == [1.0, 0.0]


def test_the_figures_are_those_of_the_textbook() -> None:
    values = figures_of_each([{"leave": 1}], [["rope", "leave"]])
    assert values["nDCG@10"] == pytest.approx([1 / np.log2(3)])
    assert values["MRR@10"] == [0.5]
    assert (values["recall@1"], values["recall@5"], values["success@5"]) == ([0], [1], [1])


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    few, many = figure(np.array([0.0, 1.0] * 10)), figure(np.array([0.0, 1.0] * 1000))
    assert few.mean == many.mean == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high


def test_the_same_values_give_the_same_interval() -> None:
    assert figure(np.array([0.0, 0.5, 1.0])) == figure(np.array([0.0, 0.5, 1.0]))
