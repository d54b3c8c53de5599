"""The best words of the sources themselves, for when no sentence of the model may be shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer.checking.evidence import Evidence, SourceSentence, header_of_row
from retrieval.text.plain_text import inert
from retrieval.types import Vector

MOST_QUOTES = 3
CLOSE_BEHIND = 2.2  # log-odds that a second quote may lie behind the first
SHORT = 3  # meaning-bearing terms; a shorter sentence needs its neighbour to be understood
LONGEST_LIST = 6  # lines that follow a line ending in a colon

_LEANS_BACK = re.compile(
    r"^(?:it|its|they|their|he|his|she|her|this|these|those|that|such|however|but|also|then|therefore|otherwise|"
    r"in addition|in that case)\b|^(?:其|它|他|她|该|此|这|那|但|因此|所以|同时|此外|另外|否则)",
    re.IGNORECASE,
)
_TABLE_ROW = re.compile(r"^\|.*\|$")
_TABLE_RULE = re.compile(r"^[|\s:-]+$")


@dataclass(frozen=True, slots=True)
class Quote:
    """Neighbouring sentences of a passage.

    `shown` differs from the source in table rows, and by blanks where a page could obey its words.
    """

    passage: int
    sentences: tuple[SourceSentence, ...]
    shown: str


def choose_quotes(evidence: Evidence, scores: Vector) -> list[Quote]:
    """Up to three, best first; a second only when it is nearly as likely as the first."""
    order = sorted(range(len(scores)), key=lambda i: -float(scores[i]))
    quotes: list[Quote] = []
    taken: set[int] = set()
    for i in order:
        if len(quotes) == MOST_QUOTES or (quotes and scores[i] < scores[order[0]] - CLOSE_BEHIND):
            break
        if i in taken or _is_heading_of_table(evidence.sentences[i]):
            continue
        indices = [j for j in _with_context(i, evidence) if j not in taken]
        taken.update(indices)
        quotes.append(_quote([evidence.sentences[j] for j in indices], evidence))
    return quotes


def _with_context(i: int, evidence: Evidence) -> list[int]:
    sentences = evidence.sentences
    chosen = [i]
    text = sentences[i].text
    if text.rstrip().endswith((":", "：")):
        following = range(i + 1, min(i + 1 + LONGEST_LIST, len(sentences)))
        chosen += [j for j in following if sentences[j].passage == sentences[i].passage]
    leans = _LEANS_BACK.match(text) or len(sentences[i].terms) < SHORT
    if leans and sentences[i].ordinal > 0 and not _TABLE_ROW.match(text):
        chosen.insert(0, i - 1)
    return chosen


def _quote(sentences: Sequence[SourceSentence], evidence: Evidence) -> Quote:
    first = sentences[0]
    chunk = evidence.passages[first.passage - 1].chunk.text
    if _TABLE_ROW.match(first.text):
        shown = " ".join(_row_as_text(sentence, chunk) for sentence in sentences)
    else:
        shown = " ".join(chunk[first.span.start : sentences[-1].span.end].split())
    return Quote(first.passage, tuple(sentences), inert(shown))


def _row_as_text(row: SourceSentence, chunk: str) -> str:
    """`Country: Germany · Days: 30` from the row and the first row of its table."""
    header, cells = _cells(header_of_row(chunk, row.span)), _cells(row.text)
    if len(header) != len(cells):
        return " · ".join(cell for cell in cells if cell)
    named = zip(header, cells, strict=True)
    return " · ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell)


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _is_heading_of_table(sentence: SourceSentence) -> bool:
    return _TABLE_RULE.match(sentence.text) is not None
