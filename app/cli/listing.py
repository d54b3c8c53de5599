"""The names of the commands, their line of `colophon --help`, and where each is written."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Listed:
    help: str  # the first words of the command itself say the same; a test compares them
    module: str
    what: str = "app"  # there: a function, or a group of commands


_PAST: Final = "app.cli.past_commands"
_BACKUP: Final = "app.cli.backup_commands"
_SERVE: Final = "app.cli.serve_commands"
_QUESTIONS: Final = "app.cli.question_commands"
_QUALITY: Final = "app.cli.quality_commands"
_SOURCES: Final = "app.cli.source_commands"
_EVALUATION: Final = "app.cli.evaluation_commands"

COMMANDS: Final = {
    "reindex": Listed(
        "Build another index beside the live one, and switch when it is good enough.",
        _QUALITY,
        "reindex",
    ),
    "rollback": Listed(
        "Go back to a snapshot (its id or name): shows what that does, asks, and can be undone.",
        _PAST,
        "rollback",
    ),
    "purge": Listed(
        "Erase a document (its id, title or file name) from everything, for good.", _PAST, "purge"
    ),
    "backup": Listed(
        "Write database and originals to TARGET (.tar.gz), while the server runs.",
        _BACKUP,
        "backup",
    ),
    "restore": Listed(
        "Make a data folder of a backup. Exit code 1: what was restored is not in order.",
        _BACKUP,
        "restore",
    ),
    "up": Listed("Serve everything on this machine: web, jobs and models.", _SERVE, "up"),
    "web": Listed("Serve the web only; `colophon worker` does the jobs.", _SERVE, "web"),
    "worker": Listed("Do the jobs only.", _SERVE, "worker"),
    "ask": Listed(
        "Answer a question with citations. Exit code 3: the knowledge base does not say.",
        _QUESTIONS,
        "ask",
    ),
    "search": Listed("Find passages. Exit code 3: none.", _QUESTIONS, "search"),
    "ingest": Listed(
        "Upload files, or all files of folders, and wait until they are searchable.",
        "app.cli.document_commands",
        "ingest",
    ),
    "sync": Listed(
        "Follow all sources now, as the schedule does. Exit code 1: something failed or is held.",
        _SOURCES,
        "sync",
    ),
    "doctor": Listed(
        "Compare what should be with what is. Exit code 1: something is wrong, or still there.",
        "app.cli.doctor",
        "doctor",
    ),
    "eval": Listed(
        "Measure the search on a labelled set (queries.jsonl, qrels.tsv; corpus.jsonl or files/).",
        _EVALUATION,
        "evaluate",
    ),
    "eval-answers": Listed(
        "Measure answers and refusals on a labelled set (answers.jsonl beside the others).",
        _EVALUATION,
        "evaluate_answers",
    ),
    "eval-files": Listed(
        "Read the files that FOLDER/manifest.tsv names. Exit code 1: one is not as it says.",
        _EVALUATION,
        "evaluate_files",
    ),
    "user": Listed("Accounts: add, list, password, disable, enable.", "app.cli.user_commands"),
    "golden": Listed("Golden questions: add, list, remove, run.", _QUALITY),
    "source": Listed("Sources: add, list, run, report.", _SOURCES),
    "snapshot": Listed("Snapshots: add, list, remove.", _PAST),
}
