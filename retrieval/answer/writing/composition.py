"""The answer while it grows: which drafts of the model are shown, withheld or left out."""

from dataclasses import dataclass

from retrieval.answer.asking.asked import gives
from retrieval.answer.checking.citations import Draft
from retrieval.answer.checking.reading import Reading
from retrieval.answer.checking.statements import asserts_nothing, declines
from retrieval.answer.checking.support import Finding, SupportCheck, Window
from retrieval.answer.events import Checked
from retrieval.answer.writing.bibliography import Bibliography
from retrieval.answer.writing.quoting import quote_parts
from retrieval.answers import Checking, Citation, Sentence, Verdict
from retrieval.facts.figures import figure_set, figures_of
from retrieval.text.tokens import terms
from retrieval.types import Vector

ON_TOPIC = 4.0  # log-odds behind the best sentence of the sources that a shown one may rest on
ANSWERS = 2.2  # … and that at least one must reach to count as the answer
MOST_FAILURES = 4  # sentences in a row that may fail before the model is stopped


@dataclass(frozen=True, slots=True)
class Composed:
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]


class Composition:
    """Feed it drafts in order. It is the only place where generated words become shown ones."""

    def __init__(
        self, reading: Reading, check: SupportCheck, checking: Checking = Checking.STRICT
    ) -> None:
        self._reading = reading
        self._check = check
        self._marks = checking is Checking.MARKED
        self._bibliography = Bibliography(reading.evidence)
        self._said: set[tuple[str, ...]] = set()
        self._failures = 0
        self.answered: set[int] = set()  # indices of the reading's parts
        self.sentences: list[Sentence] = []
        self.declined = False

    @property
    def withheld(self) -> int:
        return sum(sentence.verdict is Verdict.WITHHELD for sentence in self.sentences)

    @property
    def answers(self) -> bool:
        """Whether what is shown answers the question, or a part of it, and is not merely true."""
        return bool(self.answered)

    @property
    def hopeless(self) -> bool:
        """The model goes in circles or makes things up; more of it is a waste of time."""
        return self._failures >= MOST_FAILURES

    def take(self, draft: Draft) -> Checked | None:
        """The event for a shown, marked or withheld sentence; None for one that is left out."""
        key = tuple(terms(draft.text))
        if declines(draft.text):
            self.declined = True
            return None
        if key in self._said or asserts_nothing(draft.text, self._reading.question.terms):
            self._failures += key in self._said
            return None
        self._said.add(key)
        finding = self._check.check(draft)
        if finding.window is None:
            self._failures += 1
            marked = self._marks and not self._leads_away(draft.text)
            return self._mark(draft, finding) if marked else self._withhold(finding)
        return self._show(draft, finding)

    def complete(self, enough: float) -> list[Checked]:
        """Where a part is answered: the sources' own words for those that nothing shown answers.

        For parts whose chance to be answered is `enough`; after the model has ended.
        """
        if not self.answered:
            return []
        quotes = list(quote_parts(self._reading, self._bibliography, enough, self.answered))
        self.sentences += [quote.sentence for quote in quotes]
        return quotes

    def composed(self) -> Composed:
        return Composed(tuple(self.sentences), tuple(self._bibliography.citations))

    def _leads_away(self, text: str) -> bool:
        """An address that stands nowhere is not even marked: it may carry what was read."""
        addresses = [figure for figure in figures_of(text) if figure.kind in ("url", "email")]
        if not addresses:
            return False
        passages = self._reading.evidence.passages
        offered = figure_set("\n".join(passage.chunk.text for passage in passages))
        return not all(map(offered.states, addresses))

    def _withhold(self, finding: Finding) -> Checked:
        sentence = Sentence("", (), Verdict.WITHHELD, finding.reason)
        self.sentences.append(sentence)
        return Checked(sentence, ())

    def _mark(self, draft: Draft, finding: Finding) -> Checked:
        """Without citations: what it says stands nowhere."""
        sentence = Sentence(
            draft.text,
            (),
            Verdict.UNSUPPORTED,
            finding.reason,
            starts_paragraph=draft.starts_paragraph,
        )
        self.sentences.append(sentence)
        return Checked(sentence, ())

    def _show(self, draft: Draft, finding: Finding) -> Checked | None:
        window = finding.window
        if window is None or _behind(self._reading.relevance.scores, window) > ON_TOPIC:
            self._failures += 1
            return None
        self._failures = 0
        self.answered |= {
            number
            for number, part in enumerate(self._reading.parts)
            if part.relevance.answerable >= self._reading.relevance.answerable
            and _behind(part.relevance.scores, window) <= ANSWERS
            and gives(part.question.asked, draft.text)
        }
        known = len(self._bibliography.citations)
        number = self._bibliography.cite(
            self._reading.evidence.sentences[window.first : window.last + 1]
        )
        sentence = Sentence(
            draft.text,
            (number,),
            finding.verdict,
            finding.reason,
            starts_paragraph=draft.starts_paragraph,
        )
        self.sentences.append(sentence)
        return Checked(sentence, tuple(self._bibliography.citations[known:]))


def quoted(reading: Reading, enough: float) -> Composed:
    """The best quotes and nothing else."""
    bibliography = Bibliography(reading.evidence)
    quotes = list(quote_parts(reading, bibliography, enough, frozenset()))
    sentences = tuple(quote.sentence for quote in quotes)
    return Composed(sentences, tuple(bibliography.citations))


def _behind(scores: Vector, window: Window) -> float:
    """Log-odds of what a sentence rests on behind the best of the sources."""
    return float(scores.max() - scores[window.first : window.last + 1].max())
