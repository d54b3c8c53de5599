"""Real documents of the shared data: places of sentences, cells of tables."""

import csv
import random
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from ingestion.chunking import Chunker, Piece
from ingestion.parsing import media
from ingestion.parsing.limits import ParseLimits
from ingestion.parsing.parse import Parsed
from ingestion.tokens import EstimatedTokens
from retrieval.answer.places import Place, place_of
from retrieval.store.cited import CitedText
from retrieval.text.sentences import split_sentences
from retrieval.types import Box
from tests.ingestion.parsed import parse

CELLS = Path(__file__).parent / "pdf_cells.tsv"
FEWEST_CELLS = 27  # of the 30 that were picked from pictures of the pages
SENTENCES = 400
FEWEST_PLACED = 0.995


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text))


def text_inside(document: pdfium.PdfDocument, box: Box) -> str:
    """What pdfium itself finds in a box; pages of the set are neither turned nor cropped."""
    page = document[box.page - 1]
    textpage = page.get_textpage()
    height = page.get_height()
    found: str = textpage.get_text_bounded(
        box.left, height - box.bottom, box.right, height - box.top
    )
    textpage.close()
    page.close()
    return found


def sampled(parsed: Parsed, count: int, seed: int) -> Iterator[tuple[str, Place | None]]:
    """Sentences as answers cite them: of passages, which may go on overleaf."""
    spans = [
        (piece, piece.text[span.start : span.end])
        for piece in Chunker(EstimatedTokens()).chunk(parsed.title, parsed.blocks)
        for span in split_sentences(piece.text)
        if "|" not in piece.text[span.start : span.end]
    ]
    for piece, sentence in random.Random(seed).sample(spans, min(count, len(spans))):
        own = parsed.blocks[piece.first_block : piece.last_block + 1]
        yield sentence, place_of(sentence, CitedText((), tuple(own)))


def share_placed(path: Path, count: int) -> tuple[int, int]:
    """Sentences whose boxes hold all their words, on the page that is named, and all looked at."""
    parsed = parse(path, media.PDF, path.name, ParseLimits(ocr="off"))
    document = pdfium.PdfDocument(path)
    placed = seen = 0
    for sentence, place in sampled(parsed, count, seed=3):
        boxes = place.boxes if place else ()
        inside = "".join(words(" ".join(text_inside(document, box) for box in boxes)))
        there = place is not None and bool(boxes) and boxes[0].page == place.page
        placed += there and all(word in inside for word in words(sentence))
        seen += 1
    document.close()
    return placed, seen


def test_the_boxes_of_a_sentence_hold_its_words(files: Path) -> None:
    placed, seen = share_placed(files / "pdf_header_footer.pdf", 50)
    assert placed == seen > 0


@pytest.mark.slow
def test_the_boxes_of_sentences_of_whole_documents_hold_their_words(data_dir: Path) -> None:
    paths = sorted((data_dir / "northwind_pdf" / "files").glob("*.pdf"))
    shares = [share_placed(path, SENTENCES) for path in paths]
    placed, seen = (sum(numbers) for numbers in zip(*shares, strict=True))
    assert placed / seen >= FEWEST_PLACED, f"{placed} of {seen}"


def same(text: str) -> str:
    return re.sub(r"[\s$]", "", text)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def holds(piece: Piece, row: str, column: str, value: str) -> bool:
    """Whether a table in the piece has the value in a row and below a name that are those."""
    names: list[str] = []
    lines = piece.text.split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if re.fullmatch(r"\|( --- \|)+", after):
            names = cells(line)
        elif names and line.startswith("|") and row in cells(line)[0]:
            for name, cell in zip(names, cells(line), strict=True):
                named = all(word in f"{names[0]} {name}".split() for word in column.split())
                if named and same(cell) == same(value):
                    return True
    return False


@pytest.mark.slow
def test_cells_of_quarterly_reports_keep_their_row_and_column(data_dir: Path) -> None:
    @cache
    def pieces(name: str) -> list[Piece]:
        parsed = parse(data_dir / "kgrag_10q_pdf" / "files" / name, media.PDF, name, ParseLimits())
        return Chunker(EstimatedTokens()).chunk(parsed.title, parsed.blocks)

    with CELLS.open(encoding="utf-8") as file:
        wanted = list(csv.DictReader(file, delimiter="\t"))
    lost = [
        cell
        for cell in wanted
        if not any(
            holds(piece, cell["row"], cell["column"], cell["value"])
            for piece in pieces(cell["file"])
        )
    ]
    assert len(wanted) == 30
    assert len(wanted) - len(lost) >= FEWEST_CELLS, lost
