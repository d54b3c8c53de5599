"""How the maintainers of the asked knowledge bases want answers to be made."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from app.shapes.library import KnowledgeBaseAdminOut
from retrieval.answers import Checking, Policy
from retrieval.tables import knowledge_bases
from retrieval.types import Scope


def policy_of(connection: Connection, scope: Scope) -> Policy:
    """The strictest wish of each kind: an answer may rest on all of them at once."""
    query = select(knowledge_bases.c.checking, knowledge_bases.c.refuse_below).where(
        knowledge_bases.c.id.in_(scope.knowledge_bases)
    )
    wishes = connection.execute(query).all()
    marked = bool(wishes) and all(wish.checking == Checking.MARKED for wish in wishes)
    usual = Policy().refuse_below
    thresholds = [usual if w.refuse_below is None else w.refuse_below for w in wishes]
    return Policy(
        checking=Checking.MARKED if marked else Checking.STRICT,
        refuse_below=max(thresholds, default=usual),
    )


def policy_changes(before: KnowledgeBaseAdminOut, after: KnowledgeBaseAdminOut) -> dict[str, str]:
    """What of the policy became different, as the audit log words it."""
    changes: dict[str, str] = {}
    if before.checking != after.checking:
        changes["checking"] = f"{before.checking} → {after.checking}"
    if before.refuse_below != after.refuse_below:
        changes["refuse_below"] = f"{_shown(before)} → {_shown(after)}"
    if before.may_leave != after.may_leave:
        changes["may_leave"] = "never → when busy" if after.may_leave else "when busy → never"
    return changes


def _shown(base: KnowledgeBaseAdminOut) -> float:
    return Policy().refuse_below if base.refuse_below is None else base.refuse_below
