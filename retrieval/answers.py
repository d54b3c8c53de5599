"""What an answer is made of: sentences, the citations they rest on, and how sure it is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from retrieval.types import Box, ChunkId, DocumentId, KnowledgeBaseId, Scores


@dataclass(frozen=True, slots=True)
class Citation:
    """`number` in the answer → the words of the document it rests on."""

    number: int  # from 1, as shown
    chunk: ChunkId
    knowledge_base: KnowledgeBaseId
    document: DocumentId
    document_title: str
    filename: str
    version_number: int
    page: int | None
    headings: tuple[str, ...]
    quote: str  # verbatim sentence(s) of the chunk
    first_block: int
    last_block: int
    updated_at: datetime
    scores: Scores
    boxes: tuple[Box, ...] = ()  # the lines of the quote on its pages; empty where there are none
    # From 1: on its page, or in the document's text where there are no pages. None: not known.
    first_line: int | None = None
    last_line: int | None = None


class Verdict(StrEnum):
    SUPPORTED = "supported"
    WEAK = "weak"
    UNSUPPORTED = "unsupported"  # shown with a mark, where the knowledge bases allow it
    WITHHELD = "withheld"  # unsupported and never shown: `text` is empty on the way out


class Checking(StrEnum):
    """What happens to a sentence that its sources do not support."""

    STRICT = "strict"  # withheld
    MARKED = "marked"  # shown, marked


@dataclass(frozen=True, slots=True)
class Policy:
    """How the maintainers of the asked knowledge bases want answers to be made."""

    checking: Checking = Checking.STRICT
    refuse_below: float = 0.5  # chance, 0 to 1, that the sources answer; below: "not found"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]
    verdict: Verdict
    reason: str | None = None  # why weak or withheld, for people
    is_quote: bool = False  # verbatim from the source, not written by the model
    starts_paragraph: bool = False


class Outcome(StrEnum):
    ANSWERED = "answered"  # sentences of the model survived the check
    QUOTED = "quoted"  # none did; these are the sources' own words
    NOT_FOUND = "not_found"  # the knowledge base does not say
    STOPPED = "stopped"  # the asker stopped it; what was checked by then is kept


class Reduced(StrEnum):
    """What an answer had to go without because too many asked at once; each goes further."""

    SHORTER = "shorter"  # the model could reason and write less
    FEWER = "fewer"  # … and was given fewer passages
    QUOTES = "quotes"  # no model was asked


class ConfidenceLevel(StrEnum):
    HIGH = "high"
    FAIR = "fair"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Confidence:
    value: float  # 0 to 1
    level: ConfidenceLevel
    reasons: tuple[str, ...]  # stable codes, e.g. "few_sources"; the web has the words


@dataclass(frozen=True, slots=True)
class ContextUsed:
    """What the model was given to read, and what was cut from it."""

    passages: int
    widened: int  # of these, those that were given with what stands around them
    left_out: int  # passages that were found and did not fit
    shortened: bool  # the first passage alone was too long
    tokens: int  # estimated
    budget: int
    whole: int = 0  # tables and sections of which all was given, where not all of it was found
    too_long: int = 0  # … of which all should have been given, and had no room


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    standalone_question: str  # after follow-up rewriting; what was searched for
    outcome: Outcome
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]  # cited ones, numbered as cited
    closest: tuple[Citation, ...]  # shown with a refusal
    withheld: int
    confidence: Confidence
    reasoning: str
    degraded: str | None
    seconds: float
    model: str
    context: ContextUsed | None = None  # None when no model was asked
    # Of a question that asks several things: those that the knowledge base does not answer, while
    # it answers others; in the asker's words.
    unanswered: tuple[str, ...] = ()
    reduced: Reduced | None = None

    @property
    def text(self) -> str:
        """Plain text with [n] markers, as copied, exported and sent to OpenAI clients."""
        shown = [s for s in self.sentences if s.verdict is not Verdict.WITHHELD]
        return " ".join(s.text + _marks(s) for s in shown)


def _marks(sentence: Sentence) -> str:
    if sentence.verdict is Verdict.UNSUPPORTED:
        return " [not in the sources]"
    return "".join(f" [{number}]" for number in sentence.citations)
