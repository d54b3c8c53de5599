"""What the asker sees while an answer is made, in order: Stage*, Reasoned*, Checked*, Finished."""

from dataclasses import dataclass
from typing import Literal

from retrieval.answer.trace import Trace
from retrieval.answers import Answer, Citation, Sentence
from retrieval.ports import Queue

StageName = Literal["searching", "reading", "waiting", "writing"]


@dataclass(frozen=True, slots=True)
class Stage:
    name: StageName
    knowledge_bases: int = 0
    passages: int = 0
    queue: Queue | None = None  # the place in it, while the question waits for the model


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A piece of the model's reasoning. Shown folded, checked by nobody, used for nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The next sentence after the check, with the citations that it is the first to use."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """`trace`: what it rests on, for the page that explains. Of it, only the ids of the documents
    that were read are stored."""

    answer: Answer
    trace: Trace | None = None


AnswerEvent = Stage | Reasoned | Checked | Finished
