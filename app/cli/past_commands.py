"""The commands of going back and of erasing: `snapshot`, `rollback`, `purge`, `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import care, past
from app.cli.terminal import errors_told
from app.settings import load_settings

app = typer.Typer(help="Snapshots: add, list, remove.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@app.command("add")
def add(
    name: str,
    knowledge_base: Annotated[str, typer.Option("--knowledge-base", "-k", help="Its name.")],
) -> None:
    """Name what a knowledge base shows now, so that one can go back to it."""
    with errors_told():
        past.take(load_settings(), name, knowledge_base)


@app.command("list")
def listed(as_json: Json = False) -> None:
    """List the snapshots of every knowledge base."""
    with errors_told():
        past.show(load_settings(), as_json=as_json)


@app.command("remove")
def remove(snapshot: str) -> None:
    """Give the name up; what only it kept is erased with the next night."""
    with errors_told():
        past.forget(load_settings(), snapshot)


def rollback(snapshot: str, yes: Yes = False, as_json: Json = False) -> None:
    """Go back to a snapshot (its id or name): shows what that does, asks, and can be undone."""
    with errors_told():
        past.go_back(load_settings(), snapshot, agreed=yes, as_json=as_json)


def purge(document: str, yes: Yes = False, as_json: Json = False) -> None:
    """Erase a document (its id, title or file name) from everything, for good."""
    with errors_told():
        past.purge(load_settings(), document, agreed=yes, as_json=as_json)


def backup(
    target: Path,
    with_key: Annotated[
        bool,
        typer.Option("--with-key", help="Also the key that opens the credentials of sources."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Write database and originals to TARGET (.tar.gz), while the server runs."""
    with errors_told():
        care.backup(load_settings(), target, with_key=with_key, as_json=as_json)


def restore(
    file: Path,
    data_dir: Annotated[Path, typer.Option(help="A new folder, or an empty one.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Run the doctor and the golden questions on it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a data folder of a backup. Exit code 1: what was restored is not in order."""
    with errors_told():
        care.restore(load_settings(), file, data_dir, verify=verify, as_json=as_json)
