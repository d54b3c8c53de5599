"""Erases what nobody can come back to, and what was kept long enough: files never asked with, old
files with what answers quote of them, and deleted conversations.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from app.attachments.held import HeldFiles
from app.attachments.rows import AttachmentRows, erase
from app.sections import Attachments
from app.tables import attachments, conversations

UNDO: Final = timedelta(hours=1)  # that a deleted conversation can be restored
AT_A_TIME: Final = 100  # old files: each rewrites the answers of its conversation


@dataclass(frozen=True, slots=True)
class Forgetting:
    rows: AttachmentRows
    limits: Attachments
    held: HeldFiles

    def look(self) -> int:
        """Every minute. Rows go from the file, too; returns how many."""
        database, now = self.rows.database, self.rows.clock()
        with database.write() as connection:
            gone = self._unreachable(connection, now) + self._old(connection, now)
        if gone:
            database.settle()
        self.held.forget(self.held.attachments - self.rows.living(self.held.attachments))
        return gone

    def _unreachable(self, connection: Connection, now: datetime) -> int:
        unasked = now - timedelta(hours=self.limits.unasked_hours)
        steps = [
            # Turns and files go with their conversation.
            delete(conversations).where(conversations.c.deleted_at < now - UNDO),
            delete(attachments).where(
                attachments.c.conversation_id.is_(None), attachments.c.created_at < unasked
            ),
        ]
        return sum(connection.execute(step).rowcount for step in steps)

    def _old(self, connection: Connection, now: datetime) -> int:
        """What was kept for `days` after the last question, as if its owner removed it now."""
        if not self.limits.days:
            return 0
        old = (
            select(attachments.c.id, attachments.c.conversation_id)
            .join(conversations, conversations.c.id == attachments.c.conversation_id)
            .where(conversations.c.updated_at < now - timedelta(days=self.limits.days))
            .order_by(attachments.c.created_at)
            .limit(AT_A_TIME)
        )
        rows = connection.execute(old).all()
        for row in rows:
            erase(connection, row.id, row.conversation_id)
        return len(rows)
