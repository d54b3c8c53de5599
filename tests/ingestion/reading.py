"""Readers in this process, for small files that a test makes itself; no fences, no child."""

from pathlib import Path

from ingestion.parsing.items import Item, Job
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.outline import outline, tidy
from ingestion.parsing.reading import read_items
from ingestion.parsing.sniff import sniff
from retrieval.types import Block, BlockKind


def job_for(path: Path, limits: ParseLimits | None = None) -> Job:
    """Its private folder is made beside the file."""
    folder = path.parent / f"{path.name}.private"
    folder.mkdir()
    media_type = sniff(path, path.name)
    given = limits or ParseLimits()
    return Job(path, media_type, path.name, given, folder, lambda done, total: None)


def items_of(path: Path, limits: ParseLimits | None = None) -> list[Item]:
    return tidy(read_items(job_for(path, limits)))


def blocks_of(path: Path, limits: ParseLimits | None = None) -> tuple[Block, ...]:
    return outline(items_of(path, limits))


def tables_of(path: Path) -> list[list[str]]:
    """Lines of each table."""
    found = (item for item in items_of(path) if item.kind is BlockKind.TABLE)
    return [item.text.splitlines() for item in found]


def texts_of(path: Path) -> list[str]:
    return [item.text for item in items_of(path)]
