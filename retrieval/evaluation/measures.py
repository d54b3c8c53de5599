"""Figures of rankings against known answers, computed by ir-measures (trec_eval underneath)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from numpy.typing import NDArray

MEASURES = {
    "nDCG@10": ir_measures.nDCG @ 10,
    "recall@1": ir_measures.R @ 1,
    "recall@5": ir_measures.R @ 5,
    "recall@20": ir_measures.R @ 20,
    "MRR@10": ir_measures.RR @ 10,
    "success@5": ir_measures.Success @ 5,
}
RESAMPLES = 2_000
SEED = 20_261_122
LOW, HIGH = 2.5, 97.5  # per cent: an interval holds 95 of 100 resampled means

Values = NDArray[np.float64]  # one for each question


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over the questions, with its bootstrap interval."""

    mean: float
    low: float
    high: float


def figures_of_each(
    relevant: Sequence[Mapping[str, int]], rankings: Sequence[Sequence[str]]
) -> dict[str, Values]:
    """Measure → its value for each question. A question without any hit counts as 0."""
    qrels = [
        ir_measures.Qrel(str(number), name, relevance)
        for number, names in enumerate(relevant)
        for name, relevance in names.items()
    ]
    run = [
        ir_measures.ScoredDoc(str(number), name, 1.0 / rank)
        for number, ranking in enumerate(rankings)
        for rank, name in enumerate(ranking, start=1)
    ]
    values = {name: np.zeros(len(relevant)) for name in MEASURES}
    names = {measure: name for name, measure in MEASURES.items()}
    for metric in ir_measures.iter_calc(list(MEASURES.values()), qrels, run):
        values[names[metric.measure]][int(metric.query_id)] = metric.value
    return values


def figure(values: Values) -> Figure:
    """Efron's percentile bootstrap over the questions, with a fixed seed.

    Of the difference of two systems, too: give the differences, question by question.
    """
    drawn = np.random.default_rng(SEED).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), (LOW, HIGH))
    return Figure(float(values.mean()), float(low), float(high))
