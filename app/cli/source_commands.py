"""`colophon source …` and `colophon sync`: arguments and help. What they do is in `sources.py`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli import sources
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings

app = typer.Typer(help="Sources: add, list, run, report.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Compare and report, change nothing.")]
RemoveAnyway = Annotated[
    bool, typer.Option("--remove-anyway", help="Remove what the brake would hold.")
]
Patterns = Annotated[
    list[str] | None, typer.Option(help="As in .gitignore; may be given several times.")
]


@app.command("add")
def add(  # noqa: PLR0913  (typer reads the options of a command from its parameters)
    kind: Annotated[
        Literal["folder", "s3", "webdav", "website", "git"], typer.Argument(help="What it is.")
    ],
    location: Annotated[str, typer.Argument(help="A whole path, s3://bucket/prefix or a URL.")],
    knowledge_base: Annotated[
        str, typer.Option("--knowledge-base", "--kb", "-k", help="Its name.")
    ],
    include: Patterns = None,
    exclude: Patterns = None,
    cron: Annotated[str | None, typer.Option(help="Its own times; else every night.")] = None,
    reader: Annotated[
        list[str] | None, typer.Option(help="A group that may read it; else all who may read.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(help="endpoint=…, region=…, branch=… or max_pages=….")
    ] = None,
    username: Annotated[str | None, typer.Option(help="Asks for the password, too.")] = None,
    as_json: Json = False,
) -> None:
    """Let a knowledge base follow a folder, bucket, share, site or repository."""
    password = None
    if username is not None:
        password = typer.prompt("Password", hide_input=True, err=True)
    added = sources.Added(
        kind,
        location,
        knowledge_base,
        tuple(include or ()),
        tuple(exclude or ()),
        cron,
        tuple(reader or ()),
        tuple(option or ()),
        (username, password) if username is not None and password is not None else None,
    )
    with errors_told():
        sources.add(load_settings(), added, as_json=as_json)


@app.command("list")
def show(as_json: Json = False) -> None:
    """List the sources."""
    with errors_told():
        sources.show(load_settings(), as_json=as_json)


@app.command("run")
def run(
    source: Annotated[str, typer.Argument(help="Its id or location.")],
    dry_run: DryRun = False,
    remove_anyway: RemoveAnyway = False,
    as_json: Json = False,
) -> None:
    """Follow one source now. Exit code 1: something failed or is held."""
    with errors_told():
        wish = sources.Wish(dry_run, remove_anyway)
        sources.run(load_settings(), source, wish, as_json=as_json)


@app.command("report")
def report(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Its id, or that of a source.")],
    as_json: Json = False,
) -> None:
    """Print the one-page report of a run; of a source, that of its last run."""
    with errors_told():
        sources.report(load_settings(), run_id, as_json=as_json)


def sync(
    folder: Annotated[Path | None, typer.Argument(help="Register this folder first.")] = None,
    knowledge_base: Annotated[
        str | None, typer.Option("--knowledge-base", "-k", help="Where a new folder belongs.")
    ] = None,
    dry_run: DryRun = False,
    remove_anyway: RemoveAnyway = False,
    as_json: Json = False,
) -> None:
    """Follow all sources now, as the schedule does. Exit code 1: something failed or is held."""
    with errors_told():
        wish = sources.Wish(dry_run, remove_anyway)
        sources.sync(load_settings(), folder, knowledge_base, wish, as_json=as_json)
