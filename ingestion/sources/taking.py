"""Out of a source, into the intake; or, in a dry run, only looked at."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedRandom
from typing import Final

from ingestion.intake import Intake, clean_filename
from ingestion.records import Incoming
from ingestion.sources.comparing import Known, Plan, kept_etag
from ingestion.sources.port import Entry, Source
from ingestion.sources.record import SourceRecord
from ingestion.sources.refusals import Refusals
from ingestion.sources.runs import MAX_PROBLEMS, Problem, Runs
from retrieval.errors import KnowledgeBaseError, TooLarge, Unavailable, Unsupported

PATIENCE: Final = 10  # documents in a row that cannot be had, until the source counts as down
TOLD_EVERY: Final = 20  # documents between two updates of what people watch


@dataclass(frozen=True, slots=True)
class Took:
    unchanged: int  # the same bytes as before, after all
    failed: int
    problems: tuple[Problem, ...]
    changed: tuple[str, ...] = ()  # keys, of a rehearsal
    refused: int = 0  # of the added, in a rehearsal


@dataclass(slots=True)
class _Troubles:
    """Counts what went wrong, and gives up on a source that has stopped answering."""

    count: int = 0
    told: list[Problem] = field(default_factory=list)
    in_a_row: int = 0

    @contextmanager
    def noted(self, entry: Entry) -> Iterator[None]:
        """Raises: Unavailable when the patience is over."""
        try:
            yield
        except (KnowledgeBaseError, OSError) as error:
            self.note(Problem(entry.key, _sentence(error)))
            down = isinstance(error, (Unavailable, OSError))
            self.in_a_row = self.in_a_row + 1 if down else 0
            if self.in_a_row >= PATIENCE:
                raise Unavailable(
                    f"{PATIENCE} documents in a row could not be had, so the run was given up. "
                    f"The last one: {entry.key}: {_sentence(error)}"
                ) from error
        else:
            self.in_a_row = 0

    def note(self, problem: Problem) -> None:
        self.count += 1
        if len(self.told) < MAX_PROBLEMS:
            self.told.append(problem)


@dataclass(frozen=True, slots=True)
class Taking:
    intake: Intake
    runs: Runs
    refusals: Refusals

    def take(
        self,
        source: SourceRecord,
        opened: Source,
        plan: Plan,
        run_id: str,
        progress: Callable[[int, int], None],
    ) -> Took:
        """Raises: NotFound when the source is removed meanwhile, Unavailable when it is down."""
        troubles, unchanged = _Troubles(), 0
        wanted = self._not_refused(source, (*plan.doubtful, *plan.added), troubles)
        for done, entry in enumerate(wanted):
            self.runs.require(run_id)
            if done % TOLD_EVERY == 0:
                progress(done, len(wanted))
            with troubles.noted(entry), self._remembered(source, entry):
                unchanged += self._accepted(source, opened, entry, run_id)
        return Took(unchanged, troubles.count, tuple(troubles.told))

    def try_again(self, plan: Plan, known: Mapping[str, Known], run_id: str) -> None:
        """What could not be read the last time; its bytes are here."""
        for entry in plan.failed:
            try:
                self.intake.retry(known[entry.key].document, run=run_id)
            except KnowledgeBaseError:
                continue  # somebody was faster, or took it away

    def rehearse(
        self, source: SourceRecord, opened: Source, plan: Plan, known: Mapping[str, Known]
    ) -> Took:
        """The same without taking anything in. What is new is not fetched."""
        troubles, unchanged = _Troubles(), 0
        changed: list[str] = []
        for entry in self._not_refused(source, plan.added, troubles):
            with troubles.noted(entry):
                self._refuse_large(entry)
        refused = troubles.count
        for entry in plan.doubtful:
            with troubles.noted(entry), self._fetched(opened, entry) as content:
                if hashlib.file_digest(content, "sha256").hexdigest() == known[entry.key].blob:
                    unchanged += 1
                else:
                    changed.append(entry.key)
        return Took(unchanged, troubles.count, tuple(troubles.told), tuple(changed), refused)

    def _accepted(self, source: SourceRecord, opened: Source, entry: Entry, run_id: str) -> bool:
        """True when its bytes are those that are there already."""
        incoming = Incoming(
            source.knowledge_base,
            source.id,
            entry.key,
            clean_filename(entry.filename),
            etag=kept_etag(entry),
            run=run_id,
        )
        with self._fetched(opened, entry) as content:
            return self.intake.accept_incoming(incoming, content).unchanged

    def _not_refused(
        self, source: SourceRecord, wanted: Sequence[Entry], troubles: _Troubles
    ) -> list[Entry]:
        """Without those that were refused as they are; these are told and not fetched."""
        refused = self.refusals.of(source.id)
        left = []
        for entry in wanted:
            reason = refused.reason(entry)
            if reason is None:
                left.append(entry)
            else:
                troubles.note(Problem(entry.key, reason))
        return left

    @contextmanager
    def _remembered(self, source: SourceRecord, entry: Entry) -> Iterator[None]:
        try:
            yield
        except Unsupported as error:
            self.refusals.remember(source.id, entry, str(error))
            raise

    @contextmanager
    def _fetched(self, opened: Source, entry: Entry) -> Iterator[BufferedRandom]:
        self._refuse_large(entry)
        with tempfile.TemporaryFile() as target:
            opened.fetch(entry, target, self.intake.max_bytes)
            target.seek(0)
            yield target

    def _refuse_large(self, entry: Entry) -> None:
        if entry.size is not None and entry.size > self.intake.max_bytes:
            limit = self.intake.max_bytes
            raise TooLarge(f"It has {entry.size:,} bytes; at most {limit:,} are taken.")


def _sentence(error: KnowledgeBaseError | OSError) -> str:
    if isinstance(error, OSError):
        return f"It could not be kept: {error.strerror or error}."
    return str(error)
