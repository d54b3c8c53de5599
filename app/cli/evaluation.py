"""`colophon eval`: how well the search finds what a labelled set asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import sleep
from typing import Literal

from pydantic import SecretStr
from rich.progress import Progress

from app.cli.terminal import complaints, console, print_json
from app.models.opening import Models, open_models
from app.server_file import running_server
from app.settings import Settings
from retrieval.errors import Unavailable
from retrieval.evaluation.datasets import read_dataset
from retrieval.evaluation.evaluate import evaluate

POLL_SECONDS = 0.5


def run(settings: Settings, folder: Path, *, as_json: bool) -> None:
    """Indexes the set in a temporary folder with the very parts that answer people."""
    dataset = read_dataset(folder)
    with opened_models(settings) as models, Progress(console=complaints, transient=True) as bar:
        wait_for(models, "embedder")
        task = bar.add_task("embedding and asking")
        report = evaluate(
            dataset,
            models.embedder,
            reranker=models.reranker,
            candidates=settings.search.candidates,
            progress=lambda _what, done, total: bar.update(task, completed=done, total=total),
        )
    if as_json:
        print_json(asdict(report))
    else:
        console.print(report.table(), markup=False, highlight=False)


@contextmanager
def opened_models(settings: Settings) -> Iterator[Models]:
    """Those of the running server, else an engine of our own."""
    running = running_server(settings.data_dir)
    if running is not None and settings.models.engine_url is None:
        key = (settings.data_dir / "engine.key").read_text(encoding="utf-8")
        given = {"engine_url": running.engine_url, "api_key": SecretStr(key)}
        models = settings.models.model_copy(update=given)
        settings = settings.model_copy(update={"models": models})
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with open_models(settings) as opened:
        yield opened


def wait_for(models: Models, role: Literal["embedder", "generator"]) -> None:
    """Raises: Unavailable when it cannot be loaded."""
    while True:
        states = {model.role: model for model in models.status.models()}
        wanted = states[role]
        if wanted.state == "ready":
            return
        if wanted.state == "failed":
            raise Unavailable(f"{wanted.name} cannot be loaded: {wanted.detail}")
        sleep(POLL_SECONDS)
