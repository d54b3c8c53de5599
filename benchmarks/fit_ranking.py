"""Fits the fine order of `retrieval/search/phrases.py` anew and compares others with it.

    python -m benchmarks.fit_ranking FOLDER … [--cache FOLDER] [--sample 300] [--sentences]

Each FOLDER is a labelled set of text. Where it has training questions (`queries_train.jsonl`,
`qrels_train.tsv`), those are learned from and all others measured; else every other question is
learned from and the rest measured. Weights are learned over all sets together, each set counting
the same: the softmax of the scores of the first 30 candidates shall lie on the relevant ones (Cao
et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007).

`--sentences` embeds every sentence of every candidate: hours on two cores for all questions.
"""

import argparse
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from app.cli.evaluation import opened_models, remembered, wait_for
from app.settings import load_settings
from retrieval.evaluation.datasets import Dataset, DatasetQuestion, read_dataset, read_tasks
from retrieval.evaluation.indexed import EVERYTHING, indexed
from retrieval.evaluation.measures import figures_of_each
from retrieval.ports import Embedder
from retrieval.search.overlap import shared_words
from retrieval.search.phrases import COMPARED, closeness
from retrieval.search.searcher import Searcher
from retrieval.text.sentences import split_sentences
from retrieval.text.tokens import terms
from retrieval.types import Passage, Vector

Matrix = NDArray[np.float64]
Feature = Callable[[str, Sequence[Passage]], list[float]]
SEED, STEPS, PACE, STRENGTH = 7, 400, 1.0, 1e-3


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates: features (candidates, features) and which are relevant."""

    question: DatasetQuestion
    passages: tuple[Passage, ...]
    features: Matrix
    relevant: NDArray[np.bool_]


def fused(_question: str, passages: Sequence[Passage]) -> list[float]:
    return [passage.scores.fused for passage in passages]


def dense(_question: str, passages: Sequence[Passage]) -> list[float]:
    return _standardised([passage.scores.dense for passage in passages])


def bm25(question: str, passages: Sequence[Passage]) -> list[float]:
    found = _standardised([passage.scores.bm25 or 0.0 for passage in passages])
    return _weighed(question, passages, found)


def together(question: str, passages: Sequence[Passage]) -> list[float]:
    found = [close.together for close in closeness(question, passages)]
    return _weighed(question, passages, found)


def nearby(question: str, passages: Sequence[Passage]) -> list[float]:
    found = [close.nearby for close in closeness(question, passages)]
    return _weighed(question, passages, found)


def coverage(question: str, passages: Sequence[Passage]) -> list[float]:
    return _weighed(question, passages, [shared_words(question, each) for each in passages])


def length(_question: str, passages: Sequence[Passage]) -> list[float]:
    return [math.log(1 + len(terms(passage.chunk.text))) for passage in passages]


@dataclass(frozen=True, slots=True)
class Feedback:
    """Likeness to the mean of the first five: pseudo relevance feedback (Rocchio 1971)."""

    embedder: Embedder

    def __call__(self, _question: str, passages: Sequence[Passage]) -> list[float]:
        vectors = self.embedder.embed_passages([_embedded(passage) for passage in passages])
        return _standardised((vectors @ vectors[:5].mean(axis=0)).tolist())


@dataclass(frozen=True, slots=True)
class BestSentence:
    """The cosine of the sentence that is nearest to the question."""

    embedder: Embedder

    def __call__(self, question: str, passages: Sequence[Passage]) -> list[float]:
        asked = self.embedder.embed_question(question)
        return _standardised([self._nearest(asked, passage) for passage in passages])

    def _nearest(self, asked: Vector, passage: Passage) -> float:
        text = passage.chunk.text
        sentences = [span.of(text) for span in split_sentences(text)] or [text]
        return float((self.embedder.embed_passages(sentences) @ asked).max())


def ranked(case: Case, columns: Sequence[int], weights: Matrix) -> list[str]:
    scores = case.features[:, columns] @ weights
    order = np.argsort(-scores, kind="stable")
    tail = [passage.chunk.id for passage in case.passages[COMPARED:]]
    return [*(case.passages[position].chunk.id for position in order), *tail]


def fitted(sets: Sequence[Sequence[Case]], columns: Sequence[int]) -> Matrix:
    """Weights by gradient descent, divided by the first of them."""
    learned = [
        (case, 1.0 / len(cases) / len(sets))
        for cases in sets
        for case in cases
        if case.relevant.any() and not case.relevant.all()
    ]
    features = np.zeros((len(learned), COMPARED, len(columns)))
    relevant = np.zeros((len(learned), COMPARED), bool)
    there = np.zeros((len(learned), COMPARED), bool)
    for row, (case, _) in enumerate(learned):
        size = len(case.relevant)
        features[row, :size], relevant[row, :size] = case.features[:, columns], case.relevant
        there[row, :size] = True
    shares = np.array([share for _, share in learned])
    scale = features[there].std(axis=0) + 1e-9
    weights = np.full(len(columns), 0.1)
    for _ in range(STEPS):
        scores = np.where(there, features / scale @ weights, -np.inf)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        wanted = odds * relevant
        away = odds / odds.sum(axis=1, keepdims=True) - wanted / wanted.sum(axis=1, keepdims=True)
        pull = np.einsum("qp,qpf->f", away * shares[:, None], features / scale)
        weights = weights - PACE * (pull + 2 * STRENGTH * weights)
    found = weights / scale
    return np.asarray(found / found[0], np.float64)


def tasks_of(
    folder: Path,
) -> Iterator[tuple[Dataset, list[DatasetQuestion], list[DatasetQuestion]]]:
    """A data set, the questions to learn from and those to measure."""
    for task in read_tasks(folder):
        asked = [question for question in task.questions if question.relevant]
        if (folder / "queries_train.jsonl").is_file():
            training = read_dataset(folder, qrels="qrels_train.tsv", queries="queries_train.jsonl")
            yield task, [q for q in training.questions if q.relevant], asked
        else:
            yield task, asked[::2], asked[1::2]


def cases_of(
    questions: Sequence[DatasetQuestion], searcher: Searcher, features: Sequence[Feature]
) -> tuple[list[Case], list[float]]:
    """And the milliseconds of the processor that each feature took of a question."""
    cases, spent = [], np.zeros(len(features))
    for question in questions:
        found = searcher.find(question.text, EVERYTHING, limit=1).considered
        passages = sorted(found, key=lambda passage: -passage.scores.fused)
        columns = []
        for number, feature in enumerate(features):
            started = process_time()
            columns.append(feature(question.text, passages[:COMPARED]))
            spent[number] += process_time() - started
        relevant = np.array([p.chunk.document in question.relevant for p in passages[:COMPARED]])
        cases.append(Case(question, tuple(passages), np.array(columns).T, relevant))
    return cases, (1000 * spent / len(questions)).tolist()


def _compare(names: Sequence[str], sets: dict[str, tuple[list[Case], list[Case]]]) -> None:
    ways = {"fused only": ["fused"], "phrases": ["fused", "together", "nearby"]}
    ways["linear"] = ["fused", "dense", "bm25", "together", "nearby", "coverage", "length"]
    ways |= {name: ["fused", name] for name in ("feedback", "sentence") if name in names}
    learned = [training for training, _ in sets.values()]
    for way, wanted in ways.items():
        columns = [names.index(name) for name in wanted]
        weights = fitted(learned, columns)
        print(way, {name: round(float(w), 2) for name, w in zip(wanted, weights, strict=True)})
        for name, (_, held_out) in sets.items():
            values = figures_of_each(
                [case.question.relevant for case in held_out],
                [ranked(case, columns, weights) for case in held_out],
            )
            print(f"  {name:<28} nDCG@10 {values['nDCG@10'].mean():.4f}", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--cache", type=Path)
    options.add_argument("--sample", type=int, help="so many questions of each part of a set")
    options.add_argument("--sentences", action="store_true")
    given = options.parse_args()
    settings = load_settings()
    sets: dict[str, tuple[list[Case], list[Case]]] = {}
    with opened_models(settings) as models, remembered(models.embedder, given.cache) as embedder:
        wait_for(models, "embedder")
        features = _features(embedder, with_sentences=given.sentences)
        for task, learned, measured in (t for folder in given.folders for t in tasks_of(folder)):
            with indexed(task.documents, embedder) as parts:
                searcher = Searcher(
                    parts.corpus, parts.lexical, parts.vectors, embedder, None, COMPARED + 20
                )
                both = [
                    cases_of(_sampled(part, given.sample), searcher, list(features.values()))
                    for part in (learned, measured)
                ]
            sets[task.name] = (both[0][0], both[1][0])
            spent = zip(features, both[1][1], strict=True)
            print(task.name, {name: f"{ms:.1f} ms" for name, ms in spent}, flush=True)
    _compare(list(features), sets)


def _features(embedder: Embedder, *, with_sentences: bool) -> dict[str, Feature]:
    found: dict[str, Feature] = {
        "fused": fused,
        "dense": dense,
        "bm25": bm25,
        "together": together,
        "nearby": nearby,
        "coverage": coverage,
        "length": length,
        "feedback": Feedback(embedder),
    }
    return found | ({"sentence": BestSentence(embedder)} if with_sentences else {})


def _sampled(questions: list[DatasetQuestion], most: int | None) -> list[DatasetQuestion]:
    chosen = np.random.default_rng(SEED).permutation(len(questions))[:most]
    return [questions[position] for position in chosen]


def _weighed(question: str, passages: Sequence[Passage], values: Sequence[float]) -> list[float]:
    """As much as the words of the question are there at all."""
    best = max(passages, key=lambda passage: passage.scores.bm25 or 0.0)
    shared = shared_words(question, best)
    return [shared * value for value in values]


def _standardised(values: Sequence[float | None]) -> list[float]:
    seen = [value for value in values if value is not None]
    if not seen:
        return [0.0] * len(values)
    mean, deviation, lowest = float(np.mean(seen)), float(np.std(seen)) or 1.0, min(seen)
    return [((lowest if value is None else value) - mean) / deviation for value in values]


def _embedded(passage: Passage) -> str:
    return f"{passage.document_title}\n{passage.chunk.text}".strip()


if __name__ == "__main__":
    main()
