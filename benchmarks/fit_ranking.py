"""Fits the weights of fusion and of the fine order anew, and says what they find on unseen sets.

    python -m benchmarks.fit_ranking FOLDER … [--cache FOLDER] [--sample 300] [--embedding]

Each FOLDER is a labelled set, of text or of files. Where it has training questions
(`queries_train.jsonl`, `qrels_train.tsv`), those are learned from and all others measured; else the
questions of every other paragraph (or page, or group of files) are learned from and the rest
measured. Weights are learned over all sets together, each folder counting the same: the softmax of
the scores of the first 30 candidates shall lie on the relevant ones (Cao et al., "Learning to Rank:
From Pairwise Approach to Listwise Approach", ICML 2007). Then once more for each folder without it:
what those weights find there is what may be expected of a set that nobody has seen.

`--embedding` tries features that embed: with all questions hours on two cores.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from app.cli.evaluation import (
    Bench,
    opened_models,
    remembered,
    searched_files,
    wait_for,
    ways_to_score,
)
from app.settings import load_settings
from benchmarks.ranking_features import BestSentence, Feature, Feedback, fusion, phrases, sizes
from retrieval.evaluation.datasets import Dataset, DatasetQuestion, read_dataset, read_tasks
from retrieval.evaluation.indexed import EVERYTHING, indexed, silent
from retrieval.evaluation.measures import figures_of_each
from retrieval.evaluation.targets import Documents, Target
from retrieval.search.fusion import KEYWORDS, NAMED
from retrieval.search.phrases import COMPARED, NEARBY, TOGETHER
from retrieval.search.searcher import Searcher
from retrieval.types import Passage

Matrix = NDArray[np.float64]
SEED, STEPS, PACE, STRENGTH = 7, 400, 1.0, 1e-3
IN_USE = {"dense": 1.0, "words": KEYWORDS, "named": NAMED, "together": TOGETHER, "nearby": NEARBY}
# The first of each counts 1.
WAYS = {
    "phrases": ["fused", "together", "nearby"],
    "all weights in use": list(IN_USE),
    "freer": [*IN_USE, "coverage", "length"],
    "feedback": ["fused", "feedback"],
    "sentence": ["fused", "sentence"],
}


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its candidates; features and relevance of the first COMPARED."""

    question: DatasetQuestion
    passages: tuple[Passage, ...]  # best fused first
    features: Mapping[str, Matrix]
    relevant: NDArray[np.bool_]

    def scores(self, weights: Mapping[str, float]) -> Matrix:
        found = sum(weight * self.features[name] for name, weight in weights.items())
        return np.asarray(found, np.float64)


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    folder: str
    target: Target
    learned: list[Case]
    measured: list[Case]

    def figures(self, weights: Mapping[str, float]) -> tuple[float, float]:
        """nDCG@10 and recall@5 of the questions that are not learned from."""
        values = figures_of_each(
            [case.question.relevant for case in self.measured],
            [
                self.target.ranking(ranked(case, weights), case.question.relevant)
                for case in self.measured
            ],
        )
        return float(values["nDCG@10"].mean()), float(values["recall@5"].mean())


def ranked(case: Case, weights: Mapping[str, float]) -> list[Passage]:
    order = np.argsort(-case.scores(weights), kind="stable")
    return [*(case.passages[position] for position in order), *case.passages[COMPARED:]]


def fitted(tasks: Sequence[Task], names: Sequence[str]) -> dict[str, float]:
    """Weights by gradient descent, divided by the first of them."""
    parts = [task.folder for task in tasks]
    learned = [
        (case, 1.0 / len(task.learned) / parts.count(task.folder) / len(set(parts)))
        for task in tasks
        for case in task.learned
        if case.relevant.any() and not case.relevant.all()
    ]
    features = np.zeros((len(learned), COMPARED, len(names)))
    relevant = np.zeros((len(learned), COMPARED), bool)
    there = np.zeros((len(learned), COMPARED), bool)
    for row, (case, _) in enumerate(learned):
        size = len(case.relevant)
        features[row, :size] = np.stack([case.features[name] for name in names], axis=1)
        relevant[row, :size], there[row, :size] = case.relevant, True
    shares = np.array([share for _, share in learned])
    scale = features[there].std(axis=0) + 1e-9
    weights = np.full(len(names), 0.1)
    for _ in range(STEPS):
        scores = np.where(there, features / scale @ weights, -np.inf)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        wanted = odds * relevant
        away = odds / odds.sum(axis=1, keepdims=True) - wanted / wanted.sum(axis=1, keepdims=True)
        pull = np.einsum("qp,qpf->f", away * shares[:, None], features / scale)
        weights = weights - PACE * (pull + 2 * STRENGTH * weights)
    found = weights / scale / (weights[0] / scale[0])
    return dict(zip(names, found.tolist(), strict=True))


def parts_of(
    folder: Path, task: Dataset
) -> tuple[Sequence[DatasetQuestion], Sequence[DatasetQuestion]]:
    """Questions to learn from and those to measure; those of one document stay together."""
    asked = [question for question in task.questions if question.relevant]
    if (folder / "queries_train.jsonl").is_file():
        training = read_dataset(folder, qrels="qrels_train.tsv", queries="queries_train.jsonl")
        return [question for question in training.questions if question.relevant], asked
    groups = dict.fromkeys(tuple(sorted(question.relevant)) for question in asked)
    half = set(list(groups)[::2])
    learned = [question for question in asked if tuple(sorted(question.relevant)) in half]
    return learned, [question for question in asked if question not in learned]


def cases_of(
    questions: Sequence[DatasetQuestion],
    searcher: Searcher,
    target: Target,
    features: Sequence[Feature],
) -> list[Case]:
    cases = []
    for question in questions:
        found = searcher.find(question.text, EVERYTHING, limit=1).considered
        passages = sorted(found, key=lambda passage: -passage.scores.fused)
        numbers = {
            name: np.array(values)
            for feature in features
            for name, values in feature(question.text, passages).items()
        }
        wanted = question.relevant
        relevant = [bool(wanted.keys() & target.ranking([p], wanted)) for p in passages[:COMPARED]]
        cases.append(Case(question, tuple(passages), numbers, np.array(relevant)))
    return cases


@contextmanager
def searched(bench: Bench, folder: Path, task: Dataset) -> Iterator[tuple[Searcher, Target]]:
    files = sorted(path for path in (folder / "files").glob("*") if path.is_file())
    if files:
        with searched_files(bench, files) as (searcher, pages):
            yield searcher, next(iter(ways_to_score(task.questions, pages).values()))
        return
    with indexed(task.documents, bench.embedder) as parts:
        depth = bench.settings.search.candidates
        yield (
            Searcher(parts.corpus, parts.lexical, parts.vectors, bench.embedder, None, depth),
            Documents(),
        )


def tasks_of(
    bench: Bench, folder: Path, features: Sequence[Feature], sample: int | None
) -> Iterator[Task]:
    for task in read_tasks(folder):
        learned, measured = parts_of(folder, task)
        started = process_time()
        with searched(bench, folder, task) as (searcher, target):
            both = [
                cases_of(_sampled(part, sample), searcher, target, features)
                for part in (learned, measured)
            ]
        print(f"{task.name}: {process_time() - started:.0f} s of the processor", flush=True)
        yield Task(task.name, folder.name, target, *both)


def compare(tasks: Sequence[Task]) -> None:
    """What each way reaches with weights of all folders, and of all but the one measured."""
    _tell("fused only", {task.name: {"fused": 1.0} for task in tasks}, tasks)
    _tell("in use", {task.name: IN_USE for task in tasks}, tasks)
    there = tasks[0].measured[0].features
    for way, names in WAYS.items():
        if not there.keys() >= set(names):
            continue
        everything = fitted(tasks, names)
        print(way, _rounded(everything))
        _tell(f"{way}, chosen on everything", {task.name: everything for task in tasks}, tasks)
        without = {
            folder: fitted([task for task in tasks if task.folder != folder], names)
            for folder in dict.fromkeys(task.folder for task in tasks)
        }
        for folder, weights in without.items():
            print(f"  without {folder}", _rounded(weights))
        chosen = {task.name: without[task.folder] for task in tasks}
        _tell(f"{way}, chosen without this set", chosen, tasks)


def _tell(label: str, weights: Mapping[str, Mapping[str, float]], tasks: Sequence[Task]) -> None:
    print(label)
    for task in tasks:
        gain, recall = task.figures(weights[task.name])
        print(f"  {task.name:<28} nDCG@10 {gain:.4f}  recall@5 {recall:.4f}", flush=True)


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {name: round(weight, 2) for name, weight in weights.items()}


def _sampled(questions: Sequence[DatasetQuestion], most: int | None) -> list[DatasetQuestion]:
    chosen = np.random.default_rng(SEED).permutation(len(questions))[:most]
    return [questions[position] for position in chosen]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--cache", type=Path)
    options.add_argument("--sample", type=int, help="so many questions of each part of a set")
    options.add_argument("--embedding", action="store_true")
    given = options.parse_args()
    settings = load_settings()
    with opened_models(settings) as models, remembered(models.embedder, given.cache) as embedder:
        wait_for(models, "embedder")
        bench = Bench(settings, models, embedder, silent)
        features: list[Feature] = [fusion, phrases, sizes]
        if given.embedding:
            features += [Feedback(embedder), BestSentence(embedder)]
        tasks = [t for f in given.folders for t in tasks_of(bench, f, features, given.sample)]
    compare(tasks)


if __name__ == "__main__":
    main()
