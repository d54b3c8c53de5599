"""Fits what decides whether a question is answered, and how sure the answer is.

`python -m benchmarks.fit_answers FOLDER…`: on half of the documents of the sets (format of
`colophon eval-answers`), tried on the other half. Prints the figures of the unseen half, a curve of
thresholds, and the constants for `retrieval/answer/checking/weights.py`; writes the reliability plot
to `docs/images/confidence.svg`. To be run again when the embedder is another one.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from re import sub

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from app.cli.evaluation import opened_models, wait_for
from app.settings import load_settings
from benchmarks.reliability import reliability_svg
from retrieval.answer.checking.reading import Reading, read_passages
from retrieval.answer.checking.relevance import features, sentence_scores
from retrieval.answer.checking.signals import SIGNALS, WITH_COSINES, answer_signals
from retrieval.answer.writing.quotes import choose_quotes
from retrieval.evaluation.answer_measures import calibration, holds_answer
from retrieval.evaluation.answers import ADVERSARIAL
from retrieval.evaluation.datasets import DatasetQuestion, read_dataset
from retrieval.evaluation.indexed import EVERYTHING, indexed
from retrieval.search.searcher import Searcher
from retrieval.types import Vector

PASSAGES = 6
CODE = SIGNALS.index("code")
CODE_WEIGHT = -2.0  # by hand: the sets hardly ask for codes
CHINESE = SIGNALS.index("chinese")
CHINESE_SHIFT = -0.35  # by hand: so that 9 of 10 Chinese questions about something else are refused
ANSWERED = (0.97, 0.95, 0.93, 0.9, 0.87, 0.85, 0.8)  # shares of the curve
UNANSWERABLE = 1 / 3  # share of such questions that is fitted for
PLOT = Path("docs/images/confidence.svg")


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what its passages tell."""

    dataset: str
    question: DatasetQuestion
    signals: Vector
    lexical: Vector  # as they are where nothing can embed
    right: bool  # its quotes hold a known answer
    unseen: bool  # of the half that is not fitted on

    @property
    def answerable(self) -> bool:
        return bool(self.question.relevant)


@dataclass(frozen=True, slots=True)
class Line:
    weights: tuple[float, ...]
    bias: float

    def odds(self, rows: Vector) -> Vector:
        return np.asarray(rows @ np.array(self.weights) + self.bias)


def main(folders: Sequence[Path]) -> None:
    cases = [case for folder in folders for case in gathered(folder)]
    report(cases)


def gathered(folder: Path) -> Iterator[Case]:
    settings = load_settings()
    dataset = read_dataset(folder)
    with opened_models(settings) as models:
        wait_for(models, "embedder")
        with indexed(dataset.documents, models.embedder) as parts:
            searcher = Searcher(
                parts.corpus, parts.lexical, parts.vectors, models.embedder, None, 50
            )
            for question in dataset.questions:
                found = searcher.find(question.text, EVERYTHING, limit=PASSAGES)
                reading = read_passages(question.text, found.passages, models.embedder)
                yield case_of(dataset.name, question, reading)


def case_of(dataset: str, question: DatasetQuestion, reading: Reading) -> Case:
    asked, evidence = reading.question, reading.evidence
    rows = features(asked, evidence)
    scores = sentence_scores(rows)
    words = rows[:, :-1]
    lexical = answer_signals(asked, evidence, words, sentence_scores(words))
    quotes = choose_quotes(evidence, scores)
    shown = " ".join(quote.shown for quote in quotes)
    about = next(iter(question.relevant), str(evidence.passages[0].chunk.document))
    return Case(
        dataset,
        question,
        answer_signals(asked, evidence, rows, scores),
        lexical[: len(SIGNALS) - WITH_COSINES],
        bool(question.relevant) and holds_answer(shown, question.answers),
        _is_unseen(about),
    )


def _is_unseen(document: str) -> bool:
    """By articles where ids are numbered within one: paragraphs of one tell of each other."""
    article = sub(r"(?<=[A-Za-z])-\d+$", "", document)
    return sha1(article.encode(), usedforsecurity=False).digest()[0] % 2 == 1


def report(cases: Sequence[Case]) -> None:
    seen = [case for case in cases if not case.unseen]
    answerable = np.array([case.answerable for case in seen])
    weights = balanced(seen)
    line = fitted(np.stack([case.signals for case in seen]), answerable, weights)
    lexical = fitted(np.stack([case.lexical for case in seen]), answerable, weights)
    odds = line.odds(np.stack([case.signals for case in cases]))
    shown = np.array([not case.unseen for case in cases]) & (odds >= 0)
    right = np.array([case.right for case in cases])
    sure = fitted(odds[shown][:, None], right[shown])
    told = chance(sure.odds(odds[:, None]))
    plots = {}
    for name in dict.fromkeys(case.dataset for case in cases):
        here = np.array([case.unseen and case.dataset == name for case in cases])
        print(f"\n{name}, unseen half: {here.sum()} questions")
        for text in curve([c for c, h in zip(cases, here, strict=True) if h], odds[here]):
            print(text)
        kept = here & (odds >= 0)
        plots[name] = calibration(told[kept].tolist(), right[kept].tolist())
        print(f"calibration error of the shown answers: {plots[name].error:.3f}")
    PLOT.write_text(reliability_svg(plots), encoding="utf-8")
    print(f"\nANSWER_WEIGHTS = {line.weights}\nANSWER_BIAS = {line.bias}")
    print(f"LEXICAL_ANSWER_WEIGHTS = {lexical.weights}\nLEXICAL_ANSWER_BIAS = {lexical.bias}")
    print(f"CONFIDENCE_SLOPE = {sure.weights[0]}\nCONFIDENCE_BIAS = {sure.bias}")


def balanced(cases: Sequence[Case]) -> Vector:
    """Weights with which one in three questions of every set has no answer: a threshold must mean
    the same in each, whatever share of such questions somebody put there.
    """
    rates = {}
    for name in {case.dataset for case in cases}:
        here = [case.answerable for case in cases if case.dataset == name]
        rates[name] = sum(here) / (len(here) - sum(here)) * UNANSWERABLE / (1 - UNANSWERABLE)
    return np.array([1.0 if case.answerable else rates[case.dataset] for case in cases])


def fitted(rows: Vector, wanted: Vector, sizes: Vector | None = None) -> Line:
    """A logistic regression of the rows as they are; what never varies weighs nothing."""
    scaler = StandardScaler()
    model = LogisticRegression(C=0.3, max_iter=3000)
    model.fit(scaler.fit_transform(rows), wanted, sizes)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    if rows.shape[1] > CHINESE:
        weights[CODE] = CODE_WEIGHT
        weights[CHINESE] += CHINESE_SHIFT
    return Line(tuple(round(float(weight), 3) for weight in weights), round(bias, 3))


def chance(odds: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-odds)))


def curve(cases: Sequence[Case], odds: Vector) -> Iterator[str]:
    answerable = np.array([case.answerable for case in cases])
    tricky = np.array([case.question.kind == ADVERSARIAL for case in cases])
    outside = ~answerable & ~tricky
    points = [(float(np.quantile(odds[answerable], 1 - share))) for share in ANSWERED]
    yield "threshold answered outside adversarial precision recall"
    for point in sorted([*points, 0.0]):
        refused = odds < point
        yield " ".join(
            f"{value:9.3f}"
            for value in (
                float(chance(np.array(point))),
                _mean(~refused[answerable]),
                _mean(refused[outside]),
                _mean(refused[tricky]),
                _mean(~answerable[refused]),
                _mean(refused[~answerable]),
            )
        )


def _mean(values: Vector) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
