"""How well the search finds: each stage's figures on a data set, by the code that users run."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.errors import Invalid
from retrieval.evaluation.datasets import Dataset, DatasetQuestion
from retrieval.evaluation.indexed import EVERYTHING, Progress, indexed, silent
from retrieval.evaluation.measures import MEASURES, mean_figures
from retrieval.ports import Embedder, Reranker
from retrieval.search.searcher import Searcher
from retrieval.types import ChunkId, Passage, Scores

STAGES: dict[str, Callable[[Scores], float | None]] = {
    "bm25": lambda scores: scores.bm25,
    "dense": lambda scores: scores.dense,
    "fused": lambda scores: scores.fused,
}


@dataclass(frozen=True, slots=True)
class Report:
    dataset: str
    embedder: str
    documents: int
    questions: int  # those with a relevant document
    stages: dict[str, dict[str, float]]  # stage → measure → value, in order
    milliseconds: float  # median of one search, embedding the question included

    def table(self) -> str:
        """The figures as plain text, one line per stage."""
        head = f"{self.dataset}: {self.documents:,} documents, {self.questions:,} questions"
        columns = "".join(f"{name:>11}" for name in MEASURES)
        lines = [
            f"{stage:<8}" + "".join(f"{value:>11.4f}" for value in values.values())
            for stage, values in self.stages.items()
        ]
        foot = f"{self.embedder}; {self.milliseconds:.0f} ms per search (median)"
        return "\n".join([head, f"{'stage':<8}{columns}", *lines, foot])


def evaluate(
    dataset: Dataset,
    embedder: Embedder,
    *,
    reranker: Reranker | None = None,
    candidates: int = 50,
    progress: Progress = silent,
) -> Report:
    """Indexes the documents in a temporary folder and asks every question that has an answer there.

    A document is one chunk. Stage "final" is what a user would see.
    Raises: Invalid when there is nothing to ask, Unavailable when the embedder is down.
    """
    questions = [question for question in dataset.questions if question.relevant]
    if not questions or not dataset.documents:
        raise Invalid(f"{dataset.name} has no question with a relevant document.")
    with indexed(dataset.documents, embedder, progress) as parts:
        searcher = Searcher(
            parts.corpus, parts.lexical, parts.vectors, embedder, reranker, candidates
        )
        asked = _ask(questions, searcher, progress)
    return Report(
        dataset=dataset.name,
        embedder=embedder.identity.model,
        documents=len(dataset.documents),
        questions=len(questions),
        stages=_figures(questions, asked),
        milliseconds=1000 * float(np.median([answer.seconds for answer in asked])),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    passages: tuple[Passage, ...]  # every one that any stage saw, in the final order
    seconds: float


def _ask(
    questions: Sequence[DatasetQuestion], searcher: Searcher, progress: Progress
) -> list[_Asked]:
    asked = []
    for done, question in enumerate(questions, start=1):
        started = time.perf_counter()
        found = searcher.find(question.text, EVERYTHING, limit=2 * searcher.candidates)
        asked.append(_Asked(found.passages, time.perf_counter() - started))
        progress("asking questions", done, len(questions))
    return asked


def _figures(
    questions: Sequence[DatasetQuestion], asked: Sequence[_Asked]
) -> dict[str, dict[str, float]]:
    """Stage → measure → mean over the questions; "final" is the order that users see."""
    rankings = {
        stage: [_ranking(answer.passages, score) for answer in asked]
        for stage, score in STAGES.items()
    }
    rankings["final"] = [[passage.chunk.id for passage in answer.passages] for answer in asked]
    return {stage: mean_figures(questions, ranked) for stage, ranked in rankings.items()}


def _ranking(passages: Iterable[Passage], score: Callable[[Scores], float | None]) -> list[ChunkId]:
    """By one stage's score; ties as fusion leaves them, keyword hits first."""
    scored = [
        (value, p.scores.bm25 or 0.0, p.chunk.id)
        for p in passages
        if (value := score(p.scores)) is not None
    ]
    return [chunk for *_, chunk in sorted(scored, key=lambda row: (-row[0], -row[1]))]
