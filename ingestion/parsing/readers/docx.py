"""Word documents, through `unstructured`, with the text boxes that it leaves out."""

from dataclasses import replace
from typing import Final
from zipfile import ZipFile

from lxml import etree
from unstructured.documents.elements import Element
from unstructured.partition.docx import partition_docx

from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.elements import items_of
from ingestion.parsing.items import Item, Job
from ingestion.parsing.language_model import use_rules_only
from retrieval.types import BlockKind

_MAIN: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_FURNITURE: Final = ("Footer", "Header")
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(job: Job) -> list[Item]:
    check_container(job.path, job.filename, job.limits)
    use_rules_only()
    path = transitional(job.path, job.folder)
    elements = partition_docx(filename=str(path), languages=[""])
    # Pages of a Word document are made by the program that shows it: the file does not know them.
    items = [replace(item, page=None) for item in items_of(elements)]
    with ZipFile(path) as container:
        main_part = container.read(_MAIN)
        titled = _with_title(items, _title(main_part, container))
    return [*titled, *_text_boxes(main_part), *_furniture(elements)]


def _title(main_part: bytes, container: ZipFile) -> str | None:
    """The first paragraph in Word's own style "Title", whatever a translated Word calls its id."""
    if _STYLES not in container.namelist():
        return None
    styles = _parsed(container.read(_STYLES)).iter(f"{_WORD}style")
    named = ((style, style.find(f"{_WORD}name")) for style in styles)
    ids = {
        style.get(f"{_WORD}styleId")
        for style, name in named
        if name is not None and str(name.get(f"{_WORD}val")).lower() == "title"
    }
    for style in _parsed(main_part).iter(f"{_WORD}pStyle"):
        if style.get(f"{_WORD}val") in ids:
            paragraph = next(style.iterancestors(f"{_WORD}p"))
            return "".join(t.text or "" for t in paragraph.iter(f"{_WORD}t")).strip()
    return None


def _with_title(items: list[Item], title: str | None) -> list[Item]:
    """`unstructured` takes it for one more heading of the first level."""
    for place, item in enumerate(items):
        if title and item.kind is BlockKind.HEADING and item.text.strip() == title:
            return [*items[:place], replace(item, kind=BlockKind.TITLE), *items[place + 1 :]]
    return items


def _parsed(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _furniture(elements: list[Element]) -> list[Item]:
    """Footers, then headers: every section repeats them, here each stands once, after the text.

    Companies put a document's number, its version and its date there.
    """
    found = sorted((e for e in elements if e.category in _FURNITURE), key=lambda e: e.category)
    texts = dict.fromkeys(element.text for element in found if element.text.strip())
    return [Item(BlockKind.PARAGRAPH, text) for text in texts]


def _text_boxes(main_part: bytes) -> list[Item]:
    """Paragraphs that stand in text boxes, in document order, each once."""
    if b"txbxContent" not in main_part:
        return []
    root = _parsed(main_part)
    for twin in list(root.iter(_FALLBACK)):  # the same box again, for old programs
        twin.getparent().remove(twin)
    paragraphs = (p for box in root.iter(f"{_WORD}txbxContent") for p in box.iter(f"{_WORD}p"))
    texts = ("".join(t.text or "" for t in p.iter(f"{_WORD}t")) for p in paragraphs)
    return [Item(BlockKind.PARAGRAPH, text) for text in texts]
