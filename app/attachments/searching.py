"""The files of a conversation as something that a question searches."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.attachments.contents import passages_of, vectors_of
from app.attachments.held import HeldFiles
from app.attachments.reading import FileReading
from app.attachments.rows import SEARCHED, VERSIONED, AttachmentRows, require_ready
from app.ports import SearchedFiles
from retrieval.answer.asking.inquiry import Finder, Surroundings
from retrieval.errors import Conflict, TooLarge
from retrieval.ports import Embedder, Reranker
from retrieval.search.attached import AttachedFiles, FindsAttached
from retrieval.types import ATTACHED, ChunkId, Passage, Scope, Vector


@dataclass(frozen=True, slots=True)
class QuestionFiles:
    rows: AttachmentRows
    reading: FileReading
    per_conversation: int
    knowledge: Finder
    surroundings: Surroundings  # of documents
    embedder: Embedder
    reranker: Reranker | None
    held: HeldFiles

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

    def searched(self, owner: str, conversation: str) -> SearchedFiles | None:
        """None when it has no file that is read."""
        rows = self.rows.of_conversation(owner, conversation, VERSIONED)
        ready = [row for row in rows if row.state == "ready"]
        versions = [(row.id, row.embedder) for row in ready]
        files = self.held.of(conversation, versions, lambda: self._loaded(owner, conversation))
        if not files.passages:
            return None
        return SearchedFiles(
            finder=FindsAttached(self.knowledge, files, self.embedder, self.reranker),
            surroundings=AroundBoth(self.surroundings, files),
            filenames=tuple(row.filename for row in ready),
        )

    def _loaded(self, owner: str, conversation: str) -> AttachedFiles:
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
        return AttachedFiles.of(passages, vectors)


@dataclass(frozen=True, slots=True)
class AroundBoth:
    """Surroundings. A file's passages stand in its own memory, the others in the corpus."""

    documents: Surroundings
    files: AttachedFiles

    def around(self, passages: Sequence[Passage], scope: Scope, *, reach: int) -> list[Passage]:
        """Up to `reach` places before and after."""
        shelved = [one for one in passages if one.chunk.knowledge_base != ATTACHED]
        own = self.files.around(passages, reach=reach)
        return [*self.documents.around(shelved, scope, reach=reach), *own]
