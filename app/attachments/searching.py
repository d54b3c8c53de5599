"""The files of a conversation as something that a question searches."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.attachments.contents import passages_of, vectors_of
from app.attachments.reading import FileReading
from app.attachments.rows import SEARCHED, AttachmentRows, require_ready
from retrieval.answer.asking.inquiry import Finder
from retrieval.errors import Conflict, TooLarge
from retrieval.ports import Embedder, Reranker
from retrieval.search.attached import AttachedFiles, FindsAttached
from retrieval.types import ChunkId, Passage, Vector


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    rows: AttachmentRows
    reading: FileReading
    per_conversation: int
    knowledge: Finder
    embedder: Embedder
    reranker: Reranker | None

    def require(self, owner: str, ids: Sequence[str], conversation: str | None) -> int:
        """How many files the question will search: those of its conversation, and these.

        Raises: NotFound for another's file, Conflict for one that is not ready or belongs to
        another conversation, TooLarge for too many.
        """
        for wanted in dict.fromkeys(ids):
            row = self.rows.one(owner, wanted)
            require_ready(row)
            if row.conversation_id not in (None, conversation):
                raise Conflict(f"“{row.filename}” belongs to another conversation.")
        there = self.rows.of_conversation(owner, conversation) if conversation else []
        searched = {*ids, *(row.id for row in there)}
        if len(searched) > self.per_conversation:
            raise TooLarge(
                f"A conversation may have {self.per_conversation} files. Remove one of them, or "
                "start another conversation."
            )
        return len(searched)

    def attach(self, ids: Sequence[str], conversation: str, turn: str) -> None:
        """After `require`: they stay with the conversation from now on."""
        if ids:
            self.rows.attach(ids, conversation, turn)

    def finder(self, owner: str, conversation: str) -> Finder | None:
        """Over its files and the knowledge bases; None when it has no file that is read."""
        key = self.embedder.identity.key
        passages: list[Passage] = []
        vectors: dict[ChunkId, Vector] = {}
        for row in self.rows.of_conversation(owner, conversation, SEARCHED):
            if row.state != "ready":
                continue
            passages += passages_of(row)
            vectors |= vectors_of(row, key)
            if row.embedder != key:
                self.reading.embed_again(row)
        if not passages:
            return None
        files = AttachedFiles.of(passages, vectors)
        return FindsAttached(self.knowledge, files, self.embedder, self.reranker)
