"""Word documents, through `unstructured`, after `word` has made the rest visible to it."""

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZIP_STORED, ZipFile

from lxml import etree
from unstructured.documents.elements import Element
from unstructured.partition.docx import partition_docx

from ingestion.parsing.charts import chart_items
from ingestion.parsing.containers import check_container, transitional
from ingestion.parsing.elements import items_of
from ingestion.parsing.items import Item, Job
from ingestion.parsing.language_model import use_rules_only
from ingestion.parsing.marks import put_back
from ingestion.parsing.ocr.inserted import Crop, Inserted
from ingestion.parsing.tables import Place
from ingestion.parsing.word import W, Word, notes_of, parsed, text_of
from retrieval.types import BlockKind

_MAIN: Final = "word/document.xml"
_STYLES: Final = "word/styles.xml"
_LINKS: Final = "word/_rels/document.xml.rels"
_NOTES: Final = (
    ("word/footnotes.xml", "footnoteReference"),
    ("word/endnotes.xml", "endnoteReference"),
)
_TITLES: Final = (BlockKind.HEADING, BlockKind.PARAGRAPH)
_PAGE_NUMBER: Final = re.compile(
    r"\W*(?:page|seite|第)?\W*\d+\W*(?:(?:of|von|共)?\W*\d+)?\W*页?\W*", re.I
)
_FURNITURE: Final = ("Footer", "Header")


def read(job: Job) -> list[Item]:
    check_container(job)
    use_rules_only()
    path = transitional(job.path, job.folder)
    with ZipFile(path) as container:
        root = parsed(container.read(_MAIN))
        title = _title(root, _style_ids(container, "title"))
        pictures = Inserted(job)
        word = _word(container, pictures)
        word.rewrite(root)
        prepared = _copy(container, job.folder / f"prepared{path.suffix}", root)
    elements = partition_docx(filename=str(prepared), languages=[""])
    items = list(put_back(items_of(elements), word.taken))
    return [*_with_title(items, title), *_furniture(elements), *pictures.rest()]


def _word(container: ZipFile, pictures: Inserted) -> Word:
    """Knows the notes, charts and pictures of the document."""
    names = set(container.namelist())
    notes: dict[tuple[str, str], str] = {}
    for part, reference in _NOTES:
        if part in names:
            notes |= notes_of(container.read(part), reference)
    links = {}
    if _LINKS in names:
        links = {e.get("Id"): e.get("Target") for e in parsed(container.read(_LINKS))}

    def linked(link: str) -> bytes | None:
        part = str(PurePosixPath("/word") / str(links.get(link))).lstrip("/")
        return container.read(part) if part in names else None

    def chart(link: str) -> list[Item]:
        part = linked(link)
        return [] if part is None else list(chart_items(part, Place()))

    def picture(link: str, crop: Crop) -> list[Item]:
        part = linked(link)
        read = [] if part is None else pictures.items(part, crop)
        return [replace(item, boxes=()) for item in read]  # Word documents know no pages

    return Word(chart, picture, notes, _style_ids(container, "caption"))


def _copy(container: ZipFile, path: Path, root: etree._Element) -> Path:
    with ZipFile(path, "w", ZIP_STORED) as written:
        for member in container.infolist():
            content = etree.tostring(root) if member.filename == _MAIN else container.read(member)
            written.writestr(member.filename, content)
    return path


def _style_ids(container: ZipFile, name: str) -> frozenset[str]:
    """Of Word's own style of that name, whatever a translated Word calls its id."""
    if _STYLES not in container.namelist():
        return frozenset()
    styles = parsed(container.read(_STYLES)).iter(f"{W}style")
    named = ((style, style.find(f"{W}name")) for style in styles)
    return frozenset(
        style.get(f"{W}styleId", "")
        for style, found in named
        if found is not None and str(found.get(f"{W}val")).lower() == name
    )


def _title(root: etree._Element, styles: frozenset[str]) -> str | None:
    """The first paragraph in the style of titles."""
    for style in root.iter(f"{W}pStyle"):
        if style.get(f"{W}val") in styles:
            return text_of(next(style.iterancestors(f"{W}p")))
    return None


def _with_title(items: list[Item], title: str | None) -> list[Item]:
    """`unstructured` takes it for one more heading of the first level, or for a paragraph."""
    for place, item in enumerate(items):
        if title and item.kind in _TITLES and item.text.strip() == title:
            return [*items[:place], replace(item, kind=BlockKind.TITLE), *items[place + 1 :]]
    return items


def _furniture(elements: list[Element]) -> list[Item]:
    """Footers, then headers: every section repeats them, here each stands once, after the text.

    Companies put a document's number, its version and its date there.
    """
    found = sorted((e for e in elements if e.category in _FURNITURE), key=lambda e: e.category)
    texts = dict.fromkeys(element.text for element in found)
    return [Item(BlockKind.PARAGRAPH, t) for t in texts if not _PAGE_NUMBER.fullmatch(t)]
