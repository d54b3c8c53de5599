"""How well questions are answered: the whole answer path asked a labelled set, and its figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import anyio
import numpy as np

from retrieval.answer.answerer import Answerer
from retrieval.answer.asking.inquiry import Inquiry
from retrieval.answer.events import Finished
from retrieval.answers import Answer, Citation, Outcome, Sentence, Verdict
from retrieval.errors import Invalid
from retrieval.evaluation.answer_measures import (
    Calibration,
    calibration,
    exact_match,
    holds_answer,
    share,
    token_f1,
    unproven,
)
from retrieval.evaluation.datasets import DatasetQuestion
from retrieval.evaluation.indexed import EVERYTHING, Progress, silent

ADVERSARIAL = "adversarial_unanswerable"
_FIRM = (Verdict.SUPPORTED, Verdict.WEAK)


@dataclass(frozen=True, slots=True)
class Asked:
    question: DatasetQuestion
    answer: Answer

    @property
    def answerable(self) -> bool:
        return bool(self.question.relevant)

    @property
    def refused(self) -> bool:
        return self.answer.outcome is Outcome.NOT_FOUND

    @property
    def text(self) -> str:
        """What is shown, without markers."""
        return " ".join(sentence.text for sentence in self.answer.sentences if sentence.text)

    @property
    def right(self) -> bool:
        """A known answer stands in what is shown; or nothing is shown where nothing answers."""
        if self.refused or not self.answerable:
            return self.refused and not self.answerable
        return holds_answer(self.text, self.question.answers)


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """Shares are 0 to 1. "answerable": of the questions that have an answer in the corpus."""

    dataset: str
    questions: int
    answerable: int
    exact_match: float  # of answerable; a refusal counts as 0
    f1: float  # of answerable; by tokens, characters in Chinese
    holds_answer: float  # of answerable: a known answer stands in what is shown
    answered: float  # of answerable: not refused
    citation_precision: float  # of the citations of answered answerable: in a right document
    citation_recall: float  # of the answered answerable: a right document is cited
    refusal_precision: float  # of the refused questions: nothing answers them
    refusal_recall: float  # of the unanswerable questions: refused
    refused_outside: float  # of the questions about something else
    refused_adversarial: float  # of those about something that the corpus treats but does not say
    sentences: int  # shown as fact
    grounded: float  # of these: every number, name and date stands in the cited words
    withheld: int
    confidence: Calibration  # of the shown answers: told chance against being right
    refusals: Calibration  # of the refusals
    milliseconds: tuple[float, float, float]  # of an answer: median, 95 and 99 of 100


def sampled(
    questions: Sequence[DatasetQuestion], count: int | None, seed: int
) -> list[DatasetQuestion]:
    """So many of them, the same for the same seed, in their order; all for None."""
    if count is None or count >= len(questions):
        return list(questions)
    chosen = np.random.default_rng(seed).choice(len(questions), count, replace=False)
    return [questions[place] for place in sorted(chosen)]


def ask_all(
    questions: Sequence[DatasetQuestion], answerer: Answerer, progress: Progress = silent
) -> list[Asked]:
    """One after the other. Raises: Unavailable when the search by meaning is down."""

    async def ask() -> list[Asked]:
        asked = []
        for done, question in enumerate(questions, start=1):
            async for event in answerer.answer(Inquiry(question.text, EVERYTHING)):
                if isinstance(event, Finished):
                    asked.append(Asked(question, event.answer))
            progress("answering questions", done, len(questions))
        return asked

    return anyio.run(ask)


def report_answers(dataset: str, asked: Sequence[Asked]) -> AnswersReport:
    """Raises: Invalid for nothing."""
    if not asked:
        raise Invalid(f"{dataset} has no questions.")
    answerable = [each for each in asked if each.answerable]
    unanswerable = [each for each in asked if not each.answerable]
    tricky = [each for each in unanswerable if each.question.kind == ADVERSARIAL]
    outside = [each for each in unanswerable if each.question.kind != ADVERSARIAL]
    answered = [each for each in answerable if not each.refused]
    refused = [each for each in asked if each.refused]
    shown = [each for each in asked if not each.refused]
    known = [(each.text, each.question.answers) for each in answerable]
    facts = [fact for each in shown for fact in _facts(each)]
    seconds = [1000 * each.answer.seconds for each in asked]
    return AnswersReport(
        dataset=dataset,
        questions=len(asked),
        answerable=len(answerable),
        exact_match=share(sum(exact_match(*each) for each in known), len(known)),
        f1=sum(token_f1(*each) for each in known) / max(1, len(known)),
        holds_answer=share(sum(each.right for each in answerable), len(answerable)),
        answered=share(len(answered), len(answerable)),
        citation_precision=_precision(answered),
        citation_recall=share(sum(any(_rightly(e)) for e in answered), len(answered)),
        refusal_precision=share(_refused(unanswerable), len(refused)),
        refusal_recall=share(_refused(unanswerable), len(unanswerable)),
        refused_outside=share(_refused(outside), len(outside)),
        refused_adversarial=share(_refused(tricky), len(tricky)),
        sentences=len(facts),
        grounded=share(sum(facts), len(facts)),
        withheld=sum(each.answer.withheld for each in asked),
        confidence=_told(shown),
        refusals=_told(refused),
        milliseconds=_percentiles(seconds),
    )


def _refused(asked: Sequence[Asked]) -> int:
    return sum(each.refused for each in asked)


def _rightly(asked: Asked) -> list[bool]:
    return [citation.document in asked.question.relevant for citation in asked.answer.citations]


def _precision(asked: Sequence[Asked]) -> float:
    citations = [right for each in asked for right in _rightly(each)]
    return share(sum(citations), len(citations))


def _facts(asked: Asked) -> list[bool]:
    """For each sentence that is shown as fact, whether the words that it cites prove it."""
    cited = {citation.number: citation for citation in asked.answer.citations}
    return [
        not unproven(sentence.text, _words(sentence, cited))
        for sentence in asked.answer.sentences
        if sentence.verdict in _FIRM
    ]


def _words(sentence: Sentence, cited: dict[int, Citation]) -> str:
    """The quotes of a sentence, and where they stand: a title says what "it" is."""
    each = [cited[number] for number in sentence.citations if number in cited]
    return "\n".join("\n".join((c.document_title, *c.headings, c.quote)) for c in each)


def _told(asked: Sequence[Asked]) -> Calibration:
    return calibration((a.answer.confidence.value for a in asked), (a.right for a in asked))


def _percentiles(milliseconds: Sequence[float]) -> tuple[float, float, float]:
    median, slow, slowest = np.percentile(milliseconds, [50, 95, 99])
    return round(float(median)), round(float(slow)), round(float(slowest))
