"""`colophon eval-files`: whether files are read, or refused, as a manifest beside them says."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from app.cli.terminal import FAILED, complaints, console, print_json
from app.parse_limits import parse_limits
from app.settings import Settings
from ingestion.file_evaluation import Finding, evaluate_files, read_manifest
from ingestion.parsing.server import ForkServer

_COLUMNS: Final = ("file", "expected", "outcome", "seconds", "ok")


def run(settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Reads each file in the sandbox, with the limits of the settings. Exit code 1: one differs."""
    findings: list[Finding] = []
    total = len(read_manifest(folder))
    with ForkServer() as server, Progress(console=complaints, transient=True) as bar:
        task = bar.add_task("reading", total=total)
        for finding in evaluate_files(server, folder, parse_limits(settings), time.monotonic):
            findings.append(finding)
            bar.update(task, advance=1, description=finding.file)
    right = sum(finding.ok for finding in findings)
    if as_json:
        rows = [asdict(finding) for finding in findings]
        print_json({"files": rows, "as_expected": right, "total": total})
    else:
        console.print(_table(findings))
        console.print(f"{right} of {total} as expected", highlight=False)
    if right < total:
        raise typer.Exit(FAILED)


def _table(findings: list[Finding]) -> Table:
    table = Table(*_COLUMNS, box=None, pad_edge=False)
    table.columns[_COLUMNS.index("seconds")].justify = "right"
    table.columns[_COLUMNS.index("file")].no_wrap = True
    for one in findings:
        mark = Text("ok", "green") if one.ok else Text("NO", "red")
        cells = (one.file, one.expected, one.outcome, f"{one.seconds:.1f}")
        table.add_row(*map(Text, cells), mark)
    return table
