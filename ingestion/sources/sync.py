"""One run over a source: the unchanged cost nothing, the changed are replaced, the gone removed."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from ingestion.removal import REMOVED_AT_A_TIME, Removal
from ingestion.sources.brake import Vanished, held_because
from ingestion.sources.comparing import Plan, compare
from ingestion.sources.known import known_documents
from ingestion.sources.patterns import matching
from ingestion.sources.port import Source
from ingestion.sources.record import SourceRecord, require_source
from ingestion.sources.runs import DONE, FAILED, HELD, Report, Run, Runs
from ingestion.sources.taking import Taking, Took
from ingestion.sources.tally import taken
from retrieval.errors import KnowledgeBaseError
from retrieval.store.database import Database
from retrieval.types import KnowledgeBaseId

Progress = Callable[[int, int], None]


class Opener(Protocol):
    def opened(self, source: SourceRecord) -> Source:
        """Raises: Invalid, Unavailable."""
        ...


def unseen(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


def nothing(_knowledge_base: KnowledgeBaseId) -> None:
    """Where no snapshot is kept."""


@dataclass(frozen=True, slots=True)
class SourceSync:
    database: Database
    taking: Taking
    removal: Removal
    opener: Opener
    runs: Runs
    before_changes: Callable[[KnowledgeBaseId], object] = nothing

    def run(self, source_id: str, run_id: str, progress: Progress = unseen) -> Report | None:
        """Compares listing and documents and applies the difference. Running it again continues.

        None for a run that had ended already. Raises: NotFound for the source, Unavailable when it
        cannot be listed whole or stops answering; then nothing was removed.
        """
        with self.database.read() as connection:
            source = require_source(connection, source_id)
        run = self.runs.begin(source_id, run_id)
        if run is None:
            return None
        try:
            with closing(self.opener.opened(source)) as opened:
                report = self._follow(source, opened, run, progress)
        except KnowledgeBaseError as error:
            self.runs.end(run_id, Report(state=FAILED, error=str(error)))
            raise
        return self.runs.end(run_id, report)

    def _follow(self, source: SourceRecord, opened: Source, run: Run, progress: Progress) -> Report:
        with self.database.read() as connection:
            known = known_documents(connection, source.id)
            before = taken(connection, run.id)
        listed = matching(opened.entries(), source.include, source.exclude)
        plan = compare(listed, known, before)
        why_held = None
        if not run.remove_anyway:
            vanished = Vanished(len(plan.gone), len(known), run.removed)
            why_held = held_because(vanished, source.brake_share)
        if run.dry_run:
            took = self.taking.rehearse(source, opened, plan, known)
            return _rehearsed(plan, took, why_held)
        if plan.added or plan.doubtful or plan.gone:
            self.before_changes(source.knowledge_base)
        took = self.taking.take(source, opened, plan, run.id, progress)
        self.taking.try_again(plan, known, run.id)
        if why_held is None:
            self._remove(source, plan, run.id)
        return _ended(plan, took, why_held)

    def _remove(self, source: SourceRecord, plan: Plan, run_id: str) -> None:
        keys = {before.document: key for key, before in plan.gone.items()}
        for start in range(0, len(keys), REMOVED_AT_A_TIME):
            batch = list(keys)[start : start + REMOVED_AT_A_TIME]
            self.removal.remove_documents(
                batch,
                reason=f"{source.location}: {len(batch)} removed",
                noted=lambda connection, gone: self.runs.note_removed(
                    connection, run_id, [keys[document] for document in gone]
                ),
            )


def _ended(plan: Plan, took: Took, why_held: str | None) -> Report:
    return Report(
        state=DONE if why_held is None else HELD,
        unchanged=plan.unchanged + took.unchanged,
        held=0 if why_held is None else len(plan.gone),
        failed=took.failed,
        problems=took.problems,
        changes=() if why_held is None else tuple((key, "held") for key in plan.gone),
        error=why_held,
    )


def _rehearsed(plan: Plan, took: Took, why_held: str | None) -> Report:
    gone = "removed" if why_held is None else "held"
    would = [(key, gone) for key in plan.gone]
    would += [(key, "changed") for key in took.changed] + [(e.key, "added") for e in plan.added]
    return Report(
        state=DONE if why_held is None else HELD,
        added=len(plan.added) - took.refused,
        changed=len(took.changed),
        removed=len(plan.gone) if why_held is None else 0,
        unchanged=plan.unchanged + took.unchanged + len(plan.failed),
        held=0 if why_held is None else len(plan.gone),
        failed=took.failed,
        problems=took.problems,
        changes=tuple(would),
        error=why_held,
    )
