"""What of a conversation may be shown to its owner now, and looked back on by a follow-up."""

from collections.abc import Set
from dataclasses import dataclass

from app.answers.answer_runs import AnswerRuns
from app.answers.conversations import Conversations
from app.answers.stored_answers import (
    answer_text,
    cited_attachments,
    cited_documents,
    masked,
    without_rewriting,
)
from app.answers.turns import Turns
from app.library.reading import Reading
from app.library.shelves import maintainers_of
from app.ports import ListedFiles
from app.shapes.asking import ConversationDetailOut, TurnOut
from retrieval.answer.asking.condense import Turn
from retrieval.types import Scope

LOOK_BACK_TURNS = 3
INTERRUPTED = "This answer was interrupted. Ask again."


@dataclass(frozen=True, slots=True)
class Recall:
    """`scope` is what the owner may read now, not what they could read when they asked."""

    conversations: Conversations
    turns: Turns
    reading: Reading
    runs: AnswerRuns
    files: ListedFiles

    def conversation(self, owner: str, scope: Scope, conversation_id: str) -> ConversationDetailOut:
        """Raises: NotFound."""
        conversation = self.conversations.get(owner, conversation_id)
        kept = self._kept(owner, scope, conversation_id)
        files = self.files.of_conversation(owner, conversation_id)
        return ConversationDetailOut(**conversation.model_dump(), turns=kept, attachments=files)

    def turn(self, owner: str, scope: Scope, turn_id: str) -> TurnOut:
        """Raises: NotFound."""
        conversation_id = self.turns.conversation_of(owner, turn_id)
        kept = self._kept(owner, scope, conversation_id)
        return next(turn for turn in kept if turn.id == turn_id)

    def history(self, owner: str, scope: Scope, conversation_id: str) -> tuple[Turn, ...]:
        """The last answered turns, oldest first; never reasoning, never a lost source."""
        kept = self._kept(owner, scope, conversation_id)
        shown = [
            Turn(turn.question, answer_text(turn.answer))
            for turn in kept
            if turn.answer is not None
        ]
        return tuple(shown[-LOOK_BACK_TURNS:])

    def _kept(self, owner: str, scope: Scope, conversation_id: str) -> list[TurnOut]:
        # Looked at before and after the rows: an answer may begin or end meanwhile.
        running = set(self.runs.running)
        stored = self.turns.of(owner, conversation_id)
        running |= set(self.runs.running)
        turns = [_ended(turn, running) for turn in stored]
        cited = cited_documents(turn.answer for turn in turns)
        # What was attached to one's own questions stays one's own.
        own = cited_attachments(turn.answer for turn in turns)
        readable = self.reading.readable(cited - own, scope) | own
        if not cited <= readable:
            turns = [_without_lost_sources(turn, readable) for turn in turns]
        known = frozenset(maintainers_of(self.reading.database, scope))
        return [_without_lost_maintainers(turn, known) for turn in turns]


def _ended(turn: TurnOut, running: Set[str]) -> TurnOut:
    """A turn without answer and error is one in the making, or one that a crash cut off."""
    waiting = turn.answer is None and turn.error is None
    if waiting and turn.id not in running:
        return turn.model_copy(update={"error": INTERRUPTED})
    return turn


def _without_lost_maintainers(turn: TurnOut, known: Set[str]) -> TurnOut:
    """Whom to ask about a knowledge base is said to its readers only."""
    if turn.answer is None or known >= set(turn.answer.maintainers):
        return turn
    kept = [one for one in turn.answer.maintainers if one in known]
    answer = turn.answer.model_copy(update={"maintainers": kept})
    return turn.model_copy(update={"answer": answer})


def _without_lost_sources(turn: TurnOut, readable: frozenset[str]) -> TurnOut:
    if turn.answer is None:
        return turn
    answer = without_rewriting(masked(turn.answer, readable))
    return turn.model_copy(update={"answer": answer})
