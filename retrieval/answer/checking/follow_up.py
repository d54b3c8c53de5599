"""Which sentences answer a follow-up that was searched together with the question before it.

The earlier question finds the right place, but it must not choose the sentence: its own answer
would win (measured in docs/decisions/0017).
"""

from dataclasses import replace

from retrieval.answer.asking.asked import Asked
from retrieval.answer.asking.question import Asking, asking
from retrieval.answer.checking.reading import Reading, probes_for
from retrieval.answer.checking.relevance import Relevance, judge
from retrieval.errors import Overloaded, Unavailable
from retrieval.ports import Embedder

OWN = 0.7  # weight of the follow-up itself for a sentence; the rest is that of both questions
FEW_TERMS = 2  # "How quickly?" says too little to tell by itself whether the sources answer it


def read_follow_up(question: str, reading: Reading, embedder: Embedder) -> Reading:
    """The reading of both questions, judged for the later one."""
    own = _asking(question, reading, embedder)
    kind = own.asked if own.asked is not Asked.ANYTHING else reading.question.asked
    own = replace(own, asked=kind)
    judged, both = judge(own, reading.evidence), reading.relevance
    decides = judged if len(own.terms) > FEW_TERMS else both
    relevance = Relevance(
        OWN * judged.scores + (1 - OWN) * both.scores, decides.answerable, decides.coverage
    )
    question_of_both = replace(own, terms=own.terms | reading.question.terms)
    return replace(reading, question=question_of_both, relevance=relevance)


def _asking(question: str, reading: Reading, embedder: Embedder) -> Asking:
    if reading.evidence.vectors is None:
        return asking(question, None, 0.0)
    try:
        vector = embedder.embed_question(question)
        probes = embedder.embed_passages(probes_for(question))
    except (Unavailable, Overloaded):
        return asking(question, reading.question.vector, reading.question.floor)
    return asking(question, vector, float((probes @ vector).mean()))
