"""Rows of cells to a Markdown table, and the rows of an HTML table."""

from collections.abc import Sequence

from lxml import html as lxml_html


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """A GitHub-flavoured table; the first row is the header. "" when no cell holds anything.

    Columns and rows without a single filled cell are left out; a header cell that is empty stays.
    """
    filled = [[_cell(cell) for cell in row] for row in rows]
    filled = [row for row in filled if any(row)]
    if not filled:
        return ""
    width = max(len(row) for row in filled)
    padded = [row + [""] * (width - len(row)) for row in filled]
    kept = [column for column in range(width) if any(row[column] for row in padded)]
    lines = ["| " + " | ".join(row[column] for column in kept) + " |" for row in padded]
    return "\n".join((lines[0], "|" + " --- |" * len(kept), *lines[1:]))


def read_html_table(markup: str) -> tuple[str, list[list[str]]]:
    """Caption and rows of the first table in `markup`; a nested table is part of its cell."""
    root = lxml_html.fragment_fromstring(markup, create_parent="div")
    table = root.find(".//table")
    if table is None:
        return "", []
    own_rows = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    rows = [[cell.text_content() for cell in row.xpath("./td | ./th")] for row in own_rows]
    return table.findtext("caption") or "", rows


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
