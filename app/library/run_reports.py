"""The one-page report of a run, with what became of its documents; also as plain text."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, select
from sqlalchemy.engine import Connection

from app.shapes.following import ChangeOut, ProblemOut, RunReportOut
from ingestion.sources.runs import MAX_CHANGES, MAX_PROBLEMS
from ingestion.sources.tally import Tally, changes, tally, unread
from retrieval.errors import NotFound
from retrieval.store.database import Database
from retrieval.tables import jobs, source_runs, sources

LISTED: Final = 200  # changes that the text names


@dataclass(frozen=True, slots=True)
class RunReports:
    database: Database

    def of(self, run: str) -> RunReportOut:
        """Raises: NotFound."""
        query = (
            select(source_runs, sources.c.location)
            .join(sources, sources.c.id == source_runs.c.source_id)
            .where(source_runs.c.id == run, sources.c.removed_at.is_(None))
        )
        with self.database.read() as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFound("There is no such run.")
            return _report(connection, row)

    def text(self, run: str) -> str:
        """For people, a line a thing. Raises: NotFound."""
        return "\n".join(_lines(self.of(run))) + "\n"


def _report(connection: Connection, row: Row[Any]) -> RunReportOut:
    done = tally(connection, row.id)
    failed = unread(connection, row.id, MAX_PROBLEMS)
    problems = [ProblemOut.model_validate(problem) for problem in row.problems]
    problems += [ProblemOut(path=one.path, reason=one.reason) for one in failed]
    shown = dict(row._mapping)
    listed = row.changes
    if row.finished_at is None:
        shown |= {"added": done.added, "changed": done.changed}
        listed = [*row.changes, *changes(connection, row.id, MAX_CHANGES)][:MAX_CHANGES]
    return RunReportOut.model_validate(
        shown
        | {
            "failed": row.failed + done.failed,
            "working": done.working,
            "seconds": _seconds(connection, row, done),
            "embedded": done.embedded,
            "tokens": done.tokens,
            "problems": problems,
            "changes": [ChangeOut.model_validate(change) for change in listed],
        }
    )


def _seconds(connection: Connection, row: Row[Any], done: Tally) -> float | None:
    """From the start to the end of the run or of its last document, whichever is later."""
    if row.finished_at is None or done.working:
        return None
    query = select(func.max(jobs.c.updated_at)).where(jobs.c.run_id == row.id)
    last: datetime | None = connection.scalar(query)
    ended = max(row.finished_at, last) if last is not None else row.finished_at
    return float((ended - row.started_at).total_seconds())


def _lines(report: RunReportOut) -> list[str]:
    kind = "Dry run (nothing was changed)" if report.dry_run else "Run"
    lines = [
        f"{kind} of {report.location}",
        f"{report.id}, {report.started_at:%Y-%m-%d %H:%M} UTC, {_ending(report)}",
        "",
    ]
    if report.error:
        lines += [report.error, ""]
    counts = ("added", "changed", "removed", "unchanged", "held", "failed", "working")
    lines += [f"{count:<10}{getattr(report, count):>8,}" for count in counts]
    lines += [f"{'embedded':<10}{report.embedded:>8,} texts, {report.tokens:,} tokens"]
    if report.problems:
        lines += ["", "Failed:", *(f"  {one.path}: {one.reason}" for one in report.problems)]
    if report.changes:
        named = [f"  {one.change:<8} {one.path}" for one in report.changes[:LISTED]]
        lines += ["", "Changes:", *named]
        if len(report.changes) > LISTED:
            lines.append(f"  and {len(report.changes) - LISTED:,} more")
    return lines


def _ending(report: RunReportOut) -> str:
    ended = {"running": "still running", "done": "done", "held": "held", "failed": "failed"}
    seconds = "" if report.seconds is None else f" after {report.seconds:,.1f} s"
    return ended[report.state] + seconds
