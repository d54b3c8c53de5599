"""What tells whether the passages answer a question: a row of numbers for `weights.py`."""

import re

import numpy as np

from retrieval.answer.asking.question import Asking
from retrieval.answer.asking.subject import names_a_title, subject_share
from retrieval.answer.checking.evidence import Evidence, SourceSentence, place_text
from retrieval.facts.figures import figure_set, figures_of
from retrieval.facts.polarity import contradicts
from retrieval.text.language import content_terms, language_of
from retrieval.types import Vector

# Those with a cosine are last, so that the others are a prefix where nothing could embed.
SIGNALS = (
    "best",  # log-odds of the likeliest sentence
    "passage",  # coverage of the question by its passage
    "named",  # coverage of the question's names by its passage
    "code",  # 1: a code, an address or a 《title》 of the question is not there
    "missing",  # words of the question that its passage does not have, 6 at most
    "sentence",  # coverage by the sentence alone
    "figures",  # figures of the question that stand not near it
    "contradicts",  # 1: the question denies what the sentence says, or the other way round
    "margin",  # how far the next passage that says something else lies behind, 3 at most
    "length",  # logarithm of the sentence's meaning-bearing words
    "subject",  # how much of a Chinese question's first phrase a passage has
    "titled",  # 1: the question has all of a passage's title
    "closest",  # the highest cosine of a sentence
    "three",  # mean of the three highest
    "dense",  # the highest cosine of a passage
)
WITH_COSINES = 3
MOST_MISSING = 6
ABOUT_PASSAGES = 3
WIDEST_MARGIN = 3.0  # log-odds
SAME_WORDS = 0.6  # share of common words from which two sentences say the same

_EXACT = ("code", "email", "url", "digits")
_TITLE = re.compile(r"《([^》]+)》")


def answer_signals(question: Asking, evidence: Evidence, rows: Vector, scores: Vector) -> Vector:
    """(len(SIGNALS),) float32, or without the last three; `rows` are relevance's features."""
    best = int(np.argmax(scores))
    sentence = evidence.sentences[best]
    passage = evidence.passages[sentence.passage - 1]
    whole = f"{place_text(passage)}\n{passage.chunk.text}"
    words = frozenset(content_terms(whole))
    signals = [
        float(scores[best]),
        float(rows[best, 2]),
        evidence.coverage(question.named, words) if question.named else 1.0,
        float(_misses_a_code(question.text, whole)),
        float(min(MOST_MISSING, len(question.terms - words))),
        float(rows[best, 0]),
        float(_figures_elsewhere(question, evidence, best)),
        float(contradicts(question.text, sentence.text)),
        _margin(evidence, scores, sentence),
        float(np.log1p(len(sentence.terms))),
        *_about(question.text, evidence),
    ]
    if question.vector is not None and evidence.vectors is not None:
        cosines = np.sort(rows[:, -1])[::-1]
        dense = [p.scores.dense for p in evidence.passages if p.scores.dense is not None]
        scale = 1 - question.floor
        signals += [
            float(cosines[0]),
            float(cosines[:3].mean()),
            (max(dense) - question.floor) / scale if dense else float(cosines[0]),
        ]
    return np.array(signals, dtype=np.float32)


def _about(question: str, evidence: Evidence) -> tuple[float, float]:
    first = evidence.passages[:ABOUT_PASSAGES]
    texts = [f"{place_text(passage)}\n{passage.chunk.text}" for passage in first]
    # Asked across languages, no source can have the words.
    alike = [text for text in texts if language_of(text) == language_of(question) == "zh"]
    share = subject_share(question, alike) if alike else 1.0
    return share, float(names_a_title(question, (p.document_title for p in first)))


def _misses_a_code(question: str, source: str) -> bool:
    offered = figure_set(source)
    exact = [figure for figure in figures_of(question) if figure.kind in _EXACT]
    titles = _TITLE.findall(question)
    return not all(map(offered.states, exact)) or not all(title in source for title in titles)


def _figures_elsewhere(question: Asking, evidence: Evidence, best: int) -> int:
    asked = figures_of(question.text)
    if not asked:
        return 0
    passage = evidence.sentences[best].passage
    near = [
        each.text
        for each in evidence.sentences[max(0, best - 1) : best + 2]
        if each.passage == passage
    ]
    # What the document or its section is about is said above, once for all sentences.
    place = place_text(evidence.passages[passage - 1])
    offered = figure_set("\n".join([place, *near]))
    return sum(not offered.states(figure) for figure in asked)


def _margin(evidence: Evidence, scores: Vector, best: SourceSentence) -> float:
    highest = float(scores.max())
    others = [
        float(score)
        for sentence, score in zip(evidence.sentences, scores, strict=True)
        if sentence.passage != best.passage and not _say_the_same(sentence, best)
    ]
    return min(WIDEST_MARGIN, highest - max(others, default=-np.inf))


def _say_the_same(one: SourceSentence, other: SourceSentence) -> bool:
    common, all_of_them = len(one.terms & other.terms), len(one.terms | other.terms)
    return common >= SAME_WORDS * max(1, all_of_them)
