"""How well the search finds: each stage's figures on a data set, by the code that users run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from retrieval.errors import Invalid
from retrieval.evaluation.datasets import Dataset, DatasetQuestion
from retrieval.evaluation.indexed import EVERYTHING, Progress, indexed, silent
from retrieval.evaluation.measures import Figure, Values, figure, figures_of_each
from retrieval.evaluation.targets import Documents, Target
from retrieval.ports import Embedder, Reranker
from retrieval.search.searcher import Searcher
from retrieval.types import Passage, Scope, Scores

SINGLE = ("bm25", "dense")
LAST = "reranked"  # the order that users see, by a reranking model or without one
DECIDING = ("nDCG@10", "recall@5")  # no later stage may lose by one of them

Order = Callable[[Sequence[Passage]], list[Passage]]


@dataclass(frozen=True, slots=True)
class Gain:
    """What a stage adds to the best single one, question by question."""

    over: str
    by: Figure


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a search: median, 95 and 99 of 100."""

    whole: tuple[float, float, float]
    without_embedding: tuple[float, float, float]
    reranking: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Report:
    dataset: str
    embedder: str
    documents: int
    passages: int
    questions: int  # those with a relevant document
    stages: dict[str, dict[str, Figure]]  # stage → measure → figure, in order
    gains: dict[str, dict[str, Gain]]  # of the later stages: stage → deciding measure → gain
    latency: Latency


@dataclass(frozen=True, slots=True)
class Asked:
    passages: tuple[Passage, ...]  # every one that any stage saw, in the final order
    seconds: float
    stages: Mapping[str, float]  # seconds of each


def evaluate(
    dataset: Dataset,
    embedder: Embedder,
    *,
    reranker: Reranker | None = None,
    candidates: int = 50,
    progress: Progress = silent,
) -> Report:
    """Indexes the documents in a temporary folder and asks every question that has an answer there.

    A document is one chunk.
    Raises: Invalid when there is nothing to ask, Unavailable when the embedder is down.
    """
    questions = answerable(dataset)
    with indexed(dataset.documents, embedder, progress) as parts:
        searcher = Searcher(
            parts.corpus, parts.lexical, parts.vectors, embedder, reranker, candidates
        )
        asked = ask(questions, searcher, EVERYTHING, progress)
    size = len(dataset.documents)
    return report(dataset.name, (size, size), questions, asked, Documents(), embedder)


def answerable(dataset: Dataset) -> list[DatasetQuestion]:
    """Raises: Invalid when there are none."""
    questions = [question for question in dataset.questions if question.relevant]
    if not questions or not dataset.documents:
        raise Invalid(f"{dataset.name} has no question with a relevant document.")
    return questions


def ask(
    questions: Sequence[DatasetQuestion], searcher: Searcher, scope: Scope, progress: Progress
) -> list[Asked]:
    asked = []
    for done, question in enumerate(questions, start=1):
        started = perf_counter()
        found = searcher.find(question.text, scope, limit=1)
        asked.append(Asked(found.considered, perf_counter() - started, found.seconds))
        progress("asking questions", done, len(questions))
    return asked


def report(
    name: str,
    size: tuple[int, int],
    questions: Sequence[DatasetQuestion],
    asked: Sequence[Asked],
    target: Target,
    embedder: Embedder,
) -> Report:
    """`size`: documents, and passages of them."""
    relevant = [question.relevant for question in questions]
    of_each = {
        stage: figures_of_each(
            relevant,
            [
                target.ranking(order(answer.passages), wanted)
                for answer, wanted in zip(asked, relevant, strict=True)
            ],
        )
        for stage, order in ORDERS.items()
    }
    return Report(
        dataset=name,
        embedder=embedder.identity.model,
        documents=size[0],
        passages=size[1],
        questions=len(questions),
        stages={
            stage: {measure: figure(each) for measure, each in values.items()}
            for stage, values in of_each.items()
        },
        gains={
            stage: {measure: _gain(of_each, stage, measure) for measure in DECIDING}
            for stage in of_each
            if stage not in SINGLE
        },
        latency=_latency(asked),
    )


def _gain(values: Mapping[str, Mapping[str, Values]], stage: str, measure: str) -> Gain:
    best = max(SINGLE, key=lambda single: values[single][measure].mean())
    return Gain(best, figure(values[stage][measure] - values[best][measure]))


def _latency(asked: Sequence[Asked]) -> Latency:
    return Latency(
        whole=_percentiles([answer.seconds for answer in asked]),
        without_embedding=_percentiles(
            [answer.seconds - answer.stages.get("embed", 0.0) for answer in asked]
        ),
        reranking=_percentiles([answer.stages.get("rerank", 0.0) for answer in asked]),
    )


def _percentiles(seconds: Sequence[float]) -> tuple[float, float, float]:
    """In milliseconds."""
    median, most, nearly_all = (1000 * float(p) for p in np.percentile(seconds, (50, 95, 99)))
    return median, most, nearly_all


def _by(score: Callable[[Scores], float | None]) -> Order:
    """Those that a stage scored, by its score; ties as fusion leaves them, keyword hits first."""

    def ordered(passages: Sequence[Passage]) -> list[Passage]:
        seen = [passage for passage in passages if score(passage.scores) is not None]
        return sorted(seen, key=lambda p: (-(score(p.scores) or 0.0), -(p.scores.bm25 or 0.0)))

    return ordered


ORDERS: dict[str, Order] = {
    "bm25": _by(lambda scores: scores.bm25),
    "dense": _by(lambda scores: scores.dense),
    "fused": _by(lambda scores: scores.fused),
    LAST: list,
}
