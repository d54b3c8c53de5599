"""A report of the search as plain text."""

from collections.abc import Iterable

from retrieval.evaluation.evaluate import Report
from retrieval.evaluation.measures import MEASURES, Figure


def search_table(report: Report) -> str:
    """The figures with their intervals, one line for each stage."""
    head = (
        f"{report.dataset}: {report.documents:,} documents, {report.passages:,} passages, "
        f"{report.questions:,} questions"
    )
    lines = [
        f"{stage:<9}" + "".join(f"{_told(value):>25}" for value in values.values())
        for stage, values in report.stages.items()
    ]
    gains = [
        f"{stage} over {gain.over}, the best single stage: {gain.by.mean:+.4f} {measure} "
        f"({gain.by.low:+.4f} to {gain.by.high:+.4f})"
        for stage, gains in report.gains.items()
        for measure, gain in gains.items()
    ]
    latency = report.latency
    foot = (
        f"{report.embedder}; milliseconds of a search (median, p95, p99): "
        f"{_times(latency.whole)}; without embedding {_times(latency.without_embedding)}; "
        f"reranking {_times(latency.reranking)}"
    )
    columns = "".join(f"{name:>25}" for name in MEASURES)
    return "\n".join([head, f"{'stage':<9}{columns}", *lines, *gains, foot])


def _told(value: Figure) -> str:
    return f"{value.mean:.4f} ({value.low:.3f} to {value.high:.3f})"


def _times(milliseconds: Iterable[float]) -> str:
    return ", ".join(f"{value:.1f}" for value in milliseconds)
