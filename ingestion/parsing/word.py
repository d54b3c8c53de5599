"""Rewrites the main part of a Word document so that `unstructured` sees all that people see.

It reads runs that stand in a paragraph directly. So what wraps runs is taken away: content
controls, accepted insertions, fields. What it leaves out is marked where it stands: text boxes,
charts, footnotes. What was deleted, is hidden, or is only a prompt to fill something in, goes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from ingestion.parsing.items import Item
from ingestion.parsing.marks import mark
from ingestion.parsing.ocr.inserted import UNCUT, Crop, embedded_in
from retrieval.types import BlockKind

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14: Final = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_OLD_PICTURE: Final = "{urn:schemas-microsoft-com:vml}imagedata"
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE: Final = (f"{W}del", f"{W}moveFrom", f"{W}rt", _FALLBACK)
_WRAPPERS: Final = tuple(
    f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "fldSimple", "ruby")
)
_INNER: Final = (f"{W}sdtContent", f"{W}rubyBase", f"{W}sdt")
_PROPERTIES: Final = tuple(
    f"{W}{name}" for name in ("smartTagPr", "customXmlPr", "rubyPr", "sdtPr", "sdtEndPr")
)
# Characters of the fonts Wingdings and Wingdings 2 that are drawn as boxes.
_TICKED: Final = ("F052", "F053", "F054", "F078", "F0FD", "F0FE")
_UNTICKED: Final = ("F02A", "F06F", "F0A3", "F0A8")
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_NOTES: Final = (f"{W}footnoteReference", f"{W}endnoteReference")


@dataclass(slots=True)
class Word:
    """`taken[n]` belongs where the mark of n stands."""

    chart: Callable[[str], Sequence[Item]]  # by the id of its relationship
    picture: Callable[[str, Crop], Sequence[Item]]  # the same
    notes: dict[tuple[str, str], str]  # text by kind of reference and id
    captions: frozenset[str]  # ids of the styles of captions
    taken: list[list[Item]] = field(default_factory=list)
    _number: int = 0  # of the last footnote

    def rewrite(self, root: etree._Element) -> None:
        _remove(root)
        _fill_boxes(root)
        _unwrap(root)
        body = root.find(f"{W}body")
        for block in list(body) if body is not None else []:
            seen = list(self._pictures(block))  # also those in text boxes
            boxed = [*self._boxed(block), *self._charts(block)]
            found = [*self._noted(block), *boxed, *seen]
            if self._is_caption(block):
                found.insert(0, Item(BlockKind.CAPTION, text_of(block)))
                block.clear()
            if found:
                block.addnext(_paragraph(mark(len(self.taken))))
                self.taken.append(found)

    def _is_caption(self, block: etree._Element) -> bool:
        style = block.find(f"{W}pPr/{W}pStyle")
        return style is not None and style.get(f"{W}val") in self.captions

    def _boxed(self, block: etree._Element) -> Iterator[Item]:
        """Paragraphs of text boxes that are anchored in the block."""
        for box in list(block.iter(f"{W}txbxContent")):
            for paragraph in box.iter(f"{W}p"):
                yield Item(BlockKind.PARAGRAPH, text_of(paragraph))
            box.getparent().remove(box)

    def _charts(self, block: etree._Element) -> Iterator[Item]:
        for chart in block.iter(_CHART):
            yield from self.chart(chart.get(_LINK, ""))

    def _pictures(self, block: etree._Element) -> Iterator[Item]:
        for link, crop in embedded_in(block):
            yield from self.picture(link, crop)
        for picture in block.iter(_OLD_PICTURE):
            yield from self.picture(picture.get(_LINK, ""), UNCUT)

    def _noted(self, block: etree._Element) -> Iterator[Item]:
        for reference in list(block.iter(*_NOTES)):
            text = self.notes.get((reference.tag, reference.get(f"{W}id", "")), "")
            if not text:
                continue
            self._number += 1
            sign = str(self._number).translate(_RAISED)
            reference.getparent().replace(reference, _text(sign))
            yield Item(BlockKind.FOOTNOTE, f"{sign} {text}")


def text_of(paragraph: etree._Element) -> str:
    names = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
    kinds = (f"{W}t", *names)
    return "".join(names.get(e.tag) or e.text or "" for e in paragraph.iter(*kinds)).strip()


def notes_of(part: bytes, reference: str) -> dict[tuple[str, str], str]:
    """Footnotes or endnotes; the separators between text and notes are none."""
    root = parsed(part)
    notes = {}
    for note in root:
        if note.get(f"{W}type") in (None, "normal"):
            texts = (text_of(paragraph) for paragraph in note.iter(f"{W}p"))
            notes[f"{W}{reference}", note.get(f"{W}id", "")] = " ".join(filter(None, texts))
    return notes


def parsed(part: bytes) -> etree._Element:
    """The root; what an entity stands for is left out, not looked up."""
    root = etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))
    for entity in list(root.iter(etree.Entity)):
        _drop(entity)
    return root


def _remove(root: etree._Element) -> None:
    hidden = (v.getparent().getparent() for v in root.iter(f"{W}vanish") if _is_on(v))
    runs = [run for run in hidden if run.tag == f"{W}r"]
    prompts = (p.getparent().getparent() for p in root.iter(f"{W}showingPlcHdr") if _is_on(p))
    for element in [*root.iter(*_GONE), *runs, *prompts]:
        if element.getparent() is not None:
            _drop(element)


def _fill_boxes(root: etree._Element) -> None:
    """Check boxes of forms, old and new, as the characters ☒ and ☐."""
    for symbol in list(root.iter(f"{W}sym")):
        code = symbol.get(f"{W}char", "").upper()
        if code in _TICKED or code in _UNTICKED:
            symbol.getparent().replace(symbol, _text("☒" if code in _TICKED else "☐"))
    for box in list(root.iter(f"{W}checkBox")):
        state = box.find(f"{W}checked")
        state = box.find(f"{W}default") if state is None else state
        run = next(box.iterancestors(f"{W}r"), None)
        if run is not None:
            run.append(_text("☒" if state is not None and _is_on(state) else "☐"))


def _unwrap(root: etree._Element) -> None:
    for formula in list(root.iter(f"{_MATH}oMath")):
        run = etree.Element(f"{W}r")
        run.append(_text("".join(t.text or "" for t in formula.iter(f"{_MATH}t"))))
        formula.getparent().replace(formula, run)
    for properties in list(root.iter(*_PROPERTIES)):
        _drop(properties)
    for wrapper in list(root.iter(*_WRAPPERS, *_INNER, f"{_MATH}oMathPara")):
        if wrapper.tag == f"{W}ruby":
            _lift(wrapper.getparent(), wrapper.find(f"{W}rubyBase"))
        elif wrapper.getparent() is not None:
            _lift(wrapper, wrapper)


def _lift(replaced: etree._Element, holder: etree._Element | None) -> None:
    """What `holder` holds, in the place of `replaced`."""
    for child in list(holder) if holder is not None else []:
        replaced.addprevious(child)
    replaced.getparent().remove(replaced)


def _drop(element: etree._Element) -> None:
    """Without the text behind it, as lxml's `remove` would."""
    parent, before = element.getparent(), element.getprevious()
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _is_on(state: etree._Element) -> bool:
    return state.get(f"{W}val", "1") not in ("0", "false", "off")


def _text(words: str) -> etree._Element:
    text = etree.Element(f"{W}t")
    text.text = words
    return text


def _paragraph(words: str) -> etree._Element:
    paragraph = etree.Element(f"{W}p")
    run = etree.SubElement(paragraph, f"{W}r")
    run.append(_text(words))
    return paragraph
