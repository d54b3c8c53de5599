"""XML from other servers: without entities, and never of a size that fills the memory."""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingestion.sources.addresses import checked_url
from ingestion.sources.asking import Answer
from retrieval.errors import Unavailable

MAX_XML: Final = 64 * 1024 * 1024


def parsed(answer: Answer, root: str) -> Element:
    """The document, whose root is named `root`. Raises: Unavailable, TooLarge."""
    host = checked_url(answer.url).host
    found = parsed_bytes(answer.read(MAX_XML))
    if found is None or name_of(found) != root:
        raise Unavailable(f"{host} did not answer as expected: a listing was asked for.")
    return found


def parsed_bytes(content: bytes) -> Element | None:
    """None for what is no XML, or XML with entities."""
    try:
        found: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return found


def name_of(element: Element) -> str:
    """Without its namespace: servers differ in it."""
    return element.tag.rpartition("}")[2]


def children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if name_of(child) == name)


def text_of(element: Element, name: str) -> str:
    """Of the first child of that name; "" without one."""
    return next((child.text or "" for child in children(element, name)), "")
