"""Who may read which knowledge base. Asked anew at each request, so a change holds at once."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.people.groups import EVERYONE
from app.people.user import User
from app.tables import memberships, readers
from retrieval.database import Database
from retrieval.tables import knowledge_bases
from retrieval.types import KnowledgeBaseId, Scope


@dataclass(frozen=True, slots=True)
class Access:
    database: Database

    def scope_of(self, user: User) -> Scope:
        """What the user may read now: through groups; administrators read all."""
        query = select(knowledge_bases.c.id)
        if not user.is_admin:
            own = select(memberships.c.group_id).where(memberships.c.user_id == user.id)
            allowed = or_(readers.c.group_id == EVERYONE, readers.c.group_id.in_(own))
            query = select(readers.c.knowledge_base_id).where(allowed)
        with self.database.read() as connection:
            ids = connection.scalars(query)
            return Scope(frozenset(KnowledgeBaseId(found) for found in ids))
