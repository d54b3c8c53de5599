"""The commands, their arguments and their help. What they do is in the modules beside."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from app.cli import (
    care,
    documents,
    evaluation,
    file_evaluation,
    past,
    past_commands,
    people,
    quality_commands,
    questions,
    serve,
    source_commands,
    sources,
)
from app.cli.terminal import errors_told
from app.settings import load_settings

app = typer.Typer(
    name="colophon",
    help="The knowledge base that companies run themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
user = typer.Typer(help="Accounts: add, list, password, disable, enable.", no_args_is_help=True)
app.add_typer(user, name="user")
app.add_typer(quality_commands.app, name="golden")
app.command("reindex")(quality_commands.reindex)
app.add_typer(source_commands.app, name="source")
app.add_typer(past_commands.app, name="snapshot")
app.command("rollback")(past_commands.rollback)
app.command("purge")(past_commands.purge)
app.command("backup")(past_commands.backup)
app.command("restore")(past_commands.restore)

Json = Annotated[bool, typer.Option("--json", help="One JSON value on standard output.")]
Names = Annotated[
    list[str] | None,
    typer.Option("--knowledge-base", "-k", help="Its name; may be given several times."),
]


@app.command()
def up(
    samples: Annotated[bool, typer.Option(help="The sample library, at the first start.")] = True,
) -> None:
    """Serve everything on this machine: web, jobs and models."""
    with errors_told():
        serve.up(load_settings(), works=True, samples=samples)


@app.command()
def web() -> None:
    """Serve the web only; `colophon worker` does the jobs."""
    with errors_told():
        serve.up(load_settings(), works=False, samples=False)


@app.command()
def worker() -> None:
    """Do the jobs only."""
    with errors_told():
        serve.work(load_settings())


@app.command()
def ask(question: str, knowledge_base: Names = None, as_json: Json = False) -> None:
    """Answer a question with citations. Exit code 3: the knowledge base does not say."""
    with errors_told():
        questions.ask(load_settings(), question, knowledge_base or [], as_json=as_json)


@app.command()
def search(
    question: str,
    knowledge_base: Names = None,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 10,
    as_json: Json = False,
) -> None:
    """Find passages. Exit code 3: none."""
    with errors_told():
        questions.search(load_settings(), question, knowledge_base or [], limit, as_json=as_json)


@app.command()
def ingest(
    paths: list[Path],
    knowledge_base: Annotated[str, typer.Option("--knowledge-base", "-k", help="Its name.")],
    as_json: Json = False,
) -> None:
    """Upload files, or all files of folders, and wait until they are searchable."""
    with errors_told():
        documents.ingest(load_settings(), paths, knowledge_base, as_json=as_json)


@app.command()
def sync(
    folder: Annotated[Path | None, typer.Argument(help="Register this folder first.")] = None,
    knowledge_base: Annotated[
        str | None, typer.Option("--knowledge-base", "-k", help="Where a new folder belongs.")
    ] = None,
    dry_run: source_commands.DryRun = False,
    remove_anyway: source_commands.RemoveAnyway = False,
    as_json: Json = False,
) -> None:
    """Follow all sources now, as the schedule does. Exit code 1: something failed or is held."""
    with errors_told():
        wish = sources.Wish(dry_run, remove_anyway)
        sources.sync(load_settings(), folder, knowledge_base, wish, as_json=as_json)


@app.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended.")] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Read every original.")] = False,
    gone: Annotated[
        str | None, typer.Option("--gone", help="Prove that this sentence is nowhere any more.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare what should be with what is. Exit code 1: something is wrong, or still there."""
    with errors_told():
        if gone is not None:
            past.prove_gone(load_settings(), gone, as_json=as_json)
        else:
            care.doctor(load_settings(), repair=repair, deep=deep, as_json=as_json)


@app.command("eval")
def evaluate(folder: Path, as_json: Json = False) -> None:
    """Measure the search on a labelled set (corpus.jsonl, queries.jsonl, qrels.tsv)."""
    with errors_told():
        evaluation.run(load_settings(), folder, as_json=as_json)


@app.command("eval-files")
def evaluate_files(folder: Path, as_json: Json = False) -> None:
    """Read the files that FOLDER/manifest.tsv names. Exit code 1: one is not as it says."""
    with errors_told():
        file_evaluation.run(load_settings(), folder, as_json=as_json)


@user.command("add")
def user_add(
    username: str,
    name: Annotated[str, typer.Option(help="As others see it.")] = "",
    role: Literal["admin", "employee"] = "employee",
) -> None:
    """Make an account and print its password once."""
    with errors_told():
        people.add(load_settings(), username, name, role)


@user.command("list")
def user_list(as_json: Json = False) -> None:
    """List the accounts."""
    with errors_told():
        people.show(load_settings(), as_json=as_json)


@user.command("password")
def user_password(username: str) -> None:
    """Give an account a new random password and end its sessions."""
    with errors_told():
        people.new_password_for(load_settings(), username)


@user.command("disable")
def user_disable(username: str) -> None:
    """Refuse the account at its next request."""
    with errors_told():
        people.set_disabled(load_settings(), username, disabled=True)


@user.command("enable")
def user_enable(username: str) -> None:
    """Let a disabled account in again."""
    with errors_told():
        people.set_disabled(load_settings(), username, disabled=False)


def main() -> None:
    app()
