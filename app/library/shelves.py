"""Knowledge bases: what their readers see of them, and what admins change."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from app.clock import Clock
from app.library.answer_policy import policy_changes, policy_of
from app.library.library_counts import Counts, count_all, count_readable
from app.people.audit import Audit, Entry
from app.people.user import User
from app.ports import NewId
from app.shapes.library import (
    GroupRefOut,
    KnowledgeBaseAdminOut,
    KnowledgeBaseIn,
    KnowledgeBaseOut,
    KnowledgeBasePatchIn,
)
from app.tables import groups, readers
from retrieval.answers import Checking, Policy
from retrieval.errors import Conflict, NotFound
from retrieval.store.database import Database
from retrieval.store.live import BuiltWith
from retrieval.tables import knowledge_bases
from retrieval.types import Scope

NO_KNOWLEDGE_BASE = "There is no such knowledge base."

NeedsReindex = Callable[[BuiltWith | None], bool]


@dataclass(frozen=True, slots=True)
class Library:
    database: Database
    audit: Audit
    clock: Clock
    new_id: NewId
    needs_reindex: NeedsReindex

    def readable(self, scope: Scope) -> list[KnowledgeBaseOut]:
        """Those of the scope, by name, without what only admins see; counted for its reader."""
        query = select(knowledge_bases).where(knowledge_bases.c.id.in_(scope.knowledge_bases))
        with self.database.read() as connection:
            counts = count_readable(connection, scope)
            found = [
                KnowledgeBaseOut(
                    id=row.id,
                    name=row.name,
                    description=row.description,
                    maintainer=row.maintainer,
                    suggested_questions=row.suggested_questions,
                    documents=counts.get(row.id, Counts()).documents,
                    updated_at=counts.get(row.id, Counts()).updated_at or row.created_at,
                )
                for row in connection.execute(query)
            ]
        return sorted(found, key=lambda shown: (shown.name.casefold(), shown.id))

    def maintainers(self, scope: Scope) -> list[str]:
        """Whom to ask when the scope has no answer; each once, by name."""
        return maintainers_of(self.database, scope)

    def policy(self, scope: Scope) -> Policy:
        """How answers from the scope are made: the strictest of its knowledge bases decides."""
        with self.database.read() as connection:
            return policy_of(connection, scope)

    def all(self) -> list[KnowledgeBaseAdminOut]:
        """By name."""
        with self.database.read() as connection:
            return _all(connection, self.needs_reindex)

    def get(self, knowledge_base: str) -> KnowledgeBaseAdminOut:
        """Raises: NotFound."""
        with self.database.read() as connection:
            return _one(connection, knowledge_base, self.needs_reindex)

    def create(self, actor: User, given: KnowledgeBaseIn) -> KnowledgeBaseAdminOut:
        """Raises: Conflict for a name that is taken, NotFound for an unknown group."""
        created = self.new_id()
        values = given.model_dump(exclude={"reader_group_ids"})
        with _names_kept_unique(), self.database.write() as connection:
            _refuse_taken_name(connection, given.name, but=None)
            connection.execute(
                insert(knowledge_bases).values(id=created, created_at=self.clock(), **values)
            )
            _set_readers(connection, created, given.reader_group_ids)
            self.audit.record(connection, Entry("knowledge_base.create", given.name, actor))
            return _one(connection, created, self.needs_reindex)

    def change(
        self, actor: User, knowledge_base: str, patch: KnowledgeBasePatchIn
    ) -> KnowledgeBaseAdminOut:
        """Raises: NotFound, Conflict for a name that is taken."""
        values = patch.model_dump(exclude={"reader_group_ids"}, exclude_none=True)
        if "refuse_below" in patch.model_fields_set:
            values["refuse_below"] = patch.refuse_below  # null: back to the usual one
        with _names_kept_unique(), self.database.write() as connection:
            before = _one(connection, knowledge_base, self.needs_reindex)
            if patch.name is not None:
                _refuse_taken_name(connection, patch.name, but=knowledge_base)
            if values:
                this = knowledge_bases.c.id == knowledge_base
                connection.execute(update(knowledge_bases).where(this).values(**values))
            if patch.reader_group_ids is not None:
                _set_readers(connection, knowledge_base, patch.reader_group_ids)
            after = _one(connection, knowledge_base, self.needs_reindex)
            self.audit.record(connection, _change_entry(actor, before, after))
            return after


def maintainers_of(database: Database, scope: Scope) -> list[str]:
    """Each once, by name."""
    query = select(knowledge_bases.c.maintainer).where(
        knowledge_bases.c.id.in_(scope.knowledge_bases), knowledge_bases.c.maintainer != ""
    )
    with database.read() as connection:
        return sorted(set(connection.scalars(query)))


def _change_entry(
    actor: User, before: KnowledgeBaseAdminOut, after: KnowledgeBaseAdminOut
) -> Entry:
    """Names, who may read, how answers are made: what somebody will ask about later."""
    detail: dict[str, str] = {}
    if before.name != after.name:
        detail["name"] = f"{before.name} → {after.name}"
    was, now = (", ".join(group.name for group in each.readers) for each in (before, after))
    if was != now:
        detail["readers"] = f"{was or '-'} → {now or '-'}"
    detail |= policy_changes(before, after)
    return Entry("knowledge_base.change", after.name, actor, detail)


def _all(connection: Connection, needs_reindex: NeedsReindex) -> list[KnowledgeBaseAdminOut]:
    counts, allowed = count_all(connection), _readers(connection)
    found = []
    for row in connection.execute(select(knowledge_bases)):
        counted = counts.get(row.id, Counts())
        live = BuiltWith(row.embedder, row.chunker) if row.embedder else None
        found.append(
            KnowledgeBaseAdminOut(
                id=row.id,
                name=row.name,
                description=row.description,
                maintainer=row.maintainer,
                suggested_questions=row.suggested_questions,
                documents=counted.documents,
                updated_at=counted.updated_at or row.created_at,
                readers=allowed[row.id],
                chunks=counted.chunks,
                size=counted.size,
                failed=counted.failed,
                working=counted.working,
                live_revision=row.live_revision,
                embedder=row.embedder,
                chunker=row.chunker,
                reindex_needed=needs_reindex(live),
                checking=Checking(row.checking),
                refuse_below=row.refuse_below,
                may_leave=row.may_leave,
                created_at=row.created_at,
            )
        )
    return sorted(found, key=lambda shown: (shown.name.casefold(), shown.id))


def _one(
    connection: Connection, knowledge_base: str, needs_reindex: NeedsReindex
) -> KnowledgeBaseAdminOut:
    # A house has tens of knowledge bases: counting all is no slower than a second set of queries.
    found = [shown for shown in _all(connection, needs_reindex) if shown.id == knowledge_base]
    if not found:
        raise NotFound(NO_KNOWLEDGE_BASE)
    return found[0]


def _readers(connection: Connection) -> defaultdict[str, list[GroupRefOut]]:
    query = (
        select(readers.c.knowledge_base_id, groups.c.id, groups.c.name)
        .join(groups, groups.c.id == readers.c.group_id)
        .order_by(groups.c.name)
    )
    allowed: defaultdict[str, list[GroupRefOut]] = defaultdict(list)
    for row in connection.execute(query):
        allowed[row.knowledge_base_id].append(GroupRefOut(id=row.id, name=row.name))
    return allowed


def _set_readers(connection: Connection, knowledge_base: str, group_ids: Sequence[str]) -> None:
    wanted = set(group_ids)
    known = set(connection.scalars(select(groups.c.id).where(groups.c.id.in_(wanted))))
    if wanted - known:
        raise NotFound("There is no such group.")
    connection.execute(delete(readers).where(readers.c.knowledge_base_id == knowledge_base))
    if wanted:
        rows = [{"knowledge_base_id": knowledge_base, "group_id": group} for group in wanted]
        connection.execute(insert(readers), rows)


def _refuse_taken_name(connection: Connection, name: str, *, but: str | None) -> None:
    # SQLite lowers ASCII only, so the names are compared here.
    for row in connection.execute(select(knowledge_bases.c.id, knowledge_bases.c.name)):
        if row.id != but and row.name.casefold() == name.casefold():
            raise Conflict(f"There is a knowledge base called “{row.name}” already.")


@contextmanager
def _names_kept_unique() -> Iterator[None]:
    """Two admins at the same moment: the table's own constraint decides."""
    try:
        yield
    except IntegrityError as error:
        raise Conflict("Another administrator changed this just now. Look again.") from error
