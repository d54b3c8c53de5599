"""Figures of rankings against known answers, computed by ir-measures (trec_eval underneath)."""

from collections.abc import Sequence

import ir_measures

from retrieval.evaluation.datasets import DatasetQuestion
from retrieval.types import ChunkId

MEASURES = {
    "nDCG@10": ir_measures.nDCG @ 10,
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@20": ir_measures.R @ 20,
    "MRR@10": ir_measures.RR @ 10,
}


def mean_figures(
    questions: Sequence[DatasetQuestion], rankings: Sequence[Sequence[ChunkId]]
) -> dict[str, float]:
    """Measure → mean over the questions. A question without any hit counts as 0."""
    qrels = [
        ir_measures.Qrel(question.id, document, relevance)
        for question in questions
        for document, relevance in question.relevant.items()
    ]
    run = [
        ir_measures.ScoredDoc(question.id, chunk, 1.0 / rank)
        for question, ranking in zip(questions, rankings, strict=True)
        for rank, chunk in enumerate(ranking, start=1)
    ]
    values = ir_measures.calc_aggregate(list(MEASURES.values()), qrels, run)
    return {name: float(values[measure]) for name, measure in MEASURES.items()}
