"""`colophon ingest`: arguments and help. What it does is in `documents.py`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import documents
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings


def ingest(
    paths: list[Path],
    knowledge_base: Annotated[str, typer.Option("--knowledge-base", "-k", help="Its name.")],
    as_json: Json = False,
) -> None:
    """Upload files, or all files of folders, and wait until they are searchable."""
    with errors_told():
        documents.ingest(load_settings(), paths, knowledge_base, as_json=as_json)
