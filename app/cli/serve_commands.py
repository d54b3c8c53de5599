"""`colophon up`, `web` and `worker`: arguments and help. What they do is in `serve.py`."""

from typing import Annotated

import typer

from app.cli import serve
from app.cli.terminal import errors_told
from app.settings import load_settings


def up(
    samples: Annotated[bool, typer.Option(help="The sample library, at the first start.")] = True,
) -> None:
    """Serve everything on this machine: web, jobs and models."""
    with errors_told():
        serve.up(load_settings(), works=True, samples=samples)


def web() -> None:
    """Serve the web only; `colophon worker` does the jobs."""
    with errors_told():
        serve.up(load_settings(), works=False, samples=False)


def worker() -> None:
    """Do the jobs only."""
    with errors_told():
        serve.work(load_settings())
