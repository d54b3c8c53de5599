"""What else names a purged document: reports of its source's runs, and alerts.

Its path there becomes `NO_NAME`; why it failed goes with it, for such reasons may quote it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, delete, select, update
from sqlalchemy.engine import Connection

from retrieval.history_tables import alerts
from retrieval.tables import documents, refused, source_runs, versions
from retrieval.types import DocumentId

NO_NAME: Final = "a purged document"
NO_REASON: Final = "It was purged."


def forget_paths(
    connection: Connection, gone: Sequence[DocumentId], questions: Iterable[str]
) -> None:
    """`questions`: golden ones that went with it. To be called while the documents have their keys.

    A later run of a source that still holds the file names it again: that it is still there.
    """
    query = select(documents).where(documents.c.id.in_(gone), documents.c.source_id.is_not(None))
    for document in connection.execute(query).all():
        _forget_path(connection, document)
    _rewrite_alerts(connection, None, {f"“{question}”": NO_NAME for question in questions})


def _forget_path(connection: Connection, document: Row[Any]) -> None:
    source, key = document.source_id, document.key
    names, reasons = _names(connection, document), {document.error}
    runs = select(source_runs).where(source_runs.c.source_id == source)
    for run in connection.execute(runs).all():
        reasons |= {problem["reason"] for problem in run.problems if problem["path"] == key}
        values = {
            "problems": [_without_reason(problem, key) for problem in run.problems],
            "changes": [_without_path(change, key) for change in run.changes],
            "error": _without(run.error, names) if run.error else run.error,
        }
        if values != {name: getattr(run, name) for name in values}:
            this = source_runs.c.id == run.id
            connection.execute(update(source_runs).where(this).values(**values))
    said = {f"{key}: {reason}": NO_NAME for reason in reasons if reason}
    _rewrite_alerts(connection, source, said, names)
    digest = sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    connection.execute(
        delete(refused).where(refused.c.source_id == source, refused.c.key_sha256 == digest)
    )


def _names(connection: Connection, document: Row[Any]) -> list[str]:
    """Longest first, for one may hold another."""
    query = select(versions.c.filename).where(versions.c.document_id == document.id)
    return sorted({document.key, *connection.scalars(query)}, key=len, reverse=True)


def _rewrite_alerts(
    connection: Connection,
    source: str | None,
    said: Mapping[str, str],
    names: Sequence[str] = (),
) -> None:
    """Those of the source, or those of none; `said` as it stands there, `names` as whole words."""
    for alert in connection.execute(select(alerts).where(alerts.c.source_id == source)).all():
        text = alert.text
        for words, instead in said.items():
            text = text.replace(words, instead)
        text = _without(text, names)
        if text != alert.text:
            this = alerts.c.id == alert.id
            connection.execute(update(alerts).where(this).values(text=text))


def _without_reason(problem: dict[str, str], key: str) -> dict[str, str]:
    return {"path": NO_NAME, "reason": NO_REASON} if problem["path"] == key else problem


def _without_path(change: dict[str, str], key: str) -> dict[str, str]:
    return {**change, "path": NO_NAME} if change["path"] == key else change


def _without(text: str, names: Sequence[str]) -> str:
    """Not inside of a longer name: “a.txt” leaves “data.txt” alone."""
    for name in names:
        text = re.sub(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", NO_NAME, text)
    return text
