"""`colophon eval`, `eval-answers` and `eval-files`: arguments and help.

The deeds are in the modules beside.
"""

from pathlib import Path
from typing import Annotated

import typer

from app.cli import answer_evaluation, evaluation, file_evaluation
from app.cli.answer_evaluation import Wish
from app.cli.options import Json
from app.cli.terminal import errors_told
from app.settings import load_settings

Profile = Annotated[
    str | None, typer.Option(help="embedded, local or cluster, instead of the one that is set.")
]


def evaluate(
    folder: Path,
    profile: Profile = None,
    cache: Annotated[
        Path | None, typer.Option(help="A folder where vectors stay for the next time.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the search on a labelled set (queries.jsonl, qrels.tsv; corpus.jsonl or files/)."""
    with errors_told():
        evaluation.run(load_settings(profile), folder, cache, as_json=as_json)


def evaluate_answers(
    folder: Path,
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many questions, chosen by the seed.")
    ] = None,
    seed: int = 0,
    write: Annotated[
        bool, typer.Option("--write", help="Let the model write; otherwise answers are quotes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure answers and refusals on a labelled set (answers.jsonl beside the others)."""
    with errors_told():
        wish = Wish(sample, seed, write)
        answer_evaluation.run(load_settings(), folder, wish, as_json=as_json)


def evaluate_files(folder: Path, as_json: Json = False) -> None:
    """Read the files that FOLDER/manifest.tsv names. Exit code 1: one is not as it says."""
    with errors_told():
        file_evaluation.run(load_settings(), folder, as_json=as_json)
