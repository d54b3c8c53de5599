"""Fits what decides whether a question is answered, and how sure the answer is.

`python -m benchmarks.fit_answers FOLDER…`: on half of the documents of the sets (format of
`colophon eval-answers`), tried on the other half. `FOLDER:zh` takes what is Chinese of a set in two
languages, `FOLDER:zh-en` its Chinese questions with its English documents. Prints the figures of
the unseen half, a curve of thresholds, and the constants for
`retrieval/answer/checking/weights.py`; writes the reliability plot to `docs/images/confidence.svg`.
To be run again when the embedder is another one.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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
from retrieval.answer.checking.relevance import features, sentence_scores, speech_of
from retrieval.answer.checking.signals import SIGNALS, WITH_COSINES, answer_signals
from retrieval.answer.checking.weights import SPEECHES, Line, Speech
from retrieval.answer.writing.quotes import choose_quotes
from retrieval.evaluation.answer_measures import calibration, holds_answer
from retrieval.evaluation.answers import ADVERSARIAL
from retrieval.evaluation.datasets import CROSSED, Dataset, DatasetQuestion, read_dataset
from retrieval.evaluation.indexed import EVERYTHING, indexed
from retrieval.search.searcher import Searcher
from retrieval.types import Vector

PASSAGES = 6
CODE, SUBJECT, TITLED = (SIGNALS.index(name) for name in ("code", "subject", "titled"))
CODE_WEIGHT = -2.0  # by hand: the sets hardly ask for codes
OUT_OF_CORPUS = "out_of_corpus"
WITHHELD = "withheld"  # a question whose answer was taken away
# Across languages a code or a figure is all the words in common: a share of words says nothing.
ACROSS = ("named", "figures", "margin", "closest", "three", "dense")
# Share of the questions about something else that are refused, at least. Across languages only the
# embedder tells them apart, and what is farther away in one set is near beside another company's.
OUTSIDE = 0.91
PRECISION = 0.82  # share of the refusals that must be right; the more are refused the better
OUTSIDE_ACROSS = 0.97
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
    speech: Speech

    @property
    def answerable(self) -> bool:
        return bool(self.question.relevant)

    @property
    def outside(self) -> bool:
        return not self.answerable and self.question.kind not in (ADVERSARIAL, WITHHELD)


def main(names: Sequence[str]) -> None:
    report([case for name in names for case in gathered(named(name))])


def named(name: str) -> Dataset:
    folder, _, languages = name.partition(":")
    if not languages:
        return read_dataset(Path(folder))
    asked, _, written = languages.partition("-")
    whole = read_dataset(Path(folder), qrels=CROSSED if written else "qrels.tsv")
    return whole.narrowed(documents=written or asked, questions=asked)


def gathered(dataset: Dataset) -> Iterator[Case]:
    """Where it is asked across languages every question has an answer, so each comes once more:
    one without the documents that have it, the next without everything that is near.
    """
    settings = load_settings()
    with opened_models(settings) as models:
        wait_for(models, "embedder")
        with indexed(dataset.documents, models.embedder) as parts:
            searcher = Searcher(
                parts.corpus, parts.lexical, parts.vectors, models.embedder, None, 50
            )
            for number, question in enumerate(dataset.questions):
                found = searcher.find(question.text, EVERYTHING, limit=2 * PASSAGES + 1).passages
                reading = read_passages(question.text, found[:PASSAGES], models.embedder)
                case = case_of(dataset.name, question, reading)
                yield case
                if "-" not in case.speech or not question.relevant:
                    continue
                kind = (WITHHELD, OUT_OF_CORPUS)[number % 2]
                others = [p for p in found if str(p.chunk.document) not in question.relevant]
                others = others[:PASSAGES] if kind == WITHHELD else others[-PASSAGES:]
                reading = read_passages(question.text, others, models.embedder)
                without = replace(question, relevant={}, kind=kind)
                yield replace(case_of(dataset.name, without, reading), unseen=case.unseen)


def case_of(dataset: str, question: DatasetQuestion, reading: Reading) -> Case:
    asked, evidence = reading.question, reading.evidence
    rows = features(asked, evidence)
    scores = sentence_scores(rows)
    words = rows[:, :-1]
    lexical = answer_signals(asked, evidence, words, sentence_scores(words))
    quotes = choose_quotes(evidence, scores)
    shown = " ".join(quote.shown for quote in quotes)
    speech = speech_of(asked, evidence, scores)
    right = holds_answer(shown, question.answers)
    if "-" in speech:  # known answers are in the language of the question
        quoted = {str(evidence.passages[quote.passage - 1].chunk.document) for quote in quotes}
        right = not quoted.isdisjoint(question.relevant)
    about = next(iter(question.relevant), str(evidence.passages[0].chunk.document))
    return Case(
        dataset,
        question,
        answer_signals(asked, evidence, rows, scores),
        lexical[: len(SIGNALS) - WITH_COSINES],
        bool(question.relevant) and right,
        _is_unseen(about),
        speech,
    )


def _is_unseen(document: str) -> bool:
    """By articles where ids are numbered within one: paragraphs of one tell of each other."""
    article = sub(r"(?<=[A-Za-z]{3})-\d+$", "", document)
    return sha1(article.encode(), usedforsecurity=False).digest()[0] % 2 == 1


def report(cases: Sequence[Case]) -> None:
    odds, told = np.zeros(len(cases)), np.zeros(len(cases))
    right = np.array([case.right for case in cases])
    unseen = np.array([case.unseen for case in cases])
    constants = []
    for speech in SPEECHES:
        here = np.array([case.speech == speech for case in cases])
        if not here.any():
            continue
        seen = taught_by(speech, [case for case in cases if not case.unseen])
        line = answer_line(speech, seen, np.stack([case.signals for case in seen]))
        odds[here] = line.odds(np.stack([case.signals for case in cases])[here])
        taught = here & ~unseen & (odds >= 0)
        sure = fitted(odds[taught][:, None], right[taught])
        told[here] = chance(sure.odds(odds[here][:, None]))
        constants += [f'ANSWER["{speech}"] = {line}', f'CONFIDENCE["{speech}"] = {sure}']
        if "-" not in speech:
            lexical = answer_line(speech, seen, np.stack([case.lexical for case in seen]))
            constants.append(f'LEXICAL_ANSWER["{speech}"] = {lexical}')
    plots = {}
    for name in dict.fromkeys(case.dataset for case in cases):
        here = unseen & np.array([case.dataset == name for case in cases])
        print(f"\n{name}, unseen half: {here.sum()} questions")
        for text in curve([c for c, h in zip(cases, here, strict=True) if h], odds[here]):
            print(text)
        kept = here & (odds >= 0)
        plots[name] = calibration(told[kept].tolist(), right[kept].tolist())
        print(f"calibration error of the shown answers: {plots[name].error:.3f}")
    PLOT.write_text(reliability_svg(plots), encoding="utf-8")
    print("", *constants, sep="\n")


def taught_by(speech: Speech, cases: Sequence[Case]) -> list[Case]:
    """English questions alone are half adversarial and teach little about what is not there at all,
    so those of Chinese sets that have unanswerable ones teach with them.
    """
    teaching = {case.dataset for case in cases if not case.answerable and case.speech == "zh"}
    own = [case for case in cases if case.speech == speech]
    return own + [case for case in cases if speech == "en" and case.dataset in teaching]


def answer_line(speech: Speech, cases: Sequence[Case], rows: Vector) -> Line:
    rows = rows.copy()
    if speech == "en":
        # Signals of Chinese say nothing here; where cosines and words begin, each language learns.
        rows[:, SUBJECT] = [case.speech == "zh" for case in cases]
        rows[:, TITLED] = 0
    if "-" in speech:
        rows[:, [SIGNALS.index(name) for name in SIGNALS if name not in ACROSS]] = 0
    line = fitted(rows, np.array([case.answerable for case in cases]), balanced(cases))
    weights = list(line.weights)
    weights[CODE] = CODE_WEIGHT
    odds = replace(line, weights=tuple(weights)).odds(rows)
    own = np.array([case.speech == speech for case in cases])
    outside = odds[own & np.array([case.outside for case in cases])]
    if "-" in speech:
        below = max(0.0, float(np.quantile(outside, OUTSIDE_ACROSS)))
    else:
        answerable = np.array([case.answerable for case in cases])
        rightly = refusable(odds[own], answerable[own])
        below = max(rightly, float(np.quantile(outside, OUTSIDE)))
    if speech == "en":
        weights[SUBJECT] = 0.0
    return Line(tuple(weights), round(line.bias - below, 3))


def refusable(odds: Vector, answerable: Vector) -> float:
    """The highest threshold below which enough of the refusals are right."""
    order = np.argsort(odds)
    right = np.cumsum(~answerable[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(right >= PRECISION)
    return float(odds[order][enough[-1]]) if len(enough) else float(odds.min())


def balanced(cases: Sequence[Case]) -> Vector:
    """Weights with which one in three questions of every set has no answer, where it has such: a
    threshold must mean the same in each, whatever share of them somebody put there.
    """
    rates = {}
    for name in {case.dataset for case in cases}:
        here = [case.answerable for case in cases if case.dataset == name]
        without = max(1, len(here) - sum(here))
        rates[name] = sum(here) / without * UNANSWERABLE / (1 - UNANSWERABLE)
    return np.array([1.0 if case.answerable else rates[case.dataset] for case in cases])


def fitted(rows: Vector, wanted: Vector, sizes: Vector | None = None) -> Line:
    """A logistic regression of the rows as they are; what never varies weighs nothing."""
    scaler = StandardScaler()
    model = LogisticRegression(C=0.03, max_iter=3000)
    model.fit(scaler.fit_transform(rows), wanted, sizes)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return Line(tuple(round(float(weight), 3) for weight in weights), round(bias, 3))


def chance(odds: Vector) -> Vector:
    return np.asarray(1 / (1 + np.exp(-odds)))


def curve(cases: Sequence[Case], odds: Vector) -> Iterator[str]:
    answerable = np.array([case.answerable for case in cases])
    tricky = np.array([case.question.kind in (ADVERSARIAL, WITHHELD) for case in cases])
    outside = np.array([case.outside for case in cases])
    points = [(float(np.quantile(odds[answerable], 1 - share))) for share in ANSWERED]
    yield "threshold answered outside tricky precision recall"
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
    main(sys.argv[1:])
