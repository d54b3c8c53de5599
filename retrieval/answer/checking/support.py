"""Checks one generated sentence against the passages. What it lets through is shown as fact.

A sentence rests on a window: up to three neighbouring sentences of one passage. Every figure and
name of it must be there, nothing there may contradict it, and the window must have its words.
Thresholds: decision 0006.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from retrieval.answer.checking.citations import Draft
from retrieval.answer.checking.evidence import Evidence, SourceSentence, cosines, place_text
from retrieval.answers import Verdict
from retrieval.errors import Overloaded, Unavailable
from retrieval.facts.figures import Figure, figure_set, figures_of, without_figures
from retrieval.facts.names import unstated_names
from retrieval.facts.polarity import contradicts
from retrieval.ports import Embedder
from retrieval.text.language import content_terms
from retrieval.types import Vector

LARGEST_WINDOW = 3  # sentences
WIDER_COSTS = 0.04  # coverage that a window must gain for each sentence more
SUPPORTED_FROM = 0.78
SUPPORTED_WITH_MEANING_FROM = 0.6
WEAK_FROM = 0.5
SAME_MEANING = 0.92  # cosine of E5-small; two sentences on one subject reach 0.88
CITED_IS_ENOUGH = 0.1  # a cited passage wins over a better one by less than this
ANTECEDENT_WITHIN = 2  # sentences before a window that may name who "she" is
OTHER_SUBJECT = 0.12  # coverage by which a sentence with another figure fits better

_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|these|those|such)\b"
    r"|[其他她它该此这那]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Window:
    """Sentences `first` to `last` of the evidence, all of passage `passage`."""

    passage: int
    first: int
    last: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    reason: str | None  # a sentence for people, when not SUPPORTED
    window: Window | None  # what it rests on, unless WITHHELD


@dataclass(frozen=True, slots=True)
class SupportCheck:
    """`embed` gives the unit vector of a sentence, or None when nothing could embed it."""

    evidence: Evidence
    embed: Callable[[str], Vector | None]

    def check(self, draft: Draft) -> Finding:
        claims = figures_of(draft.text)
        windows = list(self._windows(draft.text))
        stating = [window for window in windows if self._states(window, claims)]
        if not stating:
            return _withheld(_missing(claims, self.evidence))
        named = [w for w in stating if not unstated_names(draft.text, self._text_leading_to(w))]
        if not named:
            return _withheld("It names someone or something that the sources do not.")
        best = _preferred(named, draft.numbers)
        if self._fits_another_figure(claims, best, windows):
            return _withheld("The sources say this figure of something else.")
        return self._judged(draft.text, best)

    def _judged(self, text: str, window: Window) -> Finding:
        if window.coverage < WEAK_FROM:
            return _withheld("The sources do not say this.")
        wanted = claimed_terms(text)
        closest = max(
            (self.evidence.sentences[i] for i in range(window.first, window.last + 1)),
            key=lambda sentence: self.evidence.coverage(wanted, sentence.terms),
        )
        if contradicts(text, closest.text):
            return _withheld("The sources seem to say the opposite.")
        if window.coverage >= SUPPORTED_FROM:
            return Finding(Verdict.SUPPORTED, None, window)
        if window.coverage >= SUPPORTED_WITH_MEANING_FROM and self._means_the_same(text, window):
            return Finding(Verdict.SUPPORTED, None, window)
        return Finding(Verdict.WEAK, "Only part of it is in the source.", window)

    def _windows(self, text: str) -> Iterator[Window]:
        wanted = claimed_terms(text)
        sentences = self.evidence.sentences
        for first, sentence in enumerate(sentences):
            offered = self.evidence.place(sentence.passage)
            for last in range(first, min(first + LARGEST_WINDOW, len(sentences))):
                if not _goes_with(sentence, sentences[last]):
                    break
                offered = offered | sentences[last].terms
                coverage = self.evidence.coverage(wanted, offered) - WIDER_COSTS * (last - first)
                yield Window(sentence.passage, first, last, coverage)

    def _states(self, window: Window, claims: list[Figure]) -> bool:
        if not claims:
            return True
        offered = figure_set(self._window_text(window))
        return all(offered.states(figure) for figure in claims)

    def _fits_another_figure(
        self, claims: list[Figure], best: Window, windows: list[Window]
    ) -> bool:
        """Whether the words belong to another figure of the kind than the one they stand with."""
        if not claims:
            return False
        single = [window for window in windows if window.first == window.last]
        inside = [window for window in single if best.first <= window.first <= best.last]
        ours = [window for window in inside if self._states(window, claims)]
        if not ours:
            return any(self._splits(window, claims) for window in inside)
        reached = max(window.coverage for window in ours)
        return any(
            window.coverage > reached + OTHER_SUBJECT and self._rivals(window, claims)
            for window in single
        )

    def _splits(self, window: Window, claims: list[Figure]) -> bool:
        """One of the claims stands here, with another figure where the next one should be."""
        offered = figure_set(self._window_text(window))
        return any(map(offered.states, claims)) and self._rivals(window, claims)

    def _rivals(self, window: Window, claims: list[Figure]) -> bool:
        offered = figure_set(self._window_text(window))
        missing = [figure for figure in claims if not offered.states(figure)]
        claimed = {(figure.kind, figure.value) for figure in claims}
        others = [
            (kind, unit) for kind, value, unit in offered.figures if (kind, value) not in claimed
        ]
        return any(
            kind == figure.kind and (not figure.unit or unit in (figure.unit, ""))
            for figure in missing
            for kind, unit in others
        )

    def _means_the_same(self, text: str, window: Window) -> bool:
        vectors = self.evidence.vectors
        vector = None if vectors is None else self.embed(text)
        if vectors is None or vector is None:
            return False
        similar = cosines(vectors[window.first : window.last + 1], vector)
        return bool(similar.max() >= SAME_MEANING)

    def _window_text(self, window: Window) -> str:
        place = place_text(self.evidence.passages[window.passage - 1])
        texts = (self.evidence.sentences[i].text for i in range(window.first, window.last + 1))
        return "\n".join((place, *texts))

    def _text_leading_to(self, window: Window) -> str:
        """What a name may come from: the window, and what its "she" may stand for."""
        passage = self.evidence.passages[window.passage - 1]
        sentences = self.evidence.sentences
        first = window.first
        if _POINTS_BACK.search(sentences[first].text):
            first -= min(ANTECEDENT_WITHIN, sentences[first].ordinal)
        text = passage.chunk.text[sentences[first].span.start : sentences[window.last].span.end]
        return f"{place_text(passage)}\n{text}"


def _goes_with(first: SourceSentence, other: SourceSentence) -> bool:
    """Whether they may be read together: in one passage, and a row of a table only by itself."""
    rows = first.text.startswith("|") or other.text.startswith("|")
    return first is other or (first.passage == other.passage and not rows)


def claimed_terms(text: str) -> frozenset[str]:
    """Its meaning-bearing words. Figures are checked one by one, so they count only when alone."""
    return frozenset(content_terms(without_figures(text))) or frozenset(content_terms(text))


def sentence_embedding(embedder: Embedder) -> Callable[[str], Vector | None]:
    """The vector of one sentence, or None while the embedder is away."""

    def embed(text: str) -> Vector | None:
        try:
            return np.asarray(embedder.embed_passages([text])[0], dtype=np.float32)
        except (Unavailable, Overloaded):
            return None

    return embed


def _preferred(windows: list[Window], cited: tuple[int, ...]) -> Window:
    best = max(windows, key=lambda window: window.coverage)
    named = [window for window in windows if window.passage in cited]
    own = max(named, key=lambda window: window.coverage, default=best)
    return own if own.coverage >= best.coverage - CITED_IS_ENOUGH else best


def _withheld(reason: str) -> Finding:
    return Finding(Verdict.WITHHELD, reason, None)


def _missing(claims: list[Figure], evidence: Evidence) -> str:
    everything = figure_set("\n".join(passage.chunk.text for passage in evidence.passages))
    # The figure is not repeated: withheld words do not travel, not even inside a reason.
    if not all(everything.states(figure) for figure in claims):
        return "The sources do not have a figure of it."
    return "The sources do not say these figures together."
