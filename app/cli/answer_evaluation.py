"""`colophon eval-answers`: how well the questions of a labelled set are answered and refused."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.progress import Progress

from app.answers.limits import answer_limits
from app.cli.evaluation import opened_models, wait_for
from app.cli.terminal import complaints, console, print_json
from app.models.client import unhurried
from app.models.opening import Models
from app.settings import Settings
from retrieval.answer.answerer import Answerer
from retrieval.evaluation.answer_table import answers_table
from retrieval.evaluation.answers import AnswersReport, ask_all, report_answers, sampled
from retrieval.evaluation.datasets import Dataset, read_dataset
from retrieval.evaluation.indexed import indexed
from retrieval.search.searcher import Searcher


@dataclass(frozen=True, slots=True)
class Wish:
    sample: int | None  # questions; None: all
    seed: int
    write: bool  # the model writes; otherwise the answers are quotes


def run(settings: Settings, folder: Path, wish: Wish, *, as_json: bool) -> None:
    """By the very parts that answer people, over indexes in a temporary folder."""
    dataset = read_dataset(folder)
    with opened_models(settings) as models, Progress(console=complaints, transient=True) as bar:
        wait_for(models, "embedder")
        if wish.write:
            wait_for(models, "generator")
        report = _measured(settings, models, dataset, wish, bar)
    if as_json:
        print_json(asdict(report))
    else:
        console.print(answers_table(report), markup=False, highlight=False)


def _measured(
    settings: Settings, models: Models, dataset: Dataset, wish: Wish, bar: Progress
) -> AnswersReport:
    task = bar.add_task("embedding")

    def tell(what: str, done: int, total: int) -> None:
        bar.update(task, description=what, completed=done, total=total)

    with indexed(dataset.documents, models.embedder, tell) as parts:
        searcher = Searcher(
            parts.corpus,
            parts.lexical,
            parts.vectors,
            models.embedder,
            models.reranker,
            settings.search.candidates,
        )
        limits = answer_limits(settings)
        if not wish.write:
            # A model that writes no language is not asked: the answers are quotes.
            limits = replace(limits, languages=frozenset())
        answerer = Answerer(searcher, unhurried(models.generator), models.embedder, limits)
        questions = sampled(dataset.questions, wish.sample, wish.seed)
        return report_answers(dataset.name, ask_all(questions, answerer, tell))
