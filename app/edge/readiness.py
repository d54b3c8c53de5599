"""Whether a question could be searched for now, and if not, why."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.shapes.people import ModelStatusOut
from retrieval.store.database import Database
from retrieval.tables import knowledge_bases


def state_of(models: Sequence[ModelStatusOut], role: str) -> str:
    """Of the model with that role, of the best of several; "failed" when there is none.

    Beside a new embedder that loads, the one before answers.
    """
    states = {model.state for model in models if model.role == role}
    order = ("ready", "loading", "waiting")
    return next((state for state in order if state in states), "failed")


def reasons_not_ready(database: Database, models: Sequence[ModelStatusOut]) -> list[str]:
    """Sentences for whoever watches the probe; empty when all is well. No internals: it is open."""
    reasons = []
    try:
        with database.read() as connection:
            connection.execute(select(knowledge_bases.c.id).limit(1))
    except SQLAlchemyError:
        reasons.append("The database does not answer.")
    embedder = state_of(models, "embedder")
    if embedder != "ready":
        reasons.append(f"Search is not possible: the embedder is {embedder}.")
    return reasons
