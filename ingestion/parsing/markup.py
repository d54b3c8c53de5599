"""HTML to items: shared by web pages, Markdown, books and the HTML bodies of e-mails."""

from typing import Final

from lxml import html as lxml_html
from lxml.html import HtmlElement
from unstructured.partition.html import partition_html

from ingestion.parsing.elements import items_of
from ingestion.parsing.html_tables import take_tables, words_of
from ingestion.parsing.items import Item
from ingestion.parsing.language_model import use_rules_only
from ingestion.parsing.marks import mark, put_back, without_marks
from retrieval.types import BlockKind

# Never read by people, or read once and the same on every page.
_FURNITURE: Final = (
    "//script | //style | //noscript | //template | //nav | //iframe | //object | //svg | //img"
    " | //*[@role='navigation' or @role='menu' or @role='search']"
    " | //*[@aria-hidden='true'] | //*[@hidden] | //comment()"
    " | //*[contains(translate(@style, ' ', ''), 'display:none')]"
)
_LONG_MENU: Final = 30  # links
_SHORT_LINK: Final = 25  # characters
# `unstructured` leaves these out with all that is in them: a form may hold a whole page.
_SHOWN: Final = ("form", "fieldset", "details", "summary", "figure", "label")


def items_of_html(markup: str) -> list[Item]:
    """Raises: nothing for broken HTML, which is read as browsers read it."""
    if not markup.strip():
        return []
    use_rules_only()
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True)
    plain = without_marks(markup)
    root = lxml_html.document_fromstring(plain.encode(), parser=parser, ensure_head_body=True)
    for furniture in root.xpath(_FURNITURE):
        if furniture.getparent() is not None:  # else a comment beside the root
            furniture.drop_tree()
    for menu in [one for one in root.iter("ul", "ol") if _is_menu(one)]:
        menu.drop_tree()
    _show(root)
    taken = take_tables(root)
    taken += _take_apart(root, len(taken))
    kept = lxml_html.tostring(root, encoding="unicode")
    return list(put_back(items_of(partition_html(text=kept, languages=[""])), taken))


def _is_menu(listed: HtmlElement) -> bool:
    """A long list of short links and nothing else: languages, tags, every page of the site."""
    items = listed.findall("li")
    if len(items) < _LONG_MENU:
        return False
    words = [item.text_content().strip() for item in items]
    linked = ["".join(a.text_content() for a in item.iter("a")).strip() for item in items]
    return words == linked and sum(map(len, words)) < _SHORT_LINK * len(words)


def _show(root: HtmlElement) -> None:
    for element in list(root.iter(*_SHOWN)):
        element.tag = "span" if element.tag == "label" else "div"
    for box in list(root.iter("input")):
        if box.get("type") in ("checkbox", "radio"):
            sign = lxml_html.Element("span")
            sign.text, sign.tail = "☒ " if "checked" in box.attrib else "☐ ", box.tail
            box.getparent().replace(box, sign)


def _take_apart(root: HtmlElement, number: int) -> list[list[Item]]:
    """Captions of pictures, and footnotes where they say that they are some."""
    taken = []
    for element in root.xpath("//figcaption | //*[@role='doc-footnote']"):
        is_caption = element.tag == "figcaption"
        kind = BlockKind.CAPTION if is_caption else BlockKind.FOOTNOTE
        taken.append([Item(kind, words_of(element))])
        sign = lxml_html.Element("p")
        sign.text, sign.tail = mark(number + len(taken) - 1), element.tail
        element.getparent().replace(element, sign)
    return taken
