"""How likely the sources answer the question at all, and which of their sentences does.

Two logistic regressions, fitted with scikit-learn 1.x on 50 % of 1,400 questions of squad2_en and
cmrc2018_zh, tried on the other half (decision 0006). One weight is set by hand: a missing code or
title, which those questions hardly have (fitted: -0.17).
"""

import re
from dataclasses import dataclass
from math import exp

import numpy as np

from retrieval.answer.asked import Asked, asked_for, gives
from retrieval.answer.evidence import Evidence, cosines, place_text
from retrieval.facts.figures import figure_set, figures_of
from retrieval.text.language import content_terms, language_of
from retrieval.types import Vector

# Columns of `features`; "cosine" is last, so that those without an embedder are a prefix.
FEATURES = ("sentence", "window", "passage", "gives", "rank", "cosine")
SENTENCE_WEIGHTS = np.array([1.51, 2.52, -0.75, 2.65, 4.06, 6.05], dtype=np.float32)
LEXICAL_SENTENCE_WEIGHTS = np.array([4.92, 2.27, -0.99, 2.69, 4.59], dtype=np.float32)
# best sentence's score, its window, its passage, names, missing figures, cosine, dense
ANSWER_WEIGHTS = np.array([1.08, -0.14, 0.69, 0.30, -2.0, 2.06, 2.58], dtype=np.float32)
ANSWER_BIAS = -14.07
LEXICAL_ANSWER_WEIGHTS = np.array([0.78, 0.85, 1.48, 1.11, -2.0], dtype=np.float32)
LEXICAL_ANSWER_BIAS = -9.16

# A capitalised word that does not open the question, a number, a code; in Chinese Latin words
# and what stands in quotation marks.
_NAMED = re.compile(r"(?<!^)(?<![.?!] )\b[A-Z][\w'-]*|\b\w*\d[\w-]*", re.ASCII)
_NAMED_IN_HAN = re.compile(r"[A-Za-z0-9][\w-]*|[《“「][^》”」]+[》”」]", re.ASCII)
_EXACT = ("code", "email", "url", "digits")
_TITLE = re.compile(r"《([^》]+)》")


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the checks see it.

    `floor` is its mean cosine with sentences about other things: embedders differ in where
    theirs begin (E5-small at 0.75), so a cosine means nothing without it.
    """

    text: str
    terms: frozenset[str]
    named: frozenset[str]  # those of its names, numbers and codes
    asked: Asked
    vector: Vector | None  # None when nothing could embed
    floor: float


@dataclass(frozen=True, slots=True)
class Relevance:
    scores: Vector  # (len(sentences),) log-odds of a sentence to be the one that answers
    answerable: float  # chance that the sources answer at all
    coverage: float  # share of the question's words, by weight, in the best passage


def asking(question: str, vector: Vector | None, floor: float) -> Asking:
    terms = frozenset(content_terms(question))
    pattern = _NAMED if language_of(question) == "en" else _NAMED_IN_HAN
    named = frozenset(content_terms(" ".join(pattern.findall(question)))) & terms
    return Asking(question, terms, named, asked_for(question), vector, floor)


def judge(question: Asking, evidence: Evidence) -> Relevance:
    """No sentences: nothing is answerable."""
    if not evidence.sentences:
        return Relevance(np.zeros(0, dtype=np.float32), 0.0, 0.0)
    rows = features(question, evidence)
    embedded = rows.shape[1] == len(FEATURES)
    scores = rows @ (SENTENCE_WEIGHTS if embedded else LEXICAL_SENTENCE_WEIGHTS)
    signals = answer_signals(question, evidence, rows, scores)
    if embedded:
        odds = float(signals @ ANSWER_WEIGHTS) + ANSWER_BIAS
    else:
        odds = float(signals @ LEXICAL_ANSWER_WEIGHTS) + LEXICAL_ANSWER_BIAS
    best = int(np.argmax(scores))
    return Relevance(scores, 1 / (1 + exp(-odds)), float(rows[best, 2]))


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


def answer_signals(question: Asking, evidence: Evidence, rows: Vector, scores: Vector) -> Vector:
    """(7,) float32, or (5,) without vectors; what ANSWER_WEIGHTS weigh."""
    best = int(np.argmax(scores))
    passage = evidence.passages[evidence.sentences[best].passage - 1]
    whole = f"{place_text(passage)}\n{passage.chunk.text}"
    named = evidence.coverage(question.named, frozenset(content_terms(whole)))
    signals = [scores[best], rows[best, 1], rows[best, 2], named if question.named else 1.0]
    signals.append(float(_misses_a_figure(question.text, whole)))
    if rows.shape[1] == len(FEATURES):
        dense = [p.scores.dense for p in evidence.passages if p.scores.dense is not None]
        closest = float(rows[:, 5].max())
        signals += [
            closest,
            float(_above_floor(np.float32(max(dense)), question.floor)) if dense else closest,
        ]
    return np.array(signals, dtype=np.float32)


def _misses_a_figure(question: str, source: str) -> bool:
    """Whether it asks about a code, an address or a 《title》 that the source does not have."""
    offered = figure_set(source)
    exact = [figure for figure in figures_of(question) if figure.kind in _EXACT]
    titles = _TITLE.findall(question)
    return not all(map(offered.states, exact)) or not all(title in source for title in titles)


def _above_floor(cosine: Vector | np.float32, floor: float) -> Vector:
    return np.asarray((cosine - floor) / (1 - floor), dtype=np.float32)
