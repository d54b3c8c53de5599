"""`colophon golden …` and `colophon reindex`: arguments and help. The deeds are in `quality.py`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import quality
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings
from retrieval.errors import Invalid

app = typer.Typer(help="Golden questions: add, list, remove, run.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The knowledge base's name.")]


@app.command("add")
def add(
    knowledge_base: Name,
    question: Annotated[str | None, typer.Argument(help="As people would ask it.")] = None,
    file: Annotated[str | None, typer.Option(help="Name of the document that answers it.")] = None,
    phrase: Annotated[str | None, typer.Option(help="Words that a right passage holds.")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A TSV or JSONL file with question, filename, phrase."),
    ] = None,
) -> None:
    """Keep a question whose right place is known, or a file of such questions."""
    with errors_told():
        if (question is None) == (source is None):
            raise Invalid("Please give a question, or a file of questions with --from.")
        given = {"question": question, "filename": file, "phrase": phrase}
        quality.add(load_settings(), knowledge_base, given, source)


@app.command("list")
def show(knowledge_base: Name, as_json: Json = False) -> None:
    """List them with their rank in the last run."""
    with errors_told():
        quality.show(load_settings(), knowledge_base, as_json=as_json)


@app.command("remove")
def remove(question: Annotated[str, typer.Argument(help="Its id, from the list.")]) -> None:
    """Forget one."""
    with errors_told():
        quality.remove(load_settings(), question)


@app.command("run")
def run(knowledge_base: Name, as_json: Json = False) -> None:
    """Ask them all and measure how many are found among the first five passages."""
    with errors_told():
        quality.ask_all(load_settings(), knowledge_base, as_json=as_json)


def reindex(knowledge_base: Name, as_json: Json = False) -> None:
    """Build another index beside the live one, and switch when it is good enough."""
    with errors_told():
        quality.reindex(load_settings(), knowledge_base, as_json=as_json)
