import re
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ingestion.chunking import LIMIT, TARGET, Chunker, Piece
from ingestion.parsing.items import Item
from ingestion.parsing.outline import outline
from ingestion.splitting import Measure, split_table, split_text
from ingestion.tokens import EstimatedTokens, Ruler, estimate_tokens
from retrieval.types import Block, BlockKind

ESTIMATED = Chunker(EstimatedTokens())


def chunk(title: str, blocks: Sequence[Block]) -> list[Piece]:
    return ESTIMATED.chunk(title, blocks)


def at_most(limit: int, target: int) -> Measure:
    return Measure(Ruler(EstimatedTokens()), target, limit)


def a_paragraph(text: str, *headings: str, page: int | None = None) -> Block:
    return Block(BlockKind.PARAGRAPH, text, headings, page=page)


def a_heading(text: str, level: int, *above: str) -> Block:
    return Block(BlockKind.HEADING, text, above, level)


def sentences(count: int, of: str = "The committee met again on day") -> str:
    return " ".join(f"{of} {number}." for number in range(count))


def test_a_document_of_one_paragraph_is_one_piece_with_just_its_text() -> None:
    (piece,) = chunk("Leave", [a_paragraph("Fifteen days are paid.", page=3)])
    assert piece == Piece(
        "Fifteen days are paid.", (), 3, 0, 0, "Leave\n\nFifteen days are paid.", 7
    )


def test_the_breadcrumb_is_embedded_but_not_shown() -> None:
    blocks = [
        a_heading("HR", 1),
        a_heading("Leave", 2, "HR"),
        a_paragraph("15 days.", "HR", "Leave"),
    ]
    (piece,) = chunk("Handbook", blocks)
    assert piece.text == "15 days."
    assert piece.headings == ("HR", "Leave")
    assert piece.embedded_text == "Handbook › HR › Leave\n\n15 days."


def test_small_neighbours_under_one_heading_are_merged() -> None:
    blocks = [a_heading("HR", 1), *(a_paragraph(f"Rule {i}.", "HR") for i in range(5))]
    (piece,) = chunk("", blocks)
    assert piece.text == "\n\n".join(f"Rule {i}." for i in range(5))
    assert (piece.first_block, piece.last_block) == (1, 5)


def test_a_piece_never_crosses_a_heading() -> None:
    blocks = [
        a_heading("A", 1),
        a_paragraph("about a", "A"),
        a_heading("B", 1),
        a_paragraph("about b", "B"),
    ]
    assert [(p.headings, p.text) for p in chunk("", blocks)] == [
        (("A",), "about a"),
        (("B",), "about b"),
    ]


def test_two_sections_of_the_same_name_stay_two() -> None:
    blocks = [a_heading("A", 1), a_paragraph("x", "A"), a_heading("A", 1), a_paragraph("y", "A")]
    assert [piece.text for piece in chunk("", blocks)] == ["x", "y"]


def test_a_heading_with_nothing_below_is_its_own_text() -> None:
    blocks = [a_heading("Closed", 1), a_heading("Open", 1), a_paragraph("text", "Open")]
    assert [piece.text for piece in chunk("", blocks)] == ["Closed", "text"]


def test_a_heading_above_another_is_not_repeated_as_text() -> None:
    blocks = [a_heading("A", 1), a_heading("A.1", 2, "A"), a_paragraph("text", "A", "A.1")]
    assert [piece.text for piece in chunk("", blocks)] == ["text"]


def test_a_document_of_a_title_only_can_be_found() -> None:
    (piece,) = chunk("Notice", [Block(BlockKind.TITLE, "Notice", level=1)])
    assert piece.text == "Notice"


def test_a_long_paragraph_is_split_at_sentence_ends() -> None:
    pieces = chunk("", [a_paragraph(sentences(200))])
    assert len(pieces) > 2
    assert all(piece.text.endswith(".") for piece in pieces)
    assert " ".join(piece.text for piece in pieces) == sentences(200)


def test_chinese_is_split_at_its_own_full_stops() -> None:
    text = "".join(f"第{number}条规定员工每年享有带薪年假。" for number in range(100))
    pieces = chunk("", [a_paragraph(text)])
    assert len(pieces) > 2
    assert all(piece.text.endswith("。") for piece in pieces)
    assert "".join(piece.text for piece in pieces) == text


def test_a_decimal_point_is_not_the_end_of_a_sentence() -> None:
    parts = split_text("It costs 3.14 euros in all. " * 100, at_most(60, target=50))
    assert all(re.fullmatch(r"(It costs 3\.14 euros in all\.\s?)+", part) for part in parts)


def test_a_long_table_is_split_by_rows_below_its_header() -> None:
    header = "| name | days |\n| --- | --- |"
    rows = [f"| employee number {number} | {number} |" for number in range(200)]
    pieces = chunk("", [Block(BlockKind.TABLE, "\n".join((header, *rows)))])
    assert len(pieces) > 2
    assert all(piece.text.startswith(header) for piece in pieces)
    assert [row for piece in pieces for row in piece.text.split("\n")[2:]] == rows


def test_a_table_row_that_is_too_long_is_still_in_some_piece() -> None:
    table = "| a |\n| --- |\n| short |\n| " + sentences(200) + " |\n| last |"
    pieces = split_table(table, at_most(LIMIT, TARGET))
    words = " ".join(pieces).split()
    assert set(table.split()) <= set(words)
    assert max(map(estimate_tokens, pieces)) <= LIMIT


def test_a_piece_has_the_page_of_its_first_block() -> None:
    pieces = chunk("", [a_paragraph("a", page=4), a_paragraph("b", page=5)])
    assert [piece.page for piece in pieces] == [4]


def test_a_breadcrumb_of_long_headings_leaves_room_for_the_text() -> None:
    path = tuple(sentences(20, of=f"Heading {i}") for i in range(5))
    (piece,) = chunk("Title", [a_paragraph("text", *path)])
    assert piece.embedded_text.endswith("\n\ntext")
    assert estimate_tokens(piece.embedded_text) < 100


def test_tokens_are_estimated_by_the_kind_of_character() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("年假" * 50) == 80
    assert estimate_tokens("a" * 380) == 92
    assert estimate_tokens("| 1 | 2 |") == 5


WORDS = st.text(st.sampled_from("abc .!?。年假é\n"), min_size=1, max_size=2_000)
ITEMS = st.lists(
    st.one_of(
        st.builds(Item, st.just(BlockKind.PARAGRAPH), WORDS),
        st.builds(Item, st.just(BlockKind.LIST_ITEM), WORDS),
        st.builds(
            Item,
            st.just(BlockKind.TABLE),
            st.lists(WORDS.map(lambda w: "| " + w.replace("\n", " ") + " |"), max_size=40).map(
                lambda rows: "\n".join(["| h |", "| --- |", *rows])
            ),
        ),
        st.builds(Item, st.just(BlockKind.HEADING), st.text("abc", min_size=1), st.integers(1, 4)),
    ),
    max_size=12,
)


def without_spaces(text: str) -> str:
    return "".join(text.split())


@given(ITEMS)
def test_every_word_is_in_a_piece_and_no_piece_is_too_long(items: list[Item]) -> None:
    blocks = outline([item for item in items if item.text.strip()])
    pieces = chunk("Title", blocks)
    for index, block in enumerate(blocks):
        if block.kind in (BlockKind.HEADING, BlockKind.TITLE):
            continue
        holding = [p.text for p in pieces if p.first_block <= index <= p.last_block]
        together = without_spaces("".join(holding))
        parts = block.text.split("\n") if block.kind is BlockKind.TABLE else [block.text]
        assert all(word in together for part in parts for word in (without_spaces(part),) if word)
    joint = estimate_tokens("\n\n")
    for piece in pieces:
        parts_of_piece = piece.text.count("\n\n") + 1
        assert estimate_tokens(piece.text) <= LIMIT + joint * parts_of_piece


@given(ITEMS)
def test_pieces_follow_the_blocks_and_are_the_same_every_time(items: list[Item]) -> None:
    blocks = outline([item for item in items if item.text.strip()])
    pieces = chunk("Title", blocks)
    spans = [(piece.first_block, piece.last_block) for piece in pieces]
    assert spans == sorted(spans)
    assert all(first <= last for first, last in spans)
    assert all(piece.text.strip() for piece in pieces)
    assert pieces == chunk("Title", blocks)


def a_list_item(text: str, *headings: str) -> Block:
    return Block(BlockKind.LIST_ITEM, text, headings)


def filler(tokens: int) -> Block:
    return a_paragraph(" ".join(["word"] * tokens))


def test_a_list_stays_with_the_sentence_that_introduces_it() -> None:
    items = [a_list_item(f"bring the document number {number}") for number in range(8)]
    blocks = [filler(380), a_paragraph("On the first day every employee must:"), *items]
    pieces = chunk("", blocks)
    assert pieces[-1].text.startswith("On the first day every employee must:")
    assert pieces[-1].text.endswith("number 7")


def test_each_portion_of_a_long_table_repeats_its_caption_and_unit() -> None:
    header = "| name | days |\n| --- | --- |"
    rows = "\n".join(f"| employee number {number} | {number} |" for number in range(200))
    caption = Block(BlockKind.CAPTION, "Table 3: Leave by employee")
    pieces = chunk(
        "", [caption, a_paragraph("(in days)"), Block(BlockKind.TABLE, f"{header}\n{rows}")]
    )
    assert len(pieces) > 2
    head = f"Table 3: Leave by employee\n\n(in days)\n\n{header}\n"
    assert all(piece.text.startswith(head) for piece in pieces)
    assert [(piece.first_block, piece.last_block) for piece in pieces[:2]] == [(0, 2), (2, 2)]


def test_a_footnote_goes_where_it_is_referred_to_even_across_a_heading() -> None:
    blocks = [
        a_heading("Fees", 1),
        a_paragraph("The fee is 30 euros [1].", "Fees", page=1),
        Block(BlockKind.HEADING, "Refunds", level=1, page=1),
        a_paragraph("Refunds take 1 week.", "Refunds", page=1),
        Block(BlockKind.FOOTNOTE, "[1] Without value added tax.", ("Refunds",), page=1),
    ]
    fees, refunds = chunk("", blocks)
    assert fees.text == "The fee is 30 euros [1].\n\n[1] Without value added tax."
    assert (fees.first_block, fees.last_block) == (1, 4)
    assert refunds.text == "Refunds take 1 week."


def test_a_footnote_that_nobody_refers_to_stays_where_it_is() -> None:
    blocks = [
        a_paragraph("The fee is 30 euros.", page=1),
        Block(BlockKind.FOOTNOTE, "1 See annex.", page=1),
    ]
    (piece,) = chunk("", blocks)
    assert piece.text == "The fee is 30 euros.\n\n1 See annex."


def test_code_is_split_by_lines_and_keeps_its_indentation() -> None:
    code = "\n".join(f"    value_{number} = compute({number})" for number in range(120))
    pieces = chunk("", [Block(BlockKind.CODE, code)])
    assert len(pieces) > 1
    assert "\n".join(piece.text for piece in pieces) == code


def test_a_tiny_section_joins_its_parents_text_but_not_its_sister() -> None:
    blocks = [
        a_heading("Leave", 1),
        a_paragraph("All employees have leave.", "Leave"),
        a_heading("Paid", 2, "Leave"),
        a_paragraph("15 days.", "Leave", "Paid"),
        a_heading("Unpaid", 2, "Leave"),
        a_paragraph("5 days.", "Leave", "Unpaid"),
    ]
    joined, sister = chunk("", blocks)
    assert joined.text == "All employees have leave.\n\nPaid\n\n15 days."
    assert joined.headings == ("Leave",)
    assert (sister.headings, sister.text) == (("Leave", "Unpaid"), "5 days.")


@dataclass(frozen=True)
class Letters:
    """A TokenCounter for which the whole is more than its parts: a mark for every joint."""

    room: int
    identity: str = "letters"

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text) + 40 * text.count("\n\n") for text in texts]


@given(ITEMS)
def test_nothing_is_ever_longer_than_the_embedder_reads(items: list[Item]) -> None:
    blocks = outline([item for item in items if item.text.strip()])
    for counter in (Letters(600), Letters(150)):
        pieces = Chunker(counter).chunk("Title", blocks)
        assert all(piece.tokens <= counter.room for piece in pieces)
        assert [p.tokens for p in pieces] == counter.count([p.embedded_text for p in pieces])


def test_the_identity_names_the_algorithm_and_the_tokenizer() -> None:
    assert ESTIMATED.identity == "structure-2|estimate"
    assert Chunker(Letters(8192)).identity == "structure-2|letters"
    assert Chunker(Letters(256)).identity == "structure-2|letters|172"
