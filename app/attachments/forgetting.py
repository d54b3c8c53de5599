"""Erases what nobody can come back to: files never asked with, and deleted conversations."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, delete, select

from app.clock import Clock
from app.sections import Attachments
from app.tables import attachments, conversations
from retrieval.store.database import Database

UNDO: Final = timedelta(hours=1)  # that a deleted conversation can be restored


@dataclass(frozen=True, slots=True)
class Forgetting:
    database: Database
    limits: Attachments
    clock: Clock

    def look(self) -> int:
        """Every minute. Rows go from the file, too; returns how many."""
        now = self.clock()
        gone = 0
        with self.database.write() as connection:
            for step in self._steps(now):
                gone += connection.execute(step).rowcount
        if gone:
            self.database.settle()
        return gone

    def _steps(self, now: datetime) -> list[Delete]:
        unasked = now - timedelta(hours=self.limits.unasked_hours)
        steps = [
            # Turns and files go with their conversation.
            delete(conversations).where(conversations.c.deleted_at < now - UNDO),
            delete(attachments).where(
                attachments.c.conversation_id.is_(None), attachments.c.created_at < unasked
            ),
        ]
        if self.limits.days:
            old = select(conversations.c.id).where(
                conversations.c.updated_at < now - timedelta(days=self.limits.days)
            )
            steps.append(delete(attachments).where(attachments.c.conversation_id.in_(old)))
        return steps
