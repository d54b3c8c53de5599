"""What is known before a word is generated: whether the passages answer, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.answer.asking.question import Asking, asking
from retrieval.answer.checking.evidence import Evidence, evidence_of
from retrieval.answer.checking.relevance import Relevance, judge
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Embedder
from retrieval.text.language import Language, language_of
from retrieval.types import Passage, Vector

MOST_EMBEDDED = 48  # sentences; about one second of the bundled embedder on one core
NO_MEANING = "Sentences were compared by their words only, because the embedder is not ready."

# Sentences about nothing that a company writes down: the floor of a question's cosines.
_PROBES: dict[Language, tuple[str, ...]] = {
    "en": (
        "The river was low after the dry summer.",
        "She tuned the violin before the concert.",
        "Bread rises faster in a warm kitchen.",
        "The goalkeeper saved two penalties.",
        "Snow covered the mountain road overnight.",
        "Whales sing to each other over long distances.",
    ),
    "zh": (
        "夏天干旱之后河水很浅。",
        "音乐会开始前她调好了小提琴。",
        "面团在温暖的厨房里发得更快。",
        "守门员扑出了两个点球。",
        "一夜之间大雪覆盖了山路。",
        "鲸鱼隔着很远的距离互相歌唱。",
    ),
}


@dataclass(frozen=True, slots=True)
class ReadPart:
    """One of the things that a question asks; scores are those of the reading's sentences."""

    question: Asking
    relevance: Relevance


@dataclass(frozen=True, slots=True)
class Reading:
    question: Asking
    evidence: Evidence
    relevance: Relevance
    degraded: str | None
    asked_parts: tuple[ReadPart, ...] = ()  # of a question that asks several things

    @property
    def parts(self) -> tuple[ReadPart, ...]:
        """At least one."""
        return self.asked_parts or (ReadPart(self.question, self.relevance),)


def read_passages(question: str, passages: Sequence[Passage], embedder: Embedder) -> Reading:
    """Compares every sentence with the question; by words alone when nothing can embed."""
    evidence = evidence_of(passages)
    asked = asking(question, None, 0.0)
    lexical = judge(asked, evidence)
    if not evidence.sentences:
        return Reading(asked, evidence, lexical, None)
    try:
        asked, evidence = _embedded(asked, evidence, lexical.scores, embedder)
    except (Unavailable, Overloaded):
        return Reading(asked, evidence, lexical, NO_MEANING)
    return Reading(asked, evidence, judge(asked, evidence), None)


def _embedded(
    asked: Asking, evidence: Evidence, scores: Vector, embedder: Embedder
) -> tuple[Asking, Evidence]:
    """The likeliest sentences get vectors; the others zeros, which are similar to nothing."""
    likeliest = np.argsort(-scores, kind="stable")[:MOST_EMBEDDED]
    texts = [evidence.sentences[i].text for i in likeliest]
    embedded = embedder.embed_passages([*texts, *probes_for(asked.text)])
    vector = embedder.embed_question(asked.text)
    vectors = np.zeros((len(evidence.sentences), embedded.shape[1]), dtype=np.float32)
    vectors[likeliest] = embedded[: len(texts)]
    floor = float((embedded[len(texts) :] @ vector).mean())
    return replace(asked, vector=vector, floor=floor), replace(evidence, vectors=vectors)


def probes_for(question: str) -> tuple[str, ...]:
    """Sentences about other things in its language: their mean cosine with it is its floor."""
    return _PROBES[language_of(question)]
