"""`colophon ask` and `colophon search`: arguments and help. What they do is in `questions.py`."""

from typing import Annotated

import typer

from app.cli import questions
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings

Names = Annotated[
    list[str] | None,
    typer.Option("--knowledge-base", "-k", help="Its name; may be given several times."),
]


def ask(question: str, knowledge_base: Names = None, as_json: Json = False) -> None:
    """Answer a question with citations. Exit code 3: the knowledge base does not say."""
    with errors_told():
        questions.ask(load_settings(), question, knowledge_base or [], as_json=as_json)


def search(
    question: str,
    knowledge_base: Names = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
    as_json: Json = False,
) -> None:
    """Find passages. Exit code 3: none."""
    with errors_told():
        questions.search(load_settings(), question, knowledge_base or [], limit, as_json=as_json)
