"""The lines of a page that a quote stands on."""

import pytest

from retrieval.answer.places import boxes_of
from retrieval.types import Block, BlockKind, Box


def placed(text: str, *parts: str, page: int = 1, top: float = 100.0) -> Block:
    """A block with a box, ten points high, for each of `parts` of its text."""
    boxes, at = [], 0
    for row, part in enumerate(parts):
        start = text.index(part, at)
        at = start + len(part)
        boxes.append(Box(page, 50.0, top + 10 * row, 300.0, top + 10 * row + 9, start, at))
    return Block(BlockKind.PARAGRAPH, text, page=page, boxes=tuple(boxes))


LEAVE = placed(
    "Everyone has 25 days of leave. What is not taken by March is lost.",
    "Everyone has 25 days",
    "of leave. What is not",
    "taken by March is lost.",
)
TABLE = placed(
    "| Place | Days |\n| --- | --- |\n| Berlin | 30 |\n| Rome | 26 |",
    "| Place | Days |",
    "| Berlin | 30 |",
    "| Rome | 26 |",
    page=2,
    top=400.0,
)


@pytest.mark.parametrize(
    ("quote", "tops"),
    [
        ("Everyone has 25 days of leave.", [100, 110]),
        ("What is not taken by March is lost.", [110, 120]),
        ("What is\n not taken  by March is lost.", [110, 120]),
        ("25 days", [100]),
        ("of leave.", [110]),
    ],
)
def test_a_quote_has_the_lines_that_its_words_stand_on(quote: str, tops: list[int]) -> None:
    assert [box.top for box in boxes_of(quote, [LEAVE])] == tops


def test_a_quote_may_go_on_in_the_next_block_and_overleaf() -> None:
    boxes = boxes_of("March is lost.\n\n| Place | Days |", [LEAVE, TABLE])
    assert [(box.page, box.top) for box in boxes] == [(1, 120), (2, 400)]


def test_a_row_under_a_repeated_header_is_marked_with_its_header() -> None:
    boxes = boxes_of("| Place | Days |\n| --- | --- |\n| Rome | 26 |", [LEAVE, TABLE])
    assert [box.top for box in boxes] == [400, 420]


def test_of_two_rows_that_read_the_same_each_is_marked_once() -> None:
    table = placed("| a |\n| b |\n| a |", "| a |", "| b |", "| a |")
    assert [box.top for box in boxes_of("| b |\n| c |\n| a |", [table])] == [110, 120]


@pytest.mark.parametrize("quote", ["Nobody has leave.", "", "  "])
def test_what_is_not_there_has_no_place(quote: str) -> None:
    assert boxes_of(quote, [LEAVE, TABLE]) == ()


def test_a_block_without_boxes_has_no_place() -> None:
    assert boxes_of("a sentence", [Block(BlockKind.PARAGRAPH, "It is a sentence.")]) == ()
