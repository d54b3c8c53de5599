"""What every command prints with, and the exit codes that scripts can rely on.

0 it worked · 1 it did not · 2 the command was wrong · 3 what was asked for is not there.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.markup import escape

from app.care.finding import Finding
from retrieval.errors import KnowledgeBaseError

FAILED: Final = 1
NOT_THERE: Final = 3

console = Console()
complaints = Console(stderr=True)


def print_json(value: object) -> None:
    """One JSON value on standard output; nothing else goes there with `--json`."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


@contextmanager
def errors_told() -> Iterator[None]:
    """An expected failure is one sentence on standard error and exit code 1."""
    try:
        yield
    except KnowledgeBaseError as error:
        complaints.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error


def print_finding(finding: Finding) -> None:
    """One line of the doctor's, and the command that mends it."""
    mark = "[green]ok  [/green]" if finding.ok else "[red]FAIL[/red]"
    words = escape(f"{finding.check}: {finding.detail}")
    console.print(f"  {mark} {words}", highlight=False, soft_wrap=True)
    if finding.fix:
        console.print(f"       mend it with: {finding.fix}", markup=False, highlight=False)
