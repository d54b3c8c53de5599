"""How likely the sources answer the question at all, and which of their sentences does.

Logistic regressions, the former one for each language, fitted by `benchmarks/fit_answers.py`
(weights.py, decision 0006).
"""

from dataclasses import dataclass
from math import exp

import numpy as np

from retrieval.answer.asking.asked import gives
from retrieval.answer.asking.question import Asking
from retrieval.answer.checking.evidence import Evidence, cosines
from retrieval.answer.checking.signals import answer_signals
from retrieval.answer.checking.weights import (
    ANSWER,
    LEXICAL_ANSWER,
    LEXICAL_SENTENCE_WEIGHTS,
    SENTENCE_WEIGHTS,
    Speech,
)
from retrieval.text.language import language_of
from retrieval.types import Vector

# Columns of `features`; "cosine" is last, so that those without an embedder are a prefix.
FEATURES = ("sentence", "window", "passage", "gives", "rank", "cosine")


@dataclass(frozen=True, slots=True)
class Relevance:
    scores: Vector  # (len(sentences),) log-odds of a sentence to be the one that answers
    answerable: float  # chance that the sources answer at all
    coverage: float  # share of the question's words, by weight, in the best passage


def judge(question: Asking, evidence: Evidence) -> Relevance:
    """No sentences: nothing is answerable."""
    if not evidence.sentences:
        return Relevance(np.zeros(0, dtype=np.float32), 0.0, 0.0)
    rows = features(question, evidence)
    embedded = rows.shape[1] == len(FEATURES)
    scores = sentence_scores(rows)
    signals = answer_signals(question, evidence, rows, scores)
    if embedded:
        line = ANSWER[speech_of(question, evidence, scores)]
    else:
        line = LEXICAL_ANSWER[language_of(question.text)]
    odds = float(line.odds(signals))
    best = int(np.argmax(scores))
    return Relevance(scores, 1 / (1 + exp(-odds)), float(rows[best, 2]))


def speech_of(question: Asking, evidence: Evidence, scores: Vector) -> Speech:
    asked = language_of(question.text)
    if not evidence.sentences:
        return asked
    best = evidence.sentences[int(np.argmax(scores))]
    if asked == "zh":
        return "zh" if language_of(best.text) == "zh" else "zh-en"
    return "en" if language_of(best.text) == "en" else "en-zh"


def sentence_scores(rows: Vector) -> Vector:
    embedded = rows.shape[1] == len(FEATURES)
    weights = SENTENCE_WEIGHTS if embedded else LEXICAL_SENTENCE_WEIGHTS
    return np.asarray(rows @ np.array(weights, dtype=np.float32))


def features(question: Asking, evidence: Evidence) -> Vector:
    """(len(sentences), len(FEATURES)) float32, each 0 to 1; one column fewer without vectors."""
    rows = np.zeros((len(evidence.sentences), len(FEATURES)), dtype=np.float32)
    for number in range(1, len(evidence.passages) + 1):
        indices = evidence.of_passage(number)
        place = evidence.place(number)
        whole = place.union(*(evidence.sentences[i].terms for i in indices))
        for i in indices:
            sentence = evidence.sentences[i]
            near = [evidence.sentences[j].terms for j in indices if abs(j - i) <= 1]
            rows[i, 0] = evidence.coverage(question.terms, sentence.terms)
            rows[i, 1] = evidence.coverage(question.terms, place.union(*near))
            rows[i, 2] = evidence.coverage(question.terms, whole)
            rows[i, 3] = float(gives(question.asked, sentence.text))
            rows[i, 4] = 1 / number
    if evidence.vectors is None or question.vector is None:
        return rows[:, :-1]
    rows[:, 5] = _above_floor(cosines(evidence.vectors, question.vector), question.floor)
    return rows


def _above_floor(cosine: Vector | np.float32, floor: float) -> Vector:
    return np.asarray((cosine - floor) / (1 - floor), dtype=np.float32)
