"""The commands of going back and of erasing: `snapshot`, `rollback` and `purge`."""

from typing import Annotated

import typer

from app.cli import past
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings

app = typer.Typer(help="Snapshots: add, list, remove.", no_args_is_help=True)

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
