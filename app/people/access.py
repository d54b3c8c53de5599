"""Who may read what. Asked anew at each request, so a change holds at once."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select

from app.people.groups import EVERYONE
from app.people.user import User
from app.tables import memberships, readers, source_readers
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases, sources
from retrieval.types import KnowledgeBaseId, Scope


@dataclass(frozen=True, slots=True)
class Access:
    database: Database

    def scope_of(self, user: User) -> Scope:
        """What the user may read now: through groups; administrators read all."""
        if user.is_admin:
            with self.database.read() as connection:
                every = connection.scalars(select(knowledge_bases.c.id))
                return Scope(frozenset(KnowledgeBaseId(found) for found in every))
        own = select(memberships.c.group_id).where(memberships.c.user_id == user.id)
        allowed = or_(readers.c.group_id == EVERYONE, readers.c.group_id.in_(own))
        readable = select(readers.c.knowledge_base_id).where(allowed)
        with self.database.read() as connection:
            return Scope(
                frozenset(KnowledgeBaseId(found) for found in connection.scalars(readable)),
                frozenset(connection.scalars(_withheld(own))),
            )


def _withheld(own: Select[tuple[str]]) -> Select[tuple[str]]:
    """Sources for other groups; also removed ones, whose documents a rollback may bring back."""
    allowed = or_(source_readers.c.group_id == EVERYONE, source_readers.c.group_id.in_(own))
    open_to_them = select(source_readers.c.source_id).where(allowed)
    return select(sources.c.id).where(sources.c.restricted, sources.c.id.not_in(open_to_them))
