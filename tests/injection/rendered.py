"""What a client would make of a text that it takes for Markdown, with HTML in it allowed."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

ACTIVE = frozenset({"image", "link_open", "html_inline", "html_block"})


def active_parts(text: str) -> list[str]:
    """Images, links and HTML that would be rendered; empty where there are only words."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return [f"{token.type}: {token.content}" for token in _all(renderer.parse(text))]


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type in ACTIVE:
            yield token
        yield from _all(token.children or [])
