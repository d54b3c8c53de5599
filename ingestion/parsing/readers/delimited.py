"""CSV and TSV tables, with the standard library: it keeps numbers as they are written."""

import csv
import io
from typing import Final

from ingestion.parsing.encoding import decode
from ingestion.parsing.items import Item, Job
from ingestion.parsing.media import TSV
from ingestion.parsing.sheets import check_cells
from ingestion.parsing.tables import markdown_table
from retrieval.types import BlockKind

_DELIMITERS: Final = (",", ";", "\t", "|")
_SAMPLE_LINES: Final = 20
_CELL_CHARACTERS: Final = 1024 * 1024


def read(job: Job) -> list[Item]:
    text = decode(job.path.read_bytes())
    csv.field_size_limit(_CELL_CHARACTERS)
    delimiter = "\t" if job.media_type == TSV else _delimiter(text)
    rows, count = [], 0
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        count += len(row)
        check_cells(job, count)
        if row:
            rows.append(row)
    if not rows:
        return []
    width = len(rows[0])
    table = markdown_table([row for row in rows if len(row) <= width])
    # A row with more cells than the header has names for is kept as it was written.
    ragged = [delimiter.join(row) for row in rows if len(row) > width]
    return [Item(BlockKind.TABLE, table), *(Item(BlockKind.PARAGRAPH, line) for line in ragged)]


def _delimiter(text: str) -> str:
    """The one that splits the first rows into most cells, when it splits them alike."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])

    def merit(delimiter: str) -> tuple[int, int]:
        rows = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if row]
        header = len(rows[0]) if rows else 0
        return (sum(len(row) == header for row in rows) if header > 1 else 0, header)

    return max(_DELIMITERS, key=merit)
