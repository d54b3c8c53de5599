"""What the routes need of the rooms below, one verb or two each. Tests pass fakes of these."""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from app.shapes.attachments import AttachmentOut
from app.shapes.people import ModelStatusOut
from ingestion.intake import Accepted
from ingestion.quality.configuration import LIVE, Configuration
from ingestion.quality.golden import Measured, Reason
from ingestion.sources.register import NewSource, SourceChange
from ingestion.sources.starting import RunWish
from retrieval.answer.asking.inquiry import Finder, Inquiry, Surroundings
from retrieval.answer.events import AnswerEvent
from retrieval.answer.writing.stopping import StopSignal
from retrieval.types import DocumentId, Found, KnowledgeBaseId, Scope

NewId = Callable[[], str]  # 32 characters, never twice the same


class PassageSearch(Protocol):
    def find(self, question: str, scope: Scope, *, limit: int) -> Found:
        """Raises: Invalid for a blank question, Unavailable while the embedder loads."""
        ...


class AnswerMaker(Protocol):
    def answer(
        self, inquiry: Inquiry, stop: StopSignal | None
    ) -> AsyncGenerator[AnswerEvent, None]:
        """Ends with `Finished`, also when stopped. Raises: Invalid, Unavailable, Overloaded."""
        ...


@dataclass(frozen=True, slots=True)
class SearchedFiles:
    """The files of a conversation, each way together with the knowledge bases."""

    finder: Finder
    surroundings: Surroundings
    filenames: tuple[str, ...]  # in the order of attaching


class QuestionFiles(Protocol):
    """The files that people attached to their questions."""

    def require(self, owner: str, ids: Sequence[str], conversation: str | None) -> int:
        """How many files the question will search. Raises: NotFound, Conflict, TooLarge."""
        ...

    def attach(self, ids: Sequence[str], conversation: str, turn: str) -> None: ...

    def searched(self, owner: str, conversation: str) -> SearchedFiles | None:
        """None when the conversation has no file that is read."""
        ...


class ListedFiles(Protocol):
    def of_conversation(self, owner: str, conversation: str) -> list[AttachmentOut]:
        """In the order of attaching."""
        ...


class Uploads(Protocol):
    def accept(self, knowledge_base: KnowledgeBaseId, filename: str, content: BinaryIO) -> Accepted:
        """Raises: TooLarge, Unsupported, Invalid, NotFound."""
        ...

    def retry(self, document: DocumentId) -> str:
        """The id of the new job. Raises: NotFound, Conflict when nothing failed."""
        ...


class Removals(Protocol):
    def remove_document(self, document: DocumentId) -> None: ...

    def remove_knowledge_base(self, knowledge_base: KnowledgeBaseId) -> None: ...


class SourceRegister(Protocol):
    def add(self, knowledge_base: KnowledgeBaseId, given: NewSource) -> str:
        """The id of the new source. Raises: Invalid, NotFound, Conflict."""
        ...

    def change(self, source_id: str, change: SourceChange) -> None:
        """Raises: NotFound, Invalid."""
        ...

    def remove(self, source_id: str) -> None: ...


class SourceRuns(Protocol):
    def start(self, source_id: str, wish: RunWish) -> str:
        """The id of the run and of its job. Raises: NotFound, Conflict while one is going on."""
        ...


class AlertTest(Protocol):
    def send_test(self) -> dict[str, str]:
        """By channel, "" or why it did not arrive."""
        ...


class Reindexes(Protocol):
    def start(self, knowledge_base: KnowledgeBaseId) -> str:
        """The id of the job. Raises: NotFound, Conflict without documents, Unavailable."""
        ...

    def mend(self, knowledge_base: KnowledgeBaseId) -> None:
        """After a rollback: starts what makes that up which is shown again and lacks vectors."""
        ...


class GoldenAsking(Protocol):
    def run(
        self, knowledge_base: KnowledgeBaseId, reason: Reason, configuration: Configuration = LIVE
    ) -> Measured | None:
        """None without golden questions. Raises: Unavailable."""
        ...


class BlobPaths(Protocol):
    def path(self, sha256: str) -> Path: ...

    def require_room(self, size: int) -> None:
        """For a file of that many bytes. Raises: StorageFull."""
        ...


class ModelStatus(Protocol):
    """How the models are. Answers at once from what is known; never waits for an engine."""

    def models(self) -> list[ModelStatusOut]: ...
