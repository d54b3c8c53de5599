"""`colophon eval`: how well the search finds what a labelled set asks for."""

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Literal

from pydantic import SecretStr
from rich.progress import Progress

from app.cli.terminal import complaints, console, print_json
from app.clock import utc_now
from app.migrations import upgrade
from app.models.opening import Models, open_models
from app.models.own_engine import kept_key
from app.parse_limits import parse_limits
from app.server_file import running_server
from app.settings import Settings
from app.tokens import new_id
from ingestion.labelled import Workshop, ingested
from ingestion.parsing.server import ForkServer
from retrieval.errors import Unavailable
from retrieval.evaluation.datasets import Dataset, DatasetQuestion, read_tasks
from retrieval.evaluation.evaluate import Report, answerable, ask, evaluate, report
from retrieval.evaluation.indexed import EVERYTHING
from retrieval.evaluation.indexed import Progress as Tell
from retrieval.evaluation.remembering import RememberingEmbedder
from retrieval.evaluation.table import search_table
from retrieval.evaluation.targets import Files, Pages, Target, names_pages
from retrieval.ports import Embedder
from retrieval.search.searcher import Searcher
from retrieval.store.database import Database
from retrieval.store.vectors import VectorStore
from retrieval.types import ChunkId

POLL_SECONDS = 0.5
TOLERANCES = (0, 1)  # pages: questions are written from one page, and the next says the same


@dataclass(frozen=True, slots=True)
class Bench:
    settings: Settings
    models: Models
    embedder: Embedder
    tell: Tell


def run(settings: Settings, folder: Path, cache: Path | None, *, as_json: bool) -> None:
    """Indexes the set in a temporary folder with the very parts that answer people.

    `cache`: a folder where vectors stay, so that only the first run embeds.
    """
    tasks = read_tasks(folder)
    with opened_models(settings) as models, Progress(console=complaints, transient=True) as bar:
        wait_for(models, "embedder")
        task = bar.add_task("embedding and asking")

        def tell(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        with remembered(models.embedder, cache) as embedder:
            bench = Bench(settings, models, embedder, tell)
            reports = _reports(bench, tasks, folder)
    if as_json:
        print_json([asdict(one) for one in reports])
    else:
        console.print(
            "\n\n".join(map(search_table, reports)), markup=False, highlight=False, soft_wrap=True
        )


def _reports(bench: Bench, tasks: list[Dataset], folder: Path) -> list[Report]:
    files = sorted(path for path in (folder / "files").glob("*") if path.is_file())
    if files:
        return [found for task in tasks for found in _of_files(bench, task, files)]
    return [
        evaluate(
            task,
            bench.embedder,
            reranker=bench.models.reranker,
            candidates=bench.settings.search.candidates,
            progress=bench.tell,
        )
        for task in tasks
    ]


def _of_files(bench: Bench, task: Dataset, files: list[Path]) -> Iterator[Report]:
    """A report for each way to score: by page, exactly and with its neighbours; or by file."""
    questions = answerable(task)
    with searched_files(bench, files) as (searcher, pages):
        asked = ask(questions, searcher, EVERYTHING, bench.tell)
    size = (len(files), len(pages))
    for way, target in ways_to_score(questions, pages).items():
        yield report(f"{task.name}, {way}", size, questions, asked, target, bench.embedder)


@contextmanager
def searched_files(
    bench: Bench, files: Sequence[Path]
) -> Iterator[tuple[Searcher, dict[ChunkId, Set[int]]]]:
    """A searcher over the files, read and indexed as uploads are; and the pages of each chunk."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="colophon-eval-")))
        database = opened.enter_context(_database(folder))
        workshop = Workshop(
            database,
            folder,
            bench.embedder,
            bench.models.tokens,
            opened.enter_context(ForkServer()),
            parse_limits(bench.settings),
            utc_now,
            new_id,
        )
        index, pages = opened.enter_context(ingested(files, workshop, bench.tell))
        searcher = Searcher(
            index.corpus,
            index.lexical,
            index.dense,
            bench.embedder,
            bench.models.reranker,
            bench.settings.search.candidates,
        )
        yield searcher, pages


def ways_to_score(
    questions: Sequence[DatasetQuestion], pages: Mapping[ChunkId, Set[int]]
) -> dict[str, Target]:
    """By their names: by the file, or by its pages where the questions name some."""
    if all(names_pages(question.relevant) for question in questions):
        return {f"pages, at most {near} away": Pages(pages, near) for near in TOLERANCES}
    return {"files": Files()}


@contextmanager
def remembered(embedder: Embedder, cache: Path | None) -> Iterator[Embedder]:
    """The embedder; with a cache, one that keeps there what it embeds."""
    if cache is None:
        yield embedder
        return
    with _database(cache) as database:
        yield RememberingEmbedder(embedder, VectorStore(database))


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    with closing(Database.open(f"sqlite:///{folder.resolve() / 'evaluation.sqlite3'}")) as database:
        upgrade(database)
        yield database


@contextmanager
def opened_models(settings: Settings) -> Iterator[Models]:
    """Those of the running server, else an engine of our own."""
    running = running_server(settings.data_dir)
    if running is not None and settings.models.engine_url is None:
        key = kept_key(settings.data_dir, "engine")
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
