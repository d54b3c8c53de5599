"""`colophon backup` and `colophon restore`: arguments and help. The deeds are in `care.py`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import care
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings


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
